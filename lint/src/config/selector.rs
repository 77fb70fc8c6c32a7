//! Names of rules and groups, as users write them.

use rules::{Group, RULES, Rule, nearest};

use crate::error::Error;

/// A name that the user gave: of a rule or of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Selector {
    /// A rule.
    Rule(&'static str),
    /// All rules of a group.
    Group(Group),
}

impl Selector {
    /// What a name stands for, or the nearest name.
    ///
    /// # Errors
    /// When there is no such rule or group.
    pub fn named(name: &str) -> Result<Selector, Option<&'static str>> {
        let group = Group::ALL.into_iter().find(|group| group.name() == name).map(Selector::Group);
        let rule = || rules::rule(name).map(|rule| Selector::Rule(rule.id));
        group.or_else(rule).ok_or_else(|| {
            let names = Group::ALL.iter().map(|group| group.name()).chain(RULES.iter().map(|rule| rule.id));
            nearest(name, names)
        })
    }

    /// Whether it stands for a rule.
    pub fn covers(self, rule: &Rule) -> bool {
        match self {
            Selector::Rule(id) => id == rule.id,
            Selector::Group(group) => group == rule.group,
        }
    }

    /// The name.
    #[cfg(test)]
    pub fn name(self) -> &'static str {
        match self {
            Selector::Rule(id) => id,
            Selector::Group(group) => group.name(),
        }
    }
}

/// The names of an option.
///
/// # Errors
/// When one names a rule or a group that does not exist.
pub fn of_option(option: &'static str, names: &[String]) -> Result<Vec<Selector>, Error> {
    let names = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty());
    let selector = |name: &str| {
        Selector::named(name).map_err(|nearest| Error::UnknownRule {
            option,
            name: name.to_owned(),
            nearest: nearest.map(str::to_owned),
        })
    };
    names.map(selector).collect()
}
