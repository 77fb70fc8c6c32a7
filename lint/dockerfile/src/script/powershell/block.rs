//! What begins with a keyword: branches, loops, handlers, functions, and `exit`, `throw`, `return`.

use super::command::Joined;
use super::lexer::TokenKind;
use super::reader::{Parts, Reader};
use crate::script::{Call, Command, Statement, StatementKind, Word};

type Body = (String, Vec<Statement>);

impl Reader<'_> {
    /// A block, when a keyword begins one here.
    pub fn block(&mut self) -> Option<StatementKind> {
        if self.kind() != TokenKind::Keyword {
            return None;
        }
        let keyword = self.value().to_ascii_lowercase();
        let next = self.next_kind();
        let (heads, bodies) = match keyword.as_str() {
            "if" => self.branches(),
            "while" | "for" => self.counted(&keyword),
            "foreach" if next == TokenKind::LParen || next == TokenKind::Parameter => self.foreach()?,
            "do" => self.repeated(),
            "switch" => self.switch(),
            "try" => self.handlers(),
            "function" | "filter" | "workflow" => self.function(),
            "trap" => self.trap(),
            "begin" | "process" | "end" | "data" | "dynamicparam" if next == TokenKind::LBrace => {
                self.bump();
                (Vec::new(), vec![self.body(&keyword)])
            }
            "param" if next == TokenKind::LParen => {
                self.bump();
                (self.parameters(), Vec::new())
            }
            "class" | "enum" if next == TokenKind::Generic => {
                self.skip_definition();
                (Vec::new(), Vec::new())
            }
            "exit" | "throw" | "return" | "break" | "continue" => return Some(self.flow()),
            _ => return None,
        };
        Some(StatementKind::Block { keyword, heads, bodies })
    }

    /// What stands in parentheses before a body.
    fn head(&mut self) -> Vec<Statement> {
        let mut parts = Parts::default();
        if self.kind() == TokenKind::LParen {
            self.group(&mut parts);
        }
        parts.statements
    }

    fn body(&mut self, keyword: &str) -> Body {
        let mut parts = Parts::default();
        if self.kind() == TokenKind::LBrace {
            self.group(&mut parts);
        }
        (keyword.to_owned(), parts.statements)
    }

    fn branches(&mut self) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        let mut heads = self.head();
        let mut bodies = vec![self.body("if")];
        while self.is(TokenKind::Keyword, "elseif") {
            self.bump();
            heads.extend(self.head());
            bodies.push(self.body("elseif"));
        }
        if self.is(TokenKind::Keyword, "else") {
            self.bump();
            bodies.push(self.body("else"));
        }
        (heads, bodies)
    }

    fn counted(&mut self, keyword: &str) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        let heads = self.head();
        (heads, vec![self.body(keyword)])
    }

    fn repeated(&mut self) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        let body = self.body("do");
        let mut heads = Vec::new();
        if self.is(TokenKind::Keyword, "while") || self.is(TokenKind::Keyword, "until") {
            self.bump();
            heads = self.head();
        }
        (heads, vec![body])
    }

    /// `foreach ($x in ...) { }`: the head is an assignment with the operator `in`.
    fn foreach(&mut self) -> Option<(Vec<Statement>, Vec<Body>)> {
        let start = self.at;
        self.bump();
        while self.kind() == TokenKind::Parameter {
            self.bump();
        }
        if self.kind() != TokenKind::LParen {
            self.at = start;
            return None;
        }
        let open = self.at;
        self.bump();
        let first = self.at;
        let mut parts = Parts::default();
        if self.kind() == TokenKind::Variable {
            self.operand(&mut parts);
        }
        let target = self.word_over(first, self.at, parts);
        if self.is(TokenKind::Keyword, "in") {
            self.bump();
        }
        let value = self.statements(Some(TokenKind::RParen));
        let head = self.plain_statement(first, StatementKind::Assignment { target, operator: "in".into(), value });
        self.close(open, TokenKind::RParen);
        Some((vec![head], vec![self.body("foreach")]))
    }

    fn switch(&mut self) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        let mut heads = Vec::new();
        while !matches!(self.kind(), TokenKind::LBrace | TokenKind::LParen) && !self.ends_command() {
            heads.extend(self.word().statements);
        }
        heads.extend(self.head());
        let mut bodies = Vec::new();
        if self.kind() == TokenKind::LBrace {
            self.enclosed(TokenKind::RBrace, |reader| match reader.kind() {
                TokenKind::Semicolon => reader.bump(),
                _ => reader.case(&mut heads, &mut bodies),
            });
        }
        (heads, bodies)
    }

    fn case(&mut self, heads: &mut Vec<Statement>, bodies: &mut Vec<Body>) {
        let before = self.at;
        let (mut parts, mut label) = (Parts::default(), Joined::default());
        self.element(&mut parts, &mut label);
        let label = label.finish(self);
        heads.append(&mut parts.statements);
        let keyword = if label.eq_ignore_ascii_case("default") { "default" } else { "case" };
        if self.kind() == TokenKind::LBrace {
            let body = self.body(keyword);
            bodies.push(body);
        } else if self.at == before {
            self.bump();
        }
    }

    fn handlers(&mut self) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        let mut bodies = vec![self.body("try")];
        while self.is(TokenKind::Keyword, "catch") {
            self.bump();
            self.skip_types();
            bodies.push(self.body("catch"));
        }
        if self.is(TokenKind::Keyword, "finally") {
            self.bump();
            bodies.push(self.body("finally"));
        }
        (Vec::new(), bodies)
    }

    fn trap(&mut self) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        self.skip_types();
        (Vec::new(), vec![self.body("trap")])
    }

    /// The types of the exceptions that a handler takes.
    fn skip_types(&mut self) {
        while matches!(self.kind(), TokenKind::LBracket | TokenKind::Comma) {
            if self.kind() == TokenKind::Comma {
                self.bump();
            } else {
                self.group(&mut Parts::default());
            }
        }
    }

    /// The body of a function stands under the function's name.
    fn function(&mut self) -> (Vec<Statement>, Vec<Body>) {
        self.bump();
        let mut name = String::new();
        if !matches!(self.kind(), TokenKind::LBrace | TokenKind::LParen) && !self.ends_command() {
            let mut text = Joined::default();
            self.element(&mut Parts::default(), &mut text);
            name = text.finish(self);
        }
        let heads = if self.kind() == TokenKind::LParen { self.parameters() } else { Vec::new() };
        (heads, vec![self.body(&name)])
    }

    /// The defaults of declared parameters, as assignments.
    fn parameters(&mut self) -> Vec<Statement> {
        let mut heads = Vec::new();
        self.enclosed(TokenKind::RParen, |reader| match reader.kind() {
            TokenKind::LBracket => reader.group(&mut Parts::default()),
            TokenKind::Variable => heads.extend(reader.parameter()),
            _ => reader.bump(),
        });
        heads
    }

    fn parameter(&mut self) -> Option<Statement> {
        let first = self.at;
        let mut parts = Parts::default();
        self.operand(&mut parts);
        if !self.is(TokenKind::Operator, "=") {
            return None;
        }
        let target = self.word_over(first, self.at, parts);
        self.bump();
        let start = self.at;
        let default = self.expression(true);
        let mut value = Vec::new();
        if self.at > start {
            value.push(self.expression_statement(start, default));
        }
        Some(self.plain_statement(first, StatementKind::Assignment { target, operator: "=".into(), value }))
    }

    /// Passes over a class or an enumeration: nothing in it runs where it stands.
    fn skip_definition(&mut self) {
        while self.kind() != TokenKind::LBrace && !matches!(self.kind(), TokenKind::Eof | TokenKind::Semicolon) {
            self.bump();
        }
        let open = self.at;
        let mut depth = 0_usize;
        while self.kind() != TokenKind::Eof {
            match self.kind() {
                TokenKind::LBrace | TokenKind::AtBrace => depth += 1,
                TokenKind::RBrace if depth == 1 => break,
                TokenKind::RBrace => depth = depth.saturating_sub(1),
                TokenKind::Semicolon if depth == 0 => return,
                _ => {}
            }
            self.bump();
        }
        if depth > 0 {
            self.close(open, TokenKind::RBrace);
        }
    }

    /// `exit`, `throw`, `return`: a command with at most one word, whose statements hold what it runs.
    fn flow(&mut self) -> StatementKind {
        let first = self.at;
        let name = self.word_over(first, first + 1, Parts::default());
        self.bump();
        let words = if self.ends_command() { Vec::new() } else { self.flow_value().into_iter().collect() };
        StatementKind::Pipeline(vec![Command {
            call: Call::Plain,
            name,
            words,
            redirections: Vec::new(),
            span: self.span(self.range(first, self.at)),
            expression: None,
            nested: None,
        }])
    }

    fn flow_value(&mut self) -> Option<Word> {
        let first = self.at;
        let mut value = self.statement()?;
        if let StatementKind::Pipeline(commands) = &mut value.kind
            && let [command] = commands.as_mut_slice()
            && let Some(expression) = &command.expression
            && command.redirections.is_empty()
            && expression.statements.is_empty()
            && expression.calls.iter().all(|call| call.arguments.is_none())
        {
            return commands.pop().map(|command| command.name);
        }
        let parts = Parts { statements: vec![value], ..Parts::default() };
        let range = self.range(first, self.at);
        Some(self.make_word(range.clone(), &self.src[range], crate::script::Quote::None, parts))
    }
}
