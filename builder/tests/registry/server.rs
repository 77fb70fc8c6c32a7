//! A registry in the test's own process: the parts of the distribution specification that the client uses, strictly.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use wbuild::image::Digest;

use super::http::{Connection, Head, listen, parameter};

/// Who is let in.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Door {
    /// All.
    #[default]
    Open,
    /// User and password with each request.
    Basic(&'static str),
    /// A token from the token server under `/token`, which gives one to this user and password, or for this refresh
    /// token. Tokens are good for that many requests.
    Bearer { user: Option<&'static str>, refresh: Option<&'static str>, uses: usize },
}

#[derive(Default)]
struct State {
    blobs: HashMap<Digest, Vec<u8>>,
    links: HashSet<(String, Digest)>,
    manifests: HashMap<(String, Digest), (String, Vec<u8>)>,
    tags: BTreeMap<(String, String), Digest>,
    uploads: HashMap<String, Vec<u8>>,
    tokens: HashMap<String, (String, usize)>,
    count: usize,
    log: Vec<String>,
}

/// A registry that runs until the test ends.
#[derive(Clone)]
pub struct Server {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
}

/// An answer: its head and its body.
type Answer = (Head, Vec<u8>);

impl Server {
    pub fn start(door: Door) -> Self {
        let state = Arc::new(Mutex::new(State::default()));
        let held = Arc::clone(&state);
        let address = listen(move |mut connection| {
            while let Some(head) = Head::read(&mut connection.reader)? {
                let body = connection.body(&head)?;
                let (answer, body) = held.lock().unwrap().serve(&door, &head, &body);
                reply(&mut connection, head.request().0, answer, &body)?;
                if head.get("connection") == Some("close") {
                    break;
                }
            }
            Ok(())
        });
        Server { address, state }
    }

    /// The requests so far: method, path, and `?` if there was a query.
    pub fn log(&self) -> Vec<String> {
        self.state.lock().unwrap().log.clone()
    }

    /// How many requests began so.
    pub fn count(&self, prefix: &str) -> usize {
        self.log().iter().filter(|line| line.starts_with(prefix)).count()
    }
}

fn reply(connection: &mut Connection, method: &str, head: Head, body: &[u8]) -> io::Result<()> {
    match method {
        "HEAD" => connection.answer(
            if head.get("content-length").is_some() { head } else { head.with("Content-Length", body.len()) },
            b"",
        ),
        _ => connection.answer(head, body),
    }
}

