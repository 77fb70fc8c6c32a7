//! `ConvertTo-SecureString 'text' -AsPlainText`: a secure string of a text that everybody can read.

use dockerfile::diagnostic::Severity;
use dockerfile::facts::secret;
use dockerfile::script::powershell::bind;
use dockerfile::script::{Command, Dialect, Statement, StatementKind, Word};

use super::{File, Secret, inside};
use crate::listing::Listing;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-securestring-plaintext",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("secret_securestring_plaintext.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The texts that become secure strings.
pub(super) fn find(file: File) -> Vec<Secret> {
    let mut found = Vec::new();
    for script in file.scripts("convertto-securestring") {
        for (dialect, statement) in script.statements() {
            let StatementKind::Pipeline(commands) = &statement.kind else { continue };
            for (index, command) in commands.iter().enumerate() {
                let before = index.checked_sub(1).and_then(|before| literal(&commands[before]));
                let Some(word) = plain_text(command, dialect, before) else { continue };
                let Some(word) = literal_of(word, script) else { continue };
                let text = word.text.as_str();
                if secret::value(text) {
                    found.push(Secret {
                        rule: RULE.id,
                        span: inside(file.document, word.span, text),
                        text: text.to_owned(),
                        message: "this secure string is made of a text that the history of the image keeps".into(),
                        help: "take the text from a secret mount (`env=`) or do this when the container starts".into(),
                    });
                }
            }
        }
    }
    found
}

/// The word that becomes a secure string: the argument, or what the pipe brings.
fn plain_text<'a>(command: &'a Command, dialect: Dialect, before: Option<&'a Word>) -> Option<&'a Word> {
    let bound = bind(command, dialect).filter(|bound| bound.cmdlet.name == "ConvertTo-SecureString")?;
    bound.has("AsPlainText").then(|| bound.value("String").or(before)).flatten()
}

/// The word itself when it is a text, or the text that the script gives to a variable.
fn literal_of<'a>(word: &'a Word, script: &Listing<'a>) -> Option<&'a Word> {
    if word.literal().is_some() {
        return Some(word);
    }
    let is_name = word.variables.len() == 1 && word.variables[0].span == word.span;
    let name = word.text.as_str();
    let assigned = |statement: &'a Statement| match &statement.kind {
        StatementKind::Assignment { target, operator, value } if operator == "=" => {
            target.text.eq_ignore_ascii_case(name).then(|| literal_value(value)).flatten()
        }
        _ => None,
    };
    script.statements().filter(|_| is_name).find_map(|(_, statement)| assigned(statement))
}

/// The text that an assignment gives, when it is one.
pub(super) fn literal_value(value: &[Statement]) -> Option<&Word> {
    match value {
        [Statement { kind: StatementKind::Pipeline(commands), .. }] if commands.len() == 1 => literal(&commands[0]),
        _ => None,
    }
}

/// The text of an expression that is nothing else.
fn literal(command: &Command) -> Option<&Word> {
    let is_value = command.expression.as_ref().is_some_and(|it| it.calls.is_empty() && it.statements.is_empty());
    (is_value && command.words.is_empty() && command.name.literal().is_some()).then_some(&command.name)
}
