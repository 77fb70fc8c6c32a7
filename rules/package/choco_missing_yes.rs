//! Chocolatey that asks before it runs a script.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::model::Started;

use super::choco;

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "choco-missing-yes",
    group: Group::Package,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: choco::NEEDS,
    also: &[],
    page: include_str!("choco_missing_yes.md"),
    check,
};

/// Options after which nothing is asked.
const ANSWERS: [&str; 9] = ["y", "yes", "confirm", "noop", "whatif", "what-if", "?", "help", "h"];

fn check(context: &Context, report: &mut Report) {
    for program in context.programs().iter().filter(|it| it.keyword == Some(Keyword::Run)) {
        let Some(call) = choco::read(program, &["install", "upgrade", "uninstall", "update"]) else { continue };
        // What is piped into it may be the answer.
        if !program.visible || program.fed || is_confirmed(program) || choco::is_confirmed_for_all(context, program) {
            continue;
        }
        let finding = report
            .add(call.verb, "without -y, a question before the package's script waits for an answer", "add -y")
            .seen("Timeout or your choice of '' is not a valid selection.");
        // Behind a bare word `-y` would be a parameter of Start-Process.
        let is_bare = program.list == Some(call.verb);
        if !program.exec && !is_bare && context.slice(call.verb).to_ascii_lowercase().ends_with(call.word) {
            finding.fix(Fix::safe("add -y", vec![Edit::insert(call.verb.end, " -y")]));
        }
    }
}

fn is_confirmed(program: &Started) -> bool {
    program.arguments.iter().any(|argument| {
        let lower = argument.text.to_ascii_lowercase();
        // Chocolatey takes `-`, `--` and `/` before every option.
        let name = ["--", "-", "/"].iter().find_map(|dash| lower.strip_prefix(dash));
        let letters =
            lower.strip_prefix('-').filter(|it| it.len() < 5 && it.chars().all(|it| it.is_ascii_alphabetic()));
        name.is_some_and(|name| ANSWERS.contains(&name)) || letters.is_some_and(|letters| letters.contains('y'))
    })
}
