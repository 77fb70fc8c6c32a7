//! `ADD` of what a server has.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::scratch::Scratch;
use wbuild::image::Digest;

/// A server that has one file at every path, and says that nothing changed to who has it.
fn server(body: &'static [u8]) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..length]).to_lowercase();
            let answer = if request.contains("if-none-match: \"v1\"") {
                b"HTTP/1.1 304 Not Modified\r\nConnection: close\r\n\r\n".to_vec()
            } else if request.starts_with("get /none") {
                b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
            } else {
                counter.fetch_add(1, Ordering::SeqCst);
                let length = body.len();
                let head =
                    format!("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
                [head.as_bytes(), body].concat()
            };
            let _ = stream.write_all(&answer);
        }
    });
    (origin, sent)
}

#[test]
fn a_file_of_a_server_is_fetched_once_and_checked() {
    let scratch = Scratch::new();
    let (origin, sent) = server(b"tool");
    let add = format!("FROM base\nADD {origin}/dir/tool.exe?x=1 /app/\n");
    assert_eq!(scratch.build(&add).read("app/tool.exe"), "tool");
    scratch.build(&add);
    assert_eq!(sent.load(Ordering::SeqCst), 1, "an unchanged file is not sent again");
    let right = Digest::of(b"tool");
    let checked = format!("FROM base\nADD --checksum={right} {origin}/other/t.exe /t.exe\n");
    assert_eq!(scratch.build(&checked).read("t.exe"), "tool");
    let wrong = Digest::of(b"other");
    let answer = scratch.try_build(&format!("FROM base\nADD --checksum={wrong} {origin}/t.exe /x\n"), &[]);
    assert_eq!(answer.code, 1, "{}", answer.err);
    assert!(answer.err.contains(right.hex()) && answer.err.contains(wrong.hex()), "{}", answer.err);
    let missing = scratch.try_build(&format!("FROM base\nADD {origin}/none /x\n"), &[]);
    assert_eq!(missing.code, 5, "{}", missing.err);
    assert!(missing.err.contains("404"), "{}", missing.err);
}

/// The length is right, and the bytes are not: a disk that fails, or a program that wrote to the wrong file.
#[test]
fn a_file_that_was_damaged_in_the_store_is_fetched_again() {
    let scratch = Scratch::new();
    let (origin, sent) = server(b"tool");
    let digest = Digest::of(b"tool");
    let blob = scratch.path("store/blobs/sha256").join(digest.hex());
    for (number, option) in ["", &format!("--checksum={digest} ")].into_iter().enumerate() {
        let add = |to: &str| format!("FROM base\nADD {option}{origin}/tool.exe {to}\n");
        assert_eq!(scratch.build(&add("/a.exe")).read("a.exe"), "tool");
        let before = sent.load(Ordering::SeqCst);
        std::fs::remove_file(&blob).unwrap();
        std::fs::write(&blob, "loot").unwrap();
        // Another step, so that its layer is written anew.
        let to = format!("b{number}.exe");
        assert_eq!(scratch.build(&add(&format!("/{to}"))).read(&to), "tool");
        assert_eq!(sent.load(Ordering::SeqCst), before + 1, "{option}");
        assert_eq!(std::fs::read(&blob).unwrap(), b"tool");
    }
}

#[test]
fn an_address_keeps_its_secrets() {
    let scratch = Scratch::new();
    let (origin, _) = server(b"tool");
    for (path, code, shown) in [
        ("none/$API_TOKEN/a.zip", 5, "/none/***/a.zip cannot be fetched"),
        ("none?sig=$API_TOKEN", 5, "/none?sig=*** cannot be fetched"),
        ("none?sig=written", 5, "/none?sig=*** cannot be fetched"),
        ("a/$API_TOKEN/a.zip", 0, "/a/***/a.zip: 4 B"),
    ] {
        let text = format!("FROM base\nARG API_TOKEN\nADD {origin}/{path} /x\n");
        let arguments = ["-vv", "--progress", "plain", "--build-arg", "API_TOKEN=tok-123456"];
        let answer = scratch.try_build(&text, &arguments);
        assert_eq!(answer.code, code, "{path}: {}", answer.err);
        assert!(answer.err.contains(shown) && !answer.err.contains("tok-123456"), "{path}: {}", answer.err);
    }
}
