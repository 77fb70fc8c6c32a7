//! Connection strings with a password or a key.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::splice::Spliced;

use super::secret_in_env_arg::{pairs, value};
use super::{File, Secret, text};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-connection-string",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("secret_connection_string.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The secrets in the connection strings of variables, labels and commands.
pub(super) fn find(file: File) -> Vec<Secret> {
    let (document, mut found) = (file.document, Vec::new());
    for (keyword, pair, _) in pairs(document) {
        if !pair.value.as_ref().is_some_and(|value| text::may_connect(value.as_str())) {
            continue;
        }
        let Some(value) = value(document, pair) else { continue };
        let place = match keyword {
            Keyword::Arg => "the history",
            _ => "the image",
        };
        let message = format!("the connection string of `{}` keeps its secret in {place}", pair.name.as_str());
        add(&value, true, &message, &mut found);
    }
    let message = "this connection string keeps its secret in the history of the image";
    for (instruction, listing) in document.reading().instructions.iter().zip(file.listings) {
        let Some(form) = form(instruction.innermost()) else { continue };
        if listing.as_ref().is_some_and(|listing| !file.is_suspect(listing)) {
            continue;
        }
        match form {
            Form::Exec(words) => words.iter().for_each(|word| add(&word.text, false, message, &mut found)),
            Form::Shell(text) => {
                let text = listing.as_ref().map_or(text, |listing| &listing.run.script.text);
                add(text, false, message, &mut found);
            }
        }
    }
    found
}

/// What an instruction starts.
pub(super) fn form(instruction: &Instruction) -> Option<&Form> {
    match &instruction.kind {
        Kind::Command(line) | Kind::Healthcheck { command: Some(line), .. } => Some(&line.form),
        _ => None,
    }
}

fn add(spliced: &Spliced, whole: bool, message: &str, found: &mut Vec<Secret>) {
    let text = spliced.text();
    if !text::may_connect(text) {
        return;
    }
    for range in text::connection_secrets(text, whole) {
        found.push(Secret {
            rule: RULE.id,
            span: spliced.span(range.clone()),
            text: text[range].to_owned(),
            message: message.to_owned(),
            help: "leave the secret out and give it when the container starts, or use integrated security (gMSA)"
                .into(),
        });
    }
}
