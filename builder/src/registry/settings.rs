//! What can be set about talking to registries.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use super::name::{is_loopback, without_port};
use super::retry::Retry;

/// What can be set about talking to registries.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Registries that are spoken to in plain http, with their port if they have one. This machine always is one.
    pub insecure: Vec<String>,
    /// The folder of Docker's `config.json`; without one there are no logins.
    pub docker_config: Option<PathBuf>,
    /// How often and how long to try again.
    pub retry: Retry,
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long a connection may stand still.
    pub idle_timeout: Duration,
    /// How long it may stand still where the registry puts together what was sent, which it does in silence.
    pub commit_timeout: Duration,
    /// Blobs up to this size go up in one request.
    pub monolithic: u64,
    /// The most bytes of one request of a longer upload. Docker's own client sends all in one, so every registry
    /// takes that; a proxy before it may want less.
    pub chunk: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            insecure: Vec::new(),
            docker_config: None,
            retry: Retry::default(),
            connect_timeout: Duration::from_secs(20),
            idle_timeout: Duration::from_secs(60),
            commit_timeout: Duration::from_secs(600),
            monolithic: 4 << 20,
            chunk: u64::MAX,
        }
    }
}

impl Settings {
    /// The settings of this account: where Docker keeps its logins (`DOCKER_CONFIG`, else `.docker` in the home).
    pub fn of_account(insecure: &[String]) -> Self {
        let variable = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Settings { insecure: insecure.to_vec(), docker_config: docker_config(variable), ..Settings::default() }
    }

    /// Whether plain http is allowed with a host.
    pub(super) fn is_insecure(&self, host: &str) -> bool {
        is_loopback(host) || self.insecure.iter().any(|insecure| insecure == host || insecure == without_port(host))
    }

    /// The beginning of a registry's addresses.
    pub(super) fn origin(&self, host: &str) -> String {
        let scheme = if self.is_insecure(host) && !host.ends_with(":443") { "http" } else { "https" };
        format!("{scheme}://{host}")
    }
}

/// The folder of `config.json`. A shell of Unix on Windows sets `HOME`, which Docker does not read there.
fn docker_config(variable: impl Fn(&str) -> Option<PathBuf>) -> Option<PathBuf> {
    let home = || variable("USERPROFILE").or_else(|| variable("HOME"));
    variable("DOCKER_CONFIG").or_else(|| home().map(|home| home.join(".docker")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logins_are_where_docker_keeps_them() {
        for (set, expected) in [
            (&["HOME"][..], Some("HOME/.docker")),
            (&["HOME", "USERPROFILE"], Some("USERPROFILE/.docker")),
            (&["HOME", "USERPROFILE", "DOCKER_CONFIG"], Some("DOCKER_CONFIG")),
            (&[], None),
        ] {
            let folder = docker_config(|name| set.contains(&name).then(|| PathBuf::from(name)));
            assert_eq!(folder, expected.map(PathBuf::from));
        }
    }

    #[test]
    fn only_this_machine_and_what_is_named_is_spoken_to_in_the_clear() {
        let settings = Settings { insecure: vec!["lan".to_owned(), "b:5000".to_owned()], ..Settings::default() };
        for (host, origin) in [
            ("localhost:5000", "http://localhost:5000"),
            ("lan:80", "http://lan:80"),
            ("b:5000", "http://b:5000"),
            ("b", "https://b"),
            ("localhost:443", "https://localhost:443"),
            ("r.example", "https://r.example"),
        ] {
            assert_eq!(settings.origin(host), origin);
        }
    }
}
