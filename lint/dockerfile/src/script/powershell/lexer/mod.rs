//! The tokens of a script, without a copy of any text. Where PowerShell has two modes, for commands and for
//! expressions, the tokens are smaller than both want, and what stands together is put together by the reader.

mod number;
mod quoted;
mod words;

use std::ops::Range;

use words::{is_keyword, is_operator};

/// A token. It is kept small, since a script has many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub kind: TokenKind,
    start: u32,
    end: u32,
    /// Where the first line break between the token before and this one begins.
    newline: Option<u32>,
}

impl Token {
    /// Where it stands in the script.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// As written in the script.
    pub fn value(self, src: &str) -> &str {
        &src[self.range()]
    }

    /// Whether a line ends between the token before and this one.
    pub const fn starts_line(self) -> bool {
        self.newline.is_some()
    }

    /// The first line break between the token before and this one.
    pub fn newline(self, src: &str) -> Option<Range<usize>> {
        let start = self.newline? as usize;
        Some(start..start + if src[start..].starts_with("\r\n") { 2 } else { 1 })
    }
}

/// The kinds of [`Token`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// `$x`, `${a b}`, `$env:PATH`, `$?`, and `@x` of splatting.
    Variable,
    /// `1`, `0xFF`, `1.5`, `1kb`, `1e3`.
    Number,
    StringSq,
    StringDq,
    HereStringSq,
    HereStringDq,
    /// A bare word: the name of a command, an argument, a member.
    Generic,
    Keyword,
    /// `-Path`, `-ErrorAction:`.
    Parameter,
    /// `-eq`, `+`, `=`, `..`, `&&`, `?.`, `--%`.
    Operator,
    Pipe,
    Amp,
    Semicolon,
    Comma,
    Dot,
    DoubleColon,
    LParen,
    RParen,
    LBrace,
    RBrace,
    LBracket,
    RBracket,
    /// `$(`.
    DollarParen,
    /// `@(`.
    AtParen,
    /// `@{`.
    AtBrace,
    /// `>`, `>>`, `2>&1`, `*>`, `<`.
    Redirect,
    /// What follows `--%` on its line.
    VerbatimArgs,
    Eof,
    /// A sign that means nothing alone: `$`, `@`, a backtick at the end.
    Unknown,
}

/// A script, taken apart.
pub(super) struct Lexed {
    /// The tokens; the last one is [`TokenKind::Eof`].
    pub tokens: Vec<Token>,
    /// The comments between them.
    pub comments: Vec<Range<usize>>,
    /// Where the first string or braced variable begins that nothing closes.
    pub unterminated: Option<usize>,
}

/// Takes a script apart. Never fails; recursion is as deep as strings stand in sub-expressions of strings, see
/// [`super::guard`].
pub(super) fn lex(src: &str) -> Lexed {
    let mut lexer = Lexer { src, at: 0, before: None, is_member: false, comments: Vec::new(), unterminated: None };
    let mut tokens = Vec::with_capacity(src.len() / 6 + 1);
    loop {
        if lexer.before == Some(TokenKind::Operator) && src[..lexer.at].ends_with("--%") {
            let start = lexer.at;
            lexer.skip_line();
            if lexer.at > start {
                tokens.push(lexer.token(TokenKind::VerbatimArgs, start, None));
            }
        }
        let (newline, is_separated) = lexer.gap();
        lexer.is_member = !is_separated && lexer.before.is_some_and(has_members);
        let start = lexer.at;
        let kind = lexer.kind();
        tokens.push(lexer.token(kind, start, newline));
        if kind == TokenKind::Eof {
            return Lexed { tokens, comments: lexer.comments, unterminated: lexer.unterminated };
        }
    }
}

/// Whether a dot right behind such a token leads to a member, and begins no number.
const fn has_members(kind: TokenKind) -> bool {
    matches!(
        kind,
        TokenKind::Variable
            | TokenKind::RParen
            | TokenKind::RBracket
            | TokenKind::StringDq
            | TokenKind::StringSq
            | TokenKind::Generic
    )
}

