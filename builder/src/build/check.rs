//! What of a plan cannot be carried out whatever the files are: said before anything is pulled.

use crate::failure::Failure;
use crate::layer::Flavor;
use crate::plan::format::Hidden;
use crate::plan::{Action, Plan, Step};

use super::error::{FailedStep, StepError};
use super::owner::Owner;
use super::{flavor, place, prepare, stage};

/// Checks the words of all steps that have a form of their own: owners, modes, digests.
///
/// # Errors
/// The first that cannot be one, with its step.
pub fn check(file: &str, plan: &Plan, secrets: &Hidden) -> Result<(), Failure> {
    for (flavor, step) in plan.stages.iter().flat_map(|stage| stage.steps.iter().map(move |step| (flavor(stage), step)))
    {
        words(step, flavor)
            .map_err(|error| FailedStep::new(place(file, step), &step.text, &error, |text| secrets.mask(text)))?;
    }
    Ok(())
}

fn words(step: &Step, flavor: Flavor) -> Result<(), StepError> {
    let Some(copy) = step.action.copy() else { return Ok(()) };
    match (flavor, &copy.chown, &copy.chmod) {
        (Flavor::Windows, Some(owner), _) => Owner::of_account(owner).map(drop)?,
        (Flavor::Linux, _, Some(mode)) => stage::mode(mode).map(drop)?,
        _ => {}
    }
    match &step.action {
        Action::Add { checksum: Some(text), .. } => prepare::parse_checksum(text).map(drop),
        _ => Ok(()),
    }
}
