//! Steps that need a kernel: from the store, from a cache in a registry, or carried out on an engine.
//!
//! The image is put together here in any case: the layer of such a step is the engine's, byte for byte, and all others
//! are our own. So an image is the same whether its steps came from an engine or from a cache.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::sync::{Arc, Mutex};

use crate::engine::{
    Caches, Call, Change, EngineError, Finished, FinishedLayer, Isolation, Ran, Session, State, Verify, Wanted,
};
use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, Digest, ImageConfig};
use crate::layer::compress::pack;
use crate::layer::decode::decode;
use crate::plan::{Base, Place, Plan, Stage, Step};
use crate::progress::{Outcome, Transfer};
use crate::registry::Reference;
use crate::store;
use crate::store::export::write_oci_archive;

use super::base::Found;
use super::domain;
use super::image::rfc3339;
use super::{Built, Layer, Run, Runner, place};

/// Carries out steps that need a kernel.
pub struct Kernel {
    /// The engine; without one, steps come from the store and the caches only.
    engine: Option<Arc<Session>>,
    caches: Caches,
    /// One step at a time: engines on Windows do not stand two of one parent.
    turn: Mutex<Known>,
}

/// What is known of the engine's side of the build.
#[derive(Default)]
struct Known {
    /// What the engine has, by the layers that it stands for.
    states: BTreeMap<Vec<Digest>, State>,
    /// Steps whose layers are still on the engine only.
    pending: Vec<Pending>,
    /// Layers that an engine made, here or elsewhere, and the keys of their steps: they go to an engine as they are.
    made: BTreeMap<Digest, Option<Digest>>,
}

/// A step whose layer is still on the engine only.
struct Pending {
    key: Option<Digest>,
    diff_id: Digest,
    code: i64,
}

/// Names the record of a step in the store.
fn record(key: &Digest) -> String {
    format!("engine-{}", key.hex())
}

impl Runner for Kernel {
    fn run(&self, run: &Run, stage: &Stage, step: &Step, built: &Built) -> Result<Option<Layer>, Failure> {
        let mut known = self.turn.lock().expect("a step that panics ends the build");
        let key = step.key.complete.then_some(&step.key.digest);
        if let Some(finished) = key.map(|key| self.finished(run, key, stage)).transpose()?.flatten() {
            run.progress.step(&run.secrets.mask(&step.text)).done(&Outcome::Cached);
            let layer = finished.layer.map(|layer| Layer { descriptor: layer.descriptor, diff_id: layer.diff_id });
            known.made.extend(layer.iter().map(|layer| (layer.diff_id.clone(), key.cloned())));
            return Ok(layer);
        }
        let engine = self.engine.as_ref().ok_or_else(|| self.missing(run, step))?;
        let parent = self.state(engine, run, built, &mut known)?;
        let change = Change {
            config: built.config.config.clone(),
            author: built.config.author.clone(),
            history: vec![run.secrets.mask(&step.text)],
            created: rfc3339(built.epoch),
        };
        let at = place(&run.file, step);
        // The engine's side knows the secrets that a step is given, and not those of the Dockerfile.
        let shown = Step { text: run.secrets.mask(&step.text), ..step.clone() };
        let Ran { state, layer, code, .. } =
            engine.run(&parent, &Call { step: &shown, place: &at, change: &change, domains: &domain::of(step) })?;
        let mut chain = chain(built);
        chain.extend(layer.clone());
        known.states.insert(chain, state);
        let Some(diff_id) = layer else {
            self.keep(run, stage, key, &Finished { layer: None, code })?;
            return Ok(None);
        };
        known.made.insert(diff_id.clone(), key.cloned());
        known.pending.push(Pending { key: key.cloned(), diff_id: diff_id.clone(), code });
        // The blob comes when it is needed, all of them together.
        Ok(Some(Layer { descriptor: Descriptor::new("", diff_id.clone(), 0), diff_id }))
    }

    fn settle(&self, run: &Run, stage: &Stage, built: &mut Built) -> Result<(), Failure> {
        let mut known = self.turn.lock().expect("a step that panics ends the build");
        let ours = |pending: &Pending| built.layers.iter().any(|layer| layer.diff_id == pending.diff_id);
        let (pending, rest): (Vec<_>, Vec<_>) = known.pending.drain(..).partition(ours);
        known.pending = rest;
        let (Some(last), Some(engine)) = (pending.last(), &self.engine) else { return Ok(()) };
        let at = built.layers.iter().rposition(|layer| layer.diff_id == last.diff_id).unwrap_or_default();
        let state = known.states.get(&chain(built)[..=at]).expect("a step that was run has left a state").clone();
        let wanted: Vec<Digest> = pending.iter().map(|step| step.diff_id.clone()).collect();
        for exported in engine.export(&state, &wanted)? {
            let descriptor = pack_layer(run, exported.file, &exported.diff_id, exported.size)?;
            for layer in built.layers.iter_mut().filter(|layer| layer.diff_id == exported.diff_id) {
                layer.descriptor.clone_from(&descriptor);
            }
            for step in pending.iter().filter(|step| step.diff_id == exported.diff_id) {
                let layer = FinishedLayer { descriptor: descriptor.clone(), diff_id: exported.diff_id.clone() };
                self.keep(run, stage, step.key.as_ref(), &Finished { layer: Some(layer), code: step.code })?;
            }
        }
        Ok(())
    }
}

