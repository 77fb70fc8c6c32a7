//! Images elsewhere: a client for the registries of the OCI distribution specification and of Docker.
//!
//! It is synchronous, takes cut transfers up where they broke, tries again within bounds and as the registry asks, and
//! says of every failure where it was, what was attempted, what the registry said and what to do. Bytes are kept as
//! they come: blobs and manifests are verified, never rewritten.

mod address;
mod challenge;
mod client;
pub mod copy;
mod credential;
mod download;
mod error;
pub mod header;
pub mod health;
mod manifest;
mod name;
mod newer;
pub mod promote;
mod proxy;
mod resolve;
mod retry;
mod said;
mod settings;
mod source;
mod token;
mod transport;
mod upload;

pub(crate) use address::host;
pub use client::Client;
pub use download::Blob;
pub use error::{Error, Fault};
pub use manifest::Document;
pub use name::{DEFAULT_TAG, NameError, Reference, Repository, Target};
pub use retry::Retry;
pub use settings::Settings;
pub use source::{RegistryImage, open};
pub use transport::Content;
pub(crate) use transport::fault as transport_fault;
pub use upload::Pushed;
