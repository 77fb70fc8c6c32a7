//! Manifests: the config and the layers of one image.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Descriptor, Extra, media_type};

/// The manifest of one image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Always 2.
    #[serde(rename = "schemaVersion")]
    pub schema_version: u32,
    /// Its own media type.
    #[serde(rename = "mediaType", default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// The image config.
    pub config: Descriptor,
    /// The layers, the base's first.
    #[serde(default, deserialize_with = "super::config::null_as_default")]
    pub layers: Vec<Descriptor>,
    /// Notes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// Fields this structure does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Manifest {
    /// An OCI manifest of this config and these layers.
    pub fn new(config: Descriptor, layers: Vec<Descriptor>) -> Self {
        Manifest {
            schema_version: 2,
            media_type: Some(media_type::MANIFEST.to_owned()),
            config,
            layers,
            annotations: BTreeMap::new(),
            extra: Extra::new(),
        }
    }
}
