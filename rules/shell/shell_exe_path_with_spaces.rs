//! A `SHELL` whose program has a blank in its path.

use dockerfile::ast::{Form, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::program_dialect;

use super::missing::is_used;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "shell-exe-path-with-spaces",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Shell]),
    also: &[],
    page: include_str!("shell_exe_path_with_spaces.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (step, outer) in context.instructions().iter().enumerate() {
        let instruction = outer.innermost();
        let Kind::Command(line) = &instruction.kind else { continue };
        let Form::Exec(words) = &line.form else { continue };
        if instruction.keyword != Some(Keyword::Shell) {
            continue;
        }
        for (index, word) in words.iter().enumerate() {
            let path = word.as_str();
            let names = program_dialect(path).is_some() || index == 0 && path.to_ascii_lowercase().ends_with(".exe");
            let Some(at) = path.find(' ').filter(|_| names && path.contains(['\\', '/']) && !path.starts_with('"'))
            else {
                continue;
            };
            let finding = report
                .add(
                    word.span,
                    "the builder joins the words of SHELL without quotes, and this path has a blank",
                    "write `\\\"` around the path inside its quotes, or use a path without blanks",
                )
                .seen(format!("the program is `{}`", &path[..at]));
            let finding = if is_used(context, step) { finding } else { finding.at_most(Severity::Warning) };
            let source = context.slice(word.span);
            if source.len() > 2 && source.starts_with('"') && source.ends_with('"') {
                let edits = vec![Edit::insert(word.span.start + 1, "\\\""), Edit::insert(word.span.end - 1, "\\\"")];
                finding.fix(Fix::suggested("quote the path", edits));
            }
        }
    }
}
