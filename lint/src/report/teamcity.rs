//! Inspections of TeamCity: service messages, a line each; the kind of an inspection comes before the first one.

use dockerfile::diagnostic::Severity;
use rules::Rule;

use super::path::relative;
use super::{End, File, Shape, sentence};
use crate::rules_command::summary;

/// How it is written.
pub const SHAPE: Shape = Shape { file, rule, end, ..Shape::PLAIN };

fn rule(out: &mut String, rule: &Rule) {
    let (id, group, description) = (rule.id, rule.group.name(), escaped(&summary(rule.page)));
    out.push_str(&format!(
        "##teamcity[inspectionType id='{id}' name='{id}' category='Dockerfile: {group}' description='{description}']\n"
    ));
}

fn file(out: &mut String, file: &File) {
    let path = escaped(&relative(file.name));
    for diagnostic in file.diagnostics {
        let severity = match diagnostic.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Info => "WEAK WARNING",
            Severity::Style => "INFO",
        };
        let (id, line) = (diagnostic.rule, file.source.line_of(diagnostic.span.start));
        let message = escaped(&sentence(diagnostic));
        out.push_str(&format!(
            "##teamcity[inspection typeId='{id}' message='{message}' file='{path}' line='{line}' SEVERITY='{severity}']\n"
        ));
    }
}

fn end(out: &mut String, end: &End) {
    for error in end.errors {
        out.push_str(&format!("##teamcity[message text='{}' status='ERROR']\n", escaped(error)));
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for char in text.chars() {
        match char {
            '\'' | '|' | '[' | ']' => out.extend(['|', char]),
            '\n' => out.push_str("|n"),
            '\r' => out.push_str("|r"),
            char if char.is_ascii() => out.push(char),
            // One mark for each unit of UTF-16.
            char => char.encode_utf16(&mut [0; 2]).iter().for_each(|unit| out.push_str(&format!("|0x{unit:04X}"))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_a_message() {
        assert_eq!(escaped("it's |[a]\r\nä\u{1D4B3}"), "it|'s |||[a|]|r|n|0x00E4|0xD835|0xDCB3");
    }
}
