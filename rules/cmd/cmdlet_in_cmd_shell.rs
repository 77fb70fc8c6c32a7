//! PowerShell in a command that cmd reads.

use dockerfile::ast::{Form, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Answer;
use dockerfile::facts::base_image::BaseImage;
use dockerfile::facts::capability::{Capability, has};
use dockerfile::facts::cmdlets::is_cmdlet_name;
use dockerfile::script::{Command, Dialect};

use crate::listing::Part;
use crate::ran::{self, Ran};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cmdlet-in-cmd-shell",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Script(&[Dialect::Cmd]),
    also: &[],
    page: include_str!("cmdlet_in_cmd_shell.md"),
    check,
};

const SHELL: &str = "SHELL [\"powershell\", \"-NoProfile\", \"-Command\", \
     \"$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';\"]\n";

fn check(context: &Context, report: &mut Report) {
    let mut fixed = None;
    // A health check has a rule of its own.
    for ran in ran::all(context).filter(|ran| ran.instruction.keyword != Some(Keyword::Healthcheck)) {
        for part in ran.by_cmd() {
            let Some(command) = cmdlet(part) else { continue };
            let name = &command.name;
            let shown = if is_cmdlet_name(&name.text) { name.text.as_str() } else { "this expression" };
            let has_old = ran.stage.facts.as_ref().is_none_or(|facts| facts.powershell.windows_powershell);
            let help = if has_old {
                "put a SHELL with powershell before it, or write `powershell -Command ...`"
            } else {
                "run it with a PowerShell that the image has, or in a Server Core stage"
            };
            let finding = report
                .add(name.span, format!("cmd reads this command, and {shown} is PowerShell"), help)
                .seen(format!("'{}' is not recognized as an internal or external command", name.text));
            let of_image = std::ptr::eq(part.script(), &ran.run.script);
            if fixed != Some(ran.stage.index) && of_image && can_switch(context, &ran) {
                fixed = Some(ran.stage.index);
                let start = context.source().line_span(ran.outer.lines.0).start;
                finding.fix(Fix::suggested("use PowerShell from here on", vec![Edit::insert(start, SHELL)]));
            }
        }
    }
}

/// The first command that only PowerShell knows.
fn cmdlet<'a>(part: Part<'a>) -> Option<&'a Command> {
    part.commands().map(|listed| listed.command).find(|command| {
        let name = command.name.text.trim_start_matches('@').trim_end_matches(';');
        command.expression.is_none() && (is_cmdlet_name(name) || is_expression(&command.name.raw))
    })
}

/// `$env:X = ...`, `[Environment]::...`: nothing that a file could be called.
fn is_expression(name: &str) -> bool {
    let variable = name.strip_prefix('$').is_some_and(|rest| {
        let scope = ["env:", "global:", "script:", "erroractionpreference", "progresspreference"];
        scope.iter().any(|scope| rest.to_ascii_lowercase().starts_with(scope))
    });
    variable || name.starts_with('[') && name.contains("]::")
}

/// Whether every command in shell form from here to the end of the stage or its next `SHELL` is PowerShell, no stage
/// builds on it, and the image can run it.
fn can_switch(context: &Context, ran: &Ran) -> bool {
    let has_old = |facts: &BaseImage| has(facts, Capability::WindowsPowerShell) == Answer::Yes;
    let model = context.model();
    let inherited =
        model.stages.iter().any(|stage| model.lineage(stage.index).skip(1).any(|it| it.index == ran.stage.index));
    if ran.outer.keyword == Some(Keyword::Onbuild) || inherited || !ran.stage.facts.as_ref().is_some_and(has_old) {
        return false;
    }
    let rest = &context.instructions()[ran.step..ran.stage.steps.end];
    let mut rest = rest.iter().zip(ran.step..).take_while(|(it, _)| it.keyword != Some(Keyword::Shell));
    rest.all(|(instruction, step)| {
        let line = match &instruction.innermost().kind {
            Kind::Command(line) => line,
            Kind::Healthcheck { command: Some(line), .. } => line,
            _ => return true,
        };
        matches!(line.form, Form::Exec(_)) || context.script(step).is_some_and(|listing| is_powershell(listing.whole()))
    })
}

/// Whether PowerShell can read a script that cmd reads today: it begins with a cmdlet and has nothing of cmd.
fn is_powershell(part: Part) -> bool {
    let Some(first) = part.commands().next() else { return false };
    let of_cmd = |it: &Command| it.words.iter().chain([&it.name]).any(|word| !word.variables.is_empty());
    part.script().dialect == Dialect::Cmd
        && cmdlet(part).is_some_and(|command| command.span == first.command.span)
        && !part.lower().contains("&&")
        && !part.commands().any(|listed| of_cmd(listed.command))
}
