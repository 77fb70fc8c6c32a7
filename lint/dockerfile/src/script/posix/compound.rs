//! Groups, conditions, loops, cases and functions.

use super::{Element, Parser, is_meta};
use crate::script::plain::trimmed;
use crate::script::{Command, FaultKind, Statement, StatementKind, Word};

type Bodies = Vec<(String, Vec<Statement>)>;

impl Parser<'_> {
    pub(super) fn element(&mut self) -> Element {
        let start = self.at;
        let block = match self.peek() {
            Some(b'(') if self.at_arithmetic() => self.arithmetic_command(),
            Some(b'(') => self.block_of("(", Self::subshell),
            Some(b'{') if self.at_keyword("{") => self.block_of("{", Self::braced),
            Some(b'i') if self.at_keyword("if") => self.block_of("if", Self::condition),
            Some(b'w') if self.at_keyword("while") => self.block_of("while", Self::repetition),
            Some(b'u') if self.at_keyword("until") => self.block_of("until", Self::repetition),
            Some(b'f') if self.at_keyword("for") => self.block_of("for", Self::for_each),
            Some(b's') if self.at_keyword("select") => self.block_of("select", Self::for_each),
            Some(b'c') if self.at_keyword("case") => self.block_of("case", Self::case),
            _ => match self.function_name() {
                Some(name) => self.function(start, name),
                None => return self.simple_or_assignment(),
            },
        };
        let end = self.at;
        let redirections = self.redirections();
        if redirections.is_empty() {
            self.at = end;
            return Element::Block(block);
        }
        let mut command = Command::of_block(block);
        command.redirections = redirections;
        command.span = self.text.span(start..trimmed(self.bytes, start, self.at));
        Element::Command(command)
    }

    fn block_of(
        &mut self,
        keyword: &'static str,
        read: fn(&mut Self, &'static str) -> (Vec<Statement>, Bodies),
    ) -> Statement {
        let start = self.at;
        self.at += keyword.len();
        let (heads, bodies) = self.deeper(start, |parser| read(parser, keyword)).unwrap_or_default();
        let end = trimmed(self.bytes, start, self.at);
        self.made(StatementKind::Block { keyword: keyword.to_owned(), heads, bodies }, start, end)
    }

    /// Statements that follow a keyword; takes the keyword.
    fn body(&mut self, keyword: &str, bodies: &mut Bodies) -> bool {
        self.skip_lines();
        while self.peek() == Some(b';') && !self.looking_at(";;") {
            self.at += 1;
            self.skip_lines();
        }
        let here = self.at_keyword(keyword);
        if here {
            self.at += keyword.len();
            let statements = self.statements();
            bodies.push((keyword.to_owned(), statements));
        }
        here
    }

    fn close(&mut self, keyword: &str) {
        if self.at_keyword(keyword) {
            self.at += keyword.len();
        }
    }

    fn subshell(&mut self, _: &str) -> (Vec<Statement>, Bodies) {
        let start = self.at - 1;
        let body = self.list_until_bracket();
        self.close_bracket(start);
        (Vec::new(), vec![("(".to_owned(), body)])
    }

    fn braced(&mut self, _: &str) -> (Vec<Statement>, Bodies) {
        let start = self.at - 1;
        let body = self.statements();
        if self.at_keyword("}") {
            self.at += 1;
        } else {
            self.fault(FaultKind::UnbalancedBracket, start..start + 1);
        }
        (Vec::new(), vec![("{".to_owned(), body)])
    }

    fn condition(&mut self, _: &str) -> (Vec<Statement>, Bodies) {
        let mut heads = self.statements();
        let mut bodies = Vec::new();
        self.body("then", &mut bodies);
        while self.at_keyword("elif") {
            self.at += 4;
            heads.append(&mut self.statements());
            if self.body("then", &mut bodies)
                && let Some(last) = bodies.last_mut()
            {
                "elif".clone_into(&mut last.0);
            }
        }
        self.body("else", &mut bodies);
        self.close("fi");
        (heads, bodies)
    }

    fn repetition(&mut self, _: &str) -> (Vec<Statement>, Bodies) {
        let heads = self.statements();
        let mut bodies = Vec::new();
        self.body("do", &mut bodies);
        self.close("done");
        (heads, bodies)
    }

    fn for_each(&mut self, keyword: &'static str) -> (Vec<Statement>, Bodies) {
        let start = self.at - keyword.len();
        self.skip_blanks();
        let mut words = Vec::new();
        if self.at_arithmetic() {
            let open = self.at;
            self.skip_arithmetic();
            words.push(Word::plain(&self.source[open..self.at], self.text.span(open..self.at)));
        }
        while self.peek().is_some_and(|byte| !is_meta(byte)) {
            let word = self.word();
            if !(words.len() == 1 && word.raw == "in") {
                words.push(word);
            }
            self.skip_blanks();
        }
        let heads = vec![self.head(keyword, start, words)];
        let mut bodies = Vec::new();
        if !self.body("do", &mut bodies) && self.at_keyword("{") {
            self.at += 1;
            let (_, body) = self.braced("{");
            bodies = body;
        }
        self.close("done");
        (heads, bodies)
    }

    fn case(&mut self, keyword: &'static str) -> (Vec<Statement>, Bodies) {
        let start = self.at - keyword.len();
        self.skip_blanks();
        let subject = self.word();
        let heads = vec![self.head(keyword, start, vec![subject])];
        let mut bodies = Vec::new();
        self.skip_lines();
        self.close("in");
        loop {
            self.skip_lines();
            if self.at >= self.end || self.at_keyword("esac") {
                break;
            }
            let before = self.at;
            // The patterns, up to their bracket.
            while let Some(byte) = self.peek()
                && byte != b')'
                && byte != b'\n'
                && byte != b';'
            {
                if is_meta(byte) { self.at += 1 } else { drop(self.word()) }
            }
            if self.peek() != Some(b')') {
                // Not a case after all: what follows is read as statements.
                bodies.push(("in".to_owned(), self.statements()));
                break;
            }
            let pattern = self.source[before..self.at].trim().to_owned();
            self.at += 1;
            bodies.push((pattern, self.statements()));
            for end in [";;&", ";;", ";&"] {
                if self.looking_at(end) {
                    self.at += end.len();
                    break;
                }
            }
            if self.at == before {
                break;
            }
        }
        self.close("esac");
        (heads, bodies)
    }

    /// `name ()` or `function name`, with the name's range; does not move.
    fn function_name(&self) -> Option<std::ops::Range<usize>> {
        let mut at = self.at;
        let blanks =
            |at: usize| self.bytes[at..self.end].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let keyword = self.at_keyword("function");
        if keyword {
            at += 8;
            at += blanks(at);
        }
        let start = at;
        while self.byte(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || b"_-.:+".contains(&byte)) {
            at += 1;
        }
        let open = at + blanks(at);
        let close = open + 1 + if self.byte(open) == Some(b'(') { blanks(open + 1) } else { 0 };
        let brackets = self.byte(open) == Some(b'(') && self.byte(close) == Some(b')');
        (at > start && (keyword || brackets)).then_some(start..at)
    }

    fn function(&mut self, start: usize, name: std::ops::Range<usize>) -> Statement {
        self.at = name.end;
        self.skip_blanks();
        if self.peek() == Some(b'(') {
            self.at += 1;
            self.skip_blanks();
            self.close_bracket(start);
        }
        self.skip_lines();
        let word = Word::plain(&self.source[name.clone()], self.text.span(name));
        let head = self.head("function", start, vec![word]);
        let body = self.deeper(start, |parser| {
            let element = if parser.at_closer() { Element::Nothing } else { parser.element() };
            match element {
                Element::Block(block) => vec![block],
                Element::Command(command) => {
                    let end = trimmed(parser.bytes, start, parser.at);
                    vec![parser.made(StatementKind::Pipeline(vec![command]), start, end)]
                }
                Element::Nothing => Vec::new(),
            }
        });
        let bodies = vec![("function".to_owned(), body.unwrap_or_default())];
        let end = trimmed(self.bytes, start, self.at);
        self.made(StatementKind::Block { keyword: "function".to_owned(), heads: vec![head], bodies }, start, end)
    }

    /// `((...))` as a block without statements.
    fn arithmetic_command(&mut self) -> Statement {
        let start = self.at;
        self.skip_arithmetic();
        let kind = StatementKind::Block { keyword: "((".to_owned(), heads: Vec::new(), bodies: Vec::new() };
        self.made(kind, start, self.at)
    }

    /// What decides, as a command named by the keyword.
    fn head(&self, keyword: &str, start: usize, words: Vec<Word>) -> Statement {
        let name = Word::plain(keyword, self.text.span(start..start + keyword.len().min(self.end - start)));
        let span = words.last().map_or(name.span, |last| name.span.to(last.span));
        let end = self.at;
        let mut statement =
            self.made(StatementKind::Pipeline(vec![Command::plain(name, words, span)]), start, end.max(start));
        statement.span = span;
        statement.separator_span = crate::source::Span::at(span.end);
        statement
    }
}
