//! From lines to instructions, as BuildKit's parser joins and skips them.

use crate::source::{Source, Span};
use crate::splice::Spliced;

use super::directive::Directives;
use super::token::{Token, TokenKind};
use super::{Frontend, Instruction, Join, Keyword, Options, Problem, ProblemKind, Tree, head, heredoc, other_escape};

/// The longest line that BuildKit reads, in bytes (Go's `bufio.MaxScanTokenSize` less one).
pub const MAX_LINE: u32 = 64 * 1024 - 1;

/// Reads a file as BuildKit does, going on where it would stop.
pub fn parse(source: &Source, options: &Options) -> Tree {
    let lines = source.line_count() as usize;
    let mut parser = Parser {
        source,
        text: Spliced::verbatim(source.text(), 0),
        options,
        escape: options.escape.unwrap_or('\\'),
        line: 1,
        directives: Directives::default(),
        comments: Vec::new(),
        tree: Tree {
            escape: '\\',
            frontend: options.frontend,
            directives: Vec::new(),
            instructions: Vec::with_capacity(lines.min(64)),
            around: Vec::with_capacity(2 * lines.min(64)),
            problems: Vec::new(),
        },
    };
    while parser.line <= source.line_count() {
        parser.top_level_line();
    }
    let mut tree = parser.tree;
    if tree.instructions.is_empty() {
        tree.problems.push(Problem { kind: ProblemKind::NoInstructions, span: Span::at(0) });
    }
    tree.escape = parser.escape;
    tree.directives = parser.directives.found;
    tree
}

struct Parser<'a> {
    source: &'a Source,
    /// The whole file, which the lines are parts of.
    text: Spliced,
    options: &'a Options,
    escape: char,
    /// The next line to read, from 1.
    line: u32,
    directives: Directives,
    comments: Vec<Span>,
    tree: Tree,
}

/// A line cut into what it says, the continuation behind that, and the line ending.
#[derive(Clone, Copy)]
struct Cut {
    content: Span,
    continuation: Option<Span>,
    newline: Span,
}

