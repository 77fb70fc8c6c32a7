//! Golden files: generated, kept in the repository, compared by the tests and rewritten by `cargo bless`.

use std::collections::BTreeSet;
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
    out += &by_fix();
    out += &by_check();
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
                fix => fix_name(fix),
            };
            let holds = if rule.platform == Platform::Windows { "Windows" } else { "everywhere" };
            let summary = summary(rule.page).replace('|', "\\|");
            let _ = writeln!(out, "| {} | {} | {fix} | {holds} | {summary} |", link(rule), rule.severity.name());
        }
    }
    out
}

const fn fix_name(fix: Fixable) -> &'static str {
    match fix {
        Fixable::No => "none",
        Fixable::Suggested => "suggested",
        Fixable::Safe => "safe",
    }
}

/// A rule with the way to its page.
fn link(rule: &Rule) -> String {
    format!("[{}]({}/{}.md)", rule.id, folder(rule.group), stem(rule.id))
}

/// How many rules of each group mend what they find.
fn by_fix() -> String {
    let kinds = [Fixable::No, Fixable::Suggested, Fixable::Safe];
    let row = |rules: &[&Rule]| {
        let count = |fix: Fixable| rules.iter().filter(|rule| rule.fix == fix).count();
        let counts: String = kinds.iter().map(|&fix| format!(" {} |", count(fix))).collect();
        format!("{counts} {} |\n", rules.len())
    };
    let mut out = String::from("\n## By fix\n\n| Group | None | Suggested | Safe | All |\n|---|---|---|---|---|\n");
    for group in Group::ALL {
        let rules: Vec<&Rule> = RULES.iter().filter(|rule| rule.group == group).copied().collect();
        out += &format!("| {} |{}", group.name(), row(&rules));
    }
    out += &format!("| all |{}", row(&RULES));
    out += "\n| Fix | Rules |\n|---|---|\n";
    for fix in kinds {
        let ids: Vec<&str> = RULES.iter().filter(|rule| rule.fix == fix).map(|rule| rule.id).collect();
        let _ = writeln!(out, "| {} | {} |", fix_name(fix), ids.join(", "));
    }
    out
}

/// The rule for each check of BuildKit, and for each of hadolint's that has one.
fn by_check() -> String {
    let tool = |name: &str| match name.strip_prefix("DL") {
        Some(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => "hadolint",
        _ => "BuildKit",
    };
    let all = RULES.iter().flat_map(|rule| rule.also.iter().map(move |&name| (tool(name), name, link(rule))));
    let names: BTreeSet<(&str, &str, String)> = all.collect();
    let mut out = String::from("\n## By the names of other tools\n\n| Check | Rule |\n|---|---|\n");
    for (tool, name, rule) in names {
        let _ = writeln!(out, "| {tool} {name} | {rule} |");
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
