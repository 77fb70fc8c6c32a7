//! As much of HTTP/1.1 as a test's server and proxy need, over plain threads.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::thread;

/// The head of a request or of an answer.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// The request line or the status line.
    pub first: String,
    pub headers: Vec<(String, String)>,
}

impl Head {
    /// Reads a head; `None` at the end of the connection.
    pub fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            if from.read_line(&mut line)? == 0 {
                return Ok(None);
            }
            match line.trim_end() {
                "" if lines.is_empty() => {}
                "" => break,
                line => lines.push(line.to_owned()),
            }
        }
        let first = lines.remove(0);
        let pair = |line: &String| line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()));
        Ok(Some(Head { first, headers: lines.iter().filter_map(pair).collect() }))
    }

    pub fn new(first: &str) -> Self {
        Head { first: first.to_owned(), headers: Vec::new() }
    }

    pub fn status(status: u16) -> Self {
        Head::new(&format!("HTTP/1.1 {status} Status"))
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.set(name, value);
        self
    }

    pub fn set(&mut self, name: &str, value: impl ToString) {
        self.remove(name);
        self.headers.push((name.to_owned(), value.to_string()));
    }

    pub fn remove(&mut self, name: &str) {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let known = self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, value)| value.as_str())
    }

    pub fn length(&self) -> usize {
        self.get("content-length").map_or(0, |length| length.parse().unwrap())
    }

    /// Method, path and query of a request line.
    pub fn request(&self) -> (&str, &str, &str) {
        let mut words = self.first.split(' ');
        let (method, target) = (words.next().unwrap(), words.next().unwrap());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        (method, path, query)
    }

    pub fn write(&self, to: &mut impl Write) -> io::Result<()> {
        let mut text = format!("{}\r\n", self.first);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        to.write_all(text.as_bytes())
    }
}

/// A value in a query or a form.
pub fn parameter(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(known, _)| *known == name).map(|(_, value)| decode(value)).next()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&after[..2]).unwrap(), 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// One side of a connection.
pub struct Connection {
    pub reader: BufReader<TcpStream>,
    pub writer: TcpStream,
}

impl Connection {
    pub fn new(stream: TcpStream) -> Self {
        stream.set_nodelay(true).unwrap();
        Connection { reader: BufReader::new(stream.try_clone().unwrap()), writer: stream }
    }

    /// Reads the body that a head announces, after the word that it may come.
    pub fn body(&mut self, head: &Head) -> io::Result<Vec<u8>> {
        self.go_on(head)?;
        let mut body = vec![0; head.length()];
        self.reader.read_exact(&mut body)?;
        Ok(body)
    }

    /// Says that the body may come, if the other side waits for that.
    pub fn go_on(&mut self, head: &Head) -> io::Result<()> {
        match head.get("expect") {
            Some(_) => self.writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n"),
            None => Ok(()),
        }
    }

    pub fn answer(&mut self, head: Head, body: &[u8]) -> io::Result<()> {
        let head = if head.get("content-length").is_some() { head } else { head.with("Content-Length", body.len()) };
        head.write(&mut self.writer)?;
        self.writer.write_all(body)
    }
}

/// Listens on this machine, and serves each connection in a thread of its own until the test ends.
pub fn listen(serve: impl Fn(Connection) -> io::Result<()> + Send + Sync + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let serve = std::sync::Arc::new(serve);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let serve = std::sync::Arc::clone(&serve);
            // A client that goes away in the middle is what many tests are about.
            thread::spawn(move || drop(serve(Connection::new(stream))));
        }
    });
    address
}
