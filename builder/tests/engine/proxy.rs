//! Stands between a build and the real engine, and alters single answers by recorded texts: what only Windows says.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What is done to the answers of requests.
pub struct Rule {
    /// The method.
    pub method: &'static str,
    /// A part of the path.
    pub path: &'static str,
    /// How many requests it is done to.
    pub times: usize,
    /// What is done.
    pub act: Act,
}

/// What is done to an answer.
#[derive(Clone)]
pub enum Act {
    /// The engine is not asked: this status and message come back.
    Refuse(u16, String),
    /// Fields of the engine's answer get other values.
    Set(Vec<(&'static str, String)>),
}

/// A proxy under way.
pub struct Proxy {
    pub host: String,
    rules: Arc<Mutex<Vec<Rule>>>,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    pub fn start(upstream: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let host = format!("tcp://{}", listener.local_addr().unwrap());
        let (rules, seen) = (Arc::<Mutex<Vec<Rule>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (shared, watched, upstream) = (Arc::clone(&rules), Arc::clone(&seen), upstream.to_owned());
        thread::spawn(move || {
            for client in listener.incoming() {
                let (rules, seen, upstream) = (Arc::clone(&shared), Arc::clone(&watched), upstream.clone());
                // A client that goes away in the middle is nobody's fault.
                thread::spawn(move || serve(client.unwrap(), &upstream, &rules, &seen));
            }
        });
        Proxy { host, rules, seen }
    }

    pub fn alter(&self, method: &'static str, path: &'static str, times: usize, act: Act) {
        self.rules.lock().unwrap().push(Rule { method, path, times, act });
    }

    pub fn clear(&self) {
        self.rules.lock().unwrap().clear();
    }

    /// The requests so far: method and path.
    pub fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(mut client: TcpStream, upstream: &str, rules: &Mutex<Vec<Rule>>, seen: &Mutex<Vec<String>>) -> io::Result<()> {
    let head = read_head(&mut client)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut words = text.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default().to_owned(), words.next().unwrap_or_default().to_owned());
    seen.lock().unwrap().push(format!("{method} {path}"));
    let act = {
        let mut rules = rules.lock().unwrap();
        let rule = rules.iter_mut().find(|rule| rule.times > 0 && rule.method == method && path.contains(rule.path));
        rule.map(|rule| {
            rule.times -= 1;
            rule.act.clone()
        })
    };
    match act {
        None => pass(client, upstream, &head),
        Some(Act::Refuse(status, message)) => {
            drain(&mut client, &text)?;
            let body = format!("{{\"message\":{}}}", serde_json::to_string(&message).unwrap());
            answer(&mut client, status, &body)
        }
        Some(Act::Set(fields)) => {
            let mut engine = connect(upstream)?;
            // The answer then ends with the connection, and is read whole.
            let head = text.replacen("\r\n", "\r\nConnection: close\r\n", 1);
            engine.write_all(head.as_bytes())?;
            copy_body(&mut client, engine.as_mut(), &text)?;
            let mut whole = Vec::new();
            let _ = engine.read_to_end(&mut whole);
            let whole = String::from_utf8_lossy(&whole).into_owned();
            let (head, body) = whole.split_once("\r\n\r\n").unwrap_or((&whole, ""));
            let body = if head.to_lowercase().contains("transfer-encoding: chunked") {
                unchunk(body)
            } else {
                body.to_owned()
            };
            let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(200);
            let body = fields.iter().fold(body, |body, (name, value)| set(&body, name, value));
            answer(&mut client, status, &body)
        }
    }
}

/// The body with the value of a field replaced.
fn set(body: &str, name: &str, value: &str) -> String {
    let name = format!("\"{name}\":");
    let Some(at) = body.find(&name) else { return body.to_owned() };
    let from = at + name.len();
    let quoted = body[from..].starts_with('"');
    let length = match quoted {
        true => body[from + 1..].find('"').map_or(0, |length| length + 2),
        false => body[from..].find([',', '}']).unwrap_or(0),
    };
    format!("{}{value}{}", &body[..from], &body[from + length..])
}

fn answer(client: &mut TcpStream, status: u16, body: &str) -> io::Result<()> {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    client.write_all(head.as_bytes())?;
    client.write_all(body.as_bytes())?;
    client.flush()
}

fn unchunk(mut body: &str) -> String {
    let mut text = String::new();
    while let Some((size, rest)) = body.split_once("\r\n") {
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        if size == 0 || rest.len() < size {
            break;
        }
        text.push_str(&rest[..size]);
        body = rest[size..].trim_start_matches("\r\n");
    }
    text
}

fn read_head(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(head)
}

/// The length of a request's body, when it says it.
fn length(head: &str) -> u64 {
    let line = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length:").map(str::to_owned));
    line.and_then(|length| length.trim().parse().ok()).unwrap_or(0)
}

fn drain(client: &mut TcpStream, head: &str) -> io::Result<()> {
    io::copy(&mut client.take(length(head)), &mut io::sink()).map(drop)
}

fn copy_body(client: &mut TcpStream, engine: &mut dyn Duplex, head: &str) -> io::Result<()> {
    io::copy(&mut client.take(length(head)), engine).map(drop)
}

/// Both directions, byte for byte: attaching is not HTTP any more.
fn pass(client: TcpStream, upstream: &str, head: &[u8]) -> io::Result<()> {
    let mut engine = connect(upstream)?;
    engine.write_all(head)?;
    let (mut from_client, mut to_engine) = (client.try_clone()?, engine.again()?);
    let up = thread::spawn(move || {
        let _ = io::copy(&mut from_client, &mut to_engine);
        to_engine.end();
    });
    let mut to_client = client;
    let _ = io::copy(&mut engine, &mut to_client);
    let _ = to_client.shutdown(Shutdown::Both);
    engine.end();
    let _ = up.join();
    Ok(())
}

/// A connection to the engine.
pub trait Duplex: Read + Write + Send {
    fn again(&self) -> io::Result<Box<dyn Duplex>>;
    fn end(&self);
}

impl Duplex for TcpStream {
    fn again(&self) -> io::Result<Box<dyn Duplex>> {
        Ok(Box::new(self.try_clone()?))
    }

    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

#[cfg(unix)]
impl Duplex for std::os::unix::net::UnixStream {
    fn again(&self) -> io::Result<Box<dyn Duplex>> {
        Ok(Box::new(self.try_clone()?))
    }

    fn end(&self) {
        let _ = self.shutdown(Shutdown::Both);
    }
}

fn connect(upstream: &str) -> io::Result<Box<dyn Duplex>> {
    if let Some(address) = upstream.strip_prefix("tcp://") {
        return Ok(Box::new(TcpStream::connect(address)?));
    }
    #[cfg(unix)]
    if let Some(path) = upstream.strip_prefix("unix://") {
        return Ok(Box::new(std::os::unix::net::UnixStream::connect(path)?));
    }
    Err(io::Error::other(format!("the proxy reaches engines by tcp:// (and unix:// on Unix), not {upstream}")))
}
