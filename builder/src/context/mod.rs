//! The files that a build may read: the context folder, its ignore file, and other named contexts.
//!
//! The same context gives the same image on every host: names are looked up by what the image runs on, not by what the
//! build runs on. For a Windows image letter case does not count (a name as it is written comes first), for a Linux image
//! it does, whatever the disk of the host says.

mod digests;
mod folder;
mod ignore;
mod node;
mod pattern;
mod select;
#[cfg(test)]
mod tests;

pub use digests::Digests;
pub use folder::Folder;
pub use ignore::ignore_file;
pub use node::{Files, Node, NodeKind, lead, resolve};
pub use pattern::matches as matches_name;
pub use select::{Pick, Selected, select, tree_digest};

use std::io;
use std::path::{Path, PathBuf};

/// Why files of a context cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum ContextError {
    /// The system says no.
    #[error("{} cannot be read", path.display())]
    Read {
        /// What was read.
        path: PathBuf,
        /// Why not.
        #[source]
        error: io::Error,
    },
    /// The context is no folder.
    #[error("{} is no folder", path.display())]
    NoFolder {
        /// What was named.
        path: PathBuf,
    },
    /// The context is elsewhere.
    #[error("`{context}` is no folder of this machine: clone or unpack it first and name the folder")]
    Remote {
        /// What was named.
        context: String,
    },
    /// A line of the ignore file stops every builder.
    #[error("{said}")]
    Ignore {
        /// The file, the line and what is wrong.
        said: String,
    },
    /// A name that no image can have.
    #[error("the name of {} is no Unicode", path.display())]
    NotUnicode {
        /// The file.
        path: PathBuf,
    },
    /// A link leads out of the context.
    #[error("the link {path} -> {target} leads out of the context")]
    LinkOut {
        /// The link.
        path: String,
        /// Where it points.
        target: String,
    },
    /// Links lead to each other.
    #[error("{path} goes through more than 40 links")]
    LinkLoop {
        /// The path.
        path: String,
    },
    /// Two names are one to Windows, and neither is the one that was written.
    #[error("{path} means two files that differ by letter case only: {first} and {second}")]
    Ambiguous {
        /// What was asked for.
        path: String,
        /// One.
        first: String,
        /// The other.
        second: String,
    },
    /// A source is not there.
    #[error("{source_path} is not there{}", excluded(left_out_by.as_deref()))]
    Missing {
        /// As the file has it.
        source_path: String,
        /// The pattern of the ignore file that leaves it out.
        left_out_by: Option<String>,
    },
    /// A pattern of a source is malformed.
    #[error("`{pattern}` is no pattern: a `[` without its `]`, or a `\\` with nothing behind it")]
    Pattern {
        /// The pattern.
        pattern: String,
    },
    /// A path that no builder takes.
    #[error("{path}: {why}")]
    Path {
        /// As the file has it.
        path: String,
        /// The builder's words.
        why: String,
    },
    /// A file is not as it was found.
    #[error("{} changed while it was read", path.display())]
    Changed {
        /// The file.
        path: PathBuf,
    },
}

impl ContextError {
    fn read(path: &Path, error: io::Error) -> Self {
        ContextError::Read { path: path.to_owned(), error }
    }
}

fn excluded(pattern: Option<&str>) -> String {
    pattern.map_or_else(String::new, |pattern| format!(": the ignore file leaves it out (`{pattern}`)"))
}
