//! One stage: its base, its instructions in order, and what each makes of the next.

use dockerfile::ast::{Instruction, Kind};
use dockerfile::facts::base_image::{self, BaseImage, Family, User};
use dockerfile::facts::registry_path;
use dockerfile::model::{self, Os, Shell, ShellOrigin};
use dockerfile::source::Source;
use dockerfile::splice::Spliced;
use dockerfile::syntax::{self, Keyword};

use crate::image::ImageConfig;

use super::action::{self, Setting};
use super::apply::apply_metadata;
use super::base_path::{BasePath, UNREAD_FOLDER, UNREAD_FOLDER_OF_LINUX};
use super::error::PlanError;
use super::needed::Sketch;
use super::scope::{Scope, is_proxy};
use super::step::{Action, Base, Copy, CopyFrom, CopySource, Key, Machine, Origin, Place, Policy, Step, StepState};
use super::variables::Variables;
use super::{Request, key, policy, run};

/// What is known of the stages before.
pub(super) struct Before<'a> {
    /// Their names, in lower case.
    pub names: &'a [Option<String>],
    /// Their ends, by number; none for those that are not needed.
    pub ends: &'a [Option<End>],
    /// The arguments declared before the first stage.
    pub globals: &'a [(String, Option<String>)],
}

/// What a stage leaves to those that build on it.
#[derive(Clone)]
pub(super) struct End {
    /// Its config.
    pub config: ImageConfig,
    /// Whether that is all of it.
    pub known: bool,
    /// The key of its files.
    pub key: Key,
    /// What the tables know of the image under it.
    pub facts: Option<BaseImage>,
    /// The shell that shell-form commands meet.
    pub shell: Vec<String>,
    /// What lowered steps have set for the machine.
    pub machine: Machine,
    /// The variables of its config, as its steps see them.
    pub env: Variables,
    /// The arguments that are declared, also by the stages under it.
    pub args: Vec<(String, Option<String>)>,
    /// Those that have a value, as its steps see them.
    pub given: Variables,
}

/// A stage on its way.
pub(super) struct Walk<'a> {
    pub request: &'a Request<'a>,
    pub before: &'a Before<'a>,
    pub name: Option<&'a str>,
    /// Whether the `PATH` may move to the image config: nothing after it adds to the registry's.
    pub path_allowed: bool,
    /// How many instructions that add a layer are still to come.
    pub ahead: usize,
    pub end: End,
    pub own_cmd: bool,
    pub steps: Vec<Step>,
}

impl<'a> Walk<'a> {
    /// A stage before its first instruction.
    pub fn new(
        request: &'a Request<'a>,
        before: &'a Before<'a>,
        name: Option<&'a str>,
        path_allowed: bool,
        end: End,
    ) -> Self {
        Walk { request, before, name, path_allowed, ahead: 0, end, own_cmd: false, steps: Vec::new() }
    }

    /// Runs the triggers of what the stage builds on.
    pub fn triggers(&mut self) -> Result<(), PlanError> {
        let triggers = std::mem::take(&mut self.end.config.config.on_build);
        for (number, trigger) in triggers.iter().enumerate() {
            // Both builders read triggers with the escape character that a file has without a directive.
            let source = Source::new(trigger.clone().into_bytes());
            let options = syntax::Options { escape: Some('\\'), ..syntax::Options::default() };
            let tree = syntax::parse(&source, &options);
            let (instructions, problems) = dockerfile::ast::build(&tree);
            let problem = tree.problems.iter().chain(&problems).find(|problem| !problem.kind.is_warning());
            let failed = |message: &str| {
                PlanError::nowhere(format!(
                    "the trigger `ONBUILD {trigger}` of the base image cannot be run: {message}"
                ))
            };
            if let Some(problem) = problem {
                return Err(failed(&problem.kind.message()));
            }
            for instruction in &instructions {
                self.instruction(&source, '\\', instruction, Origin::Trigger(number), &Policy::default())
                    .map_err(|error| failed(&error.message))?;
            }
        }
        Ok(())
    }

    /// Runs an instruction of the file.
    pub fn file_instruction(&mut self, index: usize, instruction: &Instruction) -> Result<(), PlanError> {
        let document = self.request.document;
        let node = &document.built.tree.instructions[index];
        let policy = policy::of(&document.source, &node.comments)?;
        let origin = Origin::File { instruction: index, lines: instruction.lines, spans: vec![instruction.span] };
        self.instruction(&document.source, document.built.tree.escape, instruction, origin, &policy)
    }

