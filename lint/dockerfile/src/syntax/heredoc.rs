//! Heredocs: which words open one, and what they say about its body.

use crate::expand::{Options, words_with};
use crate::source::Span;
use crate::splice::Spliced;

use super::{Instruction, Keyword};

/// `<<NAME` with the lines up to `NAME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heredoc {
    /// The word that ends it.
    pub name: String,
    /// Variables in the body are expanded: the word is not quoted.
    pub expand: bool,
    /// `<<-`: leading tabs are cut.
    pub chomp: bool,
    /// The number before `<<`, 0 without one.
    pub descriptor: u32,
    /// Where the opening word stands.
    pub span: Span,
    /// The lines, the last newline included.
    pub body: Span,
    /// Whether the end was found.
    pub terminated: bool,
}

/// The heredocs that an instruction opens: only `RUN`, `COPY` and `ADD`, not in JSON form. The builder looks for
/// them in the whole line, flags included, and always with `\` as escape character.
pub(super) fn of(instruction: &Instruction) -> Vec<Heredoc> {
    let head = instruction.innermost();
    let can = matches!(head.name, Some(Keyword::Run | Keyword::Copy | Keyword::Add));
    let text = instruction.line.text();
    if !can || !text.contains("<<") || crate::ast::json::is_array(&text[head.args.clone()]) {
        return Vec::new();
    }
    let options = Options { raw_quotes: true, raw_escapes: true, skip_unset: true, skip_quotes: false };
    let words = words_with(&instruction.line, '\\', &(), options).unwrap_or_default();
    words.iter().filter_map(opened).collect()
}

/// The heredoc that a word opens.
fn opened(word: &Spliced) -> Option<Heredoc> {
    let text = word.text();
    let digits = text.len() - text.trim_start_matches(|char: char| char.is_ascii_digit()).len();
    let rest = text[digits..].strip_prefix("<<")?;
    let (chomp, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let rest = rest.trim_start_matches([' ', '\t', '\n', '\x0C', '\r']);
    if rest.is_empty() || rest.contains('<') {
        return None;
    }
    let lex = |raw_quotes: bool| {
        let options = Options { raw_quotes, skip_unset: true, ..Options::default() };
        let words = words_with(&Spliced::verbatim(rest, 0), '\\', &(), options).ok()?;
        <[Spliced; 1]>::try_from(words).ok()
    };
    let ([name], [raw]) = (lex(false)?, lex(true)?);
    let quotes = |text: &Spliced| text.text().matches(['\'', '"']).count();
    Some(Heredoc {
        expand: quotes(&name) == quotes(&raw),
        name: name.text().to_owned(),
        chomp,
        descriptor: text[..digits].parse().unwrap_or(0),
        span: word.whole(),
        body: Span::default(),
        terminated: false,
    })
}
