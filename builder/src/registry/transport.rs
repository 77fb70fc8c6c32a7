//! Single HTTP exchanges: connections, proxies, redirects, and what becomes of an answer.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Mutex;
use std::time::SystemTime;

use ureq::http::{self, HeaderMap, Method, header};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body, SendBody, Timeout};

use super::address;
use super::credential::{self, Secret};
use super::error::Fault;
use super::proxy::{self, Through};
use super::resolve::Names;
use super::retry::parse_retry_after;
use super::said::said;
use super::settings::Settings;
use crate::progress::Bar;

/// The most redirects that are followed.
const REDIRECTS: u32 = 5;

/// Bodies from this size on wait for the registry to agree before they are sent.
const EXPECT: u64 = 1 << 20;

/// Bytes that can be read again from any offset on.
pub trait Content: Sync {
    /// Opens them from that byte on.
    ///
    /// # Errors
    /// When they cannot be read.
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>>;
}

impl Content for &[u8] {
    fn open(&self, offset: u64) -> io::Result<Box<dyn Read + '_>> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(self.len());
        Ok(Box::new(&self[start..]))
    }
}

/// What a request carries.
#[derive(Clone, Copy)]
pub(super) enum Payload<'a> {
    /// Nothing.
    Empty,
    /// These bytes.
    Bytes(&'a [u8]),
    /// So many bytes of something that can be opened again.
    Stream {
        /// What it is.
        content: &'a dyn Content,
        /// From which byte on.
        offset: u64,
        /// How many bytes.
        length: u64,
        /// Who wants to know how far it is.
        bar: &'a Bar,
    },
}

/// A request.
#[derive(Clone)]
pub(super) struct Request<'a> {
    pub(super) method: Method,
    pub(super) address: String,
    pub(super) headers: Vec<(header::HeaderName, String)>,
    pub(super) payload: Payload<'a>,
}

impl Request<'_> {
    pub(super) const fn new(method: Method, address: String) -> Self {
        Request { method, address, headers: Vec::new(), payload: Payload::Empty }
    }

    #[must_use]
    pub(super) fn header(mut self, name: header::HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// An answer, whatever its status.
pub(super) struct Response {
    pub(super) status: u16,
    /// Where it came from, after redirects.
    pub(super) address: String,
    headers: HeaderMap,
    body: Body,
    /// What it was asked with, to be kept out of what is shown.
    sent: Option<Secret>,
}

impl Response {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// All headers of that name.
    pub(super) fn headers<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.headers.get_all(name).iter().filter_map(|value| value.to_str().ok())
    }

    /// How long the body is to be.
    pub(super) fn length(&self) -> Option<u64> {
        self.header("content-length")?.trim().parse().ok()
    }

    /// The address in the `Location` header.
    pub(super) fn location(&self) -> Result<String, Fault> {
        let missing = || Fault::Answer { text: "it has no Location header".to_owned() };
        address::resolve(&self.address, self.header("location").ok_or_else(missing)?)
    }

    /// The body, which can be read as it comes.
    pub(super) fn into_reader(self) -> impl Read + Send + use<> {
        self.body.into_reader()
    }

    /// The whole body.
    pub(super) fn bytes(self, limit: u64) -> Result<Vec<u8>, Fault> {
        let host = address::host(&self.address);
        let mut bytes = Vec::new();
        let read = self.body.into_reader().take(limit + 1).read_to_end(&mut bytes);
        read.map_err(|error| cut(&host, error))?;
        if bytes.len() as u64 > limit {
            return Err(Fault::Answer { text: format!("it is longer than {limit} bytes") });
        }
        Ok(bytes)
    }

    /// The fault that this answer is.
    pub(super) fn into_fault(self) -> Fault {
        let status = self.status;
        let retry_after = self.header("retry-after").and_then(|text| parse_retry_after(text, SystemTime::now()));
        let is_json = self.header("content-type").is_some_and(|kind| kind.contains("json"));
        let mut bytes = Vec::new();
        // A text that breaks off is better than none.
        let _ = self.body.into_reader().take(8 << 10).read_to_end(&mut bytes);
        let text = said(&bytes, is_json);
        let text = self.sent.map_or(text.clone(), |sent| credential::masked(text, sent.reveal()));
        Fault::Status { status, text, retry_after }
    }
}

