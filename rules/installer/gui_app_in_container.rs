//! Programs that are nothing but a window.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::EffectKind;
use dockerfile::effect::program::Starter;
use dockerfile::model::Started;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "gui-app-in-container",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("gui_app_in_container.md"),
    check,
};

const WINDOWS: &[&str] = &[
    "calc", "explorer", "iexplore", "mmc", "msinfo32", "mspaint", "mstsc", "notepad", "regedit", "regedt32", "taskmgr",
    "wordpad",
];

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        let name = program.program();
        let is_registry = matches!(name.as_str(), "regedit" | "regedt32");
        let is_console =
            name.ends_with(".msc") || name == "msedge" && !super::silence::looks_silent(&program.arguments);
        let is_silent = is_registry && (program.has("/s") || program.has("/e"));
        if !WINDOWS.contains(&name.as_str()) && !is_console || is_silent {
            continue;
        }
        let help = if is_registry {
            "use reg import FILE"
        } else {
            "containers have no desktop: use a program without windows"
        };
        let finding = report.add(program.name_span, format!("{name} is a window, and a container shows none"), help);
        if program.keyword != Some(Keyword::Run) {
            finding.at_most(Severity::Warning);
        } else if is_registry && let Some(edits) = import(program) {
            finding.fix(Fix::suggested("use reg import", edits));
        }
    }
    roles(context, report);
}

/// Roles of the remote desktop.
fn roles(context: &Context, report: &mut Report) {
    for script in context.run_scripts() {
        for (_, effect) in script.run.effects() {
            let EffectKind::InstallFeature { features } = &effect.kind else { continue };
            let is_remote = |name: &String| {
                let name = name.to_ascii_lowercase();
                name.starts_with("rds-") || name.starts_with("remote-desktop") || name == "remotedesktopservices"
            };
            if features.iter().any(is_remote) {
                let help = "containers have no desktop: use a virtual machine";
                report.add(effect.span, "remote desktops need a desktop, and a container has none", help);
            }
        }
    }
}

/// `reg import FILE`, where a file is the only argument.
fn import(program: &Started) -> Option<Vec<Edit>> {
    let [file] = program.arguments.as_slice() else { return None };
    let is_plain = program.starter == Starter::Name && !program.exec && !file.text.starts_with(['/', '-']);
    is_plain.then(|| vec![Edit::replace(program.name_span, "reg import")])
}
