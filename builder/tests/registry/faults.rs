//! Every fault, on the way down and on the way up: nothing is lost, nothing is called a success that is none, and what
//! may pass is tried again.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use wbuild::failure::{Exit, Failure};
use wbuild::image::Digest;
use wbuild::registry::{Client, Settings};

use super::http::{Head, listen};
use super::image::{self, Sample, assert_complete, assert_valid, behind, client, repository, upstream};
use super::proxy::Effect::{self, *};
use super::proxy::{Fault, Proxy};

/// How it has to end.
enum End {
    /// Well.
    Well,
    /// With exit code 5, and these words in the message.
    Badly(&'static str),
}
use End::{Badly, Well};

/// A method, a part of the path (`BIG` stands for the largest layer's digest), how often, and what is done.
type Spoiled = (&'static str, &'static str, usize, Effect);

/// The faults, how many requests they have to spoil, and how it has to end.
type Row = (&'static [Spoiled], usize, End);

/// More often than anything is tried.
const ALWAYS: usize = 1000;
/// How often the tests' settings try.
const TRIES: usize = 4;
const SLOW: Effect = StatusWith(429, ("Retry-After", "1"));
const LATER: Effect = StatusWith(429, ("Retry-After", "3600"));
/// Stands for twice as long as the row's client waits for a byte otherwise.
const LONG: Effect = Delay(Duration::MAX);

const PULL: &[Row] = &[
    // The manifest.
    (
        &[("GET", "/manifests/", ALWAYS, Status(401, "UNAUTHORIZED"))],
        1,
        Badly("wants a login (401, UNAUTHORIZED: spoiled)"),
    ),
    (&[("GET", "/manifests/", ALWAYS, Status(403, "DENIED"))], 1, Badly("403, DENIED: spoiled")),
    (&[("GET", "/manifests/", ALWAYS, Status(404, "MANIFEST_UNKNOWN"))], 1, Badly("answers 404, MANIFEST_UNKNOWN")),
    (&[("GET", "/manifests/", ALWAYS, Status(416, "X"))], 1, Badly("answers 416")),
    (&[("GET", "/manifests/", 1, Status(408, "X"))], 1, Well),
    (&[("GET", "/manifests/", 1, SLOW)], 1, Well),
    (&[("GET", "/manifests/", ALWAYS, LATER)], 1, Badly("answers 429")),
    (
        &[("GET", "/manifests/", ALWAYS, Status(429, "TOOMANYREQUESTS"))],
        TRIES,
        Badly("in 4 tries: the registry answers 429"),
    ),
    (&[("GET", "/manifests/", 3, Status(500, "X"))], 3, Well),
    (&[("GET", "/manifests/", ALWAYS, Status(500, "UNKNOWN"))], TRIES, Badly("answers 500, UNKNOWN: spoiled")),
    (&[("GET", "/manifests/", 1, Status(503, "X"))], 1, Well),
    (&[("GET", "/manifests/", 1, Close)], 1, Well),
    (&[("GET", "/manifests/", ALWAYS, Close)], TRIES, Badly("broke")),
    (&[("GET", "/manifests/", 1, CutAnswer(10))], 1, Well),
    (&[("GET", "/manifests/", ALWAYS, CutAnswer(10))], TRIES, Badly("broke")),
    (&[("GET", "/manifests/", 1, Promise(10))], 1, Well),
    (&[("GET", "/manifests/", ALWAYS, Corrupt)], 1, Badly("answers with other content")),
    (&[("GET", "/manifests/", ALWAYS, LieAboutDigest)], 1, Badly("answers with other content")),
    (&[("GET", "/manifests/", ALWAYS, Shorten(4))], 1, Badly("answers with other content")),
    (&[("GET", "/manifests/", 1, Stall)], 1, Well),
    // Blobs.
    (&[("GET", "BIG", ALWAYS, Status(401, "UNAUTHORIZED"))], 1, Badly("wants a login (401")),
    (&[("GET", "BIG", ALWAYS, Status(403, "DENIED"))], 1, Badly("403, DENIED")),
    (&[("GET", "BIG", ALWAYS, Status(404, "BLOB_UNKNOWN"))], 1, Badly("answers 404, BLOB_UNKNOWN")),
    (&[("GET", "BIG", ALWAYS, Status(416, "X"))], 1, Badly("answers 416")),
    (&[("GET", "BIG", 1, SLOW)], 1, Well),
    (&[("GET", "BIG", ALWAYS, LATER)], 1, Badly("answers 429")),
    (&[("GET", "BIG", 3, Status(500, "X"))], 3, Well),
    (&[("GET", "BIG", ALWAYS, Status(502, "X"))], TRIES, Badly("answers 502")),
    (&[("GET", "BIG", 1, Close)], 1, Well),
    (&[("GET", "BIG", 1, CutAnswer(0))], 1, Well),
    (&[("GET", "BIG", 3, CutAnswer(60_000))], 3, Well),
    (&[("GET", "BIG", ALWAYS, CutAnswer(100))], TRIES, Badly("in 4 tries: the connection")),
    (&[("GET", "BIG", 1, CutAnswer(90_000)), ("GET", "BIG", 1, Status(416, "X"))], 2, Well),
    (&[("GET", "BIG", 1, CutAnswer(90_000)), ("GET", "BIG", 1, ForgetRange)], 2, Well),
    (&[("GET", "BIG", 1, CutAnswer(90_000)), ("GET", "BIG", 1, ShiftRange)], 2, Well),
    (&[("GET", "BIG", 1, CutAnswer(90_000)), ("GET", "BIG", 1, Corrupt)], 2, Badly("answers with other content")),
    (&[("GET", "BIG", ALWAYS, Corrupt)], 1, Badly("answers with other content")),
    (&[("GET", "BIG", ALWAYS, LieAboutDigest)], 1, Well),
    (&[("GET", "BIG", ALWAYS, Shorten(5))], 1, Badly("another length: expected 250000 bytes, found 249995")),
    (&[("GET", "BIG", ALWAYS, Lengthen)], 1, Badly("another length: expected 250000 bytes, found 250001")),
    (&[("GET", "BIG", ALWAYS, Promise(7))], 1, Badly("another length: expected 250000 bytes, found 250007")),
    (&[("GET", "BIG", 1, Stall)], 1, Well),
    (&[("GET", "BIG", ALWAYS, Stall)], TRIES, Badly("stood still")),
];

const PUSH: &[Row] = &[
    // What is there already.
    (&[("HEAD", "/manifests/", ALWAYS, Status(401, ""))], 1, Badly("wants a login (401)")),
    (&[("HEAD", "/manifests/1", ALWAYS, Status(500, ""))], TRIES, Badly("answers 500")),
    (&[("HEAD", "/blobs/", 1, Status(500, ""))], 1, Well),
    (&[("HEAD", "BIG", ALWAYS, Status(403, ""))], 1, Badly("403")),
    (&[("HEAD", "BIG", 1, Close)], 1, Well),
    // The beginning of an upload.
    (&[("POST", "/uploads/", ALWAYS, Status(401, "UNAUTHORIZED"))], 0, Badly("401, UNAUTHORIZED")),
    (&[("POST", "/uploads/", ALWAYS, Status(403, "DENIED"))], 0, Badly("403, DENIED")),
    (&[("POST", "/uploads/", ALWAYS, Status(404, "NAME_UNKNOWN"))], 0, Badly("404, NAME_UNKNOWN")),
    (&[("POST", "/uploads/", 1, SLOW)], 1, Well),
    (&[("POST", "/uploads/", ALWAYS, LATER)], 0, Badly("answers 429")),
    (&[("POST", "/uploads/", 2, Status(500, "X"))], 2, Well),
    (&[("POST", "/uploads/", 1, Close)], 1, Well),
    (&[("POST", "/uploads/", 1, LoseAnswer)], 1, Well),
    // Its parts.
    (&[("PATCH", "/uploads/", ALWAYS, Status(403, "DENIED"))], 1, Badly("403, DENIED")),
    (&[("PATCH", "/uploads/", ALWAYS, Status(400, "SIZE_INVALID"))], 1, Badly("400, SIZE_INVALID")),
    (&[("PATCH", "/uploads/", ALWAYS, Status(413, ""))], 1, Badly("answers 413")),
    (&[("PATCH", "/uploads/", 1, SLOW)], 1, Well),
    (&[("PATCH", "/uploads/", ALWAYS, LATER)], 1, Badly("answers 429")),
    (&[("PATCH", "/uploads/", 2, Status(500, "X"))], 2, Well),
    (&[("PATCH", "/uploads/", ALWAYS, Status(500, "X"))], TRIES, Badly("answers 500")),
    (&[("PATCH", "/uploads/", 1, Close)], 1, Well),
    (&[("PATCH", "/uploads/", 2, CutRequest(40_000))], 2, Well),
    (&[("PATCH", "/uploads/", ALWAYS, CutRequest(0))], TRIES, Badly("broke")),
    (&[("PATCH", "/uploads/", 2, LoseAnswer)], 2, Well),
    (&[("PATCH", "/uploads/", 1, Stall)], 1, Well),
    (&[("PATCH", "/uploads/", 2, Status(404, "BLOB_UPLOAD_UNKNOWN"))], 2, Well),
    (&[("PATCH", "/uploads/", ALWAYS, Status(404, "BLOB_UPLOAD_UNKNOWN"))], TRIES, Badly("BLOB_UPLOAD_UNKNOWN")),
    (&[("PATCH", "/uploads/", 2, Status(416, "RANGE_INVALID"))], 2, Well),
    (&[("PATCH", "/uploads/", 1, LoseAnswer), ("GET", "/uploads/", 1, Status(404, "BLOB_UPLOAD_UNKNOWN"))], 2, Well),
    (&[("PATCH", "/uploads/", 1, LoseAnswer), ("GET", "/uploads/", 1, Close)], 2, Well),
    // Its end.
    (&[("PUT", "/uploads/", ALWAYS, Status(400, "DIGEST_INVALID"))], 0, Badly("400, DIGEST_INVALID")),
    (&[("PUT", "/uploads/", ALWAYS, Status(403, "DENIED"))], 0, Badly("403, DENIED")),
    (&[("PUT", "/uploads/", 2, Status(500, "X"))], 2, Well),
    (&[("PUT", "/uploads/", 1, SLOW)], 1, Well),
    (&[("PUT", "/uploads/", 1, Close)], 1, Well),
    (&[("PUT", "/uploads/", 1, CutRequest(100))], 1, Well),
    (&[("PUT", "/uploads/", 3, LoseAnswer)], 3, Well),
    (&[("PUT", "/uploads/", 1, Status(404, "BLOB_UPLOAD_UNKNOWN"))], 1, Well),
    (&[("PUT", "/uploads/", ALWAYS, LieAboutDigest)], 0, Badly("answers with other content")),
    // Manifests and tags.
    (&[("PUT", "/manifests/", ALWAYS, Status(403, "DENIED"))], 1, Badly("403, DENIED")),
    (&[("PUT", "/manifests/", ALWAYS, Status(404, "MANIFEST_BLOB_UNKNOWN"))], 1, Badly("404, MANIFEST_BLOB_UNKNOWN")),
    (&[("PUT", "/manifests/", 1, SLOW)], 1, Well),
    (&[("PUT", "/manifests/", 2, Status(500, "X"))], 2, Well),
    (&[("PUT", "/manifests/", ALWAYS, Status(500, "X"))], TRIES, Badly("answers 500")),
    (&[("PUT", "/manifests/", 1, CutRequest(20))], 1, Well),
    (&[("PUT", "/manifests/", 2, LoseAnswer)], 2, Well),
    // A registry may take its time to put parts together.
    (&[("PUT", "/manifests/", 1, LONG)], 1, Well),
    (&[("PUT", "/manifests/", ALWAYS, LieAboutDigest)], 1, Badly("answers with other content")),
    (&[("HEAD", "/manifests/sha256", ALWAYS, LieAboutDigest)], 1, Badly("answers with other content")),
    (&[("HEAD", "/manifests/sha256", ALWAYS, Status(404, ""))], 1, Badly("answers 404")),
];

/// The client of a row, and how long it waits for a byte.
struct Waiting {
    client: Arc<Client>,
    idle_timeout: Duration,
}

impl Waiting {
    fn new(idle_timeout: Duration) -> Self {
        Waiting { client: Arc::new(Client::new(Settings { idle_timeout, ..image::settings() })), idle_timeout }
    }

    /// A proxy that spoils what a row says.
    fn proxy(&self, upstream: SocketAddr, row: &Row, big: &Digest) -> Proxy {
        let fault = |(method, part, times, effect): &Spoiled| {
            let effect = if matches!(effect, Delay(_)) { Delay(self.idle_timeout * 2) } else { effect.clone() };
            Fault::new(method, &part.replace("BIG", big.as_str()), *times, effect)
        };
        Proxy::start(upstream, row.0.iter().map(fault).collect())
    }
}

/// Carries a row out, and says how it ended. Where something stands still, its client waits a short time for a byte. A
/// machine that is busy with something else then makes it give up what does not stand still: whatever ended otherwise
/// than it had to is carried out again by a client that waits longer, up to minutes.
fn judge(row: &Row, run: impl Fn(&Waiting) -> (Result<(), Failure>, Proxy)) {
    let minute = Duration::from_secs(60);
    let stands = row.0.iter().any(|(.., effect)| matches!(effect, Stall | Delay(_)));
    let mut idle_timeout = if stands { Duration::from_millis(500) } else { minute };
    loop {
        let (result, proxy) = run(&Waiting::new(idle_timeout));
        match wrong_end(row, &result, &proxy) {
            None => return,
            Some(wrong) if idle_timeout >= minute => panic!("{:?}: {wrong}", row.0),
            Some(_) => idle_timeout *= 6,
        }
    }
}

/// What is wrong with how it ended.
fn wrong_end((_, count, end): &Row, result: &Result<(), Failure>, proxy: &Proxy) -> Option<String> {
    match (end, result) {
        (Well, Ok(())) => {}
        (Badly(words), Err(failure)) => {
            let text = failure.shown(false);
            let address = proxy.address.to_string();
            let lacks = [*words, address.as_str(), "cannot ", "help: "].into_iter().find(|words| !text.contains(words));
            if let Some(words) = lacks {
                return Some(format!("the message lacks `{words}`: {text}"));
            }
            if failure.exit != Exit::Registry {
                return Some(format!("it ended with {:?}: {text}", failure.exit));
            }
        }
        (Well, Err(failure)) => return Some(failure.shown(false)),
        (Badly(words), Ok(())) => return Some(format!("it is no success: {words}")),
    }
    // Several blobs go up at once, so that a fault of all of them counts more than once.
    let spoiled = proxy.spoiled();
    (*count > 0 && spoiled != *count).then(|| format!("{spoiled} requests were spoiled, and not {count}"))
}

/// Runs the rows of a table, some at once: most of their time is waiting.
fn each(rows: &'static [Row], run: impl Fn(u64, &'static Row) + Sync) {
    let next = Mutex::new((1..).zip(rows));
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                while let Some((number, row)) = take() {
                    run(number, row);
                }
            });
        }
    });
}