    fn instruction(
        &mut self,
        source: &Source,
        escape: char,
        instruction: &Instruction,
        origin: Origin,
        policy: &Policy,
    ) -> Result<(), PlanError> {
        if let Some(refusal) = dockerfile::ast::refused(instruction) {
            return Err(PlanError::at(refusal.span, refusal.message));
        }
        let action = action::action(&self.setting(source, escape), instruction)?;
        let mut steps = match action {
            Action::Run { .. } => run::steps(self, source, instruction, action, &origin)?,
            action => {
                let text = super::describe::line(&action, self.before.names);
                let place = place(&action);
                vec![self.step(origin, text, action, place)]
            }
        };
        for step in &mut steps {
            step.policy = policy.clone();
        }
        for step in steps {
            self.finish(step);
        }
        Ok(())
    }

    /// A step with what is in force now; its key comes when it is finished.
    pub fn step(&self, origin: Origin, text: String, action: Action, place: Place) -> Step {
        Step {
            origin,
            text,
            unit: None,
            action,
            state: self.state(),
            place,
            key: self.end.key.clone(),
            policy: Policy::default(),
        }
    }

    /// Gives a step its key and carries out what it sets.
    fn finish(&mut self, mut step: Step) {
        let image = match &step.action {
            Action::Copy(copy) | Action::Add { copy, .. } => match &copy.from {
                CopyFrom::Image(reference) => self.request.bases.get(reference),
                _ => None,
            },
            _ => None,
        };
        step.key = key::step(&key::Parts {
            below: &self.end.key,
            action: &step.action,
            state: &step.state,
            place: &step.place,
            platform: &self.end.config.platform,
            files: self.request.files,
            stages: self.before.ends,
            image,
        });
        if key::changes_files(&step.action) {
            self.end.key = step.key.clone();
        }
        apply_metadata(&mut self.end.config, &step);
        self.end.machine.take(&step);
        if matches!((&step.action, &step.place), (Action::Run { .. }, Place::Engine(_))) {
            // Whatever it runs may add to the PATH in the registry.
            self.end.machine.base_path = BasePath::Unknown;
        }
        match &step.action {
            Action::Env { pairs } => pairs.iter().for_each(|(name, value)| self.end.env.set(name, Some(value))),
            Action::Arg { pairs } => {
                for (name, value) in pairs {
                    self.end.given.set(name, value.as_deref().filter(|_| !is_proxy(name)));
                }
                self.end.args.extend(pairs.iter().cloned());
            }
            Action::Cmd(_) => self.own_cmd = true,
            Action::Shell { words } => self.end.shell.clone_from(words),
            _ => {}
        }
        self.steps.push(step);
    }

    /// Whether the stage is for Windows.
    pub fn is_windows(&self) -> bool {
        self.end.config.platform.is_windows()
    }

    /// The folder in force.
    pub fn workdir(&self) -> &str {
        match self.end.config.config.working_dir.as_str() {
            "" if self.is_windows() => r"C:\",
            "" => "/",
            folder => folder,
        }
    }

    /// What is in force now.
    pub fn state(&self) -> StepState {
        StepState {
            shell: self.end.shell.clone(),
            user: self.end.config.config.user.clone(),
            workdir: self.workdir().to_owned(),
            env: self.end.env.clone(),
            args: self.end.given.clone(),
            machine: self.end.machine.clone(),
        }
    }

    fn setting<'b>(&'b self, source: &'b Source, escape: char) -> Setting<'b> {
        Setting {
            source,
            scope: Scope {
                env: &self.end.config.config.env,
                args: &self.end.args,
                given: self.request.build_args,
                escape,
                windows: self.is_windows(),
            },
            workdir: self.workdir(),
            windows: self.is_windows(),
            stages: self.before.names,
            contexts: self.request.contexts,
            globals: self.before.globals,
            platform: &self.end.config.platform,
            stage_name: self.name,
            own_cmd: self.own_cmd,
        }
    }
}

