//! A configuration of hadolint (`.hadolint.yaml`) as one of wlint.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::Range;

use dockerfile::source::Source;
use rules::{LabelKind, RULES, nearest};
use saphyr::{LoadableYamlNode, MarkedYaml, Marker, Scalar, YamlData};

use super::fault::Fault;
use super::shown::quoted;

/// The keys of hadolint's configuration.
const KEYS: [&str; 11] = [
    "disable-ignore-pragma",
    "failure-threshold",
    "format",
    "ignored",
    "label-schema",
    "no-color",
    "no-fail",
    "override",
    "strict-labels",
    "trustedRegistries",
    "verbose",
];

/// What it says.
#[derive(Default)]
struct Hadolint {
    fail_on: Option<&'static str>,
    no_fail: bool,
    ignored: Vec<String>,
    severities: BTreeMap<String, &'static str>,
    registries: Vec<String>,
    labels: Vec<(String, LabelKind)>,
    strict: bool,
    pragmas_off: bool,
}

struct Reader<'a> {
    source: &'a Source,
    read: Hadolint,
    faults: Vec<Fault>,
}

/// The configuration of wlint that comes next to it.
///
/// # Errors
/// What is wrong with it, each at its place.
pub fn converted(name: &str, source: &Source) -> Result<String, Vec<Fault>> {
    let documents = MarkedYaml::load_from_str(source.text()).map_err(|error| {
        let at = offset(source, *error.marker());
        vec![Fault::new(at..at, error.info().to_owned(), "write YAML as hadolint reads it")]
    })?;
    let mut reader = Reader { source, read: Hadolint::default(), faults: Vec::new() };
    match documents.first().map(|document| &document.data) {
        None | Some(YamlData::Value(Scalar::Null)) => {}
        Some(YamlData::Mapping(entries)) => {
            for (key, value) in entries {
                reader.key(key, value);
            }
        }
        Some(_) => reader.faults.push(Fault::new(0..0, "this is no table of settings", "write `key: value` lines")),
    }
    if reader.faults.is_empty() { Ok(written(name, &reader.read)) } else { Err(reader.faults) }
}

/// The byte of a mark, which counts lines from 1 and characters from 0.
fn offset(source: &Source, mark: Marker) -> usize {
    let line = (mark.line().max(1) as u32).min(source.line_count().max(1));
    let span = source.line_span(line);
    let text = source.slice(span);
    let column = text.char_indices().nth(mark.col()).map_or(text.len(), |(at, _)| at);
    span.start as usize + column
}

impl Reader<'_> {
    fn span(&self, node: &MarkedYaml) -> Range<usize> {
        let start = offset(self.source, node.span.start);
        let end = offset(self.source, node.span.end).max(start);
        let line = self.source.line_span(self.source.line_of(start as u32));
        start..end.min(line.end as usize).max(start)
    }

    fn fault(&mut self, node: &MarkedYaml, message: impl Into<String>, help: impl Into<String>) {
        let span = self.span(node);
        self.faults.push(Fault::new(span, message, help));
    }

    fn key(&mut self, key: &MarkedYaml, value: &MarkedYaml) {
        let name = text(key).unwrap_or_default();
        match name {
            "ignored" => self.read.ignored = self.texts(value),
            "trustedRegistries" => self.read.registries = self.texts(value),
            "failure-threshold" => self.threshold(value),
            "no-fail" => self.read.no_fail = self.flag(value),
            "strict-labels" => self.read.strict = self.flag(value),
            "disable-ignore-pragma" => self.read.pragmas_off = self.flag(value),
            "override" => self.overridden(value),
            "label-schema" => self.labels(value),
            // What is about the output is said on wlint's command line.
            "format" | "no-color" | "verbose" => {}
            _ => {
                let help = match nearest(name, KEYS) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("known are {}", KEYS.join(", ")),
                };
                self.fault(key, format!("hadolint has no setting `{name}`"), help);
            }
        }
    }

    /// One text, or a list of them.
    fn texts(&mut self, value: &MarkedYaml) -> Vec<String> {
        let items = match &value.data {
            YamlData::Sequence(items) => items.iter().collect(),
            YamlData::Value(Scalar::Null) => Vec::new(),
            _ => vec![value],
        };
        let mut texts = Vec::new();
        for item in items {
            match text(item) {
                Some(text) => texts.push(text.to_owned()),
                None => self.fault(item, "this is no text", "write a list of texts"),
            }
        }
        texts
    }

    fn flag(&mut self, value: &MarkedYaml) -> bool {
        if let YamlData::Value(Scalar::Boolean(flag)) = value.data {
            return flag;
        }
        self.fault(value, "this is neither true nor false", "write true or false");
        false
    }

    fn threshold(&mut self, value: &MarkedYaml) {
        self.read.fail_on = match text(value) {
            Some("error") => Some("error"),
            Some("warning") => Some("warning"),
            Some("info") => Some("info"),
            Some("style") => Some("style"),
            Some("ignore" | "none") => Some("never"),
            _ => {
                self.fault(value, "there is no such severity", "write error, warning, info, style, ignore or none");
                None
            }
        };
    }

    fn overridden(&mut self, value: &MarkedYaml) {
        let YamlData::Mapping(entries) = &value.data else {
            self.fault(value, "this is no table", "write `error: [DL3007]` and so on");
            return;
        };
        for (severity, rules) in entries {
            let severities = ["error", "warning", "info", "style"];
            let Some(named) = severities.into_iter().find(|name| text(severity) == Some(name)) else {
                self.fault(severity, "there is no such severity", "write error, warning, info or style");
                continue;
            };
            for rule in self.texts(rules) {
                self.read.severities.insert(rule, named);
            }
        }
    }

    fn labels(&mut self, value: &MarkedYaml) {
        let YamlData::Mapping(entries) = &value.data else {
            self.fault(value, "this is no table", "write `author: text` and so on");
            return;
        };
        for (label, kind) in entries {
            let name = text(kind).map(|name| if name == "rawtext" { "text" } else { name });
            match (text(label), name.and_then(LabelKind::from_name)) {
                (Some(label), Some(kind)) => self.read.labels.push((label.to_owned(), kind)),
                _ => {
                    let kinds = LabelKind::ALL.map(LabelKind::name).join(", ");
                    self.fault(kind, "there is no such kind of label", format!("known are {kinds}"));
                }
            }
        }
    }
}

