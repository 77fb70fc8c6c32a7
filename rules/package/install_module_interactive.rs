//! Modules and providers that ask before they are installed.

use std::cell::LazyCell;

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::Dialect;

use crate::listing::{Listed, Listing};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "install-module-interactive",
    group: Group::Package,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Command(&INSTALLERS),
    also: &[],
    page: include_str!("install_module_interactive.md"),
    check,
};

const INSTALLERS: [&str; 4] = ["install-packageprovider", "install-module", "install-script", "install-package"];

fn check(context: &Context, report: &mut Report) {
    for script in context.run_scripts() {
        let before = LazyCell::new(|| {
            let before = context.run_scripts().take_while(|before| before.step <= script.step);
            before.map(Listing::lower).collect::<String>()
        });
        for listed in &script.commands {
            let command = listed.command;
            let is_wanted = listed.dialect.is_powershell() && INSTALLERS.iter().any(|name| listed.is_called(name));
            if !is_wanted || command.expression.is_some() || !asks(listed, &before) {
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
fn asks(listed: &Listed, before: &str) -> bool {
    let command = listed.command;
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
    let has_provider = listed.dialect == Dialect::PowerShell || before.contains("nuget") && before.contains("-force");
    listed.is_called("install-packageprovider") || !(trusts && has_provider)
}
