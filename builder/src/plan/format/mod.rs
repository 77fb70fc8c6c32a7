//! A plan as text, JSON, Dockerfile and diagram.

mod dockerfile;
mod hidden;
mod json;
mod mermaid;
mod operation;
mod text;

use ::dockerfile::render::Style;

use super::step::{Action, Place, Plan, Stage, Step};

pub use self::dockerfile::dockerfile;
pub use hidden::{Hidden, long_secret_values};
pub use json::json;
pub use mermaid::mermaid;
pub use operation::{operation, verb};
pub use text::text;

/// What a plan is shown with.
pub struct View<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// The Dockerfile's name.
    pub path: &'a str,
    /// What must not be shown.
    pub secrets: &'a Hidden,
    /// Whether with colours.
    pub style: Style,
}

/// What a plan comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// The stages that are built.
    pub stages: usize,
    /// The steps in them.
    pub steps: usize,
    /// The layers that they add.
    pub layers: usize,
    /// The steps that run commands; a `RUN` that is cut is several.
    pub runs: usize,
    /// Those that are lowered.
    pub lowered: usize,
    /// The steps that need an engine.
    pub engine: usize,
}

/// Counts a plan.
pub fn summary(plan: &Plan) -> Summary {
    let mut found = Summary { stages: plan.stages.len(), ..Summary::default() };
    for stage in &plan.stages {
        found.steps += stage.steps.len();
        found.layers += stage.commits.iter().filter(|range| adds_layer(&stage.steps[(*range).clone()])).count();
        for step in &stage.steps {
            found.runs += usize::from(matches!(step.action, Action::Run { .. }));
            found.lowered += usize::from(matches!(step.place, Place::Lowered(_)));
            found.engine += usize::from(matches!(step.place, Place::Engine(_)));
        }
    }
    found
}

/// Whether any step changes files.
fn adds_layer(steps: &[Step]) -> bool {
    steps.iter().any(|step| super::key::changes_files(&step.action))
}

/// The stage's base as `FROM` names it.
fn base(plan: &Plan, stage: &Stage) -> String {
    match &stage.base {
        super::Base::Image(reference) => reference.clone(),
        super::Base::Scratch => "scratch".to_owned(),
        super::Base::Context(name) => format!("{name} (build context)"),
        super::Base::Stage(number) => {
            let parent = plan.stages.iter().find(|stage| stage.number == *number);
            parent.and_then(|stage| stage.name.clone()).unwrap_or_else(|| format!("stage {number}"))
        }
    }
}
