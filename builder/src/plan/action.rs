//! From an instruction to what it does, every word expanded.

use dockerfile::ast::{CommandLine, Form, Instruction, Kind, Pair, Word, mount};
use dockerfile::source::Source;
use dockerfile::syntax::Keyword;
use dockerfile::windows_path;

use super::error::PlanError;
use super::scope::{Scope, platform_args};
use super::step::{Action, Command, Copy, CopySource};
use super::{copy, expose, health};
use crate::image::Platform;

/// What an instruction stands in.
pub(super) struct Setting<'a> {
    /// The text that it is from.
    pub source: &'a Source,
    /// The variables.
    pub scope: Scope<'a>,
    /// The folder in force.
    pub workdir: &'a str,
    /// Whether the stage is for Windows.
    pub windows: bool,
    /// The names of the stages before, in lower case.
    pub stages: &'a [Option<String>],
    /// The named contexts, in lower case.
    pub contexts: &'a [String],
    /// The arguments declared before the first stage.
    pub globals: &'a [(String, Option<String>)],
    /// The platform of the stage.
    pub platform: &'a Platform,
    /// The stage's name.
    pub stage_name: Option<&'a str>,
    /// Whether the stage has set a command already.
    pub own_cmd: bool,
}

/// What an instruction does. `FROM` is not asked for.
pub(super) fn action(cx: &Setting<'_>, instruction: &Instruction) -> Result<Action, PlanError> {
    let Some(keyword) = instruction.keyword else {
        let word = instruction.unknown_word.as_deref().unwrap_or_default();
        return Err(PlanError::at(instruction.keyword_span, format!("unknown instruction: {word}")));
    };
    match (&instruction.kind, keyword) {
        (Kind::Command(line), _) => commands(cx, instruction, line, keyword),
        (Kind::Copy(words), Keyword::Add) => {
            let copy = copy::copy(cx, instruction, words, true)?;
            Ok(Action::Add {
                checksum: checksum(cx, instruction, &copy)?,
                copy,
                keep_git: copy::switch(instruction, "keep-git-dir"),
                unpack: instruction.flag("unpack").map(|_| copy::switch(instruction, "unpack")),
            })
        }
        (Kind::Copy(words), _) => copy::copy(cx, instruction, words, false).map(Action::Copy),
        (Kind::Pairs(pairs), Keyword::Env) => Ok(Action::Env { pairs: values(cx, pairs)? }),
        (Kind::Pairs(pairs), _) => Ok(Action::Label { pairs: values(cx, pairs)? }),
        (Kind::Args(pairs), _) => Ok(Action::Arg { pairs: arguments(cx, pairs)? }),
        (Kind::Text(Some(word)), _) => text(cx, instruction, word, keyword),
        (Kind::List { words, .. }, Keyword::Expose) => {
            let mut ports = Vec::new();
            for word in words {
                for text in cx.scope.words(word)? {
                    ports.extend(expose::ports(&text).map_err(|message| PlanError::at(word.span, message))?);
                }
            }
            Ok(Action::Expose { ports })
        }
        (Kind::List { words, .. }, _) => {
            Ok(Action::Volume { paths: words.iter().map(|word| cx.scope.word(word)).collect::<Result<_, _>>()? })
        }
        (Kind::Healthcheck { command, .. }, _) => Ok(Action::Healthcheck(health::check(instruction, command.as_ref()))),
        (Kind::Onbuild(Some(trigger)), _) => {
            let line = &trigger.args;
            let flags: String = trigger.flags.iter().map(|flag| format!("{} ", cx.source.slice(flag.span))).collect();
            let name = trigger.keyword.map_or("", Keyword::name);
            Ok(Action::Onbuild { trigger: format!("{name} {flags}{}", line.text()) })
        }
        _ => Err(PlanError::at(instruction.keyword_span, format!("{} has no argument", keyword.name()))),
    }
}

/// The digest that `ADD` compares what it fetches with. Of anything else it would be compared with nothing.
fn checksum(cx: &Setting<'_>, instruction: &Instruction, copy: &Copy) -> Result<Option<String>, PlanError> {
    let Some(flag) = instruction.flag("checksum") else { return Ok(None) };
    let Some(value) = &flag.value else { return Ok(None) };
    match copy.sources.as_slice() {
        [CopySource::Url(_) | CopySource::Git(_)] => cx.scope.text(value).map(Some),
        [_] => {
            let error = PlanError::at(flag.span, "checksum requires HTTP(S) or Git sources");
            Err(error.help("files of the context are what they are: take --checksum away"))
        }
        _ => Err(PlanError::at(flag.span, "checksum can't be specified for multiple sources")
            .help("write an ADD for each source")),
    }
}

