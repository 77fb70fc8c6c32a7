//! Files in the folder of a volume.

use dockerfile::ast::{Instruction, Kind, Word};
use dockerfile::diagnostic::Severity;
use dockerfile::effect::{self, EffectContext, EffectKind};
use dockerfile::model::Base;
use dockerfile::source::Span;
use dockerfile::syntax::Keyword;
use dockerfile::windows_path::{destination, drive_letter, fold, workdir};

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "volume-then-write",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("volume_then_write.md"),
    check,
};

/// A place in the image, folded, and where the file names it.
#[derive(Clone)]
struct Place {
    path: String,
    span: Span,
}

/// What is known at the end of a stage.
#[derive(Clone, Default)]
struct Seen {
    volumes: Vec<Place>,
    written: Vec<Place>,
}

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    let mut ends: Vec<Seen> = Vec::new();
    for stage in &model.stages {
        let mut seen = match stage.base {
            Base::Stage(parent) => ends[parent].clone(),
            Base::Image | Base::Scratch => Seen::default(),
        };
        let old = stage.facts.as_ref().and_then(|facts| facts.build).is_some_and(|build| build.number == 14393);
        for step in stage.steps.clone() {
            let instruction = context.instructions()[step].innermost();
            if instruction.keyword == Some(Keyword::Volume) {
                declare(context, step, instruction, (&mut seen, old), report);
                continue;
            }
            for write in writes(context, step, instruction, &mut seen.written) {
                if let Some(volume) = seen.volumes.iter().find(|volume| is_below(&write.path, &volume.path)) {
                    report
                        .add(write.span, "what is written below a volume is lost", "write before VOLUME, and elsewhere")
                        .label(volume.span, "the volume");
                }
                seen.written.push(write);
            }
        }
        ends.push(seen);
    }
}

fn declare(
    context: &Context,
    step: usize,
    instruction: &Instruction,
    (seen, old): (&mut Seen, bool),
    report: &mut Report,
) {
    let Kind::List { words, .. } = &instruction.kind else { return };
    for word in words {
        let Some(path) = folded(context, step, word).filter(|path| path.len() > 1) else { continue };
        if let Some(write) = seen.written.iter().find(|write| is_below(&write.path, &path)) {
            let message = "the files in this folder are hidden by the volume";
            let finding =
                report.add(word.span, message, "keep them elsewhere, and copy them when the container starts");
            let finding = finding.label(write.span, "written here");
            if old {
                finding.seen("The directory is not empty. (0x91)");
            } else {
                finding.at_most(Severity::Warning);
            }
        }
        seen.volumes.push(Place { path, span: word.span });
    }
}

/// A path of an instruction, when the file alone decides it.
fn expanded(context: &Context, step: usize, word: &Word) -> Option<String> {
    let expanded = context.model().expand(step, &word.text).ok()?;
    // Backslashes that the builder drops are a mistake of their own: the author meant the path as it stands.
    let meant =
        if expanded.uses.is_empty() && !expanded.lost.is_empty() { word.as_str() } else { expanded.text.text() };
    (context.model().is_certain(step, &expanded) && !meant.is_empty()).then(|| meant.to_owned())
}

fn folded(context: &Context, step: usize, word: &Word) -> Option<String> {
    expanded(context, step, word).map(|path| fold(&path))
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// What an instruction puts into folders. What it removes is taken out of what was written before.
fn writes(context: &Context, step: usize, instruction: &Instruction, written: &mut Vec<Place>) -> Vec<Place> {
    let current = context.model().steps[step].state.workdir.as_ref().filter(|setting| setting.certain);
    let current = current.map_or("/", |setting| setting.value.as_str());
    match (&instruction.kind, instruction.keyword) {
        (Kind::Copy(copy), _) => {
            let Some(dest) = &copy.dest else { return Vec::new() };
            let path = expanded(context, step, dest).and_then(|path| destination(current, &path).ok());
            path.map(|path| Place { path: fold(&path), span: dest.span }).into_iter().collect()
        }
        (Kind::Text(Some(word)), Some(Keyword::Workdir)) => {
            // A working folder that is the volume itself is there anyway.
            let path = expanded(context, step, word).and_then(|path| workdir(current, &path).ok());
            path.map(|path| Place { path: inside(&path), span: word.span }).into_iter().collect()
        }
        (_, Some(Keyword::Run)) => run(context, step, current, written),
        _ => Vec::new(),
    }
}

/// The folder that a new folder is put into: to make the volume's own folder changes nothing in it.
fn inside(path: &str) -> String {
    let path = fold(path);
    path.rsplit_once('/').map(|(parent, _)| parent.to_owned()).unwrap_or_default()
}

fn run(context: &Context, step: usize, current: &str, written: &mut Vec<Place>) -> Vec<Place> {
    let Some(run) = &context.model().steps[step].script else { return Vec::new() };
    let effects = effect::effects(&run.script, &EffectContext::default());
    let moves = effects.iter().any(|(_, effect)| matches!(effect.kind, EffectKind::ChangeDir { .. }));
    let full = |path: &str| {
        let absolute =
            path.get(usize::from(drive_letter(path).is_some()) * 2..).is_some_and(|rest| rest.starts_with(['/', '\\']));
        let literal = !path.contains(['$', '%', '*', '?', '(', '{', '"']) && !path.is_empty();
        (literal && (absolute || !moves && !path.contains(':')))
            .then(|| if absolute { fold(path) } else { fold(&format!("{current}/{path}")) })
    };
    let mut found: Vec<Place> = Vec::new();
    for (_, effect) in &effects {
        let path = match &effect.kind {
            EffectKind::Write { path } => full(path),
            EffectKind::MakeDir { path } => full(path).map(|path| inside(&path)),
            EffectKind::Copy { to: Some(path), .. }
            | EffectKind::Move { to: Some(path), .. }
            | EffectKind::Extract { dest: Some(path), .. }
            | EffectKind::Download { dest: Some(path), .. } => full(path),
            EffectKind::Remove { path, .. } => {
                if let Some(path) = full(path) {
                    written.retain(|place| !is_below(&place.path, &path));
                    found.retain(|place| !is_below(&place.path, &path));
                }
                None
            }
            _ => None,
        };
        found.extend(path.map(|path| Place { path, span: effect.span }));
    }
    found
}