impl Parser<'_> {
    /// Reads a line that begins nothing yet: blank, comment, directive or instruction.
    fn top_level_line(&mut self) {
        let cut = self.cut();
        let text = self.source.slice(cut.content);
        let start = cut.content.start + head::lead(text) as u32;
        let full = Span::new(start, cut.continuation.map_or(cut.content.end, |continuation| continuation.end));
        let counts = self.directives.line(self.source.slice(full), start, self.line, &mut self.tree.problems);
        if counts
            && self.options.escape.is_none()
            && let Some(escape) = self.directives.escape()
        {
            self.escape = escape;
        }
        if self.source.slice(full).starts_with('#') {
            self.comment(Span::new(cut.content.start, start), full, counts);
            self.token(TokenKind::Newline, cut.newline);
            self.line += 1;
        } else if full.is_empty() {
            self.token(TokenKind::Blank, Span::new(cut.content.start, start));
            self.token(TokenKind::Newline, cut.newline);
            self.line += 1;
        } else {
            self.instruction(start, &cut);
        }
    }

    fn comment(&mut self, lead: Span, comment: Span, directive: bool) {
        self.token(TokenKind::Blank, lead);
        self.token(if directive { TokenKind::Directive } else { TokenKind::Comment }, comment);
        if self.source.slice(comment).trim_start_matches('#').trim().is_empty() {
            self.comments.clear();
        } else if !directive {
            self.comments.push(comment);
        }
    }

    /// Joins the lines of one instruction and takes them apart.
    fn instruction(&mut self, start: u32, first: &Cut) {
        let first_line = self.line;
        self.token(TokenKind::Blank, Span::new(first.content.start, start));
        let mut line = Spliced::default();
        let mut joins: Vec<Join> = Vec::new();
        let mut cut = Cut { content: Span::new(start, first.content.end), ..*first };
        loop {
            line.push_from(&self.text, cut.content.range());
            self.token(TokenKind::Newline, cut.newline);
            self.line += 1;
            let Some(continuation) = cut.continuation else { break };
            self.token(TokenKind::Continuation, continuation);
            let escape = Span::new(continuation.start, continuation.start + 1);
            let at = line.text().len() as u32;
            joins.push(Join { line: self.line - 1, escape, at, empty_lines: 0 });
            let Some(next) = self.next_content(joins.last_mut().expect("one was pushed")) else { break };
            cut = next;
        }
        let last_line = self.line - 1;
        self.finish(line, joins, (first_line, last_line), start);
    }

    /// The next line that counts after a continuation: comments and empty lines are passed over.
    fn next_content(&mut self, join: &mut Join) -> Option<Cut> {
        while self.line <= self.source.line_count() {
            let cut = self.cut();
            let text = self.source.slice(cut.content);
            let start = cut.content.start + head::lead(text) as u32;
            let end = cut.continuation.map_or(cut.content.end, |continuation| continuation.end);
            let is_comment = self.source.slice(Span::new(start, end)).starts_with('#');
            if !is_comment && start != end {
                return Some(cut);
            }
            self.token(TokenKind::Blank, Span::new(cut.content.start, start));
            if is_comment {
                self.token(TokenKind::Comment, Span::new(start, end));
            } else {
                join.empty_lines += 1;
                let span = Span::new(cut.content.start, cut.newline.end.max(start));
                self.tree.problems.push(Problem { kind: ProblemKind::EmptyContinuation, span });
            }
            self.token(TokenKind::Newline, cut.newline);
            self.line += 1;
        }
        None
    }

    /// Takes the joined line apart, reads its heredocs and files the instruction.
    fn finish(&mut self, line: Spliced, joins: Vec<Join>, lines: (u32, u32), start: u32) {
        let flag_escape = if self.options.frontend < Frontend::Current { '\\' } else { self.escape };
        let head = head::split(&line, 0, flag_escape);
        let trigger = (head.name == Some(Keyword::Onbuild) && !head.args.is_empty())
            .then(|| head::split(&line, head.args.start, flag_escape));
        let end = line.span(0..line.text().trim_end().len()).end.max(start);
        let mut instruction = Instruction {
            span: Span::new(start, end),
            lines,
            line,
            head,
            trigger,
            heredocs: Vec::new(),
            joins,
            comments: std::mem::take(&mut self.comments),
        };
        if instruction.innermost().name.is_none() {
            let word = instruction.line.text()[instruction.innermost().keyword.clone()].to_owned();
            let span = instruction.source_of(instruction.innermost().keyword.clone());
            self.tree.problems.push(Problem { kind: ProblemKind::UnknownInstruction(word), span });
        }
        self.heredocs(&mut instruction);
        self.tree.instructions.push(instruction);
    }

    /// Reads the lines of the heredocs that the instruction opens.
    fn heredocs(&mut self, instruction: &mut Instruction) {
        for mut heredoc in heredoc::of(instruction) {
            let body_start = self.line_start();
            let mut closed = false;
            while !closed && self.line <= self.source.line_count() {
                let line = self.source.line_span(self.line);
                let text = self.source.slice(line);
                let shown = if heredoc.chomp { text.trim_start_matches('\t') } else { text };
                if shown == heredoc.name {
                    closed = true;
                    heredoc.body = Span::new(body_start, line.start);
                    let lead = Span::new(line.start, line.end - shown.len() as u32);
                    self.token(TokenKind::HeredocBody, heredoc.body);
                    self.token(TokenKind::Blank, lead);
                    self.token(TokenKind::HeredocEnd, Span::new(lead.end, line.end));
                    self.token(TokenKind::Newline, Span::new(line.end, self.source.line_end(self.line)));
                    instruction.span.end = line.end;
                }
                self.line += 1;
            }
            if !closed {
                heredoc.body = Span::new(body_start, self.source.span().end.max(body_start));
                self.token(TokenKind::HeredocBody, heredoc.body);
                instruction.span.end = heredoc.body.end;
                let kind = ProblemKind::UnterminatedHeredoc(heredoc.name.clone());
                self.tree.problems.push(Problem { kind, span: heredoc.span });
            }
            heredoc.terminated = closed;
            instruction.heredocs.push(heredoc);
        }
        instruction.lines.1 = self.line - 1;
    }

    fn line_start(&self) -> u32 {
        if self.line <= self.source.line_count() {
            self.source.line_span(self.line).start
        } else {
            self.source.span().end
        }
    }

    /// Cuts the current line. An escape character at the end of a line, blanks behind it allowed, continues
    /// it, unless another escape character stands right before it.
    fn cut(&mut self) -> Cut {
        let span = self.source.line_span(self.line);
        let newline = Span::new(span.end, self.source.line_end(self.line));
        if newline.end - span.start > MAX_LINE {
            self.tree
                .problems
                .push(Problem { kind: ProblemKind::LineTooLong, span: Span::new(span.start, span.start) });
        }
        let escape = if self.options.continued.binary_search(&self.line).is_ok() {
            other_escape(self.escape)
        } else {
            self.escape
        };
        if let Some(length) = continued(self.source.slice(span), escape)
            && self.options.ended.binary_search(&self.line).is_err()
        {
            let at = span.start + length as u32;
            return Cut { content: Span::new(span.start, at), continuation: Some(Span::new(at, span.end)), newline };
        }
        Cut { content: span, continuation: None, newline }
    }

    fn token(&mut self, kind: TokenKind, span: Span) {
        if !span.is_empty() {
            self.tree.around.push(Token { kind, span });
        }
    }
}

/// Where the escape character stands at the end of a line, blanks behind it allowed, that continues the line: it must
/// not stand right before it a second time.
pub(super) fn continued(line: &str, escape: char) -> Option<usize> {
    let end = line.as_bytes().iter().rposition(|byte| !matches!(byte, b' ' | b'\t'))?;
    // Nearly all lines end in something else, and escape characters are of ASCII.
    if escape.is_ascii() && line.as_bytes()[end] != escape as u8 {
        return None;
    }
    let before = line[..end + 1].strip_suffix(escape)?;
    (!before.ends_with(escape)).then_some(before.len())
}
