//! A plan as one JSON object, for programs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{View, summary};

/// The plan as JSON: `{"version", "dockerfile", "summary", "offline", "stages", "unused_args"}`. Secrets are masked.
pub fn json(view: &View<'_>) -> String {
    let counts = summary(view.plan);
    let mut value = json!({
        "version": 1,
        "dockerfile": view.path,
        "summary": counts,
        "offline": counts.engine == 0,
        "stages": view.plan.stages,
        "unused_args": view.plan.unused_args,
    });
    mask(view, &mut value);
    let mut text = serde_json::to_string_pretty(&value).expect("the value has string keys only");
    text.push('\n');
    text
}

/// Whether the bytes of a file, which are shown in Base64 where they are no text, are wide letters with a secret.
fn hides(view: &View<'_>, text: &str) -> bool {
    let coded = text.strip_prefix("base64:").and_then(|coded| STANDARD.decode(coded).ok());
    let Some(bytes) = coded else { return false };
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let wide = String::from_utf16_lossy(&units);
    view.secrets.mask(&wide) != wide
}

fn mask(view: &View<'_>, value: &mut Value) {
    match value {
        Value::String(text) if hides(view, text) => "***".clone_into(text),
        Value::String(text) => *text = view.secrets.mask(text),
        Value::Array(values) => values.iter_mut().for_each(|value| mask(view, value)),
        Value::Object(fields) => fields.values_mut().for_each(|value| mask(view, value)),
        _ => {}
    }
}
