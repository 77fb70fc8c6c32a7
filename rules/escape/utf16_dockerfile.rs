//! A file saved as UTF-16, which no builder reads.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "utf16-dockerfile",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("utf16_dockerfile.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let source = context.source();
    if !source.encoding().is_utf16() {
        return;
    }
    let keyword = context.instructions().first().map_or(Span::at(0), |instruction| instruction.keyword_span);
    let line = source.line_span(source.line_of(0));
    // With the mark before it no first line is a comment or a directive to the builder; without one it may be.
    let first = if source.mark().is_empty() || line.contains(keyword) { keyword } else { line };
    let from = Span::new(first.start, source.text().len() as u32);
    let bytes = [source.mark(), source.original(from)].concat();
    let word = bytes.split(|byte| byte.is_ascii_whitespace() || *byte == 0x0B).next().unwrap_or_default();
    let finding = report
        .add(first, "the file is UTF-16, and builders read only UTF-8", "save it as UTF-8 without byte order mark")
        .seen(format!("unknown instruction: {}", quoted(word)));
    if !source.has_invalid_bytes() {
        finding.fix(Fix { transcode: true, ..Fix::safe("save it as UTF-8", Vec::new()) });
    }
}

/// Bytes as the builder's message spells them.
fn quoted(bytes: &[u8]) -> String {
    let char = |char: char| match char {
        char::REPLACEMENT_CHARACTER => "\\ufffd".to_owned(),
        ' '..='~' => char.to_string(),
        _ => format!("\\x{:02x}", u32::from(char)),
    };
    String::from_utf8_lossy(bytes).chars().map(char).collect()
}
