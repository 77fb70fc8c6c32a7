//! Blobs on their way up: mounted from a repository that has them, else sent, and taken up where a connection broke.

use ureq::http::{Method, header};

use super::address::with_parameter;
use super::client::{Client, Errand};
use super::error::{Error, Fault};
use super::manifest::{expect, same, told};
use super::name::Repository;
use super::transport::{Content, Payload, Request, Response};
use crate::image::Descriptor;
use crate::progress::Bar;

/// The size of requests after one was refused as too large.
const SMALLER: u64 = 16 << 20;

/// The smallest requests that are tried.
const SMALLEST: u64 = 1 << 20;

/// How a blob came to be in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// It was there.
    Present,
    /// The registry took it from another repository of its own.
    Mounted,
    /// It was sent.
    Sent,
}

/// An upload under way.
struct Upload<'a> {
    client: &'a Client,
    errand: Errand<'a>,
    blob: &'a Descriptor,
    content: &'a dyn Content,
    bar: &'a Bar,
    /// Where the registry takes the next bytes.
    session: Option<String>,
    /// How many bytes it has.
    sent: u64,
    /// The most bytes of one request.
    chunk: u64,
}

impl Client {
    /// Brings a blob into a repository. `sources` are repositories of the same registry that may have it; the
    /// content may be opened more than once.
    ///
    /// # Errors
    /// When the registry or the way to it fails, or the bytes cannot be read or are not the blob's.
    pub fn push_blob(
        &self,
        repository: &Repository,
        blob: &Descriptor,
        sources: &[Repository],
        content: &dyn Content,
        bar: &Bar,
    ) -> Result<Pushed, Error> {
        let errand = Errand::push(repository, format!("push the blob {}", blob.digest));
        if self.retrying(&errand, || self.look_up(&errand, blob))? {
            return Ok(Pushed::Present);
        }
        let is_near = |source: &&Repository| source.registry() == repository.registry() && *source != repository;
        let near: Vec<Repository> = sources.iter().filter(is_near).cloned().collect();
        let mut session = None;
        for source in &near {
            let errand = Errand { sources: std::slice::from_ref(source), ..errand.clone() };
            match self.retrying(&errand, || self.mount(&errand, source, blob))? {
                Mount::Done => return Ok(Pushed::Mounted),
                Mount::Missed(missed) => session = missed,
            }
        }
        let chunk = self.settings.chunk.max(1);
        let mut upload = Upload { client: self, errand, blob, content, bar, session, sent: 0, chunk };
        upload.run().map(|()| Pushed::Sent)
    }

    fn mount(&self, errand: &Errand<'_>, source: &Repository, blob: &Descriptor) -> Result<Mount, Fault> {
        let address = self.address(errand.repository, "blobs/uploads/");
        let address = with_parameter(&address, "mount", blob.digest.as_str());
        let address = with_parameter(&address, "from", source.name());
        match self.send(errand, &Request::new(Method::POST, address)) {
            Ok(response) if response.status == 201 => {
                same(&blob.digest, told(&response)?)?;
                // The registry says so; whether the blob is there is for it to show.
                let is_there = self.look_up(errand, blob)?;
                Ok(if is_there { Mount::Done } else { Mount::Missed(None) })
            }
            Ok(response) if response.status == 202 => Ok(Mount::Missed(Some(response.location()?))),
            Ok(response) => match response.into_fault() {
                fault if fault.is_transient() => Err(fault),
                // A registry that cannot mount, or not from there, can still be sent the bytes.
                _ => Ok(Mount::Missed(None)),
            },
            Err(Fault::Access { .. }) => Ok(Mount::Missed(None)),
            Err(fault) => Err(fault),
        }
    }
}

enum Mount {
    Done,
    /// With the upload that the registry began instead.
    Missed(Option<String>),
}

