//! The catalogue of mistakes in Dockerfiles of Windows containers: what a rule is, all rules, and the check.
//!
//! Each group is a folder that lists its own rules; a rule is one file beside its page.

use std::sync::LazyLock;

mod base_image;
mod check;
mod cmd;
mod context;
mod download;
mod escape;
mod expansion;
mod fetch;
mod installer;
mod layer;
mod letters;
mod listing;
mod metadata;
mod nearest;
mod needs;
mod package;
mod path;
mod platform;
mod policy;
mod powershell;
mod ran;
mod rule;
mod secret;
mod secrets;
mod settings;
mod shared;
mod shell;
mod spelling;
mod stage;
mod suppression;
mod syntax;
mod user;

pub use check::{check, check_all};
pub use context::{Context, Finding, Report};
pub use dockerfile::facts::Date;
pub use nearest::nearest;
pub use needs::{Does, Needs};
pub use policy::{LabelKind, Policy};
pub use rule::{Fixable, Group, Platform, Rule};
pub use secrets::{Secrets, secrets};
pub use settings::{IgnoreList, Settings, TABLES_DATE};

const GROUPS: &[&[&Rule]] = &[
    syntax::RULES,
    escape::RULES,
    path::RULES,
    base_image::RULES,
    secret::RULES,
    stage::RULES,
    metadata::RULES,
    spelling::RULES,
    user::RULES,
    shell::RULES,
    cmd::RULES,
    powershell::RULES,
    installer::RULES,
    package::RULES,
    download::RULES,
    layer::RULES,
    platform::RULES,
    suppression::RULES,
];

/// All rules, sorted by group and id.
pub static RULES: LazyLock<Vec<&'static Rule>> = LazyLock::new(|| {
    let mut rules = GROUPS.concat();
    rules.sort_by_key(|rule| (rule.group, rule.id));
    rules
});

/// The rule of that id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.id == id).copied()
}