/// Where a step that is no `RUN` can be carried out.
fn place(action: &Action) -> Place {
    let clones = |copy: &Copy| copy.sources.iter().any(|source| matches!(source, CopySource::Git(_)));
    match action {
        Action::Add { copy, .. } if clones(copy) => {
            Place::Engine("it clones a repository, which only --engine buildkit does".to_owned())
        }
        _ => Place::Offline,
    }
}

/// What a stage begins with.
pub(super) fn begin(request: &Request<'_>, before: &Before<'_>, sketch: &Sketch) -> End {
    let Sketch { base, platform, .. } = sketch;
    if let Base::Stage(number) = base
        && let Some(Some(parent)) = before.ends.get(*number)
    {
        return parent.clone();
    }
    let config = match base {
        Base::Image(reference) => request.bases.get(reference),
        Base::Context(name) => request.bases.get(name),
        Base::Stage(_) | Base::Scratch => None,
    };
    let facts = match base {
        Base::Image(reference) => facts(reference),
        _ => None,
    };
    let known = config.is_some() || *base == Base::Scratch;
    let platform = config.map_or_else(|| platform.clone(), |config| config.platform.clone());
    let key = key::base(base, &platform, config, None);
    let mut own = config.cloned().unwrap_or_else(|| ImageConfig::empty(platform));
    if !known && facts.is_some_and(|facts| facts.default_user == User::ContainerUser) && own.platform.is_windows() {
        own.config.user = "ContainerUser".to_owned();
    }
    let windows = own.platform.is_windows();
    if !known && !is_bare(facts) {
        own.config.working_dir = if windows { UNREAD_FOLDER } else { UNREAD_FOLDER_OF_LINUX }.to_owned();
    }
    let guessed = sketch.guessed_shell.clone().filter(|_| !known);
    let shell = own.config.shell.clone().or(guessed).unwrap_or_else(|| {
        let os = if windows { Os::Windows } else { Os::Linux };
        Shell::of_image(os, facts.filter(|_| !known).map(|facts| facts.default_shell)).words.clone()
    });
    // A base that sets a PATH in its config, or is replaced by another, has none of the tables' in force.
    let base_path = if windows { base_path(request, base, facts) } else { BasePath::Unknown };
    End {
        env: Variables::of_image(&own.config.env, windows),
        config: own,
        known,
        key,
        facts,
        shell,
        machine: Machine { base_path, ..Machine::default() },
        args: Vec::new(),
        given: Variables::of_build(),
    }
}

/// Whether the tables know that the config of an image says nothing: Microsoft's own bases set no variables and no folder.
pub(super) fn is_bare(facts: Option<BaseImage>) -> bool {
    facts.is_some_and(|facts| {
        matches!(facts.family, Family::NanoServer | Family::ServerCore | Family::Windows | Family::Server)
    })
}

/// What is known of the `PATH` in the registry of a base.
fn base_path(request: &Request<'_>, base: &Base, facts: Option<BaseImage>) -> BasePath {
    let (Base::Image(name) | Base::Context(name)) = base else { return BasePath::Unknown };
    let read = request.paths.get(name).cloned();
    read.or_else(|| registry_path::of(&facts?)).map_or(BasePath::Unread, BasePath::Known)
}

/// What the tables know of an image.
pub(super) fn facts(reference: &str) -> Option<BaseImage> {
    let parsed = dockerfile::reference::parse(&Spliced::verbatim(reference, 0)).ok()?;
    let tag = parsed.tag.as_ref().map(|tag| tag.text.as_str());
    base_image::lookup(&parsed.name_without_tag(), tag)
}

/// The script of a `RUN` as the shell in force reads it.
pub(super) fn script(walk: &Walk<'_>, source: &Source, instruction: &Instruction) -> Option<model::RunScript> {
    let shell = Shell::from_words(walk.end.shell.clone(), ShellOrigin::Image);
    let os = if walk.is_windows() { Os::Windows } else { Os::Linux };
    model::run_script(instruction, source, &shell, os)
}

/// The names of the stages of a file, in lower case.
pub(super) fn names(instructions: &[Instruction]) -> Vec<Option<String>> {
    let froms = instructions.iter().filter_map(|instruction| match &instruction.kind {
        Kind::From(from) if instruction.keyword == Some(Keyword::From) => Some(from),
        _ => None,
    });
    froms.map(|from| from.name.as_ref().map(|name| name.as_str().to_lowercase())).collect()
}
