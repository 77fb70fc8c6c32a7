//! Names of images on registries: host, repository, and a tag or a digest.

use std::fmt;
use std::str::FromStr;

use dockerfile::reference;
use dockerfile::splice::Spliced;

use crate::failure::without_login;
use crate::image::Digest;

/// How Docker Hub is called in names.
const HUB: &str = "docker.io";

/// Where Docker Hub answers.
const HUB_HOST: &str = "registry-1.docker.io";

/// The tag that a name without one means.
pub const DEFAULT_TAG: &str = "latest";

/// A repository: a registry and a name on it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Repository {
    registry: String,
    name: String,
}

/// What a name points at within its repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A tag.
    Tag(String),
    /// A digest.
    Digest(Digest),
}

/// The name of an image: a repository and maybe a tag, a digest, or both.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Reference {
    /// The repository.
    pub repository: Repository,
    /// The tag, if one is written.
    pub tag: Option<String>,
    /// The digest, if one is written.
    pub digest: Option<Digest>,
}

/// A text that names no image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no image: {reason}; write HOST/NAME:TAG or HOST/NAME@sha256:DIGEST")]
pub struct NameError {
    /// The text.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Repository {
    /// Reads `HOST/NAME`, without tag and digest.
    ///
    /// # Errors
    /// When it is no name, or has a tag or a digest.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        let Reference { repository, tag, digest } = text.parse()?;
        if tag.is_some() || digest.is_some() {
            let reason = "a tag or a digest has no place here".to_owned();
            return Err(NameError { text: text.to_owned(), reason });
        }
        Ok(repository)
    }

    /// The registry as it is called in names: `docker.io`, `localhost:5000`.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// The name on the registry: `library/alpine`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The host and port that answer for it.
    pub fn host(&self) -> &str {
        if self.registry == HUB { HUB_HOST } else { &self.registry }
    }

    /// The image with that tag.
    pub fn tag(&self, tag: &str) -> Reference {
        Reference { repository: self.clone(), tag: Some(tag.to_owned()), digest: None }
    }

    /// The image with that digest.
    pub fn digest(&self, digest: &Digest) -> Reference {
        Reference { repository: self.clone(), tag: None, digest: Some(digest.clone()) }
    }
}

impl Reference {
    /// What is fetched: the digest if there is one, else the tag, else `latest`.
    pub fn target(&self) -> Target {
        match (&self.digest, &self.tag) {
            (Some(digest), _) => Target::Digest(digest.clone()),
            (None, Some(tag)) => Target::Tag(tag.clone()),
            (None, None) => Target::Tag(DEFAULT_TAG.to_owned()),
        }
    }
}

impl FromStr for Reference {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let fault = |reason: String| NameError { text: without_login(text), reason };
        let name = text.strip_prefix("docker://").unwrap_or(text);
        let parsed = reference::parse(&Spliced::verbatim(name, 0)).map_err(|error| fault(error.to_string()))?;
        let full = parsed.full_name();
        let (registry, name) = full.split_once('/').expect("a full name has a registry");
        let digest = parsed.digest.map(|part| part.text.parse()).transpose();
        Ok(Reference {
            repository: Repository { registry: registry.to_owned(), name: name.to_owned() },
            tag: parsed.tag.map(|part| part.text),
            digest: digest.map_err(|error: crate::image::DigestError| fault(error.to_string()))?,
        })
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.registry, self.name)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Target::Tag(tag) => out.write_str(tag),
            Target::Digest(digest) => out.write_str(digest.as_str()),
        }
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.repository)?;
        if let Some(tag) = &self.tag {
            write!(out, ":{tag}")?;
        }
        match &self.digest {
            Some(digest) => write!(out, "@{digest}"),
            None => Ok(()),
        }
    }
}

/// Whether a host, with or without its port, is this machine.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = without_port(host);
    if host.eq_ignore_ascii_case("localhost") {
        return true;
    }
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    address.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// A host without its port.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_out() {
        let digest = Digest::of(b"");
        for (text, full, host) in [
            ("alpine", "docker.io/library/alpine", "registry-1.docker.io"),
            ("me/app:1.2", "docker.io/me/app:1.2", "registry-1.docker.io"),
            ("docker://localhost:5000/a/b:c", "localhost:5000/a/b:c", "localhost:5000"),
            ("mcr.microsoft.com/windows:ltsc2022", "mcr.microsoft.com/windows:ltsc2022", "mcr.microsoft.com"),
        ] {
            let reference: Reference = text.parse().unwrap();
            assert_eq!(reference.to_string(), full);
            assert_eq!(reference.repository.host(), host);
        }
        let both: Reference = format!("a.example/b:1@{digest}").parse().unwrap();
        assert_eq!(both.target(), Target::Digest(digest));
        assert_eq!("a.example/b".parse::<Reference>().unwrap().target().to_string(), "latest");
    }

    #[test]
    fn what_is_no_name_says_why() {
        let sha512 = format!("a.example/b@sha512:{}", "0".repeat(128));
        for (text, reason) in [
            ("", "no repository name"),
            ("a.example/B:1", "lower case"),
            ("a.example/b:-x", "a tag cannot begin"),
            (&sha512, "expected sha256:"),
        ] {
            let error = text.parse::<Reference>().unwrap_err().to_string();
            assert!(error.contains(reason), "{error}");
        }
        assert!(Repository::parse("a.example/b:1").is_err());
    }

    #[test]
    fn this_machine_has_several_names() {
        for host in ["localhost", "localhost:5000", "127.0.0.1:80", "127.9.9.9", "[::1]:5000", "[::1]"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "10.0.0.1:5000", "127.0.0.1.example", "[::2]:80", "example:127"] {
            assert!(!is_loopback(host), "{host}");
        }
    }
}
