//! Words as the builder sees them: variables put in, quotes and escapes taken out, exactly as BuildKit's shell
//! lexer (`frontend/dockerfile/shell/lex.go`) does it.

mod error;
mod lexer;
mod pattern;
mod substitution;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};

use crate::source::Span;
use crate::splice::Spliced;
pub use error::{ErrorKind, ExpandError};

/// Where values come from. Folding the case of names is the caller's business.
pub trait Lookup {
    /// The value of a variable, if it is set.
    fn get(&self, name: &str) -> Option<&str>;
}

/// No variable is set.
impl Lookup for () {
    fn get(&self, _: &str) -> Option<&str> {
        None
    }
}

/// Of several pairs with one name the last counts.
impl<K: AsRef<str>, V: AsRef<str>> Lookup for &[(K, V)] {
    fn get(&self, name: &str) -> Option<&str> {
        self.iter().rev().find(|(key, _)| key.as_ref() == name).map(|(_, value)| value.as_ref())
    }
}

impl<K: AsRef<str>, V: AsRef<str>, const N: usize> Lookup for [(K, V); N] {
    fn get(&self, name: &str) -> Option<&str> {
        self.iter().rev().find(|(key, _)| key.as_ref() == name).map(|(_, value)| value.as_ref())
    }
}

impl<K: AsRef<str>, V: AsRef<str>> Lookup for Vec<(K, V)> {
    fn get(&self, name: &str) -> Option<&str> {
        self.iter().rev().find(|(key, _)| key.as_ref() == name).map(|(_, value)| value.as_ref())
    }
}

impl Lookup for HashMap<String, String> {
    fn get(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

impl Lookup for BTreeMap<String, String> {
    fn get(&self, name: &str) -> Option<&str> {
        self.get(name).map(String::as_str)
    }
}

/// How much the lexer leaves as it stands. The builder sets these where it only looks for heredocs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Keep the quotes (`RawQuotes`).
    pub raw_quotes: bool,
    /// Keep the escape characters (`RawEscapes`).
    pub raw_escapes: bool,
    /// Leave a reference to an unset variable as it stands (`SkipUnsetEnv`).
    pub skip_unset: bool,
    /// Quotes are ordinary characters (`SkipProcessQuotes`).
    pub skip_quotes: bool,
}

/// A word as the builder sees it, with what was found on the way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expanded {
    /// The result. What came from a variable stands for its whole reference.
    pub text: Spliced,
    /// Every reference to a variable, nested ones too, in order of place.
    pub uses: Vec<Use>,
    /// The escape characters that were removed though the character after them means nothing special: the
    /// backslashes of `C:\temp` that the author wanted to keep. In order of place.
    pub lost: Vec<Span>,
    /// The escape characters that were removed and did something: before a quote, a dollar, a space or
    /// themselves, and before what ends a `${…}`. In order of place.
    pub escapes: Vec<Span>,
}

/// A reference to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// The variable's name.
    pub name: String,
    /// All of `$X` or `${…}`.
    pub span: Span,
    /// The name alone.
    pub name_span: Span,
    /// Whether the variable is set.
    pub found: bool,
    /// Whether it says what to take when the variable is unset (`-`, `:-`).
    pub has_default: bool,
    /// What stands between name and brace.
    pub modifier: Option<Modifier>,
}

/// What a `${…}` does with the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Modifier {
    /// What it does.
    pub operator: Operator,
    /// With a colon, empty counts as unset.
    pub colon: bool,
    /// The word after it, expanded: default, alternative, message, or pattern.
    pub word: String,
}

/// The operators of `${X…}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `-`: this when unset.
    Default,
    /// `+`: this when set.
    Alternative,
    /// `?`: an error when unset.
    Required,
    /// `#`: the value without the shortest beginning that matches.
    TrimPrefix,
    /// `##`: without the longest.
    TrimLongestPrefix,
    /// `%`: the value without the shortest end that matches.
    TrimSuffix,
    /// `%%`: without the longest.
    TrimLongestSuffix,
    /// `/`: the first match replaced.
    Replace,
    /// `//`: every match replaced.
    ReplaceAll,
}

/// Expands a word and keeps the spaces in it (`ProcessWord`). `escape` is the file's escape character.
///
/// # Errors
/// What BuildKit refuses, and a few measures that keep the work within bounds: see [`ErrorKind`].
pub fn word(input: &Spliced, escape: char, env: &dyn Lookup) -> Result<Expanded, ExpandError> {
    word_with(input, escape, env, Options::default())
}

/// As [`word`], with parts left as they stand.
///
/// # Errors
/// As [`word`].
pub fn word_with(input: &Spliced, escape: char, env: &dyn Lookup, options: Options) -> Result<Expanded, ExpandError> {
    // Most words have nothing to expand.
    if is_plain(input.text(), escape) {
        return Ok(Expanded { text: input.clone(), ..Expanded::default() });
    }
    lexer::run(input, escape, env, options, false).map(|(expanded, _)| expanded)
}

/// Whether a word stays as it stands: it has no variable, no quote and no escape character, and does not begin with a byte
/// order mark, which the builder passes over.
pub fn is_plain(text: &str, escape: char) -> bool {
    let is_special = |byte: u8| matches!(byte, b'$' | b'\'' | b'"') || char::from(byte) == escape;
    escape.is_ascii() && !text.starts_with('\u{FEFF}') && !text.bytes().any(is_special)
}

/// Expands a text and splits it at the spaces that are not quoted, after the variables are put in
/// (`ProcessWords`).
///
/// What stands in a word before a `${X:-…}` (or another operator) is lost to the word, though not with a plain
/// `${X}`: BuildKit uses one buffer for both words, so `EXPOSE 80${X:-80}` opens port 80.
///
/// # Errors
/// As [`word`].
pub fn words(input: &Spliced, escape: char, env: &dyn Lookup) -> Result<Vec<Spliced>, ExpandError> {
    words_with(input, escape, env, Options::default())
}

/// As [`words`], with parts left as they stand.
///
/// # Errors
/// As [`word`].
pub fn words_with(
    input: &Spliced,
    escape: char,
    env: &dyn Lookup,
    options: Options,
) -> Result<Vec<Spliced>, ExpandError> {
    lexer::run(input, escape, env, options, true).map(|(_, words)| words)
}
