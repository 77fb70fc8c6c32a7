//! A comment above a stage or an argument that does not begin with its name.

use dockerfile::ast::{Instruction, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "invalid-definition-description",
    group: Group::Spelling,
    severity: Severity::Style,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["InvalidDefinitionDescription"],
    page: include_str!("invalid_definition_description.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    if !is_asked_for(context) {
        return;
    }
    for instruction in context.instructions() {
        let Some(comment) = description(context, instruction) else { continue };
        let text = context.slice(comment).trim_start_matches('#').trim();
        let names = names(instruction);
        let first = text.split(' ').next().unwrap_or_default();
        if names.is_empty() || names.contains(&first) {
            continue;
        }
        let keyword = instruction.keyword.map_or("", |keyword| keyword.name());
        report
            .add(
                comment,
                format!("this comment is no description of the {keyword} below it"),
                format!("begin with the name, as `# {} ...`, or put an empty line below the comment", names[0]),
            )
            .label(instruction.keyword_span, "taken for the description of this");
    }
}

/// BuildKit runs this check only where the file asks for it, as it would speak of most comments; so does this rule,
/// unless the user named its severity.
fn is_asked_for(context: &Context) -> bool {
    let asks = |value: &str| {
        let options = value.split(';').filter_map(|option| option.trim().strip_prefix("experimental="));
        options
            .flat_map(|names| names.split(','))
            .any(|name| matches!(name.trim(), "all" | "InvalidDefinitionDescription"))
    };
    let mut directives = context.tree().directives.iter().filter(|directive| directive.name == "check");
    context.settings.explicit.contains(RULE.id) || directives.any(|directive| asks(&directive.value))
}

/// The comment in the line above an instruction.
fn description(context: &Context, instruction: &Instruction) -> Option<Span> {
    let comment = *context.tree().instructions[instruction.index].comments.last()?;
    (context.source().line_of(comment.start) + 1 == instruction.lines.0).then_some(comment)
}

/// What a `FROM` or an `ARG` defines.
fn names(instruction: &Instruction) -> Vec<&str> {
    match &instruction.kind {
        Kind::From(from) => from.name.iter().map(|name| name.as_str()).collect(),
        Kind::Args(pairs) => pairs.iter().map(|pair| pair.name.as_str()).collect(),
        _ => Vec::new(),
    }
}
