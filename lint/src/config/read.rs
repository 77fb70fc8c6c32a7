//! Reads `wlint.toml`: all that is wrong in it is found at once, each fault at its place.

use std::ops::Range;

use dockerfile::diagnostic::Severity;
use rules::{Date, nearest};
use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::fault::Fault;
use super::keys::{self, Key, Kind, OPTIONS};
use super::layer::{FileRules, Layer};
use super::options;
use super::selector::Selector;
use crate::args::{Builder, FailOn};
use crate::pattern::glob;

/// An entry of a table: its name, where that stands, and its value.
type Entry<'v, 'i> = (String, Range<usize>, &'v Spanned<DeValue<'i>>);

/// A configuration as it stands in one file.
#[derive(Debug, Default)]
pub struct Read {
    /// What it says.
    pub layer: Layer,
    /// The configurations that it adds to, and where they are named.
    pub extends: Vec<(String, Range<usize>)>,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
}

/// Reads the text of a configuration.
pub fn read(text: &str) -> Read {
    let mut read = Read::default();
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let span = error.span().unwrap_or(0..0);
        read.faults.push(Fault::new(
            span,
            error.message().trim_end_matches('.').to_owned(),
            "write TOML: https://toml.io",
        ));
    }
    // What follows a slip of the pen is not judged: half of it may be missing.
    if errors.is_empty() {
        read.table("", table.get_ref());
    }
    read
}

