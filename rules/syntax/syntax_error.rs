//! What makes the builder stop before it has built anything, unless another rule says it better.

use dockerfile::ast::{Form, Instruction, Kind, Word, refused};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::expand::ExpandError;
use dockerfile::model::Os;
use dockerfile::syntax::{Keyword, Problem, ProblemKind};

use crate::expansion::Expansion;
use crate::letters::holds;
use crate::path::has_split_quotes;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, nearest};

use super::merge_conflict::is_marker;

pub(super) static RULE: Rule = Rule {
    id: "syntax-error",
    group: Group::Syntax,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["DL1000"],
    page: include_str!("syntax_error.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    if !context.placeholders.is_empty() {
        return;
    }
    if let Some(first) = no_dockerfile(context) {
        let message = "most of this file is no Dockerfile";
        report
            .add(first.span, message, "give wlint Dockerfiles only, or keep the file out by name")
            .seen(first.kind.message());
        return;
    }
    for problem in &context.reading().problems {
        of_parser(context, problem, report);
    }
    before_stages(context, report);
    for instruction in context.instructions() {
        of_instruction(context, instruction, report);
    }
    for Expansion { instruction, word, expanded } in context.expansions {
        if let Err(error) = expanded {
            of_word(context, instruction, word, error, report);
        }
    }
}

/// The first unknown instruction of a file that has more of them than of known ones.
fn no_dockerfile<'a>(context: &Context<'a>) -> Option<&'a Problem> {
    let unknown = |problem: &&Problem| matches!(problem.kind, ProblemKind::UnknownInstruction(_));
    let problems = &context.reading().problems;
    let count = problems.iter().filter(unknown).count();
    (count > 3 && 2 * count > context.instructions().len()).then(|| problems.iter().find(unknown))?
}

fn of_parser(context: &Context, problem: &Problem, report: &mut Report) {
    let help = match &problem.kind {
        ProblemKind::UnknownInstruction(word) => return unknown(context, problem, word, report),
        // The rule escape-directive-invalid has the fix for this one.
        ProblemKind::InvalidEscape(_) | ProblemKind::EmptyContinuation => return,
        ProblemKind::RepeatedDirective(_) => "delete one of them",
        ProblemKind::NoInstructions => "begin with FROM and a base image",
        ProblemKind::JsonNotStrings => "put every element in double quotes",
        ProblemKind::MissingValue(_) => "write NAME=value",
        ProblemKind::MissingEquals(_) => "put a value with blanks in double quotes, or write NAME=value",
        ProblemKind::UnterminatedHeredoc(_) => "end the heredoc with its word alone on a line",
        ProblemKind::LineTooLong => "break the line, or copy a script in and run that",
    };
    report.add(problem.span, message(&problem.kind), help).seen(problem.kind.message());
}

fn message(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::RepeatedDirective(name) => format!("the directive {name} stands here a second time"),
        ProblemKind::NoInstructions => "the file has no instruction".into(),
        ProblemKind::JsonNotStrings => "an element of this JSON array is no string".into(),
        ProblemKind::MissingValue(keyword) => format!("this {keyword} has a name and no value"),
        ProblemKind::MissingEquals(_) => "this word has no equals sign".into(),
        ProblemKind::UnterminatedHeredoc(name) => format!("nothing ends this heredoc: no line is just {name}"),
        ProblemKind::LineTooLong => "this line is longer than the builder reads".into(),
        other => other.message(),
    }
}

fn unknown(context: &Context, problem: &Problem, word: &str, report: &mut Report) {
    let source = context.source();
    if is_marker(source.slice(source.line_span(source.line_of(problem.span.start)))) {
        return;
    }
    let names = Keyword::ALL.map(|(name, _)| name.to_ascii_lowercase());
    let likely = nearest(word, names.iter().map(String::as_str)).map(str::to_ascii_uppercase);
    let mut shown: String = word.chars().take(40).collect();
    if shown.len() < word.len() {
        shown.push('…');
    }
    let help = match &likely {
        Some(name) => {
            format!("did you mean {name}? a line goes on only when the one before ends in the escape character")
        }
        None => "a line goes on only when the one before it ends in the escape character".into(),
    };
    let finding =
        report.add(problem.span, format!("there is no instruction {shown}"), help).seen(problem.kind.message());
    if let Some(name) = likely {
        let fix = Fix::suggested(format!("write {name}"), vec![Edit::replace(problem.span, name)]);
        finding.fix(fix);
    }
}

fn of_instruction(context: &Context, instruction: &Instruction, report: &mut Report) {
    let inner = instruction.innermost();
    if let Some(refusal) = refused(instruction).filter(|_| !has_own_rule(inner)) {
        let name = inner.keyword.map_or("", Keyword::name);
        let help = "correct it as the reference says: https://docs.docker.com/reference/dockerfile/";
        report.add(refusal.span, format!("the builder refuses this {name}"), help).seen(refusal.message);
    }
    for word in inner.expanded_words() {
        // Most words have nothing to expand, and those with variables are expanded already.
        if !context.is_plain(word)
            && !word.as_str().contains('$')
            && let Err(error) = context.model().expand(instruction.index, &word.text)
        {
            of_word(context, instruction, word, &error, report);
        }
    }
}

/// A `SHELL` that is no JSON and a `COPY` that failed to be JSON have rules of their own.
fn has_own_rule(instruction: &Instruction) -> bool {
    match &instruction.kind {
        Kind::Command(line) => matches!(&line.form, Form::Shell(text) if !text.is_empty()),
        Kind::Copy(copy) => copy.fault.is_some(),
        _ => false,
    }
}

/// What stands before the first stage but `ARG`, in a file that has a stage.
fn before_stages(context: &Context, report: &mut Report) {
    let before = context.instructions().iter().take_while(|instruction| instruction.keyword != Some(Keyword::From));
    let early =
        before.into_iter().find(|instruction| instruction.keyword.is_some_and(|keyword| keyword != Keyword::Arg));
    if let Some(instruction) = early {
        let name = instruction.keyword.map_or("", Keyword::name);
        report
            .add(
                instruction.keyword_span,
                format!("there is no stage yet that {name} could belong to"),
                "put FROM first",
            )
            .seen("no build stage in current context");
    }
}

fn of_word(context: &Context, instruction: &Instruction, word: &Word, error: &ExpandError, report: &mut Report) {
    let inner = instruction.innermost();
    // A path in quotes with a blank in it has a rule of its own, as has PowerShell's ${env:NAME}; the image of a stage is
    // told of by the rules about bases.
    if inner.keyword == Some(Keyword::From)
        || holds(word.as_str(), "${env:")
        || context.model().os(instruction.index) == Os::Windows && has_split_quotes(inner)
    {
        return;
    }
    report
        .add(error.span, "the builder cannot expand this", "close the quote or the brace, or escape the character")
        .seen(error.to_string());
}
