//! `wlint rules`: the catalogue.

use std::fmt::Write;

use rules::{Fixable, Platform, RULES, Rule};
use serde::Serialize;

use crate::args::{ListFormat, RulesArgs};
use crate::error::Error;
use crate::{output, report};

#[derive(Serialize)]
struct Entry {
    id: &'static str,
    group: &'static str,
    severity: &'static str,
    fix: Option<&'static str>,
    windows_only: bool,
    summary: String,
    url: Option<String>,
}

/// Prints all rules.
///
/// # Errors
/// When they cannot be written.
pub fn run(args: &RulesArgs) -> Result<(), Error> {
    let entries: Vec<Entry> = RULES.iter().map(|rule| entry(rule)).collect();
    let listed = match args.format {
        ListFormat::Text => text(&entries),
        ListFormat::Json => serde_json::to_string_pretty(&entries).expect("structs always serialize") + "\n",
        ListFormat::Markdown => markdown(&entries),
    };
    output::print(listed.as_bytes())
}

fn entry(rule: &Rule) -> Entry {
    let fix = match rule.fix {
        Fixable::No => None,
        Fixable::Safe => Some("safe"),
        Fixable::Suggested => Some("suggested"),
    };
    Entry {
        id: rule.id,
        group: rule.group.name(),
        severity: rule.severity.name(),
        fix,
        windows_only: rule.platform == Platform::Windows,
        summary: summary(rule.page),
        url: report::url(rule.group.name(), rule.id),
    }
}

/// The first paragraph after the title, on one line.
pub fn summary(page: &str) -> String {
    let body = page.lines().skip_while(|line| line.is_empty() || line.starts_with('#'));
    body.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn text(entries: &[Entry]) -> String {
    let width = entries.iter().map(|entry| entry.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    let mut group = "";
    for entry in entries {
        if entry.group != group {
            let gap = if group.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{gap}{}", entry.group);
            group = entry.group;
        }
        let fix = entry.fix.map(|fix| format!("{fix} fix")).unwrap_or_default();
        let line = format!("  {:width$}  {:7}  {fix}", entry.id, entry.severity);
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let fixable = entries.iter().filter(|entry| entry.fix.is_some()).count();
    let _ = writeln!(
        out,
        "\n{}, {fixable} with a fix; `wlint explain RULE` shows one",
        report::count(entries.len(), "rule")
    );
    out.push_str("A finding may be milder than its rule, where less is certain; the rule's page says when.\n");
    out
}

fn markdown(entries: &[Entry]) -> String {
    let mut out = String::from("| Rule | Group | Severity | Fix | What is wrong |\n| --- | --- | --- | --- | --- |\n");
    for Entry { id, group, severity, fix, summary, url, .. } in entries {
        let summary = summary.replace('|', "\\|");
        let name = match url {
            Some(url) => format!("[`{id}`]({url})"),
            None => format!("`{id}`"),
        };
        let _ = writeln!(out, "| {name} | {group} | {severity} | {} | {summary} |", fix.unwrap_or("-"));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_the_first_paragraph() {
        assert_eq!(summary("# a-rule\n\nIt is\nwrong.\n\n## Why\n"), "It is wrong.");
    }

    #[test]
    fn lists_are_aligned_and_escaped() {
        let entry = |id, fix| Entry {
            id,
            group: "path",
            severity: "error",
            fix,
            windows_only: true,
            summary: "a | b".to_owned(),
            url: None,
        };
        let linked = Entry { url: Some("u".to_owned()), ..entry("a", Some("safe")) };
        let entries = [linked, entry("longer", None)];
        assert!(
            text(&entries).starts_with("path\n  a       error    safe fix\n  longer  error\n\n2 rules, 1 with a fix")
        );
        assert!(markdown(&entries).contains("| [`a`](u) | path | error | safe | a \\| b |\n| `longer` | path |"));
    }
}
