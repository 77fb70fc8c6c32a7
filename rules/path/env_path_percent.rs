//! `ENV PATH=%PATH%;...`, which stores the text `%PATH%`.

use dockerfile::ast::{Keyword, Kind, Pair};
use dockerfile::diagnostic::{Edit, Fix, Severity};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::{percent_var_in_instruction::references, write};

pub(super) static RULE: Rule = Rule {
    id: "env-path-percent",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Env, Keyword::Arg]),
    also: &[],
    page: include_str!("env_path_percent.md"),
    check,
};

/// Whether a pair means to extend the search path in cmd's way.
pub(super) fn extends_path(pair: &Pair) -> bool {
    pair.name.as_str().eq_ignore_ascii_case("path") && own_reference(pair).is_some()
}

/// Where `%PATH%` stands in the value.
fn own_reference(pair: &Pair) -> Option<std::ops::Range<usize>> {
    let text = pair.value.as_ref()?.as_str();
    references(text).into_iter().find(|range| text[range.clone()].eq_ignore_ascii_case("%path%"))
}

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        let (Some(Keyword::Env | Keyword::Arg), Kind::Pairs(pairs) | Kind::Args(pairs)) = (inner.keyword, &inner.kind)
        else {
            continue;
        };
        for pair in pairs.iter().filter(|pair| extends_path(pair)) {
            let (Some(range), Some(value)) = (own_reference(pair), &pair.value) else { continue };
            let span = value.text.span(range);
            let declared = context.model().variable(instruction.index, "PATH").and_then(|path| path.value.as_deref());
            let known = declared.is_some_and(|path| path.to_ascii_lowercase().contains(r"\windows"));
            let help = if known {
                "write ${PATH}: an earlier ENV gives it a value"
            } else {
                "extend the path in the registry: RUN setx /M PATH \"%PATH%;C:\\tools\""
            };
            let finding = report
                .add(span, "the search path becomes the text %PATH%, which nothing expands", help)
                .seen(format!("PATH is {}", value.as_str().trim_matches(['"', '\''])));
            let fix = if known {
                Some(Fix::suggested("write ${PATH}", vec![Edit::replace(span, "${PATH}")]))
            } else {
                write::path_in_registry(context, instruction, pair)
            };
            if let Some(fix) = fix {
                finding.fix(fix);
            }
        }
    }
}
