//! The commands that `start` and `call` run.

use crate::script::{Call, Command};

/// A command that another one starts.
#[derive(Clone, Debug)]
pub struct Launched {
    /// Whether cmd waits for it.
    pub wait: bool,
    /// The command, from its own name on; the redirections are those of the whole.
    pub command: Command,
}

/// Which word of a `start` or `call` names what it starts.
pub(super) struct Target {
    pub(super) index: usize,
    wait: bool,
}

/// What `start` or `call` starts: title and options skipped. None for other commands, for a `call` of a label,
/// and for a `start` that takes its only quoted word for the title.
pub fn launched(command: &Command) -> Option<Launched> {
    let Target { index, wait } = target(command)?;
    let name = command.words[index].clone();
    let words = command.words[index + 1..].to_vec();
    let end = words.last().map_or(name.span, |word| word.span);
    let span = name.span.to(end);
    let redirections = command.redirections.clone();
    let nested = command.nested.clone();
    let command = Command { call: Call::Plain, name, words, redirections, span, expression: None, nested };
    Some(Launched { wait, command })
}

pub(super) fn target(command: &Command) -> Option<Target> {
    if command.name.text.eq_ignore_ascii_case("call") {
        let label = command.words.first()?.raw.starts_with(':');
        return (!label).then_some(Target { index: 0, wait: true });
    }
    if !command.name.text.eq_ignore_ascii_case("start") {
        return None;
    }
    let (mut wait, mut title, mut index) = (false, false, 0);
    while let Some(word) = command.words.get(index) {
        if word.raw.starts_with('"') && !title {
            title = true;
        } else if let Some(option) = word.raw.strip_prefix('/') {
            // Options may be glued together: `/b/wait`.
            for option in option.split('/') {
                wait |= option.eq_ignore_ascii_case("wait") || option.eq_ignore_ascii_case("w");
                index += usize::from(takes_value(option));
            }
        } else {
            return Some(Target { index, wait });
        }
        index += 1;
    }
    None
}

fn takes_value(option: &str) -> bool {
    ["d", "node", "affinity", "machine"].iter().any(|name| option.eq_ignore_ascii_case(name))
}
