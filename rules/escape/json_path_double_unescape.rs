//! A path in a JSON array that JSON and the escape character unescape one after the other.

use dockerfile::diagnostic::Severity;
use dockerfile::escape;
use dockerfile::syntax::Keyword;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "json-path-double-unescape",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("json_path_double_unescape.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for eaten in context.eaten {
        if !eaten.json {
            continue;
        }
        let advice = match eaten.instruction.keyword {
            Some(Keyword::Volume) => "write \\\\\\\\ for each backslash",
            _ => "write / instead of \\\\",
        };
        let mut finding = report.add(
            eaten.span,
            "this path is unescaped twice: JSON takes one backslash, the builder the other",
            format!("{advice}, or put \"# escape=`\" on the first line"),
        );
        if let Some(seen) = escape::as_built(eaten) {
            finding = finding.seen(seen);
        }
        if let Some(fix) = escape::respelt(eaten) {
            finding.fix(fix);
        }
    }
}
