//! What can go wrong with images on disk and elsewhere.

use std::error::Error as StdError;
use std::io;
use std::path::{Path, PathBuf};

use crate::image::Digest;

/// Why an image or a blob cannot be had or kept.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file operation failed.
    #[error("{}: {action}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What was tried, `cannot be read`.
        action: &'static str,
        /// Why it failed.
        source: io::Error,
    },
    /// A folder that holds no OCI layout.
    #[error("{}: is no OCI layout: {reason}", path.display())]
    NoLayout {
        /// The folder.
        path: PathBuf,
        /// What is missing.
        reason: String,
    },
    /// A file that is no archive of images, or one that ends early.
    #[error("{}: is no archive of images: {reason}", path.display())]
    NoArchive {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// A blob that is not there.
    #[error("{place}: {digest} is missing")]
    Missing {
        /// Where it was looked for.
        place: String,
        /// The blob.
        digest: Digest,
    },
    /// A blob whose bytes are not those of its name.
    #[error("{place}: the bytes of {expected} are those of {found}")]
    DigestMismatch {
        /// Where it lies.
        place: String,
        /// Its name.
        expected: Digest,
        /// What its bytes give.
        found: Digest,
    },
    /// A blob of the store whose file was damaged.
    #[error(
        "{}: is damaged, its bytes are those of {found}; remove this file, and the next run pulls or builds it again",
        path.display()
    )]
    Damaged {
        /// The file of the blob.
        path: PathBuf,
        /// What its bytes give.
        found: Digest,
    },
    /// A blob of another size than its descriptor says.
    #[error("{place}: {digest} should have {expected} bytes and has {found}")]
    SizeMismatch {
        /// Where it lies.
        place: String,
        /// The blob.
        digest: Digest,
        /// By the descriptor.
        expected: u64,
        /// Its own.
        found: u64,
    },
    /// A document that does not parse.
    #[error("{place}: {what} is not what it should be")]
    Document {
        /// Where it lies.
        place: String,
        /// Which document.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// No image has that name.
    #[error("{place}: has no image `{name}`; it has {}", list(known))]
    NoSuchName {
        /// Where it was looked for.
        place: String,
        /// The name.
        name: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// There are several images, and none was named.
    #[error("{place}: has several images; name one of {}", list(known))]
    Ambiguous {
        /// The place.
        place: String,
        /// The names that are there.
        known: Vec<String>,
    },
    /// No image of the index is for that platform.
    #[error("{place}: has no image for {wanted}; it has {}", list(known))]
    NoSuchPlatform {
        /// The place.
        place: String,
        /// What was asked for.
        wanted: String,
        /// The platforms that are there.
        known: Vec<String>,
    },
    /// Something that this program does not take.
    #[error("{place}: {what}")]
    Unsupported {
        /// The place.
        place: String,
        /// What, and what to do.
        what: String,
    },
    /// The registry, or the network to it. The cause is the registry client's own error.
    #[error(transparent)]
    Remote(Box<dyn StdError + Send + Sync>),
}

fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

impl Error {
    /// A failed file operation.
    pub fn io(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Error + use<> {
        let path = path.to_owned();
        move |source| Error::Io { path, action, source }
    }
}
