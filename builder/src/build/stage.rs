//! A stage, commit by commit: taken from the store where its inputs are known, carried out where not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::failure::{Exit, Failure};
use crate::image::Digest;
use crate::layer::{self, Flavor};
use crate::plan::{Action, Base, CopyFrom, Place, Stage, Step, apply_metadata};
use crate::progress::{Outcome, Transfer};

use super::Run;
use super::archive::{self, Known};
use super::copy::{self, Goal, Origin, put_file, shown_goal};
use super::error::{FailedStep, StepError};
use super::fetch::Shown;
use super::image::Built;
use super::layers::{Layer, view};
use super::owner::Owner;
use super::place::{Target, from_root_of, settle};
use super::prepare::{Source, prepare};
use super::tree::Tree;
use super::unpack::{Unpack, unpack};
use super::view::Fresh;
use super::{flavor, lower};

/// Runs steps that need a kernel.
pub trait Runner: Sync {
    /// Runs a step on a stage as far as it is built; gives the layer that it adds, which is in the store.
    ///
    /// # Errors
    /// When the engine or the step fails.
    fn run(&self, run: &Run, stage: &Stage, step: &Step, built: &Built) -> Result<Option<Layer>, Failure>;

    /// Brings the layers of steps that were run into the store: called before the files of the stage are looked at, and
    /// when it is built. Until then a layer may be known by its diff id only.
    ///
    /// # Errors
    /// When the engine or the disk fails.
    fn settle(&self, run: &Run, stage: &Stage, built: &mut Built) -> Result<(), Failure>;
}

/// Changes with the meaning of keys, and with what layers have for the same steps.
const VERSION: &str = "wbuild-layer-2";

/// What is remembered of a finished commit.
#[derive(Serialize, Deserialize)]
struct Record {
    /// Without one the commit has changed nothing.
    layer: Option<Layer>,
}

/// Builds a stage on those that it needs.
pub(super) fn build(run: &Run, stage: &Stage, done: &BTreeMap<usize, Built>) -> Result<Built, Failure> {
    let mut built = match &stage.base {
        Base::Stage(number) => done.get(number).cloned().expect("the stages that a stage needs are built before it"),
        Base::Scratch => Built::on_nothing(&stage.platform, run.epoch),
        Base::Image(name) | Base::Context(name) => {
            let found = run.images.get(name).expect("the images of a plan are found before it runs");
            Built::on_image(found, run.epoch).map_err(|cause| Failure::new(Exit::Layer, cause))?
        }
    };
    let total = stage.steps.len();
    for range in &stage.commits {
        let steps = &stage.steps[range.clone()];
        let title = |at: usize| {
            let name = stage.name.clone().unwrap_or_else(|| format!("stage {}", stage.number));
            let text = run.secrets.mask(&stage.steps[range.start + at].text);
            format!("[{name} {}/{total}] {text}", range.start + at + 1)
        };
        let commit = Commit { run, stage, steps, done };
        commit.carry_out(&mut built, title)?;
    }
    run.runner.map_or(Ok(()), |runner| runner.settle(run, stage, &mut built))?;
    Ok(built)
}

/// The fewest bytes that an entry takes in its layer: its content, its header, and on Windows the records before that.
/// A layer with fewer than were announced would count as one that stopped.
fn least(entry: &layer::Entry, flavor: Flavor) -> u64 {
    match (&entry.kind, flavor) {
        (layer::Kind::File(content), Flavor::Windows) => content.size().next_multiple_of(512).saturating_add(3 * 512),
        (layer::Kind::File(content), Flavor::Linux) => content.size().next_multiple_of(512).saturating_add(512),
        (layer::Kind::Whiteout | layer::Kind::Opaque, _) | (_, Flavor::Linux) => 512,
        (_, Flavor::Windows) => 3 * 512,
    }
}

/// Steps that are committed together.
struct Commit<'a, 'r> {
    run: &'a Run<'r>,
    stage: &'a Stage,
    steps: &'a [Step],
    done: &'a BTreeMap<usize, Built>,
}

