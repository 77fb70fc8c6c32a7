//! Typographic quotes and dashes where the builder or a program looks for ASCII.

use dockerfile::ast::{Instruction, JsonFaultKind, Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::syntax::FLAGS;
use dockerfile::typography::{dashes, is_double, is_single, pairs};

use super::array::fix;
use super::joined::{once, scripts};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "typographic-quotes",
    group: Group::Escape,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("typographic_quotes.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    if context.source().text().is_ascii() && !context.source().text().contains("\\u") {
        return;
    }
    in_arrays(context, report);
    in_scripts(context, report);
    for outer in context.instructions() {
        let instruction = outer.innermost();
        in_flag(context, instruction, report);
        for word in words(instruction) {
            in_word(instruction, word, report);
        }
    }
}

fn in_scripts(context: &Context, report: &mut Report) {
    let found = scripts(context).flat_map(|(_, script)| script.typographic());
    for sign in once(found, |sign| sign.span) {
        let typed = context.slice(sign.span);
        let message = match sign.close {
            Some(_) => format!("`{typed}` is no quote for cmd: it becomes a part of the argument"),
            None => format!("`{typed}` is no dash for `{}`: the option is taken for a name", sign.command),
        };
        let edits = std::iter::once(sign.span).chain(sign.close).map(|span| Edit::replace(span, sign.ascii)).collect();
        let write = format!("write `{}`", sign.ascii);
        report.add(sign.span, message, write.as_str()).fix(Fix::safe(write.as_str(), edits));
    }
}

fn in_arrays(context: &Context, report: &mut Report) {
    for array in context.arrays.iter().filter(|array| array.fault.is_some() && array.keyword != Keyword::Shell) {
        let Some(intent) = array.intent() else { continue };
        let Some(flaw) = intent.flaws.first().filter(|flaw| flaw.kind == JsonFaultKind::TypographicQuote) else {
            continue;
        };
        let typed = context.slice(flaw.span);
        let name = array.keyword.name();
        let message = if array.is_command() {
            format!("`{typed}` is no quote for JSON, so this {name} is shell form, not exec form")
        } else {
            format!("`{typed}` is no quote for JSON, so {name} takes the brackets as names")
        };
        let finding = report.add(flaw.span, message, "write `\"`").seen(array.seen(context, &intent));
        if let Some(fix) = fix("write `\"`", &intent) {
            finding.fix(fix);
        }
    }
}

/// The words of an instruction that the builder itself takes the quotes off.
fn words(instruction: &Instruction) -> Vec<&Word> {
    match &instruction.kind {
        Kind::Text(word) if instruction.keyword != Some(Keyword::Maintainer) => word.iter().collect(),
        Kind::Pairs(pairs) | Kind::Args(pairs) => pairs.iter().filter_map(|pair| pair.value.as_ref()).collect(),
        Kind::Copy(copy) if copy.fault.is_none() && !copy.json => copy.sources.iter().chain(&copy.dest).collect(),
        Kind::List { words, json: false, fault: None } => words.iter().collect(),
        _ => Vec::new(),
    }
}

fn in_word(instruction: &Instruction, word: &Word, report: &mut Report) {
    let Some(quote) = word.as_str().chars().next().filter(|&char| is_double(char) || is_single(char)) else { return };
    // A value with blanks has been cut at the first: the quote that closes stands further on.
    let args = &instruction.args;
    let Some(start) = args.range_of(word.span).map(|range| range.start) else { return };
    let Some((open, close)) = pairs(&args.text()[start..]).into_iter().next().filter(|(open, _)| open.start == 0)
    else {
        return;
    };
    let place = |part: std::ops::Range<usize>| args.span(start + part.start..start + part.end);
    let finding = report.add(
        place(open.clone()),
        format!("`{quote}` is no quote for the builder: it becomes a part of the value"),
        "write `\"`",
    );
    // Nothing but JSON keeps a path with blanks together.
    let is_whole = close.end <= word.as_str().len();
    if is_whole || !matches!(instruction.kind, Kind::Copy(_) | Kind::List { .. }) {
        let edits = [open, close].map(|part| Edit::replace(place(part), "\"")).to_vec();
        finding.fix(Fix::safe("write `\"`", edits));
    }
}

/// A flag whose dashes a program has made one.
fn in_flag(context: &Context, instruction: &Instruction, report: &mut Report) {
    let text = instruction.args.text();
    let Some(dashes) = dashes(text) else { return };
    let name = text[dashes.end..].split(['=', ' ', '\t']).next().unwrap_or_default();
    if !FLAGS.contains(&name) {
        return;
    }
    let span = instruction.args.span(dashes);
    let typed = context.slice(span);
    report
        .add(span, format!("`{typed}` is no dash for the builder, so `{name}` is no flag"), "write `--`")
        .fix(Fix::safe("write `--`", vec![Edit::replace(span, "--")]));
}
