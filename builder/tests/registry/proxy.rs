//! A proxy that spoils requests and answers on their way to a registry and back.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::http::{Connection, Head, listen};

/// What is done to a request, or to its answer.
#[derive(Clone, Debug)]
pub enum Effect {
    /// It is answered so, and the registry never sees it.
    Status(u16, &'static str),
    /// The same with a header.
    StatusWith(u16, (&'static str, &'static str)),
    /// The connection closes before any answer.
    Close,
    /// The connection closes after so many bytes of the answer's body.
    CutAnswer(usize),
    /// The registry gets so many bytes of the request's body, then both connections close.
    CutRequest(usize),
    /// The registry does all of it, but its answer is lost.
    LoseAnswer,
    /// A bit of the answer's body is turned over.
    Corrupt,
    /// The answer names another digest.
    LieAboutDigest,
    /// The answer's body, and its length, are so many bytes shorter.
    Shorten(usize),
    /// The answer's body, and its length, are longer by a byte.
    Lengthen,
    /// The answer says the length wrong: more than comes.
    Promise(usize),
    /// The range that was asked for is not heard.
    ForgetRange,
    /// The range that is answered with is another.
    ShiftRange,
    /// The query of the request is not heard: a mount becomes an upload.
    ForgetQuery,
    /// Nothing happens for so long, then it goes on.
    Delay(Duration),
    /// Nothing happens until the client gives up; then the registry does all of it, late.
    Stall,
}

/// A request to spoil: its method, a part of its path, and how often.
#[derive(Clone, Debug)]
pub struct Fault {
    pub method: &'static str,
    pub path: String,
    pub times: usize,
    pub effect: Effect,
}

impl Fault {
    /// A request that is spoiled so often.
    pub fn new(method: &'static str, path: &str, times: usize, effect: Effect) -> Self {
        Fault { method, path: path.to_owned(), times, effect }
    }
}

/// A proxy that runs until the test ends.
pub struct Proxy {
    pub address: SocketAddr,
    spoiled: Arc<Mutex<usize>>,
}

impl Proxy {
    pub fn start(upstream: SocketAddr, faults: Vec<Fault>) -> Self {
        let spoiled = Arc::new(Mutex::new(0));
        let counter = Arc::clone(&spoiled);
        let faults = Mutex::new(faults);
        let address = listen(move |mut client| {
            let Some(head) = Head::read(&mut client.reader)? else { return Ok(()) };
            let effect = next(&mut faults.lock().unwrap(), &head);
            *counter.lock().unwrap() += usize::from(effect.is_some());
            let result = forward(upstream, &mut client, head, effect.as_ref());
            let breaks = matches!(effect, Some(Effect::Close | Effect::CutRequest(_) | Effect::LoseAnswer));
            let _ = client.writer.shutdown(if breaks { Shutdown::Both } else { Shutdown::Write });
            if !breaks {
                // Closed while a body is still coming, a connection takes the answer with it, at least on Windows.
                let _ = io::copy(&mut client.reader, &mut io::sink());
            }
            result
        });
        Proxy { address, spoiled }
    }

