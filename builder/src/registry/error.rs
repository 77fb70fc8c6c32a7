//! What can go wrong with a registry: where, what was attempted, what it said, and what to do.

use std::fmt;
use std::io;
use std::time::Duration;

use super::name::Repository;
use crate::failure::{Exit, Failure};
use crate::image::Digest;
use crate::store;

/// A request, with its retries, that did not come to a good end.
#[derive(Debug, thiserror::Error)]
#[error("{repository}: cannot {attempt}{}: {fault}", Tries(*tries))]
pub struct Error {
    /// Where.
    pub repository: Repository,
    /// What was attempted, as it stands behind "cannot": `pull the manifest of 1.2`.
    pub attempt: String,
    /// Why not.
    pub fault: Box<Fault>,
    /// How often it was tried.
    pub tries: u32,
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A status that is no success.
    #[error("the registry answers {}", Status(*status, text))]
    Status {
        /// The status.
        status: u16,
        /// What the registry says about it.
        text: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// The registry wants to know who asks, or does not let them in.
    #[error("{} ({})", access(*logged_in), Status(*status, text))]
    Access {
        /// 401 or 403.
        status: u16,
        /// What the registry or its token server says about it.
        text: String,
        /// Whether there was a login for it.
        logged_in: bool,
    },
    /// No connection came about.
    #[error("cannot connect to {host}: {text}")]
    Connect {
        /// To where.
        host: String,
        /// Why.
        text: String,
    },
    /// The proxy on the way there.
    #[error("cannot reach {host} through the proxy ({proxy}): {text}")]
    Proxy {
        /// To where.
        host: String,
        /// The variable that names the proxy, and where it is.
        proxy: String,
        /// Why.
        text: String,
    },
    /// The other side is not who it says, or speaks no TLS.
    #[error("no trusted connection to {host}: {text}")]
    Tls {
        /// To where.
        host: String,
        /// Why.
        text: String,
    },
    /// The connection ended too early, or stood still for too long.
    #[error("the connection to {host} broke: {text}")]
    Cut {
        /// To where.
        host: String,
        /// How.
        text: String,
    },
    /// Other bytes than were asked for.
    #[error("the registry answers with other content: expected {expected}, found {found}")]
    Digest {
        /// What was asked for.
        expected: Digest,
        /// What came, or what the registry says it has.
        found: Digest,
    },
    /// Another length than the manifest promises.
    #[error("the registry answers with another length: expected {expected} bytes, found {found}")]
    Length {
        /// What the manifest promises.
        expected: u64,
        /// What came, or what the registry says would come.
        found: u64,
    },
    /// An answer that does not follow the protocol.
    #[error("the registry's answer cannot be used: {text}")]
    Answer {
        /// In what.
        text: String,
    },
    /// A login that cannot be read.
    #[error("cannot read the login for {registry}: {text}")]
    Login {
        /// Whose login.
        registry: String,
        /// Why.
        text: String,
    },
    /// A request that would send bytes or a login over a connection that anyone can read.
    #[error("refused to speak plain http with {host}")]
    Plain {
        /// With whom.
        host: String,
    },
    /// What is to be pushed cannot be read.
    #[error("cannot read what is to be pushed")]
    Content(#[source] io::Error),
}

struct Tries(u32);

impl fmt::Display for Tries {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 1 { write!(out, " in {} tries", self.0) } else { Ok(()) }
    }
}

struct Status<'a>(u16, &'a str);

impl fmt::Display for Status<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.0)?;
        if self.1.is_empty() { Ok(()) } else { write!(out, ", {}", self.1) }
    }
}

const fn access(logged_in: bool) -> &'static str {
    if logged_in { "the registry does not let this login do it" } else { "the registry wants a login" }
}

