//! A protocol of `EXPOSE` in capitals.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "expose-proto-casing",
    group: Group::Spelling,
    severity: Severity::Style,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Instruction(&[Keyword::Expose]),
    also: &["ExposeProtoCasing"],
    page: include_str!("expose_proto_casing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (word, expanded) in context.exposed() {
        let Some((_, protocol)) = expanded.rsplit_once('/') else { continue };
        let lower = protocol.to_ascii_lowercase();
        if lower == protocol {
            continue;
        }
        let message = format!("the protocol `{protocol}` is not in lower case");
        let end = word.span.end;
        // What a variable brings in is pointed at as a whole, and not replaced.
        let written = context.slice(word.span).ends_with(protocol);
        let span = if written { Span::new(end - protocol.len() as u32, end) } else { word.span };
        let finding = report.add(span, message, format!("write `{lower}`"));
        if written {
            finding.fix(Fix::safe(format!("write `{lower}`"), vec![Edit::replace(span, lower)]));
        }
    }
}
