//! Statements, pipelines, commands and their words in argument mode.

use super::expression::closer_of;
use super::lexer::TokenKind;
use super::reader::{Parts, Reader, is_closer};
use super::string::undone;
use crate::script::{Call, Command, Quote, Redirection, Statement, StatementKind, Word};

/// The text of a word as it comes together. Most words are one token, whose text is not needed here: it is only put in
/// when something follows it.
#[derive(Default)]
pub(super) struct Joined {
    token: Option<usize>,
    text: String,
}

impl Joined {
    fn push_token(&mut self, token: usize, reader: &Reader) {
        if self.token.is_none() && self.text.is_empty() {
            self.token = Some(token);
        } else {
            self.push(&undone(reader.tokens[token], reader.src).0, reader);
        }
    }

    fn push(&mut self, text: &str, reader: &Reader) {
        if let Some(token) = self.token.take() {
            self.text = undone(reader.tokens[token], reader.src).0.into_owned();
        }
        self.text.push_str(text);
    }

    /// The whole text.
    pub fn finish(mut self, reader: &Reader) -> String {
        self.push("", reader);
        self.text
    }
}

impl Reader<'_> {
    /// Whether `&&` or `||` stands here.
    pub fn at_chain(&self) -> bool {
        self.kind() == TokenKind::Operator && matches!(self.value(), "&&" | "||")
    }

    /// Whether the command ends before the token.
    pub fn ends_command(&self) -> bool {
        matches!(self.kind(), TokenKind::Eof | TokenKind::Pipe | TokenKind::Semicolon | TokenKind::Amp)
            || matches!(self.kind(), TokenKind::RParen | TokenKind::RBrace)
            || self.kind() == TokenKind::RBracket && self.open.contains(&TokenKind::RBracket)
            || self.at_chain()
            || self.starts_line(self.at)
    }

    /// One statement without its separator; `None` when nothing can begin here.
    pub fn statement(&mut self) -> Option<Statement> {
        if !self.enter() {
            return None;
        }
        let first = self.at;
        self.label();
        let kind = self.block().or_else(|| self.pipeline());
        self.leave();
        kind.map(|kind| self.plain_statement(first, kind))
    }

    /// `:name` before a loop.
    fn label(&mut self) {
        if self.is(TokenKind::Operator, ":") && self.next_kind() == TokenKind::Generic {
            self.bump();
            self.bump();
        }
    }

    fn pipeline(&mut self) -> Option<StatementKind> {
        let first = self.at;
        let mut commands = Vec::with_capacity(1);
        if self.starts_value() {
            let mut parts = self.expression(false);
            if self.at > first && self.at_assignment() && !self.starts_line(self.at) {
                parts.calls.retain(|call| call.arguments.is_some());
                let target = self.target_word(first, parts);
                return Some(self.assigned(first, target).kind);
            }
            commands.push(self.expression_command(first, parts));
        } else {
            commands.push(self.command()?);
        }
        while self.kind() == TokenKind::Pipe {
            self.bump();
            let first = self.at;
            if self.starts_value() {
                let parts = self.expression(false);
                commands.push(self.expression_command(first, parts));
            } else {
                commands.extend(self.command_after_pipe());
            }
        }
        Some(StatementKind::Pipeline(commands))
    }

    /// The target of an assignment; method calls in it stay findable as statements.
    fn target_word(&self, first: usize, mut parts: Parts) -> Word {
        if parts.calls.is_empty() {
            return self.word_over(first, self.at, parts);
        }
        let variables = parts.variables.clone();
        let statements = std::mem::take(&mut parts.statements);
        let inner = Parts { variables: Vec::new(), statements, calls: parts.calls };
        let statement = self.expression_statement(first, inner);
        self.word_over(first, self.at, Parts { variables, statements: vec![statement], calls: Vec::new() })
    }

    /// After `|` a command may begin on the next line.
    fn command_after_pipe(&mut self) -> Option<Command> {
        if matches!(self.kind(), TokenKind::Eof | TokenKind::Pipe | TokenKind::Semicolon) || is_closer(self.kind()) {
            return None;
        }
        self.command()
    }

    fn command(&mut self) -> Option<Command> {
        let first = self.at;
        let call = self.call_operator();
        let nothing = matches!(self.kind(), TokenKind::Eof | TokenKind::Pipe | TokenKind::Semicolon | TokenKind::Amp)
            || is_closer(self.kind())
            || self.at_chain();
        if nothing && call == Call::Plain {
            return None;
        }
        let name = if nothing { self.word_over(self.at, self.at, Parts::default()) } else { self.name() };
        let mut words = Vec::new();
        let mut redirections = Vec::new();
        while !self.ends_command() {
            match self.kind() {
                TokenKind::Redirect => redirections.push(self.redirection()),
                TokenKind::VerbatimArgs => words.extend(self.verbatim()),
                _ => words.push(self.word()),
            }
        }
        Some(Command {
            call,
            name,
            words,
            redirections,
            span: self.span(self.range(first, self.at)),
            expression: None,
            nested: None,
        })
    }

    fn call_operator(&mut self) -> Call {
        match self.kind() {
            TokenKind::Amp => {
                self.bump();
                Call::Ampersand
            }
            // `.\setup.exe` is a path, `. .\profile.ps1` is a call; a slash before a digit (`./7z.exe`) is read as an operator.
            TokenKind::Dot if !(self.is_glued(self.at + 1) && self.goes_on_with_path()) => {
                self.bump();
                Call::Dot
            }
            _ => Call::Plain,
        }
    }

    fn goes_on_with_path(&self) -> bool {
        let next = self.tokens[self.at + 1];
        next.kind == TokenKind::Generic || next.kind == TokenKind::Operator && next.value(self.src) == "/"
    }

    fn name(&mut self) -> Word {
        if let Some(word) = self.plain_word() {
            return word;
        }
        let first = self.at;
        let (mut parts, mut text) = (Parts::default(), Joined::default());
        self.element(&mut parts, &mut text);
        self.argument(first, text, parts)
    }

    /// What follows `--%`.
    fn verbatim(&mut self) -> Option<Word> {
        let value = self.value();
        let text = value.trim();
        let start = self.token().range().start + (value.len() - value.trim_start().len());
        self.bump();
        let range = start..start + text.len();
        (!text.is_empty()).then(|| self.make_word(range, text, Quote::None, Parts::default()))
    }

    pub fn redirection(&mut self) -> Redirection {
        let first = self.at;
        self.bump();
        if self.kind() == TokenKind::Amp && self.is_glued(self.at) && self.next_kind() == TokenKind::Number {
            self.bump();
            self.bump();
        }
        let operator = self.src[self.range(first, self.at)].to_owned();
        let target = (!operator.contains('&') && !self.ends_command() && self.kind() != TokenKind::Redirect)
            .then(|| self.word());
        Redirection { operator, target, span: self.span(self.range(first, self.at)) }
    }

    /// A word that is one token, as most are: nothing is glued to it, nothing is put into it, no comma makes it an array.
    fn plain_word(&mut self) -> Option<Word> {
        let (token, next) = (self.token(), self.tokens.get(self.at + 1)?);
        let is_plain = match token.kind {
            TokenKind::Generic | TokenKind::Keyword | TokenKind::Number | TokenKind::StringSq => true,
            TokenKind::Parameter => !token.value(self.src).ends_with(':'),
            _ => false,
        };
        let ends = match next.kind {
            TokenKind::Eof | TokenKind::Pipe | TokenKind::Semicolon | TokenKind::Amp => true,
            TokenKind::RParen | TokenKind::RBrace => true,
            TokenKind::Comma | TokenKind::DoubleColon => false,
            _ => token.range().end < next.range().start,
        };
        if !is_plain || !ends {
            return None;
        }
        self.bump();
        Some(self.word_over(self.at - 1, self.at, Parts::default()))
    }

    /// A word in argument mode: an array is one word.
    pub fn word(&mut self) -> Word {
        if let Some(word) = self.plain_word() {
            return word;
        }
        let first = self.at;
        let (mut parts, mut text) = (Parts::default(), Joined::default());
        loop {
            self.element(&mut parts, &mut text);
            if self.kind() != TokenKind::Comma || self.at > first && self.starts_line(self.at) {
                break;
            }
            text.push(",", self);
            self.bump();
            let ended = matches!(self.kind(), TokenKind::Eof | TokenKind::Semicolon | TokenKind::Pipe)
                || is_closer(self.kind())
                || self.at_chain();
            if ended {
                break;
            }
        }
        self.argument(first, text, parts)
    }

    fn argument(&self, first: usize, text: Joined, parts: Parts) -> Word {
        if self.at == first + 1 {
            return self.word_over(first, self.at, parts);
        }
        self.make_word(self.range(first, self.at), &text.finish(self), Quote::None, parts)
    }

    /// The texts of the elements of an array, when nothing else stands in the text.
    pub fn elements(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        while self.kind() != TokenKind::Eof {
            let before = self.at;
            let mut text = Joined::default();
            self.element(&mut Parts::default(), &mut text);
            if self.at > before {
                found.push(text.finish(self));
            } else {
                self.bump();
            }
        }
        found
    }

    /// One element of a word: tokens that stand without a blank between them.
    pub fn element(&mut self, parts: &mut Parts, text: &mut Joined) {
        let first = self.at;
        if self.kind() == TokenKind::Comma {
            return;
        }
        loop {
            self.atom(first, parts, text);
            if !self.glues(first) {
                break;
            }
        }
        let token = self.tokens[first];
        let awaits_value = token.kind == TokenKind::Parameter && token.value(self.src).ends_with(':');
        if awaits_value && self.at == first + 1 && !self.ends_command() && self.kind() != TokenKind::Comma {
            self.element(parts, text);
        }
    }

    fn atom(&mut self, first: usize, parts: &mut Parts, text: &mut Joined) {
        let atom = self.at;
        let square = self.kind() == TokenKind::LBracket;
        let mut inner = Parts::default();
        if square || !self.operand(&mut inner) {
            text.push_token(atom, self);
            self.bump();
            return;
        }
        if atom == first {
            self.postfix(atom, &mut inner);
        }
        if self.at == atom + 1 {
            text.push_token(atom, self);
        } else {
            text.push(&self.src[self.range(atom, self.at)], self);
        }
        if inner.calls.iter().any(|call| call.arguments.is_some()) {
            parts.variables.extend(inner.variables.iter().cloned());
            parts.statements.push(self.expression_statement(atom, inner));
        } else {
            parts.variables.append(&mut inner.variables);
            parts.statements.append(&mut inner.statements);
        }
    }

    /// Whether the token at the cursor goes on with the element that began at `first`.
    fn glues(&self, first: usize) -> bool {
        if !self.is_glued(self.at) || self.ends_command() {
            return false;
        }
        let before = self.tokens[self.at - 1];
        let whole = self.at == first + 1;
        match self.kind() {
            TokenKind::Comma | TokenKind::Redirect | TokenKind::VerbatimArgs => false,
            // `"a"b` and `(a)b` are two arguments; `$x\b` is one.
            _ if is_quoted(self.tokens[first].kind) && whole => false,
            _ if is_closer(before.kind) && closer_of(self.tokens[first].kind).is_some() => {
                self.tokens[first].kind == TokenKind::LBracket
            }
            TokenKind::LParen | TokenKind::LBrace | TokenKind::AtParen | TokenKind::AtBrace => {
                before.kind == TokenKind::Parameter && before.value(self.src).ends_with(':')
            }
            _ => true,
        }
    }
}

const fn is_quoted(kind: TokenKind) -> bool {
    matches!(kind, TokenKind::StringSq | TokenKind::StringDq | TokenKind::HereStringSq | TokenKind::HereStringDq)
}
