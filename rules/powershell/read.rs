//! The scripts of PowerShell that a file starts, as the rules of this group look at them.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::script::{Call, Command, Dialect, Script, StatementKind, Word};

use crate::Context;

/// A script of PowerShell, also inside the script of another shell and behind `ONBUILD`.
#[derive(Clone, Copy)]
pub(super) struct Read<'a> {
    pub(super) step: usize,
    /// The instruction that starts it, without `ONBUILD`.
    pub(super) instruction: &'a Instruction,
    pub(super) script: &'a Script,
    /// The script and the command that start it; none for what the stage's shell reads itself.
    pub(super) starter: Option<(&'a Script, &'a Command)>,
    /// Whether the instruction is in exec form.
    pub(super) exec: bool,
    /// Whether cmd reads it first, and puts its variables in.
    pub(super) through_cmd: bool,
}

impl Read<'_> {
    /// Whether the image is built with it.
    pub(super) fn is_run(&self) -> bool {
        self.instruction.keyword == Some(Keyword::Run)
    }

    /// Whether Windows PowerShell reads it.
    pub(super) fn is_old(&self) -> bool {
        self.script.dialect == Dialect::WindowsPowerShell
    }
}

/// All scripts of PowerShell, in order of place. What a POSIX shell starts is left out: that shell reads it first.
pub(super) fn scripts<'a>(context: &Context<'a>) -> Vec<Read<'a>> {
    let mut found = Vec::new();
    for (outer, step) in context.instructions().iter().zip(&context.model().steps) {
        let Some(run) = &step.script else { continue };
        let read = Read {
            step: outer.index,
            instruction: outer.innermost(),
            script: &run.script,
            starter: None,
            exec: run.exec,
            through_cmd: false,
        };
        collect(read, &mut found);
    }
    found
}

fn collect<'a>(read: Read<'a>, found: &mut Vec<Read<'a>>) {
    if read.script.dialect.is_powershell() {
        // A script block is read where it stands, and maybe again by the shell that it is for.
        let place = read.script.text.whole();
        if found.last().is_none_or(|last| last.step != read.step || last.script.text.whole() != place) {
            found.push(read);
        }
    }
    if read.script.dialect == Dialect::Posix {
        return;
    }
    let is_array = read.exec && read.starter.is_none();
    let through_cmd = read.through_cmd || read.script.dialect == Dialect::Cmd && !is_array;
    for command in read.script.own_commands() {
        if let Some(script) = command.nested.as_deref() {
            collect(Read { script, starter: Some((read.script, command)), through_cmd, ..read }, found);
        }
    }
}

/// Whether a command is called by just this name: no path, no extension, no quotes, no call operator.
pub(super) fn is_called(command: &Command, name: &str) -> bool {
    command.expression.is_none() && command.call == Call::Plain && command.name.raw.eq_ignore_ascii_case(name)
}

/// Whether a script takes an alias away, so that its name leads to the program.
pub(super) fn drops_alias(script: &Script, name: &str) -> bool {
    let names = |text: &str| {
        let alias = text.get(..6).is_some_and(|drive| drive.eq_ignore_ascii_case("alias:"));
        alias && text[6..].trim_start_matches(['\\', '/']).eq_ignore_ascii_case(name)
    };
    script.own_commands().iter().any(|command| command.words.iter().any(|word| names(&word.text)))
}

/// Every word of the commands of a script itself.
pub(super) fn words(script: &Script) -> Vec<&Word> {
    let mut found = Vec::new();
    for command in script.own_commands() {
        found.extend(std::iter::once(&command.name).chain(&command.words));
        found.extend(command.redirections.iter().filter_map(|redirection| redirection.target.as_ref()));
        let calls = command.expression.iter().flat_map(|expression| &expression.calls);
        found.extend(calls.filter_map(|call| call.arguments.as_ref()).flatten());
    }
    found
}

/// The words that a script assigns to: the left sides, in order of place.
pub(super) fn targets(script: &Script) -> Vec<&Word> {
    let assigned = script.own_statements().into_iter().filter_map(|statement| match &statement.kind {
        StatementKind::Assignment { target, .. } => Some(target),
        _ => None,
    });
    assigned.collect()
}
