//! An instruction in another letter case than most of the file's.

use dockerfile::ast::Instruction;
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "inconsistent-instruction-casing",
    group: Group::Spelling,
    severity: Severity::Style,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["ConsistentInstructionCasing"],
    page: include_str!("inconsistent_instruction_casing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    // As in BuildKit, what stands before the first stage has no voice.
    let in_stages =
        |instruction: &&Instruction| instruction.keyword.is_some() && model.steps[instruction.index].stage.is_some();
    let written = |instruction: &Instruction| {
        let joined = &context.tree().instructions[instruction.index];
        &joined.line.text()[joined.head.keyword.clone()]
    };
    let all = || context.instructions().iter().filter(in_stages).map(|instruction| (instruction, written(instruction)));
    // Nearly all files are all in capitals.
    if all().all(|(_, word)| is_upper(word)) {
        return;
    }
    let upper = all().filter(|(_, word)| is_upper(word)).count();
    let lower = all().filter(|(_, word)| is_lower(word)).count();
    let (is_right, case): (fn(&str) -> bool, _) =
        if lower > upper { (is_lower, "lower case") } else { (is_upper, "capitals") };
    for (instruction, word) in all().filter(|(_, word)| !is_right(word)) {
        let name = instruction.keyword.map_or("", |keyword| keyword.name());
        let wanted = if lower > upper { name.to_lowercase() } else { name.to_owned() };
        let message = format!("`{word}` is not in {case}, as the file's other instructions are");
        let finding = report.add(instruction.keyword_span, message, format!("write `{wanted}`"));
        // A word that a continuation splits is left alone.
        if context.slice(instruction.keyword_span) == word {
            finding.fix(Fix::safe(format!("write `{wanted}`"), vec![Edit::replace(instruction.keyword_span, wanted)]));
        }
    }
}

fn is_upper(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_uppercase())
        || !word.contains(|char: char| if char.is_ascii() { char.is_ascii_lowercase() } else { char.is_lowercase() })
}

fn is_lower(word: &str) -> bool {
    !word.contains(|char: char| if char.is_ascii() { char.is_ascii_uppercase() } else { char.is_uppercase() })
}
