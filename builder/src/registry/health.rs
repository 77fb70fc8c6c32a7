//! Whether what was put into service is well: an address that answers, or a command that succeeds.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// The longest pause between two tries.
const PAUSE: Duration = Duration::from_secs(2);

/// How often a command is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A check of health.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Check {
    /// An address that has to answer with a status from 200 to 299.
    Address(String),
    /// A command of the host's shell that has to exit with 0.
    Command(String),
}

/// It is not well.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{check} did not come out well within {} seconds: {last}", timeout.as_secs_f64())]
pub struct Ill {
    /// What was checked.
    pub check: Check,
    /// How long.
    pub timeout: Duration,
    /// What the last try came to.
    pub last: String,
}

impl Check {
    /// An address of http or https, else a command.
    pub fn new(text: &str) -> Self {
        match text.starts_with("http://") || text.starts_with("https://") {
            true => Check::Address(text.to_owned()),
            false => Check::Command(text.to_owned()),
        }
    }

    /// Tries until it comes out well. A command finds `variables` in its environment.
    ///
    /// # Errors
    /// When it did not in that time, or when it was `cancelled`.
    pub fn wait(
        &self,
        timeout: Duration,
        variables: &[(&str, String)],
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Ill> {
        let end = Instant::now() + timeout;
        let mut pause = Duration::from_millis(100);
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let result = match self {
                Check::Address(address) => ask(address, left),
                Check::Command(command) => run(command, left, variables),
            };
            let Err(last) = result else { return Ok(()) };
            tracing::info!("{self}: {last}");
            if cancelled() {
                return Err(Ill { check: self.clone(), timeout, last: "it was interrupted".to_owned() });
            }
            if Instant::now() + pause >= end {
                return Err(Ill { check: self.clone(), timeout, last });
            }
            thread::sleep(pause);
            pause = (pause * 2).min(PAUSE);
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // What stands behind the host may be a key.
            Check::Address(address) => write!(out, "the check of {}", super::address::host(address)),
            Check::Command(_) => out.write_str("the command of the check"),
        }
    }
}

fn ask(address: &str, left: Duration) -> Result<(), String> {
    match agent(left).get(address).call() {
        Ok(answer) if answer.status().is_success() => Ok(()),
        Ok(answer) => Err(format!("it answers {}", answer.status().as_u16())),
        Err(ureq::Error::BadUri(_)) => Err("it is no address".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// It trusts whom the system trusts, as the client for registries does.
fn agent(left: Duration) -> Agent {
    Agent::config_builder()
        .timeout_global(Some(left))
        .http_status_as_error(false)
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .build()
        .into()
}

fn run(command: &str, left: Duration, variables: &[(&str, String)]) -> Result<(), String> {
    let cannot = |error: io::Error| format!("it cannot be started: {error}");
    let folder = tempfile::tempdir().map_err(cannot)?;
    let mut child = shell(command, folder.path())
        .and_then(|mut shell| {
            // What the command prints is no result of ours.
            shell.stdin(Stdio::null()).stdout(io::stderr()).stderr(Stdio::inherit());
            shell.envs(variables.iter().map(|(name, value)| (name, value))).spawn()
        })
        .map_err(cannot)?;
    match wait(&mut child, left).map_err(cannot)? {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(format!("it ended with {status}")),
        None => Err("it was still running".to_owned()),
    }
}

/// The host's shell with a command. `cmd` reads it from a file: its rules for quotes on a command line are others than
/// those by which programs are given their arguments.
fn shell(command: &str, folder: &Path) -> io::Result<Command> {
    if std::env::consts::OS != "windows" {
        let mut shell = Command::new("sh");
        shell.args(["-c", command]);
        return Ok(shell);
    }
    let script = folder.join("check.cmd");
    fs::write(&script, format!("@echo off\r\n{command}\r\n"))?;
    let mut shell = Command::new("cmd");
    shell.args(["/D", "/C"]).arg(script);
    Ok(shell)
}

/// How a process ended; `None` when it had to be ended.
fn wait(child: &mut Child, left: Duration) -> io::Result<Option<ExitStatus>> {
    let end = Instant::now() + left;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            stop(child)?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
}

/// Ends the shell. Windows ends a process alone, and what `cmd` has started would go on without it; a shell of Unix becomes
/// the command, where that is one.
fn stop(child: &mut Child) -> io::Result<()> {
    if std::env::consts::OS == "windows" {
        let mut taskkill = Command::new("taskkill");
        taskkill.args(["/T", "/F", "/PID", &child.id().to_string()]);
        // Where that fails, at least the shell is ended.
        let _ = taskkill.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
    }
    child.kill()?;
    child.wait().map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_trusted_by_the_system() {
        let agent = agent(Duration::from_secs(1));
        assert!(matches!(agent.config().tls_config().root_certs(), RootCerts::PlatformVerifier));
    }

    #[test]
    fn a_check_that_is_interrupted_says_so() {
        let ill = Check::new("exit 3").wait(Duration::from_secs(60), &[], &|| true).unwrap_err();
        assert_eq!(ill.last, "it was interrupted");
    }

    #[test]
    fn a_command_is_tried_until_it_succeeds() {
        let folder = tempfile::tempdir().unwrap();
        let mark = folder.path().join("mark").display().to_string();
        let command = match std::env::consts::OS {
            "windows" => format!("if exist \"{mark}\" (exit 0) else (echo x > \"{mark}\" & exit 1)"),
            _ => format!("test \"$WORD\" = 'a b' && if [ -e '{mark}' ]; then exit 0; else touch '{mark}'; exit 1; fi"),
        };
        let check = Check::new(&command);
        assert_eq!(check.wait(Duration::from_secs(600), &[("WORD", "a b".to_owned())], &|| false), Ok(()));
    }

    #[test]
    fn a_command_that_fails_or_hangs_is_ill() {
        // A busy machine may take longer to start a shell: then it is given more time.
        let ended = (0..10).any(|doubled| {
            let timeout = Duration::from_millis(300 << doubled);
            let ill = Check::new("exit 3").wait(timeout, &[], &|| false).unwrap_err().to_string();
            assert!(ill.contains(&format!("within {} seconds", timeout.as_secs_f64())), "{ill}");
            ill.ends_with(": 3")
        });
        assert!(ended, "the exit code is told");
        let sleep = if std::env::consts::OS == "windows" { "ping -n 3600 127.0.0.1" } else { "exec sleep 3600" };
        let began = Instant::now();
        let ill = Check::new(sleep).wait(Duration::from_millis(300), &[], &|| false).unwrap_err();
        assert_eq!(ill.last, "it was still running");
        assert!(began.elapsed() < Duration::from_secs(600));
    }
}
