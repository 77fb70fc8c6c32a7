//! Carries the steps of a plan out and puts the image together.
//!
//! Stages run side by side where none needs the other. A step's inputs are digested first: when the store knows a layer
//! for the same step on the same layers, nothing is written. What changes files is carried out on a [`tree::Tree`], the
//! files of the image as its layers show them, and written as one layer; no container is involved.

mod archive;
pub mod base;
pub mod base_path;
mod check;
mod copy;
mod domain;
mod error;
mod fetch;
mod hash;
mod image;
pub mod kernel;
mod layers;
mod lower;
pub mod output;
mod owner;
mod place;
mod prepare;
mod stage;
mod tree;
mod unpack;
pub mod versions;
mod view;

pub use check::check;
pub use error::{FailedStep, StepError};
pub use image::Built;
pub use layers::Layer;
pub use stage::Runner;

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use dockerfile::ignorefile::IgnoreFile;
use rayon::prelude::*;

use crate::context::{ContextError, Digests, Folder};
use crate::failure::{Exit, Failure};
use crate::layer::{Compression, Flavor, Time};
use crate::plan::format::Hidden;
use crate::plan::{Base, ContextListing, CopyFrom, Origin, Plan, Stage, Step, finish_config};
use crate::progress::Progress;
use crate::store::Store;

use base::{Found, Named};
use layers::FreshLayers;

/// What a build needs besides its plan.
pub struct Run<'a> {
    /// Where blobs and finished steps are kept.
    pub store: &'a Store,
    /// Where progress is shown.
    pub progress: Progress,
    /// How layers are compressed.
    pub compression: Compression,
    /// How many threads compress a layer.
    pub threads: NonZeroUsize,
    /// `SOURCE_DATE_EPOCH`.
    pub epoch: Option<Time>,
    /// The name of the Dockerfile in messages.
    pub file: String,
    /// What of the Dockerfile is shown nowhere.
    pub secrets: Hidden,
    /// The folders that files come from.
    pub folders: Folders,
    /// The images that stages stand on or copy from, by their names in the plan.
    pub images: BTreeMap<String, Found>,
    /// What runs steps that need a kernel.
    pub runner: Option<&'a dyn Runner>,
    /// The layers of this run.
    pub fresh: Fresh,
}

/// The layers that were put together in a run.
#[derive(Default)]
pub struct Fresh(FreshLayers);

/// The folders that files come from, opened when they are first asked for: once for each way of comparing names.
pub struct Folders {
    /// The context.
    pub context: PathBuf,
    /// What of it is left out.
    pub ignore: IgnoreFile,
    /// The named contexts.
    pub named: BTreeMap<String, Named>,
    /// The digests of files.
    pub digests: Arc<Digests>,
    /// Those that are open.
    pub open: OpenFolders,
}

/// Folders that have been opened: the context without a name, and how names are compared.
#[derive(Default)]
pub struct OpenFolders(Mutex<BTreeMap<FolderKey, Arc<Folder>>>);

type FolderKey = (Option<String>, bool);

impl Folders {
    fn get(&self, name: Option<&str>, folds: bool) -> Option<Result<Arc<Folder>, ContextError>> {
        let key = (name.map(str::to_owned), folds);
        let mut open = self.open.0.lock().expect("nothing panics while it is held");
        if let Some(folder) = open.get(&key) {
            return Some(Ok(Arc::clone(folder)));
        }
        let (path, ignore) = match name.map(|name| self.named.get(name)) {
            None => (&self.context, self.ignore.clone()),
            Some(Some(Named::Folder(path))) => (path, IgnoreFile::default()),
            Some(_) => return None,
        };
        Some(Folder::open(path, ignore, folds, Arc::clone(&self.digests)).map(|folder| {
            let folder = Arc::new(folder);
            open.insert(key, Arc::clone(&folder));
            folder
        }))
    }
}

impl Run<'_> {
    fn context(&self, flavor: Flavor) -> Result<Arc<Folder>, ContextError> {
        self.folders.get(None, flavor == Flavor::Windows).expect("the context is a folder")
    }

    /// A named context, when it is a folder.
    fn named_folder(&self, name: &str, flavor: Flavor) -> Option<Result<Arc<Folder>, ContextError>> {
        self.folders.get(Some(name), flavor == Flavor::Windows)
    }
}

