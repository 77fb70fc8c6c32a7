//! Manifests, indexes and tags: byte for byte, under the digest of what was fetched.

use serde::Deserialize;
use ureq::http::{Method, header};

use super::client::{Client, Errand};
use super::error::{Error, Fault};
use super::header::{next_page, resolve};
use super::name::{Reference, Repository, Target};
use super::transport::{Payload, Request, Response};
use crate::image::{Descriptor, Digest, media_type};

/// The longest manifest that registries have to take.
const MANIFEST: u64 = 4 << 20;

/// The longest page of a list of tags.
const PAGE: u64 = 16 << 20;

/// The most pages of a list of tags.
const PAGES: usize = 1000;

const ACCEPT: &str = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json, \
                      application/vnd.docker.distribution.manifest.list.v2+json, \
                      application/vnd.docker.distribution.manifest.v2+json";

/// A manifest or an index as a registry has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// Its type, digest and size.
    pub descriptor: Descriptor,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Document {
    /// A manifest or an index from its bytes.
    pub fn new(media_type: &str, bytes: Vec<u8>) -> Self {
        Document { descriptor: Descriptor::new(media_type, Digest::of(&bytes), bytes.len() as u64), bytes }
    }
}

impl Client {
    /// Fetches a manifest or an index.
    ///
    /// # Errors
    /// When there is none, when the registry or the way to it fails, or when other bytes come than were asked for.
    pub fn manifest(&self, reference: &Reference) -> Result<Document, Error> {
        let target = reference.target();
        let errand = Errand::pull(&reference.repository, format!("pull the manifest of {target}"));
        self.retrying(&errand, || {
            let response = self.send(&errand, &self.manifest_request(Method::GET, reference, &target))?;
            document(expect(response, &[200])?, &target)
        })
    }

    /// The type, digest and size of a manifest or an index; `None` if there is none.
    ///
    /// # Errors
    /// When the registry or the way to it fails.
    pub fn find_manifest(&self, reference: &Reference) -> Result<Option<Descriptor>, Error> {
        let target = reference.target();
        let errand = Errand::pull(&reference.repository, format!("look {target} up"));
        self.retrying(&errand, || {
            let response = self.send(&errand, &self.manifest_request(Method::HEAD, reference, &target))?;
            if response.status == 404 {
                return Ok(None);
            }
            let response = expect(response, &[200])?;
            let size = response.length();
            if let (Some(digest), Some(size)) = (told(&response)?, size) {
                check(&target, &digest)?;
                return Ok(Some(Descriptor::new(&media_type_of(&response), digest, size)));
            }
            // A registry that does not say the digest has to be asked for the bytes.
            let response = self.send(&errand, &self.manifest_request(Method::GET, reference, &target))?;
            Ok(Some(document(expect(response, &[200])?, &target)?.descriptor))
        })
    }

    /// Puts a manifest or an index, byte for byte, under a tag or its digest, and looks whether it is there.
    ///
    /// # Errors
    /// When the registry or the way to it fails, or when the registry then has something else there.
    pub fn push_manifest(&self, reference: &Reference, document: &Document) -> Result<(), Error> {
        let target = reference.target();
        let expected = &document.descriptor.digest;
        let errand = Errand::push(&reference.repository, format!("push the manifest of {target}"));
        self.retrying(&errand, || {
            check(&target, expected)?;
            let request = self.manifest_request(Method::PUT, reference, &target);
            let request = request.header(header::CONTENT_TYPE, document.descriptor.media_type.as_str());
            let payload = Payload::Bytes(&document.bytes);
            let response = expect(self.send(&errand, &Request { payload, ..request })?, &[200, 201, 202])?;
            same(expected, told(&response)?)?;
            // Whether it came to pass is not left to what the registry says about it.
            let response = self.send(&errand, &self.manifest_request(Method::HEAD, reference, &target))?;
            same(expected, told(&expect(response, &[200])?)?)
        })
    }

    /// Takes a tag away. `false` if the registry does not do that.
    ///
    /// # Errors
    /// When the registry or the way to it fails.
    pub fn delete_tag(&self, repository: &Repository, tag: &str) -> Result<bool, Error> {
        let errand = Errand::push(repository, format!("delete the tag {tag}"));
        let reference = repository.tag(tag);
        self.retrying(&errand, || {
            let request = self.manifest_request(Method::DELETE, &reference, &reference.target());
            let response = self.send(&errand, &request)?;
            if matches!(response.status, 400 | 404 | 405 | 501) {
                return Ok(false);
            }
            expect(response, &[200, 202, 204]).map(|_| true)
        })
    }

