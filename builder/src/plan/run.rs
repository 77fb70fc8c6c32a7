//! `RUN`: cut into units, each lowered where it can be.

use dockerfile::ast::{Form, Instruction, Kind};
use dockerfile::model::{self, RunScript, Shell, ShellOrigin};
use dockerfile::script::{self, Dialect, Script, powershell};
use dockerfile::source::Source;
use dockerfile::splice::Spliced;

use super::base_path;
use super::error::PlanError;
use super::lower::{self, World};
use super::split::{self, Cuts, Rules, UnitText};
use super::stage::{self, Walk};
use super::step::{Action, Command, Origin, Place, Step, StepState, Unit};

/// How many layers an image has at most: Windows takes 127, and the base has some.
const MAX_LAYERS: usize = 120;

/// The steps of a `RUN`.
pub(super) fn steps(
    walk: &Walk<'_>,
    source: &Source,
    instruction: &Instruction,
    action: Action,
    origin: &Origin,
) -> Result<Vec<Step>, PlanError> {
    let Action::Run { mounts, flags, .. } = &action else { return Ok(Vec::new()) };
    if !walk.is_windows() {
        let text = super::describe::line(&action, walk.before.names);
        let place = Place::Engine("it runs in a Linux container".to_owned());
        return Ok(vec![walk.step(origin.clone(), text, action, place)]);
    }
    let run = stage::script(walk, source, instruction);
    let before = run.as_ref().and_then(|run| prologue(&walk.end.shell, run.script.dialect));
    let whole = |place: Place, unit: Option<Unit>| {
        let text = super::describe::line(&action, walk.before.names);
        let mut step = walk.step(origin.clone(), text, action.clone(), place);
        step.unit = unit;
        vec![step]
    };
    let obstacle = obstacle(walk, mounts, flags);
    let Some(run) = run else {
        let reason = obstacle.unwrap_or_else(|| "its shell is not known here".to_owned());
        return Ok(whole(Place::Engine(reason), None));
    };
    let raw = shell_text(instruction).filter(|_| !run.exec);
    let Some(raw) = raw else {
        return Ok(whole(place(walk, &walk.state(), obstacle, before.as_ref(), &run), None));
    };
    let escape = walk.request.document.built.tree.escape;
    let rules = Rules {
        mode: walk.request.split,
        before: before.as_ref(),
        workdir: walk.workdir(),
        budget: budget(walk),
        escape,
    };
    let cuts = split::cuts(&run.script, &rules);
    let text = |unit| split::unit_text(raw, &run.script, unit, escape);
    let texts: Option<Vec<UnitText>> = cuts.units.iter().map(text).collect();
    let texts = match texts {
        Some(texts) if texts.len() > 1 => texts,
        found => {
            let unit = one_unit(&run.script, &cuts, found.is_none());
            return Ok(whole(place(walk, &walk.state(), obstacle, before.as_ref(), &run), unit));
        }
    };
    let mut found = Vec::new();
    // A unit finds the variables that those before it have set for the machine.
    let mut state = walk.state();
    for (number, (text, unit)) in texts.iter().zip(&cuts.units).enumerate() {
        let command = Command::Shell(text.line.clone());
        let action = Action::Run { command, mounts: mounts.clone(), flags: flags.clone() };
        let script = script::parse(Spliced::verbatim(&text.line, 0), run.script.dialect);
        let part = RunScript::new(script, false, model::Os::Windows);
        let place = place(walk, &state, obstacle.clone(), before.as_ref(), &part);
        let line = super::describe::line(&action, walk.before.names);
        let mut step = walk.step(unit_origin(origin, text), line, action, place);
        step.state = state.clone();
        state.machine.take(&step);
        step.unit = Some(Unit {
            number,
            count: texts.len(),
            statements: unit.statements.clone(),
            forgives: text.forgives,
            cuts: cuts.decided.iter().filter(|cut| unit.statements.contains(&cut.after)).cloned().collect(),
        });
        found.push(step);
    }
    Ok(found)
}

/// The only unit of a `RUN` that is not cut, with what was decided.
fn one_unit(script: &Script, cuts: &Cuts, quoted: bool) -> Option<Unit> {
    if cuts.decided.is_empty() {
        return None;
    }
    let mut decided = cuts.decided.clone();
    if quoted {
        for cut in decided.iter_mut().filter(|cut| cut.taken) {
            (cut.taken, cut.reason) = (false, "quotes go on across the statements".to_owned());
        }
    }
    Some(Unit { number: 0, count: 1, statements: 0..script.statements.len(), forgives: false, cuts: decided })
}

fn unit_origin(origin: &Origin, text: &UnitText) -> Origin {
    match origin {
        Origin::File { instruction, lines, .. } => {
            Origin::File { instruction: *instruction, lines: *lines, spans: text.spans.clone() }
        }
        Origin::Trigger(number) => Origin::Trigger(*number),
    }
}

/// The text of a shell form; none for a heredoc, which stays in one piece.
fn shell_text(instruction: &Instruction) -> Option<&Spliced> {
    let Kind::Command(line) = &instruction.kind else { return None };
    match &line.form {
        Form::Shell(text) if instruction.heredocs.is_empty() => Some(text),
        _ => None,
    }
}

/// How many cuts the stage has layers left for.
fn budget(walk: &Walk<'_>) -> usize {
    let own = walk.steps.iter().filter(|step| super::key::changes_files(&step.action)).count();
    let below = walk.end.config.rootfs.diff_ids.len().max(1);
    MAX_LAYERS.saturating_sub(own + below + walk.ahead + 1)
}

/// What keeps a `RUN` from being lowered, whatever its script does.
fn obstacle(walk: &Walk<'_>, mounts: &[String], flags: &[String]) -> Option<String> {
    if !walk.request.lower {
        return Some("lowering is switched off".to_owned());
    }
    let flag = mounts.iter().map(|_| "--mount").chain(flags.iter().map(String::as_str)).next()?;
    Some(format!("only an engine knows {flag}"))
}

/// A script as operations on files, where it is that.
fn place(
    walk: &Walk<'_>,
    state: &StepState,
    obstacle: Option<String>,
    before: Option<&Script>,
    run: &RunScript,
) -> Place {
    if let Some(reason) = obstacle {
        return Place::Engine(reason);
    }
    let config = state.env.pairs();
    let mut env = config.clone();
    let path = state.machine.path_of(&state.user).map(|path| ("PATH".to_owned(), path));
    for (name, value) in state.args.pairs().iter().chain(&path).chain(&state.machine.env) {
        if !env.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            env.push((name.clone(), value.clone()));
        }
    }
    let world = World {
        env: &env,
        env_known: walk.end.known || stage::is_bare(walk.end.facts),
        config: &config,
        machine: &state.machine,
        user: &state.user,
        workdir: &state.workdir,
        path_allowed: walk.path_allowed,
    };
    let before = if run.exec { None } else { before };
    match lower::lower(before, &run.script, run.exec, &world) {
        Ok(operations) => Place::Lowered(operations),
        Err(refusal) => Place::Engine(base_path::shown(&refusal.reason)),
    }
}

/// What the shell runs before each script: the words behind `-Command`.
fn prologue(shell: &[String], dialect: Dialect) -> Option<Script> {
    if !dialect.is_powershell() {
        return None;
    }
    let shell: model::Shell = Shell::from_words(shell.to_vec(), ShellOrigin::Image);
    let text = shell.prologue();
    (!text.trim().is_empty()).then(|| powershell::parse(Spliced::verbatim(text, 0), dialect, 0))
}
