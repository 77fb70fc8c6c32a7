//! Text from the net that PowerShell runs at once.

use dockerfile::diagnostic::Severity;
use dockerfile::effect::EffectKind;
use dockerfile::script::{Command, StatementKind};
use dockerfile::source::Span;

use crate::listing::Listing;
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule, fetch};

pub(super) static RULE: Rule = Rule {
    id: "iex-download",
    group: Group::Download,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Download]),
    also: &[],
    page: include_str!("iex_download.md"),
    check,
};

const HELP: &str = "download to a file, compare its hash, then run the file";

fn check(context: &Context, report: &mut Report) {
    for run in fetch::scripts(context) {
        let texts: Vec<Span> = run
            .effects()
            .iter()
            .filter(|(_, effect)| matches!(effect.kind, EffectKind::Download { dest: None, .. }))
            .map(|(_, effect)| effect.span)
            .collect();
        if texts.is_empty() {
            continue;
        }
        let variables = variables(run.listing, &texts);
        for (dialect, statement) in run.listing.statements() {
            let StatementKind::Pipeline(commands) = &statement.kind else { continue };
            for (index, command) in commands.iter().enumerate() {
                let Some(place) = runs_text(command).filter(|_| dialect.is_powershell()) else { continue };
                let before = commands[0].span.to(command.span);
                let piped = &commands[..=index];
                let by_variable = || piped.iter().flat_map(names).any(|name| variables.contains(&name));
                if let Some(fetched) = texts.iter().find(|text| before.contains(**text)) {
                    let at = if place.contains(*fetched) { Span::new(place.start, fetched.start) } else { place };
                    let at = if at.is_empty() { place } else { first_word(context, at) };
                    report.add(at, "this runs whatever the server sends", HELP).label(*fetched, "comes from here");
                } else if by_variable() {
                    report.add(place, "this runs whatever the server sends", HELP);
                }
            }
        }
    }
}

/// Where a command runs a text as a script: the name of `Invoke-Expression`, or `[scriptblock]::Create(...)`.
pub(crate) fn runs_text(command: &Command) -> Option<Span> {
    let name = command.name.text.to_ascii_lowercase();
    let is_invoke = matches!(name.rsplit('\\').next(), Some("iex" | "invoke-expression"));
    if is_invoke && command.expression.is_none() {
        return Some(command.name.span);
    }
    let calls = command.expression.iter().flat_map(|expression| &expression.calls);
    let mut creates = calls.filter(|call| {
        let target = call.target.to_ascii_lowercase();
        target.ends_with("scriptblock]") && call.member.eq_ignore_ascii_case("create")
            || target.ends_with(".invokecommand") && call.member.eq_ignore_ascii_case("invokescript")
    });
    creates.next().map(|call| call.span)
}

fn first_word(context: &Context, span: Span) -> Span {
    let text = context.slice(span);
    let len = text.find(['(', ' ']).filter(|&len| len > 0).unwrap_or(text.len());
    Span::new(span.start, span.start + len as u32)
}

/// The variables that hold such a text, in lower case.
fn variables(script: &Listing, texts: &[Span]) -> Vec<String> {
    let assigned = script.statements().filter_map(|(_, statement)| {
        let StatementKind::Assignment { target, .. } = &statement.kind else { return None };
        let holds = texts.iter().any(|text| statement.span.contains(*text));
        holds.then(|| target.text.trim_start_matches('$').to_ascii_lowercase())
    });
    assigned.collect()
}

/// The names of the variables in a command.
fn names(command: &Command) -> Vec<String> {
    let words = std::iter::once(&command.name).chain(&command.words);
    words.flat_map(|word| &word.variables).map(|variable| variable.name.to_ascii_lowercase()).collect()
}
