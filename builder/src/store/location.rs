//! Where an image is, as the command line names it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use dockerfile::splice::Spliced;

use crate::failure::without_login;

/// The place of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// `oci:DIR[:TAG]` or `oci:DIR@DIGEST`.
    OciLayout {
        /// The folder.
        path: PathBuf,
        /// Which of its images.
        name: Option<String>,
    },
    /// `oci-archive:FILE[:TAG]`.
    OciArchive {
        /// The file.
        path: PathBuf,
        /// Which of its images.
        name: Option<String>,
    },
    /// `docker-archive:FILE[:NAME[:TAG]]`.
    DockerArchive {
        /// The file.
        path: PathBuf,
        /// Which of its images.
        name: Option<String>,
    },
    /// `docker://HOST/NAME[:TAG|@DIGEST]`, also without `docker://`: what stands behind the `//`.
    Registry {
        /// The reference, which the registry's client parses.
        reference: String,
    },
}

/// A text that names no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{text}` is no place of an image: {reason}; write oci:DIR[:TAG], oci-archive:FILE, docker-archive:FILE or \
     docker://HOST/NAME[:TAG|@DIGEST]"
)]
pub struct LocationError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Self, LocationError> {
        let fault = |reason| LocationError { text: without_login(text), reason };
        if is_reference(text) {
            return Ok(Location::Registry { reference: text.to_owned() });
        }
        let (scheme, rest) = text.split_once(':').ok_or_else(|| fault("it does not say what kind of place it is"))?;
        if scheme == "docker" {
            let reference = rest.strip_prefix("//").ok_or_else(|| fault("two slashes come after docker:"))?;
            if reference.is_empty() {
                return Err(fault("the name is missing"));
            }
            return Ok(Location::Registry { reference: reference.to_owned() });
        }
        let (path, name) = split(rest);
        if path.is_empty() {
            return Err(fault("the path is missing"));
        }
        if name == Some("") {
            return Err(fault("nothing stands behind the last colon"));
        }
        let (path, name) = (PathBuf::from(path), name.map(str::to_owned));
        match scheme {
            "oci" => Ok(Location::OciLayout { path, name }),
            "oci-archive" => Ok(Location::OciArchive { path, name }),
            "docker-archive" => Ok(Location::DockerArchive { path, name }),
            _ => Err(fault("that kind of place is not known")),
        }
    }
}

/// The path and the name behind the first colon that does not belong to a drive, or behind `@`.
fn split(text: &str) -> (&str, Option<&str>) {
    let bytes = text.as_bytes();
    let has_drive = bytes.len() > 1
        && bytes[0].is_ascii_alphabetic()
        && bytes[1] == b':'
        && bytes.get(2).is_none_or(|byte| matches!(byte, b'/' | b'\\'));
    let behind = if has_drive { 2 } else { 0 };
    if let Some(at) = text.find("@sha256:") {
        return (&text[..at], Some(&text[at + 1..]));
    }
    match text[behind..].find(':') {
        Some(colon) => (&text[..behind + colon], Some(&text[behind + colon + 1..])),
        None => (text, None),
    }
}

/// Whether it is a name of an image as docker takes it, with its registry: `HOST.DOMAIN/NAME`, `HOST:PORT/NAME`.
/// Without a registry it could be a folder that was meant.
fn is_reference(text: &str) -> bool {
    let is_host = |host: &str| host.contains(['.', ':']) && !host.starts_with('.') && !host.ends_with(':');
    let has_host = text.split_once('/').is_some_and(|(host, _)| is_host(host) || host == "localhost");
    has_host && dockerfile::reference::parse(&Spliced::verbatim(text, 0)).is_ok()
}

impl Location {
    /// Whether it is on another machine.
    pub const fn is_remote(&self) -> bool {
        matches!(self, Location::Registry { .. })
    }
}

impl fmt::Display for Location {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, path, name) = match self {
            Location::Registry { reference } => return write!(out, "docker://{reference}"),
            Location::OciLayout { path, name } => ("oci", path, name),
            Location::OciArchive { path, name } => ("oci-archive", path, name),
            Location::DockerArchive { path, name } => ("docker-archive", path, name),
        };
        write!(out, "{scheme}:{}", path.display())?;
        match name {
            Some(digest) if digest.starts_with("sha256:") => write!(out, "@{digest}"),
            Some(name) => write!(out, ":{name}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_read_and_written_back() {
        let digest = format!("sha256:{}", "0".repeat(64));
        let by_digest = format!("oci:out@{digest}");
        let cases: &[(&str, &str, Option<&str>)] = &[
            ("oci:out", "out", None),
            ("oci:out:v1", "out", Some("v1")),
            ("oci:./a/b:v1.2", "./a/b", Some("v1.2")),
            ("oci:C:\\out", "C:\\out", None),
            ("oci:C:\\out:v1", "C:\\out", Some("v1")),
            ("oci:c:/out:v1", "c:/out", Some("v1")),
            ("oci:c:", "c:", None),
            ("oci:c:v1", "c", Some("v1")),
            (&by_digest, "out", Some(&digest)),
            ("oci-archive:a.tar", "a.tar", None),
            ("docker-archive:D:/a.tar:team/app:v1", "D:/a.tar", Some("team/app:v1")),
        ];
        for (text, path, name) in cases {
            let location: Location = text.parse().unwrap();
            let (found_path, found_name) = match &location {
                Location::OciLayout { path, name }
                | Location::OciArchive { path, name }
                | Location::DockerArchive { path, name } => (path, name),
                Location::Registry { .. } => panic!("{text}"),
            };
            assert_eq!((found_path.to_str().unwrap(), found_name.as_deref()), (*path, *name), "{text}");
            assert_eq!(location.to_string(), *text);
        }
        let registry: Location = "docker://host:5000/team/app:v1".parse().unwrap();
        assert_eq!(registry, Location::Registry { reference: "host:5000/team/app:v1".to_owned() });
        assert_eq!(registry.to_string(), "docker://host:5000/team/app:v1");
        for bare in ["host:5000/team/app:v1", "mcr.microsoft.com/windows/nanoserver:ltsc2022", "localhost/app"] {
            assert_eq!(bare.parse(), Ok(Location::Registry { reference: bare.to_owned() }));
        }
    }

    #[test]
    fn what_names_no_place_is_refused() {
        for text in [
            "",
            "out",
            "oci:",
            "oci::v1",
            "oci:out:",
            "docker:host/app",
            "docker://",
            "dir:out",
            "C:\\out",
            "./a/b",
            "a/b",
            "c:/x",
        ] {
            let error = text.parse::<Location>().unwrap_err();
            assert_eq!(error.text, text);
        }
        let error = "docker:me:hunter2@host/app".parse::<Location>().unwrap_err().to_string();
        assert!(!error.contains("hunter2"), "{error}");
    }
}
