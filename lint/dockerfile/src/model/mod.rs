//! What the instructions mean together: stages and what they inherit, variables, and the shell, user and
//! folder in force at each instruction.

mod captured;
mod change;
mod launch;
mod origin;
mod platform;
mod program;
mod script;
mod shell;
mod stage;
mod variable;
pub mod view;

pub use change::{Change, ChangeKind};
pub use launch::Launch;
pub use origin::{CopySource, Origin};
pub use platform::{Evidence, Os};
pub use program::{Installation, Started};
pub use script::{RunScript, run_script};
pub use shell::{Shell, ShellOrigin, file_stem, program_dialect};
pub use stage::{Base, Image, Stage};
pub use variable::{Variable, VariableKind, Variables, is_platform_argument};

use std::cell::{LazyCell, OnceCell};
use std::collections::HashMap;
use std::rc::Rc;

use crate::ast::{self, Form, Keyword, Kind, Word};
use crate::document::Reading;
use crate::expand::{self, ExpandError, Expanded};
use crate::source::{Source, Span};
use crate::splice::Spliced;
use crate::windows_path;

/// The meaning of one reading of a file.
#[derive(Debug)]
pub struct Model {
    /// The escape character, which words are expanded with.
    pub escape: char,
    /// The stages, in order.
    pub stages: Vec<Stage>,
    /// One step for each instruction of the reading.
    pub steps: Vec<Step>,
    /// The variables declared before the first stage.
    pub globals: Variables,
    /// The stages of each name, in lower case.
    names: HashMap<String, Vec<usize>>,
    /// What [`Model::started_programs`] found.
    programs: OnceCell<Vec<Started>>,
}

/// An instruction in its place.
#[derive(Debug)]
pub struct Step {
    /// The stage it belongs to; `None` before the first `FROM`. A `FROM` belongs to the stage it opens.
    pub stage: Option<usize>,
    /// What is in force before it.
    pub state: Rc<State>,
    /// How many of [`Stage::variables`] (of [`Model::globals`] before the first stage) are visible to it.
    pub visible: usize,
    /// What `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK`, also behind `ONBUILD`, start.
    pub script: Option<RunScript>,
}

/// What is in force at an instruction.
#[derive(Clone, Debug)]
pub struct State {
    /// The shell of shell-form commands.
    pub shell: Rc<Shell>,
    /// The account; `None` is the image's own.
    pub user: Option<Setting>,
    /// The folder; `None` is the image's own.
    pub workdir: Option<Setting>,
}

/// A value that an instruction set.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The value, expanded; for `WORKDIR` the full path as the builder stores it.
    pub value: String,
    /// Where its words stand.
    pub span: Span,
    /// The instruction.
    pub step: usize,
    /// False when it depends on a value that only the build knows.
    pub certain: bool,
}

impl Model {
    /// Reads the meaning of a file's instructions.
    pub fn new(reading: &Reading, source: &Source) -> Self {
        let mut model = Model {
            escape: reading.tree.escape,
            stages: Vec::new(),
            steps: Vec::with_capacity(reading.instructions.len()),
            globals: Variables::default(),
            names: HashMap::new(),
            programs: OnceCell::new(),
        };
        let file = LazyCell::new(|| platform::file_evidence(reading));
        for (index, instruction) in reading.instructions.iter().enumerate() {
            if instruction.keyword == Some(Keyword::From) {
                stage::open(&mut model, reading, index, instruction, &file);
            } else {
                model.step(source, index, instruction);
            }
        }
        for stage in 0..model.stages.len() {
            let end = model.stages.get(stage + 1).map_or(model.steps.len(), |next| next.from);
            model.stages[stage].steps = model.stages[stage].from + 1..end;
            launch::finish(&mut model, reading, stage);
        }
        model
    }

    fn step(&mut self, source: &Source, index: usize, instruction: &ast::Instruction) {
        let stage = self.stages.len().checked_sub(1);
        let state = match stage {
            Some(stage) => Rc::clone(&self.stages[stage].state),
            None => Rc::new(State { shell: Shell::unknown(), user: None, workdir: None }),
        };
        let visible = stage.map_or(self.globals.len(), |stage| self.stages[stage].variables.len());
        let os = stage.map_or(Os::Unknown, |stage| self.stages[stage].os);
        let script = script::run_script(instruction.innermost(), source, &state.shell, os);
        self.steps.push(Step { stage, state, visible, script });
        self.apply(index, instruction);
    }

