//! `wlint show`: what the builder sees of one Dockerfile.

mod hosts;

use std::collections::BTreeMap;
use std::path::Path;

use dockerfile::document::{Document, Reading};
use dockerfile::facts::host::Host;
use dockerfile::model::view::{View, json_array, view};
use dockerfile::model::{Evidence, Model, Os, Stage, VariableKind};
use dockerfile::syntax::reading::Reason;
use rules::Secrets;
use serde_json::{Value, json};

use crate::args::{Choice, Show, ShowFormat};
use crate::config::Resolver;
use crate::error::Error;
use crate::files::Input;
use crate::{output, read};

/// Prints what the builder sees.
///
/// # Errors
/// When the file cannot be read, or the text cannot be written.
pub fn run(args: &Show) -> Result<(), Error> {
    let input = if args.file == Path::new("-") { Input::stdin(None) } else { Input::file(&args.file) };
    let document = Document::new(read::source(&input)?, args.builder.into());
    let model = Model::new(&document.built, &document.source);
    let choice = Choice::default();
    let settings = Resolver::new(&choice, &args.configuration)?.of(&input)?;
    let secrets = rules::secrets(&document, &settings.rules.policy);
    let named = args.hosts.all();
    let hosts = if named.is_empty() { settings.rules.policy.hosts.clone() } else { named };
    let seen = Seen { document: &document, reading: &document.built, model: &model, secrets: &secrets, hosts: &hosts };
    let shown = match args.format {
        ShowFormat::Text => secrets.mask(&seen.text(input.name())),
        ShowFormat::Json => format!("{:#}\n", masked(seen.json(input.name()), &secrets)),
    };
    output::print(shown.as_bytes())
}

/// Takes secrets out of everything that JSON says but its keys.
fn masked(value: Value, secrets: &Secrets) -> Value {
    match value {
        Value::String(text) => Value::String(secrets.mask(&text)),
        Value::Array(items) => items.into_iter().map(|item| masked(item, secrets)).collect(),
        Value::Object(fields) => fields.into_iter().map(|(key, value)| (key, masked(value, secrets))).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => value,
    }
}

/// The file as the builder reads it, which is not always how the rules read it.
struct Seen<'a> {
    document: &'a Document,
    reading: &'a Reading,
    model: &'a Model,
    secrets: &'a Secrets,
    hosts: &'a [Host],
}

