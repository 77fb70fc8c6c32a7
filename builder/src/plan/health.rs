//! `HEALTHCHECK`: times as Go reads them, and what is kept in the config.

use dockerfile::ast::{CommandLine, Form, Instruction};

use crate::image::Healthcheck;

/// What a `HEALTHCHECK` keeps; `None` for the command is `NONE`. What is wrong with the flags has been refused
/// before.
pub(super) fn check(instruction: &Instruction, command: Option<&CommandLine>) -> Healthcheck {
    let time = |name: &str| {
        let value = instruction.flag(name).and_then(|flag| flag.value.as_ref());
        value.and_then(|value| duration(value.text())).unwrap_or_default()
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

/// A duration of Go (`1m30s`, `1.5h`, `500ms`) in nanoseconds; none when it is no duration or negative.
pub(super) fn duration(text: &str) -> Option<u64> {
    if text.is_empty() || text == "0" {
        return Some(0);
    }
    let mut rest = text.strip_prefix('+').unwrap_or(text);
    let mut total = 0_f64;
    while !rest.is_empty() {
        let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit() || char == '.').len();
        let number: f64 = rest[..digits].parse().ok()?;
        let (unit, factor) = [
            ("ns", 1.0),
            ("us", 1e3),
            ("\u{b5}s", 1e3),
            ("\u{3bc}s", 1e3),
            ("ms", 1e6),
            ("s", 1e9),
            ("m", 6e10),
            ("h", 3.6e12),
        ]
        .into_iter()
        .find(|(unit, _)| rest[digits..].starts_with(unit))?;
        total += number * factor;
        rest = &rest[digits + unit.len()..];
    }
    // Beyond Go's own bound there is no duration.
    (total <= i64::MAX as f64).then_some(total.round() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, nanoseconds) in [
            ("30s", Some(30_000_000_000)),
            ("1m30s", Some(90_000_000_000)),
            ("1.5h", Some(5_400_000_000_000)),
            ("500ms", Some(500_000_000)),
            ("0", Some(0)),
            ("", Some(0)),
            ("5", None),
            ("x", None),
            ("-5s", None),
            ("9999999h", None),
        ] {
            assert_eq!(duration(text), nanoseconds, "{text}");
        }
    }
}
