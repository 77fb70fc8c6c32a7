//! A file with keys or passwords that is copied into the image.

use dockerfile::ast::Keyword;
use dockerfile::ast::Kind;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::secret;

use crate::letters::last_part;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-file-copied",
    group: Group::Secret,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Add, Keyword::Copy]),
    also: &[],
    page: include_str!("secret_file_copied.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    let shipped: Vec<usize> = model.shipped().map(|stage| stage.index).collect();
    for instruction in context.instructions() {
        let Kind::Copy(copy) = &instruction.innermost().kind else { continue };
        // A stage that is thrown away may hold what the image must not.
        if !model.steps[instruction.index].stage.is_some_and(|stage| shipped.contains(&stage)) {
            continue;
        }
        for source in &copy.sources {
            let Some(path) = context.expanded(instruction.index, source) else { continue };
            let name = last_part(&path);
            if let Some(what) = secret::file(name) {
                report.add(
                    source.span,
                    format!("`{name}` holds {what}, and whoever has the image can read it"),
                    "use it in a stage that is thrown away, mount it for one step, or give it at run time",
                );
            }
        }
    }
}