fn fault(status: u16, code: &str) -> Answer {
    let body = format!(r#"{{"errors":[{{"code":"{code}","message":"said by the test"}}]}}"#);
    (Head::status(status).with("Content-Type", "application/json"), body.into_bytes())
}

impl State {
    fn serve(&mut self, door: &Door, head: &Head, body: &[u8]) -> Answer {
        let (method, path, query) = head.request();
        self.log.push(format!("{method} {path}{}", if query.is_empty() { "" } else { "?" }));
        if path == "/token" {
            return self.grant(door, head, query, body);
        }
        let Some(rest) = path.strip_prefix("/v2/") else { return fault(404, "UNKNOWN") };
        let needed = if matches!(method, "GET" | "HEAD") { "pull" } else { "push" };
        for word in ["/blobs/uploads/", "/blobs/", "/manifests/", "/tags/"] {
            let Some((name, target)) = rest.split_once(word) else { continue };
            if let Some(refusal) = self.refuse(door, head, name, needed) {
                return refusal;
            }
            let repository = name.to_owned();
            return match word {
                "/blobs/uploads/" => self.upload(head, method, &repository, target, query, body),
                "/blobs/" => self.blob(head, &repository, target),
                "/manifests/" => self.manifest(head, method, &repository, target, body),
                _ => self.list(&repository, query),
            };
        }
        fault(404, "UNKNOWN")
    }

    /// The answer to whom the door is shut for.
    fn refuse(&mut self, door: &Door, head: &Head, name: &str, needed: &str) -> Option<Answer> {
        let host = head.get("host").unwrap_or_default();
        let sent = head.get("authorization").unwrap_or_default();
        let challenge = match door {
            Door::Open => return None,
            Door::Basic(user) if sent == format!("Basic {}", STANDARD.encode(user)) => return None,
            Door::Basic(_) => "Basic realm=\"test\"".to_owned(),
            Door::Bearer { .. } => {
                let token = sent.strip_prefix("Bearer ").unwrap_or_default();
                if let Some((scopes, uses)) = self.tokens.get_mut(token)
                    && *uses > 0
                {
                    let wanted = format!("repository:{name}:");
                    let rights = scopes.split(' ').find_map(|scope| scope.strip_prefix(&wanted)).unwrap_or_default();
                    if rights.split(',').any(|right| right == needed) {
                        *uses -= 1;
                        return None;
                    }
                }
                format!("Bearer realm=\"http://{host}/token\",service=\"test, \\\"quoted\\\"\"")
            }
        };
        let (head, body) = fault(401, "UNAUTHORIZED");
        Some((head.with("WWW-Authenticate", challenge), body))
    }

    fn grant(&mut self, door: &Door, head: &Head, query: &str, body: &[u8]) -> Answer {
        let Door::Bearer { user, refresh, uses } = door else { return fault(404, "UNKNOWN") };
        let form = String::from_utf8_lossy(body).into_owned();
        let is_post = head.request().0 == "POST";
        let sent = head.get("authorization").unwrap_or_default();
        let is_known = match (is_post, refresh, user) {
            (true, Some(refresh), _) => parameter(&form, "refresh_token").as_deref() == Some(refresh),
            (false, _, Some(user)) => sent == format!("Basic {}", STANDARD.encode(user)),
            (false, _, None) => sent.is_empty(),
            (true, None, _) => false,
        };
        if !is_known {
            // A server that repeats what it was sent.
            let text = format!("no such user: {sent} {form}");
            let body = serde_json::json!({"errors": [{"code": "UNAUTHORIZED", "message": text}]});
            return (Head::status(401), body.to_string().into_bytes());
        }
        let fields = if is_post { form.as_str() } else { query };
        assert_eq!(parameter(fields, "service").as_deref(), Some("test, \"quoted\""));
        let pairs = fields.split('&').filter_map(|pair| pair.split_once('='));
        let scopes: Vec<String> = pairs
            .filter(|(name, _)| *name == "scope")
            .map(|pair| parameter(&format!("scope={}", pair.1), "scope").unwrap())
            .collect();
        self.count += 1;
        let token = format!("token-{}", self.count);
        self.tokens.insert(token.clone(), (scopes.join(" "), *uses));
        (Head::status(200), format!(r#"{{"access_token":"{token}","expires_in":300}}"#).into_bytes())
    }

    fn blob(&self, head: &Head, repository: &str, target: &str) -> Answer {
        let Ok(digest) = target.parse::<Digest>() else { return fault(400, "DIGEST_INVALID") };
        let is_linked = self.links.contains(&(repository.to_owned(), digest.clone()));
        let Some(blob) = self.blobs.get(&digest).filter(|_| is_linked) else { return fault(404, "BLOB_UNKNOWN") };
        let found = Head::status(200).with("Docker-Content-Digest", &digest).with("Accept-Ranges", "bytes");
        let from = head.get("range").and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok());
        match from {
            None => (found, blob.clone()),
            Some(from) if from < blob.len() => {
                let range = format!("bytes {from}-{}/{}", blob.len() - 1, blob.len());
                (Head::status(206).with("Content-Range", range), blob[from..].to_vec())
            }
            Some(_) => fault(416, "RANGE_INVALID"),
        }
    }

    fn upload(&mut self, head: &Head, method: &str, repository: &str, id: &str, query: &str, body: &[u8]) -> Answer {
        let host = head.get("host").unwrap_or_default();
        if method == "POST" {
            let mount = parameter(query, "mount").and_then(|digest| digest.parse::<Digest>().ok());
            let from = parameter(query, "from").unwrap_or_default();
            if let Some(digest) = mount.filter(|digest| self.links.contains(&(from, digest.clone()))) {
                self.links.insert((repository.to_owned(), digest.clone()));
                return (Head::status(201).with("Docker-Content-Digest", digest), Vec::new());
            }
            self.count += 1;
            self.uploads.insert(self.count.to_string(), Vec::new());
            return (at(Head::status(202), host, repository, &self.count.to_string(), 0), Vec::new());
        }
        let Some(upload) = self.uploads.get_mut(id) else { return fault(404, "BLOB_UPLOAD_UNKNOWN") };
        if method == "GET" {
            return (at(Head::status(204), host, repository, id, upload.len()), Vec::new());
        }
        if let Some(range) = head.get("content-range") {
            let from: usize = range.split('-').next().unwrap().parse().unwrap();
            if from != upload.len() {
                return fault(416, "RANGE_INVALID");
            }
        }
        upload.extend_from_slice(body);
        if method == "PATCH" {
            return (at(Head::status(202), host, repository, id, upload.len()), Vec::new());
        }
        let digest: Digest = parameter(query, "digest").unwrap().parse().unwrap();
        if Digest::of(upload) != digest {
            return fault(400, "DIGEST_INVALID");
        }
        let blob = self.uploads.remove(id).unwrap();
        self.blobs.insert(digest.clone(), blob);
        self.links.insert((repository.to_owned(), digest.clone()));
        (Head::status(201).with("Docker-Content-Digest", digest), Vec::new())
    }

    fn manifest(&mut self, head: &Head, method: &str, repository: &str, target: &str, body: &[u8]) -> Answer {
        let tag = (repository.to_owned(), target.to_owned());
        let digest = target.parse::<Digest>().ok().or_else(|| self.tags.get(&tag).cloned());
        if method == "DELETE" {
            return if self.tags.remove(&tag).is_some() { (Head::status(202), Vec::new()) } else { fault(404, "X") };
        }
        if method == "PUT" {
            let found = Digest::of(body);
            let manifest: serde_json::Value = serde_json::from_slice(body).unwrap();
            let parts = manifest["layers"].as_array().into_iter().flatten().chain(manifest.get("config"));
            // A layer with addresses of its own need not be here.
            for part in parts.filter(|part| part.get("urls").is_none()) {
                let digest: Digest = part["digest"].as_str().unwrap().parse().unwrap();
                if !self.links.contains(&(repository.to_owned(), digest)) {
                    return fault(404, "MANIFEST_BLOB_UNKNOWN");
                }
            }
            for entry in manifest["manifests"].as_array().into_iter().flatten() {
                let digest: Digest = entry["digest"].as_str().unwrap().parse().unwrap();
                if !self.manifests.contains_key(&(repository.to_owned(), digest)) {
                    return fault(404, "MANIFEST_UNKNOWN");
                }
            }
            if target.contains(':') && target != found.as_str() {
                return fault(400, "DIGEST_INVALID");
            }
            let kind = head.get("content-type").unwrap().to_owned();
            self.manifests.insert((repository.to_owned(), found.clone()), (kind, body.to_vec()));
            if !target.contains(':') {
                self.tags.insert(tag, found.clone());
            }
            return (Head::status(201).with("Docker-Content-Digest", found), Vec::new());
        }
        let found = digest.and_then(|digest| {
            let (kind, bytes) = self.manifests.get(&(repository.to_owned(), digest.clone()))?;
            Some((Head::status(200).with("Docker-Content-Digest", digest).with("Content-Type", kind), bytes.clone()))
        });
        found.unwrap_or_else(|| fault(404, "MANIFEST_UNKNOWN"))
    }

    /// Tags in pages of two, to see that the client turns them.
    fn list(&self, repository: &str, query: &str) -> Answer {
        let last = parameter(query, "last").unwrap_or_default();
        let of_repository = self.tags.keys().filter(|(name, tag)| name == repository && *tag > last);
        let tags: Vec<&str> = of_repository.map(|(_, tag)| tag.as_str()).take(2).collect();
        let body = serde_json::json!({"name": repository, "tags": tags}).to_string().into_bytes();
        match tags.last().filter(|_| tags.len() == 2) {
            Some(last) => {
                let next = format!("</v2/{repository}/tags/list?n=2&last={last}>; rel=\"next\"");
                (Head::status(200).with("Link", next), body)
            }
            None => (Head::status(200), body),
        }
    }
}

/// An answer that says where an upload goes on, and how far it is, as Docker's registry says it.
fn at(head: Head, host: &str, repository: &str, id: &str, length: usize) -> Head {
    head.with("Location", format!("http://{host}/v2/{repository}/blobs/uploads/{id}?_state=a%2Bb"))
        .with("Range", format!("0-{}", length.saturating_sub(1)))
}
