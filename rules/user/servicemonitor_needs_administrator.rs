//! ServiceMonitor, which needs an administrator, as an ordinary user.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::accounts;
use dockerfile::model::Base;

use super::account;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "servicemonitor-needs-administrator",
    group: Group::User,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::User]),
    also: &[],
    page: include_str!("servicemonitor_needs_administrator.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let stages = &context.model().stages;
    let mut is_built_on = vec![false; stages.len()];
    for stage in stages {
        if let Base::Stage(parent) = stage.base {
            is_built_on[parent] = true;
        }
    }
    // What a later stage builds on does not run itself.
    for stage in stages.iter().filter(|stage| !is_built_on[stage.index]) {
        let Some(user) = stage.state.user.as_ref().filter(|user| user.certain) else { continue };
        let Some(account) = accounts::find(&user.value).filter(|account| !account.is_administrator()) else { continue };
        if account == accounts::Account::Virtual || !account::starts_service_monitor(context, stage) {
            continue;
        }
        report
            .add(
                user.span,
                format!("this image starts ServiceMonitor, which cannot run as {}", user.value.trim()),
                "leave the image's administrator; the application pool's own account is no administrator",
            )
            .seen("the container ends with: ERROR ( 5 ) : Access is denied");
    }
}
