//! Floating tags: moved to an image, and back when the image turns out to be ill.

use super::client::Client;
use super::copy::{Outcome, PushError, check_tag};
use super::error::Error;
use super::manifest::Document;
use super::name::{Reference, Repository};
use crate::image::Digest;

/// A tag that was moved.
#[derive(Clone, Debug, PartialEq)]
pub struct Move {
    /// The tag.
    pub tag: String,
    /// What it named before; nothing if it was not there.
    pub from: Option<Digest>,
    /// What it names.
    pub to: Digest,
    /// What it named before, to put it back.
    earlier: Option<Document>,
}

/// Whether a tag is where it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restored {
    /// It names again what it named before.
    Back,
    /// It was not there before, and is not there again.
    Gone,
    /// It was not there before, and this registry takes no tags away.
    Stays,
    /// Somebody else has moved it meanwhile, and it is left to them.
    Taken,
}

impl Move {
    /// Whether anything changed.
    pub fn is_change(&self) -> bool {
        self.from.as_ref() != Some(&self.to)
    }
}

/// Moves tags of a repository to one of its images. `moved` has the tags that did move, in order; when an error ends it,
/// the last of them may not have.
///
/// # Errors
/// When the image is not there, when a tag is a release and another image's, or the registry fails. Release tags are
/// looked at before anything moves.
pub fn promote(
    client: &Client,
    image: &Reference,
    tags: &[String],
    moved: &mut Vec<Move>,
) -> Result<Digest, PushError> {
    let document = client.manifest(image)?;
    let digest = document.descriptor.digest.clone();
    let mut planned = Vec::new();
    for tag in tags {
        let reference = image.repository.tag(tag);
        let from = match check_tag(client, &reference, &digest)? {
            Outcome::Created => None,
            Outcome::Unchanged => Some(digest.clone()),
            Outcome::Moved(from) | Outcome::Newer { found: from, .. } => Some(from),
        };
        // The earlier manifest is fetched while it is sure to be there.
        let earlier = match from.as_ref().filter(|from| **from != digest) {
            Some(from) => Some(client.manifest(&image.repository.digest(from))?),
            None => None,
        };
        planned.push(Move { tag: tag.clone(), from, to: digest.clone(), earlier });
    }
    for step in planned {
        let (reference, is_change) = (image.repository.tag(&step.tag), step.is_change());
        // Told first: where the answer is lost or false, the tag may have moved all the same.
        moved.push(step);
        if is_change {
            client.push_manifest(&reference, &document)?;
        }
    }
    Ok(digest)
}

/// Puts a tag back to what it named before.
///
/// # Errors
/// When the registry fails.
pub fn restore(client: &Client, repository: &Repository, step: &Move) -> Result<Restored, Error> {
    let reference = repository.tag(&step.tag);
    let found = client.find_manifest(&reference)?.map(|found| found.digest);
    if found == step.from {
        return Ok(if found.is_some() { Restored::Back } else { Restored::Gone });
    }
    if found.as_ref() != Some(&step.to) {
        return Ok(Restored::Taken);
    }
    match &step.earlier {
        Some(earlier) => client.push_manifest(&reference, earlier).map(|()| Restored::Back),
        None if client.delete_tag(repository, &step.tag)? => Ok(Restored::Gone),
        None => Ok(Restored::Stays),
    }
}
