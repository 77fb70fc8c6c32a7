//! A `# syntax=` directive in a file that builds Windows images only.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::model::{Evidence, Os};
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "syntax-directive-on-windows",
    group: Group::Escape,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("syntax_directive_on_windows.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let stages = &context.model().stages;
    // The classic builder takes the line for a comment.
    let all = stages.iter().all(|stage| stage.os == Os::Windows);
    // A backtick alone makes no Windows file.
    let sure = stages.iter().any(|stage| stage.evidence != Evidence::File);
    if context.document.builder == Builder::Classic || !all || !sure {
        return;
    }
    // Without RUN, BuildKit on Linux can build the images too, and it can load the frontend.
    let runs = context.instructions().iter().any(|instruction| instruction.innermost().keyword == Some(Keyword::Run));
    let source = context.source();
    for directive in context.tree().directives.iter().filter(|found| found.counts && found.name == "syntax") {
        let line = Span::new(source.line_span(directive.line).start, source.line_end(directive.line));
        let finding = report
            .add(
                directive.span,
                "this frontend is a Linux image, which BuildKit on Windows cannot run",
                "leave the line out: the frontend built into BuildKit reads the file",
            )
            .fix(Fix::suggested("take the directive out", vec![Edit::delete(line)]));
        if !runs {
            finding.at_most(Severity::Info);
        }
    }
}