/// Whether a step may change files.
const fn changes_files(step: &Step) -> bool {
    matches!(step.action, Action::Copy(_) | Action::Add { .. } | Action::Workdir { .. } | Action::Run { .. })
}

impl Commit<'_, '_> {
    fn carry_out(&self, built: &mut Built, title: impl Fn(usize) -> String) -> Result<(), Failure> {
        let mut shown = Vec::new();
        let layer = match self.steps.iter().find(|step| matches!(step.place, Place::Engine(_))) {
            Some(step) => {
                let runner = self.run.runner.ok_or_else(|| Failure::new(Exit::Engine, "there is no engine"))?;
                runner.run(self.run, self.stage, step, built)?
            }
            None => {
                if let Some(runner) = self.run.runner.filter(|_| self.steps.iter().any(changes_files)) {
                    runner.settle(self.run, self.stage, built)?;
                }
                let files = self.steps.iter().enumerate().filter(|(_, step)| changes_files(step));
                shown.extend(files.map(|(at, _)| self.run.progress.step(&title(at))));
                match self.layer(built) {
                    Ok((layer, outcome)) => {
                        shown.into_iter().for_each(|step| step.done(&outcome));
                        layer
                    }
                    Err(failed) => {
                        shown.into_iter().for_each(|step| step.done(&Outcome::Failed(failed.why.clone())));
                        return Err(failed.into());
                    }
                }
            }
        };
        let last = self.steps.iter().rposition(changes_files);
        for (at, step) in self.steps.iter().enumerate() {
            apply_metadata(&mut built.config, step);
            built.note(self.run.secrets.mask(&step.text), layer.is_none() || Some(at) != last);
        }
        if let Some(layer) = layer {
            built.push(layer);
        }
        Ok(())
    }

    fn fail(&self, step: &Step, error: impl Into<StepError>) -> FailedStep {
        let place = super::place(&self.run.file, step);
        FailedStep::new(place, &step.text, &error.into(), |text| self.run.secrets.mask(text))
    }

    /// The layer of the commit: the one that is known for the same steps and inputs on the same layers, or a new one.
    fn layer(&self, built: &Built) -> Result<(Option<Layer>, Outcome), FailedStep> {
        let flavor = flavor(self.stage);
        let mut prepared = Vec::new();
        let mut inputs = Vec::new();
        for step in self.steps.iter().filter(|step| changes_files(step)) {
            let (sources, digests) = prepare(self.run, step, flavor).map_err(|error| self.fail(step, error))?;
            inputs.push(json!([step.action, step.place, step.state.user, digests, self.chain_of(step)]));
            prepared.push((step, sources));
        }
        let Some((last, _)) = prepared.last() else { return Ok((None, Outcome::Done)) };
        let last = *last;
        let below: Vec<&Digest> = built.layers.iter().map(|layer| &layer.diff_id).collect();
        let compression = format!("{:?}", self.run.compression);
        let times = (built.epoch.seconds, self.run.epoch.is_some());
        let key = json!([VERSION, self.stage.platform.os, below, inputs, times, compression]);
        let key = Digest::of(key.to_string().as_bytes()).hex().to_owned();
        let store = self.run.store;
        if let Some(Record { layer }) = store.step::<Record>(&key)
            && layer.as_ref().is_none_or(|layer| store.has_whole(&layer.descriptor))
        {
            return Ok((layer, Outcome::Cached));
        }
        let layer = self.write(built, prepared).map_err(|(step, error)| self.fail(step.unwrap_or(last), error))?;
        store.put_step(&key, &Record { layer: layer.clone() }).map_err(|error| self.fail(last, error))?;
        Ok((layer, Outcome::Done))
    }

    /// The layers of what a step copies from.
    fn chain_of(&self, step: &Step) -> Vec<Digest> {
        let ids = |layers: &[Layer]| layers.iter().map(|layer| layer.diff_id.clone()).collect();
        match step.action.copy().map(|copy| &copy.from) {
            Some(CopyFrom::Stage(number)) => self.done.get(number).map_or_else(Vec::new, |built| ids(&built.layers)),
            Some(CopyFrom::Image(name) | CopyFrom::Named(name)) => {
                let found = self.run.images.get(name);
                found.map_or_else(Vec::new, |found| found.image.config.rootfs.diff_ids.clone())
            }
            _ => Vec::new(),
        }
    }

