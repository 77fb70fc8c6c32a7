//! Chocolatey packages in whatever version is newest.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::effect::program::Argument;

use super::choco;

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "choco-unpinned",
    group: Group::Package,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: choco::NEEDS,
    also: &[],
    page: include_str!("choco_unpinned.md"),
    check,
};

/// Options that take a value as the next word.
const VALUED: &[&str] = &[
    "--allow-downgrade",
    "--cache-location",
    "--execution-timeout",
    "--install-arguments",
    "--package-parameters",
    "--params",
    "--source",
    "--timeout",
    "-c",
    "-ia",
    "-params",
    "-s",
    "-source",
    "--ia",
    "--installargs",
    "--parameters",
    "--user",
    "--password",
    "-u",
    "-p",
    "--package-parameters-sensitive",
    "--log-file",
    "--override-arguments-with",
    "-o-with",
];

fn check(context: &Context, report: &mut Report) {
    for program in context.programs().iter().filter(|it| it.keyword == Some(Keyword::Run)) {
        let Some(call) = choco::read(program, &["install", "upgrade"]) else { continue };
        let is_version = |it: &Argument| {
            let name = it.text.trim_start_matches(['-', '/']).to_ascii_lowercase();
            it.text.starts_with(['-', '/']) && (name == "version" || name.starts_with("version="))
        };
        let other = |it: &Argument| matches!(it.text.as_str(), "--noop" | "--help" | "-?");
        if program.arguments.iter().any(|it| is_version(it) || other(it)) {
            continue;
        }
        let packages = packages(&program.arguments, call.verb);
        let (Some(first), Some(last)) = (packages.first(), packages.last()) else { continue };
        let names: Vec<&str> = packages.iter().map(|it| it.text.as_str()).collect();
        let what = if let [name] = names.as_slice() { *name } else { "each package" };
        let help = if names.len() > 1 { "install one by one, each with --version" } else { "add --version" };
        let touch = context.slice(first.span.to(last.span)).split_whitespace().count() == names.len();
        let span = if touch { first.span.to(last.span) } else { first.span };
        report.add(span, format!("the newest version of {what} is installed, whichever that is"), help);
    }
}

/// The packages: no options, no lists in files, no files.
fn packages(arguments: &[Argument], verb: dockerfile::source::Span) -> Vec<&Argument> {
    let mut found = Vec::new();
    let mut arguments = arguments.iter().filter(|it| it.span != verb);
    while let Some(argument) = arguments.next() {
        let lower = argument.text.to_ascii_lowercase();
        if lower.starts_with('-') {
            if VALUED.contains(&lower.as_str()) {
                arguments.next();
            }
        } else if !lower.ends_with(".config")
            && !lower.ends_with(".nupkg")
            && !lower.contains(['$', '%', '@', '('])
            && lower != "all"
        {
            found.push(argument);
        }
    }
    found
}