impl Read {
    /// Notes what is wrong.
    pub fn fault(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::new(span, message, help));
    }

    fn table(&mut self, table: &str, entries: &DeTable) {
        for (name, value) in entries {
            let text = name.get_ref().as_ref();
            if table.is_empty() && text == OPTIONS {
                match value.get_ref() {
                    DeValue::Table(entries) => self.table(OPTIONS, entries),
                    other => self.wrong_type(value.span(), "`options`", other, "a table"),
                }
            } else if let Some(key) = keys::find(table, text) {
                self.value(key, value);
            } else {
                self.unknown(table, text, name.span());
            }
        }
    }

    fn unknown(&mut self, table: &str, name: &str, span: Range<usize>) {
        let place = if table.is_empty() { String::new() } else { format!(" in [{table}]") };
        let elsewhere = keys::KEYS.iter().find(|key| key.name == name);
        let help = match (elsewhere, nearest(name, keys::names(table))) {
            (Some(key), _) if key.table.is_empty() => format!("`{name}` stands above all tables"),
            (Some(key), _) => format!("`{name}` stands in [{}]", key.table),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => format!("known are {}", keys::names(table).collect::<Vec<_>>().join(", ")),
        };
        self.fault(span, format!("there is no key `{name}`{place}"), help);
    }

    /// Notes a value of another type than is wanted.
    pub fn wrong_type(&mut self, span: Range<usize>, what: &str, value: &DeValue, wanted: &str) {
        self.fault(span, format!("{what} is {}", type_name(value)), format!("write {wanted}"));
    }

    fn value(&mut self, key: &Key, value: &Spanned<DeValue>) {
        match (key.table, key.kind) {
            ("", Kind::Paths) => self.extends = self.paths(key, value),
            ("", Kind::Rules) => {
                let selectors = self.selectors(&format!("`{}`", key.name), value);
                if key.name == "select" {
                    self.layer.select = Some(selectors);
                } else {
                    self.layer.ignore = selectors;
                }
            }
            ("", Kind::FailOn) => self.layer.fail_on = self.word(key, value, FailOn::from_name),
            ("", Kind::Builder) => self.layer.builder = self.word(key, value, Builder::from_name),
            ("", Kind::Date) => self.layer.as_of = self.date(key, value),
            ("", Kind::Severities) => self.severities(key, value),
            ("", Kind::FileRules) => self.file_rules(key, value),
            _ => options::read(self, key, value),
        }
    }

    fn paths(&mut self, key: &Key, value: &Spanned<DeValue>) -> Vec<(String, Range<usize>)> {
        match value.get_ref() {
            DeValue::String(path) => vec![(path.to_string(), value.span())],
            _ => self.texts(&format!("`{}`", key.name), value, key.kind.wants()),
        }
    }

    /// A list of texts, each with its place.
    pub fn texts(&mut self, what: &str, value: &Spanned<DeValue>, wanted: &str) -> Vec<(String, Range<usize>)> {
        let DeValue::Array(items) = value.get_ref() else {
            self.wrong_type(value.span(), what, value.get_ref(), wanted);
            return Vec::new();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref() {
                DeValue::String(text) => texts.push((text.to_string(), item.span())),
                other => self.wrong_type(item.span(), "this item", other, "a text in quotes"),
            }
        }
        texts
    }

    fn selectors(&mut self, what: &str, value: &Spanned<DeValue>) -> Vec<Selector> {
        let names = self.texts(what, value, Kind::Rules.wants());
        names.into_iter().filter_map(|(name, span)| self.selector(&name, span)).collect()
    }

    fn selector(&mut self, name: &str, span: Range<usize>) -> Option<Selector> {
        let named = Selector::named(name);
        if let Err(near) = &named {
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => "`wlint rules` lists the names of rules and groups".to_owned(),
            };
            self.fault(span, format!("there is no rule or group `{name}`"), help);
        }
        named.ok()
    }

    /// One of several words.
    pub fn word<T>(&mut self, key: &Key, value: &Spanned<DeValue>, named: fn(&str) -> Option<T>) -> Option<T> {
        let DeValue::String(text) = value.get_ref() else {
            self.wrong_type(value.span(), &format!("`{}`", key.name), value.get_ref(), key.kind.wants());
            return None;
        };
        let found = named(text);
        if found.is_none() {
            self.fault(
                value.span(),
                format!("`{}` cannot be `{text}`", key.name),
                format!("write {}", key.kind.wants()),
            );
        }
        found
    }

    fn date(&mut self, key: &Key, value: &Spanned<DeValue>) -> Option<Date> {
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(day) => day.to_string(),
            other => {
                self.wrong_type(value.span(), &format!("`{}`", key.name), other, key.kind.wants());
                return None;
            }
        };
        let date = Date::parse(&text);
        if date.is_none() {
            self.fault(value.span(), format!("`{text}` is no day"), format!("write {}", key.kind.wants()));
        }
        date
    }

    fn severities(&mut self, key: &Key, value: &Spanned<DeValue>) {
        let wanted = "\"error\", \"warning\", \"info\", \"style\" or \"off\"";
        for (name, span, value) in self.entries(key, value) {
            let Some(selector) = self.selector(&name, span) else { continue };
            let severity = match value.get_ref() {
                DeValue::String(text) if text == "off" => Some(None),
                DeValue::String(text) => Severity::from_name(text).map(Some),
                other => {
                    self.wrong_type(value.span(), "this severity", other, wanted);
                    continue;
                }
            };
            match severity {
                Some(severity) => self.layer.severities.push((selector, severity)),
                None => self.fault(value.span(), "there is no such severity", format!("write {wanted}")),
            }
        }
    }

    fn file_rules(&mut self, key: &Key, value: &Spanned<DeValue>) {
        for (pattern, span, value) in self.entries(key, value) {
            let selectors = self.selectors("this value", value);
            let slashed = pattern.replace('\\', "/");
            // Without a slash it is the name of a file, wherever that is.
            let anchored = if slashed.contains('/') { slashed } else { format!("**/{slashed}") };
            match glob(anchored.trim_start_matches("./").trim_start_matches('/')) {
                Ok(pattern) => self.layer.files.push(FileRules { folder: Default::default(), pattern, selectors }),
                Err(error) => {
                    let help = "write a pattern such as \"legacy/**\" or \"*.test.dockerfile\"";
                    self.fault(span, format!("this pattern cannot be read: {}", error.kind()), help);
                }
            }
        }
    }

    /// The entries of a table, with the places of their names.
    pub fn entries<'v, 'i>(&mut self, key: &Key, value: &'v Spanned<DeValue<'i>>) -> Vec<Entry<'v, 'i>> {
        match value.get_ref() {
            DeValue::Table(entries) => {
                let entry = |(name, value): (&Spanned<DeString<'i>>, &'v Spanned<DeValue<'i>>)| {
                    (name.get_ref().to_string(), name.span(), value)
                };
                entries.iter().map(entry).collect()
            }
            other => {
                self.wrong_type(value.span(), &format!("`{}`", key.name), other, key.kind.wants());
                Vec::new()
            }
        }
    }
}

fn type_name(value: &DeValue) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a day or a time",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}