    /// Carries the steps out and writes what they change as a layer.
    fn write<'s>(
        &self,
        built: &Built,
        prepared: Vec<(&'s Step, Vec<Source>)>,
    ) -> Result<Option<Layer>, (Option<&'s Step>, StepError)> {
        let flavor = flavor(self.stage);
        let files = view(self.run.store, &built.layers, flavor, &self.run.fresh.0).map_err(|e| (None, e.into()))?;
        let mut tree = Tree::new(files, flavor);
        for (step, sources) in prepared {
            self.step(&mut tree, built, step, sources).map_err(|error| (Some(step), error))?;
        }
        if tree.is_unchanged() {
            return Ok(None);
        }
        self.put(tree.take_changes(), flavor).map(Some).map_err(|error| (None, error))
    }

    #[expect(clippy::vec_box, reason = "an entry is large, and lists of very many are sorted and handed on")]
    fn put(&self, mut entries: Vec<Box<layer::Entry>>, flavor: Flavor) -> Result<Layer, StepError> {
        let run = self.run;
        let size = entries.iter().map(|entry| least(entry, flavor));
        let options = layer::Options {
            flavor,
            compression: run.compression,
            latest: run.epoch,
            threads: run.threads,
            progress: run.progress.transfer(Transfer::Layer, "layer", Some(size.sum())),
        };
        let written = run.store.put_layer(&mut entries, &options)?;
        run.fresh.0.keep(&written.diff_id, Fresh::new(entries, flavor));
        Ok(Layer { descriptor: written.descriptor, diff_id: written.diff_id })
    }

    fn step(&self, tree: &mut Tree, built: &Built, step: &Step, sources: Vec<Source>) -> Result<(), StepError> {
        let owner = Owner::of_user(&step.state.user, tree);
        let mut target = Target { tree, owner, mode: None, time: built.epoch, placed: BTreeMap::new() };
        let to = Shown { progress: &self.run.progress, mask: &|text| self.run.secrets.mask(text) };
        match (&step.action, &step.place) {
            (_, Place::Lowered(operations)) => {
                operations.iter().try_for_each(|operation| lower::run(&mut target, operation, self.run.store, &to))
            }
            (Action::Workdir { path }, _) => {
                let path = settle(target.tree, &from_root_of(path, target.tree.flavor()))?;
                target.make_dirs(&path)
            }
            (Action::Copy(_), _) => self.copy(&mut target, step, sources, false, None),
            (Action::Add { unpack, .. }, _) => self.copy(&mut target, step, sources, true, *unpack),
            _ => Ok(()),
        }
    }

