//! The answers of a host, read: what the checks share.

use std::cell::OnceCell;

use base64::Engine as _;

use super::Outcome;
use crate::doctor::host::{Answer, Host};
use crate::doctor::parse::{self, DockerInfo, Inventory, OsVersion, RegistryValue};

/// What one run of Windows PowerShell tells; every line is `name=value`.
const PROBE: &str = include_str!("../inventory.ps1");

/// A host and what has been read of it.
pub struct View<'a> {
    /// The host.
    pub host: &'a dyn Host,
    engine: OnceCell<Result<DockerInfo, String>>,
    inventory: OnceCell<Result<Inventory, String>>,
}

impl<'a> View<'a> {
    /// Nothing is asked yet.
    pub fn new(host: &'a dyn Host) -> Self {
        View { host, engine: OnceCell::new(), inventory: OnceCell::new() }
    }

    /// A command's answer.
    ///
    /// # Errors
    /// Why there is none.
    pub fn ask(&self, program: &str, arguments: &[&str]) -> Result<Answer, String> {
        self.host.run(program, arguments).map_err(|error| error.to_string())
    }

    /// `docker info`.
    ///
    /// # Errors
    /// When the client is missing or does not reach the engine.
    pub fn engine(&self) -> Result<&DockerInfo, String> {
        let read = self.engine.get_or_init(|| {
            let answer = self.ask("docker", &["info"])?;
            let info = parse::docker_info(&answer.text);
            match (&info.error, &info.server_version) {
                (Some(error), _) => Err(error.clone()),
                (None, None) => Err(first_line(&answer.text)),
                (None, Some(_)) => Ok(info),
            }
        });
        read.as_ref().map_err(Clone::clone)
    }

    /// What PowerShell tells of the host.
    ///
    /// # Errors
    /// When PowerShell cannot be run or tells nothing.
    pub fn inventory(&self) -> Result<&Inventory, String> {
        let read = self.inventory.get_or_init(|| {
            let wide: Vec<u8> = PROBE.encode_utf16().flat_map(u16::to_le_bytes).collect();
            let encoded = base64::engine::general_purpose::STANDARD.encode(wide);
            let words = ["-NoProfile", "-NonInteractive", "-ExecutionPolicy", "Bypass", "-EncodedCommand", &encoded];
            let answer = self.ask("powershell.exe", &words)?;
            let inventory = parse::inventory(&answer.text);
            match inventory.value("probe") {
                Some("done") => Ok(inventory),
                _ => Err("powershell.exe did not run the probe to its end".to_owned()),
            }
        });
        read.as_ref().map_err(Clone::clone)
    }

    /// The version of Windows.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn version(&self) -> Result<OsVersion, String> {
        let answer = self.ask("cmd.exe", &["/D", "/C", "ver"])?;
        parse::ver(&answer.text).ok_or_else(|| format!("ver printed no version: {}", first_line(&answer.text)))
    }

    /// A value of the registry; `None` when the key or the value is not there.
    ///
    /// # Errors
    /// When `reg.exe` cannot be run.
    pub fn registry(&self, key: &str, name: &str) -> Result<Option<RegistryValue>, String> {
        let answer = self.ask("reg.exe", &["query", key, "/v", name])?;
        Ok(parse::registry_value(&answer.text, name))
    }

    /// Whether a key of the registry is there.
    ///
    /// # Errors
    /// When `reg.exe` cannot be run.
    pub fn has_key(&self, key: &str) -> Result<bool, String> {
        Ok(self.ask("reg.exe", &["query", key])?.is_success())
    }

    /// An answer of `sc.exe` about a service; `None` when there is no such service.
    ///
    /// # Errors
    /// When `sc.exe` cannot be run.
    pub fn service(&self, arguments: &[&str]) -> Result<Option<String>, String> {
        let answer = self.ask("sc.exe", arguments)?;
        Ok((!parse::is_missing(&answer.text)).then_some(answer.text))
    }
}

/// The first line that says something.
pub fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("it printed nothing").to_owned()
}

/// The outcome, or why it could not be told.
pub fn told(result: Result<Outcome, String>) -> Outcome {
    result.unwrap_or_else(Outcome::Unknown)
}
