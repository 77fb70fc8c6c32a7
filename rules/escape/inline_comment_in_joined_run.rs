//! A comment at the end of a line that is joined to the next one.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::Comment;
use dockerfile::source::Span;

use super::joined::{join_of, once, scripts, text_end};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "inline-comment-in-joined-run",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("inline_comment_in_joined_run.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let breaks = |from: u32, to: u32| context.source().line_of(from) < context.source().line_of(to);
    let found = scripts(context)
        .flat_map(|(step, script)| script.swallowing_comments(&breaks).into_iter().map(move |comment| (step, comment)));
    for (step, comment) in once(found, |(_, comment)| comment.span) {
        let help = "put the comment on a line of its own, or write `<# ... #>`";
        let finding = report
            .add(comment.span, "this comment also hides the lines that are joined to it", help)
            .label(comment.lost, "never runs");
        if let Some(fix) = lift(context, step, &comment) {
            finding.fix(fix);
        }
    }
}

/// Writes the comment on a line of its own above the one it stands on: the builder takes such lines out.
fn lift(context: &Context, step: usize, comment: &Comment) -> Option<Fix> {
    let source = context.source();
    let line = source.line_of(comment.span.start);
    let start = source.line_span(line).start;
    let before = source.slice(Span::new(start, comment.span.start));
    let written = Span::new(comment.span.start, text_end(context, join_of(context, step, line)?));
    let text = source.slice(written);
    // A quote in the comment may open or close an argument for the program that starts the shell.
    if text.contains('"') {
        return None;
    }
    let indent = &before[..before.len() - before.trim_start().len()];
    let code_end = start + before.trim_end().len() as u32;
    let edits = |separator: &str| {
        let above = Edit::insert(start, format!("{indent}{text}\n"));
        vec![above, Edit::replace(Span::new(code_end, written.end), separator)]
    };
    Some(if comment.separates {
        Fix::suggested("put the comment above the line, and `;` in its place", edits(";"))
    } else {
        Fix::safe("put the comment above the line", edits(""))
    })
}
