//! Files from the network: fetched once, kept by what they are, and checked.

use std::io::{self, Read, Write};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use ureq::Agent;
use ureq::http::{Response, StatusCode, header};
use ureq::tls::{RootCerts, TlsConfig};

use crate::failure::without_login;
use crate::image::Digest;
use crate::layer::Content;
use crate::plan::Hash;
use crate::progress::{Progress, Transfer};
use crate::registry::{host, transport_fault};
use crate::store::Store;

use super::error::StepError;
use super::hash;

/// A file to fetch.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// From where.
    pub url: &'a str,
    /// Request headers.
    pub headers: &'a [(String, String)],
    /// Whether redirections are followed.
    pub redirects: bool,
    /// What it must be; then it may come from an earlier build.
    pub expected: Option<&'a Hash>,
}

/// How a transfer is shown.
pub struct Shown<'a> {
    /// Where.
    pub progress: &'a Progress,
    /// Cuts secrets out of an address.
    pub mask: &'a dyn Fn(&str) -> String,
}

/// What was fetched from an address before.
#[derive(Serialize, Deserialize)]
struct Known {
    digest: Digest,
    size: u64,
    etag: Option<String>,
    modified: Option<String>,
}

const ATTEMPTS: u32 = 4;
const IDLE: Duration = Duration::from_secs(60);

/// The name of a file by its address; `None` when the address has none.
pub fn file_name(url: &str) -> Option<&str> {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let (_, name) = path.rsplit_once('/')?;
    Some(name).filter(|name| !name.is_empty() && !matches!(*name, "." | ".."))
}

/// An address as it is shown: without a login, and without the values of its query, which may be a signature.
fn shown(url: &str) -> String {
    let url = without_login(url);
    let url = url.split('#').next().unwrap_or_default();
    let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
    let names: Vec<String> = query
        .split('&')
        .map(|pair| match pair.split_once('=') {
            Some((name, _)) => format!("{name}=***"),
            None => "***".to_owned(),
        })
        .collect();
    format!("{path}?{}", names.join("&"))
}

/// Fetches a file into the store, unless the store has it.
///
/// # Errors
/// When the server or the way to it fails, or the file is not what it must be.
pub fn fetch(store: &Store, to: &Shown, wanted: Wanted) -> Result<Content, StepError> {
    let url = &shown(&(to.mask)(wanted.url));
    let pinned = wanted.expected.map(|hash| format!("hash-{:?}-{}", hash.algorithm, hash.hex).to_lowercase());
    if let Some(content) = pinned.as_ref().and_then(|key| recall(store, &store.step(key)?)) {
        return Ok(content);
    }
    let address = format!("url-{}", Digest::of(format!("{wanted:?}").as_bytes()).hex());
    let known: Option<Known> = store.step(&address).filter(|known: &Known| recall(store, known).is_some());
    let mut tried = 0;
    let known = loop {
        tried += 1;
        match attempt(store, to.progress, url, wanted, known.as_ref()) {
            Ok(Some(fetched)) => break fetched,
            Ok(None) => break known.expect("a server says that nothing changed only when it is asked"),
            Err((why, true)) if tried < ATTEMPTS => {
                tracing::info!("{url}: {why}; trying again");
                thread::sleep(Duration::from_millis(500 << tried));
            }
            Err((why, _)) => return Err(StepError::Fetch { url: url.clone(), why }),
        }
    };
    store.put_step(&address, &known)?;
    let content = recall(store, &known).ok_or_else(|| StepError::Fetch {
        url: url.clone(),
        why: "what was fetched is gone from the store".to_owned(),
    })?;
    if let (Some(expected), Some(key)) = (wanted.expected, pinned) {
        hash::check(&content, url, expected)?;
        store.put_step(&key, &known)?;
    }
    Ok(content)
}

/// What was fetched before, unless the store lost or damaged it: then it is fetched again.
fn recall(store: &Store, known: &Known) -> Option<Content> {
    let path = store.blob_path(&known.digest);
    let modified = path.metadata().ok().filter(|found| found.len() == known.size)?.modified().ok();
    if let Err(error) = store.check_blob(&known.digest) {
        tracing::warn!("{error}; it is fetched again");
        return None;
    }
    Some(Content::File { path, size: known.size, modified })
}

