//! Image configs: the platform, how a container starts, and the history.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Digest, Extra, Platform};

/// An image config. Times are kept as they are written (RFC 3339).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImageConfig {
    /// When the image was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// What it runs on.
    #[serde(flatten)]
    pub platform: Platform,
    /// How a container starts.
    #[serde(default)]
    pub config: ContainerConfig,
    /// The layers, uncompressed.
    pub rootfs: RootFs,
    /// How it came to be.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub history: Vec<History>,
}

/// How a container starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ContainerConfig {
    /// The account; empty is the image's own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub user: String,
    /// Ports, `80/tcp`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub exposed_ports: BTreeMap<String, Value>,
    /// Variables, `NAME=value`.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub env: Vec<String>,
    /// What the container starts with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entrypoint: Option<Vec<String>>,
    /// Its arguments, or the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cmd: Option<Vec<String>>,
    /// Whether the first word of the command is a whole Windows command line.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub args_escaped: bool,
    /// How it tells that it is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<Healthcheck>,
    /// Folders whose content is not the image's.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub volumes: BTreeMap<String, Value>,
    /// The folder it starts in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub working_dir: String,
    /// Instructions for images built on this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub on_build: Vec<String>,
    /// Labels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub labels: BTreeMap<String, String>,
    /// The signal that stops it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stop_signal: Option<String>,
    /// The shell of shell-form commands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shell: Option<Vec<String>>,
    /// Fields this structure does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A health check; times are in nanoseconds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Healthcheck {
    /// `["NONE"]`, `["CMD", ...]` or `["CMD-SHELL", line]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub test: Vec<String>,
    /// Between two checks.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub interval: u64,
    /// For one check.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub timeout: u64,
    /// Before failures count.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub start_period: u64,
    /// Between two checks in that time.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub start_interval: u64,
    /// How many failures in a row make it unhealthy.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub retries: u64,
}

/// The layers of an image.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RootFs {
    /// Always `layers`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The digests of the uncompressed layers, the base's first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub diff_ids: Vec<Digest>,
}

/// A step of the image's history.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created: Option<String>,
    /// The instruction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub created_by: Option<String>,
    /// By whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// A note.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// Whether it made no layer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub empty_layer: bool,
    /// Fields this structure does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl ImageConfig {
    /// The config of an image without layers.
    pub fn empty(platform: Platform) -> Self {
        ImageConfig {
            created: None,
            author: None,
            platform,
            config: ContainerConfig::default(),
            rootfs: RootFs { kind: "layers".to_owned(), diff_ids: Vec::new() },
            history: Vec::new(),
        }
    }
}

const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Docker's engine, and what else is written in Go, writes `null` where it means nothing.
pub(super) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_may_be_null() {
        let config =
            r#"{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":null},"history":null}"#;
        let config: ImageConfig = serde_json::from_str(config).unwrap();
        assert_eq!((config.rootfs.diff_ids.len(), config.history.len()), (0, 0));
        let index: crate::image::Index = serde_json::from_str(r#"{"schemaVersion":2,"manifests":null}"#).unwrap();
        assert!(index.manifests.is_empty());
        let digest = Digest::of(b"");
        let manifest = format!(
            r#"{{"schemaVersion":2,"config":{{"mediaType":"x/y","digest":"{digest}","size":0}},"layers":null}}"#
        );
        let manifest: crate::image::Manifest = serde_json::from_str(&manifest).unwrap();
        assert!(manifest.layers.is_empty());
    }

    #[test]
    fn nothing_of_a_config_is_lost() {
        let json = concat!(
            r#"{"created":"2026-11-10T00:00:00Z","architecture":"amd64","os":"windows","os.version":"10.0.20348.2700","#,
            r#""moby.buildkit.x":{"a":1},"config":{"User":"ContainerUser","Env":["A=b"],"Cmd":["cmd /S /C dir"],"#,
            r#""ArgsEscaped":true,"WorkingDir":"C:\\app","OnBuild":["RUN x"],"Labels":{"a":"1","b":"2"},"#,
            r#""Shell":["powershell","-Command"],"Hostname":"h"},"rootfs":{"type":"layers","diff_ids":[]},"#,
            r#""history":[{"created_by":"RUN x","empty_layer":true}]}"#
        );
        let config: ImageConfig = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&config).unwrap(), json);
    }

    #[test]
    fn null_is_nothing() {
        let json = r#"{"architecture":"amd64","os":"windows","config":{"Env":null,"Labels":null,"OnBuild":null,"Volumes":null},
            "rootfs":{"type":"layers","diff_ids":[]}}"#;
        let config: ImageConfig = serde_json::from_str(json).unwrap();
        assert_eq!(config.config, ContainerConfig::default());
    }
}
