//! Annotated source, and a summary in one line.

use dockerfile::diagnostic::Severity;
use dockerfile::render;

use super::{End, File, Shape, Totals, count};

/// How it is written.
pub const SHAPE: Shape = Shape { file, end, ..Shape::PLAIN };

/// Appends the findings of a file, each with its lines.
fn file(out: &mut String, file: &File) {
    for diagnostic in file.diagnostics {
        render::text(out, file.name, file.source, diagnostic, file.style);
        out.push('\n');
    }
}

fn end(out: &mut String, end: &End) {
    if !end.quiet {
        out.push_str(&summary(end.totals));
    }
}

/// How it came out, with a newline.
pub(super) fn summary(totals: &Totals) -> String {
    let mut parts = Vec::new();
    if totals.fixed > 0 {
        parts.push(format!("fixed {} in {}", count(totals.fixed, "problem"), count(totals.fixed_files, "file")));
    }
    if totals.files > 0 {
        parts.push(problems(totals));
    }
    if totals.safe > 0 {
        parts.push(format!("{} fixable with --fix", totals.safe));
    }
    if totals.suggested > 0 {
        let also = if totals.safe > 0 { "more" } else { "fixable" };
        parts.push(format!("{} {also} with --fix --unsafe-fixes", totals.suggested));
    }
    if totals.known > 0 {
        parts.push(format!("{} in the baseline", totals.known));
    }
    if totals.unchanged > 0 {
        parts.push(format!("{} on unchanged lines", totals.unchanged));
    }
    if totals.stale > 0 {
        parts.push(format!("{} of the baseline gone", totals.stale));
    }
    if totals.failed > 0 {
        parts.push(format!("{} (see above)", count(totals.failed, "error")));
    }
    parts.join("; ") + "\n"
}

fn problems(totals: &Totals) -> String {
    let files = count(totals.files, "file");
    if totals.problems() == 0 {
        return format!("no problems in {files}");
    }
    let kinds = [Severity::Error, Severity::Warning, Severity::Info, Severity::Style].map(|severity| {
        let number = totals.severities[severity as usize];
        let kind = match severity {
            Severity::Error | Severity::Warning => count(number, severity.name()),
            Severity::Info | Severity::Style => format!("{number} {}", severity.name()),
        };
        (number > 0).then_some(kind)
    });
    let kinds: Vec<String> = kinds.into_iter().flatten().collect();
    let problems = count(totals.problems(), "problem");
    format!("{problems} ({}) in {} of {files}", kinds.join(", "), totals.files_with_problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_says_what_there_is() {
        let mut totals = Totals { files: 3, ..Totals::default() };
        assert_eq!(summary(&totals), "no problems in 3 files\n");
        totals.severities = [2, 0, 1, 4];
        totals.files_with_problems = 2;
        assert_eq!(summary(&totals), "7 problems (4 errors, 1 warning, 2 style) in 2 of 3 files\n");
        totals = Totals { files: 1, files_with_problems: 1, severities: [0, 0, 0, 1], safe: 1, ..Totals::default() };
        assert_eq!(summary(&totals), "1 problem (1 error) in 1 of 1 file; 1 fixable with --fix\n");
        totals = Totals { files: 1, fixed: 2, fixed_files: 1, failed: 1, ..Totals::default() };
        assert_eq!(summary(&totals), "fixed 2 problems in 1 file; no problems in 1 file; 1 error (see above)\n");
        totals = Totals { failed: 2, ..Totals::default() };
        assert_eq!(summary(&totals), "2 errors (see above)\n");
    }
}
