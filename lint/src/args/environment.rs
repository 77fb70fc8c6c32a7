//! What is wrong with an option that came from an environment variable is said of the variable.

use clap::error::{ContextKind, ContextValue};
use clap::{Arg, Command, CommandFactory, Error};

use super::Cli;

/// A fault of the command line with the variables in place of the options that came from them.
pub fn blamed(mut error: Error) -> Error {
    for kind in [ContextKind::InvalidArg, ContextKind::PriorArg] {
        let named = match error.get(kind) {
            Some(ContextValue::String(option)) => ContextValue::String(source(option)),
            Some(ContextValue::Strings(options)) => {
                ContextValue::Strings(options.iter().map(|option| source(option)).collect())
            }
            _ => continue,
        };
        error.insert(kind, named);
    }
    error
}

/// A message that begins with an option, `--since: ...`, with the variable in its place when it came from one.
pub fn named(message: &str) -> String {
    match message.split_once(": ").filter(|(option, _)| option.starts_with("--")) {
        Some((option, rest)) => format!("{}: {rest}", source(option)),
        None => message.to_owned(),
    }
}

/// Where an option's value came from: the variable when it is set and the option is not on the command line.
pub fn source(option: &str) -> String {
    let long = option.split([' ', '=']).next().unwrap_or_default();
    let command = Cli::command();
    let mut arguments = command.get_subcommands().flat_map(Command::get_arguments);
    let argument =
        arguments.find(|argument| argument.get_long().is_some_and(|name| Some(name) == long.strip_prefix("--")));
    let variable = argument.and_then(|argument| {
        let is_given = std::env::args_os().any(|word| names(&word.to_string_lossy(), argument, long));
        argument.get_env().filter(|name| std::env::var_os(name).is_some() && !is_given)
    });
    variable.map_or_else(|| option.to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Whether a word of the command line is this option, alone or with its value.
fn names(word: &str, argument: &Arg, long: &str) -> bool {
    let is_short = argument.get_short().is_some_and(|short| word.starts_with(&format!("-{short}")));
    is_short || word == long || word.strip_prefix(long).is_some_and(|rest| rest.starts_with('='))
}
