//! From the command line to what the rules are told.

use dockerfile::diagnostic::Severity;
use rules::{Group, RULES, Rule, Settings, nearest};

use crate::args::Check;
use crate::error::Error;

/// A name that the user gave: of a rule or of a group.
#[derive(Clone, Copy)]
enum Selector {
    Rule(&'static str),
    Group(Group),
}

/// The settings that the options ask for.
///
/// # Errors
/// When an option names a rule or a group that does not exist.
pub fn settings(args: &Check) -> Result<Settings, Error> {
    let args = &args.choice;
    let select = selectors("select", &args.select)?;
    let ignore = selectors("ignore", &args.ignore)?;
    Ok(Settings {
        builder: args.builder.unwrap_or_default().into(),
        as_of: args.as_of.unwrap_or(rules::TABLES_DATE),
        severities: RULES.iter().map(|rule| severity(rule, &select, &ignore)).collect(),
        ..Settings::default()
    })
}

/// A rule that is selected by its own name stays, even when its group is ignored.
fn severity(rule: &Rule, select: &[Selector], ignore: &[Selector]) -> Option<Severity> {
    let by_id = |selectors: &[Selector]| selectors.iter().any(|s| matches!(s, Selector::Rule(id) if *id == rule.id));
    let by_group =
        |selectors: &[Selector]| selectors.iter().any(|s| matches!(s, Selector::Group(group) if *group == rule.group));
    let on = if by_id(ignore) {
        false
    } else if by_id(select) {
        true
    } else {
        !by_group(ignore) && (select.is_empty() || by_group(select))
    };
    on.then_some(rule.severity)
}

fn selectors(option: &'static str, names: &[String]) -> Result<Vec<Selector>, Error> {
    names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).map(|name| selector(option, name)).collect()
}

fn selector(option: &'static str, name: &str) -> Result<Selector, Error> {
    if let Some(group) = Group::ALL.into_iter().find(|group| group.name() == name) {
        return Ok(Selector::Group(group));
    }
    if let Some(rule) = RULES.iter().find(|rule| rule.id == name) {
        return Ok(Selector::Rule(rule.id));
    }
    let names = Group::ALL.iter().map(|group| group.name()).chain(RULES.iter().map(|rule| rule.id));
    let nearest = nearest(name, names).map(str::to_owned);
    Err(Error::UnknownRule { option, name: name.to_owned(), nearest })
}
