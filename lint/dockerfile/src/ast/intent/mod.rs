//! What the author of a JSON array meant where it says something else, and the edits that make it say so.

mod path;
#[cfg(test)]
mod tests;

use std::ops::Range;

use crate::diagnostic::Edit;
use crate::source::Span;
use crate::splice::Spliced;
use crate::typography;

use super::json::{self, JsonFault, JsonFaultKind};
use super::{Form, Instruction, Kind, Word};
use path::is_path;

/// A JSON array of strings as its author meant it.
#[derive(Clone, Debug)]
pub struct Intent {
    /// The strings.
    pub words: Vec<IntendedWord>,
    /// Where it says something else, in order of place. A `\` that means itself is a
    /// [`JsonFaultKind::BadEscape`], also where JSON has another meaning for it: `C:\tools`.
    pub flaws: Vec<JsonFault>,
    /// The edits after which it is just these strings; none when no edits are sure to do that.
    pub edits: Option<Vec<Edit>>,
}

/// A string of an [`Intent`].
#[derive(Clone, Debug)]
pub struct IntendedWord {
    /// What it means, and where it stands.
    pub word: Word,
    /// Where it stands, without its quotes.
    pub inner: Span,
}

/// How the edits write a `\` that means itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backslash {
    /// `\\`, for a command.
    Doubled,
    /// `/`, for a path that the builder expands after it has read the JSON.
    Slash,
}

/// The argument of an instruction that is a JSON array or begins like one, from `[` on. A fault says that it is none.
pub fn array(instruction: &Instruction) -> Option<(Spliced, Option<&JsonFault>)> {
    let fault = match &instruction.kind {
        Kind::Command(line) | Kind::Healthcheck { command: Some(line), .. } => line
            .fault
            .as_ref()
            .map_or_else(|| matches!(line.form, Form::Exec(_)).then_some(None), |it| Some(Some(it)))?,
        Kind::Copy(copy) => copy.fault.as_ref().map_or_else(|| copy.json.then_some(None), |it| Some(Some(it)))?,
        Kind::List { json, fault, .. } => fault.as_ref().map_or_else(|| json.then_some(None), |it| Some(Some(it)))?,
        _ => return None,
    };
    let args = &instruction.args;
    let start = args.text().find('[')?;
    Some((args.slice(start..args.text().len()), fault))
}

/// What the author of a command meant that begins like an array and is none.
pub fn of_command(instruction: &Instruction) -> Option<Intent> {
    array(instruction).filter(|(_, fault)| fault.is_some()).and_then(|(text, _)| intent(&text, Backslash::Doubled))
}

/// What the author of an array meant; `None` when that is no array of strings in quotes.
pub fn intent(text: &Spliced, backslash: Backslash) -> Option<Intent> {
    // First with every `\"` as JSON has it, then with the last backslash of `"C:\dir\"` as a part of the path.
    [false, true].into_iter().find_map(|lenient| {
        let source = text.text();
        let mut reader =
            Reader { text, source, at: 0, lenient, backslash, words: vec![], flaws: vec![], changes: vec![] };
        reader.array()?;
        Some(reader.finish())
    })
}

struct Reader<'a> {
    text: &'a Spliced,
    source: &'a str,
    at: usize,
    /// Whether a quote that a string can end with ends it, also after a backslash.
    lenient: bool,
    backslash: Backslash,
    words: Vec<IntendedWord>,
    flaws: Vec<JsonFault>,
    changes: Vec<(Range<usize>, String)>,
}

/// A piece of a string.
struct Piece {
    kind: PieceKind,
    range: Range<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum PieceKind {
    /// Stands for itself.
    Plain,
    /// `\\`.
    Pair,
    /// `\"` and `\/`.
    Escaped(char),
    /// A quote that needs a backslash in JSON.
    InnerQuote,
    /// `\` before anything else; whether JSON has a meaning for both.
    Lone { valid: bool },
    /// A control character.
    Control(char),
}

impl Reader<'_> {
    fn blanks(&mut self) {
        let rest = &self.source[self.at..];
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
    }

    fn peek(&self) -> Option<char> {
        self.source[self.at..].chars().next()
    }

    fn flaw(&mut self, kind: JsonFaultKind, range: Range<usize>) {
        self.flaws.push(JsonFault { kind, span: self.text.span(range) });
    }

