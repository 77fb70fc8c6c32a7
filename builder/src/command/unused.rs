//! What the command line gives and nothing in the Dockerfile asks for: most often a name that is written in two ways.

use std::collections::BTreeSet;

use crate::args::Build;
use crate::engine::{SecretSource, secret_id};
use crate::failure::{Exit, Failure};
use crate::plan::{Action, Place, Plan};
use crate::progress::Progress;

use super::input::Input;

/// Says what is given for nothing. A secret that the whole file does not ask for ends the build: a step would run
/// without it, and its image would be kept.
///
/// # Errors
/// The secret, and those that steps ask for.
pub fn check(
    args: &Build,
    secrets: &[SecretSource],
    read: &Input,
    plan: &Plan,
    progress: &Progress,
) -> Result<(), Failure> {
    let text = read.document.source.text();
    let asked = asked(plan);
    for secret in secrets.iter().filter(|secret| !asked.contains(&secret.id)) {
        let id = &secret.id;
        // Another stage than those that are built may ask for it.
        if text.contains(&format!("id={id}")) {
            progress.warn(&format!("--secret id={id}: no step of this build asks for it"));
            continue;
        }
        let names: Vec<String> = asked.iter().map(|id| format!("`{id}`")).collect();
        let failure = Failure::new(Exit::Usage, format!("--secret id={id}: no step asks for it"));
        return Err(match names.is_empty() {
            true => failure.help(format!("a step asks for it with RUN --mount=type=secret,id={id}")),
            false => failure.help(format!("steps ask for {}", names.join(", "))),
        });
    }
    let lower = text.to_lowercase();
    for name in read.contexts.keys().filter(|name| !lower.contains(&name.to_lowercase())) {
        progress.warn(&format!("--build-context {name}: nothing in the Dockerfile names it"));
    }
    let needs_engine = |step: &crate::plan::Step| matches!(step.place, Place::Engine(_));
    let has_caches = !args.cache_from.is_empty() || !args.cache_to.is_empty();
    if has_caches && !plan.stages.iter().flat_map(|stage| &stage.steps).any(needs_engine) {
        progress.warn("--cache-from and --cache-to: no step of this build needs an engine, so no cache is asked");
    }
    Ok(())
}

/// The secrets that the steps of a plan ask for.
fn asked(plan: &Plan) -> BTreeSet<String> {
    let mounts = plan.stages.iter().flat_map(|stage| &stage.steps).flat_map(|step| match &step.action {
        Action::Run { mounts, .. } => mounts.as_slice(),
        _ => &[],
    });
    mounts.filter_map(|mount| secret_id(mount)).collect()
}
