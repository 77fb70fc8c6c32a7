//! `${ProgramFiles}` and other variables of Windows, which the builder does not see.

use dockerfile::ast::{Instruction, Keyword, Word};
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::expand::Use;
use dockerfile::facts::base_image::{Family, Os, User};
use dockerfile::facts::env::{self, OsVariable};

use crate::{Context, Fixable, Group, Platform, Report, Rule};

use super::write;

pub(super) static RULE: Rule = Rule {
    id: "container-env-not-visible",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("container_env_not_visible.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        if inner.keyword == Some(Keyword::From) {
            continue;
        }
        for word in inner.expanded_words() {
            // PATH in PATH has a rule of its own.
            let is_path = write::pair_of(inner, word).is_some_and(|pair| pair.name.as_str().eq_ignore_ascii_case("path"));
            let Ok(expanded) = context.model().expand(instruction.index, &word.text) else { continue };
            for used in expanded.uses.iter().filter(|used| !used.found && used.modifier.is_none()) {
                let Some(variable) = env::find(&used.name) else { continue };
                if !(is_path && variable.name == "Path") {
                    unseen(context, instruction, word, used, variable, expanded.text.text(), report);
                }
            }
        }
    }
}

fn unseen(
    context: &Context,
    instruction: &Instruction,
    word: &Word,
    used: &Use,
    variable: &OsVariable,
    text: &str,
    report: &mut Report,
) {
    let Some(stage) = context.model().stage_of(instruction.index) else { return };
    let facts = stage.facts.as_ref().filter(|facts| facts.os != Os::Linux);
    // These declare ProgramFiles and LOCALAPPDATA by ENV.
    if facts.is_some_and(|facts| facts.family == Family::PowerShell) {
        return;
    }
    let value = variable.value.filter(|_| !variable.per_user || is_administrator(context, instruction));
    let help = match value {
        Some(value) => format!("write the value itself: {value}"),
        None => "write the value itself, or declare it with ENV first".into(),
    };
    let message = format!("{} is empty here: Windows keeps it in the registry", used.name);
    let finding = report.add(used.span, message, help).seen(text);
    // Another base image may declare it by ENV.
    let finding = if facts.is_some() { finding } else { finding.at_most(Severity::Warning) };
    if let Some(value) = value
        && let Some(edits) = write::replace(context, instruction.innermost(), word, used.span, value)
    {
        finding.fix(Fix::suggested(format!("write {value}"), edits));
    }
}

/// Whether the account is the one that the tables' values are for.
fn is_administrator(context: &Context, instruction: &Instruction) -> bool {
    let model = context.model();
    match &model.steps[instruction.index].state.user {
        Some(user) => user.certain && user.value.eq_ignore_ascii_case("ContainerAdministrator"),
        None => {
            let facts = model.stage_of(instruction.index).and_then(|stage| stage.facts.as_ref());
            facts.is_some_and(|facts| facts.default_user == User::ContainerAdministrator)
        }
    }
}
