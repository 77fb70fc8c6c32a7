//! Where the engine listens: `DOCKER_HOST`, the docker client's contexts, or the usual place of the system.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::failure::without_login;
use crate::image::Digest;

/// How an engine is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transport {
    /// A socket of this path.
    Unix(PathBuf),
    /// A named pipe of Windows: `//./pipe/docker_engine`.
    Pipe(String),
    /// A host and a port.
    Tcp {
        /// `host:port`.
        address: String,
        /// The files of an encrypted connection.
        tls: Option<Tls>,
    },
}

/// The files of an encrypted connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Who may have signed the engine's certificate.
    pub authority: PathBuf,
    /// The client's certificate.
    pub certificate: PathBuf,
    /// The client's key.
    pub key: PathBuf,
}

/// An engine's address, and what named it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// How it is reached.
    pub transport: Transport,
    /// `DOCKER_HOST`, `the docker context NAME` or `the default`.
    pub named_by: String,
}

/// Why no address could be told.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// A kind of address that is not known.
    #[error("{named_by} is `{host}`: expected unix://PATH, tcp://HOST:PORT or npipe:////./pipe/NAME")]
    Scheme {
        /// What named it.
        named_by: String,
        /// The address.
        host: String,
    },
    /// An engine behind SSH.
    #[error("{named_by} is `{host}`: engines behind ssh are not reached directly")]
    Ssh {
        /// What named it.
        named_by: String,
        /// The address.
        host: String,
    },
    /// The context is not there or cannot be read.
    #[error("the docker context `{name}`, {path}")]
    Context {
        /// Its name.
        name: String,
        /// The file that should describe it.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A named pipe where there are none.
    #[error("{named_by} is `{host}`: named pipes are on Windows only")]
    PipeElsewhere {
        /// What named it.
        named_by: String,
        /// The address.
        host: String,
    },
}

impl EndpointError {
    /// What to do about it.
    pub const fn help(&self) -> &'static str {
        match self {
            EndpointError::Ssh { .. } => {
                "forward the socket (ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST) and set \
                 DOCKER_HOST=unix:///tmp/docker.sock"
            }
            EndpointError::Context { .. } => "docker context ls shows the contexts there are",
            EndpointError::Scheme { .. } | EndpointError::PipeElsewhere { .. } => {
                "set DOCKER_HOST to an address like these"
            }
        }
    }
}

/// The surroundings that an address is found in.
pub struct Surroundings<'a> {
    /// Reads a variable of the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// The user's home.
    pub home: Option<PathBuf>,
}

impl Surroundings<'_> {
    fn get(&self, name: &str) -> Option<String> {
        (self.variable)(name).filter(|value| !value.is_empty())
    }

    /// The folder of the docker client's configuration.
    fn docker_folder(&self) -> Option<PathBuf> {
        self.get("DOCKER_CONFIG").map(PathBuf::from).or_else(|| Some(self.home.as_ref()?.join(".docker")))
    }
}

/// Finds the engine as the docker client does: `DOCKER_HOST`, `DOCKER_CONTEXT`, the client's current context, and then
/// the usual place.
///
/// # Errors
/// An address of an unknown kind, or a context that cannot be read.
pub fn find(around: &Surroundings) -> Result<Endpoint, EndpointError> {
    if let Some(host) = around.get("DOCKER_HOST") {
        let folder = around.get("DOCKER_CERT_PATH").map(PathBuf::from).or_else(|| around.docker_folder());
        let tls = around.get("DOCKER_TLS_VERIFY").and(folder).map(|folder| Tls::in_folder(&folder));
        return parse("DOCKER_HOST", &host, tls);
    }
    let folder = around.docker_folder();
    let context = around.get("DOCKER_CONTEXT").or_else(|| current_context(folder.as_deref()?));
    match (context.filter(|name| name != "default"), folder) {
        (Some(name), Some(folder)) => from_context(&name, &folder),
        _ => parse("the default", DEFAULT, None),
    }
}

#[cfg(windows)]
const DEFAULT: &str = "npipe:////./pipe/docker_engine";
#[cfg(not(windows))]
const DEFAULT: &str = "unix:///var/run/docker.sock";

impl Tls {
    fn in_folder(folder: &Path) -> Self {
        Tls { authority: folder.join("ca.pem"), certificate: folder.join("cert.pem"), key: folder.join("key.pem") }
    }
}

fn parse(named_by: &str, host: &str, tls: Option<Tls>) -> Result<Endpoint, EndpointError> {
    let (named_by, shown) = (named_by.to_owned(), without_login(host));
    let transport = match host.split_once("://") {
        Some(("unix", path)) => Transport::Unix(PathBuf::from(path)),
        Some(("npipe", path)) => Transport::Pipe(path.replace('\\', "/")),
        Some(("tcp" | "http" | "https", address)) => {
            let address = address.trim_end_matches('/').to_owned();
            Transport::Tcp { address, tls }
        }
        Some(("ssh", _)) => return Err(EndpointError::Ssh { named_by, host: shown }),
        _ => return Err(EndpointError::Scheme { named_by, host: shown }),
    };
    match transport {
        Transport::Pipe(_) if cfg!(not(windows)) => Err(EndpointError::PipeElsewhere { named_by, host: shown }),
        transport => Ok(Endpoint { transport, named_by }),
    }
}

/// The context that the docker client uses. A configuration that cannot be read names none, as for the client.
fn current_context(folder: &Path) -> Option<String> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Config {
        current_context: Option<String>,
    }
    let text = std::fs::read(folder.join("config.json")).ok()?;
    serde_json::from_slice::<Config>(&text).ok()?.current_context.filter(|name| !name.is_empty())
}

