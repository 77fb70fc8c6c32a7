//! What the author of a JSON array meant where it says something else, and the edits that make it say so.

use std::ops::Range;

use crate::diagnostic::Edit;
use crate::source::Span;
use crate::splice::Spliced;
use crate::typography;

use super::json::{self, JsonFault, JsonFaultKind};
use super::{Form, Instruction, Kind, Word};

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
        let literal = |piece: &Piece| {
            bad || matches!(piece.kind, PieceKind::Lone { .. }) && is_path(content, piece.range.start - inner.start)
        };
        let any = bad || pieces.iter().any(|piece| matches!(piece.kind, PieceKind::Lone { .. }) && literal(piece));
        let slash = any && self.backslash == Backslash::Slash;
        let mut text = Spliced::default();
        let mut changes = Vec::new();
        let mut flaws = Vec::new();
        let mut skip = 0;
        for piece in pieces {
            let range = piece.range.clone();
            if range.start < skip {
                continue;
            }
            match piece.kind {
                PieceKind::Plain => text.push_from(self.text, range),
                PieceKind::Pair if slash => {
                    text.push_meaning("/", self.text, range.clone());
                    changes.push((range, "/".into()));
                }
                PieceKind::Pair => text.push_meaning("\\", self.text, range),
                PieceKind::Escaped(char) => {
                    text.push_meaning(char.encode_utf8(&mut [0; 4]), self.text, range.clone());
                    if char == '\'' {
                        changes.push((range, "'".into()));
                    }
                }
                PieceKind::InnerQuote => {
                    text.push_from(self.text, range.clone());
                    changes.push((range, "\\\"".into()));
                }
                PieceKind::Control(char) => {
                    text.push_from(self.text, range.clone());
                    changes.push((range.clone(), format!("\\u{:04x}", u32::from(char))));
                    flaws.push((JsonFaultKind::ControlCharacter, range));
                }
                PieceKind::Lone { .. } if literal(piece) => {
                    text.push_meaning(if slash { "/" } else { "\\" }, self.text, range.clone());
                    changes.push((range.clone(), if slash { "/".into() } else { "\\\\".into() }));
                    flaws.push((JsonFaultKind::BadEscape, range));
                }
                PieceKind::Lone { .. } => {
                    let (meaning, len) = json::escape(&self.source[range.start..]).unwrap_or(('\\', 1));
                    skip = range.start + len;
                    text.push_meaning(meaning.encode_utf8(&mut [0; 4]), self.text, range.start..skip);
                }
            }
        }
        self.changes.extend(changes);
        for (kind, range) in flaws {
            self.flaw(kind, range);
        }
        text
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

/// What a program's or a script's file name ends in.
const EXTENSIONS: [&str; 16] = [
    ".exe", ".cmd", ".bat", ".com", ".ps1", ".psm1", ".dll", ".msi", ".vbs", ".jar", ".json", ".xml", ".config",
    ".log", ".txt", ".zip",
];

/// Longer strings hold scripts and no paths.
const MAX_PATH: usize = 1024;

