//! Several statements of PowerShell, where an error in one does not stop the next.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::effect::EffectKind;
use dockerfile::script::{Command, Separator, Statement, StatementKind};

use super::preference;
use super::read::{Read, scripts, words};
use crate::listing::Part;
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "error-action-not-stop",
    group: Group::PowerShell,
    severity: Severity::Warning,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("error_action_not_stop.md"),
    check,
};

const NAME: &str = "ErrorActionPreference";

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(Read::is_run) {
        let by_shell = preference::by_shell(context, &read, NAME);
        let risks = |command: &&Command| {
            let value = preference::value_over(&read, NAME, command.span.start, by_shell);
            let stops = value.is_some_and(|value| value.ends_with("stop"));
            let is_verified = || read.part.is_download(command) && verifies(read.part);
            !stops && !is_verified()
        };
        let Some(command) = followed(&read).into_iter().find(risks) else { continue };
        let finding = report.add(
            command.name.span,
            format!("the build goes on when `{}` fails", shown(&command.name.text)),
            "set $ErrorActionPreference = 'Stop'",
        );
        if preference::is_assigned(read.part, NAME) {
            continue;
        }
        if let Some(edits) = preference::set(context, &read, "$ErrorActionPreference = 'Stop';") {
            let title = "stop at the first error";
            let relies = scripts(context).any(|read| relies_on_errors(read.part));
            finding.fix(if relies { Fix::suggested(title, edits) } else { Fix::safe(title, edits) });
        }
    }
}

/// Whether a file that was not fetched ends the script: it has no such hash.
fn verifies(script: Part) -> bool {
    script.verifies() && (script.lower().contains("exit ") || script.lower().contains("throw"))
}

/// A name that is short enough for a message.
fn shown(name: &str) -> &str {
    name.char_indices().nth(32).map_or(name, |(end, _)| &name[..end])
}

/// The commands whose failure is not the script's: something runs after them, and nothing looks at it.
fn followed<'a>(read: &Read<'a>) -> Vec<&'a Command> {
    let mut found = Vec::new();
    collect(read, &read.script.statements, false, &mut found);
    found
}

fn collect<'a>(read: &Read<'a>, statements: &'a [Statement], after: bool, found: &mut Vec<&'a Command>) {
    for (index, statement) in statements.iter().enumerate() {
        let next = statements.get(index + 1);
        let looks = next.is_some_and(looks_at_result) || matches!(statement.separator, Separator::And | Separator::Or);
        let followed = after || next.is_some();
        match &statement.kind {
            StatementKind::Pipeline(commands) => {
                for command in commands {
                    if followed && !looks && may_fail(read, command) {
                        found.push(command);
                    }
                    // `& { ... }` is a block in place.
                    if command.name.raw.starts_with('{') {
                        collect(read, &command.name.statements, after || next.is_some(), found);
                    }
                }
            }
            StatementKind::Block { keyword, bodies, .. } if keyword != "try" && keyword != "function" => {
                for (_, body) in bodies {
                    collect(read, body, followed, found);
                }
            }
            _ => {}
        }
    }
}

/// Whether a statement asks `$?` of the one before.
fn looks_at_result(statement: &Statement) -> bool {
    let StatementKind::Block { heads, .. } = &statement.kind else { return false };
    let asks = |command: &Command| command.name.raw.contains("$?");
    heads.iter().any(|head| matches!(&head.kind, StatementKind::Pipeline(commands) if commands.iter().any(asks)))
}

/// Whether a command changes the image and reports its failure as an error of PowerShell.
fn may_fail(read: &Read, command: &Command) -> bool {
    let Some(listed) = read.part.listed(command).filter(|listed| listed.cmdlet.is_some()) else {
        let calls = command.expression.iter().flat_map(|expression| &expression.calls);
        return calls
            .into_iter()
            .any(|call| ["downloadfile", "extracttodirectory"].contains(&call.member.to_ascii_lowercase().as_str()));
    };
    let changes = |kind: &EffectKind| {
        matches!(
            kind,
            EffectKind::Download { .. }
                | EffectKind::Extract { .. }
                | EffectKind::Copy { .. }
                | EffectKind::Move { .. }
                | EffectKind::MakeDir { .. }
                | EffectKind::ChangeDir { .. }
                | EffectKind::Install { .. }
                | EffectKind::InstallFeature { .. }
                | EffectKind::PackageInstall { .. }
                | EffectKind::SetEnv { .. }
                | EffectKind::Write { .. }
        )
    };
    // Most commands have no parameter of that letter.
    let may_ask = || command.words.iter().any(|word| matches!(word.raw.chars().nth(1), Some('e' | 'E')));
    let is_asked = || may_ask() && listed.bound().is_some_and(|bound| bound.has("ErrorAction"));
    read.part.effects(command).iter().any(|(_, effect)| changes(&effect.kind)) && !is_asked()
}

/// Whether a script takes errors for granted: it throws away what programs say of them, or ends with success.
fn relies_on_errors(script: Part) -> bool {
    let hides = |command: &Command| command.redirections.iter().any(|it| it.operator.starts_with(['2', '*']));
    let mut commands = script.commands().map(|listed| listed.command);
    script.commands().any(|listed| hides(listed.command))
        || words(script).any(|word| word.text.eq_ignore_ascii_case("SilentlyContinue"))
        || commands.any(|command| {
            command.name.text.eq_ignore_ascii_case("exit") && command.words.first().is_some_and(|word| word.text == "0")
        })
}
