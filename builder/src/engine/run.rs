//! Carrying out one step: from the record if it is done, else in fresh containers until it is done or cannot be.

use std::fs::{File, TryLockError};
use std::io::{self, Seek, SeekFrom};
use std::time::Duration;

use dockerfile::facts::exit_codes::Domain;

use crate::fault::{self, Judged, Verdict, judge};
use crate::image::Digest;
use crate::plan::Step;
use crate::progress::{self, Outcome};

use super::commit::{Change, State, id_of, marked};
use super::container::Host;
use super::error::EngineError;
use super::failed::{Ending, StepFailed};
use super::launch::{Launch, launch};
use super::record::Record;
use super::retry::{Tries, words};
use super::secret::{Scanner, SecretError};
use super::session::Session;
use super::watch::{Ended, Watch};

/// A step that is done.
#[derive(Clone, Debug)]
pub struct Ran {
    /// What it made.
    pub state: State,
    /// How it ended.
    pub code: i64,
    /// Whether it was done before.
    pub cached: bool,
    /// The layer that it added; none when it changed nothing.
    pub layer: Option<Digest>,
}

/// What a step runs with besides what it says itself.
pub struct Call<'a> {
    /// The step.
    pub step: &'a Step,
    /// The file and the line that it is from.
    pub place: &'a str,
    /// What it makes of the config.
    pub change: &'a Change,
    /// The technologies that it installs with.
    pub domains: &'a [Domain],
}

impl Session {
    /// Carries out a step on top of a state.
    ///
    /// # Errors
    /// When the step fails, or the engine does and trying again does not help.
    pub fn run(&self, parent: &State, call: &Call) -> Result<Ran, EngineError> {
        let key = call.step.key.complete.then_some(&call.step.key.digest);
        let lock = key.map(|key| self.records.lock(key)).transpose()?;
        let shown = self.progress.step(&call.step.text);
        if let (Some(key), Some(lock)) = (key, &lock) {
            self.hold(lock)?;
            if let Some(ran) = self.connection.wait(self.recorded(parent, key, call.change))? {
                shown.done(&Outcome::Cached);
                return Ok(ran);
            }
        }
        let _hold = self.options.interrupt.hold();
        let launch = launch(call.step, call.place, self.engine.is_windows(), &self.options.secrets)?;
        let result = self.try_until_done(parent, call, &launch, &shown);
        shown.done(&match &result {
            Ok(_) => Outcome::Done,
            Err(error) => Outcome::Failed(error.to_string()),
        });
        result
    }

