//! A diagnostic as annotated text: the lines it points at, carets under them, what the builder sees, and what
//! to do. The work per diagnostic depends on its lines, not on the file.

use std::fmt::Write;

use crate::diagnostic::{Diagnostic, Safety, Severity};
use crate::source::{Source, Span};

mod width;

/// Whether the text carries colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Text alone.
    #[default]
    Plain,
    /// With ANSI colours.
    Colour,
}

/// What a piece of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paint {
    /// What belongs to a severity.
    Severity(Severity),
    /// What the eye should find first.
    Strong,
    /// Line numbers, arrows and second places.
    Frame,
    /// What mends or was added.
    Good,
    /// What goes.
    Bad,
}

impl Style {
    /// Appends `text` in a colour, if colours are wanted.
    pub fn paint(self, out: &mut String, paint: Paint, text: &str) {
        if self == Style::Plain || text.is_empty() {
            out.push_str(text);
            return;
        }
        let code = match paint {
            Paint::Severity(Severity::Error) => "1;31",
            Paint::Severity(Severity::Warning) => "1;33",
            Paint::Severity(Severity::Info) => "1;36",
            Paint::Severity(Severity::Style) => "1;35",
            Paint::Strong => "1",
            Paint::Frame => "1;34",
            Paint::Good => "32",
            Paint::Bad => "31",
        };
        let _ = write!(out, "\x1B[{code}m{text}\x1B[0m");
    }
}

/// The most columns of a source line that are shown.
const WIDTH: usize = 120;

/// What stands where a long line was cut.
const CUT: char = '…';

/// What stands for each column of a secret.
const MASK: char = '*';

/// Text of a source without its secrets: each of their characters is a star, line endings stay.
pub fn masked(source: &Source, secrets: &[Span]) -> String {
    let mut out = String::with_capacity(source.text().len());
    let mut secrets = secrets.iter().peekable();
    for (at, char) in source.text().char_indices() {
        while secrets.next_if(|secret| secret.end as usize <= at).is_some() {}
        let hidden = secrets.peek().is_some_and(|secret| secret.start as usize <= at) && !matches!(char, '\r' | '\n');
        out.push(if hidden { MASK } else { char });
    }
    out
}

/// One underlined part of one line.
#[derive(Clone, Copy)]
struct Mark<'a> {
    line: u32,
    /// Bytes of the line.
    start: usize,
    end: usize,
    primary: bool,
    text: &'a str,
}

/// Appends `diagnostic` as annotated text. Ends with a newline.
pub fn text(out: &mut String, path: &str, source: &Source, diagnostic: &Diagnostic, style: Style) {
    let marks = marks(source, diagnostic);
    let gutter = marks.iter().map(|mark| mark.line).max().unwrap_or(1).to_string().len();
    title(out, diagnostic, style);
    let place = source.position(diagnostic.span.start);
    out.extend(std::iter::repeat_n(' ', gutter));
    style.paint(out, Paint::Frame, "--> ");
    push_safe(out, path);
    let _ = writeln!(out, ":{}:{}", place.line, place.column);
    let frame = Frame { gutter, style, severity: diagnostic.severity, source, secrets: &diagnostic.secrets };
    frame.bar(out);
    out.push('\n');
    let mut last = None;
    let mut rest = marks.as_slice();
    while let Some(first) = rest.first() {
        let count = rest.iter().take_while(|mark| mark.line == first.line).count();
        let (here, later) = rest.split_at(count);
        frame.gap(out, last, first.line);
        frame.line(out, first.line, here);
        last = Some(first.line);
        rest = later;
    }
    frame.bar(out);
    out.push('\n');
    if let Some(seen) = &diagnostic.seen {
        frame.note(out, "the builder sees", Paint::Strong, seen);
    }
    if !diagnostic.help.is_empty() {
        frame.note(out, "help", Paint::Strong, &diagnostic.help);
    }
    if let Some(fix) = &diagnostic.fix {
        let name = match fix.safety {
            Safety::Safe => "fix (safe)",
            Safety::Suggested => "fix (suggested)",
        };
        frame.note(out, name, Paint::Good, &fix.title);
    }
}

