//! The scripts of PowerShell that a file starts, as the rules of this group look at them.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::document::Document;
use dockerfile::script::{Call, Command, Dialect, Script, Word};

use crate::Context;
use crate::listing::{Listing, Part};

/// A script of PowerShell, also inside the script of another shell and behind `ONBUILD`.
#[derive(Clone, Copy)]
pub(crate) struct Read<'a> {
    pub(super) step: usize,
    /// The instruction that starts it, without `ONBUILD`.
    pub(super) instruction: &'a Instruction,
    pub(super) script: &'a Script,
    /// What stands in it.
    pub(super) part: Part<'a>,
    /// The script and the command that start it; none for what the stage's shell reads itself.
    pub(super) starter: Option<(Part<'a>, &'a Command)>,
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
pub(super) fn scripts<'a>(context: &Context<'a>) -> impl Iterator<Item = Read<'a>> {
    context.powershell.iter().copied()
}

/// Finds [`scripts`], once for all rules.
pub(crate) fn find<'a>(document: &'a Document, listings: &'a [Option<Listing<'a>>]) -> Vec<Read<'a>> {
    let instructions = &document.reading().instructions;
    let mut found: Vec<Read> = Vec::new();
    for listing in listings.iter().flatten() {
        for read in listing.parts().filter_map(|part| read(&instructions[listing.step], listing, part)) {
            // A script block is read where it stands, and maybe again by the shell that it is for.
            let place = |read: &Read| (read.step, read.script.text.whole());
            if found.last().is_none_or(|last| place(last) != place(&read)) {
                found.push(read);
            }
        }
    }
    found
}

/// A script of PowerShell; none behind a POSIX shell.
fn read<'a>(outer: &'a Instruction, listing: &'a Listing<'a>, part: Part<'a>) -> Option<Read<'a>> {
    if !part.script().dialect.is_powershell() {
        return None;
    }
    let mut through_cmd = false;
    for (outer, _) in std::iter::successors(part.starter(), |(outer, _)| outer.starter()) {
        let is_array = listing.run.exec && outer.starter().is_none();
        match outer.script().dialect {
            Dialect::Posix => return None,
            Dialect::Cmd => through_cmd |= !is_array,
            Dialect::WindowsPowerShell | Dialect::PowerShell => {}
        }
    }
    let (instruction, step, exec) = (outer.innermost(), listing.step, listing.run.exec);
    Some(Read { step, instruction, script: part.script(), part, starter: part.starter(), exec, through_cmd })
}

/// Whether a command is called by just this name: no path, no extension, no quotes, no call operator.
pub(super) fn is_called(command: &Command, name: &str) -> bool {
    command.expression.is_none() && command.call == Call::Plain && command.name.raw.eq_ignore_ascii_case(name)
}

/// Whether a script takes an alias away, so that its name leads to the program.
pub(super) fn drops_alias(script: Part, name: &str) -> bool {
    let names = |text: &str| {
        let alias = text.get(..6).is_some_and(|drive| drive.eq_ignore_ascii_case("alias:"));
        alias && text[6..].trim_start_matches(['\\', '/']).eq_ignore_ascii_case(name)
    };
    script.commands().any(|listed| listed.command.words.iter().any(|word| names(&word.text)))
}

/// Every word of the commands of a script itself.
pub(super) fn words<'a>(script: Part<'a>) -> impl Iterator<Item = &'a Word> {
    script.commands().map(|listed| listed.command).flat_map(|command| {
        let targets = command.redirections.iter().filter_map(|redirection| redirection.target.as_ref());
        let calls = command.expression.iter().flat_map(|expression| &expression.calls);
        let arguments = calls.filter_map(|call| call.arguments.as_ref()).flatten();
        std::iter::once(&command.name).chain(&command.words).chain(targets).chain(arguments)
    })
}

/// The words that a script assigns to: the left sides, in order of place.
pub(super) fn targets<'a>(script: Part<'a>) -> impl Iterator<Item = &'a Word> {
    script.statements().filter_map(|statement| statement.assigned())
}
