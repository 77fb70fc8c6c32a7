//! `USER` with a number, a group or a name that only Linux has.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::accounts;

use super::account;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

/// Names that nobody creates on Windows.
const SURE: [&str; 11] =
    ["bin", "daemon", "nobody", "nogroup", "nonroot", "root", "rootless", "sudo", "sys", "ubuntu", "www-data"];

pub(super) static RULE: Rule = Rule {
    id: "posix-user-on-windows",
    group: Group::User,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::User]),
    also: &[],
    page: include_str!("posix_user_on_windows.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for user in account::named(context) {
        let name = &user.name;
        let (account, group) = name.split_once(':').map_or((name.as_str(), None), |(user, group)| (user, Some(group)));
        let number = account.bytes().all(|byte| byte.is_ascii_digit());
        let sure = number || group.is_some() || SURE.contains(&account.to_ascii_lowercase().as_str());
        if accounts::find(name).is_some() || !accounts::is_posix(name) {
            continue;
        }
        // Other names are accounts where the image or a step has made them.
        let effects = account::effects_before(context, user.stage, user.step);
        if !sure && !account::is_plain(user.stage.facts.as_ref())
            || group.is_none() && account::is_created(&effects, account)
        {
            continue;
        }
        let what = match (number, group) {
            (true, _) => "numbers are no accounts on Windows",
            (false, Some(_)) => "a user with a group is no account on Windows",
            (false, None) => "no Windows image has this account",
        };
        let instead = if matches!(account, "root" | "0") { "ContainerAdministrator" } else { "ContainerUser" };
        let finding = report
            .add(user.word.span, format!("{what}: {name}"), format!("write {instead}, or create the account first"))
            .seen("CreateProcess: the user name or password is incorrect (0x52e)");
        if user.variable {
            finding.at_most(Severity::Warning);
        } else {
            finding.fix(Fix::suggested(format!("take {instead}"), vec![Edit::replace(user.word.span, instead)]));
        }
    }
}
