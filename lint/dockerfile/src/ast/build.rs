//! From the tree to typed instructions.

use std::ops::Range;

use crate::splice::Spliced;
use crate::syntax::{self, Frontend, Head, Keyword, Problem, ProblemKind, Tree, is_blank};

use super::json::{self, JsonFault, JsonFaultKind};
use super::words::{split_blanks, split_quoted, word};
use super::{CommandLine, Copy, Form, From, Instruction, Kind, Pair, Word};

/// The typed instructions of a tree, one for each of its instructions, and what the builder's parser would
/// stop at in their arguments.
pub fn build(tree: &Tree) -> (Vec<Instruction>, Vec<Problem>) {
    let mut cx = Building { escape: tree.escape, frontend: tree.frontend, problems: Vec::new() };
    let instructions = tree
        .instructions
        .iter()
        .enumerate()
        .map(|(index, node)| {
            let mut outer = instruction(index, node, &node.head, &mut cx);
            if let Some(trigger) = &node.trigger {
                outer.kind = Kind::Onbuild(Some(Box::new(instruction(index, node, trigger, &mut cx))));
            }
            outer
        })
        .collect();
    (instructions, cx.problems)
}

/// What the arguments are read with, and what was wrong in them.
struct Building {
    escape: char,
    frontend: Frontend,
    problems: Vec<Problem>,
}

fn instruction(index: usize, node: &syntax::Instruction, head: &Head, cx: &mut Building) -> Instruction {
    let line = &node.line;
    let keyword_span = line.span(head.keyword.clone());
    Instruction {
        index,
        keyword: head.name,
        unknown_word: head.name.is_none().then(|| line.text()[head.keyword.clone()].to_owned()),
        keyword_span,
        span: keyword_span.to(node.span),
        lines: node.lines,
        flags: head.flags.clone(),
        args: line.slice(head.args.clone()),
        heredocs: node.heredocs.clone(),
        kind: kind(line, head, cx),
    }
}

fn kind(line: &Spliced, head: &Head, cx: &mut Building) -> Kind {
    let range = head.args.clone();
    let Some(keyword) = head.name else { return Kind::Unknown };
    match keyword {
        Keyword::From => Kind::From(from(line, head)),
        Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell => {
            Kind::Command(command_line(line, range, cx))
        }
        Keyword::Copy | Keyword::Add => Kind::Copy(copy(line, range, cx)),
        Keyword::Env | Keyword::Label => Kind::Pairs(pairs(line, range, keyword, cx)),
        Keyword::Arg => Kind::Args(args(line, range, cx.escape)),
        Keyword::Workdir | Keyword::User | Keyword::Stopsignal | Keyword::Maintainer => {
            Kind::Text((!range.is_empty()).then(|| word(line, range)))
        }
        Keyword::Expose => Kind::List { words: split_blanks(line, range), json: false, fault: None },
        Keyword::Volume => {
            let (words, json, fault) = list(line, range, cx);
            Kind::List { words, json, fault }
        }
        Keyword::Healthcheck => healthcheck(line, range, cx),
        Keyword::Onbuild => Kind::Onbuild(None),
    }
}

fn from(line: &Spliced, head: &Head) -> From {
    let mut words = split_blanks(line, head.args.clone()).into_iter();
    let image = words.next();
    let mut rest: Vec<_> = words.collect();
    let named = rest.first().is_some_and(|word| word.as_str().eq_ignore_ascii_case("as"));
    let name = (named && rest.len() >= 2).then(|| rest.remove(1));
    let as_word = name.is_some().then(|| rest.remove(0));
    From { image, as_word, name, extra: rest }
}

