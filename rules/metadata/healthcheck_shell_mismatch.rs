//! A health check that its shell or its image cannot run.

use dockerfile::ast::{Form, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Answer;
use dockerfile::facts::capability::{Capability, has};
use dockerfile::facts::cmdlets::cmdlet;
use dockerfile::model::program_dialect;
use dockerfile::script::{Dialect, Separator};
use dockerfile::source::Span;

use super::start::health_exec_form;
use crate::listing::{Listed, Listing};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "healthcheck-shell-mismatch",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Healthcheck]),
    also: &[],
    page: include_str!("healthcheck_shell_mismatch.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (step, outer) in context.instructions().iter().enumerate() {
        let counts = context.model().stage_of(step).is_some_and(|stage| stage.launch.healthcheck == Some(step));
        let Kind::Healthcheck { command: Some(line), .. } = &outer.innermost().kind else { continue };
        let counts = counts || outer.keyword == Some(Keyword::Onbuild);
        let Some(script) = context.script(step).filter(|_| counts) else { continue };
        for (span, message, help, fixable) in shell_faults(script).into_iter().chain(missing(context, script)) {
            let finding = report.add(span, message, help).seen("the container is always unhealthy");
            if let Some(exec) = health_exec_form(script.run).filter(|_| fixable && outer.lines.0 == outer.lines.1)
                && let Form::Shell(text) = &line.form
            {
                let edit = Edit::replace(text.whole(), exec);
                finding.fix(Fix::suggested("start the program without a shell", vec![edit]));
            }
        }
    }
}

const JSON: &str = "write the health check as a JSON array";

/// Where, what is wrong, what to do, and whether an exec form without shell mends it.
type Fault = (Span, String, &'static str, bool);

/// What the shell cannot read or reads as something else.
fn shell_faults(script: &Listing) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (dialect, statement) in script.statements() {
        let operator = match statement.separator {
            Separator::And => "&&",
            Separator::Or => "||",
            _ => continue,
        };
        if dialect == Dialect::WindowsPowerShell {
            let message = format!("`{operator}` is no operator of Windows PowerShell 5.1");
            faults.push((statement.separator_span, message, JSON, true));
        }
    }
    for &Listed { dialect, command, .. } in &script.commands {
        let name = command.name.text.as_str();
        if dialect == Dialect::WindowsPowerShell
            && matches!(name, "curl" | "wget")
            && let Some(option) = command.words.iter().find(|word| is_unix_option(&word.text))
        {
            let message = format!("`{name}` is Invoke-WebRequest here, which has no `{}`", option.text);
            faults.push((command.name.span, message, "write the name with `.exe`", name == "curl"));
        }
        let powershell = name.contains('-') && cmdlet(name, Dialect::WindowsPowerShell).is_some();
        if dialect == Dialect::Cmd && (powershell || name.eq_ignore_ascii_case("try") || name.starts_with('$')) {
            let message = format!("cmd runs this health check and knows no `{name}`");
            faults.push((command.name.span, message, "write `powershell -Command ...`", false));
            break;
        }
    }
    faults
}

/// An option of curl or wget (`-f`, `-sf`, `--fail`) and not the beginning of a parameter of Invoke-WebRequest.
fn is_unix_option(word: &str) -> bool {
    let Some(name) = word.strip_prefix('-') else { return false };
    let parameter = cmdlet("Invoke-WebRequest", Dialect::WindowsPowerShell).is_some_and(|cmdlet| {
        let begins = |full: &str| full.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
        name.len() > 2 && cmdlet.parameters.iter().any(|parameter| begins(parameter.name))
    });
    let short = (1..=4).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphabetic());
    name.starts_with('-') || short && !parameter
}

/// What the image lacks.
fn missing(context: &Context, script: &Listing) -> Option<Fault> {
    let (step, run) = (script.step, script.run);
    let facts = context.model().stage_of(step)?.facts.as_ref()?;
    let lacks = |capability| has(facts, capability) == Answer::No;
    let shell = &context.model().steps[step].state.shell;
    if !run.exec && shell.dialect == Some(Dialect::WindowsPowerShell) && lacks(Capability::WindowsPowerShell) {
        let message = "the shell of this health check, powershell, is not in the image".to_owned();
        return Some((run.script.text.whole(), message, JSON, true));
    }
    script.commands.iter().find_map(|&Listed { dialect, command, .. }| {
        let name = &command.name;
        let is_powershell = !dialect.is_powershell() && program_dialect(&name.text) == Some(Dialect::WindowsPowerShell);
        let is_curl = name.text.eq_ignore_ascii_case("curl.exe")
            || !dialect.is_powershell() && name.text.eq_ignore_ascii_case("curl");
        let gone = is_powershell && lacks(Capability::WindowsPowerShell)
            || is_curl && lacks(Capability::CurlAndTar) && !brings_curl(context);
        gone.then(|| {
            (name.span, format!("`{}` is not in the image", name.text), "use a program that the image has", false)
        })
    })
}

/// Whether a step of the file may bring curl.
fn brings_curl(context: &Context) -> bool {
    let brings = [Keyword::Run, Keyword::Copy, Keyword::Add];
    let steps = context.instructions().iter().filter(|step| step.keyword.is_some_and(|it| brings.contains(&it)));
    steps.into_iter().any(|step| step.args.text().to_ascii_lowercase().contains("curl"))
}
