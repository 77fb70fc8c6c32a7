//! A joined line that begins a statement, with nothing that ends the one before.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::Dialect;

use super::joined::{join_before, once, running_on, text_end};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "missing-statement-separator",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("missing_statement_separator.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let found = running_on(context).flat_map(|(step, script)| {
        let begins_line = |place| join_before(context, step, place).is_some();
        script.fused(&begins_line).into_iter().map(move |fused| (step, script.dialect, fused))
    });
    for (step, dialect, fused) in once(found, |(_, _, fused)| fused.span) {
        let Some(join) = join_before(context, step, fused.span) else { continue };
        let (separator, sign) = if dialect == Dialect::Cmd { (" &&", "&&") } else { (";", ";") };
        let word = context.slice(fused.span);
        let message = if fused.command.is_empty() {
            format!("nothing separates `{word}` from the statement before it")
        } else {
            format!("`{word}` is an argument of `{}` here, not a new statement", fused.command)
        };
        let end = text_end(context, join);
        report
            .add(fused.span, message, format!("end the line before with `{sign}`: joined lines are one line"))
            .fix(Fix::suggested(format!("put `{sign}` between them"), vec![Edit::insert(end, separator)]));
    }
}
