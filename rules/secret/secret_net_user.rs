//! An account that gets its password in the Dockerfile.

use dockerfile::diagnostic::Severity;
use dockerfile::document::Document;
use dockerfile::effect::{EffectContext, EffectKind, classify};
use dockerfile::facts::secret;
use dockerfile::script::Command;

use super::arguments::program;
use super::{Secret, place, scripts};
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-net-user",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("secret_net_user.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The passwords of accounts that commands create or change.
pub(super) fn find(document: &Document) -> Vec<Secret> {
    let mut found = Vec::new();
    let commands = scripts(document, &["user", "setpassword"]).flat_map(|script| script.commands());
    for (dialect, command) in commands.filter(|(_, command)| may_set_password(command)) {
        for effect in classify(command, dialect, &EffectContext::default()) {
            let (name, password) = match effect.kind {
                EffectKind::CreateUser { name, password } | EffectKind::SetPassword { name, password } => {
                    (name, password)
                }
                _ => continue,
            };
            let Some(password) = password.filter(|password| secret::value(password.expose())) else { continue };
            let of = if name.is_empty() { "an account".to_owned() } else { format!("`{name}`") };
            found.push(Secret {
                rule: RULE.id,
                span: place(document, command, password.expose()),
                text: password.expose().to_owned(),
                message: format!("the password of {of} stays in the history of the image"),
                help: "use `USER ContainerUser` or a gMSA, or take the password from a secret mount or at run time"
                    .into(),
            });
        }
    }
    found
}

/// Whether a command is of those that know passwords, or starts another, which is cheap to tell.
fn may_set_password(command: &Command) -> bool {
    let name = program(&command.name.text);
    command.expression.is_some()
        || matches!(
            name.as_str(),
            "net" | "net1" | "new-localuser" | "saps" | "set-localuser" | "start" | "start-process"
        )
}