    /// Waits until no other build carries out the same step.
    fn hold(&self, lock: &File) -> Result<(), EngineError> {
        let mut told = false;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(()),
                Err(TryLockError::WouldBlock) => {
                    if !std::mem::replace(&mut told, true) {
                        self.progress.note("another build carries out this step; waiting for it");
                    }
                    self.connection.wait(self.connection.sleep(Duration::from_millis(100)))?;
                }
                Err(TryLockError::Error(source)) => return Err(EngineError::File { path: "a lock".into(), source }),
            }
        }
    }

    /// The state that the record of a step leads to, if it is still there.
    pub(super) async fn recorded(
        &self,
        parent: &State,
        key: &Digest,
        change: &Change,
    ) -> Result<Option<Ran>, EngineError> {
        let Some(record) = self.records.get(&self.engine.id, key) else { return Ok(None) };
        let mut layers = parent.config.rootfs.diff_ids.clone();
        layers.extend(record.layer.clone());
        match self.connection.layers(&record.image).await {
            Ok(found) if found == layers => {}
            Ok(_) | Err(EngineError::Refused { status: 404, .. }) => {
                self.records.remove(&self.engine.id, key);
                return Ok(None);
            }
            Err(error) => return Err(error),
        }
        let change = Change { created: record.created, ..change.clone() };
        let state = State { image: record.image, config: change.apply(&parent.config, layers) };
        Ok(Some(Ran { state, code: record.code, cached: true, layer: record.layer }))
    }

    fn try_until_done(
        &self,
        parent: &State,
        call: &Call<'_>,
        launch: &Launch,
        shown: &progress::Step,
    ) -> Result<Ran, EngineError> {
        let mut tries = Tries::default();
        loop {
            let name = self.container_name();
            let result = self.one_try(&name, parent, call, launch, shown, tries.count());
            let Some(pause) = self.pause(&result, call.step, &mut tries) else {
                let result = self.keep_failed(&name, launch, result);
                self.connection.wait(self.connection.remove(&name));
                return match result? {
                    Tried::Done(ran) => Ok(*ran),
                    Tried::Failed(failed) => Err(EngineError::Step(failed)),
                };
            };
            let what = match &result {
                Err(error) => error.to_string(),
                Ok(Tried::Failed(failed)) => failed.to_string(),
                Ok(Tried::Done(_)) => unreachable!("what is done is not tried again"),
            };
            self.connection.wait(self.connection.remove(&name));
            self.progress.warn(&format!("{what}; trying again in a fresh container {}", words(pause)));
            self.connection.wait(self.connection.sleep(pause))?;
        }
    }

    /// The pause before the next try, if there is one.
    fn pause(&self, result: &Result<Tried, EngineError>, step: &Step, tries: &mut Tries) -> Option<Duration> {
        let pauses = &self.options.pauses;
        match result {
            Ok(Tried::Done(_)) => None,
            Err(error) => tries.after_fault(error, pauses),
            Ok(Tried::Failed(failed)) => match &failed.ending {
                Ending::Code(judged) if judged.verdict == Verdict::Wait => tries.after_busy(pauses),
                // A name that cannot be resolved is the failure of a step that a fresh container often cures.
                Ending::Code(_) if tries.is_first() && is_network(&failed.tail) => {
                    tries.after_failure(1).then(|| pauses.backoff.first().copied()).flatten()
                }
                _ => {
                    let own = step.policy.retries;
                    let allowed = if own > 0 { own } else { self.options.settings.retries };
                    tries.after_failure(allowed).then_some(Duration::ZERO)
                }
            },
        }
    }

    fn one_try(
        &self,
        name: &str,
        parent: &State,
        call: &Call<'_>,
        launch: &Launch,
        shown: &progress::Step,
        count: u32,
    ) -> Result<Tried, EngineError> {
        let settings = &self.options.settings;
        let command = launch.command.join(" ");
        let watch = Watch {
            command: &command,
            timeout: call.step.policy.timeout.map(Duration::from_secs).or(settings.timeout),
            idle: settings.idle_timeout,
            secrets: &self.options.secrets,
            step: shown,
            progress: &self.progress,
        };
        let host = Host { owner: &self.lease.owner, settings, windows: self.engine.is_windows() };
        let tried = self.connection.wait(self.connection.run_once(name, &parent.image, &host, launch, &watch))?;
        let ending = match tried.ended {
            Ended::TimedOut(seconds) => Ending::TimedOut(seconds),
            Ended::Code(_) if tried.out_of_memory => Ending::OutOfMemory,
            Ended::Code(code) => {
                let accepted = [settings.ok_exit.as_slice(), &call.step.policy.ok_exit].concat();
                let judged = judge(code, call.domains, &accepted, host.windows);
                if matches!(judged.verdict, Verdict::Ok | Verdict::OkNoted) {
                    self.say(&judged, launch);
                    return self.keep(name, parent, call, launch, judged.code).map(|ran| Tried::Done(Box::new(ran)));
                }
                Ending::Code(judged)
            }
        };
        let step = self.options.secrets.mask(&launch.step);
        Ok(Tried::Failed(Box::new(StepFailed {
            step,
            place: launch.place.clone(),
            ending,
            tries: count,
            tail: tried.tail,
            kept: None,
        })))
    }

    /// Says what a code means that is a success and not zero.
    fn say(&self, judged: &Judged, launch: &Launch) {
        let meaning = match judged.row {
            _ if judged.by_user && judged.code != 0 => "which counts as success here",
            Some(row) if judged.verdict == Verdict::OkNoted => row.meaning,
            _ => return,
        };
        self.progress.note(&format!("{}: the step ended with {}: {meaning}", launch.place, judged.code));
    }

    /// Commits the container of a step that succeeded, and checks that no secret is in what it leaves.
    fn keep(
        &self,
        name: &str,
        parent: &State,
        call: &Call<'_>,
        launch: &Launch,
        code: i64,
    ) -> Result<Ran, EngineError> {
        let committed = self.connection.wait(self.connection.commit(name, call.change, &launch.foreign))?;
        let key = call.step.key.complete.then_some(&call.step.key.digest);
        let adopted = self
            .check_secrets(&committed, parent, call.change, launch)
            .and_then(|()| self.connection.wait(self.adopt(parent, &committed, call.change, key, code)));
        if adopted.is_err() {
            self.connection.wait(self.connection.remove_image(&committed));
        }
        let state = adopted?;
        let layer = state.config.rootfs.diff_ids.get(parent.config.rootfs.diff_ids.len()).cloned();
        Ok(Ran { state, code, cached: false, layer })
    }

    /// Looks for the secrets that a step got in all that it left.
    fn check_secrets(
        &self,
        committed: &str,
        parent: &State,
        change: &Change,
        launch: &Launch,
    ) -> Result<(), EngineError> {
        let step = || launch.place.clone();
        let given = launch.secrets.iter().filter_map(|id| Some((id.as_str(), self.options.secrets.get(id)?)));
        let scanner = Scanner::new(given);
        let left = |id: &str, place: String| SecretError::Left { id: id.to_owned(), step: step(), place };
        if launch.secrets.is_empty() {
            return Ok(());
        }
        let layers = self.connection.wait(self.connection.layers(committed))?;
        let (config, _) = id_of(&change.apply(&parent.config, layers.clone()));
        if let Some(id) = scanner.find(&config) {
            return Err(left(id, "the config of the image".to_owned()).into());
        }
        let new = layers.get(parent.config.rootfs.diff_ids.len()..).unwrap_or_default();
        if new.is_empty() {
            return Ok(());
        }
        for mut layer in self.connection.export(committed, new, &self.options.area)? {
            let found = find_in_layer(&scanner, &mut layer.file);
            match found.map_err(|source| SecretError::Unchecked { step: step(), source })? {
                Some((id, place)) => return Err(left(&id, place).into()),
                None => self.exported.lock().expect("nothing panics while it is held").push(layer),
            }
        }
        Ok(())
    }

    /// Takes a committed image over: with our config, recorded under its key.
    pub(super) async fn adopt(
        &self,
        parent: &State,
        committed: &str,
        change: &Change,
        key: Option<&Digest>,
        code: i64,
    ) -> Result<State, EngineError> {
        let layers = self.connection.layers(committed).await?;
        let config = change.apply(&parent.config, layers);
        let on_engine = key.map_or_else(|| config.clone(), |key| marked(&config, key));
        // Where images are containerd's, the committed one stays as it is.
        let image = if self.engine.containerd { committed.to_owned() } else { id_of(&on_engine).1 };
        if let Some(key) = key {
            // Recorded first: an image that is on the engine and in no record would never be removed.
            let layer = config.rootfs.diff_ids.get(parent.config.rootfs.diff_ids.len()).cloned();
            let engine = self.engine.id.clone();
            let record = Record { engine, image: image.clone(), layer, created: change.created.clone(), code };
            self.records.put(key, &record)?;
        }
        if !self.engine.containerd {
            self.connection.load(&on_engine, &[]).await?;
            self.connection.remove_image(committed).await;
        }
        Ok(State { image, config })
    }

    /// Leaves the container of a failed step to look into, if that is wanted.
    fn keep_failed(
        &self,
        name: &str,
        launch: &Launch,
        result: Result<Tried, EngineError>,
    ) -> Result<Tried, EngineError> {
        let Ok(Tried::Failed(mut failed)) = result else { return result };
        if self.options.settings.keep_failed {
            failed.kept = Some(if launch.secrets.is_empty() {
                self.connection.wait(self.connection.set_aside(name))?
            } else {
                "the container is not kept: it got secrets, and its settings hold them".to_owned()
            });
        }
        Ok(Tried::Failed(failed))
    }
}

/// How a try ended.
enum Tried {
    Done(Box<Ran>),
    Failed(Box<StepFailed>),
}

/// Whether the last lines of a step say that a name could not be resolved.
fn is_network(tail: &[String]) -> bool {
    tail.iter().filter_map(|line| fault::find(line)).any(|fault| fault.id == "name-not-resolved")
}

/// The secret in a layer, and the file that it is in.
fn find_in_layer(scanner: &Scanner, file: &mut File) -> io::Result<Option<(String, String)>> {
    let mut archive = tar::Archive::new(&mut *file);
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let link = entry.link_name_bytes().and_then(|link| scanner.find(&link));
        let found = match link.or_else(|| scanner.find(path.as_bytes())) {
            Some(id) => Some(id),
            None => scanner.find_in(&mut entry)?,
        };
        if let Some(id) = found {
            return Ok(Some((id.to_owned(), path)));
        }
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(None)
}