#[test]
fn no_fault_of_a_pull_loses_anything_or_is_called_a_success() {
    let (upstream, direct, sample) = (upstream(), client(), Sample::index(1));
    let home = repository(upstream, "pull");
    sample.push(&direct, &[home.tag("1")]).unwrap();
    each(PULL, |_, row| {
        judge(row, |waiting| {
            let proxy = waiting.proxy(upstream, row, &sample.big);
            let folder = tempfile::tempdir().unwrap();
            let reference = behind(&home, proxy.address).tag("1");
            let result = image::pull(&waiting.client, &reference, folder.path());
            assert_valid(folder.path());
            (result.map(drop).map_err(Failure::from), proxy)
        });
    });
}

#[test]
fn no_fault_of_a_push_loses_anything_or_is_called_a_success() {
    let (upstream, direct) = (upstream(), client());
    each(PUSH, |number, row| {
        judge(row, |waiting| {
            let sample = Sample::new(1000 + number);
            let proxy = waiting.proxy(upstream, row, &sample.big);
            let home = repository(upstream, "push");
            let result = sample.push(&waiting.client, &[behind(&home, proxy.address).tag("1")]);
            let is_there = direct.find_manifest(&home.tag("1")).unwrap().is_some();
            assert!(is_there || result.is_err(), "{:?}: it is no success", row.0);
            if is_there {
                assert_complete(&direct, &home.tag("1"), &sample);
            }
            (result.map(drop), proxy)
        });
    });
}

