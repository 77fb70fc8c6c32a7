//! Whose layers anybody gets: those of the last stage and of the stages that it builds on.

use crate::Context;
use crate::fetch::{Run, runs};

/// The `RUN`s of those stages, in order of place.
pub(super) fn shipped_runs<'a>(context: &Context<'a>) -> impl Iterator<Item = Run<'a>> {
    let stages: Vec<usize> = context.model().shipped().map(|stage| stage.index).collect();
    runs(context).filter(move |run| stages.contains(&run.stage.index))
}

/// Whether `path` is `folder` or stands below it; both as `windows_path::fold` has them.
pub(super) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
