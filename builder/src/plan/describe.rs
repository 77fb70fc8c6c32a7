//! A step as an instruction on one line, as the builder sees it.

use dockerfile::model::view::json_array;

use crate::image::Healthcheck;

use super::base_path;
use super::step::{Action, Command, Copy, CopyFrom, CopySource};

/// An action as an instruction: words expanded, paths whole. `stages` are the names of the stages before.
pub(super) fn line(action: &Action, stages: &[Option<String>]) -> String {
    base_path::shown(&instruction(action, stages))
}

fn instruction(action: &Action, stages: &[Option<String>]) -> String {
    match action {
        Action::Copy(words) => copy("COPY", words, stages, &[]),
        Action::Add { copy: words, checksum, keep_git, unpack } => {
            let mut flags: Vec<String> = checksum.iter().map(|digest| format!("--checksum={digest}")).collect();
            flags.extend(keep_git.then(|| "--keep-git-dir".to_owned()));
            flags.extend(unpack.map(|unpack| format!("--unpack={unpack}")));
            copy("ADD", words, stages, &flags)
        }
        Action::Workdir { path } => format!("WORKDIR {path}"),
        Action::Env { pairs } => format!("ENV {}", assignments(pairs)),
        Action::Arg { pairs } => {
            let words = pairs.iter().map(|(name, value)| match value {
                Some(value) => format!("{name}={}", quoted(value)),
                None => name.clone(),
            });
            format!("ARG {}", words.collect::<Vec<_>>().join(" "))
        }
        Action::Label { pairs } => format!("LABEL {}", assignments(pairs)),
        Action::User { user } => format!("USER {user}"),
        Action::Expose { ports } => format!("EXPOSE {}", ports.join(" ")),
        Action::Volume { paths } => format!("VOLUME {}", json_array(paths)),
        Action::Cmd(words) => format!("CMD {}", command(words)),
        Action::Entrypoint { command: words, .. } => format!("ENTRYPOINT {}", command(words)),
        Action::Healthcheck(check) => health(check),
        Action::Shell { words } => format!("SHELL {}", json_array(words)),
        Action::Onbuild { trigger } => format!("ONBUILD {trigger}"),
        Action::Stopsignal { signal } => format!("STOPSIGNAL {signal}"),
        Action::Maintainer { name } => format!("MAINTAINER {name}"),
        Action::Run { command: words, mounts, flags } => {
            let mounts = mounts.iter().map(|mount| format!("--mount={mount} "));
            let flags = flags.iter().map(|flag| format!("{flag} "));
            format!("RUN {}{}", mounts.chain(flags).collect::<String>(), command(words))
        }
    }
}

fn health(check: &Healthcheck) -> String {
    let time =
        |name: &str, nanoseconds: u64| (nanoseconds > 0).then(|| format!("--{name}={}s", nanoseconds as f64 / 1e9));
    let flags = [
        time("interval", check.interval),
        time("timeout", check.timeout),
        time("start-period", check.start_period),
        time("start-interval", check.start_interval),
        (check.retries > 0).then(|| format!("--retries={}", check.retries)),
    ];
    let flags: String = flags.into_iter().flatten().map(|flag| format!("{flag} ")).collect();
    match check.test.split_first() {
        Some((kind, rest)) if kind == "CMD" => format!("HEALTHCHECK {flags}CMD {}", json_array(rest)),
        Some((kind, rest)) if kind == "CMD-SHELL" => format!("HEALTHCHECK {flags}CMD {}", rest.join(" ")),
        _ => "HEALTHCHECK NONE".to_owned(),
    }
}

fn command(command: &Command) -> String {
    match command {
        Command::Shell(line) => line.clone(),
        Command::Exec(words) => json_array(words),
    }
}

fn assignments(pairs: &[(String, String)]) -> String {
    let words = pairs.iter().map(|(name, value)| format!("{}={}", quoted(name), quoted(value)));
    words.collect::<Vec<_>>().join(" ")
}

/// Quotes where blanks would part the word.
fn quoted(text: &str) -> String {
    if text.is_empty() || text.contains([' ', '\t', '"', '\'']) {
        format!("\"{}\"", text.replace('"', "\\\""))
    } else {
        text.to_owned()
    }
}

fn copy(keyword: &str, words: &Copy, stages: &[Option<String>], more: &[String]) -> String {
    let mut parts = vec![keyword.to_owned()];
    match &words.from {
        CopyFrom::Context => {}
        CopyFrom::Named(name) | CopyFrom::Image(name) => parts.push(format!("--from={name}")),
        CopyFrom::Stage(number) => {
            let name = stages.get(*number).cloned().flatten().unwrap_or_else(|| number.to_string());
            parts.push(format!("--from={name}"));
        }
    }
    parts.extend(words.chown.iter().map(|owner| format!("--chown={owner}")));
    parts.extend(words.chmod.iter().map(|mode| format!("--chmod={mode}")));
    parts.extend(words.link.then(|| "--link".to_owned()));
    parts.extend(words.parents.then(|| "--parents".to_owned()));
    parts.extend(words.exclude.iter().map(|pattern| format!("--exclude={pattern}")));
    parts.extend(more.iter().cloned());
    parts.extend(words.sources.iter().map(|source| match source {
        CopySource::Path(text) | CopySource::Url(text) | CopySource::Git(text) => quoted(text),
        CopySource::Inline { name, .. } => format!("<<{name}"),
    }));
    let slash = if words.dest.path.starts_with('/') { "/" } else { "\\" };
    let end = if words.dest.folder && !words.dest.path.ends_with(['\\', '/']) { slash } else { "" };
    parts.push(quoted(&format!("{}{end}", words.dest.path)));
    parts.join(" ")
}