#[test]
fn a_registry_that_asks_to_wait_is_given_the_time() {
    let (upstream, direct, sample) = (upstream(), client(), Sample::new(2));
    let home = repository(upstream, "wait");
    sample.push(&direct, &[home.tag("1")]).unwrap();
    let proxy = Proxy::start(upstream, vec![Fault::new("GET", "/manifests/", 1, SLOW)]);
    let began = Instant::now();
    client().manifest(&behind(&home, proxy.address).tag("1")).unwrap();
    assert!(began.elapsed() >= Duration::from_secs(1));
}

#[test]
fn a_registry_that_is_not_there_is_named() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = client().manifest(&repository(gone, "gone").tag("1")).unwrap_err();
    let failure = Failure::from(error);
    let text = failure.shown(false);
    assert_eq!(failure.exit, Exit::Registry);
    assert!(text.contains(&format!("in 2 tries: cannot connect to {gone}")) && text.contains("NO_PROXY"), "{text}");
}

#[test]
fn a_proxy_that_takes_only_small_requests_gets_small_ones() {
    let (upstream, sample) = (upstream(), Sample::of(3, &[10, 3 << 20]));
    let settings = Settings { chunk: u64::MAX, ..image::settings() };
    let home = repository(upstream, "small");
    let proxy = Proxy::start(upstream, vec![Fault::new("PATCH", "/uploads/", 1, Status(413, ""))]);
    let client = Arc::new(Client::new(settings));
    sample.push(&client, &[behind(&home, proxy.address).tag("1")]).unwrap();
    assert_eq!(proxy.spoiled(), 1);
    assert_complete(&client, &home.tag("1"), &sample);
}

#[test]
fn a_registry_that_takes_nothing_is_given_up() {
    let address = listen(|mut connection| {
        while let Some(head) = Head::read(&mut connection.reader)? {
            connection.body(&head)?;
            let answer = match head.request().0 {
                "HEAD" => Head::status(404),
                "GET" => Head::status(204),
                // The config is short, and goes up at once.
                "PUT" => Head::status(201),
                _ => Head::status(202).with("Location", "/v2/upload").with("Content-Length", 0),
            };
            connection.answer(answer.with("Range", "0-0"), b"")?;
        }
        Ok(())
    });
    let failure = Sample::of(5, &[300_000]).push(&client(), &[repository(address, "nothing").tag("1")]).unwrap_err();
    let text = failure.shown(false);
    assert!(text.contains("in 4 tries") && text.contains("none of the bytes"), "{text}");
}
