//! Blobs on their way down: cut connections are taken up where they broke, and nothing counts before the digest fits.

use std::io::{self, Read};

use ureq::http::{Method, header};

use super::address;
use super::client::{Client, Errand};
use super::error::{Error, Fault};
use super::manifest::expect;
use super::name::Repository;
use super::retry::Backoff;
use super::transport::{Request, Response, cut};
use crate::image::{Descriptor, Digester, media_type};
use crate::progress::Bar;

/// A blob that comes as it is read. The last read succeeds only when length and digest are those of the descriptor;
/// an error of reading is an [`Error`] inside.
pub struct Blob<'c> {
    client: &'c Client,
    errand: Errand<'c>,
    descriptor: Descriptor,
    /// Which address serves it: the registry's is the first.
    source: usize,
    body: Option<Box<dyn Read + Send>>,
    /// The host that the body comes from.
    host: String,
    at: u64,
    digester: Option<Digester>,
    backoff: Backoff,
    /// Whether the server has shown that it cannot go on from a byte in the middle.
    whole: bool,
    bar: Bar,
}

impl Client {
    /// Opens a blob for reading. A layer that is not distributed is looked for at its own addresses when the
    /// registry has it not.
    ///
    /// # Errors
    /// When there is none, or the registry or the way to it fails.
    pub fn blob<'c>(&'c self, repository: &'c Repository, blob: &Descriptor, bar: &Bar) -> Result<Blob<'c>, Error> {
        let errand = Errand::pull(repository, format!("pull the blob {}", blob.digest));
        let mut opened = Blob {
            client: self,
            errand,
            descriptor: blob.clone(),
            source: 0,
            body: None,
            host: String::new(),
            at: 0,
            digester: Some(Digester::default()),
            backoff: self.backoff(),
            whole: false,
            bar: bar.clone(),
        };
        opened.open()?;
        Ok(opened)
    }

    /// Whether a repository has a blob.
    pub(super) fn look_up(&self, errand: &Errand<'_>, blob: &Descriptor) -> Result<bool, Fault> {
        let address = self.address(errand.repository, &format!("blobs/{}", blob.digest));
        let response = self.send(errand, &Request::new(Method::HEAD, address))?;
        if response.status == 404 {
            return Ok(false);
        }
        let response = expect(response, &[200])?;
        match response.length().filter(|found| *found != blob.size) {
            Some(found) => Err(Fault::Length { expected: blob.size, found }),
            None => Ok(true),
        }
    }
}

impl Blob<'_> {
    /// Opens the blob from where it is, with retries.
    fn open(&mut self) -> Result<(), Error> {
        while self.body.is_none() {
            match self.request() {
                Ok(()) => {}
                Err(fault) => self.again(fault)?,
            }
        }
        Ok(())
    }

    /// Waits before the next try, or gives the fault up.
    fn again(&mut self, fault: Fault) -> Result<(), Error> {
        self.body = None;
        self.bar.reset(self.at);
        let tries = self.backoff.tries();
        self.backoff.pause(fault).map_err(|fault| self.errand.error(fault, tries))
    }

    fn request(&mut self) -> Result<(), Fault> {
        let address = match self.source.checked_sub(1) {
            None => self.client.address(self.errand.repository, &format!("blobs/{}", self.descriptor.digest)),
            Some(index) => self.descriptor.urls[index].clone(),
        };
        let from = if self.whole { 0 } else { self.at };
        let mut request = Request::new(Method::GET, address);
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        let response = match self.source {
            0 => self.client.send(&self.errand, &request)?,
            _ => self.client.transport.exchange(&request, None)?,
        };
        let is_foreign = media_type::is_foreign(&self.descriptor.media_type);
        if response.status == 404 && is_foreign && self.source < self.descriptor.urls.len() {
            self.source += 1;
            return self.request();
        }
        self.host = address::host(&response.address);
        match response.status {
            416 if from > 0 => {
                self.whole = true;
                self.request()
            }
            206 if from > 0 && begin_of(&response) == Some(from) => {
                self.check_length(response.length().map(|length| from + length))?;
                self.take(response, 0)
            }
            206 if from > 0 => {
                self.whole = true;
                self.request()
            }
            _ => {
                let response = expect(response, &[200])?;
                self.check_length(response.length())?;
                self.take(response, self.at)
            }
        }
    }

    /// A server that announces another length need not be read to the end.
    fn check_length(&self, found: Option<u64>) -> Result<(), Fault> {
        let expected = self.descriptor.size;
        match found.filter(|found| *found != expected) {
            Some(found) => Err(Fault::Length { expected, found }),
            None => Ok(()),
        }
    }

    /// Reads from this answer on, after the bytes that are there already.
    fn take(&mut self, response: Response, skip: u64) -> Result<(), Fault> {
        let mut body = response.into_reader();
        let skipped = io::copy(&mut (&mut body).take(skip), &mut io::sink()).map_err(|error| cut(&self.host, error))?;
        if skipped < skip {
            return Err(self.ended());
        }
        self.body = Some(Box::new(body));
        Ok(())
    }

    fn ended(&self) -> Fault {
        Fault::Cut { host: self.host.clone(), text: "it ended too early".to_owned() }
    }

    /// The end: the length and the digest decide whether it was the blob.
    fn finish(&mut self) -> Result<(), Error> {
        let Some(digester) = self.digester.take() else { return Ok(()) };
        self.body = None;
        let (expected, found) = (self.descriptor.digest.clone(), digester.finish());
        if expected == found {
            return Ok(());
        }
        Err(self.errand.error(Fault::Digest { expected, found }, self.backoff.tries()))
    }

    /// Some bytes, none at the end, or a fault of the connection.
    fn advance(&mut self, buffer: &mut [u8]) -> Result<usize, Fault> {
        let body = self.body.as_mut().expect("it is open while it is read");
        let count = loop {
            match body.read(buffer) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other.map_err(|error| cut(&self.host, error))?,
            }
        };
        let expected = self.descriptor.size;
        match self.at + count as u64 {
            found if found > expected => Err(Fault::Length { expected, found }),
            found if count == 0 && found < expected => Err(self.ended()),
            _ => Ok(count),
        }
    }
}

impl Read for Blob<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() || self.digester.is_none() {
            return Ok(0);
        }
        loop {
            self.open()?;
            match self.advance(buffer) {
                Ok(0) => {
                    self.finish()?;
                    return Ok(0);
                }
                Ok(count) => {
                    let digester = self.digester.as_mut().expect("it is there until the end");
                    digester.update(&buffer[..count]);
                    self.at += count as u64;
                    self.bar.add(count as u64);
                    self.backoff.moved(self.at);
                    return Ok(count);
                }
                Err(fault) => self.again(fault)?,
            }
        }
    }
}

fn begin_of(response: &Response) -> Option<u64> {
    super::header::begin(response.header("content-range")?)
}
