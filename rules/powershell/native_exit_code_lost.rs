//! A program in the middle of a script of PowerShell, whose exit code nothing looks at.

use std::collections::HashSet;
use std::ptr::from_ref;

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::EffectKind;
use dockerfile::model::{ShellOrigin, Started};
use dockerfile::script::{Command, Dialect, Separator, Statement, StatementKind};

use super::preference;
use super::read::{Read, scripts};
use crate::installer::runs_on;
use crate::letters::ends;
use crate::listing::{Listed, Part};
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "native-exit-code-lost",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("native_exit_code_lost.md"),
    check,
};

/// Programs that are called without an extension.
const PROGRAMS: [&str; 32] = [
    "bcdedit", "bundle", "cargo", "certutil", "choco", "cmake", "conda", "dism", "dotnet", "gem", "git", "go",
    "gradle", "icacls", "msbuild", "mvn", "net", "netsh", "ninja", "npm", "nuget", "pip", "pip3", "pnpm", "python",
    "reg", "regsvr32", "setx", "tar", "vcpkg", "winget", "yarn",
];

/// Programs whose exit code says something else, or nothing.
const OTHER_CODES: [&str; 7] = ["robocopy", "taskkill", "where", "msiexec", "ngen", "ping", "timeout"];

/// Programs that fetch and unpack, without `.exe`.
const FETCHERS: [&str; 6] = ["7z", "7za", "curl", "expand", "git", "tar"];

/// Words of calls whose failure does no harm.
#[rustfmt::skip]
const HARMLESS: [&str; 12] = [
    "--clear", "--help", "--info", "--version", "-version", "/?", "clean", "clear", "purge", "stop", "unload", "version",
];

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(Read::is_run) {
        let natives = read.part.commands().filter(|listed| is_native(read.part, listed));
        let natives: HashSet<*const Command> = natives.map(|listed| from_ref(listed.command)).collect();
        if natives.is_empty() {
            continue;
        }
        let mut lost = Vec::new();
        walk(Script::of(read.part, &natives), &read.script.statements, After::Nothing, &mut lost);
        for (statement, command) in lost {
            let preference = "PSNativeCommandUseErrorActionPreference";
            let stops = preference::value(context, &read, preference, statement.span.start);
            if stops.is_some_and(|value| value == "$true" && read.script.dialect == Dialect::PowerShell) {
                continue;
            }
            // Who starts PowerShell where only the image's name says that it is the shell took the shell for cmd, and
            // may be right: then the statements are all PowerShell's.
            let inherited =
                read.starter.is_none() && context.model().steps[read.step].state.shell.origin == ShellOrigin::Image;
            if inherited && command.nested.as_ref().is_some_and(|nested| nested.dialect.is_powershell()) {
                continue;
            }
            // What was not fetched has no such hash.
            if read.part.is_download(command) && read.part.verifies() {
                continue;
            }
            // What PowerShell does not wait for has no exit code to ask for, and a rule of its own.
            let is_this = |program: &&Started| program.name_span == command.name.span;
            if context.programs().iter().find(is_this).is_some_and(|program| runs_on(program).is_some()) {
                continue;
            }
            let name = command.name.text.rsplit(['\\', '/']).next().unwrap_or_default();
            let finding = report.add(
                command.name.span,
                format!("the exit code of {name} is lost: more statements follow"),
                "after it write: if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }",
            );
            // Where more is done with what the program made, its failure will likely show; and what was not fetched
            // or unpacked is missed by the first step that wants it.
            let stem = name.split('.').next().unwrap_or_default().to_ascii_lowercase();
            let shows = FETCHERS.contains(&stem.as_str()) || !hides(read.part, statement);
            let finding = if shows { finding.at_most(Severity::Warning) } else { finding };
            if let Some(edit) = asked(context, statement) {
                finding.fix(Fix::suggested("look at the exit code", vec![edit]));
            }
        }
    }
}

/// A script, its programs, and which of the texts that ask for an exit code it has at all: most have none.
#[derive(Clone, Copy)]
struct Script<'a> {
    part: Part<'a>,
    natives: &'a HashSet<*const Command>,
    asks: [bool; ASKS.len()],
}

const ASKS: [&str; 3] = ["$lastexitcode", "$?", "exit 0"];

impl<'a> Script<'a> {
    fn of(part: Part<'a>, natives: &'a HashSet<*const Command>) -> Self {
        Script { part, natives, asks: ASKS.map(|text| part.lower().contains(text)) }
    }

    fn is_native(self, command: &Command) -> bool {
        self.natives.contains(&from_ref(command))
    }

    /// The program of a statement, by which it ends with an exit code.
    fn native(self, statement: &Statement) -> Option<&Command> {
        match &statement.kind {
            StatementKind::Pipeline(commands) => commands.iter().find(|command| self.is_native(command)),
            _ => None,
        }
    }

    /// Whether a statement has one of [`ASKS`].
    fn mentions(self, statement: &Statement, text: &str) -> bool {
        let is_there = ASKS.iter().zip(self.asks).any(|(ask, is_there)| *ask == text && is_there);
        let range = || self.part.script().text.range_of(statement.span);
        is_there && range().is_some_and(|range| self.part.lower()[range].contains(text))
    }
}

