//! An image that runs as an administrator.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::accounts::{self, Account};
use dockerfile::facts::base_image::{Family, User};
use dockerfile::model::{Base, Stage, program_dialect};

use super::account;
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "final-user-administrator",
    group: Group::User,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("final_user_administrator.md"),
    check,
};

const HELP: &str = "end with `USER ContainerUser`, unless what runs here needs an administrator";

fn check(context: &Context, report: &mut Report) {
    let Some(stage) = context.model().final_stage() else { return };
    if account::starts_service_monitor(context, stage) {
        return;
    }
    match &stage.state.user {
        Some(user) => {
            let is_administrator = accounts::find(&user.value).is_some_and(Account::is_administrator);
            if is_administrator && user.certain && needs_none(stage) {
                let finding = report.add(user.span, format!("the image runs as {}", user.value.trim()), HELP);
                let finding = match switch(context, stage) {
                    Some(fix) => finding.fix(fix),
                    None => finding,
                };
                // An image that starts nothing itself is likely for building or testing.
                if !stage.steps.clone().any(|step| starts_program(context, step)) {
                    finding.at_most(Severity::Info);
                }
            }
        }
        None if runs_by_default(context, stage) => {
            let from = &context.instructions()[stage.from];
            report
                .add(from.keyword_span, "the image runs as ContainerAdministrator, the default of its base", HELP)
                .at_most(Severity::Info);
        }
        None => {}
    }
}

/// Whether the image is none of those whose containers are administrators by design.
fn needs_none(stage: &Stage) -> bool {
    !stage.facts.as_ref().is_some_and(|facts| facts.family == Family::HostProcess)
}

fn root<'a>(context: &Context<'a>, stage: &'a Stage) -> &'a Stage {
    account::lineage(context, stage).last().unwrap_or(stage)
}

/// Whether containers start a program of this stage's as the administrator of a base image that is for running.
fn runs_by_default(context: &Context, stage: &Stage) -> bool {
    let by_image = stage.facts.as_ref().is_some_and(|facts| {
        // In 2016 it was the only account.
        let has_other = facts.build.is_none_or(|build| build.number > 14393);
        let is_service = facts.entrypoint.is_some() || facts.family == Family::ServerCoreIis;
        let is_for_running = !facts.sdk && !is_service;
        facts.default_user == User::ContainerAdministrator
            && is_for_running
            && has_other
            && account::is_plain(Some(facts))
    });
    by_image
        && root(context, stage).base == Base::Image
        && stage.steps.clone().any(|step| starts_program(context, step))
}

/// Whether a `CMD` or `ENTRYPOINT` starts more than a shell to type into, as images for building do.
fn starts_program(context: &Context, step: usize) -> bool {
    let starts = matches!(context.instructions()[step].keyword, Some(Keyword::Cmd | Keyword::Entrypoint));
    let Some(script) = context.script(step).filter(|_| starts) else { return false };
    script.commands.iter().any(|Listed { command, .. }| {
        let is_shell = program_dialect(&command.name.text).is_some();
        let runs = command.words.iter().any(|word| !word.text.starts_with(['-', '/']));
        command.nested.is_none() && (!is_shell || runs)
    })
}

/// The switch to the ordinary user after the last `RUN`, so that the build itself stays as it is.
fn switch(context: &Context, stage: &Stage) -> Option<Fix> {
    let instructions = context.instructions();
    let user = stage.state.user.as_ref()?.step;
    let last_run = stage.steps.clone().rev().find(|&step| instructions[step].keyword == Some(Keyword::Run));
    let after = last_run.unwrap_or(user).max(user).max(stage.from);
    let end = context.source().line_span(instructions[after].lines.1).end;
    let line = "\nUSER ContainerUser";
    Some(Fix::suggested("switch to ContainerUser at the end", vec![Edit::insert(end, line)]))
}
