//! What an image runs on.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::Extra;

/// A platform as indexes and configs name it. On Windows the version decides: `10.0.20348.2700`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Platform {
    /// `amd64`, `arm64`.
    #[serde(default)]
    pub architecture: String,
    /// `windows`, `linux`.
    #[serde(default)]
    pub os: String,
    /// The version of Windows the image was made for.
    #[serde(rename = "os.version", default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// What it needs besides, `win32k`.
    #[serde(rename = "os.features", default, skip_serializing_if = "Vec::is_empty")]
    pub os_features: Vec<String>,
    /// The variant of the processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Fields this structure does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Platform {
    /// A platform without a version.
    pub fn new(os: &str, architecture: &str) -> Self {
        Platform { os: os.to_owned(), architecture: architecture.to_owned(), ..Platform::default() }
    }

    /// Whether it is Windows.
    pub fn is_windows(&self) -> bool {
        self.os == "windows"
    }
}

/// As containerd writes platforms: `windows(10.0.20348.2700+win32k)/amd64`, `linux/arm64/v8`.
impl fmt::Display for Platform {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.os)?;
        let mut inner = self.os_version.clone().unwrap_or_default();
        for feature in &self.os_features {
            inner.push('+');
            inner.push_str(feature);
        }
        if !inner.is_empty() {
            write!(out, "({inner})")?;
        }
        write!(out, "/{}", self.architecture)?;
        match &self.variant {
            Some(variant) => write!(out, "/{variant}"),
            None => Ok(()),
        }
    }
}

/// Compares two versions of Windows part by part, as numbers: `10.0.9200.1` comes before `10.0.17763.1`.
pub fn compare_versions(left: &str, right: &str) -> Ordering {
    let parts = |text: &str| text.split('.').map(|part| part.parse().unwrap_or(0_u64)).collect::<Vec<_>>();
    parts(left).cmp(&parts(right))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_kept_under_its_name() {
        let json = r#"{"architecture":"amd64","os":"windows","os.version":"10.0.20348.2700","os.features":["win32k"]}"#;
        let platform: Platform = serde_json::from_str(json).unwrap();
        assert_eq!(platform.to_string(), "windows(10.0.20348.2700+win32k)/amd64");
        assert_eq!(serde_json::to_string(&platform).unwrap(), json);
    }

    #[test]
    fn versions_compare_as_numbers() {
        assert_eq!(compare_versions("10.0.9200.1", "10.0.17763.1"), Ordering::Less);
        assert_eq!(compare_versions("10.0.20348.2700", "10.0.20348.2700"), Ordering::Equal);
    }
}
