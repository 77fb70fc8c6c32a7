//! A Dockerfile as steps: what each does, where it can run, and where a `RUN` is cut. Reads nothing, writes nothing.
//!
//! [`Request`] goes in, [`Plan`] comes out. [`apply_metadata`] says what a step does to an image config; the steps
//! that need no kernel are either plain file steps or a list of [`FileOp`]s.

mod action;
mod apply;
mod base_path;
mod commit;
mod copy;
mod describe;
mod error;
mod expose;
mod file_op;
pub mod format;
mod health;
mod key;
pub mod lower;
mod needed;
mod policy;
mod request;
mod run;
mod scope;
pub mod split;
mod stage;
mod step;
mod variables;
mod wildcard;

pub use apply::{apply_metadata, finish_config};
pub use base_path::{BasePath, unread};
pub use error::PlanError;
pub use file_op::{
    Algorithm, ArchiveFormat, FileOp, Hash, IfExists, IfMissing, Into, Listed, Placement, Replacement, Separator,
};
pub use request::{ContextListing, Request};
pub use step::{
    Action, Base, Command, Copy, CopyFrom, CopySource, Cut, Destination, Key, Machine, Origin, Place, Plan, Policy,
    Stage, Step, StepState, Unit,
};

pub use variables::Variables;

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
    // A PATH in the config hides what a later step adds to the one in the registry. Which steps need an engine is only
    // known in the end, so stages in which one follows are planned again.
    let mut hiding = BTreeSet::new();
    loop {
        let stages = all(request, &outline, &needed, &hiding)?;
        let more = hidden(&stages, &hiding);
        if more.is_empty() {
            check_result(request, &outline, &stages)?;
            return Ok(Plan { stages, unused_args: unused(request, &outline) });
        }
        hiding.extend(more);
    }
}

/// An image for Windows that stands on nothing cannot be started.
fn check_result(request: &Request<'_>, outline: &Outline, stages: &[Stage]) -> Result<(), PlanError> {
    let Some(last) = stages.last().filter(|stage| stage.platform.is_windows()) else { return Ok(()) };
    let mut lowest = last;
    while let Base::Stage(parent) = lowest.base
        && let Some(stage) = stages.iter().find(|stage| stage.number == parent)
    {
        lowest = stage;
    }
    if lowest.base != Base::Scratch {
        return Ok(());
    }
    let from = &request.document.built.instructions[outline.stages[lowest.number].instructions.start - 1];
    let message = "Windows has no images FROM scratch: a container needs Windows' own files";
    Err(PlanError::at(from.span, message).help(
        "start from mcr.microsoft.com/windows/nanoserver:ltsc2022, or from \
         mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image for host processes; for Linux, write \
         FROM --platform=linux/amd64 scratch",
    ))
}

/// Plans the stages; in those of `hiding` the `PATH` stays in the registry.
fn all(
    request: &Request<'_>,
    outline: &Outline,
    needed: &BTreeSet<usize>,
    hiding: &BTreeSet<usize>,
) -> Result<Vec<Stage>, PlanError> {
    let mut ends: Vec<Option<End>> = vec![None; outline.stages.len()];
    let mut stages = Vec::new();
    for &number in needed {
        let before = Before { names: &outline.names[..number], ends: &ends, globals: &outline.globals };
        let (stage, end) = one(request, outline, number, &before, !hiding.contains(&number))?;
        stages.push(stage);
        ends[number] = Some(end);
    }
    Ok(stages)
}

/// The stages in which a step changes the `PATH` and one that needs an engine follows, there or in a stage on top.
fn hidden(stages: &[Stage], hiding: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    for stage in stages {
        let Some(last) = stage.steps.iter().rposition(|step| matches!(step.place, Place::Engine(_))) else { continue };
        if stage.steps[last].state.machine.get("PATH").is_none() {
            continue;
        }
        // The change may stand in this stage or in one that it builds on.
        let mut at = Some(stage);
        while let Some(stage) = at {
            found.insert(stage.number);
            at = match stage.base {
                Base::Stage(parent) => stages.iter().find(|stage| stage.number == parent),
                _ => None,
            };
        }
    }
    &found - hiding
}

/// Plans one stage.
fn one(
    request: &Request<'_>,
    outline: &Outline,
    number: usize,
    before: &Before<'_>,
    path_allowed: bool,
) -> Result<(Stage, End), PlanError> {
    let sketch = &outline.stages[number];
    let end = stage::begin(request, before, sketch);
    let mut walk = Walk::new(request, before, outline.names[number].as_deref(), path_allowed, end);
    let (platform, base_known) = (walk.end.config.platform.clone(), walk.end.known);
    walk.triggers()?;
    for index in sketch.instructions.clone() {
        walk.ahead = layers_ahead(&request.document.built.instructions[index + 1..sketch.instructions.end]);
        walk.file_instruction(index, &request.document.built.instructions[index])?;
    }
    let commits = commit::group(&walk.steps);
    let stage = Stage {
        number,
        name: outline.names[number].clone(),
        base: sketch.base.clone(),
        platform,
        guessed_from: sketch.guessed_from.filter(|_| !base_known || sketch.base == Base::Scratch),
        guessed_shell: sketch.guessed_shell.as_ref().filter(|_| !base_known).and_then(|words| words.first().cloned()),
        base_known,
        steps: walk.steps,
        commits,
        machine: walk.end.machine.clone(),
        line: sketch.line,
    };
    Ok((stage, walk.end))
}

/// How many of these instructions add a layer.
fn layers_ahead(instructions: &[dockerfile::ast::Instruction]) -> usize {
    let adds = |keyword| matches!(keyword, Some(Keyword::Run | Keyword::Copy | Keyword::Add | Keyword::Workdir));
    instructions.iter().filter(|instruction| adds(instruction.keyword)).count()
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
