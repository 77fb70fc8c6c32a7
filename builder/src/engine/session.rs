//! A build's use of an engine: opened once, closed with nothing of the build left but its finished steps.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};

use bollard::query_parameters::CreateImageOptionsBuilder;
use futures_util::StreamExt;

use crate::image::{Digest, History, ImageConfig};
use crate::progress::Progress;

use super::collect::{self, Lease};
use super::commit::{Change, State, id_of, marked};
use super::connection::{Connection, LAYERS, SHORT};
use super::endpoint::{self, Surroundings};
use super::error::EngineError;
use super::export::Exported;
use super::interrupt::Interrupt;
use super::preflight::{EngineInfo, Wanted, check};
use super::record::{Record, Records};
use super::retry::{Pauses, Tries, words};
use super::secret::Secrets;
use super::secret_files;
use super::settings::Settings;
use super::upload::{Unpackable, unpackable};

/// What a session is opened with.
pub struct Options {
    /// What the command line says about steps.
    pub settings: Settings,
    /// The secrets of the build.
    pub secrets: Secrets,
    /// The folder for finished steps and locks.
    pub area: PathBuf,
    /// The pauses between tries.
    pub pauses: Pauses,
    /// Whether the user wants to stop.
    pub interrupt: Interrupt,
}

/// A build's use of an engine.
pub struct Session {
    pub(super) connection: Connection,
    pub(super) engine: EngineInfo,
    pub(super) options: Options,
    pub(super) progress: Progress,
    pub(super) records: Records,
    pub(super) lease: Lease,
    /// Layers that came out of the engine before they were asked for.
    pub(super) exported: Mutex<Vec<Exported>>,
    next: AtomicU32,
}

impl Session {
    /// Connects to the engine that the surroundings name, and puts away what killed builds left there.
    ///
    /// # Errors
    /// When there is no engine, or the folder cannot be written.
    pub fn open(around: &Surroundings, options: Options, progress: &Progress) -> Result<Self, EngineError> {
        let connection = Connection::open(endpoint::find(around)?, options.interrupt.clone())?;
        let engine = connection.info()?;
        let lease = collect::lease(&options.area)?;
        let records = Records::open(&options.area)?;
        options.secrets.texts().for_each(|text| progress.hide(text));
        let session = Session {
            connection,
            engine,
            options,
            progress: progress.clone(),
            records,
            lease,
            exported: Mutex::default(),
            next: AtomicU32::new(0),
        };
        session.connection.wait(session.put_away());
        Ok(session)
    }

    async fn put_away(&self) {
        if self.engine.is_windows() {
            secret_files::collect(&std::env::temp_dir());
        }
        for image in self.records.expire(&self.engine.id) {
            self.connection.remove_image(&image).await;
        }
        let recorded = self.records.images(&self.engine.id);
        self.connection.collect(&self.lease.owner, &self.options.area, &recorded).await;
    }

    /// What the engine is.
    pub fn engine(&self) -> &EngineInfo {
        &self.engine
    }

    /// The connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Checks that the engine fits before anything is pulled.
    ///
    /// # Errors
    /// Why it does not.
    pub fn preflight(&self, wanted: &Wanted) -> Result<(), EngineError> {
        for note in check(&self.engine, wanted, self.connection.free_disk(&self.engine))? {
            self.progress.warn(&note);
        }
        Ok(())
    }

