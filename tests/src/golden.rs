//! Golden files: generated, kept in the repository, compared by the tests and rewritten by `cargo bless`.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use rules::{Fixable, Group, Platform, RULES, Rule};

/// Compares a file with what it should be, or rewrites it.
///
/// # Errors
/// The difference.
pub fn compare(path: &Path, expected: &str) -> Result<(), String> {
    let actual = std::fs::read_to_string(path).unwrap_or_default();
    if actual == expected {
        return Ok(());
    }
    if crate::is_updating() {
        return std::fs::write(path, expected).map_err(|error| format!("{}: {error}", path.display()));
    }
    Err(format!("{} is not up to date; run `cargo bless`\n{}", path.display(), crate::diff(&actual, expected)))
}

/// `text` with what stands between `<!-- name -->` and `<!-- /name -->` replaced, wherever it does.
pub fn fill(text: &str, name: &str, value: &str) -> String {
    let (open, close) = (format!("<!-- {name} -->"), format!("<!-- /{name} -->"));
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(&open) {
        let Some((_, behind)) = after.split_once(&close) else { break };
        out.extend([before, &open, value, &close]);
        rest = behind;
    }
    out + rest
}

/// The folder of a group.
pub fn folder(group: Group) -> String {
    group.name().replace('-', "_")
}

/// The file name of a rule, without extension.
pub fn stem(rule: &str) -> String {
    rule.replace('-', "_")
}

/// The first paragraph of a page, on one line.
pub fn summary(page: &str) -> String {
    page.split("\n\n").nth(1).unwrap_or_default().replace('\n', " ")
}

/// `rules/README.md`.
pub fn index() -> String {
    let mut out = String::from("# Rules\n\nGenerated from the rules by `cargo bless`.\n");
    for group in Group::ALL {
        let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.group == group).copied().collect();
        if rules.is_empty() {
            continue;
        }
        let _ = write!(
            out,
            "\n## {}\n\n| Rule | Severity | Fix | Holds | What is wrong |\n|---|---|---|---|---|\n",
            group.name()
        );
        for rule in rules {
            let fix = match rule.fix {
                Fixable::No => "",
                Fixable::Safe => "safe",
                Fixable::Suggested => "suggested",
            };
            let holds = if rule.platform == Platform::Windows { "Windows" } else { "everywhere" };
            let (id, path) = (rule.id, format!("{}/{}.md", folder(group), stem(rule.id)));
            let summary = summary(rule.page).replace('|', "\\|");
            let _ = writeln!(out, "| [{id}]({path}) | {} | {fix} | {holds} | {summary} |", rule.severity.name());
        }
    }
    out
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_is_replaced() {
        let text = "a <!-- n -->1<!-- /n --> b <!-- n -->2<!-- /n --> c <!-- n --> d";
        assert_eq!(fill(text, "n", "3"), "a <!-- n -->3<!-- /n --> b <!-- n -->3<!-- /n --> c <!-- n --> d");
        assert_eq!(fill(text, "m", "3"), text);
    }
}
