//! What BuildKit refuses in an instruction once its parser has taken it: flags, numbers of arguments, names.

use crate::source::Span;
use crate::syntax::{Flag, Keyword};

use super::{CommandLine, DurationFault, Form, Instruction, Kind, Pair, parse_duration};

/// Why BuildKit stops at an instruction, in its own words, and where. Variables are not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// BuildKit's message.
    pub message: String,
    /// Where.
    pub span: Span,
}

/// What a flag takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    Bool,
    Value,
    /// A value, and the flag may be repeated.
    Values,
}

/// The flags of an instruction, as BuildKit's Dockerfile frontend knows them.
fn known_flags(keyword: Keyword) -> &'static [(&'static str, Takes)] {
    use Takes::{Bool, Value, Values};
    match keyword {
        Keyword::Add => &[
            ("chown", Value),
            ("chmod", Value),
            ("link", Bool),
            ("keep-git-dir", Bool),
            ("checksum", Value),
            ("unpack", Bool),
            ("exclude", Values),
        ],
        Keyword::Copy => &[
            ("chown", Value),
            ("from", Value),
            ("chmod", Value),
            ("link", Bool),
            ("exclude", Values),
            ("parents", Bool),
        ],
        Keyword::From => &[("platform", Value)],
        Keyword::Healthcheck => &[
            ("interval", Value),
            ("timeout", Value),
            ("start-period", Value),
            ("start-interval", Value),
            ("retries", Value),
        ],
        Keyword::Run => &[("mount", Values), ("network", Value), ("security", Value), ("device", Values)],
        _ => &[],
    }
}

/// What BuildKit refuses in an instruction, or in the one behind `ONBUILD`; unknown words are the parser's matter.
pub fn refused(instruction: &Instruction) -> Option<Refusal> {
    if instruction.keyword == Some(Keyword::Onbuild) {
        return onbuild(instruction);
    }
    let keyword = instruction.keyword?;
    arguments(keyword, instruction)
        .map(|(message, span)| Refusal { message, span })
        .or_else(|| flags(keyword, instruction))
}

fn onbuild(instruction: &Instruction) -> Option<Refusal> {
    let inner = instruction.innermost();
    let message = match inner.keyword? {
        Keyword::Onbuild if std::ptr::eq(inner, instruction) => "ONBUILD requires at least one argument".to_owned(),
        Keyword::Onbuild => "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed".to_owned(),
        keyword @ (Keyword::From | Keyword::Maintainer) => {
            format!("{} isn't allowed as an ONBUILD trigger", keyword.name())
        }
        _ => return refused(inner),
    };
    Some(Refusal { message, span: inner.keyword_span })
}

fn flags(keyword: Keyword, instruction: &Instruction) -> Option<Refusal> {
    // STOPSIGNAL reads none; HEALTHCHECK NONE stops before it reads any.
    let none = matches!(&instruction.kind, Kind::Healthcheck { mode: Some(mode), .. } if mode.as_str().eq_ignore_ascii_case("none"));
    if keyword == Keyword::Stopsignal || none {
        return None;
    }
    let known = known_flags(keyword);
    let mut seen: Vec<&str> = Vec::new();
    for flag in &instruction.flags {
        let takes = known.iter().find(|(name, _)| *name == flag.name).map(|&(_, takes)| takes);
        if let Some(message) = flag_error(flag, takes, &seen) {
            return Some(Refusal { message, span: flag.span });
        }
        seen.push(&flag.name);
    }
    None
}

fn flag_error(flag: &Flag, takes: Option<Takes>, seen: &[&str]) -> Option<String> {
    let name = &flag.name;
    let value = flag.value.as_ref().map(crate::splice::Spliced::text);
    match (takes, value) {
        (None, _) => Some(format!("unknown flag: --{name}")),
        (Some(Takes::Bool | Takes::Value), _) if seen.contains(&name.as_str()) => {
            Some(format!("duplicate flag specified: --{name}"))
        }
        (Some(Takes::Bool), Some("")) => Some(format!("missing a value on flag: --{name}")),
        (Some(Takes::Bool), Some(value)) if !matches!(value.to_ascii_lowercase().as_str(), "true" | "false") => {
            Some(format!("expecting boolean value for flag --{name}, not: {value}"))
        }
        (Some(Takes::Value | Takes::Values), None) => Some(format!("missing a value on flag: --{name}")),
        _ => None,
    }
}

