//! Reads the table `[options]`.

use dockerfile::facts::host::{self, Host, Isolation};
use rules::{LabelKind, nearest};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::keys::{Key, Kind};
use super::read::Read;

/// Reads the value of an option.
pub fn read(read: &mut Read, key: &Key, value: &Spanned<DeValue>) {
    match key.kind {
        Kind::Flag => flag(read, key, value),
        Kind::Labels => {
            let labels = labels(read, key, value);
            read.layer.options.required_labels = Some(labels);
        }
        Kind::Hosts => {
            let hosts = hosts(read, key, value);
            read.layer.options.hosts = Some(hosts);
        }
        _ => {
            let texts = read.texts(&format!("`{}`", key.name), value, key.kind.wants());
            let texts = patterns(read, texts);
            let options = &mut read.layer.options;
            match key.name {
                "trusted-registries" => options.trusted_registries = Some(texts),
                "allowed-base-images" => options.allowed_base_images = Some(texts),
                "secret-names" => options.secret_names = Some(texts),
                _ => options.secret_values = Some(texts),
            }
        }
    }
}

/// An empty text describes nothing, and a star alone everything that there is.
fn patterns(read: &mut Read, texts: Vec<(String, std::ops::Range<usize>)>) -> Vec<String> {
    let mut kept = Vec::new();
    for (text, span) in texts {
        if text.trim().is_empty() {
            read.fault(span, "this text is empty", "write a name or a pattern, or remove it");
        } else {
            kept.push(text);
        }
    }
    kept
}

fn flag(read: &mut Read, key: &Key, value: &Spanned<DeValue>) {
    let DeValue::Boolean(flag) = value.get_ref() else {
        read.wrong_type(value.span(), &format!("`{}`", key.name), value.get_ref(), key.kind.wants());
        return;
    };
    match key.name {
        "only-required-labels" => read.layer.options.only_required_labels = Some(*flag),
        _ => read.layer.options.require_reason = Some(*flag),
    }
}

fn labels(read: &mut Read, key: &Key, value: &Spanned<DeValue>) -> Vec<(String, LabelKind)> {
    let kinds = || LabelKind::ALL.iter().map(|kind| kind.name());
    let mut labels = Vec::new();
    for (name, _, value) in read.entries(key, value) {
        match value.get_ref() {
            DeValue::String(text) => match LabelKind::from_name(text) {
                Some(kind) => labels.push((name, kind)),
                None => {
                    let near = nearest(text, kinds()).map(|near| format!("did you mean \"{near}\"?"));
                    let help = near.unwrap_or_else(|| format!("known are {}", kinds().collect::<Vec<_>>().join(", ")));
                    read.fault(value.span(), format!("no value can be `{text}`"), help);
                }
            },
            // Without quotes a dot in a name opens a table.
            DeValue::Table(_) => read.fault(value.span(), "this label is a table", "put names with dots in quotes"),
            other => read.wrong_type(value.span(), "this label", other, "what its value must be, such as \"text\""),
        }
    }
    labels
}

fn hosts(read: &mut Read, key: &Key, value: &Spanned<DeValue>) -> Vec<Host> {
    let DeValue::Array(items) = value.get_ref() else {
        read.wrong_type(value.span(), "`hosts`", value.get_ref(), key.kind.wants());
        return Vec::new();
    };
    items.iter().filter_map(|item| one_host(read, item)).collect()
}

fn one_host(read: &mut Read, item: &Spanned<DeValue>) -> Option<Host> {
    match item.get_ref() {
        DeValue::String(name) => named(read, name, item.span(), None),
        DeValue::Table(entries) => table(read, item, entries),
        other => {
            read.wrong_type(item.span(), "this host", other, "{ name = \"ltsc2022\", isolation = \"process\" }");
            None
        }
    }
}

fn table(read: &mut Read, item: &Spanned<DeValue>, entries: &DeTable) -> Option<Host> {
    let (mut name, mut isolation) = (None, None);
    for (key, value) in entries {
        match (key.get_ref().as_ref(), value.get_ref()) {
            ("name", DeValue::String(text)) => name = Some((text.to_string(), value.span())),
            ("isolation", DeValue::String(text)) => {
                isolation = Isolation::from_name(text);
                if isolation.is_none() {
                    read.fault(
                        value.span(),
                        format!("there is no isolation `{text}`"),
                        "write \"process\" or \"hyperv\"",
                    );
                    return None;
                }
            }
            ("name" | "isolation", other) => read.wrong_type(value.span(), "this", other, "a text in quotes"),
            (other, _) => {
                read.fault(key.span(), format!("a host has no `{other}`"), "known are name and isolation");
            }
        }
    }
    let Some((name, span)) = name else {
        read.fault(item.span(), "this host has no name", "write { name = \"ltsc2022\", isolation = \"process\" }");
        return None;
    };
    named(read, &name, span, isolation)
}

fn named(read: &mut Read, name: &str, span: std::ops::Range<usize>, isolation: Option<Isolation>) -> Option<Host> {
    let build = host::named(name);
    if build.is_none() {
        let help = match nearest(name, host::names()) {
            Some(near) => format!("did you mean \"{near}\"?"),
            None => "write a tag (ltsc2022), a build number (20348) or a runner image (windows-2022)".to_owned(),
        };
        read.fault(span, format!("no host is called `{name}`"), help);
    }
    build.map(|build| Host { build, isolation: isolation.unwrap_or_else(|| host::usual_isolation(build)) })
}