/// Appends text that the user's file may have a part in: control characters become pictures, so that nothing
/// in a file can steer a terminal.
pub fn push_safe(out: &mut String, text: &str) {
    text.chars().fold(0, |column, char| width::push(out, char, column));
}

/// The most columns of a message; one may quote a line of any length.
const MESSAGE: usize = 400;

/// Like [`push_safe`], and cut where nobody would read on.
pub fn push_message(out: &mut String, text: &str) {
    let end = reach(text, MESSAGE);
    push_safe(out, &text[..end]);
    if end < text.len() {
        out.push(CUT);
    }
}

fn title(out: &mut String, diagnostic: &Diagnostic, style: Style) {
    let name = format!("{}[{}]", diagnostic.severity.name(), diagnostic.rule);
    style.paint(out, Paint::Severity(diagnostic.severity), &name);
    let mut message = String::from(": ");
    push_message(&mut message, &diagnostic.message);
    style.paint(out, Paint::Strong, &message);
    out.push('\n');
}

/// All underlined parts, by line; in a line the finding's own place first.
fn marks<'a>(source: &Source, diagnostic: &'a Diagnostic) -> Vec<Mark<'a>> {
    let mut marks = Vec::new();
    add_marks(&mut marks, source, diagnostic.span, true, "");
    for label in &diagnostic.labels {
        add_marks(&mut marks, source, label.span, false, &label.text);
    }
    marks.sort_by_key(|mark| (mark.line, !mark.primary, mark.start));
    marks
}

/// A span over several lines is shown by its first and its last line.
fn add_marks<'a>(marks: &mut Vec<Mark<'a>>, source: &Source, span: Span, primary: bool, text: &'a str) {
    let first = source.line_of(span.start);
    // A span that ends with a newline ends on the line which that newline closes.
    let last = if span.is_empty() { first } else { source.line_of(span.end - 1) };
    let content = source.line_span(first);
    let within = |offset: u32, line: Span| (offset.clamp(line.start, line.end) - line.start) as usize;
    if first == last {
        let (start, end) = (within(span.start, content), within(span.end, content));
        marks.push(Mark { line: first, start, end, primary, text });
        return;
    }
    let (start, end) = (within(span.start, content), content.len() as usize);
    marks.push(Mark { line: first, start, end, primary, text: "" });
    let content = source.line_span(last);
    let line = source.slice(content);
    let (start, end) = (line.len() - line.trim_start().len(), within(span.end, content));
    marks.push(Mark { line: last, start: start.min(end), end, primary, text });
}

/// The frame around the source lines of one diagnostic.
struct Frame<'a> {
    gutter: usize,
    style: Style,
    severity: Severity,
    source: &'a Source,
    /// What is not shown.
    secrets: &'a [Span],
}

