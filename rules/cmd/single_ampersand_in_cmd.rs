//! `&` between two commands of a `RUN`: the first one's failure is lost.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::EffectKind;
use dockerfile::script::Dialect;
use dockerfile::script::{Command, Separator, Statement, StatementKind};

use crate::ran::{self, Ran, stem};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "single-ampersand-in-cmd",
    group: Group::Cmd,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Script(&[Dialect::Cmd]),
    also: &[],
    page: include_str!("single_ampersand_in_cmd.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context).filter(ran::Ran::is_run) {
        let mut found = Vec::new();
        for part in ran.by_cmd() {
            lists(&part.script().statements, &mut found);
        }
        for (first, second) in found {
            if context.slice(first.separator_span) != "&" || is_meant(&ran, first, second) {
                continue;
            }
            let message = "`&` goes on after a failure, and the RUN ends as its last command does";
            let edit = Edit::replace(first.separator_span, "&&");
            report
                .add(first.separator_span, message, "write `&&`, or look at the exit code")
                .fix(Fix::suggested("write &&", vec![edit]));
        }
    }
}

/// Statements with `&` between them, unless the first one runs only after a failure.
fn lists<'a>(statements: &'a [Statement], found: &mut Vec<(&'a Statement, &'a Statement)>) {
    for (index, statement) in statements.iter().enumerate() {
        let after_failure = index > 0 && statements[index - 1].separator == Separator::Or;
        if let (Separator::Always, Some(next), false) = (statement.separator, statements.get(index + 1), after_failure)
        {
            found.push((statement, next));
        }
        if let StatementKind::Block { bodies, .. } = &statement.kind {
            bodies.iter().for_each(|(_, body)| lists(body, found));
        }
    }
}

/// Whether the author wants to go on: the first command cannot fail or its errors are hidden, or the second one looks
/// at the exit code.
fn is_meant(ran: &Ran, first: &Statement, second: &Statement) -> bool {
    let StatementKind::Pipeline(commands) = &first.kind else { return true };
    let harmless =
        |kind: &EffectKind| matches!(kind, EffectKind::Print | EffectKind::SetEnv { .. } | EffectKind::Sleep);
    let effects = ran.run.classified().of_statement(first);
    let cannot_fail = effects.iter().all(|(_, effect)| harmless(&effect.kind));
    let hidden = commands.iter().any(|command| command.redirections.iter().any(|it| it.operator.starts_with("2>")));
    cannot_fail || hidden || commands.iter().any(ignores_failure) || looks_at_code(second)
}

/// Commands that end what may not run, and the one whose exit codes mean success.
fn ignores_failure(command: &Command) -> bool {
    let name = stem(&command.name.text);
    let stops = |verbs: &[&str]| {
        command.words.first().is_some_and(|word| verbs.iter().any(|verb| word.text.eq_ignore_ascii_case(verb)))
    };
    let is_harmless =
        ["robocopy", "ngen", "taskkill", "tskill", "setlocal", "endlocal", "verify", "popd", "start", "prompt"];
    let waits = name == "start" && command.words.iter().any(|word| is_wait(&word.text));
    is_harmless.contains(&name.as_str()) && !waits
        || matches!(name.as_str(), "net" | "sc") && stops(&["stop", "delete"])
        // What only PowerShell can read is another mistake.
        || name.starts_with(['$', '\'', '{'])
}

/// `start /w`, which ends with the exit code of the program.
fn is_wait(word: &str) -> bool {
    ["/w", "/wait"].iter().any(|wait| word.eq_ignore_ascii_case(wait))
}

fn looks_at_code(second: &Statement) -> bool {
    match &second.kind {
        StatementKind::Block { keyword, .. } => keyword == "if",
        StatementKind::Pipeline(commands) => commands.first().is_some_and(|command| {
            let name = stem(&command.name.text);
            let has_code = command.words.iter().any(|word| word.text.to_ascii_lowercase().contains("errorlevel"));
            // `vcvars64.bat & set` is there to show what the script has set.
            matches!(name.as_str(), "exit" | "ver" | "verify")
                || name == "set" && command.words.is_empty()
                || has_code
                || command.name.raw.starts_with(['\'', '{', '$', '('])
        }),
        StatementKind::Assignment { .. } => false,
    }
}