/// Where a step stands, for messages.
pub fn place(file: &str, step: &Step) -> String {
    match &step.origin {
        Origin::File { lines, .. } => format!("{file}:{}", lines.0),
        Origin::Trigger(number) => format!("{file}: trigger {} of its base", number + 1),
    }
}

/// For which system the layers of a stage are.
pub fn flavor(stage: &Stage) -> Flavor {
    if stage.platform.is_windows() { Flavor::Windows } else { Flavor::Linux }
}

/// Where a plan first stands on an image or copies from it.
pub struct Asked<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// The line in the Dockerfile.
    pub line: u32,
}

/// The images that a plan stands on or copies from, by their names.
pub fn images<'a>(plan: &'a Plan, named: &BTreeMap<String, Named>) -> BTreeMap<String, Asked<'a>> {
    let mut names = BTreeMap::new();
    for stage in &plan.stages {
        let base = match &stage.base {
            Base::Image(name) | Base::Context(name) => Some((name, stage.line)),
            Base::Stage(_) | Base::Scratch => None,
        };
        let copied = stage.steps.iter().filter_map(|step| match step.action.copy()?.from {
            CopyFrom::Image(ref name) => Some((name, line_of(stage, step))),
            CopyFrom::Named(ref name) => {
                matches!(named.get(name), Some(Named::Image(_))).then(|| (name, line_of(stage, step)))
            }
            CopyFrom::Context | CopyFrom::Stage(_) => None,
        });
        for (name, line) in base.into_iter().chain(copied) {
            names.entry(name.clone()).or_insert(Asked { stage, line });
        }
    }
    names
}

/// The first line of a step; of a trigger that of the stage, whose base has it.
fn line_of(stage: &Stage, step: &Step) -> u32 {
    match &step.origin {
        Origin::File { lines, .. } => lines.0,
        Origin::Trigger(_) => stage.line,
    }
}

/// Builds the stages of a plan; gives the last one's image.
///
/// # Errors
/// The first step, in the order of the plan, that cannot be carried out.
pub fn run(run: &Run, plan: &Plan) -> Result<Built, Failure> {
    let total = plan.stages.len();
    let mut done: BTreeMap<usize, Built> = BTreeMap::new();
    while done.len() < total {
        let is_ready = |stage: &&Stage| {
            !done.contains_key(&stage.number) && needs(stage).iter().all(|number| done.contains_key(number))
        };
        let ready: Vec<&Stage> = plan.stages.iter().filter(is_ready).collect();
        if ready.is_empty() {
            return Err(Failure::new(Exit::Dockerfile, "stages need each other in a circle"));
        }
        let built: Vec<Result<Built, Failure>> =
            ready.par_iter().map(|stage| stage::build(run, stage, &done)).collect();
        for (stage, built) in ready.into_iter().zip(built) {
            done.insert(stage.number, built?);
        }
    }
    let none = || Failure::new(Exit::Dockerfile, "the plan has no stage");
    let last = plan.stages.last().ok_or_else(none)?;
    let mut built = done.remove(&last.number).ok_or_else(none)?;
    finish_config(&mut built.config, &last.machine);
    Ok(built)
}

/// The stages that a stage needs, by number.
fn needs(stage: &Stage) -> BTreeSet<usize> {
    let base = match stage.base {
        Base::Stage(number) => Some(number),
        _ => None,
    };
    let copied = stage.steps.iter().filter_map(|step| match step.action.copy()?.from {
        CopyFrom::Stage(number) => Some(number),
        _ => None,
    });
    base.into_iter().chain(copied).collect()
}

/// The files of a build as a plan asks for their digests.
pub struct Listing<'a> {
    /// The folders.
    pub folders: &'a Folders,
    /// For which system the image is.
    pub flavor: Flavor,
}

impl ContextListing for Listing<'_> {
    fn digest(&self, context: Option<&str>, source: &str, exclude: &[String]) -> Option<crate::image::Digest> {
        let folder = self.folders.get(context, self.flavor == Flavor::Windows)?.ok()?;
        let pick = crate::context::Pick { source, exclude, parents: false };
        let selected = crate::context::select(&*folder, pick).ok()?;
        crate::context::tree_digest(&*folder, &selected, self.flavor == Flavor::Linux).ok()
    }
}
