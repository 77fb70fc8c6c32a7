//! What only BuildKit knows; the classic builder, which Docker takes for Windows, refuses it or passes over it.

use std::collections::BTreeSet;

use dockerfile::ast::mount::mounts;
use dockerfile::ast::{Flag, Instruction, Keyword};
use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::{flag, heredoc_multiline_on_windows as heredoc};

pub(super) static RULE: Rule = Rule {
    id: "legacy-builder-feature",
    group: Group::Platform,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("legacy_builder_feature.md"),
    check,
};

const HELP: &str = "build with BuildKit, or do without it";

fn check(context: &Context, report: &mut Report) {
    let builder = context.document.builder;
    if builder == Builder::BuildKit {
        return;
    }
    // Who uses BuildKit does so all over the file: once is enough to say which builder it takes.
    let mut said = BTreeSet::new();
    for (step, instruction) in flag::instructions(context, &[Keyword::Run, Keyword::Copy, Keyword::Add]) {
        for found in &instruction.flags {
            // What BuildKit cannot do either has a rule that says so.
            if builder == Builder::Any && (flag::is_refused_by_all(found) || is_refused_mount(instruction, found)) {
                continue;
            }
            if builder == Builder::Any && !said.insert((instruction.keyword.map(Keyword::name), found.name.as_str())) {
                continue;
            }
            check_flag(instruction, found, report);
        }
        let Some(first) = instruction.heredocs.first() else { continue };
        if builder == Builder::Any && heredoc::is_lost(context, step, instruction) {
            continue;
        }
        let seen = match instruction.keyword {
            Some(Keyword::Run) => "<< was unexpected at this time.",
            _ => "no source files were specified",
        };
        report.add(first.span, "the classic builder does not know here-documents", HELP).seen(seen);
    }
}

fn check_flag(instruction: &Instruction, found: &Flag, report: &mut Report) {
    let name = found.name.as_str();
    let is_run = instruction.keyword == Some(Keyword::Run);
    if is_run || name == "chmod" {
        let refused = format!("the --{name} option requires BuildKit");
        report.add(found.span, format!("the classic builder refuses --{name}"), HELP).seen(refused);
        return;
    }
    let is_set = flag::is_on(found);
    let (help, severity) = match name {
        "link" if is_set => ("leave it out: an ordinary copy gives the same files", Severity::Info),
        "parents" if is_set => ("copy each folder to its own place", Severity::Warning),
        "exclude" => ("name the files in .dockerignore", Severity::Warning),
        "checksum" => ("build with BuildKit, or download in a RUN that checks Get-FileHash", Severity::Warning),
        "keep-git-dir" | "unpack" if is_set => (HELP, Severity::Warning),
        _ => return,
    };
    report.add(found.span, format!("the classic builder passes over --{name}"), help).at_most(severity);
}

/// Whether a flag mounts what no builder can mount in Windows.
fn is_refused_mount(instruction: &Instruction, found: &Flag) -> bool {
    let mount = mounts(instruction).into_iter().find(|mount| mount.flag.span == found.span);
    mount.is_some_and(|mount| {
        let kind = mount.value(&["type"]).unwrap_or_default().to_ascii_lowercase();
        matches!(kind.as_str(), "ssh" | "tmpfs") || kind == "secret" && mount.field(&["env"]).is_none()
    })
}