impl Fault {
    /// Whether trying again may help.
    pub fn is_transient(&self) -> bool {
        match self {
            Fault::Status { status, .. } => matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 520..=529),
            Fault::Connect { .. } | Fault::Proxy { .. } | Fault::Cut { .. } => true,
            _ => false,
        }
    }

    /// How long the registry asks to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Fault::Status { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// The status that the registry answered with.
    pub fn status(&self) -> Option<u16> {
        match self {
            Fault::Status { status, .. } | Fault::Access { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// What to do about it.
    fn help(&self, repository: &Repository) -> String {
        let registry = repository.registry();
        match self {
            Fault::Access { logged_in: false, .. } => {
                format!(
                    "log in with `docker login {registry}`; the logins of Docker and its credential helpers are read"
                )
            }
            Fault::Access { .. } => {
                format!("ask for the right to {repository}, or log in as another account: `docker login {registry}`")
            }
            Fault::Status { status: 404, .. } => {
                "check the name and the tag; some registries also say 404 to those who may not see it".to_owned()
            }
            Fault::Status { status: 429, retry_after: Some(wait), .. } => {
                format!("the registry asks to wait {} seconds; an account often has a higher limit", wait.as_secs())
            }
            Fault::Status { status: 429, .. } => "wait some minutes; an account often has a higher limit".to_owned(),
            Fault::Status { status: 413, .. } => {
                "a proxy before the registry refuses large requests; raise its limit".to_owned()
            }
            Fault::Status { status: 500.., .. } => {
                "the registry has a fault; try again later, nothing is lost".to_owned()
            }
            Fault::Status { .. } => "what the registry says names the cause".to_owned(),
            Fault::Connect { .. } | Fault::Cut { .. } => {
                "check the network and the proxy (HTTPS_PROXY, NO_PROXY); what was transferred is not lost".to_owned()
            }
            Fault::Proxy { host, .. } => format!(
                "correct the variable, or name hosts that are reached without a proxy: NO_PROXY={}",
                super::name::without_port(host)
            ),
            Fault::Tls { .. } => format!(
                "add the registry's certificate authority to the system's; only for a registry without TLS: \
                 --insecure-registry {registry}"
            ),
            Fault::Digest { .. } | Fault::Length { .. } => {
                "the registry or a proxy before it holds corrupt content; nothing of it was kept".to_owned()
            }
            Fault::Answer { .. } => format!("check that {registry} is a registry and no proxy answers for it"),
            Fault::Login { .. } => format!("log in again: `docker login {registry}`"),
            Fault::Plain { host } => format!("if the network to it is safe: --insecure-registry {host}"),
            Fault::Content(_) => "check the source with `wbuild verify`".to_owned(),
        }
    }
}

impl Error {
    /// The error of a registry behind an error of reading, if there is one.
    pub fn behind(error: &io::Error) -> Option<&Error> {
        error.get_ref()?.downcast_ref()
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        self.fault.help(&self.repository)
    }
}

impl From<Error> for io::Error {
    fn from(error: Error) -> Self {
        io::Error::other(error)
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = if matches!(*error.fault, Fault::Content(_)) { Exit::Layer } else { Exit::Registry };
        let help = error.help();
        Failure::new(exit, error).help(help)
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Self {
        use store::Error as Place;
        let exit = match error {
            Place::Remote(cause) => {
                return match cause.downcast::<Error>() {
                    Ok(error) => Failure::from(*error),
                    Err(cause) => Failure::new(Exit::Usage, cause),
                };
            }
            Place::Missing { .. } | Place::DigestMismatch { .. } | Place::SizeMismatch { .. } => Exit::Layer,
            Place::Damaged { .. } => Exit::Layer,
            Place::Document { .. } | Place::Unsupported { .. } | Place::NoArchive { .. } => Exit::Layer,
            _ => Exit::Usage,
        };
        Failure::new(exit, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_names_everything_that_one_must_know() {
        let text = "MANIFEST_UNKNOWN: manifest unknown".to_owned();
        let error = Error {
            repository: Repository::parse("r.example/app").unwrap(),
            attempt: "pull the manifest of 1.2".to_owned(),
            fault: Box::new(Fault::Status { status: 404, text, retry_after: None }),
            tries: 2,
        };
        let failure = Failure::from(error);
        assert_eq!(failure.exit, Exit::Registry);
        assert_eq!(
            failure.shown(false),
            "wbuild: r.example/app: cannot pull the manifest of 1.2 in 2 tries: the registry answers 404, \
             MANIFEST_UNKNOWN: manifest unknown\n  \
             help: check the name and the tag; some registries also say 404 to those who may not see it\n"
        );
    }
}
