//! Whether the target of a copy is there before it.

use dockerfile::model::ChangeKind;
use dockerfile::script::Command;

use crate::Context;
use crate::ran::Ran;

/// What is known of the target of a copy.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Target {
    Unknown,
    /// A folder that a step or a command before has made.
    New,
    /// A folder of Windows, or one that something was put into.
    Filled,
}

/// What is known of a folder when a command runs; the path is folded.
pub(super) fn target(context: &Context, ran: &Ran, command: &Command, path: &str) -> Target {
    let of_image = ["/windows", "/inetpub", "/program files", "/programdata", "/users"];
    if path.len() < 2 || of_image.iter().any(|folder| path.starts_with(folder)) {
        return Target::Filled;
    }
    let is_at = |made: &str| made.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let before = ran.before(context).chain([(ran.step, ran.outer)]);
    let changes = before.flat_map(|(step, before)| context.model().changes(step, before));
    let made = changes.filter(|change| change.span.end <= command.span.start && is_at(&change.path));
    let targets = made.filter_map(|change| match change.kind {
        ChangeKind::Write => Some(Target::Filled),
        ChangeKind::MakeDir => Some(Target::New),
        ChangeKind::Remove => None,
    });
    targets.max().unwrap_or(Target::Unknown)
}
