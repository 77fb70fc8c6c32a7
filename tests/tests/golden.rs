//! The generated files are up to date; `cargo bless` rewrites them.

use rules::RULES;
use tests::documents::{defects, groups, hadolint, keys};
use tests::golden::{compare, fill, index};
use tests::root;

#[test]
fn the_index_lists_every_rule() {
    compare(&root().join("rules/README.md"), &index()).unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn the_readme_counts_the_rules_and_lists_the_groups() {
    let path = root().join("README.md");
    let old = std::fs::read_to_string(&path).expect("the README is there");
    let text = fill(&fill(&old, "rule-count", &RULES.len().to_string()), "groups", &groups());
    assert!(old.contains("<!-- rule-count -->") && old.contains("<!-- groups -->"), "there is a place for both");
    compare(&path, &text).unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn the_documents_list_every_key_counterpart_and_defect() {
    for (name, part, text) in [
        ("docs/configuration.md", "keys", keys()),
        ("docs/migrating-from-hadolint.md", "hadolint", hadolint()),
        ("docs/verify.md", "defects", defects()),
    ] {
        let path = root().join(name);
        let old = std::fs::read_to_string(&path).expect("the document is there");
        assert!(old.contains(&format!("<!-- {part} -->")), "{name}: there is no place for the {part}");
        compare(&path, &fill(&old, part, &text)).unwrap_or_else(|fault| panic!("{fault}"));
    }
}
