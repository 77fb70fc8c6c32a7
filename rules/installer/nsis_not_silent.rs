//! Installers made with NSIS that get no `/S`.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::installer_tech::Technology;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nsis-not-silent",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("nsis_not_silent.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (program, install) in super::arguments::loud(context) {
        if install.technology != Technology::Nsis {
            continue;
        }
        // NSIS compares the letter itself.
        let small = program.arguments.iter().find(|it| it.text == "/s" && context.slice(it.span) == "/s");
        if let Some(small) = small {
            report
                .add(small.span, "an NSIS installer does not know /s, only /S", "write /S")
                .fix(Fix::suggested("write /S", vec![Edit::replace(small.span, "/S")]));
            continue;
        }
        let finding = report.add(
            program.name_span,
            "this installer asks questions, and nobody can answer",
            "it is made with NSIS: add /S, with a capital letter",
        );
        // The folder comes last, whatever it is.
        let has_folder = program.arguments.iter().any(|it| it.text.starts_with("/D="));
        if !has_folder && let Some(edits) = super::arguments::add(context, program, &["/S"]) {
            finding.fix(Fix::suggested("install silently", edits));
        }
    }
}
