//! Checkstyle XML, which most build servers and review bots read.

use dockerfile::diagnostic::Severity;

use super::path::relative;
use super::{End, File, Shape, sentence, xml};

/// How it is written.
pub const SHAPE: Shape = Shape {
    start: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n",
    file,
    end,
    ..Shape::PLAIN
};

fn file(out: &mut String, file: &File) {
    if file.diagnostics.is_empty() {
        return;
    }
    open(out, &relative(file.name));
    for diagnostic in file.diagnostics {
        let place = file.source.position(diagnostic.span.start);
        let severity = match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info | Severity::Style => "info",
        };
        out.push_str(&format!("    <error line=\"{}\" column=\"{}\"", place.line, place.column));
        xml::attribute(out, "severity", severity);
        xml::attribute(out, "message", &sentence(diagnostic));
        xml::attribute(out, "source", &format!("wlint.{}", diagnostic.rule));
        out.push_str("/>\n");
    }
    out.push_str("  </file>\n");
}

fn open(out: &mut String, name: &str) {
    out.push_str("  <file");
    xml::attribute(out, "name", name);
    out.push_str(">\n");
}

fn end(out: &mut String, end: &End) {
    if !end.errors.is_empty() {
        open(out, "wlint");
        for error in end.errors {
            out.push_str("    <error line=\"1\" severity=\"error\"");
            xml::attribute(out, "message", error);
            out.push_str(" source=\"wlint\"/>\n");
        }
        out.push_str("  </file>\n");
    }
    out.push_str("</checkstyle>\n");
}
