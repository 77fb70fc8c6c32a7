//! Trying an image out: started, watched until it is healthy or a probe succeeds, its log collected, removed.

use std::time::{Duration, Instant};

use bollard::models::{ContainerCreateBody, ExecConfig, HealthStatusEnum, HostConfig, PortBinding};
use bollard::query_parameters::LogsOptionsBuilder;
use futures_util::StreamExt;

use crate::failure::{Exit, Failure};

use super::connection::{LONG, SHORT};
use super::error::EngineError;
use super::session::Session;

/// What tells that an image works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Its own `HEALTHCHECK`.
    Health,
    /// A command in it that ends with 0.
    Command(String),
    /// A URL that answers with a status below 400; `{port:8080}` stands for the port of the host that is the
    /// container's 8080.
    Url(String),
}

/// How an image is tried out.
#[derive(Clone, Debug)]
pub struct Verify {
    /// What tells that it works.
    pub probe: Probe,
    /// How long it may take until it does.
    pub within: Duration,
}

/// An image that does not work.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The engine.
    #[error("trying the image out")]
    Engine(#[from] EngineError),
    /// It ended.
    #[error("the image does not stay up: it ended with {code} after {seconds} s")]
    Ended {
        /// Its exit code.
        code: i64,
        /// After how many seconds.
        seconds: u64,
        /// The last lines of its log.
        log: Vec<String>,
    },
    /// It never became healthy.
    #[error("the image was not healthy in {seconds} s: {last}")]
    NotHealthy {
        /// How long was waited.
        seconds: u64,
        /// What the probe gave last.
        last: String,
        /// The last lines of its log.
        log: Vec<String>,
    },
    /// Nothing tells whether it works.
    #[error("nothing tells whether the image works: it has no HEALTHCHECK")]
    NoProbe,
    /// The URL names no port, or is none.
    #[error("--verify-url {0}: expected http://HOST:{{port:8080}}/path")]
    Url(String),
}

impl From<VerifyError> for Failure {
    fn from(error: VerifyError) -> Self {
        let (exit, help) = match error {
            VerifyError::Engine(error) => return Failure::from(error).help("nothing was pushed"),
            VerifyError::Ended { ref log, .. } | VerifyError::NotHealthy { ref log, .. } => {
                let mut help = vec!["nothing was pushed; the end of its log:".to_owned()];
                help.extend(log.iter().map(|line| format!("| {line}")));
                (Exit::Step, help)
            }
            VerifyError::NoProbe => {
                (Exit::Usage, vec!["add a HEALTHCHECK, or give --verify-cmd or --verify-url".to_owned()])
            }
            VerifyError::Url(_) => (Exit::Usage, Vec::new()),
        };
        Failure { exit, cause: error.into(), help }
    }
}

/// How often a probe is tried.
const EVERY: Duration = Duration::from_millis(500);
/// How much of a log is shown.
const LOG: usize = 30;

impl Session {
    /// Starts an image of the engine and waits until it works. Whatever comes out, its container is removed.
    ///
    /// # Errors
    /// When it does not work in time, with the end of its log.
    pub fn verify(&self, image: &str, verify: &Verify) -> Result<(), VerifyError> {
        let _hold = self.options.interrupt.hold();
        let name = self.container_name();
        let shown = self.progress.step(&format!("try out {image}"));
        let result = self.connection.wait(async {
            let result = self.try_out(&name, image, verify).await;
            self.connection.remove(&name).await;
            result
        });
        shown.done(&match &result {
            Ok(()) => crate::progress::Outcome::Done,
            Err(error) => crate::progress::Outcome::Failed(error.to_string()),
        });
        result
    }

