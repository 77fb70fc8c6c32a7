//! An exec form where `SHELL` is to start LogMonitor.

use dockerfile::ast::{Form, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::ShellOrigin;

use super::start::starts;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "logmonitor-exec-form",
    group: Group::Metadata,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("logmonitor_exec_form.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for start in starts(context).filter(|start| start.is_program) {
        let shell = &context.model().steps[start.step].state.shell;
        let Form::Exec(words) = &start.line.form else { continue };
        let Some(first) = words.first().filter(|_| shell.is_log_monitor()) else { continue };
        if first.as_str().to_ascii_lowercase().contains("logmonitor") {
            continue;
        }
        let name = start.instruction.keyword.map_or("", Keyword::name);
        let span = start.instruction.args.whole();
        let mut finding = report.add(
            span,
            format!("an exec-form {name} does not start the SHELL, and so not LogMonitor"),
            format!("write the {name} in shell form, or put LogMonitor.exe before its first word"),
        );
        if let ShellOrigin::Instruction(step) = shell.origin {
            finding = finding.label(context.instructions()[step].keyword_span, "this shell starts LogMonitor");
        }
        let plain = |word: &str| !word.is_empty() && !word.contains(|char: char| " \t\"&|<>()^%!@,;$`'".contains(char));
        let joins = words.last().is_some_and(|word| word.as_str().ends_with(['\\', '`']));
        if words.iter().all(|word| plain(word.as_str())) && !first.as_str().starts_with('[') && !joins {
            let words: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
            finding.fix(Fix::suggested("write it in shell form", vec![Edit::replace(span, words.join(" "))]));
        }
    }
}
