//! `RUN`: cut into units, each lowered where it can be.

use dockerfile::ast::Instruction;
use dockerfile::source::Source;

use super::error::PlanError;
use super::stage::Walk;
use super::step::{Action, Origin, Place, Step};

/// The steps of a `RUN`.
pub(super) fn steps(
    walk: &Walk<'_>,
    _source: &Source,
    _instruction: &Instruction,
    action: Action,
    origin: &Origin,
) -> Result<Vec<Step>, PlanError> {
    let text = super::describe::line(&action);
    let reason = if walk.is_windows() { "it starts a program" } else { "it runs in a Linux container" };
    Ok(vec![walk.step(origin.clone(), text, action, Place::Engine(reason.to_owned()))])
}
