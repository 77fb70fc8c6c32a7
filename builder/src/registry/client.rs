//! The client: requests with their logins and retries. What it asks for stands in `manifest`, `download`, `upload`.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Instant;

use super::address::origin;
use super::challenge;
use super::credential::{self, Login};
use super::error::{Error, Fault};
use super::name::Repository;
use super::retry::Backoff;
use super::settings::Settings;
use super::token::{self, Authorization};
use super::transport::{Request, Response, Transport};

/// Speaks with registries. It may be used by several threads at once.
pub struct Client {
    pub(super) settings: Settings,
    pub(super) transport: Transport,
    logins: Mutex<HashMap<String, Option<Login>>>,
    authorizations: Mutex<HashMap<Key, Authorization>>,
}

/// What an authorization is good for: a registry, and rights on it.
type Key = (String, Vec<String>);

/// What is to be done with a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Pull,
    Push,
}

/// On whose behalf requests are sent: for the login, and for the error.
#[derive(Clone, Debug)]
pub(super) struct Errand<'a> {
    pub(super) repository: &'a Repository,
    /// What is attempted, as it stands behind "cannot".
    pub(super) attempt: String,
    pub(super) access: Access,
    /// Repositories of the same registry whose blobs are used.
    pub(super) sources: &'a [Repository],
}

impl<'a> Errand<'a> {
    pub(super) fn pull(repository: &'a Repository, attempt: String) -> Self {
        Errand { repository, attempt, access: Access::Pull, sources: &[] }
    }

    pub(super) fn push(repository: &'a Repository, attempt: String) -> Self {
        Errand { repository, attempt, access: Access::Push, sources: &[] }
    }

    fn scopes(&self) -> Vec<String> {
        let rights = if self.access == Access::Push { "pull,push" } else { "pull" };
        let own = format!("repository:{}:{rights}", self.repository.name());
        let sources = self.sources.iter().map(|source| format!("repository:{}:pull", source.name()));
        std::iter::once(own).chain(sources).collect()
    }

    pub(super) fn error(&self, fault: Fault, tries: u32) -> Error {
        Error { repository: self.repository.clone(), attempt: self.attempt.clone(), fault: Box::new(fault), tries }
    }
}

impl Client {
    /// A client with these settings.
    pub fn new(settings: Settings) -> Self {
        let transport = Transport::new(settings.clone());
        let (logins, authorizations) = (Mutex::default(), Mutex::default());
        Client { settings, transport, logins, authorizations }
    }

    /// The address of something in a repository: `manifests/latest`.
    pub(super) fn address(&self, repository: &Repository, path: &str) -> String {
        format!("{}/v2/{}/{path}", self.settings.origin(repository.host()), repository.name())
    }

    pub(super) fn backoff(&self) -> Backoff {
        Backoff::new(self.settings.retry.clone())
    }

    /// Does something until it succeeds, its fault is final, or it was tried often enough.
    pub(super) fn retrying<T>(
        &self,
        errand: &Errand<'_>,
        mut attempt: impl FnMut() -> Result<T, Fault>,
    ) -> Result<T, Error> {
        let mut backoff = self.backoff();
        loop {
            let fault = match attempt() {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            backoff.pause(fault).map_err(|fault| errand.error(fault, backoff.tries()))?;
        }
    }

    /// One request, with a login if the registry wants one; any status but those of a refused login is the caller's.
    pub(super) fn send(&self, errand: &Errand<'_>, request: &Request<'_>) -> Result<Response, Fault> {
        let key = (errand.repository.registry().to_owned(), errand.scopes());
        let is_home = self.is_home(errand, &request.address);
        let known = self.known(&key).filter(|_| is_home);
        let response = self.transport.exchange(request, known.as_ref().map(|known| known.value.reveal()))?;
        if response.status != 401 || !is_home {
            return self.admitted(errand, response);
        }
        let challenges: Vec<_> = response.headers("www-authenticate").flat_map(challenge::parse).collect();
        let login = self.login(errand.repository)?;
        let granted = token::authorize(&self.transport, &challenges, &key.1, login.as_ref())?;
        let Some(granted) = granted else { return self.admitted(errand, response) };
        let response = self.transport.exchange(request, Some(granted.value.reveal()))?;
        if response.status != 401 {
            let mut authorizations = self.authorizations.lock().expect("no thread panics with it in hand");
            authorizations.insert(key, granted);
        }
        self.admitted(errand, response)
    }

    /// Whether an address is the registry's own.
    fn is_home(&self, errand: &Errand<'_>, address: &str) -> bool {
        origin(address) == origin(&self.settings.origin(errand.repository.host()))
    }

    /// The authorization that was granted before and still holds.
    fn known(&self, key: &Key) -> Option<Authorization> {
        let mut authorizations = self.authorizations.lock().expect("no thread panics with it in hand");
        let known = authorizations.get(key)?;
        if known.expires.is_some_and(|expires| expires <= Instant::now()) {
            authorizations.remove(key);
            return None;
        }
        Some(known.clone())
    }

    /// The answer, unless it refuses who asks.
    fn admitted(&self, errand: &Errand<'_>, response: Response) -> Result<Response, Fault> {
        // What another host refuses, behind a redirect, no login of ours opens.
        let is_home = self.is_home(errand, &response.address);
        if !is_home || !matches!(response.status, 401 | 403) {
            return Ok(response);
        }
        let logged_in = self.login(errand.repository)?.is_some();
        Err(match response.into_fault() {
            Fault::Status { status, text, .. } => Fault::Access { status, text, logged_in },
            fault => fault,
        })
    }

    /// The login for a registry; a helper is asked once.
    fn login(&self, repository: &Repository) -> Result<Option<Login>, Fault> {
        let mut logins = self.logins.lock().expect("no thread panics with the logins in hand");
        if let Some(login) = logins.get(repository.registry()) {
            return Ok(login.clone());
        }
        let login = credential::login(self.settings.docker_config.as_deref(), repository)?;
        logins.insert(repository.registry().to_owned(), login.clone());
        Ok(login)
    }
}
