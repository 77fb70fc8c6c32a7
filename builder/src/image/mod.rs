//! What an image is made of: digests, descriptors, platforms, configs, manifests and indexes, as they stand in JSON.
//!
//! Every structure keeps the fields it does not know, and writes its own in a fixed order, so that reading and
//! writing loses nothing and the same image always has the same digest.

mod config;
mod descriptor;
mod digest;
mod index;
mod manifest;
pub mod media_type;
mod platform;

pub use config::{ContainerConfig, Healthcheck, History, ImageConfig, RootFs};
pub use descriptor::Descriptor;
pub use digest::{Digest, DigestError, Digester, Digesting};
pub use index::{Index, IndexError};
pub use manifest::Manifest;
pub use platform::{Platform, compare_versions};

use serde::Serialize;

/// Fields that these structures do not name, kept as they are.
pub type Extra = std::collections::BTreeMap<String, serde_json::Value>;

/// The bytes of a document as they are stored: compact JSON.
pub fn to_json<T: Serialize>(document: &T) -> Vec<u8> {
    serde_json::to_vec(document).expect("documents have string keys only")
}
