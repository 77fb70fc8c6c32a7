//! Steps for the tests of this module.

use crate::image::Digest;
use crate::plan::{Action, Command, Key, Machine, Origin, Place, Policy, Step, StepState};

/// A `RUN` on Linux, as a plan has it.
pub(crate) fn run_step(text: &str) -> Step {
    Step {
        origin: Origin::File { instruction: 1, lines: (2, 2), spans: Vec::new() },
        text: format!("RUN {text}"),
        unit: None,
        action: Action::Run { command: Command::Shell(text.to_owned()), mounts: Vec::new(), flags: Vec::new() },
        state: StepState {
            shell: ["sh", "-c"].map(str::to_owned).to_vec(),
            user: String::new(),
            workdir: "/".to_owned(),
            env: crate::plan::Variables::default(),
            args: crate::plan::Variables::default(),
            machine: Machine::default(),
        },
        place: Place::Engine("it runs a program".to_owned()),
        key: Key { digest: Digest::of(text.as_bytes()), complete: true },
        policy: Policy::default(),
    }
}
