//! Issues of Azure Pipelines: logging commands, a line each. Azure knows errors and warnings only; milder findings
//! are lines of the log.

use dockerfile::diagnostic::Severity;

use super::path::relative;
use super::{End, File, Shape, sentence};

/// How it is written.
pub const SHAPE: Shape = Shape { file, end, ..Shape::PLAIN };

fn file(out: &mut String, file: &File) {
    let path = relative(file.name);
    for diagnostic in file.diagnostics {
        let place = file.source.position(diagnostic.span.start);
        let (line, column) = (place.line, place.column);
        let (rule, message) = (diagnostic.rule, sentence(diagnostic));
        let kind = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Style => {
                out.push_str(&harmless(&format!(
                    "{path}:{line}:{column}: {}[{rule}] {message}",
                    diagnostic.severity.name()
                )));
                out.push('\n');
                continue;
            }
        };
        out.push_str(&format!(
            "##vso[task.logissue type={kind};sourcepath={};linenumber={line};columnnumber={column};code={rule};]{}\n",
            property(&path),
            data(&format!("{message} ({rule})"))
        ));
    }
}

fn end(out: &mut String, end: &End) {
    for error in end.errors {
        out.push_str(&format!("##vso[task.logissue type=error;]{}\n", data(error)));
    }
}

fn data(text: &str) -> String {
    text.replace('%', "%AZP25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(']', "%5D").replace(';', "%3B")
}

/// A line of the log in which the agent looks for no command.
fn harmless(line: &str) -> String {
    data(line).replace("##", "# #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_a_command() {
        assert_eq!(property("a;b]c%\n##vso[x]"), "a%3Bb%5Dc%AZP25%0A##vso[x%5D");
        assert_eq!(data("50% a;b]\r"), "50%AZP25 a;b]%0D");
        assert_eq!(harmless("##vso[task.complete]\n##[error]"), "# #vso[task.complete]%0A# #[error]");
    }
}
