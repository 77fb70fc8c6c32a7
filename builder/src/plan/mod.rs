//! A Dockerfile as steps: what each does, where it can run, and where a `RUN` is cut. Reads nothing, writes nothing.
//!
//! [`Request`] goes in, [`Plan`] comes out. [`apply_metadata`] says what a step does to an image config; the steps
//! that need no kernel are either plain file steps or a list of [`FileOp`]s.

mod apply;
mod file_op;
mod request;
mod step;

pub use apply::apply_metadata;
pub use file_op::{Algorithm, ArchiveFormat, FileOp, Hash, IfExists, IfMissing, Into, Placement};
pub use request::{ContextListing, Request};
pub use step::{
    Action, Base, Command, Copy, CopyFrom, CopySource, Cut, Destination, Key, Origin, Place, Plan, Policy, Stage, Step,
    StepState, Unit,
};
