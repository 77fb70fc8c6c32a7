//! Which proxy a host is reached through: `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`, in either case.

use std::env;

use ureq::Proxy;

use super::error::Fault;
use super::name::{is_loopback, without_port};

/// A proxy, and what is said of it.
#[derive(Clone)]
pub(super) struct Through {
    pub(super) proxy: Proxy,
    /// The variable that names it, with its host and port: `HTTPS_PROXY, proxy.example:3128`.
    pub(super) name: String,
}

/// The proxy for a host, if there is one.
///
/// # Errors
/// When what names it is no address of a proxy: without it, the request would go another way than is wanted.
pub(super) fn of_environment(host: &str, is_plain: bool) -> Result<Option<Through>, Fault> {
    let named = if is_plain { "HTTP_PROXY" } else { "HTTPS_PROXY" };
    let read = |name: &'static str| variable(name).map(|address| (name, address));
    let Some((name, address)) = read(named).or_else(|| read("ALL_PROXY")) else { return Ok(None) };
    if is_loopback(host) || is_exempt(&variable("NO_PROXY").unwrap_or_default(), host) {
        return Ok(None);
    }
    match Proxy::new(&address) {
        Ok(proxy) => {
            let name = format!("{name}, {}:{}", proxy.host(), proxy.port());
            Ok(Some(Through { proxy, name }))
        }
        Err(_) => Err(Fault::Proxy {
            host: host.to_owned(),
            proxy: name.to_owned(),
            text: "it is no address of a proxy; write http://HOST:PORT".to_owned(),
        }),
    }
}

fn variable(name: &str) -> Option<String> {
    let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
    read(name).or_else(|| read(&name.to_lowercase()))
}

/// Whether a list as in `NO_PROXY` names the host: itself, a domain above it, or all.
fn is_exempt(list: &str, host: &str) -> bool {
    let name = without_port(host).to_ascii_lowercase();
    list.split(',').map(|entry| entry.trim().to_ascii_lowercase()).filter(|entry| !entry.is_empty()).any(|entry| {
        let domain = entry.trim_start_matches('*').trim_start_matches('.');
        entry == "*"
            || entry == host.to_ascii_lowercase()
            || !domain.is_empty() && (name == domain || name.ends_with(&format!(".{domain}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proxy_names_hosts_and_domains() {
        for (list, host, expected) in [
            ("r.example", "r.example:443", true),
            ("example", "r.example", true),
            (".example", "R.example", true),
            ("*.example", "r.example:5000", true),
            ("a, r.example:5000", "r.example:5000", true),
            ("r.example:5001", "r.example:5000", false),
            ("*", "r.example", true),
            ("ample", "r.example", false),
            ("", "r.example", false),
        ] {
            assert_eq!(is_exempt(list, host), expected, "{list} {host}");
        }
    }
}
