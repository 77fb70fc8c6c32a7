//! Files in the folder of a volume.

use dockerfile::ast::{Instruction, Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::model::{Base, Change, ChangeKind};
use dockerfile::source::Span;
use dockerfile::windows_path::fold;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "volume-then-write",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Volume]),
    also: &[],
    page: include_str!("volume_then_write.md"),
    check,
};

/// What is known at the end of a stage.
#[derive(Clone, Default)]
struct Seen {
    /// The folders of volumes, folded, and where the file names them.
    volumes: Vec<(String, Span)>,
    written: Vec<Change>,
}

fn check(context: &Context, report: &mut Report) {
    let is_volume = |instruction: &Instruction| instruction.innermost().keyword == Some(Keyword::Volume);
    if !context.instructions().iter().any(is_volume) {
        return;
    }
    let model = context.model();
    let mut ends: Vec<Seen> = Vec::new();
    for stage in &model.stages {
        let mut seen = match stage.base {
            Base::Stage(parent) => ends[parent].clone(),
            Base::Image | Base::Scratch => Seen::default(),
        };
        // Windows Server 2016 refuses what later versions hide.
        let refused = stage.facts.as_ref().and_then(|facts| facts.build).is_some_and(|build| build.number == 14393);
        for step in stage.steps.clone() {
            let instruction = context.instructions()[step].innermost();
            if instruction.keyword == Some(Keyword::Volume) {
                declare(context, step, instruction, &mut seen, refused, report);
                continue;
            }
            let mut fresh: Vec<Change> = Vec::new();
            for change in model.changes(step, instruction) {
                match change.kind {
                    ChangeKind::Remove => {
                        seen.written.retain(|write| !is_below(&write.path, &change.path));
                        fresh.retain(|write| !is_below(&write.path, &change.path));
                    }
                    ChangeKind::Write | ChangeKind::MakeDir => fresh.push(change),
                }
            }
            for write in &fresh {
                if let Some((_, volume)) = seen.volumes.iter().find(|(volume, _)| fills(write, volume)) {
                    report
                        .add(write.span, "what is written below a volume is lost", "write it elsewhere, before VOLUME")
                        .label(*volume, "the volume");
                }
            }
            seen.written.append(&mut fresh);
        }
        ends.push(seen);
    }
}

fn declare(
    context: &Context,
    step: usize,
    instruction: &Instruction,
    seen: &mut Seen,
    refused: bool,
    report: &mut Report,
) {
    let Kind::List { words, .. } = &instruction.kind else { return };
    for word in words {
        let path = context.model().path(step, word).map(|path| fold(&path));
        let Some(path) = path.filter(|path| path.len() > 1) else { continue };
        if let Some(write) = seen.written.iter().find(|write| fills(write, &path)) {
            let message = "the volume hides the files in this folder";
            let finding = report
                .add(word.span, message, "keep them elsewhere, and copy them when the container starts")
                .label(write.span, "written here");
            if refused {
                finding.seen("The directory is not empty. (0x91)");
            } else {
                finding.at_most(Severity::Warning);
            }
        }
        seen.volumes.push((path, word.span));
    }
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Whether a change leaves something in the folder; to create the folder itself does not.
fn fills(change: &Change, folder: &str) -> bool {
    is_below(&change.path, folder) && (change.kind == ChangeKind::Write || change.path != folder)
}
