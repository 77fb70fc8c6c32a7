//! `HEALTHCHECK`: what is kept in the config.

use dockerfile::ast::{CommandLine, Form, Instruction, parse_duration};

use crate::image::Healthcheck;

/// What a `HEALTHCHECK` keeps; `None` for the command is `NONE`. What is wrong with the flags has been refused
/// before.
pub(super) fn check(instruction: &Instruction, command: Option<&CommandLine>) -> Healthcheck {
    let time = |name: &str| {
        let value = instruction.flag(name).and_then(|flag| flag.value.as_ref());
        let nanoseconds = value.and_then(|value| parse_duration(value.text()).ok());
        nanoseconds.and_then(|nanoseconds| u64::try_from(nanoseconds).ok()).unwrap_or_default()
    };
    let retries = instruction.flag("retries").and_then(|flag| flag.value.as_ref());
    let test = match command.map(|line| &line.form) {
        None => return Healthcheck { test: vec!["NONE".to_owned()], ..Healthcheck::default() },
        Some(Form::Shell(text)) => vec!["CMD-SHELL".to_owned(), text.text().to_owned()],
        Some(Form::Exec(words)) => {
            std::iter::once("CMD".to_owned()).chain(words.iter().map(|word| word.as_str().to_owned())).collect()
        }
    };
    Healthcheck {
        test,
        interval: time("interval"),
        timeout: time("timeout"),
        start_period: time("start-period"),
        start_interval: time("start-interval"),
        retries: retries.and_then(|value| value.text().parse().ok()).unwrap_or_default(),
    }
}