    fn copy(
        &self,
        target: &mut Target,
        step: &Step,
        sources: Vec<Source>,
        is_add: bool,
        unpack: Option<bool>,
    ) -> Result<(), StepError> {
        let copy = step.action.copy().expect("a COPY or an ADD copies");
        let flavor = target.tree.flavor();
        target.owner = match &copy.chown {
            Some(text) => Owner::of_flag(text, target.tree)?,
            None => Owner::default(),
        };
        target.mode = match (&copy.chmod, flavor) {
            (Some(text), Flavor::Linux) => Some(mode(text)?),
            _ => None,
        };
        let goal = Goal { path: from_root_of(&copy.dest.path, flavor), folder: copy.dest.folder };
        let found = sources.iter().map(|source| match source {
            Source::Files { selected, .. } => selected.iter().filter(|one| !one.root.is_dir()).count(),
            _ => 1,
        });
        check_several(target.tree, &goal, copy.sources.len().max(found.sum()))?;
        let copied = self.copied_from(&copy.from)?;
        for source in sources {
            match source {
                Source::Files { folder, selected } => {
                    for one in &selected {
                        let unpack = is_add && unpack != Some(false);
                        self.place(target, &goal, &*folder, one, unpack)?;
                    }
                }
                Source::Image { path } => {
                    let from = copied.as_ref().expect("a stage or an image is copied from");
                    let pick = crate::context::Pick { source: &path, exclude: &copy.exclude, parents: copy.parents };
                    let selected = crate::context::select(from, pick)?;
                    if selected.is_empty() {
                        return Err(StepError::Nothing { sources: path });
                    }
                    check_several(target.tree, &goal, selected.iter().filter(|one| !one.root.is_dir()).count())?;
                    selected.iter().try_for_each(|one| self.place(target, &goal, from, one, false))?;
                }
                Source::Inline { name, content } => {
                    put_file(target, &goal, copy::inline(&name, &content), &name, &format!("<<{name}"))?;
                }
                Source::Fetched { name, content } => {
                    if unpack == Some(true) && self.unpacked(target, &goal, &name, &content)? {
                        continue;
                    }
                    let mut entry = layer::Entry::file(&*name, layer::Content::clone(&content));
                    // As BuildKit has it: what comes from elsewhere is its owner's only.
                    entry.posix.mode = 0o600;
                    put_file(target, &goal, entry, &name, &name)?;
                }
            }
        }
        Ok(())
    }

    /// The files of the stage or the image that is copied from.
    fn copied_from(&self, from: &CopyFrom) -> Result<Option<Tree>, StepError> {
        let (layers, is_windows) = match from {
            CopyFrom::Context => return Ok(None),
            CopyFrom::Stage(number) => {
                let built = self.done.get(number).expect("the stages that a stage needs are built before it");
                (built.layers.clone(), built.config.platform.is_windows())
            }
            CopyFrom::Image(name) | CopyFrom::Named(name) => match self.run.images.get(name) {
                None => return Ok(None),
                Some(found) => {
                    let built = Built::on_image(found, self.run.epoch).map_err(StepError::Unsupported)?;
                    (built.layers, built.config.platform.is_windows())
                }
            },
        };
        let flavor = if is_windows { Flavor::Windows } else { Flavor::Linux };
        Ok(Some(Tree::new(view(self.run.store, &layers, flavor, &self.run.fresh.0)?, flavor)))
    }

    fn place(
        &self,
        target: &mut Target,
        goal: &Goal,
        origin: &dyn Origin,
        one: &crate::context::Selected,
        unpack: bool,
    ) -> Result<(), StepError> {
        if unpack
            && let Some(layer::Entry { kind: layer::Kind::File(content), .. }) = origin.entry(&one.root)
            && self.unpacked(target, goal, &one.root.path, &content)?
        {
            return Ok(());
        }
        copy::copy(target, goal, origin, one)
    }

    /// Unpacks a file, if it is a tar; gives whether it is one.
    fn unpacked(
        &self,
        target: &mut Target,
        goal: &Goal,
        name: &str,
        content: &layer::Content,
    ) -> Result<bool, StepError> {
        let Some(archive) = archive::open(self.run.store, content, name, Known::Tar)? else { return Ok(false) };
        let dest = settle(target.tree, &goal.path)?;
        let exists = crate::plan::IfExists::Replace;
        unpack(
            target,
            &archive,
            Unpack { archive: name, dest: &dest, strip: 0, members: &[], exists, own_time: false },
        )?;
        Ok(true)
    }
}

/// Several files need a folder to go to.
fn check_several(tree: &Tree, goal: &Goal, count: usize) -> Result<(), StepError> {
    if count > 1 && !goal.folder && !tree.is_dir(&settle(tree, &goal.path)?) {
        return Err(StepError::Several { dest: shown_goal(goal, tree.flavor()) });
    }
    Ok(())
}

/// A mode in octal digits.
pub(super) fn mode(text: &str) -> Result<u32, StepError> {
    let parsed = u32::from_str_radix(text, 8).ok().filter(|mode| *mode <= 0o7777 && !text.starts_with('+'));
    parsed.ok_or_else(|| StepError::Mode { text: text.to_owned() })
}
