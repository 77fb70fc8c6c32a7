//! The handshake that a 401 begins: tokens from a token server, or user and password with each request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use std::time::{Duration, Instant};
use ureq::http::{Method, header};

use super::address::{encode, with_parameter};
use super::challenge::Challenge;
use super::credential::{Login, Secret, masked};
use super::error::Fault;
use super::transport::{Payload, Request, Response, Transport};

/// The longest answer of a token server.
const ANSWER: u64 = 1 << 20;

/// How long a token is good for when its server does not say.
const LIFETIME: u64 = 60;

/// What a request is sent with.
#[derive(Clone, Debug)]
pub(super) struct Authorization {
    /// The value of the header.
    pub(super) value: Secret,
    /// From when on it is not used again.
    pub(super) expires: Option<Instant>,
}

#[derive(Deserialize)]
struct Granted {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Meets the first challenge that can be met. `None` if there is none of them, or no login for it.
pub(super) fn authorize(
    transport: &Transport,
    challenges: &[Challenge],
    scopes: &[String],
    login: Option<&Login>,
) -> Result<Option<Authorization>, Fault> {
    for challenge in challenges {
        match (challenge, login) {
            (Challenge::Bearer { realm, service, scope }, _) => {
                let scopes = wanted(scopes, scope.as_deref());
                return fetch(transport, realm, service.as_deref(), &scopes, login).map(Some);
            }
            (Challenge::Basic, Some(Login::Password { user, password })) => {
                return Ok(Some(Authorization { value: basic(user, password), expires: None }));
            }
            (Challenge::Basic, _) => {}
        }
    }
    Ok(None)
}

/// Our scopes, and those that the registry asks for besides.
fn wanted(scopes: &[String], asked: Option<&str>) -> Vec<String> {
    let resource = |scope: &str| scope.rsplit_once(':').map_or(scope.to_owned(), |(resource, _)| resource.to_owned());
    let mut wanted = scopes.to_vec();
    for scope in asked.into_iter().flat_map(str::split_whitespace) {
        if !wanted.iter().any(|known| resource(known) == resource(scope)) {
            wanted.push(scope.to_owned());
        }
    }
    wanted
}

fn basic(user: &str, password: &Secret) -> Secret {
    Secret::new(format!("Basic {}", STANDARD.encode(format!("{user}:{}", password.reveal()))))
}

fn fetch(
    transport: &Transport,
    realm: &str,
    service: Option<&str>,
    scopes: &[String],
    login: Option<&Login>,
) -> Result<Authorization, Fault> {
    let response = match login {
        Some(Login::Identity(token)) => {
            let mut form =
                format!("grant_type=refresh_token&client_id=wbuild&refresh_token={}", encode(token.reveal()));
            form.push_str(&format!("&service={}", encode(service.unwrap_or_default())));
            form.push_str(&format!("&scope={}", encode(&scopes.join(" "))));
            let request = Request::new(Method::POST, realm.to_owned())
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            transport.exchange(&Request { payload: Payload::Bytes(form.as_bytes()), ..request }, None)?
        }
        _ => {
            let mut address = realm.to_owned();
            for (name, value) in service
                .map(|service| ("service", service))
                .into_iter()
                .chain(scopes.iter().map(|scope| ("scope", scope.as_str())))
            {
                address = with_parameter(&address, name, value);
            }
            let authorization = match login {
                Some(Login::Password { user, password }) => Some(basic(user, password)),
                _ => None,
            };
            transport.exchange(&Request::new(Method::GET, address), authorization.as_ref().map(Secret::reveal))?
        }
    };
    granted(response, login.is_some()).map_err(|fault| match (fault, login) {
        (Fault::Access { status, text, logged_in }, Some(Login::Identity(token))) => {
            Fault::Access { status, text: masked(text, token.reveal()), logged_in }
        }
        (fault, _) => fault,
    })
}

fn granted(response: Response, logged_in: bool) -> Result<Authorization, Fault> {
    if response.status != 200 {
        return Err(match response.into_fault() {
            Fault::Status { status: status @ (400 | 401 | 403), text, .. } => Fault::Access { status, text, logged_in },
            fault => fault,
        });
    }
    let granted: Granted = serde_json::from_slice(&response.bytes(ANSWER)?)
        .map_err(|_| Fault::Answer { text: "the token server sends no JSON with a token".to_owned() })?;
    let lifetime = granted.expires_in.unwrap_or(LIFETIME).max(1);
    let token = granted.token.or(granted.access_token).filter(|token| !token.is_empty());
    let missing = || Fault::Answer { text: "the token server sends no token".to_owned() };
    let value = Secret::new(format!("Bearer {}", token.ok_or_else(missing)?));
    // A tenth is left, so that no token ends while a request is on its way.
    let expires = Instant::now().checked_add(Duration::from_secs(lifetime).mul_f64(0.9));
    Ok(Authorization { value, expires })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_registry_asks_for_besides_is_asked_for() {
        let ours = ["repository:a:pull,push".to_owned()];
        assert_eq!(wanted(&ours, Some("repository:a:pull")), ours);
        assert_eq!(wanted(&ours, Some("registry:catalog:*")), [ours[0].as_str(), "registry:catalog:*"]);
        assert_eq!(wanted(&ours, None), ours);
    }
}
