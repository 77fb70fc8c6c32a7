//! What the tests over the whole workspace share: marked examples, pages, golden files.

pub mod base;
pub mod documents;
pub mod example;
pub mod golden;
pub mod hive;
pub mod mark;
pub mod page;

use std::path::PathBuf;

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate is a folder of the workspace").to_owned()
}

/// Whether the files are rewritten instead of compared (`cargo bless`).
pub fn is_updating() -> bool {
    std::env::var_os("UPDATE").is_some_and(|value| value == "1")
}

/// Whether a rule is to be tested: `PAGE=rule-id` leaves all others out.
pub fn is_wanted(rule: &str) -> bool {
    std::env::var("PAGE").map_or(true, |wanted| wanted.is_empty() || wanted == rule)
}

/// What is in `actual` and not in `expected`, and the other way round, as a unified diff.
pub fn diff(expected: &str, actual: &str) -> String {
    let diff = similar::TextDiff::from_lines(expected, actual);
    let mut unified = diff.unified_diff();
    unified.context_radius(3).header("expected", "actual").to_string()
}
