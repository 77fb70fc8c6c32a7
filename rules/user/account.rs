//! Which accounts a stage names and creates, and what it starts.

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::{BaseImage, Family};
use dockerfile::model::{Base, Stage};

use crate::Context;
use crate::listing::Listed;

/// A `USER` of a Windows stage, also behind `ONBUILD`.
pub(super) struct Named<'a> {
    pub(super) step: usize,
    pub(super) stage: &'a Stage,
    pub(super) word: &'a Word,
    /// The account, as the builder reads it.
    pub(super) name: String,
    /// Whether a build may name another.
    pub(super) variable: bool,
}

/// Every `USER` whose account is known.
pub(super) fn named<'a>(context: &Context<'a>) -> Vec<Named<'a>> {
    let model = context.model();
    let find = |(step, instruction): (usize, &'a Instruction)| {
        let stage = model.stage_of(step)?;
        let instruction = instruction.innermost();
        let Kind::Text(Some(word)) = &instruction.kind else { return None };
        let expanded = model.expand(step, &word.text).ok().filter(|_| instruction.keyword == Some(Keyword::User))?;
        let name = expanded.text.text().trim().to_owned();
        let is_known = !name.is_empty() && model.is_certain(step, &expanded) && expanded.uses.iter().all(|it| it.found);
        is_known.then_some(Named { step, stage, word, name, variable: !expanded.uses.is_empty() })
    };
    context.instructions().iter().enumerate().filter_map(find).collect()
}

/// A stage and those that it builds on, the stage first.
pub(super) fn lineage<'a>(context: &Context<'a>, stage: &'a Stage) -> impl Iterator<Item = &'a Stage> {
    let stages = &context.model().stages;
    std::iter::successors(Some(stage), |stage| match stage.base {
        Base::Stage(parent) => stages.get(parent),
        _ => None,
    })
}

/// What the `RUN`s do that come before an instruction, also in the stages that its stage builds on.
pub(super) fn effects_before<'a>(context: &Context<'a>, stage: &'a Stage, step: usize) -> Vec<&'a Effect> {
    let model = context.model();
    let steps = lineage(context, stage).flat_map(|stage| stage.steps.clone()).filter(|&before| before < step);
    let runs = steps.filter(|&step| context.instructions()[step].innermost().keyword == Some(Keyword::Run));
    let scripts = runs.filter_map(|step| model.steps[step].script.as_ref());
    scripts.flat_map(|run| run.effects()).map(|(_, effect)| effect).collect()
}

/// Whether one of these effects creates the account.
pub(super) fn is_created(effects: &[&Effect], account: &str) -> bool {
    let account = account.rsplit('\\').next().unwrap_or(account);
    effects.iter().any(|effect| match &effect.kind {
        EffectKind::CreateUser { name, .. } => name.eq_ignore_ascii_case(account) || name.contains(['$', '%']),
        _ => false,
    })
}

/// Whether all accounts of the image that a stage builds on are known.
pub(super) fn is_plain(facts: Option<&BaseImage>) -> bool {
    facts.is_some_and(|facts| {
        let plain = !matches!(facts.family, Family::OtherWindows | Family::OfficialWindows | Family::BusinessCentral);
        plain && facts.confidence == Confidence::High
    })
}

/// The last instruction of that kind in a stage or in those that it builds on.
pub(super) fn last<'a>(context: &Context<'a>, stage: &'a Stage, keyword: Keyword) -> Option<(usize, &'a Instruction)> {
    let instructions = context.instructions();
    let is = |&step: &usize| instructions[step].keyword == Some(keyword);
    lineage(context, stage).find_map(|stage| stage.steps.clone().rev().find(is)).map(|step| (step, &instructions[step]))
}

/// Whether a stage's containers start ServiceMonitor: by what the file says, else by what the image says.
pub(super) fn starts_service_monitor(context: &Context, stage: &Stage) -> bool {
    let by_image = || stage.facts.as_ref().is_some_and(|facts| facts.entrypoint.is_some());
    let names = |step: usize| {
        let commands = context.script(step).into_iter().flat_map(|script| &script.commands);
        let mut words = commands.flat_map(|Listed { command, .. }| {
            std::iter::once(&command.name).chain(&command.words).map(|word| word.text.to_ascii_lowercase())
        });
        words.any(|word| word.contains("servicemonitor"))
    };
    match last(context, stage, Keyword::Entrypoint) {
        Some((step, _)) => names(step),
        None => by_image() || last(context, stage, Keyword::Cmd).is_some_and(|(step, _)| names(step)),
    }
}
