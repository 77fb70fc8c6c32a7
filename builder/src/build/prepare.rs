//! What a step takes: its sources are found and digested before anything is written, so that a step whose inputs are
//! what they were need not be carried out again.

use std::sync::Arc;

use crate::context::{Files, Folder, Pick, Selected, select, tree_digest};
use crate::failure::without_login;
use crate::image::Digest;
use crate::layer::{Content, Flavor};
use crate::plan::{Action, Algorithm, Copy, CopyFrom, CopySource, Hash, Step};

use super::Run;
use super::error::StepError;
use super::fetch::{self, Shown, Wanted};

/// A source of `COPY` or `ADD`.
pub enum Source {
    /// Files of a folder of this machine.
    Files {
        /// The folder.
        folder: Arc<Folder>,
        /// What is taken of it.
        selected: Vec<Selected>,
    },
    /// Files of a stage or an image: they are looked for when the step is carried out.
    Image {
        /// The path or pattern.
        path: String,
    },
    /// A text of the Dockerfile.
    Inline {
        /// The file's name.
        name: String,
        /// Its content.
        content: String,
    },
    /// A file that was fetched.
    Fetched {
        /// Its name.
        name: String,
        /// Its bytes.
        content: Content,
    },
}

/// Finds what a step copies; gives what tells that from other inputs.
///
/// # Errors
/// When a source is not there, or cannot be read.
pub fn prepare(run: &Run, step: &Step, flavor: Flavor) -> Result<(Vec<Source>, Vec<Digest>), StepError> {
    let (copy, checksum) = match &step.action {
        Action::Copy(copy) => (copy, None),
        Action::Add { copy, checksum, .. } => (copy, checksum.as_deref()),
        _ => return Ok((Vec::new(), Vec::new())),
    };
    let mut sources = Vec::new();
    let mut digests = Vec::new();
    for source in &copy.sources {
        let (source, digest) = one(run, copy, source, checksum, flavor)?;
        sources.push(source);
        digests.extend(digest);
    }
    let is_empty = |source: &Source| matches!(source, Source::Files { selected, .. } if selected.is_empty());
    if sources.iter().all(is_empty) {
        let names: Vec<&str> = copy.sources.iter().map(name).collect();
        return Err(StepError::Nothing { sources: names.join(", ") });
    }
    Ok((sources, digests))
}

fn name(source: &CopySource) -> &str {
    match source {
        CopySource::Path(text) | CopySource::Url(text) | CopySource::Git(text) => text,
        CopySource::Inline { name, .. } => name,
    }
}

fn one(
    run: &Run,
    copy: &Copy,
    source: &CopySource,
    checksum: Option<&str>,
    flavor: Flavor,
) -> Result<(Source, Option<Digest>), StepError> {
    match (source, &copy.from) {
        (CopySource::Inline { name, content }, _) => {
            Ok((Source::Inline { name: name.clone(), content: content.clone() }, None))
        }
        (CopySource::Url(url), _) => fetched(run, url, checksum),
        (CopySource::Git(url), _) => Err(StepError::Unsupported(format!(
            "{}: repositories are not cloned here; clone it before the build, and copy from the context or from \
             --build-context",
            without_login(url)
        ))),
        (CopySource::Path(path), CopyFrom::Context) => files(&run.context(flavor)?, copy, path),
        (CopySource::Path(path), CopyFrom::Named(name)) => match run.named_folder(name, flavor) {
            Some(folder) => files(&folder?, copy, path),
            None => Ok((Source::Image { path: path.clone() }, None)),
        },
        (CopySource::Path(path), CopyFrom::Stage(_) | CopyFrom::Image(_)) => {
            Ok((Source::Image { path: path.clone() }, None))
        }
    }
}

fn files(folder: &Arc<Folder>, copy: &Copy, path: &str) -> Result<(Source, Option<Digest>), StepError> {
    let pick = Pick { source: path, exclude: &copy.exclude, parents: copy.parents };
    let selected = select(&**folder, pick)?;
    let digest = tree_digest(&**folder, &selected, !folder.folds())?;
    Ok((Source::Files { folder: Arc::clone(folder), selected }, Some(digest)))
}

fn fetched(run: &Run, url: &str, checksum: Option<&str>) -> Result<(Source, Option<Digest>), StepError> {
    let expected = checksum.map(parse_checksum).transpose()?;
    let wanted = Wanted { url, headers: &[], redirects: true, expected: expected.as_ref() };
    let to = Shown { progress: &run.progress, mask: &|text| run.secrets.mask(text) };
    let content = fetch::fetch(run.store, &to, wanted)?;
    // As BuildKit calls a file whose address has no name.
    let name = fetch::file_name(url).unwrap_or("__unnamed__");
    let sha = super::hash::of(&content, Algorithm::Sha256).map_err(|error| StepError::Disk {
        path: name.into(),
        action: "cannot be read",
        error,
    })?;
    let digest = format!("sha256:{sha}").parse().expect("a SHA-256 is a digest");
    Ok((Source::Fetched { name: name.to_owned(), content }, Some(digest)))
}

/// The digest that `--checksum` names.
///
/// # Errors
/// When it names none.
pub fn parse_checksum(text: &str) -> Result<Hash, StepError> {
    let parsed = text.split_once(':').and_then(|(name, hex)| {
        let algorithm = Algorithm::named(name)?;
        let is_hex = hex.len() == algorithm.digits() && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        is_hex.then(|| Hash { algorithm, hex: hex.to_ascii_lowercase() })
    });
    let fault = || StepError::Unsupported(format!("--checksum={text} is no digest: write sha256: and 64 digits"));
    parsed.ok_or_else(fault)
}