fn text<'a>(node: &'a MarkedYaml) -> Option<&'a str> {
    match &node.data {
        YamlData::Value(Scalar::String(text)) => Some(text),
        _ => None,
    }
}

/// The rules that find what a rule of hadolint finds.
fn counterparts(name: &str) -> Vec<&'static str> {
    RULES.iter().filter(|rule| rule.also.contains(&name)).map(|rule| rule.id).collect()
}

fn written(name: &str, read: &Hadolint) -> String {
    let mut out = format!("# Settings of wlint, taken from {name}.\n");
    let mut without: BTreeSet<&str> = BTreeSet::new();
    let fail_on = if read.no_fail { Some("never") } else { read.fail_on };
    if let Some(severity) = fail_on {
        let _ = writeln!(out, "\nfail-on = {}", quoted(severity));
    }
    let mut ignored: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in &read.ignored {
        let rules = counterparts(name);
        without.extend(rules.is_empty().then_some(name.as_str()));
        rules.into_iter().for_each(|rule| ignored.entry(rule).or_default().push(name));
    }
    if !ignored.is_empty() {
        out.push_str("\nignore = [\n");
        for (rule, names) in ignored {
            let _ = writeln!(out, "    {}, # {}", quoted(rule), names.join(", "));
        }
        out.push_str("]\n");
    }
    let mut severities: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
    for (name, severity) in &read.severities {
        let rules = counterparts(name);
        without.extend(rules.is_empty().then_some(name.as_str()));
        rules.into_iter().for_each(|rule| _ = severities.insert(rule, (severity, name)));
    }
    if read.pragmas_off {
        out.push_str("\n# disable-ignore-pragma: wlint always honours `# hadolint ignore=` comments.\n");
    }
    if !without.is_empty() {
        out.push('\n');
        let names = without.into_iter().collect::<Vec<_>>().join(", ");
        super::template::comment(&mut out, &format!("wlint has no rule for {names}, so nothing is to be said of it."));
    }
    if !severities.is_empty() {
        out.push_str("\n[severity]\n");
        for (rule, (severity, name)) in severities {
            let _ = writeln!(out, "{rule} = {} # {name}", quoted(severity));
        }
    }
    options(&mut out, read);
    out
}

fn options(out: &mut String, read: &Hadolint) {
    if !read.registries.is_empty() || read.strict {
        out.push_str("\n[options]\n");
    }
    if !read.registries.is_empty() {
        let texts: Vec<String> = read.registries.iter().map(|text| quoted(text)).collect();
        let _ = writeln!(out, "trusted-registries = [{}]", texts.join(", "));
    }
    if read.strict {
        out.push_str("only-required-labels = true\n");
    }
    if !read.labels.is_empty() {
        out.push_str("\n[options.required-labels]\n");
        for (label, kind) in &read.labels {
            let _ = writeln!(out, "{} = {}", quoted(label), quoted(kind.name()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;

    fn convert(text: &str) -> Result<String, Vec<Fault>> {
        converted(".hadolint.yaml", &Source::new(text.into()))
    }

    #[test]
    fn what_hadolint_was_told_wlint_is_told() {
        let text = "failure-threshold: error\nignored: [DL3007, DL3008]\noverride:\n  info:\n    - DL4003\n\
                    trustedRegistries:\n- docker.io\n- '*.gcr.io'\nstrict-labels: true\nlabel-schema:\n  author: rawtext\n  \
                    a.b: semver\nformat: tty\n";
        let converted = convert(text).unwrap();
        let read = read::read(&converted);
        assert_eq!(read.faults, [], "{converted}");
        let ignored: Vec<&str> = read.layer.ignore.iter().map(|selector| selector.name()).collect();
        assert!(ignored.contains(&"base-latest"), "{converted}");
        let severities: Vec<&str> = read.layer.severities.iter().map(|(selector, _)| selector.name()).collect();
        assert_eq!(severities, ["multiple-cmd-entrypoint"]);
        let policy = read.layer.options.policy();
        assert_eq!(policy.trusted_registries, ["docker.io", "*.gcr.io"]);
        assert_eq!(policy.required_labels["a.b"], LabelKind::SemVer);
        assert!(policy.only_required_labels && converted.contains("no rule for DL3008"), "{converted}");
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        for (text, place, message) in [
            ("ignord: [DL3007]\n", "ignord", "no setting `ignord`"),
            ("ignored: [1]\n", "1", "no text"),
            ("failure-threshold: fatal\n", "fatal", "no such severity"),
            ("strict-labels: maybe\n", "maybe", "neither true nor false"),
            ("label-schema:\n  é: mail\n", "mail", "no such kind"),
            ("override: [DL3007]\n", "[DL3007", "no table"),
        ] {
            let faults = convert(text).unwrap_err();
            assert_eq!(faults.len(), 1, "{faults:?}");
            assert_eq!(&text[faults[0].span.clone()], place, "{faults:?}");
            assert!(faults[0].message.contains(message), "{faults:?}");
        }
        assert!(convert("ignored: [DL3007\nx: [").is_err());
        assert!(convert("").is_ok());
    }
}
