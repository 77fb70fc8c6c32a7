//! Prints what our parser makes of Dockerfiles, one JSON object a line, for the comparison with BuildKit's
//! parser: reads paths from standard input, one a line.

use std::io::{BufRead, Write};

use dockerfile::ast::{self, CommandLine, Copy, Form, Instruction, Kind, Pair, Word};
use dockerfile::document::Reading;
use dockerfile::source::Source;
use dockerfile::syntax::{self, Frontend, Options};
use serde_json::{Value, json};

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let source = Source::new(std::fs::read(&path)?);
        writeln!(out, "{}", file(&path, &source))?;
    }
    out.flush()
}

/// The comparison runs BuildKit 0.12's parser, which reads a few things otherwise than today's.
fn file(path: &str, source: &Source) -> Value {
    let options = Options { frontend: Frontend::Before1_9, ..Options::default() };
    let reading = Reading::new(syntax::parse(source, &options));
    let first = reading.problems.iter().find(|problem| {
        !problem.kind.is_warning() && !matches!(problem.kind, syntax::ProblemKind::UnknownInstruction(_))
    });
    let error = first.map(|problem| {
        let place = source.position(problem.span.start);
        format!("line {}, column {}: {}", place.line, place.column, problem.kind.message())
    });
    let instructions: Vec<Value> = (0..reading.instructions.len()).map(|at| instruction(source, &reading, at)).collect();
    json!({ "path": path, "error": error, "instructions": instructions })
}

fn instruction(source: &Source, reading: &Reading, at: usize) -> Value {
    let node = &reading.tree.instructions[at];
    let outer = &reading.instructions[at];
    let inner = outer.innermost();
    let heredocs: Vec<Value> = node
        .heredocs
        .iter()
        .map(|doc| {
            json!({ "name": doc.name, "expand": doc.expand, "chomp": doc.chomp, "content": source.slice(doc.body) })
        })
        .collect();
    json!({
        "keyword": node.line.text()[node.head.keyword.clone()],
        "flags": flags(outer),
        "sub": node.trigger.as_ref().map(|trigger| &node.line.text()[trigger.keyword.clone()]),
        "sub_flags": if std::ptr::eq(inner, outer) { Vec::new() } else { flags(inner) },
        "json": is_json(inner),
        "args": args(inner),
        "start_line": node.lines.0,
        "end_line": node.lines.1,
        "original": node.line.text(),
        "heredocs": heredocs,
    })
}

fn flags(instruction: &Instruction) -> Vec<String> {
    instruction.flags.iter().map(|flag| flag.text.text().to_owned()).collect()
}

fn is_json(instruction: &Instruction) -> bool {
    match &instruction.kind {
        Kind::Command(line) | Kind::Healthcheck { command: Some(line), .. } => matches!(line.form, Form::Exec(_)),
        Kind::Copy(copy) => copy.json,
        Kind::List { json, .. } => *json,
        _ => false,
    }
}

/// The arguments as BuildKit's tree chains them.
fn args(instruction: &Instruction) -> Vec<String> {
    let text = |word: &Word| word.as_str().to_owned();
    match &instruction.kind {
        Kind::Command(line) => command(line),
        Kind::Copy(Copy { sources, dest, .. }) => sources.iter().chain(dest).map(text).collect(),
        Kind::Pairs(pairs) => pairs.iter().flat_map(pair).collect(),
        Kind::Args(pairs) => pairs
            .iter()
            .map(|pair| match &pair.value {
                Some(value) => format!("{}={}", pair.name.as_str(), value.as_str()),
                None => pair.name.as_str().to_owned(),
            })
            .collect(),
        Kind::Text(word) => word.iter().map(text).collect(),
        Kind::List { words, .. } => words.iter().map(text).collect(),
        Kind::Healthcheck { mode, command: line } => {
            mode.iter().map(text).chain(line.iter().flat_map(command)).collect()
        }
        Kind::From(_) => ast::split_blanks(&instruction.args, 0..instruction.args.text().len()).iter().map(text).collect(),
        Kind::Onbuild(_) => Vec::new(),
        Kind::Unknown => vec![String::new()],
    }
}

fn command(line: &CommandLine) -> Vec<String> {
    match &line.form {
        Form::Exec(words) => words.iter().map(|word| word.as_str().to_owned()).collect(),
        Form::Shell(text) if text.is_empty() => Vec::new(),
        Form::Shell(text) => vec![text.text().to_owned()],
    }
}

fn pair(pair: &Pair) -> [String; 2] {
    let value = pair.value.as_ref().map_or(String::new(), |value| value.as_str().to_owned());
    [pair.name.as_str().to_owned(), value]
}
