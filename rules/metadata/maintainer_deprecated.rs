//! The old `MAINTAINER` instruction.

use dockerfile::ast::{Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "maintainer-deprecated",
    group: Group::Metadata,
    severity: Severity::Info,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL4000", "MaintainerDeprecated"],
    page: include_str!("maintainer_deprecated.md"),
    check,
};

const LABEL: &str = "org.opencontainers.image.authors";

fn check(context: &Context, report: &mut Report) {
    for (step, instruction) in context.instructions().iter().enumerate() {
        if instruction.keyword != Some(Keyword::Maintainer) {
            continue;
        }
        let help = format!("write `LABEL {LABEL}=\"...\"`");
        let finding = report.add(instruction.keyword_span, "MAINTAINER is deprecated", help);
        let Kind::Text(Some(name)) = &instruction.kind else { continue };
        if !has_label(context, step) {
            let text = format!("LABEL {LABEL}={}", quoted(name, context.model().escape));
            finding.fix(Fix::safe("make it a label", vec![Edit::replace(instruction.span, text)]));
        }
    }
}

/// Whether the stage sets the label already.
fn has_label(context: &Context, step: usize) -> bool {
    let model = context.model();
    let instructions = context.instructions().iter().enumerate();
    instructions.filter(|(other, _)| model.steps[*other].stage == model.steps[step].stage).any(|(_, instruction)| {
        matches!(&instruction.kind, Kind::Pairs(pairs) if instruction.keyword == Some(Keyword::Label)
            && pairs.iter().any(|pair| pair.name.as_str().trim_matches('"') == LABEL))
    })
}

/// A text as a label's value: MAINTAINER took quotes, dollars and escape characters as they stand. Quotes around
/// the whole were not meant to be part of the name.
fn quoted(word: &Word, escape: char) -> String {
    let text = word.as_str().trim();
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    let mut value = String::from("\"");
    for char in inner.filter(|text| !text.contains('"')).unwrap_or(text).chars() {
        if char == '"' || char == '$' || char == escape {
            value.push(escape);
        }
        value.push(char);
    }
    value.push('"');
    value
}
