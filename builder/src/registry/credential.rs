//! Logins, as Docker keeps them: `config.json`, its credential helpers and stores.

use std::fmt;
use std::fs::File;
use std::io;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use docker_credential::{CredentialRetrievalError as RetrievalError, DockerCredential};

use super::error::Fault;
use super::name::Repository;

/// A value that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) const fn new(value: String) -> Self {
        Secret(value)
    }

    /// The value, to send it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// A login to one registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Login {
    /// User and password.
    Password { user: String, password: Secret },
    /// A token that a token server takes for others.
    Identity(Secret),
}

/// The login for the registry of a repository, if there is one.
pub(super) fn login(folder: Option<&Path>, repository: &Repository) -> Result<Option<Login>, Fault> {
    let Some(folder) = folder else { return Ok(None) };
    let server = match repository.registry() {
        // The name under which Docker keeps the login of its own registry.
        "docker.io" => "https://index.docker.io/v1/",
        registry => registry,
    };
    let fault = |text: String| Fault::Login { registry: repository.registry().to_owned(), text };
    let path = folder.join("config.json");
    let file = match File::open(&path) {
        Ok(file) => io::BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(fault(format!("{}: {error}", path.display()))),
    };
    let shown = path.display();
    match docker_credential::get_credential_from_reader(file, server) {
        Ok(DockerCredential::IdentityToken(token)) => Ok(Some(Login::Identity(Secret::new(token)))),
        // Some helpers answer so when they know of nothing.
        Ok(DockerCredential::UsernamePassword(user, password)) if user.is_empty() && password.is_empty() => Ok(None),
        Ok(DockerCredential::UsernamePassword(user, password)) => {
            Ok(Some(Login::Password { user, password: Secret::new(password) }))
        }
        Err(error) => match describe(&error) {
            None => Ok(None),
            Some(text) => Err(fault(format!("{shown}: {text}"))),
        },
    }
}

/// A text without what a request was sent with, should whoever answers repeat it: the value of its `Authorization`
/// header, and the user's password in that.
pub(super) fn masked(text: String, sent: &str) -> String {
    let value = sent.split_once(' ').map_or(sent, |(_, value)| value);
    let decoded = STANDARD.decode(value).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let password = decoded.as_deref().and_then(|decoded| Some(decoded.split_once(':')?.1));
    let secrets = [Some(value), password].into_iter().flatten().filter(|secret| !secret.is_empty());
    secrets.fold(text, |text, secret| text.replace(secret, "***"))
}

/// What is wrong, in words that cannot hold a secret: a helper's output stays out. `None` where there is no login.
fn describe(error: &RetrievalError) -> Option<String> {
    Some(match error {
        RetrievalError::NoCredentialConfigured | RetrievalError::ConfigNotFound => return None,
        RetrievalError::HelperFailure { stdout, stderr, .. }
            if format!("{stdout}{stderr}").contains("credentials not found") =>
        {
            return None;
        }
        RetrievalError::HelperFailure { helper, .. } => format!("the credential helper `{helper}` failed"),
        RetrievalError::HelperCommunicationError => {
            "the credential helper it names (credHelpers, credsStore) cannot be started".to_owned()
        }
        RetrievalError::MalformedHelperResponse => "the credential helper's answer cannot be read".to_owned(),
        RetrievalError::CredentialDecodingError => "`auth` is not user:password in base64".to_owned(),
        RetrievalError::CredentialMismatchError => "`auth` and `username` with `password` differ".to_owned(),
        RetrievalError::ConfigReadError => "it is not the JSON that Docker writes".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login_in(config: &str, registry: &str) -> Result<Option<Login>, Fault> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), config).unwrap();
        login(Some(folder.path()), &Repository::parse(&format!("{registry}/a/b")).unwrap())
    }

    fn password(user: &str, password: &str) -> Login {
        Login::Password { user: user.to_owned(), password: Secret::new(password.to_owned()) }
    }

    #[test]
    fn logins_as_docker_writes_them() {
        // dTpwOnE= is u:p:q
        let config = r#"{"auths": {
            "https://index.docker.io/v1/": {"auth": "dTpwOnE="},
            "r.example:5000": {"auth": "dTpwOnE="},
            "https://old.example/v2/": {"auth": "dTpwOnE="},
            "az.example": {"auth": "MDA6", "identitytoken": "tok"},
            "empty.example": {}
        }}"#;
        for registry in ["docker.io", "r.example:5000", "old.example"] {
            assert_eq!(login_in(config, registry).unwrap(), Some(password("u", "p:q")), "{registry}");
        }
        let identity = Login::Identity(Secret::new("tok".to_owned()));
        assert_eq!(login_in(config, "az.example").unwrap(), Some(identity));
        assert_eq!(login_in(config, "empty.example").unwrap(), None);
        assert_eq!(login_in(config, "other.example").unwrap(), None);
        assert_eq!(login(None, &Repository::parse("a.example/b").unwrap()).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_read_says_so_without_what_it_read() {
        for config in [
            r#"{"auths": {"r.example": {"auth": "S2EnNWNyZXQ"#,
            r#"{"auths": {"r.example": {"auth": "%%S2EnNWNyZXQ="}}}"#,
            r#"{"auths": {"r.example": {"auth": "dTpw", "username": "u", "password": "S2EnNWNyZXQ"}}}"#,
            r#"{"credHelpers": {"r.example": "there-is-no-such-helper"}}"#,
        ] {
            let fault = login_in(config, "r.example").unwrap_err();
            let text = format!("{fault} {fault:?}");
            assert!(text.contains("config.json") && !text.contains("S2EnNWNyZXQ"), "{text}");
        }
    }

    #[test]
    fn a_registry_that_repeats_what_it_was_sent_is_not_quoted() {
        assert_eq!(masked("no dTpwOnE= for p:q here".to_owned(), "Basic dTpwOnE="), "no *** for *** here");
        assert_eq!(masked("bad token abc".to_owned(), "Bearer abc"), "bad token ***");
    }

    #[test]
    fn a_secret_is_not_shown() {
        assert!(!format!("{:?}", password("u", "hunter2")).contains("hunter2"));
    }
}
