//! What a script does last: a change of its process that ends with it, because nothing runs afterwards.

use super::{Classified, Effect, EffectKind};
use crate::script::{Dialect, Script, Separator, Statement, StatementKind};

/// A statement at the end of a script.
#[derive(Clone, Debug)]
pub struct Last<'a> {
    /// The language it is written in.
    pub dialect: Dialect,
    /// The statement.
    pub statement: &'a Statement,
    /// What it does; never empty.
    pub effects: &'a [(Dialect, Effect)],
}

/// The statements at the end of a script, also of the shells that it starts last.
#[derive(Clone, Debug, Default)]
pub struct Tail<'a> {
    /// The statements, in order.
    pub statements: Vec<Last<'a>>,
    /// Whether the script does nothing else.
    pub is_all: bool,
}

/// The statements at the end of a script that have no other effects than those that `is_wanted`. What runs only
/// after a failure (`|| exit 1`, `|| set X=0`) is there for the exit code and is passed over.
pub fn tail<'a>(script: &'a Script, classified: &'a Classified, is_wanted: &dyn Fn(&EffectKind) -> bool) -> Tail<'a> {
    let mut found = Vec::new();
    let is_all = collect(script, classified, is_wanted, &mut found);
    found.reverse();
    Tail { is_all: is_all && !found.is_empty(), statements: found }
}

/// Collects from the back; tells whether that was all of the script.
fn collect<'a>(
    script: &'a Script,
    classified: &'a Classified,
    is_wanted: &dyn Fn(&EffectKind) -> bool,
    found: &mut Vec<Last<'a>>,
) -> bool {
    let mut is_all = true;
    for (index, statement) in script.statements.iter().enumerate().rev() {
        let before = index.checked_sub(1).map(|before| script.statements[before].separator);
        if before == Some(Separator::Or) {
            is_all = false;
            continue;
        }
        if let Some(inner) = started(statement) {
            if !collect(inner, classified, is_wanted, found) {
                return false;
            }
            continue;
        }
        let effects = classified.of_statement(statement);
        if effects.is_empty() || !effects.iter().all(|(_, effect)| is_wanted(&effect.kind)) {
            return false;
        }
        found.push(Last { dialect: script.dialect, statement, effects });
    }
    is_all
}

/// The script of a statement that does nothing but start another shell.
fn started(statement: &Statement) -> Option<&Script> {
    let StatementKind::Pipeline(commands) = &statement.kind else { return None };
    let [command] = commands.as_slice() else { return None };
    command.nested.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::effect::EffectContext;
    use crate::script;
    use crate::splice::Spliced;

    fn last(text: &str, dialect: Dialect) -> (Vec<&str>, bool) {
        let script = script::parse(Spliced::verbatim(text, 0), dialect);
        let sets = |kind: &EffectKind| matches!(kind, EffectKind::SetEnv { .. });
        let classified = Classified::new(&script, &EffectContext::default());
        let tail = tail(&script, &classified, &sets);
        (tail.statements.iter().map(|last| &text[last.statement.span.range()]).collect(), tail.is_all)
    }

    #[test]
    fn the_statements_that_nothing_follows() {
        for (text, dialect, expected, is_all) in [
            ("set A=1", Dialect::Cmd, vec!["set A=1"], true),
            ("set A=1&& set B=2", Dialect::Cmd, vec!["set A=1", "set B=2"], true),
            ("set A=1 && app.exe", Dialect::Cmd, vec![], false),
            ("app.exe && set A=1", Dialect::Cmd, vec!["set A=1"], false),
            ("app.exe || set A=1", Dialect::Cmd, vec![], false),
            ("set A=1 || exit 1", Dialect::Cmd, vec!["set A=1"], false),
            ("set A=1 > out.txt", Dialect::Cmd, vec![], false),
            ("cmd /c set A=1", Dialect::Cmd, vec!["set A=1"], true),
            ("cmd /c \"app.exe && set A=1\"", Dialect::Cmd, vec!["set A=1"], false),
            ("powershell -Command $env:A='1'", Dialect::Cmd, vec!["$env:A='1'"], true),
            ("$a = 1; $env:A = $a", Dialect::WindowsPowerShell, vec!["$env:A = $a"], false),
            ("", Dialect::Cmd, vec![], false),
        ] {
            assert_eq!(last(text, dialect), (expected, is_all), "{text}");
        }
    }
}
