//! `${ProgramFiles}` and other variables of Windows, which the builder does not see.

use dockerfile::ast::{Instruction, Keyword, Kind, Pair, Word};
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::expand::Use;
use dockerfile::facts::base_image::{Family, Os};
use dockerfile::facts::env::{self, OsVariable};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::write;
use crate::expansion::Expansion;

pub(super) static RULE: Rule = Rule {
    id: "container-env-not-visible",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("container_env_not_visible.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for Expansion { instruction, word, expanded } in context.expansions {
        let inner = instruction.innermost();
        let Some(expanded) = expanded.as_ref().ok().filter(|_| inner.keyword != Some(Keyword::From)) else { continue };
        // PATH in PATH has a rule of its own.
        let is_path =
            || write::pair_of(inner, word).is_some_and(|pair| pair.name.as_str().eq_ignore_ascii_case("path"));
        for used in expanded.uses.iter().filter(|used| !used.found && used.modifier.is_none()) {
            let Some(variable) = env::find(&used.name) else { continue };
            if !(variable.name == "Path" && is_path()) {
                unseen(context, instruction, word, used, variable, expanded.text.text(), report);
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
    let value =
        variable.value.filter(|_| !variable.per_user || write::is_administrator(context, instruction) == Some(true));
    let help = match value {
        Some(value) => format!("write the value itself: {value}"),
        None => "write the value itself, or declare it with ENV first".into(),
    };
    let same = given_here(instruction.innermost(), variable);
    let message = match same {
        Some(_) => format!("the value of {} is empty here: this instruction sets it for later ones", used.name),
        None => format!("the value of {} is empty here: Windows keeps it in the registry", used.name),
    };
    let mut finding = report.add(used.span, message, help).seen(text);
    if let Some(pair) = same {
        finding = finding.label(pair.name.span, "visible from the next instruction on");
    }
    // Another base image may declare it by ENV.
    let finding = if facts.is_some() { finding } else { finding.at_most(Severity::Warning) };
    if let Some(value) = value
        && let Some(edits) = write::replace(context, instruction.innermost(), word, used.span, value)
    {
        finding.fix(Fix::suggested(format!("write {value}"), edits));
    }
}

/// The pair of the same instruction that declares the variable.
fn given_here<'a>(instruction: &'a Instruction, variable: &OsVariable) -> Option<&'a Pair> {
    let (Kind::Pairs(pairs) | Kind::Args(pairs)) = &instruction.kind else { return None };
    pairs.iter().find(|pair| pair.name.as_str().eq_ignore_ascii_case(variable.name))
}
