//! What the builder makes of each instruction: words expanded, paths checked, shells put in front.

use crate::ast::{CommandLine, Form, Instruction, Kind, Pair, Word, refused};
use crate::expand;
use crate::source::Span;
use crate::syntax::Keyword;
use crate::windows_path;

use super::{Model, Os};

/// An instruction as the builder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// The keyword in capitals, or the unknown word as written.
    pub keyword: String,
    /// The flags, quotes and escapes undone.
    pub flags: Vec<String>,
    /// The arguments: expanded words, `NAME=value` pairs, or the command with its shell in front.
    pub arguments: Vec<String>,
    /// The arguments are a command that is started as this list.
    pub is_command: bool,
    /// Why the build stops here.
    pub error: Option<(String, Span)>,
}

impl View {
    /// The instruction on one line: `WORKDIR \appbin`, `CMD ["cmd","/S","/C","dir"]`.
    pub fn line(&self) -> String {
        let mut words = vec![self.keyword.clone()];
        words.extend(self.flags.iter().cloned());
        if self.is_command {
            words.push(json_array(&self.arguments));
        } else {
            words.extend(self.arguments.iter().cloned());
        }
        words.join(" ")
    }
}

/// Strings as a JSON array.
pub fn json_array(words: &[String]) -> String {
    serde_json::to_string(words).expect("strings are always JSON")
}

/// What the builder makes of an instruction.
pub fn view(model: &Model, step: usize, instruction: &Instruction) -> View {
    let inner = instruction.innermost();
    let keyword = match inner.keyword {
        Some(keyword) => keyword.name().to_owned(),
        None => inner_word(inner),
    };
    let mut view = View {
        keyword,
        flags: inner.flags.iter().map(|flag| flag.text.text().to_owned()).collect(),
        arguments: Vec::new(),
        is_command: false,
        error: None,
    };
    if inner.keyword.is_none() {
        view.error = Some((format!("unknown instruction: {}", view.keyword), inner.keyword_span));
    }
    if let Some(refusal) = refused(instruction) {
        fail(&mut view, refusal.message, refusal.span);
    }
    let viewer = Viewer { model, step };
    viewer.arguments(inner, &mut view);
    if instruction.keyword == Some(Keyword::Onbuild) {
        view.keyword = format!("ONBUILD {}", view.keyword);
    }
    view
}

fn inner_word(instruction: &Instruction) -> String {
    instruction.unknown_word.clone().unwrap_or_default()
}

struct Viewer<'a> {
    model: &'a Model,
    step: usize,
}

impl Viewer<'_> {
    fn arguments(&self, instruction: &Instruction, view: &mut View) {
        match &instruction.kind {
            Kind::From(from) => {
                let image = self.model.stage_of(self.step).and_then(|stage| stage.image.as_ref());
                view.arguments.extend(image.map(|image| image.text.text().to_owned()));
                view.arguments.extend(from.name.iter().flat_map(|name| ["AS".to_owned(), name.as_str().to_owned()]));
                view.arguments.extend(from.extra.iter().map(|word| word.as_str().to_owned()));
            }
            Kind::Command(line) => self.command(instruction, line, view),
            Kind::Copy(copy) => {
                for source in &copy.sources {
                    self.word(source, view);
                }
                if let Some(dest) = &copy.dest {
                    self.destination(dest, view);
                }
            }
            Kind::Pairs(pairs) | Kind::Args(pairs) => {
                for pair in pairs {
                    self.pair(pair, view);
                }
            }
            Kind::Text(word) => self.text(instruction, word.as_ref(), view),
            Kind::List { words, .. } => {
                for word in words {
                    self.word(word, view);
                }
            }
            Kind::Healthcheck { mode, command } => {
                view.flags.extend(mode.iter().map(|mode| mode.as_str().to_owned()));
                if let Some(line) = command {
                    health(line, view);
                }
            }
            Kind::Onbuild(_) => {}
            Kind::Unknown => view.arguments.push(instruction.args.text().to_owned()),
        }
    }

    /// Expands a word into the view, or notes why it cannot be.
    fn expanded(&self, word: &Word, view: &mut View) -> Option<String> {
        match self.model.expand(self.step, &word.text) {
            Ok(expanded) => Some(expanded.text.text().to_owned()),
            Err(error) => {
                fail(view, failed(word, &error), error.span);
                None
            }
        }
    }

    fn word(&self, word: &Word, view: &mut View) {
        let text = self.expanded(word, view);
        view.arguments.extend(text);
    }

    fn pair(&self, pair: &Pair, view: &mut View) {
        let name = self.expanded(&pair.name, view).unwrap_or_default();
        match &pair.value {
            Some(value) => {
                let value = self.expanded(value, view).unwrap_or_default();
                view.arguments.push(format!("{name}={value}"));
            }
            None => view.arguments.push(name),
        }
    }

    fn destination(&self, word: &Word, view: &mut View) {
        let Some(text) = self.expanded(word, view) else { return };
        if self.model.os(self.step) == Os::Windows
            && let Err(error) = windows_path::check_system_drive(&text)
        {
            fail(view, error.to_string(), word.span);
        }
        view.arguments.push(text);
    }

    fn text(&self, instruction: &Instruction, word: Option<&Word>, view: &mut View) {
        let Some(word) = word else { return };
        if instruction.keyword == Some(Keyword::Maintainer) {
            return view.arguments.push(word.as_str().to_owned());
        }
        let Some(text) = self.expanded(word, view) else { return };
        if instruction.keyword != Some(Keyword::Workdir) || self.model.os(self.step) != Os::Windows {
            return view.arguments.push(text);
        }
        let current = self.model.steps[self.step].state.workdir.as_ref().map_or("", |setting| setting.value.as_str());
        match windows_path::workdir(current, &text) {
            Ok(path) => view.arguments.push(path),
            Err(error) => {
                view.arguments.push(text);
                fail(view, error.to_string(), word.span);
            }
        }
    }

    fn command(&self, instruction: &Instruction, line: &CommandLine, view: &mut View) {
        view.is_command = true;
        match &line.form {
            Form::Exec(words) => view.arguments.extend(words.iter().map(|word| word.as_str().to_owned())),
            Form::Shell(text) if instruction.keyword == Some(Keyword::Shell) => {
                view.arguments.push(text.text().to_owned());
            }
            Form::Shell(text) => {
                view.arguments.extend(self.model.steps[self.step].state.shell.words.iter().cloned());
                view.arguments.push(text.text().to_owned());
            }
        }
    }
}

/// A health check's command is kept apart from its shell, which the engine puts in front at run time.
fn health(line: &CommandLine, view: &mut View) {
    match &line.form {
        Form::Exec(words) => {
            view.is_command = true;
            view.arguments.extend(words.iter().map(|word| word.as_str().to_owned()));
        }
        Form::Shell(text) => view.arguments.push(text.text().to_owned()),
    }
}

fn failed(word: &Word, error: &expand::ExpandError) -> String {
    format!("failed to process {:?}: {error}", word.as_str())
}

/// Keeps the first error: the builder stops there.
fn fail(view: &mut View, message: String, span: Span) {
    view.error.get_or_insert((message, span));
}