fn command(line: &CommandLine) -> Command {
    match &line.form {
        Form::Shell(text) => Command::Shell(text.text().to_owned()),
        Form::Exec(words) => Command::Exec(words.iter().map(|word| word.as_str().to_owned()).collect()),
    }
}

fn commands(
    cx: &Setting<'_>,
    instruction: &Instruction,
    line: &CommandLine,
    keyword: Keyword,
) -> Result<Action, PlanError> {
    let command = command(line);
    Ok(match keyword {
        Keyword::Cmd => Action::Cmd(command),
        Keyword::Entrypoint => Action::Entrypoint { command, keeps_cmd: cx.own_cmd },
        Keyword::Shell => match command {
            Command::Exec(words) => Action::Shell { words },
            Command::Shell(_) => {
                return Err(PlanError::at(instruction.args.whole(), "SHELL requires the arguments to be in JSON form"));
            }
        },
        _ => run(cx, instruction, command)?,
    })
}

fn run(cx: &Setting<'_>, instruction: &Instruction, mut command: Command) -> Result<Action, PlanError> {
    // With nothing but the heredoc on the line, its lines are the script.
    if let [heredoc] = instruction.heredocs.as_slice()
        && instruction.args.whole() == heredoc.span
    {
        command = Command::Shell(cx.source.slice(heredoc.body).to_owned());
    }
    let mounts = mount::mounts(instruction).iter().map(|mount| cx.scope.text(mount.text)).collect::<Result<_, _>>()?;
    let flags = instruction.flags.iter().filter(|flag| flag.name != "mount");
    Ok(Action::Run { command, mounts, flags: flags.map(|flag| flag.text.text().to_owned()).collect() })
}

fn values(cx: &Setting<'_>, pairs: &[Pair]) -> Result<Vec<(String, String)>, PlanError> {
    let value = |pair: &Pair| pair.value.as_ref().map_or(Ok(String::new()), |word| cx.scope.word(word));
    pairs.iter().map(|pair| Ok((cx.scope.word(&pair.name)?, value(pair)?))).collect()
}

/// What `ARG` declares: the build's value before the default, and without a default what stands before the first
/// stage.
pub(super) fn arguments(cx: &Setting<'_>, pairs: &[Pair]) -> Result<Vec<(String, Option<String>)>, PlanError> {
    let of_platform = platform_args(cx.platform, cx.stage_name);
    let mut found = Vec::new();
    for pair in pairs {
        let name = cx.scope.word(&pair.name)?;
        let default = pair.value.as_ref().map(|word| cx.scope.word(word)).transpose()?;
        let global = || cx.globals.iter().rev().find(|(other, _)| *other == name).and_then(|(_, value)| value.clone());
        let value = cx.scope.given.get(&name).cloned().or(default).or_else(global);
        let value = value.or_else(|| of_platform.get(&name).cloned());
        found.push((name, value));
    }
    Ok(found)
}

fn text(cx: &Setting<'_>, instruction: &Instruction, word: &Word, keyword: Keyword) -> Result<Action, PlanError> {
    if keyword == Keyword::Maintainer {
        return Ok(Action::Maintainer { name: word.as_str().to_owned() });
    }
    let value = cx.scope.word(word)?;
    match keyword {
        Keyword::User if value.is_empty() => {
            Err(PlanError::at(word.span, "USER is blank once its variables are put in"))
        }
        Keyword::User => Ok(Action::User { user: value }),
        Keyword::Stopsignal if cx.windows => {
            Err(PlanError::at(instruction.keyword_span, "Windows containers have no STOPSIGNAL").help("remove it"))
        }
        Keyword::Stopsignal => Ok(Action::Stopsignal { signal: value }),
        _ => workdir(cx, word, &value),
    }
}

fn workdir(cx: &Setting<'_>, word: &Word, value: &str) -> Result<Action, PlanError> {
    if value.is_empty() {
        return Err(PlanError::at(word.span, "WORKDIR is blank once its variables are put in"));
    }
    if !cx.windows {
        return Ok(Action::Workdir { path: windows_path::join("/", &copy::join(cx.workdir, value)) });
    }
    let path = windows_path::workdir(cx.workdir, value).map_err(|error| PlanError::at(word.span, error.to_string()))?;
    Ok(Action::Workdir { path: copy::drive(&path) })
}
