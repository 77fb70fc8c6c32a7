//! Strings: what stands between the quotes, escapes undone, and what is put in.

use std::borrow::Cow;
use std::ops::Range;

use super::guard::subexpression_end;
use super::lexer::{Token, TokenKind};
use super::reader::{Parts, Reader};
use crate::script::{Quote, Variable};

/// The text of a token with quotes and escapes undone, and how it is quoted.
pub(super) fn undone(token: Token, src: &str) -> (Cow<'_, str>, Quote) {
    let value = token.value(src);
    let inner = &value[inner(token.kind, value)];
    match token.kind {
        TokenKind::StringSq if memchr::memchr(b'\'', inner.as_bytes()).is_some() => {
            (inner.replace("''", "'").into(), Quote::Single)
        }
        TokenKind::StringSq => (inner.into(), Quote::Single),
        TokenKind::StringDq => (unescape(inner, true), Quote::Double),
        TokenKind::HereStringSq => (inner.into(), Quote::Here),
        TokenKind::HereStringDq => (unescape(inner, false), Quote::Here),
        TokenKind::Generic | TokenKind::Parameter => (unescape(inner, false), Quote::None),
        _ => (inner.into(), Quote::None),
    }
}

/// Where the content of a token stands in its value.
fn inner(kind: TokenKind, value: &str) -> Range<usize> {
    match kind {
        TokenKind::StringSq => 1..value.len() - usize::from(value.len() > 1 && value.ends_with('\'')),
        TokenKind::StringDq => 1..value.len() - usize::from(value.len() > 1 && value.ends_with('"')),
        TokenKind::HereStringSq => here(value, "'@"),
        TokenKind::HereStringDq => here(value, "\"@"),
        _ => 0..value.len(),
    }
}

/// A here-string begins after its first line break and ends before its last one.
fn here(value: &str, end: &str) -> Range<usize> {
    let start = value.find('\n').map_or(2, |at| at + 1);
    let stop = value.strip_suffix(end).unwrap_or(value);
    let stop = stop.strip_suffix('\n').unwrap_or(stop);
    let stop = stop.strip_suffix('\r').unwrap_or(stop).len();
    start.min(value.len())..stop.max(start.min(value.len()))
}

/// Undoes backtick escapes and, between double quotes, doubled quotes; sub-expressions stay as written.
fn unescape(text: &str, doubled: bool) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if !(if doubled { memchr::memchr2(b'`', b'"', bytes).is_some() } else { bytes.contains(&b'`') }) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        if text[at..].starts_with("$(") {
            let end = subexpression_end(text, at + 2).map_or(text.len(), |end| end + 1);
            out.push_str(&text[at..end]);
            at = end;
            continue;
        }
        at += char.len_utf8();
        match char {
            '`' => match text[at..].chars().next() {
                Some(escaped) => {
                    at += escaped.len_utf8();
                    out.push(behind_backtick(escaped));
                }
                None => out.push('`'),
            },
            '"' if doubled && text[at..].starts_with('"') => {
                at += 1;
                out.push('"');
            }
            _ => out.push(char),
        }
    }
    out.into()
}

/// What a character behind a backtick stands for.
pub const fn behind_backtick(char: char) -> char {
    match char {
        '0' => '\0',
        'a' => '\u{7}',
        'b' => '\u{8}',
        'f' => '\u{C}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\u{B}',
        other => other,
    }
}

/// The name and the scope of a variable as written: `$env:X`, `${env:X Y}`, `@splat`.
pub(super) fn name_and_scope(raw: &str) -> (String, String) {
    let name = raw.strip_prefix(['$', '@']).unwrap_or(raw);
    let name = name.strip_prefix('$').filter(|rest| !rest.is_empty()).unwrap_or(name);
    let name = name.strip_prefix('{').map_or(name, |name| name.strip_suffix('}').unwrap_or(name));
    match name.split_once(':') {
        Some((scope, name)) if !name.is_empty() => (name.to_owned(), scope.to_ascii_lowercase()),
        _ => (name.to_owned(), String::new()),
    }
}

/// The end of the variable that begins at `at`, by the rules of strings.
fn variable_end(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at + 1..];
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    match rest.chars().next()? {
        '{' => rest.find('}').map(|end| at + 1 + end + 1),
        '$' | '?' | '^' => Some(at + 2),
        char if is_name(char) => {
            let mut end = rest.find(|char| !is_name(char)).unwrap_or(rest.len());
            if let Some(scoped) = rest[end..].strip_prefix(':')
                && scoped.starts_with(is_name)
            {
                end += 1 + scoped.find(|char| !is_name(char)).unwrap_or(scoped.len());
            }
            Some(at + 1 + end)
        }
        _ => None,
    }
}

impl Reader<'_> {
    /// Notes the variable that a token or a part of a string is.
    pub fn note_variable(&self, range: Range<usize>, parts: &mut Parts) {
        let (name, scope) = name_and_scope(&self.src[range.clone()]);
        parts.variables.push(Variable { name, scope, span: self.span(range) });
    }

    /// Takes a string and notes what PowerShell puts into it.
    pub fn string(&mut self, parts: &mut Parts) {
        let token = self.token();
        let (kind, start, inner) = (token.kind, token.range().start, inner(token.kind, self.value()));
        self.bump();
        if !matches!(kind, TokenKind::StringDq | TokenKind::HereStringDq) {
            return;
        }
        let (mut at, end) = (start + inner.start, start + inner.end);
        let src = self.src;
        while let Some(found) = memchr::memchr2(b'`', b'$', &src.as_bytes()[at..end]) {
            at += found;
            if src[at..].starts_with('`') {
                at += 1 + src[at + 1..end].chars().next().map_or(0, char::len_utf8);
            } else if src[at..end].starts_with("$(") {
                let close = subexpression_end(&src[..end], at + 2).unwrap_or(end);
                self.inner_statements(at + 2..close, parts);
                at = (close + 1).min(end);
            } else if let Some(stop) = variable_end(&src[..end], at) {
                self.note_variable(at..stop, parts);
                at = stop;
            } else if src[at..end].starts_with("${") {
                // Nothing closes it, so nothing after it is read as PowerShell would; looking on would also cost
                // the square of the length.
                break;
            } else {
                at += 1;
            }
        }
    }

    fn inner_statements(&mut self, range: Range<usize>, parts: &mut Parts) {
        if !self.enter() {
            return;
        }
        let mut inner = Reader::new(self.text, self.base + range.start..self.base + range.end, self.depth);
        parts.statements.extend(inner.statements(None));
        let found = inner.finish();
        let too_deep = found.too_deep;
        self.found.merge(found);
        self.leave();
        if too_deep {
            self.at = self.tokens.len() - 1;
        }
    }
}
