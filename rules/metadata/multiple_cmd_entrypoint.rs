//! A stage with more than one `CMD`, `ENTRYPOINT` or `HEALTHCHECK`.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "multiple-cmd-entrypoint",
    group: Group::Metadata,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL3012", "DL4003", "DL4004", "MultipleInstructionsDisallowed"],
    page: include_str!("multiple_cmd_entrypoint.md"),
    check,
};

const ONCE: [Keyword; 3] = [Keyword::Cmd, Keyword::Entrypoint, Keyword::Healthcheck];

fn check(context: &Context, report: &mut Report) {
    // The last instruction of each kind in the stage, found from the end of the file.
    let mut last: [Option<&Instruction>; 3] = [None; 3];
    for instruction in context.instructions().iter().rev() {
        if instruction.keyword == Some(Keyword::From) {
            last = [None; 3];
        }
        let Some(kind) = ONCE.iter().position(|&keyword| instruction.keyword == Some(keyword)) else { continue };
        let Some(winner) = last[kind] else {
            last[kind] = Some(instruction);
            continue;
        };
        let name = ONCE[kind].name();
        report
            .add(
                instruction.keyword_span,
                format!("this {name} has no effect: a later {name} replaces it"),
                format!("keep one {name} in each stage"),
            )
            .label(winner.keyword_span, "this one counts")
            .fix(comment_out(context, instruction));
    }
}

/// Turns each line of an instruction into a comment, so that the author's words are not lost.
fn comment_out(context: &Context, instruction: &Instruction) -> Fix {
    let (first, last) = instruction.lines;
    let lines = (first..=last).map(|line| context.source().line_span(line)).filter(|line| !line.is_empty());
    Fix::safe("comment it out", lines.map(|line| Edit::insert(line.start, "# ")).collect())
}
