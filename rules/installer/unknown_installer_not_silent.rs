//! Setup programs of unknown make that get no switch that looks silent.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::installer_tech::Technology;
use dockerfile::model::Started;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unknown-installer-not-silent",
    group: Group::Installer,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("unknown_installer_not_silent.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        let is_run = program.keyword == Some(Keyword::Run);
        if !is_run || !program.visible || !is_setup(program) || super::silence::looks_silent(&program.arguments) {
            continue;
        }
        let product = program.install.as_ref().and_then(|install| install.product);
        let help = match product.filter(|product| !product.silent.is_empty() && !product.generic) {
            Some(product) => format!("add {}", product.silent),
            None => "find out what it is made with, and give it the switch that asks nothing".to_owned(),
        };
        report.add(program.name_span, "this installer gets no switch that makes it ask nothing", help);
    }
}

/// Whether it is an installer that no other rule looks at.
fn is_setup(program: &Started) -> bool {
    use Technology::{Inno, Msi, Msix, Nsis, Servicing, SevenZipSfx, VisualStudio, Vsix};
    match &program.install {
        Some(install) => {
            let other =
                [Inno, Msi, Msix, Nsis, Servicing, SevenZipSfx, VisualStudio, Vsix].contains(&install.technology);
            let is_runtime = install.product.is_some_and(|product| product.id.starts_with("vcredist"));
            !other && !is_runtime && install.silent != Some(true)
        }
        None => {
            let name = program.name.to_ascii_lowercase();
            let says = ["-x64.exe", "-amd64.exe", "_x64.exe", "_amd64.exe"].iter().any(|end| name.ends_with(end));
            // A tool is told what to do; an installer starts with nothing but values.
            says && !name.contains(['$', '%']) && program.arguments.iter().all(|it| it.text.contains('='))
        }
    }
}
