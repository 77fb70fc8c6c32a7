//! The Visual C++ redistributable with its window.

use dockerfile::diagnostic::{Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "vcredist-not-silent",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("vcredist_not_silent.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (program, install) in super::arguments::loud(context) {
        let Some(product) = install.product.filter(|product| product.id.starts_with("vcredist")) else { continue };
        let finding = report.add(
            program.name_span,
            "the Visual C++ redistributable opens a window, and nobody can click in it",
            format!("add {}", product.silent),
        );
        let missing: Vec<&str> = product.silent.split(' ').filter(|switch| !program.has(switch)).collect();
        if let Some(edits) = super::arguments::add(context, program, &missing) {
            finding.fix(Fix::safe("install silently", edits));
        }
    }
}
