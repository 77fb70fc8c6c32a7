//! `%NAME%` where PowerShell reads the script.

use std::collections::BTreeSet;

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::env;
use dockerfile::model::{ShellOrigin, program_dialect};
use dockerfile::script::{Command, Dialect, Quote, Word};
use dockerfile::source::Span;
use memchr::memchr_iter;

use super::read::{Read, scripts};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Platform, Report, Rule, needs};

pub(super) static RULE: Rule = Rule {
    id: "percent-var-in-powershell",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: needs::POWERSHELL,
    also: &[],
    page: include_str!("percent_var_in_powershell.md"),
    check,
};

/// Commands whose words other programs expand later: the registry, batch files, settings of IIS.
const LATER: [&str; 14] = [
    "add-content",
    "add-webconfigurationproperty",
    "appcmd",
    "cmd",
    "comspec",
    "echo",
    "new-itemproperty",
    "out-file",
    "reg",
    "set-content",
    "set-itemproperty",
    "set-webconfigurationproperty",
    "setx",
    "write-output",
];

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(|read| !read.through_cmd && may_refer(read.script.text.text())) {
        // Who starts PowerShell from a shell that only the image's name speaks of took it for cmd, and may be right.
        let inherited = context.model().steps[read.step].state.shell.origin == ShellOrigin::Image;
        let starts = || read.part.commands().any(|listed| starts_shell(listed.command));
        if inherited && !read.exec && (read.starter.is_some() || starts()) {
            continue;
        }
        let mut seen = BTreeSet::new();
        for listed in read.part.commands() {
            let command = listed.command;
            if command.nested.is_some() || is_for_later(listed) {
                continue;
            }
            // What stands in a script block is looked at where its own commands are.
            let words = std::iter::once(&command.name).chain(&command.words).filter(|word| !word.raw.starts_with('{'));
            for word in words {
                for span in references(&read, word) {
                    if seen.insert(span) {
                        reference(context, &read, listed, word, span, report);
                    }
                }
            }
        }
    }
}

/// Whether a name may stand behind a percent sign, which is not so in most scripts.
fn may_refer(text: &str) -> bool {
    let text = text.as_bytes();
    memchr_iter(b'%', text).any(|at| text.get(at + 1).is_some_and(|&next| next.is_ascii_alphabetic() || next == b'_'))
}

fn starts_shell(command: &Command) -> bool {
    program_dialect(&command.name.text).is_some_and(Dialect::is_powershell)
}

fn is_for_later(listed: &Listed) -> bool {
    let command = listed.command;
    let started = listed.bound().and_then(|bound| bound.text("FilePath"));
    let is_later = |name: &str| {
        let name = name.rsplit(['\\', '/']).next().unwrap_or_default().to_ascii_lowercase();
        // Windows starts batch files with cmd, which puts the values in.
        LATER.contains(&name.trim_end_matches(".exe")) || name.ends_with(".bat") || name.ends_with(".cmd")
    };
    is_later(&command.name.text) || started.is_some_and(is_later) || !command.redirections.is_empty()
}

/// Where `%NAME%` stands in a word. Two percent signs in a row belong to batch files.
fn references(read: &Read, word: &Word) -> Vec<Span> {
    let text = &read.script.text;
    let Some(range) = text.range_of(word.span) else { return Vec::new() };
    let raw = &text.text()[range.clone()];
    let (mut found, mut from) = (Vec::new(), 0);
    while let Some(start) = raw[from..].find('%').map(|at| from + at) {
        let len = raw[start + 1..].find(|char: char| !char.is_ascii_alphanumeric() && !"_()".contains(char));
        let Some(end) = len.map(|len| start + 1 + len) else { break };
        let is_name = raw[start + 1..end].starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        let doubled = raw[..start].ends_with('%') || raw[end..].starts_with("%%");
        if is_name && raw[end..].starts_with('%') && !doubled {
            found.push(text.span(range.start + start..range.start + end + 1));
            from = end + 1;
        } else {
            from = end.max(start + 1);
        }
    }
    found
}

fn reference(context: &Context, read: &Read, listed: &Listed, word: &Word, span: Span, report: &mut Report) {
    let &Listed { command, cmdlet, .. } = listed;
    let written = context.slice(span);
    let name = written.trim_matches('%');
    let declared = context.model().variable(read.step, name).is_some();
    if !declared && env::find(name).is_none() {
        return;
    }
    let reader = if read.is_old() { "Windows PowerShell" } else { "PowerShell" };
    let finding = report
        .add(span, format!("%{name}% is plain text for PowerShell"), format!("write $env:{name}"))
        .seen(format!("{reader} keeps the text {written} as it stands"));
    // Of a text that is no path of this process, it is less certain who reads it in the end.
    let certain = declared || cmdlet.is_some() || command.name.span == word.span;
    let finding = if certain { finding } else { finding.at_most(Severity::Warning) };
    if let Some(edits) = instead(context, command, word, span, name) {
        finding.fix(Fix::suggested("read the environment variable", edits));
    }
}

/// In single quotes nothing is put in, so the variable stands beside the text.
fn instead(context: &Context, command: &Command, word: &Word, span: Span, name: &str) -> Option<Vec<Edit>> {
    if command.expression.is_some() || word.raw.contains([',', '(']) {
        return None;
    }
    let next = context.source().text()[span.end as usize..].chars().next();
    let plain = if next.is_some_and(|next| next.is_alphanumeric() || matches!(next, '_' | ':' | '?')) {
        format!("${{env:{name}}}")
    } else {
        format!("$env:{name}")
    };
    match word.quote {
        Quote::Single => {
            let (first, last) = (span.start == word.span.start + 1, span.end + 1 == word.span.end);
            let inner = context.slice(word.span);
            let once = inner.matches('%').count() == 2 && inner.starts_with('\'') && inner.ends_with('\'');
            let before = if first {
                Edit::replace(Span::new(word.span.start, span.start), "(")
            } else {
                Edit::insert(word.span.start, "(")
            };
            let open = if first { "" } else { "' + " };
            let close = if last { ")" } else { " + '" };
            let place = Span::new(span.start, if last { word.span.end } else { span.end });
            let mut edits = vec![before, Edit::replace(place, format!("{open}$env:{name}{close}"))];
            if !last {
                edits.push(Edit::insert(word.span.end, ")"));
            }
            once.then_some(edits)
        }
        Quote::Here => None,
        _ => Some(vec![Edit::replace(span, plain)]),
    }
}