    fn array(&mut self) -> Option<()> {
        self.at += self.source.strip_prefix('[').map(|_| 1)?;
        loop {
            self.blanks();
            self.string()?;
            self.blanks();
            let comma = self.at;
            let sign = self.peek()?;
            self.at += 1;
            if sign == ',' {
                self.blanks();
                if self.peek() != Some(']') {
                    continue;
                }
                self.flaw(JsonFaultKind::TrailingComma, comma..comma + 1);
                self.changes.push((comma..comma + 1, String::new()));
                self.at += 1;
            }
            break;
        }
        self.blanks();
        if self.at < self.source.len() {
            // What a shell would go on with makes the text before it no array either.
            self.source[self.at..].strip_prefix('#')?;
            self.flaw(JsonFaultKind::TrailingText, self.at..self.source.len());
        }
        Some(())
    }

    /// Whether an array goes on or ends at `at`.
    fn ends_element(&self, at: usize) -> bool {
        self.source[at..].trim_start_matches([' ', '\t', '\r', '\n']).starts_with([',', ']'])
    }

    fn string(&mut self) -> Option<()> {
        let open = self.peek()?;
        let start = self.at;
        let kind = quote_kind(open)?;
        let inner = start + open.len_utf8();
        let (pieces, end) = self.pieces(open, inner)?;
        let close = self.source[end..].chars().next()?.len_utf8();
        self.at = end + close;
        if !self.ends_element(self.at) {
            return None;
        }
        if let Some(kind) = kind {
            self.flaw(kind, start..inner);
            self.changes.push((start..inner, "\"".into()));
        }
        let text = self.meaning(&pieces, inner..end);
        if &self.source[end..self.at] != "\"" {
            if kind.is_none() {
                self.flaw(JsonFaultKind::TypographicQuote, end..self.at);
            }
            self.changes.push((end..self.at, "\"".into()));
        }
        let word = Word { text, range: start..self.at, span: self.text.span(start..self.at) };
        self.words.push(IntendedWord { word, inner: self.text.span(inner..end) });
        Some(())
    }

    /// The pieces of a string up to the quote that ends it, and where that stands.
    fn pieces(&self, open: char, from: usize) -> Option<(Vec<Piece>, usize)> {
        let (mut pieces, mut at) = (Vec::new(), from);
        while let Some(char) = self.source[at..].chars().next() {
            let next = at + char.len_utf8();
            if self.closes(open, char, next) {
                return Some((pieces, at));
            }
            let mut end = next;
            let kind = match char {
                '\\' => {
                    let escaped = self.source[next..].chars().next()?;
                    end += escaped.len_utf8();
                    if self.lenient && self.closes(open, escaped, end) && self.ends_element(end) {
                        end = next;
                        PieceKind::Lone { valid: false }
                    } else {
                        escape(escaped, &self.source[at..])
                    }
                }
                '"' => PieceKind::InnerQuote,
                _ if is_single(open) && is_single(char) && !self.is_apostrophe(at, next) => return None,
                char if char < ' ' => PieceKind::Control(char),
                _ => PieceKind::Plain,
            };
            // Only the backslash of a lone one: what follows may be a quote or a backslash itself.
            let taken = if matches!(kind, PieceKind::Lone { .. }) { next } else { end };
            pieces.push(Piece { kind, range: at..taken });
            at = taken;
        }
        None
    }

    /// Whether a string that began with `open` ends with `char`, which ends at `end`.
    fn closes(&self, open: char, char: char, end: usize) -> bool {
        match open {
            '"' if char == '"' => true,
            '"' => self.lenient && is_double(char) && self.ends_element(end),
            _ if is_single(open) => is_single(char) && self.ends_element(end),
            _ => is_double(char) && self.ends_element(end),
        }
    }

