//! Whole images on their way to a registry: blobs first, then manifests by digest, then release tags, floats last.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::sync::Mutex;
use std::thread;

use semver::Version;

use super::client::Client;
use super::error::Error;
use super::manifest::Document;
use super::name::{Reference, Repository, Target};
use super::newer;
use super::source::BlobOf;
use super::upload::Pushed;
use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, Digest, Index, Manifest, media_type};
use crate::progress::{Bar, Progress, Transfer};
use crate::store::rebase::BASE_NAME;
use crate::store::source::read;
use crate::store::{self, ImageSource};
use crate::tag;

/// How many blobs go up at once.
const UPLOADS: usize = 3;

/// How deep indexes may stand in indexes.
const DEPTH: usize = 4;

/// Why an image was not pushed.
#[derive(Debug, thiserror::Error)]
pub enum PushError {
    /// A release tag names another image, and stays.
    #[error("{reference} is a release and stays what it is: {found}, not {digest}")]
    Release {
        /// The tag.
        reference: Box<Reference>,
        /// What it names.
        found: Digest,
        /// What it was to name.
        digest: Digest,
    },
    /// A release tag names an image already, and whether the new one is the same cannot be known before.
    #[error("{reference} is a release and names an image already: {found}")]
    Exists {
        /// The tag.
        reference: Box<Reference>,
        /// What it names.
        found: Digest,
    },
    /// A name with a digest that is not the image's.
    #[error("{reference} cannot name this image: its digest is {digest}")]
    OtherDigest {
        /// The name.
        reference: Box<Reference>,
        /// The image's digest.
        digest: Digest,
    },
    /// The registry, or the way to it.
    #[error(transparent)]
    Registry(#[from] Error),
    /// The image cannot be read.
    #[error(transparent)]
    Source(#[from] store::Error),
}

impl From<PushError> for Failure {
    fn from(error: PushError) -> Self {
        match error {
            PushError::Registry(error) => error.into(),
            PushError::Source(error) => error.into(),
            PushError::Release { .. } => Failure::new(Exit::Tag, error)
                .help("release under a new version; nothing was moved")
                .help("tags that move are 1.2, 1, latest and names of branches: `wbuild tags` says which is which"),
            PushError::Exists { .. } => {
                Failure::new(Exit::Tag, error).help("release under a new version; nothing was built").help(
                    "with --engine docker the digest is known before the push, and the same image may be pushed again",
                )
            }
            PushError::OtherDigest { .. } => {
                Failure::new(Exit::Usage, error).help("leave the digest out, or name a tag")
            }
        }
    }
}

/// What became of a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is new.
    Created,
    /// It named the image already.
    Unchanged,
    /// It named another one.
    Moved(Digest),
    /// It is a float that names an image of a newer version, and stays there.
    Newer {
        /// What it names.
        found: Digest,
        /// That one's version.
        there: Version,
        /// The version of the image that it was to name.
        own: Version,
    },
}

/// How the blobs of a push came to be there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Blobs that were there.
    pub present: usize,
    /// Blobs that the registry took from another of its repositories.
    pub mounted: usize,
    /// Blobs that were sent.
    pub sent: usize,
}

/// A push that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// The image.
    pub descriptor: Descriptor,
    /// What became of each name, in the order they were asked for.
    pub outcomes: Vec<(Reference, Outcome)>,
    /// The blobs.
    pub counts: Counts,
}

/// What a tag names before it is set.
///
/// # Errors
/// When it is a release tag with another digest, or the registry cannot be asked.
pub fn check_tag(client: &Client, reference: &Reference, digest: &Digest) -> Result<Outcome, PushError> {
    let found = client.find_manifest(reference)?.map(|found| found.digest);
    match (found, reference.target()) {
        (None, Target::Digest(wanted)) if wanted != *digest => {
            Err(PushError::OtherDigest { reference: Box::new(reference.clone()), digest: digest.clone() })
        }
        (None, _) => Ok(Outcome::Created),
        (Some(found), _) if found == *digest => Ok(Outcome::Unchanged),
        (Some(_), Target::Digest(_)) => {
            Err(PushError::OtherDigest { reference: Box::new(reference.clone()), digest: digest.clone() })
        }
        (Some(found), Target::Tag(tag)) if tag::is_release(&tag) => {
            Err(PushError::Release { reference: Box::new(reference.clone()), found, digest: digest.clone() })
        }
        (Some(found), Target::Tag(_)) => Ok(Outcome::Moved(found)),
    }
}

/// Refuses a release tag that exists, where the digest of what it is to name is not known beforehand.
///
/// # Errors
/// As described, and when the registry cannot be asked.
pub fn check_new(client: &Client, reference: &Reference) -> Result<(), PushError> {
    if !is_release(reference) {
        return Ok(());
    }
    match client.find_manifest(reference)? {
        Some(found) => Err(PushError::Exists { reference: Box::new(reference.clone()), found: found.digest }),
        None => Ok(()),
    }
}

