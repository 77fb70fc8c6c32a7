//! Walks over scripts: every statement, every command, wherever it stands.

use super::{Command, Dialect, Script, Statement, StatementKind, Word};

impl Script {
    /// Every command, also in blocks, words, expressions and nested scripts, in order of place, each with the
    /// dialect of the script it stands in.
    pub fn commands(&self) -> Vec<(Dialect, &Command)> {
        let mut found = Vec::new();
        walk(&self.statements, self.dialect, true, &mut |dialect, item| {
            if let Item::Command(command) = item {
                found.push((dialect, command));
            }
        });
        found
    }

    /// Every command of this script itself: blocks, words and expressions, but not nested scripts.
    pub fn own_commands(&self) -> Vec<&Command> {
        let mut found = Vec::new();
        walk(&self.statements, self.dialect, false, &mut |_, item| {
            if let Item::Command(command) = item {
                found.push(command);
            }
        });
        found
    }

    /// Every statement of this script itself: blocks, words and expressions, but not nested scripts, each before what
    /// is inside it.
    pub fn own_statements(&self) -> Vec<&Statement> {
        let mut found = Vec::new();
        walk(&self.statements, self.dialect, false, &mut |_, item| {
            if let Item::Statement(statement) = item {
                found.push(statement);
            }
        });
        found
    }

    /// This script and every script nested in it.
    pub fn scripts(&self) -> Vec<&Script> {
        let mut found = vec![self];
        walk(&self.statements, self.dialect, true, &mut |_, item| {
            if let Item::Command(Command { nested: Some(script), .. }) = item {
                found.push(script);
            }
        });
        found
    }

    /// What [`Script::own_statements`] gives, and the scripts that they start, in order of place.
    pub(crate) fn own_parts(&self) -> (Vec<&Statement>, Vec<&Script>) {
        let (mut statements, mut scripts) = (Vec::with_capacity(self.statements.len()), Vec::new());
        walk(&self.statements, self.dialect, false, &mut |_, item| match item {
            Item::Statement(statement) => statements.push(statement),
            Item::Command(command) => scripts.extend(command.nested.as_deref()),
        });
        (statements, scripts)
    }

    /// Every statement, also in blocks, words, expressions and nested scripts, each before what is inside it, with
    /// the dialect it is read by.
    pub fn all_statements(&self) -> Vec<(Dialect, &Statement)> {
        let mut found = Vec::new();
        walk(&self.statements, self.dialect, true, &mut |dialect, item| {
            if let Item::Statement(statement) = item {
                found.push((dialect, statement));
            }
        });
        found
    }
}

enum Item<'a> {
    Statement(&'a Statement),
    Command(&'a Command),
}

fn walk<'a>(statements: &'a [Statement], dialect: Dialect, nested: bool, visit: &mut dyn FnMut(Dialect, Item<'a>)) {
    for statement in statements {
        visit(dialect, Item::Statement(statement));
        match &statement.kind {
            StatementKind::Pipeline(commands) => {
                for command in commands {
                    walk_command(command, dialect, nested, visit);
                }
            }
            StatementKind::Assignment { value, .. } => walk(value, dialect, nested, visit),
            StatementKind::Block { heads, bodies, .. } => {
                walk(heads, dialect, nested, visit);
                for (_, body) in bodies {
                    walk(body, dialect, nested, visit);
                }
            }
        }
    }
}

fn walk_command<'a>(command: &'a Command, dialect: Dialect, nested: bool, visit: &mut dyn FnMut(Dialect, Item<'a>)) {
    visit(dialect, Item::Command(command));
    // Hardly any word has statements inside.
    let mut inside = |word: &'a Word| {
        if !word.statements.is_empty() {
            walk(&word.statements, dialect, nested, visit);
        }
    };
    inside(&command.name);
    command.words.iter().for_each(&mut inside);
    command.redirections.iter().filter_map(|redirection| redirection.target.as_ref()).for_each(&mut inside);
    if let Some(expression) = &command.expression {
        walk(&expression.statements, dialect, nested, visit);
        for word in expression.calls.iter().filter_map(|call| call.arguments.as_ref()).flatten() {
            walk(&word.statements, dialect, nested, visit);
        }
    }
    if nested && let Some(script) = &command.nested {
        walk(&script.statements, script.dialect, nested, visit);
    }
}

/// Every command of the statements, blocks, words and expressions included, to be changed; nested scripts are left
/// out.
pub(super) fn commands_mut(statements: &mut [Statement], change: &mut dyn FnMut(&mut Command)) {
    for statement in statements {
        match &mut statement.kind {
            StatementKind::Pipeline(commands) => {
                for command in commands {
                    command_mut(command, change);
                }
            }
            StatementKind::Assignment { value, .. } => commands_mut(value, change),
            StatementKind::Block { heads, bodies, .. } => {
                commands_mut(heads, change);
                for (_, body) in bodies {
                    commands_mut(body, change);
                }
            }
        }
    }
}

fn command_mut(command: &mut Command, change: &mut dyn FnMut(&mut Command)) {
    change(command);
    let mut inside = |word: &mut Word| {
        if !word.statements.is_empty() {
            commands_mut(&mut word.statements, change);
        }
    };
    inside(&mut command.name);
    command.words.iter_mut().for_each(&mut inside);
    if let Some(expression) = &mut command.expression {
        commands_mut(&mut expression.statements, change);
        for word in expression.calls.iter_mut().filter_map(|call| call.arguments.as_mut()).flatten() {
            commands_mut(&mut word.statements, change);
        }
    }
}