    /// Whether a quote inside a string in single quotes stands inside a word, or beside another one.
    fn is_apostrophe(&self, at: usize, next: usize) -> bool {
        let is_word = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || is_single(char));
        is_word(self.source[..at].chars().next_back()) && is_word(self.source[next..].chars().next())
    }

    /// What the pieces mean, and the changes that make JSON mean it.
    fn meaning(&mut self, pieces: &[Piece], inner: Range<usize>) -> Spliced {
        let content = &self.source[inner.clone()];
        let bad = pieces.iter().any(|piece| piece.kind == PieceKind::Lone { valid: false });
        let is_literal = |piece: &Piece| {
            let lone = matches!(piece.kind, PieceKind::Lone { .. });
            lone && (bad || is_path(content, piece.range.start - inner.start))
        };
        let literal: Vec<bool> = pieces.iter().map(is_literal).collect();
        let any = literal.contains(&true);
        let slash = any && self.backslash == Backslash::Slash;
        // `\\\\server\share`: the one pair at the beginning is two backslashes that mean themselves too.
        let is_pair = |piece: &Piece| piece.kind == PieceKind::Pair;
        let network = any && pieces.first().is_some_and(is_pair) && !pieces[1..].iter().any(is_pair);
        let mut text = Spliced::default();
        let mut skip = 0;
        for (index, (piece, literal)) in pieces.iter().zip(literal).enumerate() {
            let range = piece.range.clone();
            if range.start < skip {
                continue;
            }
            let backslash = if slash { "/" } else { "\\" };
            let sign = match piece.kind {
                PieceKind::Plain | PieceKind::InnerQuote | PieceKind::Control(_) => None,
                PieceKind::Pair if network && index == 0 => Some(backslash.repeat(2)),
                PieceKind::Pair => Some(backslash.into()),
                PieceKind::Escaped(char) => Some(char.into()),
                PieceKind::Lone { .. } if literal => Some(backslash.into()),
                PieceKind::Lone { .. } => {
                    let (meaning, len) = json::escape(&self.source[range.start..]).unwrap_or(('\\', 1));
                    skip = range.start + len;
                    text.push_meaning(meaning.encode_utf8(&mut [0; 4]), self.text, range.start..skip);
                    continue;
                }
            };
            match &sign {
                Some(sign) => text.push_meaning(sign, self.text, range.clone()),
                None => text.push_from(self.text, range.clone()),
            }
            self.note(piece, literal, sign.as_deref().unwrap_or_default());
        }
        text
    }

    /// Notes what is wrong with a piece, and how JSON writes what it means.
    fn note(&mut self, piece: &Piece, literal: bool, meaning: &str) {
        let written = match piece.kind {
            PieceKind::Plain => return,
            PieceKind::Control(char) => format!("\\u{:04x}", u32::from(char)),
            PieceKind::InnerQuote => "\\\"".into(),
            PieceKind::Escaped('"') => return,
            PieceKind::Escaped(char) => char.into(),
            PieceKind::Pair | PieceKind::Lone { .. } => meaning.replace('\\', "\\\\"),
        };
        match piece.kind {
            PieceKind::Control(_) => self.flaw(JsonFaultKind::ControlCharacter, piece.range.clone()),
            PieceKind::Lone { .. } if literal => self.flaw(JsonFaultKind::BadEscape, piece.range.clone()),
            _ => {}
        }
        if self.source[piece.range.clone()] != written && piece.kind != PieceKind::Escaped('/') {
            self.changes.push((piece.range.clone(), written));
        }
    }

    fn finish(mut self) -> Intent {
        self.changes.sort_by_key(|(range, _)| range.start);
        let is_sure = self.reads_as_meant();
        let edits = self.changes.iter().map(|(range, text)| Edit::replace(self.text.span(range.clone()), text));
        let edits = is_sure.then(|| edits.collect());
        Intent { words: self.words, flaws: self.flaws, edits }
    }

    /// Whether the text is the array that was meant once it is changed.
    fn reads_as_meant(&self) -> bool {
        let (mut changed, mut at) = (String::new(), 0);
        for (range, new) in &self.changes {
            changed += &self.source[at..range.start];
            changed += new;
            at = range.end;
        }
        changed += &self.source[at..];
        let read = json::parse(&Spliced::verbatim(&changed, 0), 0..changed.len());
        read.is_ok_and(|words| words.iter().map(|word| word.as_str()).eq(self.words.iter().map(|it| it.word.as_str())))
    }
}

/// What a backslash before `escaped` is, at the beginning of `rest`.
fn escape(escaped: char, rest: &str) -> PieceKind {
    match escaped {
        '\\' => PieceKind::Pair,
        '"' | '/' | '\'' => PieceKind::Escaped(escaped),
        _ => PieceKind::Lone { valid: json::escape(rest).is_some() },
    }
}

/// What is wrong with an opening quote; `None` when it is none.
fn quote_kind(char: char) -> Option<Option<JsonFaultKind>> {
    match char {
        '"' => Some(None),
        '\'' => Some(Some(JsonFaultKind::SingleQuote)),
        _ if is_double(char) || is_single(char) => Some(Some(JsonFaultKind::TypographicQuote)),
        _ => None,
    }
}

/// A double quote, typographic or not.
const fn is_double(char: char) -> bool {
    char == '"' || typography::is_double(char)
}

/// A single quote, typographic or not.
const fn is_single(char: char) -> bool {
    char == '\'' || typography::is_single(char)
}
