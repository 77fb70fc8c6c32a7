//! The connection to an engine. The asynchronous client and its runtime stay behind it: everything outward waits.

use std::future::Future;
use std::path::Path;
use std::pin::pin;
use std::time::Duration;

use bollard::{API_DEFAULT_VERSION, Docker};
use tokio::runtime::{Builder, Runtime};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::endpoint::{Endpoint, Transport};
use super::error::EngineError;
use super::interrupt::Interrupt;

/// For calls that the engine answers at once.
pub(super) const SHORT: Duration = Duration::from_secs(60);
/// For calls that wait for the host: creating, starting and removing containers on a loaded Windows host.
pub(super) const LONG: Duration = Duration::from_secs(600);
/// For calls that move layers.
pub(super) const LAYERS: Duration = Duration::from_secs(3 * 3600);
/// How soon Ctrl-C is noticed.
const NOTICE: Duration = Duration::from_millis(50);

/// A connection to an engine.
pub struct Connection {
    runtime: Runtime,
    docker: Docker,
    endpoint: Endpoint,
    interrupt: Interrupt,
}

impl Connection {
    /// Connects, and agrees on a version of the API.
    ///
    /// # Errors
    /// When nobody answers there, or the certificates cannot be read.
    pub fn open(endpoint: Endpoint, interrupt: Interrupt) -> Result<Self, EngineError> {
        let runtime = Builder::new_current_thread().enable_all().build().map_err(EngineError::file("the runtime"))?;
        let unreachable = |source: Box<dyn std::error::Error + Send + Sync>| EngineError::Unreachable {
            endpoint: endpoint.to_string(),
            named_by: endpoint.named_by.clone(),
            help: endpoint.help(&source.to_string()),
            source,
        };
        let docker = {
            let _inside = runtime.enter();
            client(&endpoint.transport).map_err(|error| unreachable(error.into()))?
        };
        // The client's own limit covers every call until its first byte; the limits of the calls are ours.
        let docker = docker.with_timeout(LAYERS);
        let agree = async { timeout(SHORT, docker.negotiate_version()).await };
        let docker = match runtime.block_on(agree) {
            Ok(Ok(docker)) => docker,
            Ok(Err(error)) => return Err(unreachable(innermost(&error).into())),
            Err(_) => return Err(unreachable("it does not answer in 60 s".into())),
        };
        Ok(Connection { runtime, docker, endpoint, interrupt })
    }

    /// Where the engine is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) const fn docker(&self) -> &Docker {
        &self.docker
    }

    pub(super) const fn interrupt(&self) -> &Interrupt {
        &self.interrupt
    }

    /// Waits for what the runtime runs.
    pub(super) fn wait<F: Future>(&self, future: F) -> F::Output {
        self.runtime.block_on(future)
    }

    /// Makes a call of the client, and gives up on it when it takes longer than `limit` or the user ends the command.
    pub(super) async fn call<T>(
        &self,
        doing: &str,
        limit: Duration,
        call: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<T, EngineError> {
        self.unless_interrupted(self.call_to_its_end(doing, limit, call)).await
    }

    /// The same, whatever the user does meanwhile: for calls that leave something to put away, which the engine would
    /// make all the same when nobody waits for its answer any more.
    pub(super) async fn call_to_its_end<T>(
        &self,
        doing: &str,
        limit: Duration,
        call: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<T, EngineError> {
        match timeout(limit, call).await {
            Ok(result) => result.map_err(|error| EngineError::from_client(doing, error)),
            Err(_) => Err(EngineError::Silent { doing: doing.to_owned(), seconds: limit.as_secs() }),
        }
    }

    /// The same, waited for.
    pub(super) fn ask<T>(
        &self,
        doing: &str,
        limit: Duration,
        call: impl Future<Output = Result<T, bollard::errors::Error>>,
    ) -> Result<T, EngineError> {
        self.wait(self.call(doing, limit, call))
    }

    /// Waits for something unless the user ends the command meanwhile.
    pub(super) async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, EngineError>>,
    ) -> Result<T, EngineError> {
        let mut work = pin!(work);
        let mut tick = interval(NOTICE);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return result,
                _ = tick.tick() => if self.interrupt.is_set() {
                    return Err(EngineError::Interrupted);
                },
            }
        }
    }

    /// Sleeps, unless the user ends the command.
    pub(super) async fn sleep(&self, time: Duration) -> Result<(), EngineError> {
        self.unless_interrupted(async {
            tokio::time::sleep(time).await;
            Ok(())
        })
        .await
    }
}

fn client(transport: &Transport) -> Result<Docker, bollard::errors::Error> {
    let seconds = LAYERS.as_secs();
    match transport {
        Transport::Unix(path) => unix(path, seconds),
        Transport::Pipe(path) => pipe(path, seconds),
        Transport::Tcp { address, tls: None } => Docker::connect_with_http(address, seconds, API_DEFAULT_VERSION),
        Transport::Tcp { address, tls: Some(tls) } => {
            Docker::connect_with_ssl(address, &tls.key, &tls.certificate, &tls.authority, seconds, API_DEFAULT_VERSION)
        }
    }
}

#[cfg(unix)]
fn unix(path: &Path, seconds: u64) -> Result<Docker, bollard::errors::Error> {
    Docker::connect_with_unix(&path.to_string_lossy(), seconds, API_DEFAULT_VERSION)
}

#[cfg(not(unix))]
fn unix(path: &Path, _seconds: u64) -> Result<Docker, bollard::errors::Error> {
    Err(bollard::errors::Error::SocketNotFoundError(path.display().to_string()))
}

#[cfg(windows)]
fn pipe(path: &str, seconds: u64) -> Result<Docker, bollard::errors::Error> {
    Docker::connect_with_named_pipe(path, seconds, API_DEFAULT_VERSION)
}

#[cfg(not(windows))]
fn pipe(path: &str, _seconds: u64) -> Result<Docker, bollard::errors::Error> {
    Err(bollard::errors::Error::SocketNotFoundError(path.to_owned()))
}

/// The words of the error at the bottom: those above say only that something failed.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut error = error;
    while let Some(source) = error.source() {
        error = source;
    }
    error.to_string()
}