fn from_context(name: &str, folder: &Path) -> Result<Endpoint, EndpointError> {
    #[derive(Deserialize)]
    struct Meta {
        #[serde(rename = "Endpoints")]
        endpoints: std::collections::BTreeMap<String, Address>,
    }
    #[derive(Deserialize)]
    struct Address {
        #[serde(rename = "Host")]
        host: String,
    }
    // The client names the folder of a context by the digest of its name.
    let digest = Digest::of(name.as_bytes());
    let path = folder.join("contexts/meta").join(digest.hex()).join("meta.json");
    let fail = |source| EndpointError::Context { name: name.to_owned(), path: path.clone(), source };
    let text = std::fs::read(&path).map_err(|error| fail(error.into()))?;
    let mut meta: Meta = serde_json::from_slice(&text).map_err(|error| fail(error.into()))?;
    let address = meta.endpoints.remove("docker").ok_or_else(|| fail("it has no endpoint for docker".into()))?;
    let certificates = folder.join("contexts/tls").join(digest.hex()).join("docker");
    let tls = certificates.join("cert.pem").is_file().then(|| Tls::in_folder(&certificates));
    parse(&format!("the docker context {name}"), &address.host, tls)
}

impl Endpoint {
    /// What to do when nobody answers there, by what was said instead.
    pub(super) fn help(&self, said: &str) -> String {
        match &self.transport {
            Transport::Tcp { tls: Some(tls), .. } => format!(
                "the engine's certificate must be signed by {}, and the engine must trust who signed {}",
                tls.authority.display(),
                tls.certificate.display()
            ),
            Transport::Tcp { tls: None, .. } if said.contains("HTTPS") => {
                "this engine speaks TLS only: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem, \
                 cert.pem and key.pem"
                    .to_owned()
            }
            _ => "start the engine, or set DOCKER_HOST (or choose a docker context) to one that runs".to_owned(),
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.transport {
            Transport::Unix(path) => write!(out, "unix://{}", path.display()),
            Transport::Pipe(path) => write!(out, "npipe://{path}"),
            Transport::Tcp { address, tls: None } => write!(out, "{}", without_login(&format!("tcp://{address}"))),
            Transport::Tcp { address, tls: Some(_) } => {
                write!(out, "{} (TLS)", without_login(&format!("tcp://{address}")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)], home: Option<&Path>) -> Result<Endpoint, EndpointError> {
        let variable =
            |name: &str| variables.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        find(&Surroundings { variable: &variable, home: home.map(Path::to_owned) })
    }

    #[test]
    fn the_variables_name_the_engine() {
        let tcp = found(
            &[("DOCKER_HOST", "tcp://build-1:2376/"), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", "/certs")],
            None,
        );
        let tls = Tls::in_folder(Path::new("/certs"));
        assert_eq!(tcp.unwrap().transport, Transport::Tcp { address: "build-1:2376".to_owned(), tls: Some(tls) });
        let unix = found(&[("DOCKER_HOST", "unix:///run/x.sock")], None).unwrap();
        assert_eq!((unix.to_string().as_str(), unix.named_by.as_str()), ("unix:///run/x.sock", "DOCKER_HOST"));
        assert_eq!(found(&[], None).unwrap().named_by, "the default");
    }

    #[test]
    fn a_wrong_address_says_what_is_expected() {
        for (host, text) in
            [("build-1", "expected unix://PATH"), ("ftp://x", "expected unix://PATH"), ("ssh://me@x", "behind ssh")]
        {
            let error = found(&[("DOCKER_HOST", host)], None).unwrap_err();
            assert!(error.to_string().contains(text) && !error.help().is_empty(), "{error}");
        }
    }

    #[test]
    fn a_login_in_an_address_is_not_shown() {
        for host in ["tcp://me:hunter2@host:2375", "ssh://me:hunter2@host", "ftp://me:hunter2@host"] {
            let shown = match found(&[("DOCKER_HOST", host)], None) {
                Ok(endpoint) => endpoint.to_string(),
                Err(error) => error.to_string(),
            };
            assert!(shown.contains("***@host") && !shown.contains("hunter2"), "{shown}");
        }
    }

    #[test]
    fn a_context_names_the_engine() {
        let home = tempfile::tempdir().unwrap();
        let docker = home.path().join(".docker");
        let digest = Digest::of(b"build");
        let meta = docker.join("contexts/meta").join(digest.hex());
        let tls = docker.join("contexts/tls").join(digest.hex()).join("docker");
        std::fs::create_dir_all(&meta).unwrap();
        std::fs::create_dir_all(&tls).unwrap();
        let text = r#"{"Name":"build","Metadata":{},"Endpoints":{"docker":{"Host":"tcp://win-1:2376","SkipTLSVerify":false}}}"#;
        std::fs::write(meta.join("meta.json"), text).unwrap();
        std::fs::write(tls.join("cert.pem"), "").unwrap();
        std::fs::write(docker.join("config.json"), r#"{"currentContext":"build"}"#).unwrap();
        for variables in [&[][..], &[("DOCKER_CONTEXT", "build")]] {
            let endpoint = found(variables, Some(home.path())).unwrap();
            assert_eq!(endpoint.to_string(), "tcp://win-1:2376 (TLS)");
            assert_eq!(endpoint.named_by, "the docker context build");
        }
        // DOCKER_HOST goes before contexts, and a context that is not there is no silent default.
        assert_eq!(found(&[("DOCKER_HOST", "unix:///a")], Some(home.path())).unwrap().named_by, "DOCKER_HOST");
        let error = found(&[("DOCKER_CONTEXT", "gone")], Some(home.path())).unwrap_err();
        assert!(error.to_string().contains("`gone`"), "{error}");
    }
}
