//! What holds for a file: the command line over the nearest `wlint.toml`.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use dockerfile::diagnostic::Severity;
use rules::{Policy, RULES, Rule, Settings};

mod fault;
pub mod hadolint;
pub mod keys;
mod layer;
mod load;
mod options;
mod read;
pub mod schema;
mod selector;
pub mod shown;
pub mod template;

pub use fault::shown as shown_faults;
use layer::Layer;
use load::Found;
pub use load::{Configuration, NAME};
use selector::Selector;

use crate::args::{Builder, Choice, ConfigFile, FailOn};
use crate::error::Error;
use crate::files::{self, Input};

/// What holds for one file.
#[derive(Debug)]
pub struct Effective {
    /// What the rules are told.
    pub rules: Settings,
    /// The root of the build context; the folder of each Dockerfile when it is not said.
    pub context: Option<PathBuf>,
    /// From which severity on findings fail.
    pub fail_on: Option<Severity>,
    /// The files that it was read from, the nearest first.
    pub files: Vec<PathBuf>,
}

/// What the options of a configuration tell the rules, for the tests of the rules.
///
/// # Errors
/// What is wrong with it.
pub fn policy(text: &str) -> Result<Policy, Vec<String>> {
    let read = read::read(text);
    match read.faults.is_empty() {
        true => Ok(read.layer.options.policy()),
        false => Err(read.faults.into_iter().map(|fault| format!("{}: {}", fault.message, fault.help)).collect()),
    }
}

/// What the command line says of the rules.
struct Wanted {
    select: Vec<Selector>,
    ignore: Vec<Selector>,
    today: rules::Date,
}

/// What holds for each input: equal settings are made once.
pub struct Resolver<'a> {
    choice: &'a Choice,
    no_config: bool,
    wanted: Wanted,
    named: Option<Rc<Configuration>>,
    found: Found,
    known: HashMap<(*const Configuration, Vec<bool>), Arc<Effective>>,
}

impl<'a> Resolver<'a> {
    /// For a command line.
    ///
    /// # Errors
    /// When it names a rule that does not exist, or a configuration that cannot be read.
    pub fn new(choice: &'a Choice, file: &ConfigFile) -> Result<Self, Error> {
        let wanted = Wanted {
            select: selector::of_option("select", &choice.select)?,
            ignore: selector::of_option("ignore", &choice.ignore)?,
            today: crate::today::today(),
        };
        let named = match &file.config {
            Some(path) if !file.no_config => Some(Rc::new(load::load(path)?)),
            _ => None,
        };
        let no_config = file.no_config;
        Ok(Resolver { choice, no_config, wanted, named, found: Found::default(), known: HashMap::new() })
    }

    /// What holds for an input.
    ///
    /// # Errors
    /// When its configuration cannot be read.
    pub fn of(&mut self, input: &Input) -> Result<Arc<Effective>, Error> {
        let path = absolute(input.place());
        let configuration = match &self.named {
            _ if self.no_config => None,
            Some(named) => Some(Rc::clone(named)),
            None => path.parent().map_or(Ok(None), |folder| self.found.of_folder(folder))?,
        };
        let Some(configuration) = configuration else {
            return Ok(self.known(std::ptr::null(), &Configuration::default(), Vec::new()));
        };
        let fits = configuration.layer.files.iter().map(|rules| fits(rules, &path)).collect();
        Ok(self.known(Rc::as_ptr(&configuration), &configuration, fits))
    }

    fn known(&mut self, at: *const Configuration, configuration: &Configuration, fits: Vec<bool>) -> Arc<Effective> {
        let key = (at, fits);
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let made = Arc::new(effective(self.choice, &self.wanted, configuration, &key.1));
        self.known.insert(key, Arc::clone(&made));
        made
    }
}

