//! What a `RUN` does to files, found by evaluating its script over the values that are known before the build: its
//! literals, the image's variables and the build's arguments. What cannot be known is refused with the reason.

mod branch;
mod builtin;
mod cmd;
mod cmdlet;
mod content;
mod eval;
mod expression;
mod item;
mod lex;
mod listed;
mod machine;
mod member;
mod operator;
mod path;
mod powershell;
mod program;
mod value;
mod web;

use dockerfile::script::{Dialect, Script};

pub use machine::{Refusal, World};

use super::file_op::FileOp;
use machine::{Machine, Outcome, Stop};

/// The operations of a script, behind the prologue that its shell runs before it. In exec form no shell reads the
/// script, so that it has no commands but programs.
///
/// # Errors
/// Why it cannot be carried out without a kernel, and the statement that decided it.
pub fn lower(
    prologue: Option<&Script>,
    script: &Script,
    exec: bool,
    world: &World<'_>,
) -> Result<Vec<FileOp>, Refusal> {
    let mut machine = Machine::new(world);
    if let Some(prologue) = prologue {
        let span = script.text.whole();
        machine.mapped = false;
        machine.span = span;
        let result = powershell::run(&mut machine, prologue);
        ended(&machine, result)?;
        machine.mapped = true;
        machine.span = span;
    }
    let result = if exec { cmd::exec(&mut machine, script) } else { carry_out(&mut machine, script) };
    ended(&machine, result)?;
    Ok(machine.ops)
}

fn carry_out(machine: &mut Machine<'_>, script: &Script) -> Outcome<()> {
    match script.dialect {
        Dialect::Cmd => cmd::run(machine, script),
        Dialect::WindowsPowerShell | Dialect::PowerShell => powershell::run(machine, script),
        Dialect::Posix => machine.refuse("a POSIX shell runs on Linux"),
    }
}

/// A script inside another, in a process of its own.
fn nested(machine: &mut Machine<'_>, script: &Script) -> Outcome<()> {
    let result = machine.child(|machine| carry_out(machine, script));
    match result {
        Err(Stop::Exit(0)) => Ok(()),
        Err(Stop::Exit(code)) => machine.refuse(format!("the shell ends with the exit code {code}")),
        other => other,
    }
}

/// A script that ends well, also before its end.
fn ended(machine: &Machine<'_>, result: Outcome<()>) -> Result<(), Refusal> {
    let refuse = |reason: String| Err(Refusal { reason, span: machine.span, value: false });
    match result {
        Ok(()) | Err(Stop::Exit(0)) => Ok(()),
        Err(Stop::Exit(code)) => refuse(format!("it ends with the exit code {code}")),
        Err(Stop::Fails(message)) => refuse(format!("it fails: {message}")),
        Err(Stop::Refused(refusal)) => Err(refusal),
    }
}
