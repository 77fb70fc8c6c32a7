//! `ENV PATH` that leaves out the folders of Windows, because `${PATH}` is empty.

use dockerfile::ast::{Keyword, Kind, Pair};
use dockerfile::diagnostic::Severity;
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::{Family, Os};

use crate::{Context, Finding, Fixable, Group, Needs, Platform, Report, Rule};

use super::{env_path_percent::extends_path, powershell_env_in_instruction::has_reference, write};

pub(super) static RULE: Rule = Rule {
    id: "env-path-clobber",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Env]),
    also: &[],
    page: include_str!("env_path_clobber.md"),
    check,
};

const HELP: &str = "extend the path in the registry: RUN setx /M PATH \"C:\\tools;%PATH%\", or list all folders";

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        let (Some(Keyword::Env), Kind::Pairs(pairs)) = (inner.keyword, &inner.kind) else { continue };
        for pair in pairs.iter().filter(|pair| pair.name.as_str().eq_ignore_ascii_case("path")) {
            if extends_path(pair) || pair.value.as_ref().is_none_or(|value| has_reference(value.as_str())) {
                continue;
            }
            if let Some((finding, is_broken)) = value(context, instruction.index, pair, report)
                && let Some(fix) = write::path_in_registry(context, instruction, pair).filter(|_| is_broken)
            {
                finding.fix(fix);
            }
        }
    }
}

/// Looks at a value of `PATH`; tells also whether the folders of Windows are missing.
fn value<'a>(context: &Context, step: usize, pair: &Pair, report: &'a mut Report) -> Option<(Finding<'a>, bool)> {
    let value = pair.value.as_ref()?;
    let expanded = context.model().expand(step, &value.text).ok()?;
    let text = expanded.text.text();
    let has_windows = text.to_ascii_lowercase().replace('/', "\\").contains(r"\windows");
    let seen = format!("PATH is {text}");
    let own = expanded.uses.iter().find(|used| used.name.eq_ignore_ascii_case("path"));
    match own {
        Some(used) if !used.found && used.modifier.is_none() => {
            let known = base(context, step)?;
            let finding =
                report.add(used.span, "the old PATH is empty here: Windows keeps it in the registry", HELP).seen(seen);
            let sure = known == Confidence::High && !has_windows;
            Some((if sure { finding } else { finding.at_most(Severity::Warning) }, !has_windows))
        }
        Some(_) => None,
        None => {
            let known = expanded.uses.iter().all(|used| used.found) && context.model().is_certain(step, &expanded);
            if has_windows || !known {
                return None;
            }
            let message = "this PATH replaces Windows' own and has none of its folders";
            Some((report.add(value.span, message, HELP).seen(seen).at_most(Severity::Warning), false))
        }
    }
}

/// How sure it is that the image that a stage builds on has no `PATH` in its configuration.
fn base(context: &Context, step: usize) -> Option<Confidence> {
    let facts = context.model().stage_of(step)?.facts.as_ref().filter(|facts| facts.os != Os::Linux)?;
    // These set PATH themselves, or nothing is known of them.
    let is_unknown =
        matches!(facts.family, Family::PowerShell | Family::BusinessCentral | Family::OtherWindows | Family::Scratch);
    (!is_unknown).then_some(facts.confidence)
}
