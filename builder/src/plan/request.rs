//! What a plan is made from.

use std::collections::BTreeMap;

use dockerfile::document::Document;
use dockerfile::facts::registry_path::RegistryPath;

use crate::args::Split;
use crate::image::{Digest, ImageConfig, Platform};

/// What a plan is made from. Two equal requests have equal plans.
pub struct Request<'a> {
    /// The Dockerfile. The builder's reading of it is planned, not the author's.
    pub document: &'a Document,
    /// The arguments of the build (`--build-arg`), by name.
    pub build_args: &'a BTreeMap<String, String>,
    /// The stage to build, by name or number; the last one without.
    pub target: Option<&'a str>,
    /// Where a `RUN` may be cut.
    pub split: Split,
    /// Whether `RUN`s that only handle files are lowered.
    pub lower: bool,
    /// What is built for, where a stage does not say otherwise.
    pub platform: &'a Platform,
    /// The configs of base images that are known, by the reference as [`super::Base::Image`] has it.
    pub bases: &'a BTreeMap<String, ImageConfig>,
    /// What bases have for a `PATH` in their registry, as their layers tell it, by the same names.
    pub paths: &'a BTreeMap<String, RegistryPath>,
    /// The named contexts of the build, in lower case: a `FROM` or `--from` that names one does not mean an image.
    pub contexts: &'a [String],
    /// The files that steps copy; without it the keys of those steps are not complete.
    pub files: Option<&'a dyn ContextListing>,
}

/// What is known of the files that a build may read.
pub trait ContextListing {
    /// The digest over names and content of what `source` (a path or a pattern of `COPY`, with its `exclude`s) means
    /// in the build context, or in the named one. `None` when that cannot be told.
    fn digest(&self, context: Option<&str>, source: &str, exclude: &[String]) -> Option<Digest>;
}
