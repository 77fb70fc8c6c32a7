//! Installers and archives that the `RUN` that fetched them leaves behind.

use dockerfile::ast::mount::mounts;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::script::powershell::bind;
use dockerfile::script::{Dialect, Separator, StatementKind};
use dockerfile::windows_path::{drive_letter, fold};

use crate::fetch::{Fetch, Run, file_name};
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

use super::shipped::{is_below, shipped_runs};

pub(super) static RULE: Rule = Rule {
    id: "download-not-removed",
    group: Group::Layer,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Download]),
    also: &[],
    page: include_str!("download_not_removed.md"),
    check,
};

const ARCHIVES: [&str; 17] = [
    ".zip",
    ".msi",
    ".msix",
    ".msixbundle",
    ".appx",
    ".appxbundle",
    ".msu",
    ".cab",
    ".7z",
    ".tar",
    ".tar.gz",
    ".tgz",
    ".tar.xz",
    ".tar.zst",
    ".txz",
    ".nupkg",
    ".iso",
];

fn check(context: &Context, report: &mut Report) {
    for run in shipped_runs(context) {
        let effects = run.effects();
        for fetch in run.fetches(context) {
            let Some(dest) = fetch.dest.as_deref() else { continue };
            let is_wanted = is_package(dest) || is_installed(context, &run, dest);
            if !is_wanted || is_mounted(&run, dest) || is_gone(context, &run, effects, dest) {
                continue;
            }
            let name = file_name(dest);
            let message = if name.contains(['$', '%']) || name.chars().count() > 40 {
                "the download stays in the layer".to_owned()
            } else {
                format!("{name} stays in the layer")
            };
            // What a later step needs may not go before it.
            if is_named_later(context, &run, dest) {
                report.add(fetch.span, message, "fetch, use and remove the file in one RUN");
                continue;
            }
            let finding = report.add(fetch.span, message, "remove the file in the same RUN");
            if let Some(fix) = remove(context, &run, effects, fetch) {
                finding.fix(fix);
            }
        }
    }
}

/// Whether a file is there to be unpacked or installed.
fn is_package(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    ARCHIVES.iter().any(|end| name.ends_with(end))
}

/// Whether this script or a later one of the stage installs or unpacks the file, so that a program is no tool that
/// stays.
fn is_installed(context: &Context, run: &Run, dest: &str) -> bool {
    let later = shipped_runs(context).filter(|later| later.stage.index == run.stage.index && later.step >= run.step);
    later.into_iter().any(|later| {
        later.effects().iter().any(|(_, effect)| match &effect.kind {
            EffectKind::Install { file: Some(file), .. } | EffectKind::Extract { archive: Some(file), .. } => {
                is_same_name(&later.resolve(context.model(), file), dest)
            }
            _ => false,
        })
    })
}

/// Whether an instruction behind the `RUN` speaks of the file: by its name, a program also without `.exe`, or by a pattern.
fn is_named_later(context: &Context, run: &Run, dest: &str) -> bool {
    let name = file_name(dest).to_ascii_lowercase();
    let pattern = name.rfind('.').map(|at| format!("*{}", &name[at..]));
    let names = |text: &str| {
        let is_part = |char: char| char.is_alphanumeric() || "_-.$%{}".contains(char);
        let mut words = text.split(|char: char| !is_part(char) && char != '*');
        let stem = name.strip_suffix(".exe");
        text.contains(&name) || words.any(|word| Some(word) == stem || pattern.as_deref() == Some(word))
    };
    let later = &context.instructions()[run.step + 1..];
    later.iter().any(|instruction| is_open(&name) || names(&context.slice(instruction.span).to_ascii_lowercase()))
}

/// Whether two paths end in one name; a program is started without `.exe` as well.
fn is_same_name(one: &str, other: &str) -> bool {
    let (one, other) = (file_name(one).to_ascii_lowercase(), file_name(other).to_ascii_lowercase());
    one.trim_end_matches(".exe") == other.trim_end_matches(".exe")
}

/// Whether the file goes to a mount, which is no part of the layer.
fn is_mounted(run: &Run, dest: &str) -> bool {
    let dest = fold(dest);
    mounts(run.instruction).iter().any(|mount| {
        mount.value(&["target", "dst", "destination"]).is_some_and(|target| is_below(&dest, &fold(target)))
    })
}