    /// Carries out what an instruction sets for those after it.
    fn apply(&mut self, index: usize, instruction: &ast::Instruction) {
        let found = variable::declared(self, index, instruction);
        let Some(stage) = self.steps[index].stage else {
            self.globals.extend(found);
            return;
        };
        self.stages[stage].variables.extend(found);
        self.stages[stage].launch.apply(index, instruction);
        match (instruction.keyword, &instruction.kind) {
            (Some(Keyword::Shell), Kind::Command(line)) => {
                let words: Vec<String> = match &line.form {
                    Form::Exec(words) => words.iter().map(|word| word.as_str().to_owned()).collect(),
                    Form::Shell(text) => shell::intended(text, instruction).unwrap_or_default(),
                };
                if !words.is_empty() {
                    self.state_mut(stage).shell = Shell::set(words, index);
                }
            }
            (Some(Keyword::User), Kind::Text(Some(word))) => {
                let user = self.setting(index, word);
                self.state_mut(stage).user = user;
            }
            (Some(Keyword::Workdir), Kind::Text(Some(word))) => {
                let workdir = self.workdir(index, word);
                self.state_mut(stage).workdir = workdir;
            }
            _ => {}
        }
    }

    /// What is in force at the end of a stage, apart from the steps that saw it before.
    fn state_mut(&mut self, stage: usize) -> &mut State {
        Rc::make_mut(&mut self.stages[stage].state)
    }

    fn setting(&self, index: usize, word: &Word) -> Option<Setting> {
        let expanded = self.expand(index, &word.text).ok()?;
        let certain = self.is_certain(index, &expanded);
        Some(Setting { value: expanded.text.text().to_owned(), span: word.span, step: index, certain })
    }

    fn workdir(&self, index: usize, word: &Word) -> Option<Setting> {
        let mut setting = self.setting(index, word)?;
        let stage = &self.stages[self.steps[index].stage?];
        let current = self.steps[index].state.workdir.as_ref();
        let current_value = current.map_or("", |setting| setting.value.as_str());
        if stage.os == Os::Windows {
            setting.value = windows_path::workdir(current_value, &setting.value).unwrap_or(setting.value);
        } else if !setting.value.starts_with('/') {
            setting.value = format!("{}/{}", current_value.trim_end_matches('/'), setting.value);
        }
        setting.certain &= current.is_none_or(|setting| setting.certain);
        Some(setting)
    }

    /// A word as the builder sees it at an instruction.
    ///
    /// # Errors
    /// What the builder refuses to expand.
    pub fn expand(&self, step: usize, word: &Spliced) -> Result<Expanded, ExpandError> {
        expand::word(word, self.escape, &variable::Visible { model: self, step })
    }

    /// The variable of that name at an instruction, if one is declared.
    pub fn variable(&self, step: usize, name: &str) -> Option<&Variable> {
        variable::lookup(self, step, name)
    }

    /// Whether the builder's result does not depend on values that only the build knows.
    pub fn is_certain(&self, step: usize, expanded: &Expanded) -> bool {
        expanded
            .uses
            .iter()
            .all(|used| !used.found || self.variable(step, &used.name).is_none_or(|found| found.value.is_some()))
    }

    /// The platform at an instruction.
    pub fn os(&self, step: usize) -> Os {
        self.steps[step].stage.map_or(Os::Unknown, |stage| self.stages[stage].os)
    }

    /// The stage of an instruction.
    pub fn stage_of(&self, step: usize) -> Option<&Stage> {
        self.steps[step].stage.map(|stage| &self.stages[stage])
    }

    /// Whether any stage is a Windows stage.
    pub fn has_windows(&self) -> bool {
        self.stages.iter().any(|stage| stage.os == Os::Windows)
    }

    /// The last stage: the one whose image is built unless a target is named.
    pub fn final_stage(&self) -> Option<&Stage> {
        self.stages.last()
    }

    /// The stages whose files and settings the final image has: the last stage and those that it builds on, from
    /// last to first.
    pub fn shipped(&self) -> impl Iterator<Item = &Stage> {
        self.final_stage().into_iter().flat_map(|last| self.lineage(last.index))
    }

    /// The stage of a name (in any letter case) or number, among those before `before`.
    pub fn stage_named(&self, name: &str, before: usize) -> Option<&Stage> {
        let stages = &self.stages[..before.min(self.stages.len())];
        let by_name = self.last_named(name, before);
        by_name.map(|index| &stages[index]).or_else(|| stages.get(name.parse::<usize>().ok()?))
    }

    /// The last stage of that name among those before `before`.
    fn last_named(&self, name: &str, before: usize) -> Option<usize> {
        if self.names.is_empty() {
            return None;
        }
        let named = self.names.get(&name.to_ascii_lowercase())?;
        named[..named.partition_point(|&index| index < before)].last().copied()
    }
}