/// The connections.
pub(super) struct Transport {
    settings: Settings,
    agents: Mutex<HashMap<&'static str, Agent>>,
}

impl Transport {
    pub(super) fn new(settings: Settings) -> Self {
        Transport { settings, agents: Mutex::new(HashMap::new()) }
    }

    /// One exchange with the redirects behind it. The login in `authorization` goes to the request's own host and to
    /// no other.
    pub(super) fn exchange(&self, request: &Request<'_>, authorization: Option<&str>) -> Result<Response, Fault> {
        let mut request = request.clone();
        let home = address::origin(&request.address);
        for _ in 0..=REDIRECTS {
            let at_home = address::origin(&request.address) == home;
            let response = self.once(&request, authorization.filter(|_| at_home))?;
            let follows = matches!(request.method, Method::GET | Method::HEAD);
            if !(follows && matches!(response.status, 301 | 302 | 303 | 307 | 308)) {
                return Ok(response);
            }
            request.address = response.location()?;
        }
        Err(Fault::Answer { text: format!("it redirects more than {REDIRECTS} times") })
    }

    fn once(&self, request: &Request<'_>, authorization: Option<&str>) -> Result<Response, Fault> {
        let host = address::host(&request.address);
        let is_plain = !request.address.starts_with("https://");
        if is_plain && !self.settings.is_insecure(&host) {
            return Err(Fault::Plain { host });
        }
        let invalid = |_| Fault::Answer { text: "it leads to an address or a header that cannot be sent".to_owned() };
        let mut builder = http::Request::builder().method(&request.method).uri(&request.address);
        for (name, value) in &request.headers {
            builder = builder.header(name, value);
        }
        if let Some(authorization) = authorization {
            builder = builder.header(header::AUTHORIZATION, authorization);
        }
        tracing::debug!("{} {}", request.method, request.address.split('?').next().unwrap_or_default());
        let through = proxy::of_environment(&host, is_plain)?;
        let agent = self.agent(through.as_ref(), is_plain);
        // A blob is put together, and maybe moved to where it stays, when it is named.
        let patience =
            if request.method == Method::PUT { self.settings.commit_timeout } else { self.settings.idle_timeout };
        let result = match request.payload {
            Payload::Empty if matches!(request.method, Method::GET | Method::HEAD) => {
                agent.run(builder.body(()).map_err(invalid)?)
            }
            Payload::Empty => agent.run(
                agent
                    .configure_request(builder.body(&[] as &[u8]).map_err(invalid)?)
                    .timeout_per_read(Some(patience))
                    .build(),
            ),
            Payload::Bytes(bytes) => agent.run(
                agent.configure_request(builder.body(bytes).map_err(invalid)?).timeout_per_read(Some(patience)).build(),
            ),
            Payload::Stream { content, offset, length, bar } => {
                let content = content.open(offset).map_err(Fault::Content)?;
                let mut outgoing = Outgoing { inner: content, left: length, bar, failed: None };
                builder = builder.header(header::CONTENT_LENGTH, length);
                if length >= EXPECT {
                    builder = builder.header(header::EXPECT, "100-continue");
                }
                let sent = builder.body(SendBody::from_reader(&mut outgoing)).map_err(invalid)?;
                let result = agent.run(agent.configure_request(sent).timeout_per_read(Some(patience)).build());
                if let Some(error) = outgoing.failed {
                    return Err(Fault::Content(error));
                }
                result
            }
        };
        let (parts, body) = result.map_err(|error| on_the_way(fault(&host, error), through.as_ref()))?.into_parts();
        tracing::debug!("{} from {host}", parts.status);
        let address = request.address.clone();
        let sent = authorization.map(|sent| Secret::new(sent.to_owned()));
        Ok(Response { status: parts.status.as_u16(), address, headers: parts.headers, body, sent })
    }