impl Seen<'_> {
    /// What stops the build: line, column and message, in order.
    fn errors(&self) -> Vec<(u32, u32, String)> {
        let source = &self.document.source;
        let mut found: Vec<_> = self
            .reading
            .problems
            .iter()
            .filter(|problem| !problem.kind.is_warning())
            .map(|problem| (problem.span.start, problem.kind.message()))
            .collect();
        for instruction in &self.reading.instructions {
            let error = self.view(instruction.index).error;
            // A word that is no instruction has been reported by the parser already.
            found.extend(
                error
                    .filter(|_| instruction.innermost().keyword.is_some())
                    .map(|(message, span)| (span.start, message)),
            );
        }
        found.sort();
        let mut errors: Vec<_> = found
            .into_iter()
            .map(|(offset, message)| {
                let place = source.position(offset);
                (place.line, place.column, message)
            })
            .collect();
        if source.encoding().is_utf16() {
            let word = source.slice(source.line_span(1)).split_whitespace().next().unwrap_or_default().to_owned();
            errors.insert(
                0,
                (1, 1, format!("unknown instruction: the file is UTF-16, so {word} is no instruction for the builder")),
            );
        }
        errors
    }

    /// What the builder makes of an instruction, without secrets: in one line their quotes would be others.
    fn view(&self, step: usize) -> View {
        let mut view = view(self.model, step, &self.reading.instructions[step]);
        let error = view.error.as_mut().map(|(message, _)| message);
        for text in view.flags.iter_mut().chain(&mut view.arguments).chain(error) {
            *text = self.secrets.mask(text);
        }
        view
    }

    fn text(&self, name: &str) -> String {
        let tree = &self.reading.tree;
        let declared = tree.directives.iter().find(|directive| directive.counts && directive.name == "escape");
        let origin = declared.map_or("the default".to_owned(), |directive| format!("line {}", directive.line));
        let mut out = format!("{name}: the escape character is {} ({origin})\n", tree.escape);
        if let Some((_, reason)) = &self.document.meant {
            out += &format!("note: {}\n", meant(reason));
        }
        for host in self.hosts {
            out += &format!("{}\n", hosts::described(host));
        }
        for (line, column, message) in self.errors() {
            out += &format!("error: line {line}, column {column}: {message}\n");
        }
        let before = self.model.stages.first().map_or(self.reading.instructions.len(), |stage| stage.from);
        for step in 0..before {
            self.line(step, &mut out);
        }
        for stage in &self.model.stages {
            self.stage(stage, &mut out);
        }
        out
    }

    fn stage(&self, stage: &Stage, out: &mut String) {
        let name = stage.name.as_ref().map_or(String::new(), |name| format!(" ({name})"));
        let build = stage.facts.and_then(|facts| facts.build).map_or(String::new(), |build| format!(" {}", build.tag));
        *out += &format!(
            "\nstage {}{name}: {}{build}, {}\n",
            stage.index,
            os_name(stage.os),
            self.evidence(stage.evidence)
        );
        for line in hosts::lines(self.hosts, stage) {
            *out += &format!("        # {line}\n");
        }
        self.line(stage.from, out);
        let mut last = String::new();
        for step in stage.steps.clone() {
            let state = self.state(step);
            if state != last {
                *out += &format!("        # {state}\n");
                last = state;
            }
            self.line(step, out);
        }
    }

    fn line(&self, step: usize, out: &mut String) {
        let (first, _) = self.reading.instructions[step].lines;
        *out += &format!("{first:>6}  {}\n", printable(&self.view(step).line()));
    }

    fn state(&self, step: usize) -> String {
        let state = &self.model.steps[step].state;
        let or = |value: Option<&str>| value.unwrap_or("the image's").to_owned();
        format!(
            "shell {}, user {}, folder {}",
            if state.shell.words.is_empty() { "unknown".to_owned() } else { json_array(&state.shell.words) },
            or(state.user.as_ref().map(|user| user.value.as_str())),
            or(state.workdir.as_ref().map(|folder| folder.value.as_str())),
        )
    }

    fn evidence(&self, evidence: Evidence) -> String {
        let line = |span: dockerfile::source::Span| self.document.source.line_of(span.start);
        match evidence {
            Evidence::Flag(span) => format!("by --platform on line {}", line(span)),
            Evidence::Image => "by its base image".into(),
            Evidence::Stage(parent) => format!("as stage {parent}"),
            Evidence::Content(span) => format!("by line {}", line(span)),
            Evidence::File => "by the rest of the file".into(),
            Evidence::Nothing => "nothing tells".into(),
        }
    }

    fn json(&self, name: &str) -> Value {
        let errors: Vec<Value> = self
            .errors()
            .into_iter()
            .map(|(line, column, message)| json!({ "line": line, "column": column, "message": message }))
            .collect();
        let stages: Vec<Value> = self.model.stages.iter().map(|stage| self.json_stage(stage)).collect();
        let before = self.model.stages.first().map_or(self.reading.instructions.len(), |stage| stage.from);
        json!({
            "version": 1,
            "path": name,
            "escape": self.reading.tree.escape,
            "meant": self.document.meant.as_ref().map(|(_, reason)| meant(reason)),
            "errors": errors,
            "global": (0..before).map(|step| self.json_step(step)).collect::<Vec<_>>(),
            "stages": stages,
        })
    }

    fn json_stage(&self, stage: &Stage) -> Value {
        let steps = std::iter::once(stage.from).chain(stage.steps.clone());
        json!({
            "index": stage.index,
            "name": stage.name,
            "image": stage.image.as_ref().map(|image| image.text.text()),
            "os": os_name(stage.os),
            "evidence": self.evidence(stage.evidence),
            "build": stage.facts.and_then(|facts| facts.build).map(|build| build.tag),
            "hosts": hosts::json(self.hosts, stage),
            "runners": hosts::json_runners(stage),
            "instructions": steps.map(|step| self.json_step(step)).collect::<Vec<_>>(),
        })
    }

    fn json_step(&self, step: usize) -> Value {
        let shown = self.view(step);
        let (line, end_line) = self.reading.instructions[step].lines;
        let state = &self.model.steps[step].state;
        json!({
            "line": line,
            "end_line": end_line,
            "keyword": shown.keyword,
            "flags": shown.flags,
            "arguments": shown.arguments,
            "command": shown.is_command,
            "text": shown.line(),
            "error": shown.error.map(|(message, _)| message),
            "shell": state.shell.words,
            "user": state.user.as_ref().map(|user| &user.value),
            "workdir": state.workdir.as_ref().map(|folder| &folder.value),
            "env": self.environment(step),
        })
    }

    /// The variables that the image carries at an instruction; `null` where only the build knows the value.
    fn environment(&self, step: usize) -> BTreeMap<&str, Option<&str>> {
        let Some(stage) = self.model.stage_of(step) else { return BTreeMap::new() };
        let visible = &stage.variables[..self.model.steps[step].visible];
        visible
            .iter()
            .filter(|variable| variable.kind == VariableKind::Env)
            .map(|variable| (variable.name.as_str(), variable.value.as_deref()))
            .collect()
    }
}

const fn os_name(os: Os) -> &'static str {
    match os {
        Os::Windows => "Windows",
        Os::Linux => "Linux",
        Os::Unknown => "unknown",
    }
}

fn meant(reason: &Reason) -> String {
    match reason {
        Reason::OtherEscape => "the author meant the other escape character; `wlint check` reads it so".into(),
        Reason::OtherContinuation(lines) => format!("the author meant these lines to go on: {}", numbers(lines)),
        Reason::Swallowed(lines) => {
            format!("the backslash at the end of these lines swallows the next one: {}", numbers(lines))
        }
    }
}

fn numbers(lines: &[u32]) -> String {
    lines.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

/// Control characters as pictures, so that a tab in a path is seen.
fn printable(text: &str) -> String {
    text.chars()
        .map(|char| match char {
            '\0'..='\u{1F}' => char::from_u32(0x2400 + char as u32).unwrap_or(char),
            '\u{7F}' => '\u{2421}',
            _ => char,
        })
        .collect()
}
