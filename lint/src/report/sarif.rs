//! SARIF 2.1.0, one run. Results come as the files do; the rules that they name stand behind them, as the order of
//! names in a JSON object means nothing.

use dockerfile::diagnostic::{Diagnostic, Severity};
use dockerfile::source::{Source, Span};
use rules::Rule;
use serde_json::{Value, json};

use super::edits::{Mend, mend};
use super::path::uri;
use super::{End, File, REPOSITORY, Shape, json as lines, sentence, url};
use crate::rules_command::summary;

/// How it is written.
pub const SHAPE: Shape = Shape {
    start: "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\",\"runs\":[{\n\
            \"columnKind\":\"unicodeCodePoints\",\"results\":[",
    file,
    between: lines::BETWEEN,
    end,
    fingerprints: true,
    ..Shape::PLAIN
};

/// The name of our fingerprints; a new way to make them gets a new number.
const FINGERPRINT: &str = "wlint/v1";

fn file(out: &mut String, file: &File) {
    let artifact = artifact(file.name);
    for (index, (diagnostic, fingerprint)) in file.diagnostics.iter().zip(file.fingerprints).enumerate() {
        if index > 0 {
            out.push_str(lines::BETWEEN);
        }
        lines::push(out, &result(file.source, &artifact, diagnostic, fingerprint));
    }
}

/// A path below the current folder is relative to the root of the sources.
fn artifact(name: &str) -> Value {
    let uri = uri(name);
    match uri.starts_with("file:") {
        true => json!({ "uri": uri }),
        false => json!({ "uri": uri, "uriBaseId": "%SRCROOT%" }),
    }
}

fn result(source: &Source, artifact: &Value, diagnostic: &Diagnostic, fingerprint: &str) -> Value {
    // `[x](1)` in a message would be a link, whoever wrote it.
    let text = sentence(diagnostic).replace("](", "] (");
    let mut result = json!({
        "ruleId": diagnostic.rule,
        "level": level(diagnostic.severity),
        "message": { "text": text },
        "locations": [location(source, artifact, diagnostic.span)],
        "partialFingerprints": { FINGERPRINT: fingerprint },
        "properties": { "severity": diagnostic.severity.name() },
    });
    if !diagnostic.labels.is_empty() {
        let related = diagnostic.labels.iter().enumerate().map(|(id, label)| {
            let mut location = location(source, artifact, label.span);
            location["id"] = json!(id);
            location["message"] = json!({ "text": label.text });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(mend) = mend(source, diagnostic) {
        result["fixes"] = json!([fix(source, artifact, &mend)]);
    }
    result
}

fn location(source: &Source, artifact: &Value, span: Span) -> Value {
    json!({ "physicalLocation": { "artifactLocation": artifact, "region": region(source, span) } })
}

/// Lines and columns of the text, and the bytes of the file.
fn region(source: &Source, span: Span) -> Value {
    let (start, end) = (source.position(span.start), source.position(span.end));
    let offset = source.file_offset(span.start);
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "byteOffset": offset,
        "byteLength": source.file_offset(span.end) - offset,
    })
}

fn fix(source: &Source, artifact: &Value, mend: &Mend) -> Value {
    let replacements = mend.edits.iter().map(|edit| {
        let mut replacement = json!({ "deletedRegion": region(source, edit.span) });
        if !edit.text.is_empty() {
            replacement["insertedContent"] = json!({ "text": edit.text });
        }
        replacement
    });
    json!({
        "description": { "text": format!("{} ({})", mend.title, mend.safety) },
        "artifactChanges": [{ "artifactLocation": artifact, "replacements": replacements.collect::<Vec<_>>() }],
    })
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Style => "note",
    }
}

fn end(out: &mut String, end: &End) {
    let rules: Vec<Value> = end.rules.iter().filter_map(|id| rules::rule(id)).map(descriptor).collect();
    let notifications: Vec<Value> =
        end.errors.iter().map(|error| json!({ "level": "error", "message": { "text": error } })).collect();
    let mut driver = json!({
        "name": "wlint",
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules,
    });
    if !REPOSITORY.is_empty() {
        driver["informationUri"] = json!(REPOSITORY);
    }
    out.push_str("],\n\"tool\":");
    lines::push(out, &json!({ "driver": driver }));
    out.push_str(",\n\"invocations\":");
    let invocation =
        json!({ "executionSuccessful": end.errors.is_empty(), "toolExecutionNotifications": notifications });
    lines::push(out, &json!([invocation]));
    out.push_str("}]}\n");
}

fn descriptor(rule: &Rule) -> Value {
    let mut tags = vec!["dockerfile", rule.group.name()];
    tags.extend(["security"].iter().filter(|_| matches!(rule.group.name(), "secret" | "download")));
    let mut descriptor = json!({
        "id": rule.id,
        "name": name(rule.id),
        "shortDescription": { "text": summary(rule.page) },
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": { "tags": tags, "problem.severity": problem(rule.severity) },
    });
    if let Some(url) = url(rule.group.name(), rule.id) {
        descriptor["helpUri"] = json!(url);
    }
    descriptor
}

/// The words that GitHub's code scanning knows.
const fn problem(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Style => "recommendation",
    }
}

/// `BaseUntagged` for `base-untagged`.
fn name(id: &str) -> String {
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    id.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_pascal_case() {
        assert_eq!(name("base-untagged"), "BaseUntagged");
        assert_eq!(name("exit-3010-unhandled"), "Exit3010Unhandled");
    }
}
