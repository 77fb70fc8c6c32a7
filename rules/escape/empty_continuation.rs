//! An empty line between continued lines.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::source::Span;
use dockerfile::syntax::{Instruction, Join, Keyword};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "empty-continuation",
    group: Group::Escape,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["NoEmptyContinuation"],
    page: include_str!("empty_continuation.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in &context.tree().instructions {
        for join in instruction.joins.iter().filter(|join| join.empty_lines > 0) {
            match swallowed(instruction, join) {
                Some(name) => {
                    let message = format!("the instruction goes on over the empty line and takes in `{name}`");
                    report
                        .add(join.escape, message, "take the escape character out, or the empty line")
                        .fix(Fix::suggested("end the instruction here", vec![end(context, join)]));
                }
                None => {
                    let message = "the instruction goes on over an empty line, which builders mean to refuse";
                    let fix = Fix::safe("take the empty line out", lines(context, instruction, join));
                    report.add(join.escape, message, "take the empty line out, or make it a comment").fix(fix);
                }
            }
        }
    }
}

/// The instruction in capitals that the text goes on with: it was to be one of its own.
fn swallowed(instruction: &Instruction, join: &Join) -> Option<&'static str> {
    let rest = instruction.line.text()[join.at as usize..].trim_start();
    let word = rest.split([' ', '\t']).next()?;
    let name = Keyword::of(word)?.name();
    (name == word && word.len() < rest.len()).then_some(name)
}

/// Takes the escape character out, and the blanks before it.
fn end(context: &Context, join: &Join) -> Edit {
    let line = context.source().line_span(join.line);
    let before = context.slice(Span::new(line.start, join.escape.start)).trim_end().len() as u32;
    Edit::delete(Span::new(line.start + before, line.end))
}

/// Takes out the empty lines behind a continuation, and leaves the comments between them.
fn lines(context: &Context, instruction: &Instruction, join: &Join) -> Vec<Edit> {
    let source = context.source();
    let last = source.line_count().min(instruction.lines.1);
    (join.line + 1..=last)
        .filter(|&line| context.slice(source.line_span(line)).trim().is_empty())
        .take(join.empty_lines as usize)
        .map(|line| Edit::delete(Span::new(source.line_span(line).start, source.line_end(line))))
        .collect()
}
