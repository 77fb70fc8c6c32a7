//! `docker info`, of engines from 18.09 on: older ones print no `Client:` and `Server:` sections.

use std::collections::BTreeMap;

use super::{OsVersion, docker_os_version};

/// What `docker info` says of the engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DockerInfo {
    /// The engine's version.
    pub server_version: Option<String>,
    /// `windows`, `linux`.
    pub os_type: Option<String>,
    /// `process`, `hyperv`; Linux engines have none.
    pub isolation: Option<String>,
    /// `windowsfilter`, `windows` (containerd's snapshots), `overlay2`.
    pub driver: Option<String>,
    /// The version of Windows under it.
    pub os_version: Option<OsVersion>,
    /// Where images are kept.
    pub root: Option<String>,
    /// Registries that are reached without TLS.
    pub insecure: Vec<String>,
    /// Warnings, a line each.
    pub warnings: Vec<String>,
    /// What kept the client from reaching the engine.
    pub error: Option<String>,
}

/// Reads `docker info`.
pub fn docker_info(text: &str) -> DockerInfo {
    let server = text.find("\nServer:").map_or(text, |at| &text[at + 1..]);
    let values: BTreeMap<&str, &str> = server
        .lines()
        .filter_map(|line| line.trim_start().split_once(':'))
        .map(|(key, value)| (key, value.trim()))
        .collect();
    let value = |key: &str| values.get(key).filter(|value| !value.is_empty()).map(|value| (*value).to_owned());
    let system = value("Operating System").unwrap_or_default();
    let kernel = value("Kernel Version").unwrap_or_default();
    let marked = |mark: &str| {
        text.lines()
            .filter_map(|line| line.trim().strip_prefix(mark))
            .map(|line| line.trim().to_owned())
            .collect::<Vec<_>>()
    };
    DockerInfo {
        server_version: value("Server Version"),
        os_type: value("OSType"),
        isolation: value("Default Isolation"),
        driver: value("Storage Driver"),
        os_version: docker_os_version(&system, &kernel),
        root: value("Docker Root Dir"),
        insecure: listed(server, "Insecure Registries:"),
        warnings: marked("WARNING:"),
        error: marked("ERROR:").into_iter().next().or_else(|| unreachable_engine(text)),
    }
}

/// Some clients write the reason to standard error, without a mark.
fn unreachable_engine(text: &str) -> Option<String> {
    let says =
        |line: &&str| line.contains("Cannot connect to the Docker daemon") || line.contains("error during connect");
    text.lines().map(str::trim).find(says).map(str::to_owned)
}

/// The lines below a heading that are indented deeper than it.
fn listed(text: &str, heading: &str) -> Vec<String> {
    let mut lines = text.lines().skip_while(|line| line.trim() != heading);
    let Some(first) = lines.next() else { return Vec::new() };
    let depth = |line: &str| line.len() - line.trim_start().len();
    lines.take_while(|line| depth(line) > depth(first)).map(|line| line.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::check::recorded;

    #[test]
    fn every_layout_is_read() {
        for (file, server, version) in [
            ("docker_info_ws2016_18.09.txt", "18.09.0", "10.0.14393.969"),
            ("docker_info_ws2019_19.03.txt", "19.03.4", "10.0.17763.805"),
            ("docker_info_ws2022_23.0.txt", "23.0.3", "10.0.20348.707"),
            ("docker_info_ws2025_28.0.txt", "28.0.4", "10.0.26100.3775"),
        ] {
            let info = docker_info(&recorded(file));
            assert_eq!(info.server_version.as_deref(), Some(server), "{file}");
            assert_eq!(info.os_version.unwrap().to_string(), version, "{file}");
            assert_eq!(info.os_type.as_deref(), Some("windows"), "{file}");
            assert_eq!(info.isolation.as_deref(), Some("process"), "{file}");
            assert_eq!(info.driver.as_deref(), Some("windowsfilter"), "{file}");
            assert_eq!(info.error, None, "{file}");
        }
    }

    #[test]
    fn lists_warnings_and_errors_are_read() {
        let info = docker_info(&recorded("docker_info_ws2022_23.0.txt"));
        assert_eq!(info.insecure, ["myregistry:5000", "127.0.0.0/8"]);
        let info = docker_info(&recorded("docker_info_ws2019_19.03.txt"));
        assert_eq!(info.warnings, ["API is accessible on http://0.0.0.0:2375 without encryption."]);
        let info = docker_info(&recorded("docker_info_daemon_down.txt"));
        assert!(info.error.unwrap().contains("docker_engine"));
        let unmarked =
            "Client:\n Version: 28.2.2\n\nServer:\nCannot connect to the Docker daemon at unix:///var/run/docker.sock.";
        assert!(docker_info(unmarked).error.unwrap().starts_with("Cannot connect"));
        assert_eq!(info.server_version, None, "the version of the client is not that of the engine");
    }
}
