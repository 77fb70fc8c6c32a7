//! `RUN`: cut into units, each lowered where it can be.

use dockerfile::ast::Instruction;
use dockerfile::facts::base_image::Family;
use dockerfile::model::{RunScript, Shell, ShellOrigin};
use dockerfile::script::{Dialect, Script, powershell};
use dockerfile::source::Source;
use dockerfile::splice::Spliced;

use super::error::PlanError;
use super::lower::{self, World};
use super::stage::{self, Walk};
use super::step::{Action, Origin, Place, Step};

/// The steps of a `RUN`.
pub(super) fn steps(
    walk: &Walk<'_>,
    source: &Source,
    instruction: &Instruction,
    action: Action,
    origin: &Origin,
) -> Result<Vec<Step>, PlanError> {
    let text = super::describe::line(&action);
    let place = place(walk, source, instruction, &action);
    Ok(vec![walk.step(origin.clone(), text, action, place)])
}

fn place(walk: &Walk<'_>, source: &Source, instruction: &Instruction, action: &Action) -> Place {
    if !walk.is_windows() {
        return Place::Engine("it runs in a Linux container".to_owned());
    }
    if let Action::Run { mounts, flags, .. } = action
        && let Some(flag) = mounts.iter().map(|_| "--mount").chain(flags.iter().map(String::as_str)).next()
    {
        return Place::Engine(format!("only an engine knows {flag}"));
    }
    if !walk.request.lower {
        return Place::Engine("lowering is switched off".to_owned());
    }
    match stage::script(walk, source, instruction) {
        None => Place::Engine("its shell is not known here".to_owned()),
        Some(script) => lowered(walk, &script),
    }
}

/// A script as operations on files, where it is that.
fn lowered(walk: &Walk<'_>, run: &RunScript) -> Place {
    let state = walk.state();
    let mut env = state.env.clone();
    let of_image = |name: &str| state.env.iter().any(|(other, _)| other.eq_ignore_ascii_case(name));
    env.extend(state.args.iter().filter(|(name, _)| !of_image(name)).cloned());
    for (name, value) in &state.machine.env {
        if !env.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            env.push((name.clone(), value.clone()));
        }
    }
    // Microsoft's own bases set no variables in their configs.
    let bare = walk.end.facts.is_some_and(|facts| {
        matches!(facts.family, Family::NanoServer | Family::ServerCore | Family::Windows | Family::Server)
    });
    let world = World {
        env: &env,
        env_known: walk.end.known || bare,
        config: &state.env,
        user: &state.user,
        workdir: &state.workdir,
        path_allowed: walk.path_allowed,
    };
    let prologue = if run.exec { None } else { prologue(&walk.end.shell, run.script.dialect) };
    match lower::lower(prologue.as_ref(), &run.script, run.exec, &world) {
        Ok(operations) => Place::Lowered(operations),
        Err(refusal) => Place::Engine(refusal.reason),
    }
}

/// What the shell runs before each script: the words behind `-Command`.
fn prologue(shell: &[String], dialect: Dialect) -> Option<Script> {
    if !dialect.is_powershell() {
        return None;
    }
    let shell = Shell::from_words(shell.to_vec(), ShellOrigin::Image);
    let text = shell.prologue();
    (!text.trim().is_empty()).then(|| powershell::parse(Spliced::verbatim(text, 0), dialect, 0))
}
