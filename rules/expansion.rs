//! The words in which the builder puts variables, each expanded once for all rules.

use dockerfile::ast::{Instruction, Word};
use dockerfile::document::Document;
use dockerfile::expand::{ExpandError, Expanded};

/// A word of an instruction, also behind `ONBUILD`, with a dollar sign in it.
pub(crate) struct Expansion<'a> {
    /// The instruction as it stands, with `ONBUILD`.
    pub(crate) instruction: &'a Instruction,
    pub(crate) word: &'a Word,
    /// What the builder makes of it, or why it refuses it.
    pub(crate) expanded: Result<Expanded, ExpandError>,
}

/// All of a file, in order of place.
pub(crate) fn expansions(document: &Document) -> Vec<Expansion<'_>> {
    let expanded = words_with(document, b'$').map(|(instruction, word)| {
        let expanded = document.model.expand(instruction.index, &word.text);
        Expansion { instruction, word, expanded }
    });
    expanded.collect()
}

/// The words that the builder expands and that have a sign in them, in order of place, each with its instruction as it
/// stands.
pub(crate) fn words_with(document: &Document, sign: u8) -> impl Iterator<Item = (&Instruction, &Word)> {
    let instructions: &[Instruction] =
        if may_hold(document.source.text(), sign) { &document.reading().instructions } else { &[] };
    instructions.iter().flat_map(move |instruction| {
        let words = instruction.innermost().expanded_words().into_iter();
        let has_sign = move |word: &&Word| memchr::memchr(sign, word.as_str().as_bytes()).is_some();
        words.filter(has_sign).map(move |word| (instruction, word))
    })
}

/// Whether words of a text may have a sign: as it is, or as JSON writes any sign.
fn may_hold(text: &str, sign: u8) -> bool {
    memchr::memchr(sign, text.as_bytes()).is_some() || memchr::memmem::find(text.as_bytes(), b"\\u").is_some()
}