    /// All tags of a repository, in the registry's order; none if it does not exist.
    ///
    /// # Errors
    /// When the registry or the way to it fails.
    pub fn tags(&self, repository: &Repository) -> Result<Vec<String>, Error> {
        #[derive(Deserialize)]
        struct Page {
            tags: Option<Vec<String>>,
        }
        let errand = Errand::pull(repository, "list the tags".to_owned());
        let mut address = Some(self.address(repository, "tags/list?n=1000"));
        let mut tags = Vec::new();
        for _ in 0..PAGES {
            let Some(page) = address.take() else { return Ok(tags) };
            let (list, next) = self.retrying(&errand, || {
                let response = self.send(&errand, &Request::new(Method::GET, page.clone()))?;
                if response.status == 404 {
                    return Ok((None, None));
                }
                let response = expect(response, &[200])?;
                let next = response.headers("link").find_map(next_page).map(|next| resolve(&response.address, next));
                let next = next.transpose()?;
                let page: Page = serde_json::from_slice(&response.bytes(PAGE)?)
                    .map_err(|_| Fault::Answer { text: "it is no list of tags".to_owned() })?;
                Ok((page.tags, next))
            })?;
            tags.extend(list.into_iter().flatten());
            address = next;
        }
        let text = format!("the list of tags has more than {PAGES} pages");
        Err(errand.error(Fault::Answer { text }, 1))
    }

    fn manifest_request(&self, method: Method, reference: &Reference, target: &Target) -> Request<'static> {
        let address = self.address(&reference.repository, &format!("manifests/{target}"));
        Request::new(method, address).header(header::ACCEPT, ACCEPT)
    }
}

/// The answer, if its status is one of those.
pub(super) fn expect(response: Response, statuses: &[u16]) -> Result<Response, Fault> {
    if statuses.contains(&response.status) { Ok(response) } else { Err(response.into_fault()) }
}

/// The manifest in an answer, checked against what was asked for and against what the registry says.
fn document(response: Response, target: &Target) -> Result<Document, Fault> {
    let told = told(&response)?;
    let stated = media_type_of(&response);
    let length = response.length();
    let bytes = response.bytes(MANIFEST)?;
    if let Some(expected) = length.filter(|length| *length != bytes.len() as u64) {
        return Err(Fault::Length { expected, found: bytes.len() as u64 });
    }
    let digest = Digest::of(&bytes);
    check(target, &digest)?;
    if let Some(told) = told {
        same(&told, Some(digest))?;
    }
    let media_type = kind(&bytes, &stated)?;
    Ok(Document::new(&media_type, bytes))
}

/// The media type: what the document says of itself, else what the registry says.
fn kind(bytes: &[u8], stated: &str) -> Result<String, Fault> {
    #[derive(Deserialize)]
    struct Kind {
        #[serde(rename = "schemaVersion")]
        version: u32,
        #[serde(rename = "mediaType")]
        media_type: Option<String>,
    }
    let answer = |text: &str| Fault::Answer { text: text.to_owned() };
    let kind: Kind = serde_json::from_slice(bytes).map_err(|_| answer("it is no manifest"))?;
    if kind.version != 2 {
        return Err(answer(
            "the image has a manifest of the format of 2014, which has no digests that hold; push it anew",
        ));
    }
    let media_type = kind.media_type.unwrap_or_else(|| stated.to_owned());
    let is_known = media_type::is_index(&media_type) || media_type::is_manifest(&media_type);
    if is_known {
        Ok(media_type)
    } else {
        Err(Fault::Answer { text: format!("`{media_type}` is no type of a manifest") })
    }
}

fn media_type_of(response: &Response) -> String {
    let stated = response.header("content-type").unwrap_or_default();
    stated.split(';').next().unwrap_or_default().trim().to_owned()
}

/// The digest that the registry says.
pub(super) fn told(response: &Response) -> Result<Option<Digest>, Fault> {
    let digest = response.header("docker-content-digest").map(|text| text.trim().parse()).transpose();
    digest.map_err(|_| Fault::Answer { text: "its Docker-Content-Digest header is no sha256 digest".to_owned() })
}

/// Whether what the registry says it has is what it should have.
pub(super) fn same(expected: &Digest, found: Option<Digest>) -> Result<(), Fault> {
    match found.filter(|found| found != expected) {
        Some(found) => Err(Fault::Digest { expected: expected.clone(), found }),
        None => Ok(()),
    }
}

fn check(target: &Target, found: &Digest) -> Result<(), Fault> {
    match target {
        Target::Digest(expected) => same(expected, Some(found.clone())),
        Target::Tag(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_says_what_it_is() {
        let stated = media_type::MANIFEST;
        assert_eq!(kind(br#"{"schemaVersion":2}"#, stated).unwrap(), stated);
        let docker = format!(r#"{{"schemaVersion":2,"mediaType":"{}"}}"#, media_type::DOCKER_LIST);
        assert_eq!(kind(docker.as_bytes(), "application/json").unwrap(), media_type::DOCKER_LIST);
        for (bytes, said) in [
            (r#"{"schemaVersion":1}"#, "2014"),
            ("<html>", "no manifest"),
            (r#"{"schemaVersion":2,"mediaType":"text/html"}"#, "text/html"),
        ] {
            let fault = kind(bytes.as_bytes(), stated).unwrap_err().to_string();
            assert!(fault.contains(said), "{fault}");
        }
    }
}
