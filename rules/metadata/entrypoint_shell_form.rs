//! A program that is started through a shell though it needs none.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::base_image::Family;
use dockerfile::model::{Os, view};

use super::start::{Start, plain_exec_form, starts};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "entrypoint-shell-form",
    group: Group::Metadata,
    severity: Severity::Info,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Instruction(&[Keyword::Cmd, Keyword::Entrypoint]),
    also: &["DL3025", "JSONArgsRecommended"],
    page: include_str!("entrypoint_shell_form.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for start in starts(context) {
        let Some(run) = start.run.filter(|run| !run.exec) else { continue };
        let shell = &context.model().steps[start.step].state.shell;
        if run.script.program().is_none() || start.line.fault.is_some() || shell.is_log_monitor() {
            continue;
        }
        let name = start.instruction.keyword.map_or("", Keyword::name);
        let program = shell.words.first().map_or("", String::as_str);
        let exec = plain_exec_form(start.instruction, start.line, run);
        let help = match &exec {
            Some(exec) => format!("write `{name} {exec}`"),
            None => "write the program and its arguments as a JSON array".to_owned(),
        };
        let span = start.instruction.args.whole();
        let finding = report
            .add(span, format!("`{program}` stands between the engine and the program"), help)
            .seen(view::view(context.model(), start.step, start.instruction).line());
        let Some(exec) = exec.filter(|_| is_found(&start)) else { continue };
        let edits = vec![Edit::replace(span, exec)];
        let title = "start the program without a shell";
        finding.fix(if is_safe(&start) { Fix::safe(title, edits) } else { Fix::suggested(title, edits) });
    }
}

/// Whether the engine finds the program without a shell: on Windows it adds no extension but `.exe`.
fn is_found(start: &Start) -> bool {
    let name = start.run.and_then(|run| run.script.program()).map_or("", |command| &command.name.text);
    let known = ["cmd", "docker", "dotnet", "go", "java", "node", "ping", "powershell", "pwsh", "python"];
    start.stage.os == Os::Linux || name.to_ascii_lowercase().ends_with(".exe") || known.contains(&name)
}

/// Whether the same file is started whatever the search path is, with the same arguments as before.
fn is_safe(start: &Start) -> bool {
    let launch = start.stage.launch;
    let name = start.run.and_then(|run| run.script.program()).map_or("", |command| &command.name.text);
    let absolute = match start.stage.os {
        Os::Linux => name.starts_with('/'),
        _ => name.get(1..3).is_some_and(|drive| matches!(drive, ":\\" | ":/")),
    };
    let alone = match start.instruction.keyword {
        Some(Keyword::Entrypoint) => launch.cmd.is_none(),
        _ => launch.entrypoint.is_none() && launch.of_image.is_none() && has_no_entrypoint(start),
    };
    absolute && alone
}

/// Whether the base image is known to have no entry point.
fn has_no_entrypoint(start: &Start) -> bool {
    use Family::{DotnetAspnet, DotnetRuntime, DotnetSdk, FrameworkRuntime, NanoServer, Server, ServerCore, Windows};
    let known = [DotnetAspnet, DotnetRuntime, DotnetSdk, FrameworkRuntime, NanoServer, Server, ServerCore, Windows];
    start.stage.facts.as_ref().is_some_and(|facts| known.contains(&facts.family))
}
