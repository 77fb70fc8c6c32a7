//! Modules and providers that ask before they are installed.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Command, Dialect};

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "install-module-interactive",
    group: Group::Package,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("install_module_interactive.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let mut before = String::new();
    for (_, run) in context.run_scripts() {
        before += &run.script.text.text().to_ascii_lowercase();
        for (dialect, command) in run.script.commands() {
            if !dialect.is_powershell() || command.expression.is_some() || !asks(command, dialect, &before) {
                continue;
            }
            let name = &command.name.text;
            report
                .add(
                    command.name.span,
                    format!("without -Force, {name} asks a question that nobody answers"),
                    "add -Force, and name the version",
                )
                .seen("Exception calling \"ShouldContinue\": PowerShell is in NonInteractive mode.")
                .fix(Fix::safe("do not ask", vec![Edit::insert(command.name.span.end, " -Force")]));
        }
    }
}

/// Whether a command asks about the provider of NuGet, or whether its source is trusted; `before` is what was run so far.
fn asks(command: &Command, dialect: Dialect, before: &str) -> bool {
    let name = command.name.text.to_ascii_lowercase();
    let given = |least: usize, whole: &str| {
        command.words.iter().any(|word| {
            let raw = word.raw.to_ascii_lowercase();
            let raw = raw.split(':').next().unwrap_or(&raw);
            raw.len() >= least && whole.starts_with(raw)
        })
    };
    let splatted = command.words.iter().any(|word| word.raw.starts_with('@') && !word.raw.starts_with("@("));
    if splatted || given(3, "-force") || given(7, "-forcebootstrap") || given(3, "-whatif") {
        return false;
    }
    let trusts = before.contains("set-psrepository") && before.contains("trusted");
    let has_provider = dialect == Dialect::PowerShell || before.contains("nuget") && before.contains("-force");
    match name.as_str() {
        "install-packageprovider" => true,
        "install-module" | "install-script" | "install-package" => !(trusts && has_provider),
        _ => false,
    }
}
