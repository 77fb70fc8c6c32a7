//! `ENTRYPOINT` and `CMD` of which not both are in exec form.

use dockerfile::ast::{CommandLine, Form, Instruction, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::model::{Stage, program_dialect};
use dockerfile::source::Span;

use super::start::plain_exec_form;
use crate::{Context, Finding, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "entrypoint-cmd-form-mixed",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("entrypoint_cmd_form_mixed.md"),
    check,
};

const HELP: &str = "write both as JSON arrays";

fn check(context: &Context, report: &mut Report) {
    for stage in &context.model().stages {
        let launch = stage.launch;
        let Some(cmd) = launch.cmd else { continue };
        if launch.of_image.is_some() && stage.steps.contains(&cmd) && shell_form(context, cmd).is_some() {
            after_image(context, cmd, report);
        }
        let Some(entrypoint) = launch.entrypoint else { continue };
        if !stage.steps.contains(&cmd) && !stage.steps.contains(&entrypoint) {
            continue;
        }
        match (shell_form(context, entrypoint), shell_form(context, cmd)) {
            (None, Some(_)) => shell_arguments(context, entrypoint, cmd, report),
            (Some(_), other) => shell_entrypoint(context, stage, (entrypoint, cmd), other.is_some(), report),
            (None, None) => {}
        }
    }
}

/// `ENTRYPOINT ["a.exe"]` with `CMD b`.
fn shell_arguments(context: &Context, entrypoint: usize, cmd: usize, report: &mut Report) {
    let instruction = &context.instructions()[cmd];
    let message = "the ENTRYPOINT gets this shell command, shell included, as its arguments";
    let finding = report
        .add(instruction.args.whole(), message, HELP)
        .seen(format!("arguments: {}", shell_line(context, cmd)))
        .label(context.instructions()[entrypoint].keyword_span, "this program gets them");
    let finding = if takes_commands(context, entrypoint) { finding.at_most(Severity::Warning) } else { finding };
    fix(context, cmd, finding);
}

/// As above, where the entry point is the image's own.
fn after_image(context: &Context, cmd: usize, report: &mut Report) {
    let instruction = &context.instructions()[cmd];
    let message = "the image's ENTRYPOINT, ServiceMonitor, gets this command as its arguments";
    report
        .add(instruction.args.whole(), message, "write an ENTRYPOINT as a JSON array in place of this CMD")
        .seen(format!("arguments: {}", shell_line(context, cmd)));
}

/// `ENTRYPOINT a` with any `CMD`.
fn shell_entrypoint(
    context: &Context,
    stage: &Stage,
    (entrypoint, cmd): (usize, usize),
    both: bool,
    report: &mut Report,
) {
    let place = if stage.steps.contains(&entrypoint) { entrypoint } else { cmd };
    let (at, other): (&Instruction, Span) =
        (&context.instructions()[place], context.instructions()[entrypoint + cmd - place].keyword_span);
    let message = match both {
        true => "the CMD, shell included, becomes one argument of this shell-form ENTRYPOINT",
        false => "a shell-form ENTRYPOINT and an exec-form CMD make no command line",
    };
    let finding = report
        .add(
            at.args.whole(),
            if place == entrypoint { message } else { "this CMD follows a shell-form ENTRYPOINT" },
            HELP,
        )
        .seen(format!("command: {} + {}", shell_line(context, entrypoint), shell_line(context, cmd)))
        .label(other, "the other one");
    // BuildKit keeps the words apart, and the engine joins them again; so it does when the later one is in shell form.
    let joined = context.document.builder == Builder::BuildKit || cmd < entrypoint;
    let works = joined && !both || takes_commands(context, entrypoint);
    let finding = if works { finding.at_most(Severity::Warning) } else { finding };
    if place == entrypoint {
        fix(context, entrypoint, finding);
    }
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

fn fix(context: &Context, step: usize, finding: Finding) {
    let instruction = &context.instructions()[step];
    let run = context.model().steps[step].script.as_ref();
    let exec = run.zip(line(instruction)).and_then(|(run, line)| plain_exec_form(instruction, line, run));
    if let Some(exec) = exec {
        finding.fix(Fix::suggested("write it as a JSON array", vec![Edit::replace(instruction.args.whole(), exec)]));
    }
}

fn line(instruction: &Instruction) -> Option<&CommandLine> {
    match &instruction.kind {
        Kind::Command(line) => Some(line),
        _ => None,
    }
}

/// The text of a command in shell form, unless it is a JSON array gone wrong.
fn shell_form<'a>(context: &Context<'a>, step: usize) -> Option<&'a str> {
    let line = line(&context.instructions()[step])?;
    match &line.form {
        Form::Shell(text) if line.fault.is_none() => Some(text.text()),
        _ => None,
    }
}

/// What is stored for a command, on one line.
fn shell_line(context: &Context, step: usize) -> String {
    let view = dockerfile::model::view::view(context.model(), step, &context.instructions()[step]);
    view.arguments.join(" ")
}