impl Kernel {
    /// What carries steps out: on an engine, or from caches alone.
    pub fn new(engine: Option<Arc<Session>>, caches: Caches) -> Self {
        Kernel { engine, caches, turn: Mutex::default() }
    }

    /// A step that is done, from the store or a cache.
    fn finished(&self, run: &Run, key: &Digest, stage: &Stage) -> Result<Option<Finished>, Failure> {
        let has =
            |finished: &Finished| finished.layer.as_ref().is_none_or(|layer| run.store.has_whole(&layer.descriptor));
        let known = run.store.step::<Finished>(&record(key)).filter(has);
        let finished = match known {
            Some(finished) => Some(finished),
            None => self.caches.take(key, run.store, &run.progress)?,
        };
        if let Some(finished) = &finished {
            self.keep(run, stage, Some(key), finished)?;
        }
        Ok(finished)
    }

    fn keep(&self, run: &Run, stage: &Stage, key: Option<&Digest>, finished: &Finished) -> Result<(), Failure> {
        let Some(key) = key else { return Ok(()) };
        run.store.put_step(&record(key), finished)?;
        self.caches.put(key, &stage.platform, finished, run.store, &run.progress)
    }

    fn missing(&self, run: &Run, step: &Step) -> Failure {
        let place = place(&run.file, step);
        let caches: Vec<String> = self.caches.from.iter().map(Reference::to_string).collect();
        let text = run.secrets.mask(&step.text);
        let cause = match caches.is_empty() {
            true => format!("{place}: no engine, and no cache to take this step from: {text}"),
            false => format!("{place}: this step is not in {}, and there is no engine: {text}", caches.join(", ")),
        };
        Failure::new(Exit::Engine, cause)
            .help("build once where there is an engine, with --engine docker --cache-to REF; the same Dockerfile, arguments and base image make the same keys")
    }

    /// The engine's state for a stage as far as it is built.
    fn state(&self, engine: &Session, run: &Run, built: &Built, known: &mut Known) -> Result<State, Failure> {
        let (whole, own) = (chain(built), base_layers(run, built));
        let mut at = whole.len();
        let mut state = loop {
            if let Some(state) = known.states.get(&whole[..at]) {
                break state.clone();
            }
            if at == own {
                let state = base(engine, run, built)?;
                known.states.insert(whole[..at].to_vec(), state.clone());
                break state;
            }
            at -= 1;
        };
        for layer in &built.layers[at..] {
            let change = Change {
                config: built.config.config.clone(),
                author: built.config.author.clone(),
                history: Vec::new(),
                created: rfc3339(built.epoch),
            };
            let made = known.made.get(&layer.diff_id);
            let step = made.and_then(Option::as_ref);
            state = match engine.known_layer(&state, &layer.diff_id, step, &change)? {
                Some(state) => state,
                None => engine.add_layer(&state, &layer.diff_id, unpacked(run, layer)?, made.is_some(), &change)?,
            };
            at += 1;
            known.states.insert(whole[..at].to_vec(), state.clone());
        }
        // What a container starts with is said by its step; the history is the image's.
        let layers = state.config.rootfs.clone();
        Ok(State { image: state.image, config: ImageConfig { rootfs: layers, ..built.config.clone() } })
    }

    /// Gives the finished image to the engine, under these names; and tries it out before, if that is asked for.
    ///
    /// # Errors
    /// When the engine does not take it, or it does not work.
    pub fn deliver(&self, run: &Run, built: &Built, names: &[String], verify: Option<&Verify>) -> Result<(), Failure> {
        let Some(engine) = &self.engine else {
            return Err(Failure::new(Exit::Engine, "there is no engine to try the image out on or to put it into"));
        };
        let mut known = self.turn.lock().expect("a step that panics ends the build");
        let mut state = self.state(engine, run, built, &mut known)?;
        if engine.engine().containerd {
            state.image = engine.load_whole(whole(run, built)?)?;
        }
        let image = engine.finish(&state, &[])?;
        let verified = verify.map_or(Ok(()), |verify| engine.verify(&image, verify));
        if verified.is_err() || names.is_empty() {
            engine.forget(&image);
        } else {
            engine.finish(&state, names)?;
        }
        Ok(verified?)
    }
}

