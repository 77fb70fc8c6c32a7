//! A line that ends in a path's backslash, which joins the next instruction to it.

use std::cell::LazyCell;

use dockerfile::ast::Instruction;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::escape;
use dockerfile::source::Span;
use dockerfile::syntax::Keyword;
use dockerfile::syntax::reading::Reason;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "trailing-backslash-continuation",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("trailing_backslash_continuation.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let Some((reading, Reason::Swallowed(lines))) = &context.document.meant else { return };
    let backtick = LazyCell::new(|| escape::to_backtick(context.document));
    for &line in lines {
        let at = reading.instructions.partition_point(|instruction| instruction.lines.1 < line);
        let Some(instruction) = reading.instructions.get(at) else { continue };
        let path = last_path(context, instruction, line);
        let text = context.slice(path);
        let next = reading.instructions.get(at + 1).map(|next| next.keyword_span);
        let what = if next.is_some() { "swallows the next instruction" } else { "is lost: no line follows" };
        let slashed = text.replace('\\', "/");
        let swaps = swaps(instruction) && !text.starts_with("\\\\");
        let help = if swaps { format!("write {slashed}, or put") } else { "put".into() };
        let finding = report.add(
            path,
            format!("the backslash at the end of this path {what}"),
            format!("{help} \"# escape=`\" on the first line"),
        );
        let finding = match next {
            Some(keyword) => {
                let finding = finding.label(keyword, "this never becomes an instruction");
                // Elsewhere the text may be a part of a secret.
                let joined = format!("{}{} ...", text.trim_end_matches('\\'), context.slice(keyword));
                if swaps || text.contains(":\\") { finding.seen(joined) } else { finding }
            }
            None => finding.at_most(Severity::Warning),
        };
        if swaps {
            finding.fix(Fix::safe("write forward slashes", vec![Edit::replace(path, slashed)]));
        } else if let Some(edits) = &*backtick {
            finding.fix(Fix::safe("make the backtick the escape character", edits.clone()).alone());
        }
    }
}

/// Whether forward slashes mean the same in an instruction's paths.
fn swaps(instruction: &Instruction) -> bool {
    matches!(instruction.innermost().keyword, Some(Keyword::Workdir | Keyword::Copy | Keyword::Add))
}

/// The path at the end of a line.
fn last_path(context: &Context, instruction: &Instruction, line: u32) -> Span {
    let line = context.source().line_span(line);
    let end = line.start + context.slice(line).trim_end_matches([' ', '\t']).len() as u32;
    let inner = instruction.innermost();
    let mut words = escape::words(inner).into_iter().map(|(word, _)| word.span);
    if escape::takes_paths(inner)
        && let Some(word) = words.find(|word| word.end == end && line.start <= word.start)
    {
        return word;
    }
    let text = context.slice(Span::new(line.start, end));
    let blank = |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '=' | ',' | ';');
    let start = text.rfind(blank).map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8));
    Span::new(line.start + start as u32, end)
}
