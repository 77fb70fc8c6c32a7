//! The scripts of Windows stages, as the rules about shells and command lines look at them.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::{BaseImage, Family};
use dockerfile::model::{Os, RunScript, ShellOrigin, Stage, file_stem};
use dockerfile::script::{Command, Dialect};

use crate::Context;
use crate::listing::{Listed, Listing, Part};

/// A script of a Windows stage, also behind `ONBUILD`.
#[derive(Clone, Copy)]
pub(crate) struct Ran<'a> {
    pub(crate) step: usize,
    /// The instruction as it stands, with `ONBUILD`.
    pub(crate) outer: &'a Instruction,
    /// The instruction that runs.
    pub(crate) instruction: &'a Instruction,
    pub(crate) stage: &'a Stage,
    pub(crate) run: &'a RunScript,
    pub(crate) listing: &'a Listing<'a>,
    /// Whether it is certain which shell reads it; the image that nobody knows may have left any behind.
    is_certain: bool,
}

/// All scripts of Windows stages, in order of place.
pub(crate) fn all<'a>(context: &Context<'a>) -> impl Iterator<Item = Ran<'a>> {
    let model = context.model();
    let instructions = context.instructions();
    context.scripts().filter_map(move |listing| {
        let (step, run) = (listing.step, listing.run);
        let outer = &instructions[step];
        let stage = model.stage_of(step).filter(|stage| stage.os == Os::Windows)?;
        let set = matches!(model.steps[step].state.shell.origin, ShellOrigin::Instruction(_));
        let is_certain = run.exec || set || known(stage).is_some();
        Some(Ran { step, outer, instruction: outer.innermost(), stage, run, listing, is_certain })
    })
}

/// What a stage's image is, when the tables list it; the words in a name alone say too little.
pub(crate) fn known(stage: &Stage) -> Option<&BaseImage> {
    let guessed = |facts: &BaseImage| matches!(facts.family, Family::OtherWindows | Family::Insider);
    stage.facts.as_ref().filter(|facts| !guessed(facts) && facts.confidence == Confidence::High)
}

impl<'a> Ran<'a> {
    pub(crate) fn is_run(&self) -> bool {
        self.instruction.keyword == Some(Keyword::Run)
    }

    /// Whether it is certain which shell reads the script itself.
    pub(crate) fn is_certain(&self) -> bool {
        self.is_certain
    }

    /// The scripts that a shell of that kind is certain to read.
    pub(crate) fn read_by(&self, is_wanted: fn(Dialect) -> bool) -> impl Iterator<Item = Part<'a>> {
        let own = usize::from(self.run.exec || !self.is_certain);
        self.listing.parts().skip(own).filter(move |part| is_wanted(part.script().dialect))
    }

    /// The scripts that cmd.exe reads.
    pub(crate) fn by_cmd(&self) -> impl Iterator<Item = Part<'a>> {
        self.read_by(|dialect| dialect == Dialect::Cmd)
    }

    /// The commands of all scripts whose shell is certain, and the program of an exec form.
    pub(crate) fn commands(&self) -> impl Iterator<Item = &'a Listed<'a>> {
        let is_certain = self.is_certain;
        self.listing.commands.iter().filter(move |listed| is_certain || listed.is_nested())
    }

    /// Whether a command is the program that an exec form starts without a shell.
    pub(crate) fn is_started(&self, command: &Command) -> bool {
        self.run.exec && self.listing.commands.first().is_some_and(|first| first.command.span == command.span)
    }

    /// Whether the script has the same text as the file from a command's begin to its end, so that it may be edited.
    pub(crate) fn is_plain(&self, context: &Context, command: &Command) -> bool {
        let raw = |span| context.slice(span);
        !self.is_started(command)
            && std::iter::once(&command.name).chain(&command.words).all(|word| raw(word.span) == word.raw)
    }

    /// The instructions that come before in the stage and in those that it builds on.
    pub(crate) fn before(&self, context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Instruction)> {
        before(context, self.stage, self.step)
    }
}

/// The instructions before a step of a stage, also in the stages that it builds on.
pub(crate) fn before<'a>(
    context: &Context<'a>,
    stage: &'a Stage,
    step: usize,
) -> impl Iterator<Item = (usize, &'a Instruction)> {
    let instructions = context.instructions();
    let steps = context.model().lineage(stage.index).flat_map(|stage| stage.steps.clone());
    steps.filter(move |&before| before < step).map(move |step| (step, &instructions[step]))
}

/// A program's name in lower case, without quotes, folder and `.exe`.
pub(crate) fn stem(name: &str) -> String {
    file_stem(name.trim_start_matches('@')).to_ascii_lowercase()
}