/// Pushes an image, or an index with its images, under all these names. `origin` is the repository it is read from, if
/// it is on a registry. Nothing is pushed when one of the names is a release tag of another image. Floats of newer versions
/// stay where they are, with a warning.
///
/// # Errors
/// As described, and when the image cannot be read or the registry fails. Names that were set before stay set.
pub fn push(
    client: &Client,
    source: &dyn ImageSource,
    origin: Option<&Repository>,
    references: &[Reference],
    progress: &Progress,
) -> Result<Report, PushError> {
    let descriptor = source.root()?;
    let state = |reference: &Reference| match check_tag(client, reference, &descriptor.digest)? {
        Outcome::Moved(found) => newer::moved(client, source, &descriptor, reference, found),
        other => Ok(other),
    };
    let checked = references.iter().map(|reference| Ok((reference.clone(), state(reference)?)));
    let mut outcomes = checked.collect::<Result<Vec<_>, PushError>>()?;
    let image = collect(source, &descriptor)?;
    let mut counts = Counts::default();
    let mut sources: Vec<Repository> = origin.into_iter().chain(&image.bases).cloned().collect();
    let mut repositories: Vec<Repository> =
        to_do(&mut outcomes).iter().map(|(name, _)| name.repository.clone()).collect();
    repositories.sort();
    repositories.dedup();
    for repository in repositories {
        push_blobs(client, source, &image, &repository, &sources, progress, &mut counts)?;
        for document in &image.documents {
            client.push_manifest(&repository.digest(&document.descriptor.digest), document)?;
        }
        sources.push(repository);
    }
    let root = image.documents.last().expect("the root is collected last");
    for (reference, outcome) in to_do(&mut outcomes) {
        // Another push may have been quicker; registries have no condition that would hold this together.
        match state(reference)? {
            Outcome::Unchanged => {}
            newer @ Outcome::Newer { .. } => *outcome = newer,
            found => {
                client.push_manifest(reference, root)?;
                *outcome = found;
            }
        }
    }
    for (reference, outcome) in &outcomes {
        if let Outcome::Newer { there, own, .. } = outcome {
            progress.warn(&format!(
                "{reference} stays at {there}, which is newer than {own}; wbuild promote moves it all the same"
            ));
        }
    }
    Ok(Report { descriptor, outcomes, counts })
}

/// The names that are still to be set: what never moves first, floats last.
fn to_do(outcomes: &mut [(Reference, Outcome)]) -> Vec<&mut (Reference, Outcome)> {
    let mut left: Vec<_> = outcomes
        .iter_mut()
        .filter(|(_, outcome)| !matches!(outcome, Outcome::Unchanged | Outcome::Newer { .. }))
        .collect();
    left.sort_by_key(|(reference, _)| !is_release(reference));
    left
}

fn is_release(reference: &Reference) -> bool {
    matches!(reference.target(), Target::Tag(tag) if tag::is_release(&tag))
}

/// The documents of an image, those that others name before these, and the blobs they name.
#[derive(Default)]
struct Image {
    documents: Vec<Document>,
    blobs: BTreeMap<Digest, Descriptor>,
    /// Where the images say their bases are from.
    bases: Vec<Repository>,
}

fn collect(source: &dyn ImageSource, root: &Descriptor) -> Result<Image, store::Error> {
    let mut image = Image::default();
    visit(source, root, &mut image, DEPTH)?;
    Ok(image)
}

fn visit(
    source: &dyn ImageSource,
    descriptor: &Descriptor,
    image: &mut Image,
    depth: usize,
) -> Result<(), store::Error> {
    if image.documents.iter().any(|known| known.descriptor.digest == descriptor.digest) {
        return Ok(());
    }
    let bytes = read(source, descriptor)?;
    let invalid = |error| store::Error::Document {
        place: source.place(),
        what: format!("{} ({})", descriptor.digest, descriptor.media_type),
        source: error,
    };
    if media_type::is_index(&descriptor.media_type) {
        let index: Index = serde_json::from_slice(&bytes).map_err(invalid)?;
        if depth == 0 {
            let what = "its indexes stand too deep in each other".to_owned();
            return Err(store::Error::Unsupported { place: source.place(), what });
        }
        for entry in &index.manifests {
            visit(source, entry, image, depth - 1)?;
        }
    } else {
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(invalid)?;
        let base = manifest.annotations.get(BASE_NAME).and_then(|name| name.parse::<Reference>().ok());
        image.bases.extend(base.map(|base| base.repository));
        let has_bytes = |blob: &&Descriptor| !media_type::is_foreign(&blob.media_type) || blob.urls.is_empty();
        for blob in std::iter::once(&manifest.config).chain(manifest.layers.iter().filter(has_bytes)) {
            image.blobs.insert(blob.digest.clone(), blob.clone());
        }
    }
    image.documents.push(Document::new(&descriptor.media_type, bytes));
    Ok(())
}

/// Pushes the blobs, some at once. The first fault ends it; uploads under way are finished.
fn push_blobs(
    client: &Client,
    source: &dyn ImageSource,
    image: &Image,
    repository: &Repository,
    sources: &[Repository],
    progress: &Progress,
    counts: &mut Counts,
) -> Result<(), Error> {
    let queue: Mutex<VecDeque<&Descriptor>> = Mutex::new(image.blobs.values().collect());
    let results: Mutex<Vec<Result<Pushed, Error>>> = Mutex::default();
    let take = || queue.lock().expect("no thread panics with the queue in hand").pop_front();
    thread::scope(|scope| {
        for _ in 0..UPLOADS.min(image.blobs.len()) {
            scope.spawn(|| {
                while let Some(blob) = take() {
                    let is_layer = media_type::encoding(&blob.media_type).is_some();
                    let bar = match is_layer {
                        true => progress.transfer(Transfer::Push, blob.digest.short(), Some(blob.size)),
                        false => Bar::default(),
                    };
                    let result = client.push_blob(repository, blob, sources, &BlobOf { source, blob }, &bar);
                    if result.is_err() {
                        queue.lock().expect("no thread panics with the queue in hand").clear();
                    }
                    results.lock().expect("no thread panics with the results in hand").push(result);
                }
            });
        }
    });
    for result in results.into_inner().expect("the threads have ended well") {
        match result? {
            Pushed::Present => counts.present += 1,
            Pushed::Mounted => counts.mounted += 1,
            Pushed::Sent => counts.sent += 1,
        }
    }
    Ok(())
}
