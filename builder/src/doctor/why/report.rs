//! What a log means, for people and for programs.

use std::fmt::Write as _;

use dockerfile::render::push_safe;
use serde_json::{Value, json};

use super::{Known, Place, ending};

/// For people.
pub fn text(found: &[Known], place: Option<&Place>) -> String {
    let mut out = String::new();
    let Some(ended) = ending(found) else {
        let _ = writeln!(out, "nothing in this log is known to end a build");
        others(&mut out, found, None);
        return out;
    };
    let _ = writeln!(out, "what ended it: {} (line {} of the log)", ended.id, ended.line);
    let _ = writeln!(out, "  log:   {}", safe(&ended.text));
    if let Some(step) = &ended.step {
        let _ = writeln!(out, "  step:  {} {}", step.number, safe(&step.instruction));
    }
    let _ = writeln!(out, "  cause: {}", ended.cause);
    if !ended.remedy.is_empty() {
        let _ = writeln!(out, "  do:    {}", ended.remedy);
    }
    if ended.retry {
        let _ = writeln!(
            out,
            "  again: it may pass when the build is tried again; wbuild build --engine docker does so by itself"
        );
    }
    if let Some(rule) = ended.rule {
        let _ = writeln!(out, "  rule:  wlint explain {rule}");
    }
    if let Some(place) = place {
        let _ = writeln!(out, "  file:  line {}: {}", place.line, safe(&place.text));
        for (rule, line, message) in &place.findings {
            let _ = writeln!(out, "         line {line}: {rule}: {}", safe(message));
        }
    }
    others(&mut out, found, Some(ended));
    out
}

fn others(out: &mut String, found: &[Known], ended: Option<&Known>) {
    let others: Vec<&Known> = found.iter().filter(|known| ended.is_none_or(|ended| *known != ended)).collect();
    if others.is_empty() {
        return;
    }
    let _ = writeln!(out, "also in the log");
    for known in others {
        let _ = writeln!(out, "  line {}: {}: {}", known.line, known.id, known.cause);
        if !known.remedy.is_empty() {
            let _ = writeln!(out, "    do: {}", known.remedy);
        }
    }
}

fn safe(text: &str) -> String {
    let mut out = String::new();
    push_safe(&mut out, text);
    out
}

/// For programs.
pub fn json(found: &[Known], place: Option<&Place>) -> Value {
    let one = |known: &Known| {
        json!({
            "id": known.id,
            "line": known.line,
            "text": known.text,
            "cause": known.cause,
            "remedy": known.remedy,
            "retry": known.retry,
            "fatal": known.fatal,
            "rule": known.rule,
            "step": known.step.as_ref().map(|step| json!({"number": step.number, "instruction": step.instruction})),
        })
    };
    let place = place.map(|place| {
        let findings: Vec<Value> = place
            .findings
            .iter()
            .map(|(rule, line, message)| json!({"rule": rule, "line": line, "message": message}))
            .collect();
        json!({"line": place.line, "text": place.text, "findings": findings})
    });
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "ended": ending(found).map(one),
        "known": found.iter().map(one).collect::<Vec<_>>(),
        "place": place,
    })
}
