//! The JSON schema of `wlint.toml`, for editors.

use rules::{Group, LabelKind, RULES};
use serde_json::{Map, Value, json};

use super::keys::{KEYS, Key, Kind, OPTIONS};

/// The schema, by draft 7, which TOML editors know.
pub fn schema() -> String {
    let table = |table: &str| -> Map<String, Value> {
        let keys = KEYS.iter().filter(|key| key.table == table);
        keys.map(|key| (key.name.to_owned(), property(key))).collect()
    };
    let mut top = table("");
    top.insert(OPTIONS.to_owned(), object("What the rules are told.", &table(OPTIONS)));
    let groups = Group::ALL.iter().map(|group| group.name());
    let names: Vec<&str> = groups.chain(RULES.iter().map(|rule| rule.id)).collect();
    let mut schema = object("The configuration of wlint, a linter for Dockerfiles of Windows containers.", &top);
    schema["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    schema["title"] = json!("wlint.toml");
    schema["definitions"] = json!({
        "rule": { "description": "A rule or a group of rules.", "enum": names },
        "severity": { "enum": ["error", "warning", "info", "style", "off"] },
    });
    serde_json::to_string_pretty(&schema).expect("JSON values always serialize") + "\n"
}

fn object(about: &str, properties: &Map<String, Value>) -> Value {
    json!({ "description": about, "type": "object", "additionalProperties": false, "properties": properties })
}

fn property(key: &Key) -> Value {
    let mut property = kind(key.kind);
    property["description"] = json!(key.about);
    property
}

fn kind(kind: Kind) -> Value {
    let text = json!({ "type": "string", "minLength": 1 });
    let rules = json!({ "type": "array", "items": { "$ref": "#/definitions/rule" } });
    match kind {
        Kind::Paths => json!({ "anyOf": [text, { "type": "array", "items": text }] }),
        Kind::Rules => rules,
        Kind::FailOn => json!({ "enum": ["error", "warning", "info", "style", "never"] }),
        Kind::Builder => json!({ "enum": ["classic", "buildkit", "any"] }),
        Kind::Date => json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" }),
        Kind::Severities => json!({
            "type": "object",
            "propertyNames": { "$ref": "#/definitions/rule" },
            "additionalProperties": { "$ref": "#/definitions/severity" },
        }),
        Kind::FileRules => json!({ "type": "object", "additionalProperties": rules }),
        Kind::Texts => json!({ "type": "array", "items": text }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Labels => {
            let kinds = LabelKind::ALL.map(LabelKind::name);
            json!({ "type": "object", "additionalProperties": { "enum": kinds } })
        }
        Kind::Hosts => {
            let isolation = json!({ "enum": ["process", "hyperv"] });
            let host = json!({
                "type": "object",
                "required": ["name"],
                "additionalProperties": false,
                "properties": { "name": text, "isolation": isolation },
            });
            json!({ "type": "array", "items": { "anyOf": [text, host] } })
        }
    }
}