    async fn try_out(&self, name: &str, image: &str, verify: &Verify) -> Result<(), VerifyError> {
        let port = match &verify.probe {
            Probe::Url(url) => Some(port_of(url).ok_or_else(|| VerifyError::Url(url.clone()))?),
            _ => None,
        };
        let host = HostConfig {
            port_bindings: port.map(|port| {
                // The engine chooses the host's port: two builds may try the same image out.
                [(format!("{port}/tcp"), Some(vec![PortBinding { host_ip: None, host_port: None }]))].into()
            }),
            ..HostConfig::default()
        };
        let exposed = port.map(|port| vec![format!("{port}/tcp")]);
        let body =
            ContainerCreateBody { host_config: Some(host), exposed_ports: exposed, ..ContainerCreateBody::default() };
        self.connection.create(name, image, &self.lease.owner, body).await?;
        let docker = self.connection.docker();
        self.connection.call("starting the image", LONG, docker.start_container(name, None)).await?;
        let began = Instant::now();
        loop {
            let doing = "looking at the started image";
            let container = self.connection.call(doing, SHORT, docker.inspect_container(name, None)).await?;
            let state = container.state.clone().unwrap_or_default();
            if !state.running.unwrap_or(false) {
                let (code, seconds) = (state.exit_code.unwrap_or(-1), began.elapsed().as_secs());
                return Err(VerifyError::Ended { code, seconds, log: self.log(name).await });
            }
            let last = match &verify.probe {
                Probe::Health => match state.health.as_ref().and_then(|health| health.status) {
                    Some(HealthStatusEnum::HEALTHY) => return Ok(()),
                    None | Some(HealthStatusEnum::NONE | HealthStatusEnum::EMPTY) => return Err(VerifyError::NoProbe),
                    Some(status) => format!("its HEALTHCHECK says {status}"),
                },
                Probe::Command(command) => match self.execute(name, command).await {
                    Ok(0) => return Ok(()),
                    Ok(code) => format!("the command ended with {code}"),
                    // The image may have ended since it was looked at: the next look tells.
                    Err(error @ EngineError::Refused { .. }) => error.to_string(),
                    Err(error) => return Err(error.into()),
                },
                Probe::Url(url) => match fetch(&with_port(url, &container)) {
                    Ok(status) if status < 400 => return Ok(()),
                    Ok(status) => format!("the URL answers {status}"),
                    Err(error) => format!("the URL does not answer: {error}"),
                },
            };
            if began.elapsed() >= verify.within {
                let seconds = verify.within.as_secs();
                return Err(VerifyError::NotHealthy { seconds, last, log: self.log(name).await });
            }
            self.connection.sleep(EVERY).await?;
        }
    }

    /// Runs a command in a started container by the system's shell; gives its exit code.
    async fn execute(&self, name: &str, command: &str) -> Result<i64, EngineError> {
        let shell: &[&str] = if self.engine.is_windows() { &["cmd", "/S", "/C"] } else { &["sh", "-c"] };
        let words = shell.iter().map(|word| (*word).to_owned()).chain([command.to_owned()]).collect();
        let docker = self.connection.docker();
        let doing = "running the command in the image";
        let config = ExecConfig {
            cmd: Some(words),
            attach_stdout: Some(true),
            attach_stderr: Some(true),
            ..ExecConfig::default()
        };
        let made = self.connection.call(doing, SHORT, docker.create_exec(name, config)).await?;
        let started = self.connection.call(doing, SHORT, docker.start_exec(&made.id, None)).await?;
        if let bollard::exec::StartExecResults::Attached { mut output, .. } = started {
            let drained = async {
                while output.next().await.is_some() {}
                Ok(())
            };
            self.connection.call(doing, SHORT, drained).await?;
        }
        let inspected = self.connection.call(doing, SHORT, docker.inspect_exec(&made.id)).await?;
        Ok(inspected.exit_code.unwrap_or(-1))
    }

    /// The end of a container's log, without secrets.
    async fn log(&self, name: &str) -> Vec<String> {
        let options = LogsOptionsBuilder::new().stdout(true).stderr(true).tail(&LOG.to_string()).build();
        let mut lines = Vec::new();
        let mut log = self.connection.docker().logs(name, Some(options));
        while let Ok(Some(Ok(line))) = tokio::time::timeout(SHORT, log.next()).await {
            lines.push(self.options.secrets.mask(line.to_string().trim_end()));
        }
        lines
    }
}

/// The port of the container that a URL names: `{port:8080}`.
fn port_of(url: &str) -> Option<u16> {
    let (_, rest) = url.strip_prefix("http://")?.split_once("{port:")?;
    rest.split_once('}')?.0.parse().ok()
}

/// The URL with the port of the host.
fn with_port(url: &str, container: &bollard::models::ContainerInspectResponse) -> String {
    let ports = container.network_settings.as_ref().and_then(|network| network.ports.as_ref());
    let bound =
        ports.and_then(|ports| ports.values().flatten().flatten().find_map(|binding| binding.host_port.clone()));
    let Some((before, rest)) = url.split_once("{port:") else { return url.to_owned() };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    format!("{before}{}{after}", bound.unwrap_or_else(|| "0".to_owned()))
}

/// The status of a URL.
fn fetch(url: &str) -> Result<u16, ureq::Error> {
    let config = ureq::Agent::config_builder().timeout_global(Some(Duration::from_secs(5))).http_status_as_error(false);
    Ok(config.build().new_agent().get(url).call()?.status().as_u16())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_the_containers_port() {
        assert_eq!(port_of("http://localhost:{port:8080}/health"), Some(8080));
        for wrong in ["http://localhost:8080/", "https://x:{port:1}/", "http://x:{port:a}/"] {
            assert_eq!(port_of(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_url_is_fetched_whatever_its_status() {
        use std::io::{Read, Write};
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let _ = client.read(&mut [0; 512]);
            client.write_all(b"HTTP/1.1 503 Unavailable\r\nContent-Length: 0\r\n\r\n").unwrap();
        });
        assert_eq!(fetch(&format!("http://{address}/health")).unwrap(), 503);
    }
}
