//! The generated files are up to date; `cargo bless` rewrites them.

use rules::RULES;
use tests::golden::{compare, fill, index};
use tests::root;

#[test]
fn the_index_lists_every_rule() {
    compare(&root().join("rules/README.md"), &index()).unwrap_or_else(|fault| panic!("{fault}"));
}

#[test]
fn the_counts_in_the_readme_are_true() {
    let path = root().join("README.md");
    let Ok(text) = std::fs::read_to_string(&path) else { return };
    let text = fill(&text, "rule-count", &RULES.len().to_string());
    compare(&path, &text).unwrap_or_else(|fault| panic!("{fault}"));
}