/// Holds an engine against the stages that have steps for it.
///
/// # Errors
/// Why it does not fit, and what to do.
pub fn preflight(
    engine: &Session,
    plan: &Plan,
    images: &BTreeMap<String, Found>,
    isolation: Isolation,
) -> Result<(), Failure> {
    let needs = |stage: &&Stage| stage.steps.iter().any(|step| matches!(step.place, Place::Engine(_)));
    for stage in plan.stages.iter().filter(needs) {
        let found = match &stage.base {
            Base::Image(name) | Base::Context(name) => images.get(name),
            Base::Stage(_) | Base::Scratch => None,
        };
        let bases: Vec<_> =
            found.iter().map(|found| (found.name.clone(), found.image.config.platform.clone())).collect();
        engine.preflight(&Wanted { platform: &stage.platform, bases: &bases, isolation })?;
    }
    Ok(())
}

/// The layers of a stage.
fn chain(built: &Built) -> Vec<Digest> {
    built.layers.iter().map(|layer| layer.diff_id.clone()).collect()
}

/// How many of a stage's layers are its base's.
fn base_layers(run: &Run, built: &Built) -> usize {
    let found = built.base.as_ref().and_then(|(name, _)| run.images.get(name));
    found.map_or(0, |found| found.image.manifest.layers.len())
}

/// The base image on the engine: by its id where the engine has it, by its digest from its registry, else from the store.
fn base(engine: &Session, run: &Run, built: &Built) -> Result<State, Failure> {
    let nothing = || Failure::new(Exit::Dockerfile, "a step that runs a program needs an image to run in");
    let (name, digest) = built.base.as_ref().ok_or_else(nothing)?;
    let found = run.images.get(name).ok_or_else(nothing)?;
    let config = &found.image.config;
    if let Some(image) = &found.on_engine {
        return Ok(engine.base(image, Some(config))?);
    }
    if let Some(state) = engine.has(found.image.manifest.config.digest.as_str(), config)? {
        return Ok(state);
    }
    if found.source.place().starts_with("docker:")
        && let Some(reference) = &found.reference
    {
        return Ok(engine.base(&format!("{}@{digest}", reference.repository), Some(config))?);
    }
    let open = |layer: &Layer| -> Result<File, EngineError> {
        let path = run.store.blob_path(&layer.descriptor.digest);
        File::open(&path).map_err(|source| EngineError::File { path, source })
    };
    let layers: Result<Vec<_>, _> = built.layers[..base_layers(run, built)].iter().map(open).collect();
    Ok(engine.load_base(config, layers?)?)
}

/// The finished image as an archive.
fn whole(run: &Run, built: &Built) -> Result<File, Failure> {
    let image = built.store(run.store)?;
    let folder =
        tempfile::tempdir_in(run.store.root()).map_err(store::Error::io(run.store.root(), "cannot be written"))?;
    let path = folder.path().join("image.tar");
    write_oci_archive(&run.store.source(Some(image.digest.as_str()))?, &[], &path)?;
    Ok(File::open(&path).map_err(store::Error::io(&path, "cannot be read"))?)
}

/// A layer's bytes, uncompressed, in a file without a name.
fn unpacked(run: &Run, layer: &Layer) -> Result<File, Failure> {
    let blob = run.store.open_blob(&layer.descriptor.digest)?;
    let copy = || -> io::Result<File> {
        let (_, mut bytes) = decode(blob)?;
        let mut file = tempfile::tempfile_in(run.store.root())?;
        io::copy(&mut bytes, &mut file)?;
        file.seek(SeekFrom::Start(0))?;
        Ok(file)
    };
    copy().map_err(|error| Failure::new(Exit::Layer, error))
}

/// Compresses a layer into the store.
fn pack_layer(run: &Run, mut file: File, diff_id: &Digest, size: u64) -> Result<Descriptor, Failure> {
    let bar = run.progress.transfer(Transfer::Layer, &format!("layer {}", diff_id.short()), Some(size));
    let writer = run.store.writer()?;
    let (_, writer) = pack(writer, run.compression, run.threads, &bar, |packer| io::copy(&mut file, packer).map(drop))
        .map_err(|error: io::Error| Failure::new(Exit::Layer, error))?;
    let (digest, size) = writer.commit(None)?;
    Ok(Descriptor::new(run.compression.media_type(), digest, size))
}
