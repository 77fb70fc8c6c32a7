//! What a finished step is found by: a digest over all that its files depend on, and nothing else.
//!
//! A step that only sets something in the config does not change what the steps after it find in the file system, so
//! it is no part of their keys; what a `RUN` sees of it (variables, user, folder, shell) is.

use serde_json::{Value, json};

use crate::image::{Digest, ImageConfig, Platform};

use super::request::ContextListing;
use super::stage::End;
use super::step::{Action, Base, Copy, CopyFrom, CopySource, Key, Place, StepState};

/// Changes with the meaning of keys.
const VERSION: &str = "wbuild-step-1";

/// The key that a stage begins with.
pub(super) fn base(base: &Base, platform: &Platform, config: Option<&ImageConfig>, parent: Option<&Key>) -> Key {
    let (what, complete) = match (base, parent, config) {
        (_, Some(parent), _) => return parent.clone(),
        (Base::Scratch, ..) => (json!("scratch"), true),
        (_, _, Some(config)) => (json!({ "layers": config.rootfs.diff_ids }), true),
        (Base::Image(reference), ..) => (json!({ "image": reference }), false),
        (Base::Context(name), ..) => (json!({ "context": name }), false),
        (Base::Stage(number), ..) => (json!({ "stage": number }), false),
    };
    of(&json!([VERSION, "base", what, platform]), complete)
}

/// What the key of a step is made from.
pub(super) struct Parts<'a> {
    /// The key of the files below.
    pub below: &'a Key,
    /// What it does.
    pub action: &'a Action,
    /// What is in force.
    pub state: &'a StepState,
    /// Where it runs.
    pub place: &'a Place,
    /// The platform.
    pub platform: &'a Platform,
    /// The files of the contexts.
    pub files: Option<&'a dyn ContextListing>,
    /// The ends of the stages before, by number.
    pub stages: &'a [Option<End>],
    /// The config of an image that is copied from, if it is known.
    pub image: Option<&'a ImageConfig>,
}

/// The key of a step.
pub(super) fn step(parts: &Parts<'_>) -> Key {
    let Parts { below, action, state, place, .. } = parts;
    let mut complete = below.complete;
    let what = match (action, place) {
        (_, Place::Lowered(operations)) => json!(["lowered", operations, state.user]),
        (Action::Run { command, mounts, flags }, _) => json!([
            "run",
            command,
            mounts,
            flags,
            state.shell,
            state.user,
            state.workdir,
            state.env,
            state.args,
            state.machine,
            parts.platform
        ]),
        (Action::Copy(copy) | Action::Add { copy, .. }, _) => {
            let inputs = inputs(parts, copy, &mut complete);
            json!(["copy", action, inputs, state.user])
        }
        (Action::Workdir { path }, _) => json!(["workdir", path, state.user]),
        _ => json!(["set", action, state.shell]),
    };
    of(&json!([VERSION, below.digest, what]), complete)
}

/// Whether a step changes files, so that the steps after it stand on its key.
pub(super) const fn changes_files(action: &Action) -> bool {
    matches!(action, Action::Copy(_) | Action::Add { .. } | Action::Workdir { .. } | Action::Run { .. })
}

/// The digests of what a step copies.
fn inputs(parts: &Parts<'_>, copy: &Copy, complete: &mut bool) -> Value {
    let mut digests = Vec::new();
    match &copy.from {
        CopyFrom::Stage(number) => match parts.stages.get(*number).and_then(Option::as_ref) {
            Some(end) => {
                *complete &= end.key.complete;
                digests.push(json!(end.key.digest));
            }
            None => *complete = false,
        },
        CopyFrom::Image(_) => match parts.image {
            Some(config) => digests.push(json!(config.rootfs.diff_ids)),
            None => *complete = false,
        },
        CopyFrom::Context | CopyFrom::Named(_) => {
            let context = if let CopyFrom::Named(name) = &copy.from { Some(name.as_str()) } else { None };
            for source in &copy.sources {
                let CopySource::Path(path) = source else { continue };
                let digest = parts.files.and_then(|files| files.digest(context, path, &copy.exclude));
                *complete &= digest.is_some();
                digests.push(json!(digest));
            }
        }
    }
    let unpinned = matches!(parts.action, Action::Add { checksum: None, .. })
        && copy.sources.iter().any(|source| matches!(source, CopySource::Url(_) | CopySource::Git(_)));
    // What a server has at an address may change: only a checksum tells.
    *complete &= !unpinned;
    Value::Array(digests)
}

fn of(value: &Value, complete: bool) -> Key {
    Key { digest: Digest::of(value.to_string().as_bytes()), complete }
}