/// A JSON array, or the fault if the text begins like one.
fn maybe_json(line: &Spliced, range: &Range<usize>, cx: &mut Building) -> Result<Vec<Word>, Option<JsonFault>> {
    if !line.text()[range.clone()].trim_start().starts_with('[') {
        return Err(None);
    }
    let mut parsed = json::parse(line, range.clone());
    if cx.frontend < Frontend::Before1_15
        && let Err(JsonFault { kind: JsonFaultKind::TrailingText, span }) = &parsed
        && let Some(end) = line.position_of(span.start)
    {
        parsed = json::parse(line, range.start..end);
    }
    parsed.map_err(|fault| {
        if fault.kind == JsonFaultKind::NotStrings {
            cx.problems.push(Problem { kind: ProblemKind::JsonNotStrings, span: fault.span });
        }
        Some(fault)
    })
}

fn command_line(line: &Spliced, range: Range<usize>, cx: &mut Building) -> CommandLine {
    match maybe_json(line, &range, cx) {
        Ok(words) => CommandLine { form: Form::Exec(words), fault: None },
        Err(fault) => CommandLine { form: Form::Shell(line.slice(range)), fault },
    }
}

fn list(line: &Spliced, range: Range<usize>, cx: &mut Building) -> (Vec<Word>, bool, Option<JsonFault>) {
    match maybe_json(line, &range, cx) {
        Ok(words) => (words, true, None),
        Err(fault) => (split_blanks(line, range), false, fault),
    }
}

fn copy(line: &Spliced, range: Range<usize>, cx: &mut Building) -> Copy {
    let (mut words, json, fault) = list(line, range, cx);
    let dest = if words.len() > 1 { words.pop() } else { None };
    Copy { sources: words, dest, json, fault }
}

fn pair(line: &Spliced, whole: &Word) -> Option<Pair> {
    let (start, end) = (whole.range.start, whole.range.end);
    let equals = start + line.text()[start..end].find('=')?;
    Some(Pair {
        name: word(line, start..equals),
        value: Some(word(line, equals + 1..end)),
        legacy: false,
        span: whole.span,
    })
}

fn pairs(line: &Spliced, range: Range<usize>, keyword: Keyword, cx: &mut Building) -> Vec<Pair> {
    let words = split_quoted(line, range.clone(), cx.escape);
    let Some(first) = words.first() else { return Vec::new() };
    if !first.as_str().contains('=') {
        return legacy_pair(line, range, keyword, cx).into_iter().collect();
    }
    let mut found = Vec::with_capacity(words.len());
    for whole in &words {
        match pair(line, whole) {
            Some(pair) => found.push(pair),
            None => {
                let kind = ProblemKind::MissingEquals(whole.as_str().to_owned());
                cx.problems.push(Problem { kind, span: whole.span });
            }
        }
    }
    found
}

fn legacy_pair(line: &Spliced, range: Range<usize>, keyword: Keyword, cx: &mut Building) -> Option<Pair> {
    let text = &line.text()[range.clone()];
    let Some(len) = text.find(is_blank) else {
        let kind = ProblemKind::MissingValue(keyword.name().to_owned());
        cx.problems.push(Problem { kind, span: line.span(range) });
        return None;
    };
    let value = range.start + len + (text[len..].len() - text[len..].trim_start_matches(is_blank).len());
    Some(Pair {
        name: word(line, range.start..range.start + len),
        value: Some(word(line, value..range.end)),
        legacy: true,
        span: line.span(range),
    })
}

fn args(line: &Spliced, range: Range<usize>, escape: char) -> Vec<Pair> {
    split_quoted(line, range, escape)
        .into_iter()
        .map(|whole| match pair(line, &whole) {
            Some(pair) => pair,
            None => Pair { span: whole.span, name: whole, value: None, legacy: false },
        })
        .collect()
}

fn healthcheck(line: &Spliced, range: Range<usize>, cx: &mut Building) -> Kind {
    let text = &line.text()[range.clone()];
    if text.is_empty() {
        return Kind::Healthcheck { mode: None, command: None };
    }
    let mode_len = text.find(char::is_whitespace).unwrap_or(text.len());
    let rest = text.len() - text[mode_len..].trim_start().len();
    let command = (rest < text.len()).then(|| command_line(line, range.start + rest..range.end, cx));
    Kind::Healthcheck { mode: Some(word(line, range.start..range.start + mode_len)), command }
}