fn arguments(keyword: Keyword, instruction: &Instruction) -> Option<(String, Span)> {
    let name = keyword.name();
    let at = instruction.keyword_span;
    let one_or_more = || Some((format!("{name} requires at least one argument"), at));
    match &instruction.kind {
        Kind::From(from) => match (&from.image, from.extra.first(), &from.name) {
            (None, ..) => Some(("FROM requires either one or three arguments".into(), at)),
            (_, Some(extra), _) => Some(("FROM requires either one or three arguments".into(), extra.span)),
            (_, _, Some(stage)) if !is_stage_name(stage.as_str()) => {
                let rest = "name can't start with a number or contain symbols";
                Some((format!("invalid name for build stage: {:?}, {rest}", stage.as_str()), stage.span))
            }
            _ => None,
        },
        Kind::Text(None) => Some((format!("{name} requires exactly one argument"), at)),
        Kind::List { words, .. } if words.is_empty() => one_or_more(),
        Kind::List { words, .. } if keyword == Keyword::Volume => {
            let empty = words.iter().find(|word| word.as_str().trim().is_empty())?;
            Some(("VOLUME specified can not be an empty string".into(), empty.span))
        }
        // What the parser refused already is not counted again.
        Kind::Pairs(pairs) | Kind::Args(pairs) if pairs.is_empty() && instruction.args.is_empty() => one_or_more(),
        Kind::Pairs(pairs) | Kind::Args(pairs) => blank_name(name, pairs),
        Kind::Copy(copy) => match &copy.dest {
            None => {
                let rest =
                    "requires at least two arguments, but only one was provided. Destination could not be determined";
                Some((format!("{name} {rest}"), at))
            }
            Some(dest) if instruction.heredocs.iter().any(|heredoc| heredoc.span == dest.span) => {
                Some((format!("{name} cannot accept a heredoc as a destination"), dest.span))
            }
            Some(_) => None,
        },
        Kind::Command(line) if keyword == Keyword::Shell => shell(line, at),
        Kind::Healthcheck { mode, command } => health(instruction, mode.as_ref(), command.as_ref()),
        _ => None,
    }
}

fn blank_name(name: &str, pairs: &[Pair]) -> Option<(String, Span)> {
    let blank = pairs.iter().find(|pair| pair.name.as_str().is_empty())?;
    Some((format!("{name} names can not be blank"), blank.span))
}

fn shell(line: &CommandLine, at: Span) -> Option<(String, Span)> {
    match &line.form {
        Form::Exec(words) if words.is_empty() => Some(("SHELL requires at least one argument".into(), at)),
        Form::Exec(_) => None,
        Form::Shell(text) if text.is_empty() => Some(("SHELL requires at least one argument".into(), at)),
        Form::Shell(text) => Some(("SHELL requires the arguments to be in JSON form".into(), text.whole())),
    }
}

fn health(
    instruction: &Instruction,
    mode: Option<&super::Word>,
    command: Option<&CommandLine>,
) -> Option<(String, Span)> {
    let Some(mode) = mode else {
        return Some(("HEALTHCHECK requires at least one argument".into(), instruction.keyword_span));
    };
    if mode.as_str().eq_ignore_ascii_case("none") {
        return command.map(|_| ("HEALTHCHECK NONE takes no arguments".into(), instruction.args.whole()));
    }
    if !mode.as_str().eq_ignore_ascii_case("cmd") {
        let kind = mode.as_str().to_uppercase();
        return Some((format!("Unknown type {kind:?} in HEALTHCHECK (try CMD)"), mode.span));
    }
    let empty = match command.map(|line| &line.form) {
        None => true,
        Some(Form::Exec(words)) => words.is_empty(),
        Some(Form::Shell(text)) => text.is_empty(),
    };
    if empty {
        return Some(("Missing command after HEALTHCHECK CMD".into(), mode.span));
    }
    instruction.flags.iter().find_map(|flag| {
        let value = flag.value.as_ref()?;
        let wrong = if flag.name == "retries" { retries(value.text()) } else { duration(&flag.name, value.text()) };
        wrong.map(|message| (message, flag.span))
    })
}

fn retries(value: &str) -> Option<String> {
    match value.parse::<i32>() {
        Ok(number) if number < 0 => Some(format!("--retries cannot be negative ({number})")),
        Ok(_) => None,
        Err(_) if value.is_empty() => None,
        Err(_) => Some(format!("strconv.ParseInt: parsing {value:?}: invalid syntax")),
    }
}

/// What Go says of a time that it cannot read, and the builder of one that is too short; an empty one is none.
fn duration(name: &str, value: &str) -> Option<String> {
    const LEAST: i64 = 1_000_000;
    match parse_duration(value) {
        Ok(time) if time != 0 && time < LEAST => Some(format!("Interval {name:?} cannot be less than 1ms")),
        Err(DurationFault::MissingUnit) => Some(format!("time: missing unit in duration {value:?}")),
        Err(DurationFault::Invalid) if !value.is_empty() => Some(format!("time: invalid duration {value:?}")),
        _ => None,
    }
}

fn is_stage_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    lower.starts_with(|char: char| char.is_ascii_lowercase())
        && lower
            .chars()
            .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || matches!(char, '-' | '_' | '.'))
}
