//! Parts of documents that are generated: the table of hadolint's rules, and the keys of the configuration.

use std::collections::BTreeMap;
use std::fmt::Write;

use rules::{Group, RULES, Rule};

use crate::golden::{folder, stem, summary};

/// The rules that find what a rule of hadolint finds, for `docs/migrating-from-hadolint.md`.
pub fn hadolint() -> String {
    let mut rows: BTreeMap<&str, Vec<&Rule>> = BTreeMap::new();
    for rule in RULES.iter() {
        let theirs = rule.also.iter().filter(|name| name.starts_with("DL") || name.starts_with("SC"));
        theirs.for_each(|name| rows.entry(name).or_default().push(rule));
    }
    let mut out = String::from("\n| hadolint | wlint | what is wrong |\n|---|---|---|\n");
    for (name, rules) in rows {
        for rule in rules {
            let (id, path) = (rule.id, format!("../rules/{}/{}.md", folder(rule.group), stem(rule.id)));
            let summary = summary(rule.page).replace('|', "\\|");
            let _ = writeln!(out, "| {name} | [{id}]({path}) | {summary} |");
        }
    }
    out
}

/// The groups of rules, for the README.
pub fn groups() -> String {
    let rows: String = Group::ALL.iter().map(|group| format!("| `{}` | {} |\n", group.name(), group.about())).collect();
    format!("\n| group | what it is about |\n|---|---|\n{rows}")
}

/// The keys of `wlint.toml`, for `docs/configuration.md`.
pub fn keys() -> String {
    let mut out = String::new();
    for key in wlint::keys::KEYS {
        let name = if key.table.is_empty() { key.name.to_owned() } else { format!("{}.{}", key.table, key.name) };
        let example = match key.kind.is_table() {
            true => format!("[{name}]\n{}", key.example),
            false if key.table.is_empty() => format!("{} = {}", key.name, key.example),
            false => format!("[{}]\n{} = {}", key.table, key.name, key.example),
        };
        let _ = write!(out, "\n### {name}\n\n{}\n\n```toml\n{example}\n```\n", key.about);
    }
    out
}

/// The defects that `wbuild verify` names, for `docs/verify.md`.
pub fn defects() -> String {
    let mut out = String::from("\n| code | name | severity | what the importer makes of it |\n|---|---|---|---|\n");
    for code in wbuild::layer::defect::CODES {
        let severity = format!("{:?}", code.severity).to_lowercase();
        let explanation = code.explanation.replace('|', "\\|");
        let _ = writeln!(out, "| {} | {} | {severity} | {explanation} |", code.id, code.name);
    }
    out
}