impl Upload<'_> {
    fn run(&mut self) -> Result<(), Error> {
        let mut backoff = self.client.backoff();
        loop {
            let fault = match self.step() {
                Ok(true) => return Ok(()),
                Ok(false) => {
                    backoff.moved(self.sent);
                    continue;
                }
                Err(fault) => fault,
            };
            let pause = match self.cure(fault) {
                Ok(fault) => backoff.pause(fault),
                Err(fault) => Err(fault),
            };
            pause.map_err(|fault| self.errand.error(fault, backoff.tries()))?;
            match self.ask() {
                Ok(true) => return Ok(()),
                Ok(false) => self.bar.reset(self.sent),
                // The next step meets the same fault, and counts it.
                Err(_) => self.restart(),
            }
        }
    }

    /// One request of the upload. `true` when it was the last.
    fn step(&mut self) -> Result<bool, Fault> {
        let size = self.blob.size;
        let Some(session) = self.session.clone() else { return self.begin().map(|()| false) };
        let left = size - self.sent;
        if self.sent == 0 && size <= self.client.settings.monolithic.min(self.chunk) || left == 0 {
            let address = with_parameter(&session, "digest", self.blob.digest.as_str());
            let request = Request::new(Method::PUT, address).header(header::CONTENT_TYPE, "application/octet-stream");
            let response = self.send(&Request { payload: self.payload(left), ..request })?;
            let response = expect(response, &[200, 201, 204])?;
            return same(&self.blob.digest, told(&response)?).map(|()| true);
        }
        let length = left.min(self.chunk);
        let mut request = Request::new(Method::PATCH, session).header(header::CONTENT_TYPE, "application/octet-stream");
        if length < size {
            request = request.header(header::CONTENT_RANGE, format!("{}-{}", self.sent, self.sent + length - 1));
        }
        let response = self.send(&Request { payload: self.payload(length), ..request })?;
        let response = expect(response, &[200, 202, 204])?;
        let top = self.sent + length;
        let reached = reached(&response).unwrap_or(top);
        self.session = Some(response.location()?);
        if reached > top {
            self.restart();
            return Err(Fault::Answer { text: "it says to have more bytes than were sent".to_owned() });
        }
        if reached <= self.sent {
            // Else this would go on for ever.
            let host = self.errand.repository.host().to_owned();
            return Err(Fault::Cut {
                host,
                text: "the registry says to have none of the bytes that were sent".to_owned(),
            });
        }
        self.sent = reached;
        Ok(false)
    }

    fn send(&self, request: &Request<'_>) -> Result<Response, Fault> {
        self.client.send(&self.errand, request)
    }

    fn payload(&self, length: u64) -> Payload<'_> {
        match length {
            0 => Payload::Empty,
            length => Payload::Stream { content: self.content, offset: self.sent, length, bar: self.bar },
        }
    }

    fn begin(&mut self) -> Result<(), Fault> {
        let address = self.client.address(self.errand.repository, "blobs/uploads/");
        let response = expect(self.send(&Request::new(Method::POST, address))?, &[202])?;
        let least = response.header("oci-chunk-min-length").and_then(|least| least.trim().parse().ok());
        self.chunk = self.chunk.max(least.unwrap_or(0));
        self.session = Some(response.location()?);
        self.sent = 0;
        Ok(())
    }

    /// What a fault of a step means for the steps after it. The fault itself when it is final.
    fn cure(&mut self, fault: Fault) -> Result<Fault, Fault> {
        match fault.status() {
            // The session is lost: nothing that it had is there any more.
            Some(404) if self.session.is_some() => self.restart(),
            // The registry has another number of bytes than we think; it is asked for how many.
            Some(416) if self.session.is_some() => {}
            Some(413) if self.chunk > SMALLEST => {
                let chunk = self.chunk.min(self.blob.size);
                self.chunk = if chunk > SMALLER { SMALLER } else { (chunk / 2).max(SMALLEST) };
            }
            _ if fault.is_transient() => return Ok(fault),
            _ => return Err(fault),
        }
        let host = self.errand.repository.host().to_owned();
        Ok(Fault::Cut { host, text: fault.to_string() })
    }

    fn restart(&mut self) {
        self.session = None;
        self.sent = 0;
        self.bar.reset(0);
    }

    /// Asks the registry how far the upload has come. `true` when the blob is there: the fault may have eaten no more
    /// than the answer.
    fn ask(&mut self) -> Result<bool, Fault> {
        if self.client.look_up(&self.errand, self.blob)? {
            return Ok(true);
        }
        let Some(session) = self.session.clone() else { return Ok(false) };
        let response = self.send(&Request::new(Method::GET, session.clone()))?;
        match (response.status, reached(&response)) {
            (200 | 204, Some(reached)) if reached <= self.blob.size => {
                self.sent = reached;
                self.session = Some(response.location().unwrap_or(session));
            }
            _ => self.restart(),
        }
        Ok(false)
    }
}

fn reached(response: &Response) -> Option<u64> {
    super::header::reached(response.header("range")?)
}
