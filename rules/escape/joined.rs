//! What the rules about joined lines share: where the lines of an instruction were joined.

use std::collections::BTreeSet;

use dockerfile::script::{Dialect, Script};
use dockerfile::source::Span;
use dockerfile::syntax::Join;

use crate::Context;
use crate::listing::Listing;

/// Takes out what is found a second time: a script block is read where it stands, and again by the shell it is for.
pub(super) fn once<T>(found: impl Iterator<Item = T>, span: impl Fn(&T) -> Span) -> Vec<T> {
    let mut seen = BTreeSet::new();
    found.filter(|it| seen.insert(span(it))).collect()
}

/// The scripts that instructions start, the nested ones too, each with the place of its instruction.
pub(super) fn scripts<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Script)> {
    context.scripts().flat_map(|listing| listing.parts().map(|part| (listing.step, part.script())))
}

/// The same of instructions where a line goes on without a sign that ends a statement or parts two commands: in cmd `;` is
/// none, nor is what `^` or a backtick escapes.
pub(super) fn running_on<'a>(context: &Context<'a>) -> impl Iterator<Item = (usize, &'a Script)> {
    let instructions = &context.tree().instructions;
    let runs_on = |listing: &&Listing| {
        let Some(instruction) = instructions.get(listing.step) else { return false };
        let text = instruction.line.text();
        let in_cmd = || listing.parts().any(|part| part.script().dialect == Dialect::Cmd);
        let parts = |line: &str| match line.trim_end_matches([' ', '\t']).char_indices().next_back() {
            Some((at, sign @ (';' | '&' | '|'))) => !line[..at].ends_with(['^', '`']) && (sign != ';' || !in_cmd()),
            _ => false,
        };
        instruction.joins.iter().any(|join| !parts(&text[..join.at as usize]))
    };
    let listings = context.scripts().filter(runs_on);
    listings.flat_map(|listing| listing.parts().map(|part| (listing.step, part.script())))
}

/// The join at the end of a line of an instruction.
pub(super) fn join_of<'a>(context: &Context<'a>, step: usize, line: u32) -> Option<&'a Join> {
    let joins = &context.tree().instructions.get(step)?.joins;
    joins.binary_search_by_key(&line, |join| join.line).ok().map(|found| &joins[found])
}

/// The join before a place, if nothing but blanks stands between.
pub(super) fn join_before<'a>(context: &Context<'a>, step: usize, place: Span) -> Option<&'a Join> {
    let source = context.source();
    // Most words stand behind another one.
    let before = source.text()[..place.start as usize].trim_end_matches([' ', '\t']);
    if before.ends_with(|char: char| char.is_ascii_graphic()) {
        return None;
    }
    let line = source.line_of(place.start);
    let lead = Span::new(source.line_span(line).start, place.start);
    if !source.slice(lead).trim().is_empty() {
        return None;
    }
    let instruction = context.tree().instructions.get(step)?;
    let before = instruction.joins.partition_point(|join| join.line < line);
    let join = &instruction.joins[before.checked_sub(1)?];
    let next = instruction.line.offset(join.at as usize);
    (source.line_of(next) == line).then_some(join)
}

/// Where the text of a line that is joined to the next one ends.
pub(super) fn text_end(context: &Context, join: &Join) -> u32 {
    let start = context.source().line_span(join.line).start;
    let text = context.slice(Span::new(start, join.escape.start));
    start + text.trim_end().len() as u32
}
