//! A port of `EXPOSE` with an address or a port of the host.

use dockerfile::ast::Keyword;
use dockerfile::ast::Word;
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "expose-port-mapping",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Instruction(&[Keyword::Expose]),
    also: &["ExposeInvalidFormat"],
    page: include_str!("expose_port_mapping.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (word, expanded) in context.exposed() {
        if let Some((before, port)) = expanded.rsplit_once(':') {
            mapped(word, before, port, report);
        }
    }
}

fn mapped(word: &Word, before: &str, port: &str, report: &mut Report) {
    let what = if before.contains(['.', ':', '[']) { "an address" } else { "a port of the host" };
    let help = match port {
        "" => "write the container's port alone".to_owned(),
        _ => format!("write `EXPOSE {port}` and choose {what} with `docker run --publish`"),
    };
    let finding = report.add(word.span, format!("EXPOSE names ports of the container, not {what}"), help);
    // What stands after the last colon of the file is the port, unless the colon comes out of a variable.
    if let Some((_, written)) = word.as_str().rsplit_once(':')
        && !written.is_empty()
        && !written.contains(['}', '"', '\''])
    {
        finding.fix(Fix::suggested("keep the container's port", vec![Edit::replace(word.span, written)]));
    }
}
