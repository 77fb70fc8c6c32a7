//! Which steps are committed together.

use std::ops::Range;

use super::file_op::FileOp;
use super::step::{Action, Place, Step};

/// What a step adds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Weight {
    /// Nothing: it sets something in the config.
    None,
    /// A folder, a variable, a few bytes: not worth a layer of its own.
    Little,
    /// Files.
    Much,
}

/// The steps of a stage as ranges, one for each commit. What adds no files, or little, goes with the next step that
/// does; what stands after the last one goes with it. What an engine runs never shares a layer with what is written
/// without one.
pub(super) fn group(steps: &[Step]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let (mut start, mut offline_files) = (0, false);
    for (index, step) in steps.iter().enumerate() {
        let engine = matches!(step.place, Place::Engine(_));
        match weight(step) {
            Weight::None => {}
            Weight::Little => offline_files = true,
            Weight::Much => {
                if engine && offline_files {
                    ranges.push(start..index);
                    start = index;
                }
                ranges.push(start..index + 1);
                (start, offline_files) = (index + 1, false);
            }
        }
    }
    if start < steps.len() {
        let last_is_engine = ranges.last().is_some_and(|range| matches!(steps[range.end - 1].place, Place::Engine(_)));
        match ranges.last_mut() {
            Some(last) if !(offline_files && last_is_engine) => last.end = steps.len(),
            _ => ranges.push(start..steps.len()),
        }
    }
    ranges
}

fn weight(step: &Step) -> Weight {
    match (&step.action, &step.place) {
        (Action::Workdir { .. }, _) => Weight::Little,
        (Action::Run { .. }, Place::Lowered(operations)) if operations.iter().all(is_small) => Weight::Little,
        (Action::Copy(_) | Action::Add { .. } | Action::Run { .. }, _) => Weight::Much,
        _ => Weight::None,
    }
}

fn is_small(operation: &FileOp) -> bool {
    matches!(
        operation,
        FileOp::MakeDir { .. } | FileOp::WriteFile { .. } | FileOp::Remove { .. } | FileOp::SetEnv { .. }
    )
}