struct Lexer<'a> {
    src: &'a str,
    at: usize,
    /// The kind of the last token.
    before: Option<TokenKind>,
    /// Whether a dot at the next token leads to a member.
    is_member: bool,
    comments: Vec<Range<usize>>,
    unterminated: Option<usize>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.src[self.at..]
    }

    fn peek(&self) -> Option<char> {
        match self.src.as_bytes().get(self.at) {
            Some(&byte) if byte.is_ascii() => Some(char::from(byte)),
            Some(_) => self.rest().chars().next(),
            None => None,
        }
    }

    /// The byte after the next one, which is of ASCII.
    fn second(&self) -> Option<u8> {
        self.src.as_bytes().get(self.at + 1).copied()
    }

    fn bump(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn skip_while(&mut self, is_wanted: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&is_wanted) {
            self.bump();
        }
    }

    /// Passes over a name; nearly all are of ASCII.
    fn skip_name(&mut self) {
        let rest = &self.src.as_bytes()[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        self.skip_while(is_name);
    }

    fn skip_line(&mut self) {
        let rest = self.rest().as_bytes();
        self.at += memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
    }

    fn token(&mut self, kind: TokenKind, start: usize, newline: Option<u32>) -> Token {
        self.before = Some(kind);
        Token { kind, start: start as u32, end: self.at as u32, newline }
    }

    /// Passes over blanks, comments and line breaks: where the first line break begins, and whether one or a comment
    /// stands there.
    fn gap(&mut self) -> (Option<u32>, bool) {
        let (mut newline, mut is_separated) = (None, false);
        loop {
            let start = self.at;
            match self.peek() {
                Some(' ') => self.at += 1,
                Some('\r' | '\n') => {
                    self.at += if self.rest().starts_with("\r\n") { 2 } else { 1 };
                    newline = newline.or(Some(start as u32));
                    is_separated = true;
                }
                Some('`') if matches!(self.second(), Some(b'\r' | b'\n')) => {
                    self.at += if self.rest().starts_with("`\r\n") { 3 } else { 2 };
                }
                Some('#') => {
                    self.skip_line();
                    self.comments.push(start..self.at);
                    is_separated = true;
                }
                Some('<') if self.second() == Some(b'#') => {
                    self.skip_block_comment();
                    self.comments.push(start..self.at);
                    is_separated = true;
                }
                Some(char) if char.is_whitespace() || char == '\u{feff}' => self.at += char.len_utf8(),
                _ => return (newline, is_separated),
            }
        }
    }

    fn skip_block_comment(&mut self) {
        let end = self.src[self.at + 2..].find("#>");
        self.at = end.map_or(self.src.len(), |end| self.at + 2 + end + 2);
    }

    /// Passes over a token: its kind.
    fn kind(&mut self) -> TokenKind {
        let Some(char) = self.peek() else { return TokenKind::Eof };
        match char {
            '$' => self.dollar(),
            '@' => self.at_sign(),
            '\'' => {
                self.skip_single();
                TokenKind::StringSq
            }
            '"' => {
                self.skip_double();
                TokenKind::StringDq
            }
            '0'..='9' => self.number(),
            '(' => self.take(1, TokenKind::LParen),
            ')' => self.take(1, TokenKind::RParen),
            '{' => self.take(1, TokenKind::LBrace),
            '}' => self.take(1, TokenKind::RBrace),
            '[' => self.take(1, TokenKind::LBracket),
            ']' => self.take(1, TokenKind::RBracket),
            ';' => self.take(1, TokenKind::Semicolon),
            ',' => self.take(1, TokenKind::Comma),
            '|' if self.second() == Some(b'|') => self.take(2, TokenKind::Operator),
            '|' => self.take(1, TokenKind::Pipe),
            '&' if self.second() == Some(b'&') => self.take(2, TokenKind::Operator),
            '&' => self.take(1, TokenKind::Amp),
            '>' if self.second() == Some(b'>') => self.take(2, TokenKind::Redirect),
            '>' | '<' => self.take(1, TokenKind::Redirect),
            ':' if self.second() == Some(b':') => self.take(2, TokenKind::DoubleColon),
            '+' if matches!(self.second(), Some(b'+' | b'=')) => self.take(2, TokenKind::Operator),
            '%' if self.second() == Some(b'=') => self.take(2, TokenKind::Operator),
            ':' | '+' | '%' | '=' | '!' => self.take(1, TokenKind::Operator),
            '.' => self.dot(),
            '-' => self.dash(),
            '*' => self.star(),
            '/' => self.slash(),
            '?' => self.question(),
            '`' if self.second().is_none() => self.take(1, TokenKind::Unknown),
            _ => self.bare_word(),
        }
    }

    fn take(&mut self, len: usize, kind: TokenKind) -> TokenKind {
        self.at += len;
        kind
    }

    fn bare_word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_word();
        if is_keyword(&self.src[start..self.at]) { TokenKind::Keyword } else { TokenKind::Generic }
    }

    /// Passes over the characters of a word; a backtick takes the next one along, but no line break.
    fn skip_word(&mut self) {
        loop {
            let rest = &self.src.as_bytes()[self.at..];
            self.at += rest.iter().take_while(|&&byte| GOES_ON[usize::from(byte)]).count();
            let Some(char) = self.peek() else { return };
            if char == '`' && !matches!(self.second(), Some(b'\r' | b'\n') | None) {
                self.at += 1;
                self.bump();
            } else if goes_on(char) {
                self.at += char.len_utf8();
            } else {
                return;
            }
        }
    }

    fn dollar(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some('(') => self.take(1, TokenKind::DollarParen),
            Some('{') => {
                self.at += 1;
                self.skip_braced(start);
                TokenKind::Variable
            }
            Some('$' | '?' | '^') => self.take(1, TokenKind::Variable),
            Some(char) if is_name(char) => {
                self.skip_name();
                // `$env:PATH`, `$global:x`
                while self.peek() == Some(':') && self.src[self.at + 1..].starts_with(is_name) {
                    self.at += 1;
                    self.skip_name();
                }
                TokenKind::Variable
            }
            _ => TokenKind::Unknown,
        }
    }

    fn skip_braced(&mut self, start: usize) {
        loop {
            match self.peek() {
                None => return self.never_closed(start),
                Some('}') => return self.at += 1,
                Some('`') => self.skip_escape(),
                Some(char) => self.at += char.len_utf8(),
            }
        }
    }

    fn at_sign(&mut self) -> TokenKind {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some('(') => self.take(1, TokenKind::AtParen),
            Some('{') => self.take(1, TokenKind::AtBrace),
            Some(quote @ ('\'' | '"')) => {
                self.skip_here_string(start, quote);
                if quote == '"' { TokenKind::HereStringDq } else { TokenKind::HereStringSq }
            }
            Some(char) if char == '$' || char.is_alphabetic() || char == '_' => {
                self.at += char.len_utf8();
                self.skip_while(is_name);
                TokenKind::Variable
            }
            _ => TokenKind::Unknown,
        }
    }

    fn dash(&mut self) -> TokenKind {
        if self.rest().starts_with("--%") {
            return self.take(3, TokenKind::Operator);
        }
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some('=') => self.take(1, TokenKind::Operator),
            Some(char) if char.is_alphabetic() || matches!(char, '-' | '_' | '?') => {
                self.skip_word();
                let name = self.src[start..self.at].trim_start_matches('-');
                if name.is_empty() || is_operator(name) { TokenKind::Operator } else { TokenKind::Parameter }
            }
            _ => TokenKind::Operator,
        }
    }

    fn star(&mut self) -> TokenKind {
        match self.second() {
            Some(b'>') => {
                self.at += 1;
                self.redirection()
            }
            Some(b'=') => self.take(2, TokenKind::Operator),
            _ => self.sign_or_word(),
        }
    }

    fn question(&mut self) -> TokenKind {
        let sign = ["??=", "??", "?.", "?["].into_iter().find(|sign| self.rest().starts_with(sign));
        sign.map(|sign| self.take(sign.len(), TokenKind::Operator)).unwrap_or_else(|| self.sign_or_word())
    }

    /// `*` and `?` alone are operators, in a word they are a part of it.
    fn sign_or_word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_word();
        if self.at == start + 1 { TokenKind::Operator } else { TokenKind::Generic }
    }

    fn slash(&mut self) -> TokenKind {
        self.at += 1;
        match self.peek() {
            Some('=') => self.take(1, TokenKind::Operator),
            Some(char) if char.is_alphabetic() || matches!(char, '_' | '.' | '/' | '\\' | '~') => {
                self.skip_word();
                TokenKind::Generic
            }
            _ => TokenKind::Operator,
        }
    }
}

fn is_name(char: char) -> bool {
    char.is_alphanumeric() || char == '_'
}

/// Whether a character goes on with a word: all but blanks and the signs that always begin a token.
const fn goes_on(char: char) -> bool {
    !char.is_whitespace()
        && !matches!(
            char,
            '|' | ';' | ',' | '(' | ')' | '{' | '}' | '[' | ']' | '&' | '"' | '\'' | '<' | '>' | '$' | '`' | '='
        )
        && char != '\u{feff}'
}

/// [`goes_on`] for the bytes of ASCII, as a table: it is asked of nearly every byte of a script.
static GOES_ON: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = goes_on(byte as u8 as char);
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests;
