//! What `# wbuild:` comments above a `RUN` say of its step.

use dockerfile::pragma::{self, StepPragma};
use dockerfile::source::{Source, Span};

use super::error::PlanError;
use super::step::Policy;

/// What the comments before an instruction say; the first word that says nothing is an error.
pub(super) fn of(source: &Source, comments: &[Span]) -> Result<Policy, PlanError> {
    let (StepPragma { ok_exit, timeout, retries }, faults) = pragma::read(source, comments);
    match faults.first() {
        Some(fault) => {
            let help = "write `# wbuild: ok-exit=0,3010 timeout=30m retries=2`";
            Err(PlanError::at(fault.span, fault.message()).help(help))
        }
        None => Ok(Policy { ok_exit, timeout, retries }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_understood_is_an_error_at_its_place() {
        let source = Source::new(b"# wbuild: timeout=1h retries=99".to_vec());
        let error = of(&source, &[source.span()]).unwrap_err();
        assert_eq!(error.message, "`99` is no number from 0 to 10");
        let policy = of(&source, &[]).unwrap();
        assert_eq!(policy, Policy::default());
    }
}