/// Whether this script removes or moves the file, or a later one, of which remove-in-later-layer speaks. What cannot
/// be told of this script counts as removed.
fn is_gone(context: &Context, run: &Run, effects: &[(Dialect, Effect)], dest: &str) -> bool {
    let model = context.model();
    let current = model.steps[run.step].state.workdir.as_ref().map_or("/", |setting| setting.value.as_str());
    let moves = effects.iter().any(|(_, effect)| matches!(effect.kind, EffectKind::ChangeDir { .. }));
    let rooted = dest.starts_with(['/', '\\']) || drive_letter(dest).is_some() || is_open(dest);
    let place = match rooted {
        true => Some(fold(dest)),
        false => (!moves).then(|| fold(&format!("{current}/{dest}"))),
    };
    let removed = |effect: &Effect, run: &Run| match &effect.kind {
        EffectKind::Remove { path, .. } | EffectKind::Move { from: path, .. } => Some(run.resolve(model, path)),
        _ => None,
    };
    let here = effects.iter().filter_map(|(_, effect)| removed(effect, run));
    here.into_iter().any(|path| may_cover(&path, dest, place.as_deref()))
        || shipped_runs(context).filter(|later| later.step > run.step).any(|later| {
            let paths: Vec<String> = later.effects().iter().filter_map(|(_, effect)| removed(effect, &later)).collect();
            paths.iter().any(|path| {
                let below = place.as_deref().is_some_and(|place| is_below(place, &fold(path)));
                !path.contains('*') && (is_same_name(path, dest) || below)
            })
        })
}

fn is_open(path: &str) -> bool {
    path.contains(['$', '%', '(', '@', '{', '!'])
}

/// Whether the removal of `removed` may take the file with it. `place` is its path, folded, where that is known.
fn may_cover(removed: &str, dest: &str, place: Option<&str>) -> bool {
    let last = file_name(removed);
    if is_open(last) || is_same_name(removed, dest) {
        return true;
    }
    if last.contains('*') {
        let pattern = last.to_ascii_lowercase();
        let (start, end) =
            (pattern.split('*').next().unwrap_or_default(), pattern.rsplit('*').next().unwrap_or_default());
        let name = file_name(dest).to_ascii_lowercase();
        return is_open(&name) || name.starts_with(start) && name.ends_with(end);
    }
    let is_folder = !last.contains('.');
    match place {
        Some(place) if !is_open(place) && !is_open(removed) => is_below(place, &fold(removed)) || removed == ".",
        _ => is_folder,
    }
}

/// Puts the removal at the end, where nothing but the script's success depends on its last command.
fn remove(context: &Context, run: &Run, effects: &[(Dialect, Effect)], fetch: &Fetch) -> Option<Fix> {
    let dest = fetch.dest.as_deref()?;
    let plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, ':' | '\\' | '/' | '.' | '_' | '-');
    let moves = effects.iter().any(|(_, effect)| matches!(effect.kind, EffectKind::ChangeDir { .. }));
    let is_fixed = dest.chars().all(plain) && (drive_letter(dest).is_some() || !moves);
    let (dialect, statements) = (run.script.dialect, &run.script.statements);
    let last = statements.last()?;
    let (StatementKind::Pipeline(commands), true) = (&last.kind, is_fixed) else { return None };
    let own = statements.iter().any(|statement| statement.span.contains(fetch.command));
    let [command] = commands.as_slice() else { return None };
    let nested = statements.iter().any(|statement| {
        let StatementKind::Pipeline(commands) = &statement.kind else { return false };
        commands.iter().any(|command| command.nested.is_some())
    });
    if !own || nested || !run.instruction.heredocs.is_empty() {
        return None;
    }
    let waits = |(_, effect): &(Dialect, Effect)| !matches!(effect.kind, EffectKind::Install { waits: false, .. });
    let text = match dialect {
        Dialect::Cmd => {
            let all = statements.iter().rev().skip(1).all(|statement| statement.separator == Separator::And);
            all.then(|| format!(" && del {}", dest.replace('/', "\\")))?
        }
        // After a program, `;` would hide that it failed.
        Dialect::WindowsPowerShell | Dialect::PowerShell => {
            bind(command, dialect)?;
            format!("; Remove-Item {dest}")
        }
        Dialect::Posix => return None,
    };
    effects
        .iter()
        .all(waits)
        .then(|| Fix::safe("remove it in the same RUN", vec![Edit::insert(context.behind(last.span), text)]))
}