/// Whether the backslash at `at`, for which JSON has a meaning of its own, stands in a Windows path.
fn is_path(content: &str, at: usize) -> bool {
    if content.len() > MAX_PATH {
        return false;
    }
    let parts =
        |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '=' | ';' | ',' | '(' | ')' | '|' | '&');
    let start = content[..at].rfind(parts).map_or(0, |found| found + 1);
    let end = content[at..].find(parts).map_or(content.len(), |found| at + found);
    let (before, token) = (&content[start..at], &content[start..end]);
    let newline = content[at + 1..].starts_with(['n', 'r']);
    let is_drive = |text: &str| text.len() == 2 && text.ends_with(':') && text.as_bytes()[0].is_ascii_alphabetic();
    let rooted = before.split_once('\\').is_some_and(|(root, _)| is_drive(root) || matches!(root, "." | ".."));
    if is_drive(before) || matches!(before, "." | "..") {
        return true;
    }
    // `C:\\a\nC:\\b` is two lines: who doubles backslashes means the other escapes too.
    if rooted {
        return !(newline && before.contains("\\\\"));
    }
    let is_file = EXTENSIONS.iter().any(|extension| {
        token
            .len()
            .checked_sub(extension.len())
            .is_some_and(|from| token.is_char_boundary(from) && token[from..].eq_ignore_ascii_case(extension))
    });
    is_file && !(newline && content.contains(char::is_whitespace))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The array after its edits, and the kinds of its flaws with what stands there.
    fn mended(text: &str, backslash: Backslash) -> Option<(String, Vec<(JsonFaultKind, &str)>)> {
        let intent = intent(&Spliced::verbatim(text, 0), backslash)?;
        let mut out = text.to_owned();
        for edit in intent.edits.iter().flatten().rev() {
            out.replace_range(edit.span.range(), &edit.text);
        }
        let flaws = intent.flaws.iter().map(|flaw| (flaw.kind, &text[flaw.span.range()])).collect();
        Some((out, flaws))
    }

    #[test]
    fn backslashes_that_mean_themselves_are_doubled() {
        for (text, after) in [
            (r#"[".\StartApp.ps1"]"#, r#"[".\\StartApp.ps1"]"#),
            (r#"["C:\tools\boot.exe"]"#, r#"["C:\\tools\\boot.exe"]"#),
            (r#"["C:\\app\x.exe", "a\\b"]"#, r#"["C:\\app\\x.exe", "a\\b"]"#),
            (r#"["C:\dir\"]"#, r#"["C:\\dir\\"]"#),
            (r#"["C:\temp\", "C:\x\" ]"#, r#"["C:\\temp\\", "C:\\x\\" ]"#),
            (r#"["cmd", "/c", "C:\app\run.cmd \"a, b\""]"#, r#"["cmd", "/c", "C:\\app\\run.cmd \"a, b\""]"#),
            (r#"["echo", "a\tb\n"]"#, r#"["echo", "a\tb\n"]"#),
            (r#"["-f=.\new.json", "bin\node.exe"]"#, r#"["-f=.\\new.json", "bin\\node.exe"]"#),
            (r#"["cd C:\\a\ncd C:\\b", "a\nrun.exe x"]"#, r#"["cd C:\\a\ncd C:\\b", "a\nrun.exe x"]"#),
            (r#"["C:\users\ü\u00e4"]"#, r#"["C:\\users\\ü\\u00e4"]"#),
            ("[\"a\tb\"]", r#"["a\u0009b"]"#),
            (r#"["a\/b\u0041"]"#, r#"["a\/b\u0041"]"#),
        ] {
            assert_eq!(mended(text, Backslash::Doubled).unwrap().0, after, "{text}");
        }
    }

    #[test]
    fn quotes_are_made_those_of_json() {
        for (text, after) in [
            ("['cmd', '/C', 'ver']", r#"["cmd", "/C", "ver"]"#),
            (r#"['C:\x', 'say "it''s"', 'it\'s',]"#, r#"["C:\\x", "say \"it''s\"", "it's"]"#),
            ("[“cmd”, ‘/C’, \"ver”]", r#"["cmd", "/C", "ver"]"#),
            ("[«a “b” c»]", r#"["a “b” c"]"#),
        ] {
            assert_eq!(mended(text, Backslash::Doubled).unwrap().0, after, "{text}");
        }
    }

    #[test]
    fn paths_that_are_expanded_get_slashes() {
        let text = r#"["my file.txt", "C:\\Program Files\App\"]"#;
        assert_eq!(mended(text, Backslash::Slash).unwrap().0, r#"["my file.txt", "C:/Program Files/App/"]"#);
        let text = r#"["a\\b", "C:\temp"]"#;
        assert_eq!(mended(text, Backslash::Slash).unwrap().0, r#"["a\\b", "C:/temp"]"#);
    }

    #[test]
    fn words_lead_back_to_what_was_written() {
        let text = r#"['a "b', "C:\x\\y"]"#;
        let words = intent(&Spliced::verbatim(text, 0), Backslash::Doubled).unwrap().words;
        let (first, second) = (&words[0].word, &words[1].word);
        assert_eq!((first.as_str(), second.as_str()), (r#"a "b"#, r"C:\x\y"));
        assert_eq!(&text[second.span.range()], r#""C:\x\\y""#);
        assert_eq!(&text[second.text.span(3..5).range()], r"x\\");
        assert_eq!(&text[words[0].inner.range()], r#"a "b"#);
    }

    #[test]
    fn flaws_have_their_places_in_order() {
        use JsonFaultKind::*;
        let (_, flaws) = mended(r#"['a', "C:\b\t\"] # x"#, Backslash::Doubled).unwrap();
        let expected =
            [(SingleQuote, "'"), (BadEscape, "\\"), (BadEscape, "\\"), (BadEscape, "\\"), (TrailingText, "# x")];
        assert_eq!(flaws, expected);
        assert_eq!(intent(&Spliced::verbatim(r#"["C:\b"] # x"#, 0), Backslash::Doubled).unwrap().edits, None);
        let (_, flaws) = mended(r#"["a", "b\\c\n"]"#, Backslash::Doubled).unwrap();
        assert!(flaws.is_empty());
    }

    #[test]
    fn what_is_no_array_of_strings_has_no_intent() {
        for text in [
            "[Environment]::SetEnvironmentVariable('A', 'B')",
            "[ 'a' = 'b' ]",
            "['a'='b']",
            "[ -f x ]",
            "['a'] || exit 1",
            r#"["a" "b"]"#,
            "[a, b]",
            "[]",
            "[",
            "['a', b]",
            "['a",
        ] {
            assert!(intent(&Spliced::verbatim(text, 0), Backslash::Doubled).is_none(), "{text}");
        }
    }
}
