//! Downloads over plain HTTP that nothing verifies.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::source::Span;

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule, fetch};

pub(super) static RULE: Rule = Rule {
    id: "insecure-http-download",
    group: Group::Download,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Any(&[Needs::Effect(&[Does::Download]), Needs::Instruction(&[Keyword::Add])]),
    also: &[],
    page: include_str!("insecure_http_download.md"),
    check,
};

const PLAIN: &str = "http://";

fn check(context: &Context, report: &mut Report) {
    for run in fetch::runs(context) {
        for fetch in run.fetches(context) {
            let Some(url) = fetch.url.as_deref().filter(|url| is_plain(url)) else { continue };
            if !fetch::is_local(url)
                && !fetch::is_signed(url)
                && !fetch::is_verified(context, &run, fetch.dest.as_deref())
            {
                add(context, fetch.span, report);
            }
        }
    }
    for (_, source, url) in context.unchecked_additions() {
        if is_plain(&url) && !fetch::is_local(&url) {
            add(context, source.span, report);
        }
    }
}

fn is_plain(url: &str) -> bool {
    url.get(..PLAIN.len()).is_some_and(|scheme| scheme.eq_ignore_ascii_case(PLAIN))
}

fn add(context: &Context, span: Span, report: &mut Report) {
    let help = "use https, or check the hash of what comes";
    let finding = report.add(span, "whoever is on the way can change what plain HTTP brings", help);
    let text = context.slice(span);
    let Some(at) = text.to_ascii_lowercase().find(PLAIN) else { return };
    let start = span.start + at as u32;
    finding.fix(Fix::suggested("use https", vec![Edit::replace(Span::new(start, start + 4), "https")]));
}
