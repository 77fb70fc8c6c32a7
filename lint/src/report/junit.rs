//! JUnit XML: a test suite for each file, a test case for each finding. A finding that does not fail the run is a
//! skipped test, so that whoever reads the report comes to the same result as the exit code.

use dockerfile::diagnostic::Diagnostic;

use super::path::relative;
use super::{End, File, Shape, sentence, xml};

/// How it is written.
pub const SHAPE: Shape = Shape {
    start: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"wlint\">\n",
    file,
    end,
    ..Shape::PLAIN
};

fn file(out: &mut String, file: &File) {
    let path = relative(file.name);
    let fails = |diagnostic: &&Diagnostic| file.fail_on.is_some_and(|severity| diagnostic.severity >= severity);
    let failures = file.diagnostics.iter().filter(fails).count();
    let [tests, skipped] = [file.diagnostics.len().max(1), file.diagnostics.len() - failures];
    suite(out, &path, [tests, failures, 0, skipped]);
    if file.diagnostics.is_empty() {
        out.push_str("    <testcase name=\"no problems\"");
        xml::attribute(out, "classname", &path);
        out.push_str(" time=\"0\"/>\n");
    }
    for diagnostic in file.diagnostics {
        let place = file.source.position(diagnostic.span.start);
        out.push_str("    <testcase");
        xml::attribute(out, "name", &format!("{} ({}:{})", diagnostic.rule, place.line, place.column));
        xml::attribute(out, "classname", &path);
        out.push_str(" time=\"0\">\n      ");
        let message = sentence(diagnostic);
        if fails(&diagnostic) {
            out.push_str("<failure");
            xml::attribute(out, "message", &message);
            xml::attribute(out, "type", diagnostic.severity.name());
            out.push('>');
            xml::text(out, &format!("{path}:{}:{}: {message}", place.line, place.column));
            out.push_str("</failure>");
        } else {
            out.push_str("<skipped");
            xml::attribute(out, "message", &format!("{}: {message}", diagnostic.severity.name()));
            out.push_str("/>");
        }
        out.push_str("\n    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
}

/// What could not be done is an error of a test suite of its own.
fn end(out: &mut String, end: &End) {
    if !end.errors.is_empty() {
        suite(out, "wlint", [end.errors.len(), 0, end.errors.len(), 0]);
        for error in end.errors {
            out.push_str("    <testcase name=\"can be linted\" classname=\"wlint\" time=\"0\">\n      <error");
            xml::attribute(out, "message", error);
            out.push_str(" type=\"error\"/>\n    </testcase>\n");
        }
        out.push_str("  </testsuite>\n");
    }
    out.push_str("</testsuites>\n");
}

fn suite(out: &mut String, name: &str, [tests, failures, errors, skipped]: [usize; 4]) {
    out.push_str("  <testsuite");
    xml::attribute(out, "name", name);
    out.push_str(&format!(
        " tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"0\">\n"
    ));
}
