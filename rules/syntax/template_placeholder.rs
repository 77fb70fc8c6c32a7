//! Files that become Dockerfiles only when a program has filled them in.

use dockerfile::ast::{Instruction, Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::source::Span;

use memchr::memchr2_iter;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "template-placeholder",
    group: Group::Syntax,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("template_placeholder.md"),
    check,
};

/// What placeholders begin and end with.
const PAIRS: [(&str, &str); 4] = [("${{", "}}"), ("<%", "%>"), ("{{", "}}"), ("{%", "%}")];

/// The first placeholder of a template language, if the file is a template.
fn placeholder(document: &Document) -> Option<Span> {
    // Nearly no file is one.
    let may_be = may_open(document.source.text());
    let mut instructions = document.reading().instructions.iter().filter(|_| may_be);
    instructions.find_map(|instruction| in_instruction(document, instruction))
}

/// Whether one of [`PAIRS`] opens in a text, by the two signs that it begins or ends with.
fn may_open(text: &str) -> bool {
    let text = text.as_bytes();
    let is_followed = |at: usize| match text.get(at + 1) {
        Some(b'%') => true,
        next => text[at] == b'{' && next == Some(&b'{'),
    };
    memchr2_iter(b'{', b'<', text).any(is_followed)
}

fn in_instruction(document: &Document, instruction: &Instruction) -> Option<Span> {
    // Scripts use double braces themselves (`--format {{.Name}}`), ENV and LABEL carry them as data.
    let script = matches!(
        instruction.innermost().keyword,
        Some(Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck | Keyword::Label | Keyword::Env)
    );
    let text = document.source.slice(instruction.span);
    let pairs = PAIRS.iter().filter(|(open, _)| !script || matches!(*open, "${{" | "<%"));
    pairs
        .filter_map(|(open, close)| {
            let at = text.find(open)?;
            // In what is no instruction, the placeholder may go on over several lines.
            let len = match text[at..].find(close) {
                Some(end) => end + close.len(),
                None if matches!(instruction.kind, Kind::Unknown) => open.len(),
                None => return None,
            };
            let start = instruction.span.start + at as u32;
            (!text[at..at + len].contains('\n')).then(|| Span::new(start, start + len as u32))
        })
        .min_by_key(|span| span.start)
}

/// All places of a template that are still to be filled in, also in scripts and over several lines; none in a file that
/// is no template.
pub(crate) fn placeholders(document: &Document) -> Vec<Span> {
    if placeholder(document).is_none() {
        return Vec::new();
    }
    let text = document.source.text();
    let mut found = Vec::new();
    // Where each pair opens next: one that opens no more is not looked for again.
    let next = |from: usize, (open, close)| Some((from + text[from..].find(open)?, open, close));
    let mut opens: Vec<_> = PAIRS.iter().filter_map(|&pair| next(0, pair)).collect();
    while let Some(&(start, _, close)) = opens.iter().min_by_key(|&&(start, _, close)| (start, close)) {
        let end = text[start..].find(close).map_or(text.len(), |len| start + len + close.len());
        found.push(Span::new(start as u32, end as u32));
        let later = |(at, open, close)| if at < end { next(end, (open, close)) } else { Some((at, open, close)) };
        opens = opens.into_iter().filter_map(later).collect();
    }
    found
}

fn check(context: &Context, report: &mut Report) {
    if context.placeholders.is_empty() {
        return;
    }
    if let Some(span) = placeholder(context.document) {
        report.add(
            span,
            "this is a template, not yet a Dockerfile",
            "check the file that the template gives; syntax errors are not reported here",
        );
    }
}
