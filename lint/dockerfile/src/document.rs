//! A Dockerfile, read: what the builder sees, what the author meant, and what it means.

use crate::source::Source;

/// Which builder reads the file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Builder {
    /// The classic builder, still the default for Windows containers.
    Classic,
    /// BuildKit.
    BuildKit,
    /// Either: findings that hold for one of them count.
    #[default]
    Any,
}

/// One Dockerfile with everything that is known about it.
#[derive(Debug)]
pub struct Document {
    /// The text.
    pub source: Source,
    /// The builder it is read for.
    pub builder: Builder,
}

impl Document {
    /// Reads a Dockerfile. Never fails: what is wrong with it is in the trees.
    pub fn new(source: Source, builder: Builder) -> Self {
        Document { source, builder }
    }
}
