//! Files that a later `RUN` removes, though the layer that brought them keeps them.

use dockerfile::ast::{Instruction, Keyword, Kind};
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::model::{Base, ChangeKind};
use dockerfile::script::Dialect;
use dockerfile::source::Span;
use dockerfile::windows_path::fold;

use crate::fetch::Run;
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule, fetch};

use super::consecutive_run::{self, can_join};
use super::shipped::{is_below, shipped_runs};

pub(super) static RULE: Rule = Rule {
    id: "remove-in-later-layer",
    group: Group::Layer,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Remove]),
    also: &[],
    page: include_str!("remove_in_later_layer.md"),
    check,
};

/// A file or a folder of an earlier layer: its path, folded, and where the file says so.
type Written = (String, Span);

fn check(context: &Context, report: &mut Report) {
    let removes = |(_, effect): &(Dialect, Effect)| matches!(effect.kind, EffectKind::Remove { .. });
    let removing = context.run_scripts().filter(|script| script.run.effects().iter().any(removes));
    // What comes behind the last of them is removed by none.
    let Some(last) = removing.map(|script| script.step).max() else { return };
    let model = context.model();
    let shipped: Vec<usize> = model.shipped().map(|stage| stage.index).collect();
    let mut ends: Vec<Vec<Written>> = Vec::new();
    for stage in &model.stages {
        let mut written = match stage.base {
            Base::Stage(parent) => ends[parent].clone(),
            Base::Image | Base::Scratch => Vec::new(),
        };
        for step in stage.steps.clone().filter(|&step| step <= last && shipped.contains(&stage.index)) {
            check_step(context, step, &mut written, report);
        }
        ends.push(written);
    }
}

fn check_step(context: &Context, step: usize, written: &mut Vec<Written>, report: &mut Report) {
    let instruction = context.instructions()[step].innermost();
    let mut fresh: Vec<Written> = Vec::new();
    for change in context.model().changes(step, instruction) {
        match change.kind {
            ChangeKind::Write => fresh.extend(files(instruction, &change.path).map(|path| (path, change.span))),
            ChangeKind::MakeDir => {}
            ChangeKind::Remove => {
                let is_own = fresh.iter().any(|(path, _)| is_below(path, &change.path));
                let earlier = written.iter().find(|(path, _)| path.len() > 1 && is_below(path, &change.path));
                if let Some((_, place)) = earlier.filter(|_| !is_own && change.path.len() > 1) {
                    let help = match instruction.keyword {
                        Some(Keyword::Run) if is_copied(context, *place) => {
                            "use the files in a stage of their own, and copy the result from there"
                        }
                        _ => "remove it in the RUN that writes it",
                    };
                    let finding = report
                        .add(change.span, "the layer that has these files keeps them", help)
                        .label(*place, "written here");
                    if let Some(fix) = join(context, step, *place) {
                        finding.fix(fix);
                    }
                }
                written.retain(|(path, _)| !is_below(path, &change.path));
                fresh.retain(|(path, _)| !is_below(path, &change.path));
            }
        }
    }
    written.append(&mut fresh);
}

/// Makes one of the two `RUN`s, where the one right before wrote the file.
fn join(context: &Context, step: usize, place: Span) -> Option<Fix> {
    let pair: Vec<Run> = shipped_runs(context).filter(|run| run.step == step || run.step + 1 == step).collect();
    let [first, second] = pair.as_slice() else { return None };
    let wrote = first.instruction.span.contains(place) && can_join(context, first, second);
    wrote.then(|| consecutive_run::join(context, &pair))?
}

/// Whether `COPY` or `ADD` wrote at this place.
fn is_copied(context: &Context, place: Span) -> bool {
    let copies = context.instructions().iter().map(|instruction| instruction.innermost());
    copies.filter(|it| matches!(it.kind, Kind::Copy(_))).any(|it| it.span.contains(place))
}

/// The paths that a write brings: the destination, and each source in it if it may be a folder.
fn files(instruction: &Instruction, path: &str) -> impl Iterator<Item = String> {
    let Kind::Copy(copy) = &instruction.kind else { return vec![path.to_owned()].into_iter() };
    let dest = copy.dest.as_ref().map_or("", |dest| dest.as_str().trim_matches('"'));
    let is_folder = dest.ends_with(['/', '\\', '.']) || copy.sources.len() > 1;
    let names = copy
        .sources
        .iter()
        .map(|source| fetch::file_name(source.as_str()))
        .filter(|name| !name.is_empty() && !name.contains(['*', '?', '$', '<']) && !matches!(*name, "." | ".."));
    // The folder itself may hold more; its removal takes the files with it all the same.
    let inside = names.map(|name| fold(&format!("{}/{name}", path.trim_end_matches('/'))));
    let all: Vec<String> = if is_folder { inside.collect() } else { vec![path.to_owned()] };
    if all.is_empty() { vec![path.to_owned()].into_iter() } else { all.into_iter() }
}
