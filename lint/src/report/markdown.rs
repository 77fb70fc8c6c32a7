//! A summary in Markdown, for the step summaries and comments of build servers.

use super::path::relative;
use super::text::summary;
use super::{End, File, Shape, count, sentence, url};

/// A step summary of GitHub Actions has at most 1 MiB; the heading and the end want some of it.
const ROOM: usize = (1 << 20) - (32 << 10);

/// How it is written.
pub const SHAPE: Shape = Shape { start: "## wlint\n", file, end, room: ROOM, ..Shape::PLAIN };

fn file(out: &mut String, file: &File) {
    if file.diagnostics.is_empty() {
        return;
    }
    out.push_str(&format!("\n### {}\n\n", escaped(&relative(file.name))));
    out.push_str("| Line | Severity | Rule | What is wrong |\n|---:|---|---|---|\n");
    for diagnostic in file.diagnostics {
        let line = file.source.line_of(diagnostic.span.start);
        let rule = match url(diagnostic.group, diagnostic.rule) {
            Some(url) => format!("[{}]({url})", diagnostic.rule),
            None => diagnostic.rule.to_owned(),
        };
        let (severity, message) = (diagnostic.severity.name(), escaped(&sentence(diagnostic)));
        out.push_str(&format!("| {line} | {severity} | {rule} | {message} |\n"));
    }
}

fn end(out: &mut String, end: &End) {
    if end.omitted > 0 {
        let more = count(end.omitted, "more problem");
        out.push_str(&format!("\n{more} had no room here; another format has them all.\n"));
    }
    for error in end.errors {
        out.push_str(&format!("\n**error:** {}\n", escaped(error)));
    }
    out.push_str(&format!("\n{}", summary(end.totals)));
}

/// Text that is nothing but text: a backslash before each sign that means something, entities for HTML.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '|' | '~' | '$' => {
                out.extend(['\\', char]);
            }
            char => out.push(char),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_text_and_stays_in_its_cell() {
        let text = "a | `b` <img src=x> [c](d) &amp; C:\\_x_\n| e $f$";
        let expected = "a \\| \\`b\\` &lt;img src=x&gt; \\[c\\]\\(d\\) &amp;amp; C:\\\\\\_x\\_ \\| e \\$f\\$";
        assert_eq!(escaped(text), expected);
    }
}