    /// How many requests were spoiled.
    pub fn spoiled(&self) -> usize {
        *self.spoiled.lock().unwrap()
    }
}

/// The effect for a request, used up once.
fn next(faults: &mut [Fault], head: &Head) -> Option<Effect> {
    let (method, path, query) = head.request();
    let target = format!("{path}?{query}");
    let fits = |fault: &&mut Fault| fault.times > 0 && fault.method == method && target.contains(&fault.path);
    let fault = faults.iter_mut().find(fits)?;
    fault.times -= 1;
    Some(fault.effect.clone())
}

fn forward(upstream: SocketAddr, client: &mut Connection, mut head: Head, effect: Option<&Effect>) -> io::Result<()> {
    match effect {
        Some(Effect::Status(status, code)) => {
            let body = format!(r#"{{"errors":[{{"code":"{code}","message":"spoiled"}}]}}"#);
            return client.answer(closing(Head::status(*status)), body.as_bytes());
        }
        Some(Effect::StatusWith(status, (name, value))) => {
            return client.answer(closing(Head::status(*status)).with(name, value), b"");
        }
        Some(Effect::Close) => return Ok(()),
        Some(Effect::Delay(time)) => thread::sleep(*time),
        Some(Effect::Stall) => return late(upstream, client, head),
        Some(Effect::ForgetRange) => head.remove("range"),
        Some(Effect::ForgetQuery) => {
            let (method, path, _) = head.request();
            head.first = format!("{method} {path} HTTP/1.1");
        }
        _ => {}
    }
    let mut registry = Connection::new(TcpStream::connect(upstream)?);
    let length = head.length();
    client.go_on(&head)?;
    head.remove("expect");
    closing(head.clone()).write(&mut registry.writer)?;
    let passed = match effect {
        Some(Effect::CutRequest(count)) => length.min(*count),
        _ => length,
    };
    io::copy(&mut (&mut client.reader).take(passed as u64), &mut registry.writer)?;
    if matches!(effect, Some(Effect::CutRequest(_))) {
        return Ok(());
    }
    let answer = Head::read(&mut registry.reader)?.unwrap_or_default();
    let mut body = Vec::new();
    if head.request().0 != "HEAD" {
        registry.reader.read_to_end(&mut body)?;
        body = dechunked(&answer, body);
    }
    spoil(client, answer, body, effect)
}

/// Waits until the client has given up, and gives the registry what came of the request until then.
fn late(upstream: SocketAddr, client: &mut Connection, mut head: Head) -> io::Result<()> {
    let mut body = Vec::new();
    // However the client ends the connection, it ends.
    let _ = client.reader.read_to_end(&mut body);
    if body.len() < head.length() {
        return Ok(());
    }
    let mut registry = Connection::new(TcpStream::connect(upstream)?);
    head.remove("expect");
    closing(head).write(&mut registry.writer)?;
    registry.writer.write_all(&body)?;
    io::copy(&mut registry.reader, &mut io::sink()).map(drop)
}

/// A head that ends its connection after the body: what comes is then read to its end.
fn closing(head: Head) -> Head {
    head.with("Connection", "close")
}

fn spoil(client: &mut Connection, mut head: Head, mut body: Vec<u8>, effect: Option<&Effect>) -> io::Result<()> {
    if head.get("content-length").is_none() || !body.is_empty() {
        head.remove("transfer-encoding");
        head.set("Content-Length", body.len());
    }
    let mut sent = None;
    match effect {
        Some(Effect::LoseAnswer) => return Ok(()),
        Some(Effect::CutAnswer(count)) => sent = Some(*count),
        Some(Effect::Corrupt) => {
            let middle = body.len() / 2;
            body[middle] ^= 1;
        }
        Some(Effect::LieAboutDigest) => head.set("Docker-Content-Digest", format!("sha256:{}", "0".repeat(64))),
        Some(Effect::Shorten(count)) => {
            let length = head.length() - count;
            body.truncate(length);
            head.set("Content-Length", length);
        }
        Some(Effect::Lengthen) => {
            body.push(0);
            head.set("Content-Length", body.len());
        }
        Some(Effect::Promise(count)) => head.set("Content-Length", head.length() + count),
        Some(Effect::ShiftRange) => head.set("Content-Range", "bytes 7-99/100"),
        _ => {}
    }
    let count = sent.unwrap_or(body.len()).min(body.len());
    closing(head).write(&mut client.writer)?;
    client.writer.write_all(&body[..count])
}

/// The body without the frames of `Transfer-Encoding: chunked`.
fn dechunked(head: &Head, body: Vec<u8>) -> Vec<u8> {
    if head.get("transfer-encoding") != Some("chunked") {
        return body;
    }
    let mut plain = Vec::new();
    let mut rest = body.as_slice();
    while let Some(end) = rest.windows(2).position(|pair| pair == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        plain.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[(end + 4 + size).min(rest.len())..];
        if size == 0 {
            break;
        }
    }
    plain
}
