//! An account that gets its password in the Dockerfile.

use dockerfile::diagnostic::Severity;
use dockerfile::effect::{EffectKind, Hidden};
use dockerfile::facts::secret;
use dockerfile::script::Command;

use super::{File, Secret, place};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-net-user",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("secret_net_user.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    super::report(RULE.id, context, report);
}

/// The passwords of accounts that commands create or change.
pub(super) fn find(file: File) -> Vec<Secret> {
    let mut found = Vec::new();
    // Most scripts have no such command, which is cheaper to tell than what words they have.
    let scripts = file.listings.iter().flatten().filter(|script| script.commands.iter().any(may_set_password));
    let worded = scripts.filter(|script| ["user", "setpassword"].iter().any(|word| script.lower().contains(word)));
    for script in worded {
        for command in script.commands.iter().filter(|listed| may_set_password(listed)).map(|listed| listed.command) {
            for (_, effect) in script.effects(command) {
                found.extend(password(file, command, &effect.kind));
            }
        }
    }
    found
}

/// The password that an effect gives to an account.
fn password(file: File, command: &Command, kind: &EffectKind) -> Option<Secret> {
    let (EffectKind::CreateUser { name, password } | EffectKind::SetPassword { name, password }) = kind else {
        return None;
    };
    let password = password.as_ref().map(Hidden::expose).filter(|password| secret::value(password))?;
    let of = if name.is_empty() { "an account".to_owned() } else { format!("`{name}`") };
    Some(Secret {
        rule: RULE.id,
        span: place(file.document, command, password),
        text: password.to_owned(),
        message: format!("the password of {of} stays in the history of the image"),
        help: "use `USER ContainerUser` or a gMSA, or take the password from a secret mount or at run time".into(),
    })
}

/// Whether a command is of those that know passwords, or starts another, which is cheap to tell.
fn may_set_password(listed: &Listed) -> bool {
    listed.command.expression.is_some()
        || matches!(
            listed.stem.as_str(),
            "net" | "net1" | "new-localuser" | "saps" | "set-localuser" | "start" | "start-process"
        )
}
