//! Rights changed for a whole tree of a lower layer, which copies every file up.

use dockerfile::diagnostic::Severity;
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::model::ChangeKind;
use dockerfile::script::{Command, Dialect, StatementKind};
use dockerfile::source::Span;
use dockerfile::windows_path::{drive_letter, fold};

use crate::fetch::Run;
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::shipped::{is_below, shipped_runs};

pub(super) static RULE: Rule = Rule {
    id: "recursive-acl-change",
    group: Group::Layer,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Command(&["cacls", "icacls", "set-acl", "takeown", "xcacls"]),
    also: &[],
    page: include_str!("recursive_acl_change.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for run in shipped_runs(context) {
        let effects = run.effects();
        for (span, path) in changes(&run) {
            let path = path.map(|path| run.resolve(context.model(), &path));
            if is_own(effects, path.as_deref()) || is_new_folder(context, &run, path.as_deref()) {
                continue;
            }
            report.add(
                span,
                "every file of the tree is copied into this layer",
                "set the rights of the folder before the files come; they inherit them",
            );
        }
    }
}

/// The switch or the command that changes a whole tree, and the tree.
fn changes(run: &Run) -> Vec<(Span, Option<String>)> {
    let mut found = Vec::new();
    for &Listed { command, ref stem, .. } in &run.listing.commands {
        let switch = match stem.as_str() {
            "icacls" | "cacls" | "xcacls" => "/t",
            "takeown" => "/r",
            _ => continue,
        };
        let Some(word) = command.words.iter().find(|word| word.text.eq_ignore_ascii_case(switch)) else { continue };
        let path = match switch {
            "/t" => command.words.iter().find(|word| !word.text.starts_with('/')),
            _ => {
                let at = command.words.iter().position(|word| word.text.eq_ignore_ascii_case("/f"));
                at.and_then(|at| command.words.get(at + 1))
            }
        };
        found.push((word.span, path.map(|path| path.text.clone())));
    }
    if !run.listing.commands.iter().any(|listed| listed.stem == "set-acl") {
        return found;
    }
    for (dialect, statement) in run.listing.statements() {
        let StatementKind::Pipeline(commands) = &statement.kind else { continue };
        let [lists, rest @ ..] = commands.as_slice() else { continue };
        let Some(path) = listed(lists, dialect) else { continue };
        let inside = |command: &&Command| rest.iter().any(|part| part.span.contains(command.span));
        let all = run.listing.commands.iter().map(|listed| listed.command);
        let set = all
            .filter(inside)
            .find(|command| command.name.text.eq_ignore_ascii_case("Set-Acl") && command.expression.is_none());
        if let Some(set) = set {
            found.push((set.name.span, path));
        }
    }
    found
}

/// The folder that a command lists with all below it.
fn listed(command: &Command, dialect: Dialect) -> Option<Option<String>> {
    let bound = dockerfile::script::powershell::bind(command, dialect)?;
    // `-r` is short for several parameters, of which PowerShell takes this one.
    let short = bound.unknown.iter().any(|word| word.text.eq_ignore_ascii_case("-r"));
    let is_tree = bound.cmdlet.name == "Get-ChildItem" && (bound.has("Recurse") || short);
    is_tree.then(|| bound.text("Path").or_else(|| bound.text("LiteralPath")).map(str::to_owned))
}

/// Whether the script itself brings the files, so that they are in this layer already.
fn is_own(effects: &[(Dialect, Effect)], path: Option<&str>) -> bool {
    let folder = path.map(fold);
    let is_known = path.is_some_and(|path| !path.contains(['$', '%', '(']));
    effects.iter().any(|(_, effect)| {
        let (written, is_many) = match &effect.kind {
            EffectKind::Extract { dest, .. } => (dest.clone(), true),
            EffectKind::Copy { to, .. } | EffectKind::Move { to, .. } => (to.clone(), true),
            EffectKind::Install { .. } | EffectKind::PackageInstall { .. } | EffectKind::RunScript { .. } => {
                (None, true)
            }
            EffectKind::Download { dest: Some(dest), .. } | EffectKind::Write { path: dest } => {
                (Some(dest.clone()), false)
            }
            EffectKind::MakeDir { path } => (Some(path.clone()), false),
            _ => return false,
        };
        match (&written, &folder) {
            (Some(written), Some(folder)) if is_known && drive_letter(written).is_some() => {
                let written = fold(written);
                is_below(&written, folder) || is_below(folder, &written)
            }
            _ => is_many,
        }
    })
}

/// Whether the file only creates the folder before, and puts nothing into it.
fn is_new_folder(context: &Context, run: &Run, path: Option<&str>) -> bool {
    let Some(path) = path.map(fold) else { return false };
    let model = context.model();
    let steps = model.lineage(run.stage.index).flat_map(|stage| stage.steps.clone()).filter(|&step| step < run.step);
    let before: Vec<_> = steps.flat_map(|step| model.changes(step, &context.instructions()[step])).collect();
    let made = before.iter().any(|change| change.kind == ChangeKind::MakeDir && change.path == path);
    let filled = before.iter().any(|change| {
        change.kind == ChangeKind::Write && (is_below(&change.path, &path) || is_below(&path, &change.path))
    });
    made && !filled
}
