//! `ENTRYPOINT` and `CMD` of which not both are in exec form.

use dockerfile::ast::Keyword;
use dockerfile::ast::{CommandLine, Form, Instruction, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::model::{program_dialect, view};

use super::start::plain_exec_form;
use crate::{Context, Finding, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "entrypoint-cmd-form-mixed",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Cmd]),
    also: &[],
    page: include_str!("entrypoint_cmd_form_mixed.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for stage in &context.model().stages {
        let (launch, own) = (stage.launch, |step: usize| stage.steps.contains(&step));
        let Some(cmd) = launch.cmd else { continue };
        match launch.entrypoint {
            None if launch.of_image.is_some() && own(cmd) && is_shell_form(context, cmd) => {
                let message = "the image's ENTRYPOINT, ServiceMonitor, gets this command as its arguments";
                let help = "write an ENTRYPOINT as a JSON array in place of this CMD";
                add(context, (cmd, cmd), (message, help), report);
            }
            Some(entrypoint) if own(cmd) || own(entrypoint) => {
                mixed(context, (entrypoint, cmd), own(entrypoint), report);
            }
            _ => {}
        }
    }
}

fn mixed(context: &Context, (entrypoint, cmd): (usize, usize), own: bool, report: &mut Report) {
    let (message, place, other) = match (is_shell_form(context, entrypoint), is_shell_form(context, cmd)) {
        (false, false) => return,
        (false, true) => ("the ENTRYPOINT gets this command, shell included, as arguments", cmd, entrypoint),
        (true, _) if !own => ("this CMD follows an ENTRYPOINT in shell form", cmd, entrypoint),
        (true, true) => ("the CMD, shell included, becomes one argument of this ENTRYPOINT", entrypoint, cmd),
        (true, false) => ("a shell-form ENTRYPOINT and an exec-form CMD make no command", entrypoint, cmd),
    };
    let monitored = context.model().steps[place].state.shell.is_log_monitor();
    let help = if monitored { "write all of it into the ENTRYPOINT, without CMD" } else { "write both as JSON arrays" };
    let finding = add(context, (place, other), (message, help), report);
    // BuildKit stores the words one by one, and the engine joins them again; the classic builder does so only
    // when the later of the two is in shell form.
    let joined = context.document.builder == Builder::BuildKit || cmd < entrypoint;
    let works = joined && !is_shell_form(context, cmd) || takes_commands(context, entrypoint);
    let finding = if works { finding.at_most(Severity::Warning) } else { finding };
    // An inherited ENTRYPOINT is another stage's to mend.
    let shells = [entrypoint, cmd].into_iter().filter(|&step| is_shell_form(context, step));
    let edits: Option<Vec<Edit>> = shells.map(|step| to_exec_form(context, step)).collect();
    if let Some(edits) = edits.filter(|_| !monitored && (own || !is_shell_form(context, entrypoint))) {
        finding.fix(Fix::suggested("write it as a JSON array", edits));
    }
}

fn to_exec_form(context: &Context, step: usize) -> Option<Edit> {
    let instruction = &context.instructions()[step];
    let run = context.model().steps[step].script.as_ref()?;
    let exec = plain_exec_form(instruction, line(instruction)?, run)?;
    Some(Edit::replace(instruction.args.whole(), exec))
}

/// Reports one instruction with the other beside it, and what both make together.
fn add<'a>(
    context: &Context,
    (place, other): (usize, usize),
    (message, help): (&str, &str),
    report: &'a mut Report,
) -> Finding<'a> {
    let model = context.model();
    let stored = |step: usize| view::view(model, step, &context.instructions()[step]).line();
    let finding = report.add(context.instructions()[place].args.whole(), message, help);
    if place == other {
        return finding.seen(stored(place));
    }
    let (first, second) = (place.min(other), place.max(other));
    finding
        .seen(format!("{} {}", stored(first), stored(second)))
        .label(context.instructions()[other].keyword_span, "the other one")
}

/// Whether the entry point is a shell without a script of its own: it runs what it gets, one shell in another.
fn takes_commands(context: &Context, entrypoint: usize) -> bool {
    let run = context.model().steps[entrypoint].script.as_ref();
    run.and_then(|run| run.script.program()).is_some_and(|command| {
        let last = command.words.last().map_or("-", |word| word.text.as_str()).to_ascii_lowercase();
        let option = last.trim_start_matches(['-', '/']);
        program_dialect(&command.name.text).is_some() && last.len() > option.len() && !option.starts_with('f')
    })
}

fn line(instruction: &Instruction) -> Option<&CommandLine> {
    match &instruction.kind {
        Kind::Command(line) => Some(line),
        _ => None,
    }
}

/// Whether a command is in shell form, and not a JSON array gone wrong.
fn is_shell_form(context: &Context, step: usize) -> bool {
    line(&context.instructions()[step]).is_some_and(|line| matches!(line.form, Form::Shell(_)) && line.fault.is_none())
}
