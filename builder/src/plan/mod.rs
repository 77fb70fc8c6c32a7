//! A Dockerfile as steps: what each does, where it can run, and where a `RUN` is cut. Reads nothing, writes nothing.
//!
//! [`Request`] goes in, [`Plan`] comes out. [`apply_metadata`] says what a step does to an image config; the steps
//! that need no kernel are either plain file steps or a list of [`FileOp`]s.

mod action;
mod apply;
mod commit;
mod copy;
mod describe;
mod error;
mod expose;
mod file_op;
pub mod format;
mod health;
mod key;
mod needed;
mod policy;
mod request;
mod run;
mod scope;
mod stage;
mod step;

pub use apply::apply_metadata;
pub use error::PlanError;
pub use file_op::{Algorithm, ArchiveFormat, FileOp, Hash, IfExists, IfMissing, Into, Placement};
pub use request::{ContextListing, Request};
pub use step::{
    Action, Base, Command, Copy, CopyFrom, CopySource, Cut, Destination, Key, Origin, Place, Plan, Policy, Stage, Step,
    StepState, Unit,
};

use std::collections::BTreeSet;

use dockerfile::syntax::Keyword;

use needed::Outline;
use stage::{Before, End, Walk};

/// Plans a build.
///
/// # Errors
/// The first mistake in the file or the request that ends the build before it begins.
pub fn plan(request: &Request<'_>) -> Result<Plan, PlanError> {
    let built = &request.document.built;
    if let Some(problem) = built.problems.iter().find(|problem| !problem.kind.is_warning()) {
        return Err(PlanError::at(problem.span, problem.kind.message()));
    }
    let outline = needed::outline(request)?;
    let target = needed::target(request, &outline)?;
    let needed = needed::stages(request, &outline, target);
    let mut ends: Vec<Option<End>> = vec![None; outline.stages.len()];
    let mut stages = Vec::new();
    for &number in &needed {
        let before = Before { names: &outline.names[..number], ends: &ends, globals: &outline.globals };
        let (stage, end) = one(request, &outline, number, &before)?;
        stages.push(stage);
        ends[number] = Some(end);
    }
    Ok(Plan { stages, unused_args: unused(request, &outline) })
}

/// Plans one stage.
fn one(
    request: &Request<'_>,
    outline: &Outline,
    number: usize,
    before: &Before<'_>,
) -> Result<(Stage, End), PlanError> {
    let sketch = &outline.stages[number];
    let end = stage::begin(request, before, &sketch.base, sketch.platform.clone());
    let mut walk = Walk::new(request, before, outline.names[number].as_deref(), end);
    let (platform, base_known) = (walk.end.config.platform.clone(), walk.end.known);
    walk.triggers()?;
    for index in sketch.instructions.clone() {
        walk.file_instruction(index, &request.document.built.instructions[index])?;
    }
    let commits = commit::group(&walk.steps);
    let stage = Stage {
        number,
        name: outline.names[number].clone(),
        base: sketch.base.clone(),
        platform,
        base_known,
        steps: walk.steps,
        commits,
        line: sketch.line,
    };
    Ok((stage, walk.end))
}

/// The given arguments that no `ARG` of the file declares.
fn unused(request: &Request<'_>, outline: &Outline) -> Vec<String> {
    let mut declared: BTreeSet<&str> = outline.globals.iter().map(|(name, _)| name.as_str()).collect();
    for instruction in &request.document.built.instructions {
        if instruction.innermost().keyword == Some(Keyword::Arg)
            && let dockerfile::ast::Kind::Args(pairs) = &instruction.innermost().kind
        {
            declared.extend(pairs.iter().map(|pair| pair.name.as_str()));
        }
    }
    let given = request.build_args.keys().filter(|name| !scope::is_proxy(name) && !declared.contains(name.as_str()));
    given.cloned().collect()
}
