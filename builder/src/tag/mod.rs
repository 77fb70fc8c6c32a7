//! Names for images, from git: versions, floats, commits, branches; and the labels that say where an image is from.

mod name;

pub use name::{is_release, is_valid, sanitize};
