//! A plan as one JSON object, for programs.

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

fn mask(view: &View<'_>, value: &mut Value) {
    match value {
        Value::String(text) => *text = view.secrets.mask(text),
        Value::Array(values) => values.iter_mut().for_each(|value| mask(view, value)),
        Value::Object(fields) => fields.values_mut().for_each(|value| mask(view, value)),
        _ => {}
    }
}
