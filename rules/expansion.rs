//! The words in which the builder puts variables, each expanded once for all rules.

use dockerfile::ast::{Instruction, Word};
use dockerfile::document::Document;
use dockerfile::expand::Expanded;

/// A word of an instruction, also behind `ONBUILD`, with a dollar sign in it.
pub(crate) struct Expansion<'a> {
    /// The instruction as it stands, with `ONBUILD`.
    pub(crate) instruction: &'a Instruction,
    pub(crate) word: &'a Word,
    /// What the builder makes of it; none when it refuses it.
    pub(crate) expanded: Option<Expanded>,
}

/// All of a file, in order of place.
pub(crate) fn expansions(document: &Document) -> Vec<Expansion<'_>> {
    if !may_hold(document.source.text(), '$') {
        return Vec::new();
    }
    let of_instruction = |instruction| {
        let words = words_with(instruction, '$');
        words.into_iter().map(move |word| {
            let expanded = document.model.expand(instruction.index, &word.text).ok();
            Expansion { instruction, word, expanded }
        })
    };
    document.reading().instructions.iter().flat_map(of_instruction).collect()
}

/// The words of an instruction that the builder expands and that have a sign in them.
pub(crate) fn words_with(instruction: &Instruction, sign: char) -> Vec<&Word> {
    let inner = instruction.innermost();
    if !may_hold(inner.args.text(), sign) {
        return Vec::new();
    }
    let mut words = inner.expanded_words();
    words.retain(|word| word.as_str().contains(sign));
    words
}

/// Whether words of a text may have a sign: as it is, or as JSON writes any sign.
fn may_hold(text: &str, sign: char) -> bool {
    let is_u = |at: usize| text.as_bytes().get(at + 1) == Some(&b'u');
    text.contains(sign) || memchr::memchr_iter(b'\\', text.as_bytes()).any(is_u)
}