/// A path from the root. Most are one already, and to make it one takes more time than all else about a file's settings.
fn absolute(path: &Path) -> Cow<'_, Path> {
    match path.to_str() {
        Some(text) if text.starts_with('/') && files::is_plain(text) => Cow::Borrowed(path),
        _ => Cow::Owned(std::path::absolute(path).unwrap_or_else(|_| path.to_owned())),
    }
}

/// Whether rules for some files hold for this one.
fn fits(rules: &layer::FileRules, path: &Path) -> bool {
    let folder = std::path::absolute(&rules.folder).unwrap_or_else(|_| rules.folder.clone());
    if let Ok(inside) = path.strip_prefix(&folder) {
        return rules.pattern.is_match(inside);
    }
    // On Windows one folder has several spellings: other letter case, short names, drives that stand for folders.
    let real = |path: &Path| dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let path = real(path);
    rules.pattern.is_match(path.strip_prefix(real(&folder)).unwrap_or(&path))
}

fn effective(choice: &Choice, wanted: &Wanted, configuration: &Configuration, fits: &[bool]) -> Effective {
    let layer = &configuration.layer;
    let as_of = choice.as_of.or(layer.as_of);
    let mut policy = layer.options.policy();
    let hosts = choice.hosts.all();
    if !hosts.is_empty() {
        policy.hosts = hosts;
    }
    let ignored: Vec<Selector> = layer
        .files
        .iter()
        .zip(fits)
        .filter(|(_, fits)| **fits)
        .flat_map(|(rules, _)| rules.selectors.clone())
        .collect();
    let settings = Settings {
        builder: choice.builder.or(layer.builder).unwrap_or(Builder::Any).into(),
        as_of: as_of.unwrap_or(rules::TABLES_DATE),
        today: as_of.unwrap_or(wanted.today),
        severities: RULES.iter().map(|rule| severity(rule, wanted, layer, &ignored)).collect(),
        explicit: RULES.iter().filter(|rule| named(rule, layer).is_some()).map(|rule| rule.id).collect(),
        policy,
        // Each file has its own.
        ignore_list: None,
    };
    let fail_on = choice.fail_on.or(layer.fail_on).unwrap_or(FailOn::Warning).severity();
    let context = choice.context.clone();
    Effective { rules: settings, context, fail_on, files: configuration.files.clone() }
}

/// The severity that the configuration names for a rule: its own counts more than its group's, a later one more than an
/// earlier one.
fn named(rule: &Rule, layer: &Layer) -> Option<Option<Severity>> {
    let of = |is_rule: bool| {
        let mut severities = layer.severities.iter().rev();
        severities.find(|(selector, _)| selector.covers(rule) && matches!(selector, Selector::Rule(_)) == is_rule)
    };
    of(true).or_else(|| of(false)).map(|(_, severity)| *severity)
}

/// Whether a rule runs, and how bad what it finds is. What the command line selects counts more than what a
/// configuration selects, ignores or switches off.
fn severity(rule: &Rule, wanted: &Wanted, layer: &Layer, ignored_here: &[Selector]) -> Option<Severity> {
    let by_id = |selectors: &[Selector]| selectors.contains(&Selector::Rule(rule.id));
    let covered = |selectors: &[Selector]| selectors.iter().any(|selector| selector.covers(rule));
    let named = named(rule, layer);
    let severity = named.flatten().unwrap_or(rule.severity);
    if by_id(&wanted.ignore) || covered(ignored_here) && !by_id(&wanted.select) {
        return None;
    }
    if by_id(&wanted.select) {
        return Some(severity);
    }
    if covered(&wanted.ignore) {
        return None;
    }
    if !wanted.select.is_empty() {
        return (covered(&wanted.select) && named != Some(None)).then_some(severity);
    }
    let select = layer.select.as_deref().unwrap_or_default();
    let selected = select.is_empty() && layer.select.is_none() || covered(select);
    let ignored = by_id(&layer.ignore) || covered(&layer.ignore) && !by_id(select);
    (selected && !ignored && named != Some(None)).then_some(severity)
}