/// What comes after a statement.
#[derive(Clone, Copy, PartialEq)]
enum After {
    Nothing,
    /// Something asks for the exit code.
    Asked,
    /// Something else runs.
    More,
}

fn walk<'a>(script: Script, statements: &'a [Statement], outer: After, lost: &mut Vec<(&'a Statement, &'a Command)>) {
    for (statement, after) in statements.iter().zip(followed(script, statements, outer)) {
        match &statement.kind {
            StatementKind::Pipeline(commands) => {
                if let Some(command) = script.native(statement)
                    && after == After::More
                    && !script.mentions(statement, "$lastexitcode")
                {
                    lost.push((statement, command));
                }
                for command in commands.iter().filter(|command| command.name.raw.starts_with('{')) {
                    walk(script, &command.name.statements, after, lost);
                }
            }
            StatementKind::Block { keyword, bodies, .. } => {
                let inside = match keyword.as_str() {
                    "function" | "filter" | "workflow" => continue,
                    "for" | "foreach" | "while" | "do" if after == After::Nothing => After::More,
                    _ => after,
                };
                bodies.iter().for_each(|(_, body)| walk(script, body, inside, lost));
            }
            StatementKind::Assignment { .. } => {}
        }
    }
}

/// For each statement, what those after it do with its exit code, up to the next program. Read from the end, so that a
/// script of thousands of statements is read once.
fn followed(script: Script, statements: &[Statement], outer: After) -> Vec<After> {
    let mut found = Vec::with_capacity(statements.len());
    // What the statements from the next one on do, and what the last one meets.
    let (mut from_next, mut after_last) = (if outer == After::Asked { outer } else { After::More }, Some(outer));
    for (index, statement) in statements.iter().enumerate().rev() {
        // After `throw` the script has failed anyway.
        let asks_next = || {
            let next = statements.get(index + 1);
            next.is_some_and(|next| script.mentions(next, "$?") || stops(script.part, next))
        };
        found.push(match statement.separator {
            Separator::And | Separator::Or => After::Asked,
            _ => match after_last {
                Some(outer) => outer,
                None if from_next != After::Asked && asks_next() => After::Asked,
                None => from_next,
            },
        });
        after_last = None;
        // `exit 0` says that the author wants it so.
        if script.mentions(statement, "$lastexitcode") || script.mentions(statement, "exit 0") {
            from_next = After::Asked;
        } else if script.native(statement).is_some() {
            from_next = After::More;
        }
    }
    found.reverse();
    found
}

/// Whether a statement ends the script.
fn stops(script: Part, statement: &Statement) -> bool {
    let script = script.script();
    let range = script.text.range_of(statement.span);
    let first = range.and_then(|range| script.text.text()[range].split([' ', '(']).next());
    first.is_some_and(|word| word.eq_ignore_ascii_case("throw") || word.eq_ignore_ascii_case("exit"))
}

/// Whether all that follows a statement is order and talk, which hardly fails when the program has.
fn hides(script: Part, statement: &Statement) -> bool {
    let is_order = |kind: &EffectKind| matches!(kind, EffectKind::Remove { .. } | EffectKind::Print);
    let all = &script.script().statements;
    let mut rest = all[all.partition_point(|next| next.span.start <= statement.span.end)..].iter();
    rest.all(|next| {
        let effects = script.effects_of(next);
        !effects.is_empty() && effects.iter().all(|(_, effect)| is_order(&effect.kind))
    })
}

/// Whether a command is a program whose exit code counts. Installers are another matter: many of them only start.
fn is_native(script: Part, listed: &Listed) -> bool {
    let &Listed { command, ref stem, .. } = listed;
    let Some(name) = command.name.literal().filter(|_| command.expression.is_none()) else { return false };
    let is_program = command.nested.is_some()
        || PROGRAMS.contains(&stem.as_str())
        || [".exe", ".com", ".bat", ".cmd"].iter().any(|extension| ends(name, extension));
    if !is_program {
        return false;
    }
    let is_harmless = |text: &str| HARMLESS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if OTHER_CODES.contains(&stem.as_str()) || command.words.iter().any(|word| is_harmless(&word.text)) {
        return false;
    }
    !script.effects(command).iter().any(|(_, effect)| matches!(effect.kind, EffectKind::Install { .. }))
}

/// Asks for the exit code behind the statement. A quote that opens in it and closes elsewhere is gone when PowerShell reads the
/// script, and what its author takes for one string is more statements: nothing is put into it.
fn asked(context: &Context, statement: &Statement) -> Option<Edit> {
    if statement.separator == Separator::Always && context.slice(statement.span).matches('"').count() % 2 == 1 {
        return None;
    }
    let text = "if ($LASTEXITCODE -ne 0) { exit $LASTEXITCODE }";
    match statement.separator {
        Separator::Always if context.slice(statement.separator_span) == ";" => {
            Some(Edit::insert(statement.separator_span.end, format!(" {text};")))
        }
        Separator::End => Some(Edit::insert(context.behind(statement.span), format!("; {text}"))),
        _ => None,
    }
}
