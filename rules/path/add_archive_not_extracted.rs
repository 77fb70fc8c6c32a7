//! `ADD` of an archive that the builder copies as it is.

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::diagnostic::Severity;
use dockerfile::effect::EffectKind;
use dockerfile::model::CopySource;
use dockerfile::source::Span;
use dockerfile::windows_path::fold;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "add-archive-not-extracted",
    group: Group::Path,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Add]),
    also: &[],
    page: include_str!("add_archive_not_extracted.md"),
    check,
};

/// Archives that no builder unpacks.
const ARCHIVES: [&str; 5] = ["zip", "7z", "msi", "rar", "cab"];

/// Archives that the builder unpacks only when they come from the build context.
const TARS: [&str; 7] = [".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz"];

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        let (Some(Keyword::Add), Kind::Copy(copy)) = (inner.keyword, &inner.kind) else { continue };
        if copy.fault.is_some() || inner.flag("unpack").is_some() {
            continue;
        }
        // A destination with an archive's name is no folder, but what the archive is to be called.
        let change = context.model().changes(instruction.index, instruction).into_iter().next();
        let Some(folder) = change.map(|change| change.path).filter(|path| kind(path).is_none()) else { continue };
        for source in &copy.sources {
            archive(context, instruction, source, &folder, report);
        }
    }
}

/// The ending of a file that `ADD` does not unpack.
fn kind(path: &str) -> Option<&'static str> {
    let path = path.split(['?', '#']).next().unwrap_or(path).to_ascii_lowercase();
    let is_remote = path.starts_with("http://") || path.starts_with("https://");
    let plain = ARCHIVES.iter().find(|end| path.strip_suffix(**end).is_some_and(|stem| stem.ends_with('.')));
    plain.or_else(|| TARS.iter().find(|end| is_remote && path.ends_with(**end))).copied()
}

fn archive(context: &Context, instruction: &Instruction, source: &Word, folder: &str, report: &mut Report) {
    let Ok(expanded) = context.model().expand(instruction.index, &source.text) else { return };
    let text = expanded.text.text();
    let Some(kind) = kind(text) else { return };
    let kind = kind.trim_start_matches('.');
    let name = text.split(['?', '#']).next().unwrap_or(text).rsplit(['/', '\\']).next().unwrap_or(text);
    let later: Vec<&Instruction> = context.instructions()[instruction.index + 1..]
        .iter()
        .filter(|later| sees(context, instruction, later))
        .collect();
    if later.iter().any(|later| is_opened(context, later, name, kind)) {
        return;
    }
    let message = match kind {
        "msi" => format!("ADD copies {name} as it is, and nothing installs it"),
        _ => format!("ADD copies {name} as it is, and nothing unpacks it"),
    };
    let help = match kind {
        "msi" => "install it with msiexec /i in a RUN",
        _ => "unpack it in a RUN: tar -xf reads it, or Expand-Archive",
    };
    let finding =
        report.add(source.span, message, help).seen(format!("{}/{name} is a file", folder.trim_end_matches('/')));
    if let Some(span) = later.iter().find_map(|later| use_below(context, later, folder)) {
        finding.label(span, "this needs what is inside");
    }
}

/// Whether a later instruction works on the files of an earlier one: in the same stage, in one that builds on it, or
/// in one that copies from it.
fn sees(context: &Context, earlier: &Instruction, later: &Instruction) -> bool {
    let model = context.model();
    let (Some(from), Some(to)) = (model.stage_of(earlier.index), model.stage_of(later.index)) else { return false };
    let copies = |step: usize| {
        let source = model.copy_source(step, &context.instructions()[step]);
        matches!(source, Some(CopySource::Stage(stage)) if stage == from.index)
    };
    model.lineage(to.index).any(|stage| stage.index == from.index) || to.steps.clone().any(copies)
}

/// Whether an instruction names the archive, unpacks something, or runs a script that may do so.
fn is_opened(context: &Context, instruction: &Instruction, name: &str, kind: &str) -> bool {
    let text = context.slice(instruction.span).to_ascii_lowercase();
    if text.contains(&name.to_ascii_lowercase()) {
        return true;
    }
    let Some(started) = &context.model().steps[instruction.index].script else { return false };
    if text.contains(&format!(".{kind}")) {
        return true;
    }
    started
        .effects()
        .iter()
        .any(|(_, effect)| matches!(effect.kind, EffectKind::Extract { .. } | EffectKind::RunScript { .. }))
}

/// Where a command uses a path below a folder.
fn use_below(context: &Context, instruction: &Instruction, folder: &str) -> Option<Span> {
    let script = context.script(instruction.index)?;
    let below = format!("{}/", folder.trim_end_matches('/'));
    let commands = script.commands.iter().map(|listed| listed.command);
    let mut words = commands.flat_map(|command| std::iter::once(&command.name).chain(&command.words));
    words.find(|word| fold(&word.text).starts_with(&below)).map(|word| word.span)
}
