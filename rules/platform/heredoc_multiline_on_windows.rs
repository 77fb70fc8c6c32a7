//! `RUN <<EOF` of several lines, of which cmd runs only the first.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::script::Dialect;
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::flag;

pub(super) static RULE: Rule = Rule {
    id: "heredoc-multiline-on-windows",
    group: Group::Platform,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("heredoc_multiline_on_windows.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    // The classic builder knows no here-documents at all.
    if context.document.builder == Builder::Classic {
        return;
    }
    for (step, instruction) in flag::instructions(context, &[Keyword::Run]) {
        let Some(first) = instruction.heredocs.first().filter(|_| is_lost(context, step, instruction)) else {
            continue;
        };
        if !is_alone(instruction) {
            let help = "write a script file with COPY, and run that";
            report.add(first.span, "the shells of Windows know no here-documents", help);
            continue;
        }
        let lines = lines(context, instruction);
        if lines.first().is_some_and(|line| line.starts_with("#!")) {
            let help = "join commands with &&, or run a script file";
            report.add(first.span, "on Windows nothing runs a body by its `#!` line", help);
            continue;
        }
        let finding =
            report.add(first.span, "cmd runs only the first line of this here-document", "join the lines with &&");
        let finding = finding.seen(lines.first().copied().unwrap_or_default());
        if let Some(fix) = joined(context, instruction, &lines) {
            finding.fix(fix);
        }
    }
}

/// Whether something in the body of a `RUN` does not reach its shell.
pub(super) fn is_lost(context: &Context, step: usize, instruction: &Instruction) -> bool {
    let lines = lines(context, instruction);
    let shell = context.model().steps[step].state.shell.dialect;
    if instruction.keyword != Some(Keyword::Run) || instruction.heredocs.is_empty() {
        return false;
    }
    match shell {
        Some(Dialect::Cmd) => {
            let names_program = lines.first().is_some_and(|line| line.starts_with("#!"));
            !is_alone(instruction) || names_program || lines.len() > 1
        }
        Some(dialect) => dialect.is_powershell() && !is_alone(instruction),
        None => false,
    }
}

/// Whether nothing but a here-document is on the line, so that the builder hands its body to the shell.
fn is_alone(instruction: &Instruction) -> bool {
    let [heredoc] = instruction.heredocs.as_slice() else { return false };
    let Kind::Command(line) = &instruction.kind else { return false };
    matches!(&line.form, Form::Shell(text) if text.whole() == heredoc.span)
}

/// The lines of the body that are not blank.
fn lines<'a>(context: &Context<'a>, instruction: &Instruction) -> Vec<&'a str> {
    let Some(heredoc) = instruction.heredocs.first() else { return Vec::new() };
    context.slice(heredoc.body).lines().map(str::trim).filter(|line| !line.is_empty()).collect()
}

/// The lines as one command line, where each is a command that ends with it.
fn joined(context: &Context, instruction: &Instruction, lines: &[&str]) -> Option<Fix> {
    let heredoc = instruction.heredocs.first().filter(|heredoc| heredoc.terminated)?;
    let escape = context.model().escape;
    let keeps = |line: &&str| {
        let word = line.split([' ', '\t', '(']).next().unwrap_or_default().to_ascii_lowercase();
        let word = word.trim_start_matches('@');
        !line.starts_with(['#', ':', '[', '-', '@'])
            && !line.contains(['(', ')', '|', '&', '%', '"', '<'])
            && !line.ends_with(['^', escape])
            && !matches!(word, "if" | "for" | "else" | "goto" | "rem" | "exit" | "setlocal" | "endlocal" | "call")
    };
    if !lines.iter().all(keeps) {
        return None;
    }
    let text = lines.join(&format!(" && {escape}\n    "));
    let end = instruction.span.end;
    Some(Fix::safe("join the lines with &&", vec![Edit::replace(heredoc.span.to(Span::at(end)), text)]))
}