impl Frame<'_> {
    fn bar(&self, out: &mut String) {
        out.extend(std::iter::repeat_n(' ', self.gutter + 1));
        self.style.paint(out, Paint::Frame, "|");
    }

    fn numbered(&self, out: &mut String, line: u32) {
        self.style.paint(out, Paint::Frame, &format!("{line:>width$} |", width = self.gutter));
    }

    fn note(&self, out: &mut String, name: &str, paint: Paint, text: &str) {
        out.extend(std::iter::repeat_n(' ', self.gutter + 1));
        self.style.paint(out, Paint::Frame, "= ");
        self.style.paint(out, paint, name);
        out.push_str(": ");
        push_message(out, text);
        out.push('\n');
    }

    /// What stands between two shown lines: nothing, the one line between them, or dots.
    fn gap(&self, out: &mut String, last: Option<u32>, next: u32) {
        match last {
            Some(last) if next == last + 2 => self.line(out, last + 1, &[]),
            Some(last) if next > last + 2 => {
                self.style.paint(out, Paint::Frame, "...");
                out.push('\n');
            }
            _ => {}
        }
    }

    /// A source line and its marks; again for those that the window around the first does not reach.
    fn line(&self, out: &mut String, number: u32, marks: &[Mark]) {
        let span = self.source.line_span(number);
        let line = self.source.slice(span);
        let is_secret = |at: usize| {
            let at = span.start + at as u32;
            let next = self.secrets.partition_point(|secret| secret.end <= at);
            self.secrets.get(next).is_some_and(|secret| secret.start <= at)
        };
        let mut rest = marks;
        loop {
            let window =
                rest.first().map_or_else(|| Window::around(line, 0, 0), |m| Window::around(line, m.start, m.end));
            self.numbered(out, number);
            window.push(out, line, &is_secret);
            let count = 1 + rest.iter().skip(1).take_while(|mark| window.reaches(mark)).count();
            let (here, later) = rest.split_at(count.min(rest.len()));
            for mark in here {
                self.carets(out, line, &window, mark);
            }
            if later.is_empty() {
                return;
            }
            rest = later;
        }
    }

    fn carets(&self, out: &mut String, line: &str, window: &Window, mark: &Mark) {
        let from = window.column(line, mark.start);
        let to = window.column(line, mark.end.min(window.end).max(mark.start));
        self.bar(out);
        out.extend(std::iter::repeat_n(' ', from + 1));
        let (sign, paint) = if mark.primary { ("^", Paint::Severity(self.severity)) } else { ("-", Paint::Frame) };
        let mut signs = sign.repeat((to - from).max(1));
        if !mark.text.is_empty() {
            signs.push(' ');
            push_message(&mut signs, mark.text);
        }
        self.style.paint(out, paint, &signs);
        out.push('\n');
    }
}

/// The part of a line that is shown, in bytes.
struct Window {
    start: usize,
    end: usize,
}

impl Window {
    /// The whole line if it is short enough, otherwise what fits around `from..to`.
    fn around(line: &str, from: usize, to: usize) -> Window {
        if reach(line, WIDTH) == line.len() {
            return Window { start: 0, end: line.len() };
        }
        let room = WIDTH - 2;
        let marked = &line[from..to];
        let marked = width::after(&marked[..reach(marked, room)], 0).max(1);
        let before = (room - marked.min(room)).min(room / 3);
        let (mut start, mut columns) = (from, 0);
        for (at, char) in line[..from].char_indices().rev() {
            columns += width::of(char, 0);
            if columns > before {
                break;
            }
            start = at;
        }
        Window { start, end: start + reach(&line[start..], room) }
    }

    fn reaches(&self, mark: &Mark) -> bool {
        self.start <= mark.start && mark.end <= self.end
    }

    /// The column, counted from the window's left edge, of a byte of the line.
    fn column(&self, line: &str, at: usize) -> usize {
        let edge = usize::from(self.start > 0);
        width::after(&line[self.start..at.clamp(self.start, self.end)], edge)
    }

    /// Appends the part; a secret as so many stars as it takes columns.
    fn push(&self, out: &mut String, line: &str, is_secret: &dyn Fn(usize) -> bool) {
        let before = out.len();
        out.push(' ');
        let edge = usize::from(self.start > 0);
        if edge > 0 {
            out.push(CUT);
        }
        line[self.start..self.end].char_indices().fold(edge, |column, (at, char)| {
            if !is_secret(self.start + at) {
                return width::push(out, char, column);
            }
            let width = width::of(char, column);
            out.extend(std::iter::repeat_n(MASK, width));
            column + width
        });
        if self.end < line.len() {
            out.push(CUT);
        }
        // Blanks at the end of a source line are shown by carets alone; a report has none.
        let kept = out[before..].trim_end_matches(' ').len();
        out.truncate(before + kept);
        out.push('\n');
    }
}

/// How many bytes of `text` fit into so many columns.
fn reach(text: &str, columns: usize) -> usize {
    let mut column = 0;
    for (at, char) in text.char_indices() {
        column += width::of(char, column);
        if column > columns {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests;
