//! What a script does, classified once: every effect in order of place, and those of each statement and command.

use std::ops::Range;

use super::{Effect, EffectContext, EffectKind, classify_in_pipeline, classify_statement};
use crate::script::{Command, Dialect, Script, Statement, StatementKind, Word};

/// The effects of a script, nested scripts included. It belongs to the script that it was made of: a copy's
/// statements and commands are others.
#[derive(Debug, Default)]
pub struct Classified {
    effects: Vec<(Dialect, Effect)>,
    /// Which of the effects are a statement's own, by its address; sorted.
    statements: Vec<(usize, Range<usize>)>,
    /// Which of the effects are a command's own, by its address; sorted.
    commands: Vec<(usize, Range<usize>)>,
}

impl Classified {
    /// Classifies all commands of a script.
    pub fn new(script: &Script, context: &EffectContext) -> Self {
        let mut found = Classified::default();
        found.walk(&script.statements, script.dialect, context);
        found.statements.sort_unstable_by_key(|(address, _)| *address);
        found.commands.sort_unstable_by_key(|(address, _)| *address);
        found
    }

    /// Every effect in order of place, each with the dialect it stands in.
    pub fn all(&self) -> &[(Dialect, Effect)] {
        &self.effects
    }

    /// The effects of a statement of the script; what stands inside it is not looked at.
    pub fn of_statement(&self, statement: &Statement) -> &[(Dialect, Effect)] {
        self.at(&self.statements, address(statement))
    }

    /// The effects of a command of the script; what stands inside it is not looked at. Never empty.
    pub fn of_command(&self, command: &Command) -> &[(Dialect, Effect)] {
        self.at(&self.commands, address(command))
    }

    fn at(&self, ranges: &[(usize, Range<usize>)], address: usize) -> &[(Dialect, Effect)] {
        let found = ranges.binary_search_by_key(&address, |(address, _)| *address);
        debug_assert!(found.is_ok(), "this is no part of the script");
        found.map_or(&[], |at| &self.effects[ranges[at].1.clone()])
    }

    fn walk(&mut self, statements: &[Statement], dialect: Dialect, context: &EffectContext) {
        for statement in statements {
            let first = self.effects.len();
            if let StatementKind::Pipeline(commands) = &statement.kind {
                for (index, command) in commands.iter().enumerate() {
                    let start = self.effects.len();
                    self.extend(dialect, classify_in_pipeline(commands, index, dialect, context));
                    self.commands.push((address(command), start..self.effects.len()));
                }
            } else {
                self.extend(dialect, classify_statement(statement, dialect, context));
            }
            self.statements.push((address(statement), first..self.effects.len()));
            match &statement.kind {
                StatementKind::Pipeline(commands) => {
                    commands.iter().for_each(|command| self.walk_inside(command, dialect, context));
                }
                StatementKind::Assignment { value, .. } => self.walk(value, dialect, context),
                StatementKind::Block { heads, bodies, .. } => {
                    self.walk(heads, dialect, context);
                    bodies.iter().for_each(|(_, body)| self.walk(body, dialect, context));
                }
            }
        }
    }

    fn walk_inside(&mut self, command: &Command, dialect: Dialect, context: &EffectContext) {
        let targets = command.redirections.iter().filter_map(|redirection| redirection.target.as_ref());
        self.walk_words(std::iter::once(&command.name), dialect, context);
        self.walk_words(command.words.iter(), dialect, context);
        self.walk_words(targets, dialect, context);
        if let Some(expression) = &command.expression {
            let first = self.effects.len();
            self.walk(&expression.statements, dialect, context);
            let arguments = expression.calls.iter().filter_map(|call| call.arguments.as_ref()).flatten();
            self.walk_words(arguments, dialect, context);
            if expression.calls.iter().any(|call| call.member.eq_ignore_ascii_case("WaitForExit")) {
                self.effects[first..].iter_mut().for_each(|(_, effect)| wait_for(effect));
            }
        }
        if let Some(script) = &command.nested {
            self.walk(&script.statements, script.dialect, context);
        }
    }

    fn walk_words<'a>(&mut self, words: impl Iterator<Item = &'a Word>, dialect: Dialect, context: &EffectContext) {
        // Hardly any word has statements inside.
        let with_statements = words.filter(|word| !word.statements.is_empty());
        with_statements.for_each(|word| self.walk(&word.statements, dialect, context));
    }

    fn extend(&mut self, dialect: Dialect, effects: Vec<Effect>) {
        self.effects.extend(effects.into_iter().map(|effect| (dialect, effect)));
    }
}

/// Somebody waits for the program after all.
pub(super) fn wait_for(effect: &mut Effect) {
    if let EffectKind::Install { waits, .. } = &mut effect.kind {
        *waits = true;
    }
}

fn address<T>(part: &T) -> usize {
    std::ptr::from_ref(part).addr()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::classify;
    use crate::script;
    use crate::splice::Spliced;

    #[test]
    fn every_part_of_a_script_finds_its_own_effects() {
        for (text, dialect) in [
            ("set A=1 & (cd x && del b) > out.txt", Dialect::Cmd),
            ("powershell -Command \"iwr https://a.b/c -OutFile d; rm d > $(echo e)\"", Dialect::Cmd),
            ("$a = (mkdir x); if ($a) { & { rm x } } else { cmd /c 'del b & del c' }", Dialect::WindowsPowerShell),
            ("$env:A = 1; [IO.File]::Delete($(mkdir x))", Dialect::PowerShell),
            ("A=1 rm x > $(mkdir b) | sh -c 'touch c'", Dialect::Posix),
        ] {
            let script = script::parse(Spliced::verbatim(text, 0), dialect);
            let context = EffectContext::default();
            let classified = Classified::new(&script, &context);
            for (dialect, command) in script.commands() {
                let found: Vec<_> = classified.of_command(command).to_vec();
                let own = classify(command, dialect, &context);
                let own: Vec<_> = own.into_iter().map(|effect| (dialect, effect)).collect();
                assert_eq!(format!("{found:?}"), format!("{own:?}"), "{text}");
            }
            let all: usize = (script.all_statements().iter())
                .map(|(dialect, statement)| {
                    let found = classified.of_statement(statement);
                    assert_eq!(found.len(), classify_statement(statement, *dialect, &context).len(), "{text}");
                    found.len()
                })
                .sum();
            assert_eq!(all, classified.all().len(), "{text}");
        }
    }
}