    /// The agent that goes through the proxy, if there is one.
    fn agent(&self, through: Option<&Through>, is_plain: bool) -> Agent {
        let kind = match (through, is_plain) {
            (None, _) => "direct",
            (Some(_), true) => "http",
            (Some(_), false) => "https",
        };
        let mut agents = self.agents.lock().expect("no thread panics with the agents in hand");
        let settings = &self.settings;
        let made = agents.entry(kind).or_insert_with(|| {
            let config = Agent::config_builder()
                .http_status_as_error(false)
                .max_redirects(0)
                .max_redirects_will_error(false)
                .proxy(through.map(|through| through.proxy.clone()))
                .user_agent(concat!("wbuild/", env!("CARGO_PKG_VERSION")))
                .accept_encoding("identity")
                .tls_config(TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build())
                .timeout_resolve(Some(settings.connect_timeout))
                .timeout_connect(Some(settings.connect_timeout))
                .timeout_per_read(Some(settings.idle_timeout))
                .timeout_per_write(Some(settings.idle_timeout))
                .build();
            Agent::with_parts(config, DefaultConnector::default(), Names::default())
        });
        made.clone()
    }
}

/// Content on its way up. It keeps its own errors apart from those of the connection.
struct Outgoing<'a, R> {
    inner: R,
    left: u64,
    bar: &'a Bar,
    failed: Option<io::Error>,
}

impl<R: Read> Outgoing<'_, R> {
    fn next(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        if length == 0 {
            return Ok(0);
        }
        let count = self.inner.read(&mut buffer[..length])?;
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it is shorter than its descriptor says"));
        }
        self.left -= count as u64;
        if self.left == 0 {
            // Content that is checked as it is read is so at its end, and the end has to be looked at before all is sent.
            let _more = self.inner.read(&mut [0])?;
        }
        Ok(count)
    }
}

impl<R: Read> Read for Outgoing<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.next(buffer) {
            Ok(count) => {
                self.bar.add(count as u64);
                Ok(count)
            }
            Err(error) => {
                let kind = error.kind();
                self.failed = Some(error);
                Err(kind.into())
            }
        }
    }
}

/// The fault of a connection that ended while its body was read.
pub(super) fn cut(host: &str, error: io::Error) -> Fault {
    fault(host, ureq::Error::from(error))
}

/// Where there is a proxy, nothing else is connected to: what goes wrong with that is the proxy's.
fn on_the_way(fault: Fault, through: Option<&Through>) -> Fault {
    match (fault, through) {
        (Fault::Connect { host, text }, Some(through)) => Fault::Proxy { host, proxy: through.name.clone(), text },
        (fault, _) => fault,
    }
}

/// What an error of a request was.
pub(crate) fn fault(host: &str, error: ureq::Error) -> Fault {
    let host = host.to_owned();
    let text = match error {
        ureq::Error::HostNotFound => return Fault::Connect { host, text: "its name cannot be resolved".to_owned() },
        ureq::Error::Timeout(Timeout::Resolve | Timeout::Connect) => {
            return Fault::Connect { host, text: "no answer in time".to_owned() };
        }
        ureq::Error::ConnectionFailed => return Fault::Connect { host, text: "no connection".to_owned() },
        ureq::Error::ConnectProxyFailed(text) => {
            return Fault::Connect { host, text: format!("it refuses: {}", said(text.as_bytes(), false)) };
        }
        ureq::Error::Rustls(error) => return Fault::Tls { host, text: error.to_string() },
        ureq::Error::Tls(text) => return Fault::Tls { host, text: text.to_owned() },
        ureq::Error::Io(error) => match error.kind() {
            io::ErrorKind::ConnectionRefused | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable => {
                return Fault::Connect { host, text: error.to_string() };
            }
            // This is how the errors of TLS come through a stream.
            io::ErrorKind::InvalidData => return Fault::Tls { host, text: error.to_string() },
            _ => error.to_string(),
        },
        ureq::Error::Timeout(_) => "it stood still for too long".to_owned(),
        ureq::Error::Protocol(error) => error.to_string(),
        ureq::Error::LargeResponseHeader(..) => return Fault::Answer { text: "its headers are too long".to_owned() },
        // What else there is may hold an address, and an address may hold a signature.
        _ => "the request cannot be sent".to_owned(),
    };
    Fault::Cut { host, text }
}
