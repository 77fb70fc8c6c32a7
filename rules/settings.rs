//! What the user wants of the rules.

use std::collections::BTreeSet;
use std::sync::Arc;

use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;
use dockerfile::ignorefile::IgnoreFile;

use crate::{Date, Policy, RULES, Rule};

/// The day that the tables of facts were written; end-of-support facts count from here unless told otherwise.
pub const TABLES_DATE: Date = Date::new(2026, 11, 1);

/// What the user wants.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The builder that the files are written for.
    pub builder: Builder,
    /// The day for end-of-support facts.
    pub as_of: Date,
    /// The day for suppressions that end.
    pub today: Date,
    /// For each rule of [`RULES`], by index: its severity, or `None` when it is switched off.
    pub severities: Vec<Option<Severity>>,
    /// The ids of rules whose severity the user named: all their findings have it, also those of which the
    /// rule itself is less certain.
    pub explicit: BTreeSet<&'static str>,
    /// What the team asks for.
    pub policy: Policy,
    /// What keeps files out of the build context, if it is known.
    pub ignore_list: Option<Arc<IgnoreList>>,
}

/// The `.dockerignore` that goes with a Dockerfile.
#[derive(Clone, Debug)]
pub struct IgnoreList {
    /// The name of the file, for messages.
    pub name: String,
    /// It is the Dockerfile's own (`app.Dockerfile.dockerignore`), and not that of the folder that is taken for the
    /// build context.
    pub is_own: bool,
    /// Its patterns.
    pub file: IgnoreFile,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            builder: Builder::Any,
            as_of: TABLES_DATE,
            today: TABLES_DATE,
            severities: RULES.iter().map(|rule| Some(rule.severity)).collect(),
            explicit: BTreeSet::new(),
            ignore_list: None,
            policy: Policy::default(),
        }
    }
}

impl Settings {
    /// The defaults with all rules but these switched off.
    pub fn only(ids: &[&str]) -> Self {
        let severity = |rule: &&Rule| ids.contains(&rule.id).then_some(rule.severity);
        Settings { severities: RULES.iter().map(severity).collect(), ..Settings::default() }
    }

    /// Whether a rule runs.
    pub fn is_on(&self, id: &str) -> bool {
        RULES.iter().zip(&self.severities).any(|(rule, severity)| rule.id == id && severity.is_some())
    }
}
