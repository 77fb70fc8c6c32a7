//! A program as a command starts it: by its name, with `start`, with `Start-Process`; each argument with its place.

use super::arguments::{self, items, split_command_line};
use super::install::{self, Started};
use super::{EffectContext, EffectKind, programs};
use crate::facts::cmdlets::cmdlet;
use crate::script::powershell::bind;
use crate::script::{Command, Dialect, Word};
use crate::source::Span;

/// A program that a command starts. Texts are as the shell reads them, variables left as written.
#[derive(Clone, Debug)]
pub struct Program {
    /// Its name.
    pub name: String,
    /// Where the name stands.
    pub name_span: Span,
    /// Its arguments; those of `Start-Process` taken apart.
    pub arguments: Vec<Argument>,
    /// The word with the arguments of `Start-Process`.
    pub list: Option<Span>,
    /// How it is started.
    pub starter: Starter,
    /// Whether the shell is told to wait; programs started by name are waited for by cmd and POSIX shells.
    pub waits: bool,
    /// Whether `Start-Process` hands the process on (`-PassThru`).
    pub passes_on: bool,
    /// Whether no splatted table may hold more arguments.
    pub complete: bool,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its text.
    pub text: String,
    /// The word it stands in.
    pub span: Span,
}

/// How a program is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Starter {
    /// By its name.
    Name,
    /// With `start` of cmd.
    Start,
    /// With `Start-Process`.
    StartProcess,
}

/// The program that a command starts; `None` for expressions, and where no program is named.
pub fn program(command: &Command, dialect: Dialect) -> Option<Program> {
    if command.expression.is_some() {
        return None;
    }
    if dialect.is_powershell() {
        let cmdlet = command.name.literal().and_then(|name| cmdlet(name, dialect));
        return match cmdlet.map(|cmdlet| cmdlet.name) {
            Some("Start-Process") => {
                let bound = bind(command, dialect)?;
                let file = bound.value("FilePath")?;
                let list = bound.value("ArgumentList");
                Some(Program {
                    name: bound.text("FilePath")?.to_owned(),
                    name_span: file.span,
                    arguments: list.map(list_items).unwrap_or_default(),
                    list: list.map(|word| word.span),
                    starter: Starter::StartProcess,
                    waits: bound.has("Wait"),
                    passes_on: bound.has("PassThru"),
                    complete: !bound.splatted,
                })
            }
            Some(_) => None,
            None => Some(by_name(&command.name, &command.words, false)),
        };
    }
    let name = arguments::bare(command.name.text.trim_start_matches('@'));
    let is = |known: &str| dialect == Dialect::Cmd && name.eq_ignore_ascii_case(known);
    if is("start") {
        start(&command.words)
    } else if is("call") {
        let (name, rest) = command.words.split_first()?;
        Some(by_name(name, rest, true))
    } else {
        Some(by_name(&command.name, &command.words, true))
    }
}

fn by_name(name: &Word, words: &[Word], waits: bool) -> Program {
    let splatted = words.iter().any(|word| word.raw.starts_with('@') && word.variables.len() == 1);
    Program {
        name: name.text.trim_start_matches('@').to_owned(),
        name_span: name.span,
        arguments: words.iter().map(|word| Argument { text: word.text.clone(), span: word.span }).collect(),
        list: None,
        starter: Starter::Name,
        waits,
        passes_on: false,
        complete: !splatted,
    }
}

/// `start [/wait] ["title"] [/d folder] program ...`: a first word in quotes is always the title.
fn start(words: &[Word]) -> Option<Program> {
    let (mut at, mut waits, mut titled) = (0, false, false);
    while let Some(word) = words.get(at) {
        match word.text.to_ascii_lowercase().as_str() {
            "/w" | "/wait" => waits = true,
            "/d" => at += 1,
            switch if switch.starts_with('/') => {}
            _ if !titled && word.raw.starts_with('"') => titled = true,
            _ => break,
        }
        at += 1;
    }
    let (name, rest) = words.get(at..)?.split_first()?;
    Some(Program { starter: Starter::Start, ..by_name(name, rest, waits) })
}

fn list_items(word: &Word) -> Vec<Argument> {
    // `-ArgumentList:value` is one word; `--quiet, C:\x` has a colon of its own.
    let is_name = |name: &str| name.strip_prefix('-').is_some_and(|name| name.chars().all(char::is_alphabetic));
    let text = word.raw.split_once(':').filter(|(name, _)| is_name(name)).map(|(_, value)| value);
    let items = text.map_or_else(|| items(word), |value| vec![arguments::unquote(value).to_owned()]);
    let texts = items.iter().flat_map(|item| split_command_line(item));
    texts.map(|text| Argument { text, span: word.span }).collect()
}

/// The arguments in a text that stands for all of them: a command line, or a list as written.
pub fn split(text: &str) -> Vec<String> {
    let inner = text.trim().trim_start_matches("@(").trim_end_matches(')');
    if !inner.contains(['\'', '"']) || !inner.contains(',') {
        return split_command_line(inner);
    }
    inner.split(',').flat_map(|item| split_command_line(arguments::unquote(item.trim()))).collect()
}

/// A program's name in lower case, without folder and without `.exe`.
pub fn base_name(name: &str) -> String {
    arguments::program(name)
}

/// The installation that a program carries out. Where its name tells nothing, the URL it was fetched from does.
pub fn install(name: &str, url: Option<&str>, arguments: &[&str]) -> Option<EffectKind> {
    let by_name = programs::classify(name, arguments, Started::Waiting, &EffectContext::default());
    let named = by_name.into_iter().find(|kind| matches!(kind, EffectKind::Install { .. }));
    let telling = matches!(&named, Some(EffectKind::Install { product: Some(product), .. }) if !product.generic);
    let asked = matches!(&named, Some(EffectKind::Install { file: Some(file), .. }) if file != name);
    if telling || asked {
        return named;
    }
    url.and_then(|url| install::fetched(name, url, arguments)).or(named)
}
