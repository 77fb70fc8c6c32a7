//! Any text as a script of every shell, with continuations spliced out of it: reading ends, and every command, word
//! and fault points at text that can be cut out.

#![no_main]

use dockerfile::script::{Dialect, Script, Word, cmd, posix, powershell};
use dockerfile::source::Span;
use dockerfile::splice::Spliced;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let joined = joined(text);
    check(text, &cmd::parse(joined.clone(), 0));
    check(text, &posix::parse(joined.clone(), 0));
    check(text, &powershell::parse(joined.clone(), Dialect::WindowsPowerShell, 0));
    check(text, &powershell::parse(joined, Dialect::PowerShell, 0));
});

/// The text as the builder joins it under a backtick directive, with the way back.
fn joined(text: &str) -> Spliced {
    let mut spliced = Spliced::default();
    let mut at = 0;
    for line in text.split_inclusive("`\n") {
        let kept = line.strip_suffix("`\n").unwrap_or(line);
        spliced.push(kept, Span::new(at, at + kept.len() as u32));
        at += line.len() as u32;
    }
    spliced
}

fn check(text: &str, script: &Script) {
    for span in script.comments.iter().chain(script.faults.iter().map(|fault| &fault.span)) {
        cut(text, *span);
    }
    for (_, statement) in script.all_statements() {
        cut(text, statement.span);
        cut(text, statement.separator_span);
    }
    for (_, command) in script.commands() {
        cut(text, command.span);
        word(text, &command.name);
        command.words.iter().for_each(|found| word(text, found));
        for redirection in &command.redirections {
            cut(text, redirection.span);
            redirection.target.iter().for_each(|found| word(text, found));
        }
        for call in command.expression.iter().flat_map(|expression| &expression.calls) {
            cut(text, call.span);
            call.arguments.iter().flatten().for_each(|found| word(text, found));
        }
    }
}

fn word(text: &str, word: &Word) {
    cut(text, word.span);
    for variable in &word.variables {
        cut(text, variable.span);
    }
}

fn cut(text: &str, span: Span) {
    let found = text.get(span.start as usize..span.end as usize);
    assert!(found.is_some(), "{span:?} is no text of the script");
}
