//! Windows Update, which has nothing to work with in a container.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "windows-update-in-image",
    group: Group::Installer,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Any(&[
        Needs::Program(PROGRAMS),
        Needs::Command(CMDLETS),
        Needs::Command(&["import-module", "install-module"]),
    ]),
    also: &[],
    page: include_str!("windows_update_in_image.md"),
    check,
};

const CMDLETS: &[&str] =
    &["install-windowsupdate", "get-windowsupdate", "get-wuinstall", "install-wuupdates", "get-wulist"];
const PROGRAMS: &[&str] = &["usoclient", "wuauclt", "wusa"];

fn check(context: &Context, report: &mut Report) {
    let mut add = |span: Span| {
        let help = "build on a newer tag of the base image: updates come with it";
        report.add(span, "a container cannot install updates of Windows", help);
    };
    for program in context.programs().iter().filter(|it| it.keyword == Some(Keyword::Run)) {
        if PROGRAMS.contains(&program.program().as_str()) {
            add(program.name_span);
        }
    }
    for script in context.run_scripts() {
        for listed in script.commands.iter().filter(|listed| listed.dialect.is_powershell()) {
            let command = listed.command;
            let module = (listed.is_called("install-module") || listed.is_called("import-module"))
                .then(|| command.words.iter().find(|word| word.text.eq_ignore_ascii_case("PSWindowsUpdate")));
            if CMDLETS.iter().any(|name| listed.is_called(name)) {
                add(command.name.span);
            } else if let Some(word) = module.flatten() {
                add(word.span);
            }
        }
    }
}
