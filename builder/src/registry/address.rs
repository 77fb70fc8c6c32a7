//! Addresses: what is on the same host, where a redirect leads, and what may be shown of one.

use ureq::http::Uri;

use super::error::Fault;

/// The scheme, host and port of an address; the default ports are written out.
pub(super) fn origin(address: &str) -> Option<(String, String, u16)> {
    let uri: Uri = address.parse().ok()?;
    let scheme = uri.scheme_str()?.to_owned();
    let default = if scheme == "https" { 443 } else { 80 };
    Some((scheme, uri.host()?.to_ascii_lowercase(), uri.port_u16().unwrap_or(default)))
}

/// Host and port as they stand in an address. The rest is not for the eyes of others: the address of a blob that a
/// registry redirects to has a signature in it.
pub(crate) fn host(address: &str) -> String {
    let authority = address.parse::<Uri>().ok().and_then(|uri| Some(uri.authority()?.as_str().to_owned()));
    let authority = authority.unwrap_or_else(|| "an unnamed host".to_owned());
    authority.rsplit_once('@').map_or(authority.clone(), |(_, host)| host.to_owned())
}

/// The address that a `Location` header, absolute or relative, means.
///
/// # Errors
/// When it is none, or has a login in it.
pub fn resolve(base: &str, location: &str) -> Result<String, Fault> {
    let fault = || Fault::Answer { text: "its Location header is no address".to_owned() };
    let address = if location.starts_with("http://") || location.starts_with("https://") {
        location.to_owned()
    } else {
        let scheme = base.find("://").ok_or_else(fault)? + 3;
        let path = base[scheme..].find('/').map_or(base.len(), |slash| scheme + slash);
        if let Some(rest) = location.strip_prefix("//") {
            format!("{}{rest}", &base[..scheme])
        } else if location.starts_with('/') {
            format!("{}{location}", &base[..path])
        } else {
            let end = base.find(['?', '#']).unwrap_or(base.len());
            let folder = base[..end].rfind('/').filter(|slash| *slash >= path).ok_or_else(fault)?;
            format!("{}/{location}", &base[..folder])
        }
    };
    let uri: Uri = address.parse().map_err(|_| fault())?;
    // A login in an address would be sent, and shown, by whoever uses it.
    let has_login = uri.authority().is_none_or(|authority| authority.as_str().contains('@'));
    if has_login { Err(fault()) } else { Ok(address) }
}

/// An address with one more parameter.
pub(super) fn with_parameter(address: &str, name: &str, value: &str) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{name}={}", encode(value))
}

/// A value as it stands in a query or a form.
pub(super) fn encode(value: &str) -> String {
    let mut text = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:,".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_read_from_where_it_came() {
        let base = "http://r.example:5000/v2/app/blobs/uploads/?x=/y";
        for (location, expected) in [
            ("https://s.example/b?sig=1", "https://s.example/b?sig=1"),
            ("/v2/u/1?s=2", "http://r.example:5000/v2/u/1?s=2"),
            ("//s.example/b", "http://s.example/b"),
            ("1?s=2", "http://r.example:5000/v2/app/blobs/uploads/1?s=2"),
        ] {
            assert_eq!(resolve(base, location).unwrap(), expected);
        }
        for location in ["https://user:pass@s.example/", "http://", "https://a b/"] {
            assert!(resolve(base, location).is_err(), "{location}");
        }
    }

    #[test]
    fn nothing_but_the_host_is_shown() {
        assert_eq!(host("https://u:p@s.example:8443/b?X-Amz-Signature=abc"), "s.example:8443");
        assert_eq!(host("nonsense"), "nonsense");
        assert_eq!(host(""), "an unnamed host");
    }

    #[test]
    fn the_same_origin_may_be_written_in_several_ways() {
        assert_eq!(origin("https://R.example/a"), origin("https://r.example:443/b"));
        assert_ne!(origin("https://r.example/a"), origin("http://r.example/a"));
        assert_ne!(origin("https://r.example/a"), origin("https://r.example:444/a"));
        assert_eq!(origin("/a"), None);
    }

    #[test]
    fn parameters_are_encoded() {
        assert_eq!(with_parameter("http://a/b", "digest", "sha256:0a"), "http://a/b?digest=sha256:0a");
        assert_eq!(with_parameter("http://a/b?c=d", "e", "f g&h=ü"), "http://a/b?c=d&e=f%20g%26h%3D%C3%BC");
    }
}
