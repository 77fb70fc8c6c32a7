//! Commands of cmd.exe: its built-ins, and programs as it starts them.

use super::arguments::{bare, cmd_switches, owned, texts};
use super::install::Started;
use super::{EffectContext, EffectKind, EnvHow, EnvScope, programs};
use crate::script::{Command, Word};

/// What a command does. Empty when that is not known.
pub(super) fn classify(command: &Command, context: &EffectContext) -> Vec<EffectKind> {
    let name = command.name.text.trim_start_matches('@');
    if bare(name).eq_ignore_ascii_case("start") {
        return start(&command.words, context);
    }
    run(name, &texts(&command.words), Started::Waiting, context)
}

fn run(name: &str, arguments: &[&str], started: Started, context: &EffectContext) -> Vec<EffectKind> {
    let rest = || cmd_switches(arguments).1;
    match name.to_ascii_lowercase().as_str() {
        "set" => set(arguments),
        "cd" | "chdir" | "pushd" => match rest().as_slice() {
            [] => vec![EffectKind::Print],
            // `cd` takes a path with blanks without quotes.
            path => vec![EffectKind::ChangeDir { path: path.join(" ") }],
        },
        "md" | "mkdir" => rest().into_iter().map(|path| EffectKind::MakeDir { path: path.to_owned() }).collect(),
        "rd" | "rmdir" | "del" | "erase" => {
            let (switches, rest) = cmd_switches(arguments);
            let recurse = switches.iter().any(|switch| switch == "s");
            rest.into_iter().map(|path| EffectKind::Remove { path: path.to_owned(), recurse }).collect()
        }
        "copy" => copy(&rest()),
        "move" => pair(&rest(), |from, to| EffectKind::Move { from, to }),
        "ren" | "rename" => pair(&rest(), |from, to| EffectKind::Move { from, to }),
        "mklink" => owned(rest().first()).map(|path| EffectKind::Write { path }).into_iter().collect(),
        "echo" | "echo." | "type" | "ver" | "dir" | "rem" | "title" | "color" => vec![EffectKind::Print],
        "call" => match arguments {
            [name, arguments @ ..] => run(name, arguments, started, context),
            [] => Vec::new(),
        },
        _ => programs::classify(name, arguments, started, context),
    }
}

/// `set NAME=VALUE`, `set "NAME=VALUE"`, `set /a NAME=1`.
fn set(arguments: &[&str]) -> Vec<EffectKind> {
    let asks = arguments.first().is_some_and(|first| first.eq_ignore_ascii_case("/p"));
    let from = usize::from(arguments.first().is_some_and(|first| first.eq_ignore_ascii_case("/a") || asks));
    let line = arguments[from..].join(" ");
    let Some((name, value)) = line.split_once('=') else { return vec![EffectKind::Print] };
    let value = (from == 0).then(|| value.to_owned());
    let name = name.trim_start().trim_start_matches('"').to_owned();
    vec![EffectKind::SetEnv { name, value, scope: EnvScope::Process, how: EnvHow::Set }]
}

/// `copy FROM TO`, `copy nul FILE`, `copy A+B C`.
fn copy(rest: &[&str]) -> Vec<EffectKind> {
    match rest {
        [from, to] if from.eq_ignore_ascii_case("nul") => vec![EffectKind::Write { path: (*to).to_owned() }],
        _ => pair(rest, |from, to| EffectKind::Copy { from, to }),
    }
}

fn pair(rest: &[&str], kind: fn(String, Option<String>) -> EffectKind) -> Vec<EffectKind> {
    owned(rest.first()).map(|from| kind(from, owned(rest.get(1)))).into_iter().collect()
}

/// `start [/wait] ["title"] [/d folder] program ...`: a first word in quotes is always the title.
fn start(words: &[Word], context: &EffectContext) -> Vec<EffectKind> {
    let (mut at, mut started, mut titled) = (0, Started::Detached, false);
    while let Some(word) = words.get(at) {
        match word.text.to_ascii_lowercase().as_str() {
            "/w" | "/wait" => started = Started::Waiting,
            "/d" => at += 1,
            switch if switch.starts_with('/') => {}
            _ if !titled && word.raw.starts_with('"') => titled = true,
            _ => break,
        }
        at += 1;
    }
    match words.get(at..) {
        Some([name, arguments @ ..]) => run(&name.text, &texts(arguments), started, context),
        _ => Vec::new(),
    }
}
