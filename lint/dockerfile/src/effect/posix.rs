//! Commands of POSIX shells.

use super::arguments::{owned, program, texts};
use super::install::Started;
use super::{EffectContext, EffectKind, EnvHow, EnvScope, programs};
use crate::script::{Command, Statement, StatementKind, Word};

/// What a command does. Empty when that is not known.
pub(super) fn classify(command: &Command, context: &EffectContext) -> Vec<EffectKind> {
    run(&command.name.text, &texts(&command.words), context)
}

fn run(name: &str, arguments: &[&str], context: &EffectContext) -> Vec<EffectKind> {
    let program = program(name);
    let first = || owned(arguments.iter().find(|argument| !argument.starts_with('-')));
    if let Some(kinds) = programs::posix_files(&program, arguments) {
        return kinds;
    }
    match program.as_str() {
        "cd" | "pushd" => first().map(|path| EffectKind::ChangeDir { path }).into_iter().collect(),
        "export" | "declare" | "readonly" => arguments.iter().filter_map(|argument| exported(argument)).collect(),
        "echo" | "printf" | "ls" | "pwd" | "true" | ":" => vec![EffectKind::Print],
        "cat" => vec![EffectKind::Print],
        "tee" => first().map(|path| EffectKind::Write { path }).into_iter().collect(),
        "source" | "." => first().map(|path| EffectKind::RunScript { path }).into_iter().collect(),
        "sudo" | "exec" | "command" | "env" | "nice" => match arguments.iter().position(|it| !it.starts_with('-')) {
            Some(at) => run(arguments[at], &arguments[at + 1..], context),
            None => Vec::new(),
        },
        "tail" if arguments.iter().any(|argument| matches!(*argument, "-f" | "-F")) => {
            vec![EffectKind::KeepAlive]
        }
        "sleep" if first().is_some_and(|time| time == "infinity") => vec![EffectKind::KeepAlive],
        "useradd" | "adduser" => {
            let name = owned(arguments.last().filter(|name| !name.starts_with('-')));
            name.map(|name| EffectKind::CreateUser { name, password: None }).into_iter().collect()
        }
        "service" => match arguments {
            [name, "start", ..] => vec![EffectKind::StartService { name: (*name).to_owned() }],
            _ => Vec::new(),
        },
        "systemctl" => match arguments {
            ["start", name, ..] => vec![EffectKind::StartService { name: (*name).to_owned() }],
            _ => Vec::new(),
        },
        _ => programs::classify(name, arguments, Started::Waiting, context),
    }
}

fn exported(argument: &str) -> Option<EffectKind> {
    let (name, value) = argument.split_once('=').filter(|(name, _)| !name.starts_with('-'))?;
    Some(set(name, Some(value.to_owned())))
}

fn set(name: &str, value: Option<String>) -> EffectKind {
    EffectKind::SetEnv { name: name.to_owned(), value, scope: EnvScope::Process, how: EnvHow::Set }
}

/// `X=1`.
pub(super) fn assignment(target: &Word, value: &[Statement]) -> Option<EffectKind> {
    let name = target.text.trim_end_matches(['=', '+']);
    (!name.is_empty()).then(|| set(name, literal(value)))
}

/// The text of a value that is one word.
pub(super) fn literal(value: &[Statement]) -> Option<String> {
    match value {
        [] => Some(String::new()),
        [statement] => match &statement.kind {
            StatementKind::Pipeline(commands) => match commands.as_slice() {
                [command] if command.words.is_empty() => Some(command.name.text.clone()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}