/// One exchange. `None`: what is known is still so. An error says whether trying again may help.
fn attempt(
    store: &Store,
    progress: &Progress,
    shown: &str,
    wanted: Wanted,
    known: Option<&Known>,
) -> Result<Option<Known>, (String, bool)> {
    if !wanted.url.starts_with("https://") && !wanted.url.starts_with("http://") {
        return Err(("only http and https are spoken here".to_owned(), false));
    }
    let mut request = agent(wanted.redirects).get(wanted.url);
    for (name, value) in wanted.headers {
        request = request.header(name, value);
    }
    if let Some(etag) = known.and_then(|known| known.etag.as_deref()) {
        request = request.header(header::IF_NONE_MATCH, etag);
    } else if let Some(modified) = known.and_then(|known| known.modified.as_deref()) {
        request = request.header(header::IF_MODIFIED_SINCE, modified);
    }
    let response = request.call().map_err(|error| why(wanted.url, error))?;
    let status = response.status();
    match status {
        StatusCode::NOT_MODIFIED if known.is_some() => return Ok(None),
        StatusCode::OK => {}
        other => {
            let again = other == StatusCode::TOO_MANY_REQUESTS || other.is_server_error();
            return Err((format!("the server answered {other}"), again));
        }
    }
    receive(store, progress, shown, response).map(Some)
}

/// Why a request failed, without its address, and whether trying again may help.
fn why(url: &str, error: ureq::Error) -> (String, bool) {
    match error {
        ureq::Error::TooManyRedirects => ("it redirects too often".to_owned(), false),
        ureq::Error::BadUri(_) | ureq::Error::Http(_) => ("the address or a header cannot be sent".to_owned(), false),
        error => {
            let fault = transport_fault(&host(url), error);
            (fault.to_string(), fault.is_transient())
        }
    }
}

fn receive(
    store: &Store,
    progress: &Progress,
    shown: &str,
    response: Response<ureq::Body>,
) -> Result<Known, (String, bool)> {
    let said = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, modified) = (said(header::ETAG), said(header::LAST_MODIFIED));
    let length = said(header::CONTENT_LENGTH).and_then(|text| text.parse().ok());
    let bar = progress.transfer(Transfer::Pull, shown, length);
    let disk = |error: &dyn std::error::Error| (error.to_string(), false);
    let mut blob = store.writer().map_err(|error| disk(&error))?;
    let mut body = response.into_body().into_reader();
    let mut buffer = vec![0; 128 << 10];
    loop {
        match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => {
                blob.write_all(&buffer[..count]).map_err(|error| disk(&error))?;
                bar.add(count as u64);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err((format!("the connection broke: {error}"), true)),
        }
    }
    if let Some(length) = length.filter(|length| *length != blob.size()) {
        return Err((format!("{} of {length} bytes came", blob.size()), true));
    }
    let (digest, size) = blob.commit(None).map_err(|error| disk(&error))?;
    Ok(Known { digest, size, etag, modified })
}

/// Proxies are those of the environment, certificates those of the system.
fn agent(redirects: bool) -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(if redirects { 10 } else { 0 })
        .max_redirects_will_error(redirects)
        .user_agent(concat!("wbuild/", env!("CARGO_PKG_VERSION")))
        .accept_encoding("identity")
        .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
        .timeout_connect(Some(Duration::from_secs(20)))
        .timeout_per_read(Some(IDLE))
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_may_be_secret() {
        for (url, expected) in [
            ("https://me:hunter2@h/a.zip", "https://***@h/a.zip"),
            ("https://h/a.zip?sig=a%2Fb&se=2&token", "https://h/a.zip?sig=***&se=***&***"),
            ("https://h/a.zip?sig=a=b#t=x", "https://h/a.zip?sig=***"),
            ("https://h/a.zip#x", "https://h/a.zip"),
        ] {
            assert_eq!(shown(url), expected);
        }
    }

    #[test]
    fn only_what_may_pass_is_tried_again() {
        let tls = io::Error::new(io::ErrorKind::InvalidData, "invalid peer certificate: UnknownIssuer");
        let (text, again) = why("https://h/a?sig=x", ureq::Error::Io(tls));
        assert!(!again && text.contains("certificate") && !text.contains("sig"), "{text}");
        assert!(!why("https://h/", ureq::Error::TooManyRedirects).1);
        assert!(!why("https://h/", ureq::Error::BadUri("https://h/?sig=x".to_owned())).0.contains("sig"));
        for error in [
            ureq::Error::HostNotFound,
            ureq::Error::ConnectionFailed,
            ureq::Error::Io(io::ErrorKind::ConnectionReset.into()),
        ] {
            assert!(why("https://h/", error).1);
        }
    }

    #[test]
    fn a_name_is_found() {
        assert_eq!(file_name("https://host/x/a.zip?sig=1/2#x"), Some("a.zip"));
        assert_eq!((file_name("https://host/"), file_name("https://host")), (None, None));
    }
}
