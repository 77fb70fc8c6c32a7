//! A variable that a line of cmd sets and uses: it is read before it is set.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::EffectKind;
use dockerfile::script::{Command, Script, Separator};
use dockerfile::source::Span;

use crate::listing::Part;
use crate::path::env_value;
use crate::ran::{self, Ran};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "cmd-set-then-use-same-line",
    group: Group::Cmd,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Command(&["set"]),
    also: &[],
    page: include_str!("cmd_set_then_use_same_line.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        let mut found: Vec<Span> = Vec::new();
        for part in ran.by_cmd() {
            for (set, name, value) in sets(part) {
                for span in uses(part, set, name) {
                    if found.contains(&span) {
                        continue;
                    }
                    found.push(span);
                    let message = format!("cmd puts in `{}` before `set` has run", context.slice(span));
                    let help = "use ENV, or `cmd /V:ON /C` with `!NAME!`";
                    let finding = report.add(span, message, help).label(set.span, "set here, when the line was read");
                    let finding = finding.seen("cmd replaces all variables of a line when it reads it");
                    let fix = as_env(context, &ran, part.script(), (set, name, value));
                    if let Some(fix) = fix {
                        finding.fix(fix);
                    }
                }
            }
        }
    }
}

/// The commands that set a variable, with its name and value.
fn sets<'a>(part: Part<'a>) -> impl Iterator<Item = (&'a Command, &'a str, Option<&'a str>)> {
    let commands = part.commands().filter(|listed| listed.stem == "set").map(|listed| listed.command);
    commands.filter_map(move |command| {
        part.effects(command).iter().find_map(|(_, effect)| match &effect.kind {
            EffectKind::SetEnv { name, value, .. } if !name.is_empty() => {
                Some((command, name.as_str(), value.as_deref()))
            }
            _ => None,
        })
    })
}

/// Where the line of a `set` uses its variable afterwards. `call` reads its own line again.
fn uses(part: Part, set: &Command, name: &str) -> Vec<Span> {
    let (script, text) = (part.script(), part.lower());
    let Some(range) = script.text.range_of(set.span) else { return Vec::new() };
    let line_end = text[range.end..].find('\n').map_or(text.len(), |end| range.end + end);
    let name = name.to_ascii_lowercase();
    let calls: Vec<Span> = part.commands().filter(|it| it.stem == "call").map(|it| it.command.span).collect();
    let mut found = Vec::new();
    let mut at = range.end;
    while let Some(start) = text[at..line_end].find('%').map(|start| at + start) {
        at = start + 1;
        let Some(rest) = text[at..line_end].strip_prefix(&name) else { continue };
        let length = match rest.bytes().next() {
            Some(b'%') => 1,
            Some(b':') => rest.find('%').map_or(0, |end| end + 1),
            _ => 0,
        };
        if length == 0 {
            continue;
        }
        let span = script.text.span(start..at + name.len() + length);
        at += name.len() + length;
        let is_again = calls.iter().any(|call| call.start <= span.start && span.end <= call.end);
        // `%%NAME%%` comes out as `%NAME%` for another shell.
        if !is_again && !text[..start].ends_with('%') {
            found.push(span);
        }
    }
    found
}

/// `ENV` before the `RUN` instead of a `set` at its beginning, where the value is constant.
fn as_env(context: &Context, ran: &Ran, script: &Script, set: (&Command, &str, Option<&str>)) -> Option<Fix> {
    let (command, name, value) = set;
    let Instruction { heredocs, .. } = ran.outer;
    let first = script.statements.first()?;
    let next = script.statements.get(1)?;
    let plain = ran.outer.keyword == Some(Keyword::Run)
        && !ran.run.exec
        && heredocs.is_empty()
        && std::ptr::eq(script, &ran.run.script)
        && first.span == command.span
        && matches!(first.separator, Separator::And | Separator::Always)
        && command.redirections.is_empty()
        && !name.eq_ignore_ascii_case("path")
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = value.map(str::trim_end).filter(|value| plain && !value.is_empty())?;
    if value.contains(['%', '$', '!', '^', '"', '\n', '\r']) || command.words.iter().any(|word| word.raw.contains('"'))
    {
        return None;
    }
    let line = format!("ENV {name}={}\n", env_value(value, context.model().escape)?);
    let edits = vec![
        Edit::insert(context.source().line_span(ran.outer.lines.0).start, line),
        Edit::delete(Span::new(first.span.start, next.span.start)),
    ];
    Some(Fix::suggested("set it with ENV", edits))
}
