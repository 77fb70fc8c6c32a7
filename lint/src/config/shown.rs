//! What holds for a file, written as a configuration that says just this.

use std::fmt::Write;
use std::path::PathBuf;

use dockerfile::diagnostic::Severity;
use dockerfile::document;
use rules::{RULES, Settings};

use super::Effective;

/// The settings of a file with where they are from.
pub fn settings(name: &str, effective: &Effective) -> String {
    let mut out = format!("# {name}: {}\n", origin(&effective.files));
    let fail_on = effective.fail_on.map_or("never", Severity::name);
    let builder = match effective.rules.builder {
        document::Builder::Classic => "classic",
        document::Builder::BuildKit => "buildkit",
        document::Builder::Any => "any",
    };
    let _ = writeln!(out, "fail-on = {}\nbuilder = {}", quoted(fail_on), quoted(builder));
    let _ = writeln!(out, "as-of = {}", quoted(&effective.rules.as_of.to_string()));
    severities(&mut out, &effective.rules);
    options(&mut out, &effective.rules);
    out
}

fn origin(files: &[PathBuf]) -> String {
    match files {
        [] => "no configuration".to_owned(),
        [first, extended @ ..] => {
            let mut out = first.display().to_string();
            for (index, file) in extended.iter().enumerate() {
                out += if index == 0 { ", which extends " } else { ", " };
                out += &file.display().to_string();
            }
            out
        }
    }
}

/// Rules of which the severity is not that of the catalogue.
fn severities(out: &mut String, settings: &Settings) {
    let mut lines = String::new();
    for (rule, severity) in RULES.iter().zip(&settings.severities) {
        if *severity != Some(rule.severity) || settings.explicit.contains(rule.id) {
            let _ = writeln!(lines, "{} = {}", rule.id, quoted(severity.map_or("off", Severity::name)));
        }
    }
    let on = settings.severities.iter().flatten().count();
    let _ = writeln!(
        out,
        "\n# {on} of {} rules are on; here are those that are not as `wlint rules` lists them.",
        RULES.len()
    );
    out.push_str("[severity]\n");
    out.push_str(&lines);
}

fn options(out: &mut String, settings: &Settings) {
    let policy = &settings.policy;
    out.push_str("\n[options]\n");
    for (name, texts) in [
        ("trusted-registries", &policy.trusted_registries),
        ("allowed-base-images", &policy.allowed_base_images),
        ("secret-names", &policy.secret_names),
        ("secret-values", &policy.secret_values),
    ] {
        if !texts.is_empty() {
            let texts: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
            let _ = writeln!(out, "{name} = [{}]", texts.join(", "));
        }
    }
    if !policy.hosts.is_empty() {
        let host = |host: &dockerfile::facts::host::Host| {
            let (name, isolation) = (quoted(host.build.tag), quoted(host.isolation.name()));
            format!("{{ name = {name}, isolation = {isolation} }}")
        };
        let _ = writeln!(out, "hosts = [{}]", policy.hosts.iter().map(host).collect::<Vec<_>>().join(", "));
    }
    for (name, flag) in
        [("only-required-labels", policy.only_required_labels), ("require-reason", policy.require_reason)]
    {
        if flag {
            let _ = writeln!(out, "{name} = true");
        }
    }
    if !policy.required_labels.is_empty() {
        out.push_str("\n[options.required-labels]\n");
        for (label, kind) in &policy.required_labels {
            let _ = writeln!(out, "{} = {}", quoted(label), quoted(kind.name()));
        }
    }
}

/// A text as TOML.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
