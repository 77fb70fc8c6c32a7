//! `USER` with an account that no step has created.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::facts::accounts;

use super::account::{self, Named};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "user-not-created",
    group: Group::User,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::User]),
    also: &[],
    page: include_str!("user_not_created.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for user in account::named(context) {
        let is_other = accounts::find(&user.name).is_some() || accounts::is_posix(&user.name);
        // The account of a domain or of another image is not to be seen here.
        if is_other || user.name.contains('\\') || !account::is_plain(user.stage.facts.as_ref()) {
            continue;
        }
        let effects = account::effects_before(context, user.stage, user.step);
        if account::is_created(&effects, &user.name)
            || is_mentioned(context, &user)
            || effects.iter().any(|effect| may_create(effect))
        {
            continue;
        }
        let finding = report
            .add(
                user.word.span,
                format!("no step before this has created the account {}", user.name),
                "create it with `RUN net user NAME /add`, or take ContainerUser",
            )
            .seen("CreateProcess: the user name or password is incorrect (0x52e)");
        if user.variable || effects.iter().any(|effect| matches!(effect.kind, EffectKind::Unknown)) {
            finding.at_most(Severity::Warning);
        }
    }
}

/// Whether it may create accounts for all that can be told.
fn may_create(effect: &Effect) -> bool {
    use EffectKind::*;
    matches!(
        effect.kind,
        RunScript { .. } | Install { .. } | PackageInstall { .. } | InstallFeature { .. } | DomainJoin
    )
}

/// Whether a command before it has the name, whatever it does with it.
fn is_mentioned(context: &Context, user: &Named) -> bool {
    let name = user.name.to_lowercase();
    let steps = account::lineage(context, user.stage).flat_map(|stage| stage.steps.clone());
    let scripts = steps.filter(|&step| step < user.step).filter_map(|step| context.model().steps[step].script.as_ref());
    scripts.into_iter().any(|run| run.script.text.text().to_lowercase().contains(&name))
}