    /// A name for a new container of this build.
    pub(super) fn container_name(&self) -> String {
        format!("wbuild-{}-{}", self.lease.owner.build, self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// A base image that the engine has under a name or an id, or pulls. With the config that a registry has for it,
    /// its history is kept as it is there.
    ///
    /// # Errors
    /// When there is none.
    pub fn base(&self, reference: &str, config: Option<&ImageConfig>) -> Result<State, EngineError> {
        let found =
            self.connection.ask("looking for the base image", SHORT, self.connection.docker().inspect_image(reference));
        match found {
            Err(EngineError::Refused { status: 404, .. }) => self.again(|| self.pull(reference))?,
            other => _ = other?,
        }
        self.connection.wait(self.describe(reference, config))
    }

    /// Does something again as long as it fails by a fault that passes.
    fn again<T>(&self, mut work: impl FnMut() -> Result<T, EngineError>) -> Result<T, EngineError> {
        let mut tries = Tries::default();
        loop {
            let error = match work() {
                Ok(done) => return Ok(done),
                Err(error) => error,
            };
            let Some(pause) = tries.after_fault(&error, &self.options.pauses) else { return Err(error) };
            self.progress.warn(&format!("{error}; trying again {}", words(pause)));
            self.connection.wait(self.connection.sleep(pause))?;
        }
    }

    fn pull(&self, reference: &str) -> Result<(), EngineError> {
        let doing = format!("pulling {reference}");
        self.progress.note(&doing);
        let options = CreateImageOptionsBuilder::new().from_image(reference).build();
        let pull = async {
            let mut answers = Box::pin(self.connection.docker().create_image(Some(options), None, None));
            while let Some(answer) = answers.next().await {
                if let Some(detail) = answer?.error_detail {
                    let error = detail.message.unwrap_or_default();
                    return Err(bollard::errors::Error::DockerStreamError { error });
                }
            }
            Ok(())
        };
        self.connection.ask(&doing, LAYERS, pull)
    }

    async fn describe(&self, reference: &str, config: Option<&ImageConfig>) -> Result<State, EngineError> {
        let doing = "reading the base image";
        let unexpected = |what: String| EngineError::Unexpected { doing: doing.to_owned(), what };
        let docker = self.connection.docker();
        let image = self.connection.call(doing, SHORT, docker.inspect_image(reference)).await?;
        let id = image.id.clone().ok_or_else(|| unexpected("the image has no id".to_owned()))?;
        let layers = self.connection.layers(&id).await?;
        if let Some(config) = config {
            if config.rootfs.diff_ids != layers {
                return Err(unexpected(format!("{reference} has other layers on the engine than in the registry")));
            }
            return Ok(State { image: id, config: config.clone() });
        }
        let mut document = serde_json::json!({
            "architecture": image.architecture.unwrap_or_default(),
            "os": image.os.unwrap_or_default(),
            "config": serde_json::to_value(image.config).unwrap_or_default(),
            "rootfs": { "type": "layers", "diff_ids": layers },
        });
        if let Some(version) = image.os_version.filter(|version| !version.is_empty()) {
            document["os.version"] = version.into();
        }
        let mut config: ImageConfig =
            serde_json::from_value(document).map_err(|error| unexpected(error.to_string()))?;
        config.created = image.created.map(|created| created.to_string());
        config.history = layers.iter().map(|_| base_history(reference, config.created.clone())).collect();
        Ok(State { image: id, config })
    }

    /// The image that the engine has under this id, if it does.
    ///
    /// # Errors
    /// When the engine cannot say.
    pub fn has(&self, id: &str, config: &ImageConfig) -> Result<Option<State>, EngineError> {
        match self.connection.wait(self.connection.layers(id)) {
            Ok(layers) if layers == config.rootfs.diff_ids => {
                Ok(Some(State { image: id.to_owned(), config: config.clone() }))
            }
            Ok(_) | Err(EngineError::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Gives the engine a base image that it cannot pull: its config and the blobs of its layers.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn load_base(&self, config: &ImageConfig, layers: Vec<File>) -> Result<State, EngineError> {
        let _hold = self.options.interrupt.hold();
        let image = id_of(config).1;
        let key = Digest::of(format!("base {image}").as_bytes());
        // Where images are containerd's, it has another id than its config.
        if let Some(record) = self.records.get(&self.engine.id, &key)
            && let Some(state) = self.has(&record.image, config)?
        {
            return Ok(state);
        }
        self.note(&key, &image, None, config)?;
        let image = self.connection.wait(self.connection.load_with(config, &[], layers))?;
        self.note(&key, &image, None, config)?;
        Ok(State { image, config: config.clone() })
    }

    /// The state with a layer that the engine has on this parent already: from the step of this key, or added before.
    ///
    /// # Errors
    /// When the engine cannot say.
    pub fn known_layer(
        &self,
        parent: &State,
        diff_id: &Digest,
        step: Option<&Digest>,
        change: &Change,
    ) -> Result<Option<State>, EngineError> {
        for key in step.into_iter().chain([&layer_key(parent, diff_id)]) {
            if let Some(ran) = self.connection.wait(self.recorded(parent, key, change))? {
                return Ok(Some(ran.state));
            }
        }
        Ok(None)
    }

    /// Adds a layer, and what it sets in the config, in one commit. Files go in as an archive, into a container that is
    /// never started; a layer that an engine `made`, or one that removes files, goes in as it is.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn add_layer(
        &self,
        parent: &State,
        diff_id: &Digest,
        file: File,
        made: bool,
        change: &Change,
    ) -> Result<State, EngineError> {
        let _hold = self.options.interrupt.hold();
        let key = layer_key(parent, diff_id);
        let windows = self.engine.is_windows();
        let reader = file.try_clone().map_err(EngineError::file("the layer"))?;
        let archive = match made {
            true => Unpackable::Removes,
            false => unpackable(reader, windows).map_err(EngineError::file("the layer"))?,
        };
        if let Unpackable::Archive(archive) = archive {
            return self.add_archive(parent, archive, change, &key);
        }
        let mut layers = parent.config.rootfs.diff_ids.clone();
        layers.push(diff_id.clone());
        let config = change.apply(&parent.config, layers);
        let on_engine = marked(&config, &key);
        self.note(&key, &id_of(&on_engine).1, Some(diff_id.clone()), &config)?;
        if self.engine.containerd {
            let what = "an engine that keeps images in containerd's store takes a layer that another engine made, or one \
                        that removes files, with its whole image only";
            let help = "take all steps from the cache and none from the engine, or build all of them here";
            return Err(EngineError::Unfit(what.to_owned(), vec![help.to_owned()]));
        }
        // The archive of an image names every layer, and holds those that the engine does not have.
        let image = self.connection.wait(self.connection.load_with(&on_engine, &[], vec![file]))?;
        Ok(State { image, config })
    }

    fn add_archive(&self, parent: &State, archive: File, change: &Change, key: &Digest) -> Result<State, EngineError> {
        let name = self.container_name();
        let root = if self.engine.is_windows() { "C:\\" } else { "/" };
        let work = async {
            let body = super::container::idle_body();
            self.connection.create(&name, &parent.image, &self.lease.owner, body).await?;
            self.connection.upload(&name, root, archive).await?;
            self.connection.commit(&name, change, &[]).await
        };
        let committed = self.connection.wait(async {
            let committed = work.await;
            self.connection.remove(&name).await;
            committed
        })?;
        self.connection.wait(self.adopt(parent, &committed, change, Some(key), 0))
    }

    /// Notes an image that the engine is about to get: one that is in no record would never be removed.
    fn note(&self, key: &Digest, image: &str, layer: Option<Digest>, config: &ImageConfig) -> Result<(), EngineError> {
        let engine = self.engine.id.clone();
        let created = config.created.clone().unwrap_or_default();
        self.records.put(key, &Record { engine, image: image.to_owned(), layer, created, code: 0 })
    }

    /// Removes an image that got no name.
    pub fn forget(&self, image: &str) {
        self.connection.wait(self.connection.remove_image(image));
    }

    /// Gives the image its config and its names on the engine.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn finish(&self, state: &State, names: &[String]) -> Result<String, EngineError> {
        if !self.engine.containerd {
            return self.connection.wait(self.connection.load(&state.config, names));
        }
        let options = |name: &str| {
            let (repository, tag) = split_name(name);
            bollard::query_parameters::TagImageOptionsBuilder::new().repo(repository).tag(tag).build()
        };
        for name in names {
            let call = self.connection.docker().tag_image(&state.image, Some(options(name)));
            self.connection.ask("naming the image", SHORT, call)?;
        }
        Ok(state.image.clone())
    }

    /// Gives the engine an image as a whole, for engines that take none of layers which they have already.
    ///
    /// # Errors
    /// When the engine does not take it.
    pub fn load_whole(&self, archive: File) -> Result<String, EngineError> {
        let _hold = self.options.interrupt.hold();
        let unexpected = || EngineError::Unexpected {
            doing: "giving the engine the finished image".to_owned(),
            what: "it does not say which image it took".to_owned(),
        };
        self.connection.wait(self.connection.load_archive(archive))?.ok_or_else(unexpected)
    }

    /// Takes layers of an image out of the engine.
    ///
    /// # Errors
    /// When the engine stops early or the disk is full.
    pub fn export(&self, state: &State, layers: &[Digest]) -> Result<Vec<Exported>, EngineError> {
        let mut found = Vec::new();
        let mut exported = self.exported.lock().expect("nothing panics while it is held");
        found.extend(exported.extract_if(.., |layer| layers.contains(&layer.diff_id)));
        drop(exported);
        let is_missing = |layer: &&Digest| !found.iter().any(|found| found.diff_id == **layer);
        let missing: Vec<_> = layers.iter().filter(is_missing).cloned().collect();
        if !missing.is_empty() {
            found.extend(self.connection.export(&state.image, &missing, &self.options.area)?);
        }
        Ok(found)
    }

    /// The folder for finished steps.
    pub fn area(&self) -> &Path {
        &self.options.area
    }
}

/// The key under which a layer is recorded that was put on a parent.
fn layer_key(parent: &State, diff_id: &Digest) -> Digest {
    Digest::of(format!("layer {} {diff_id}", parent.image).as_bytes())
}

fn base_history(reference: &str, created: Option<String>) -> History {
    History { created, created_by: Some(format!("FROM {reference}")), ..History::default() }
}

fn split_name(name: &str) -> (&str, &str) {
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, "latest"),
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _hold = self.options.interrupt.hold();
        // Whatever ended the build: its containers and unfinished images go with it. What the engine was still making
        // for a build that was killed is there by now.
        let recorded = self.records.images(&self.engine.id);
        let (connection, owner) = (&self.connection, &self.lease.owner);
        connection.wait(async {
            connection.sweep(owner, &recorded).await;
            connection.collect(owner, &self.options.area, &recorded).await;
        });
    }
}
