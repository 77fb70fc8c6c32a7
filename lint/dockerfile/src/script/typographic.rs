//! Typographic quotes and dashes that a script has where its shell or its programs look for those of ASCII.

use crate::source::Span;
use crate::typography;

use super::{Command, Dialect, Quote, Script, Word};

/// A typographic sign that means nothing where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typographic {
    /// The quote that opens, or the dashes.
    pub span: Span,
    /// The quote that closes; none for dashes.
    pub close: Option<Span>,
    /// What was meant.
    pub ascii: &'static str,
    /// The name of the command.
    pub command: String,
}

/// Commands of cmd whose words are text.
const PRINTERS: [&str; 4] = ["echo", "title", "rem", "msg"];

/// Programs of which PowerShell makes no command of its own.
const PROGRAMS: [&str; 12] =
    ["choco", "cmake", "conda", "dotnet", "git", "msbuild", "msiexec", "npm", "nuget", "pip", "python", "tar"];

impl Script {
    /// The typographic quotes and dashes of this script itself that its shell does not take for those of ASCII, in
    /// order of place. PowerShell takes its own: quotes everywhere, dashes before the parameters of its commands; a
    /// program gets the dash as it stands.
    pub fn typographic(&self) -> Vec<Typographic> {
        let mut found = Vec::new();
        if self.dialect == Dialect::Posix || self.text.text().is_ascii() {
            return found;
        }
        for command in self.own_commands() {
            if command.expression.is_some() || is_one_of(&PRINTERS, command) {
                continue;
            }
            if self.dialect == Dialect::Cmd && command.nested.is_none() {
                self.quotes(command, &mut found);
            }
            if self.dialect == Dialect::Cmd
                && !super::nested::shell(&command.name.text).is_some_and(Dialect::is_powershell)
                || is_program(command)
            {
                self.dashes(command, &mut found);
            }
        }
        found.sort_by_key(|it| it.span);
        found
    }

    fn quotes(&self, command: &Command, found: &mut Vec<Typographic>) {
        let words = std::iter::once(&command.name).chain(&command.words);
        let mut plain = words.filter(|word| word.quote != Quote::Double);
        let Some(range) = plain.next().and_then(|first| {
            let last = plain.next_back().unwrap_or(first);
            let start = self.text.range_of(first.span)?.start;
            Some(start..self.text.range_of(last.span)?.end)
        }) else {
            return;
        };
        let place = |part: std::ops::Range<usize>| self.text.span(range.start + part.start..range.start + part.end);
        found.extend(typography::pairs(&self.text.text()[range.clone()]).into_iter().map(|(open, close)| {
            Typographic {
                span: place(open),
                close: Some(place(close)),
                ascii: "\"",
                command: command.name.text.clone(),
            }
        }));
    }

    fn dashes(&self, command: &Command, found: &mut Vec<Typographic>) {
        for word in command.words.iter().filter(|word| word.quote == Quote::None) {
            let Some(span) = self.dash(word) else { continue };
            let ascii = if word.raw.starts_with('\u{2013}') { "-" } else { "--" };
            found.push(Typographic { span, close: None, ascii, command: command.name.text.clone() });
        }
    }

    fn dash(&self, word: &Word) -> Option<Span> {
        let dashes = typography::dashes(&word.raw)?;
        let start = self.text.range_of(word.span)?.start;
        Some(self.text.span(start + dashes.start..start + dashes.end))
    }
}

fn is_program(command: &Command) -> bool {
    let name = command.name.text.to_ascii_lowercase();
    [".exe", ".cmd", ".bat"].iter().any(|end| name.ends_with(end)) && !name.ends_with("powershell.exe")
        || is_one_of(&PROGRAMS, command)
}

fn is_one_of(names: &[&str], command: &Command) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(&command.name.text))
}

#[cfg(test)]
mod tests {
    use crate::script::{Dialect, parse};
    use crate::splice::Spliced;

    #[test]
    fn signs_count_by_who_reads_them() {
        for (text, dialect, expected) in [
            ("net user bob ‘pw’ /ADD", Dialect::Cmd, vec![("‘", "\"")]),
            ("“C:\\a b\\x.exe” –y –z", Dialect::Cmd, vec![("“", "\""), ("–", "-"), ("–", "-")]),
            ("echo “hello” & choco install x —yes", Dialect::Cmd, vec![("—", "--")]),
            ("powershell –NoProfile Write-Host ‘x’", Dialect::Cmd, vec![]),
            ("set X=\"“a”\"", Dialect::Cmd, vec![]),
            ("Write-Host “a” –NoNewline", Dialect::WindowsPowerShell, vec![]),
            ("choco install x –y; .\\setup.exe –quiet", Dialect::WindowsPowerShell, vec![("–", "-"), ("–", "-")]),
            ("echo “a”", Dialect::Posix, vec![]),
        ] {
            let script = parse(Spliced::verbatim(text, 0), dialect);
            let found: Vec<_> =
                script.typographic().iter().map(|it| (text[it.span.range()].to_owned(), it.ascii)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(sign, ascii)| (sign.to_owned(), ascii)).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
