//! Flags of instructions as the rules of this group look at them.

use dockerfile::ast::{Flag, Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix};
use dockerfile::source::Span;

use crate::Context;

/// The instructions of those kinds, also behind `ONBUILD`.
pub(super) fn instructions<'a>(
    context: &Context<'a>,
    keywords: &'a [Keyword],
) -> impl Iterator<Item = (usize, &'a Instruction)> {
    let inner = context.instructions().iter().map(|instruction| instruction.innermost()).enumerate();
    inner.filter(|(_, instruction)| instruction.keyword.is_some_and(|keyword| keywords.contains(&keyword)))
}

/// Whether a flag that is on or off is on.
pub(super) fn is_on(flag: &Flag) -> bool {
    flag.value.as_ref().is_none_or(|value| !matches!(value.text(), "false" | "0" | "f" | "F" | "FALSE" | "False"))
}

/// Whether BuildKit refuses a flag on Windows as the classic builder does; other rules of this group say so.
pub(super) fn is_refused_by_all(flag: &Flag) -> bool {
    match flag.name.as_str() {
        "link" => is_on(flag),
        "security" => flag.value.as_ref().is_none_or(|value| value.text() != "sandbox"),
        "device" => true,
        _ => false,
    }
}

/// The fix that leaves a flag out, with the blanks after it.
pub(super) fn leave_out(context: &Context, flag: &Flag) -> Fix {
    let rest = &context.source().text()[flag.span.end as usize..];
    let blanks = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let span = Span::new(flag.span.start, flag.span.end + blanks as u32);
    Fix::safe(format!("leave out --{}", flag.name), vec![Edit::delete(span)])
}
