//! Steps that need a kernel, on a Docker Engine.
//!
//! A [`Session`] is a build's use of an engine: it checks that the engine fits, brings base images there, carries steps
//! out one after the other (each create, attach, wait, start, stop and commit), and takes their layers out again. The
//! asynchronous client stays inside.

pub mod buildkit;
mod cache;
mod collect;
mod commit;
mod connection;
mod container;
mod endpoint;
mod error;
mod export;
mod failed;
mod idle;
mod interrupt;
mod launch;
mod local;
mod preflight;
mod record;
mod retry;
mod run;
mod secret;
mod secret_files;
mod session;
mod settings;
#[cfg(test)]
mod testing;
mod upload;
mod verify;
mod watch;

pub use cache::{Caches, Finished, FinishedLayer};
pub use commit::{Change, State};
pub use connection::Connection;
pub use endpoint::{Endpoint, EndpointError, Surroundings, Tls, Transport, find as find_endpoint};
pub use error::EngineError;
pub use export::Exported;
pub use failed::{Ending, StepFailed};
pub use interrupt::{Hold, Interrupt};
pub use launch::secret_id;
pub use local::LocalImage;
pub use preflight::{EngineInfo, Wanted, check as check_engine};
pub use retry::Pauses;
pub use run::{Call, Ran};
pub use secret::{Scanner, SecretError, SecretSource, Secrets, Value, ValueFrom};
pub use session::{Options, Session};
pub use settings::{Isolation, Settings, parse_code, parse_memory, parse_time};
pub use verify::{Probe, Verify, VerifyError};
