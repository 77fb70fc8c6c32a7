//! Progress as JSON, one object a line. docs/building.md describes the fields.

use serde::Serialize;

use super::{Event, Outcome, Stream, Transfer};

#[derive(Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
enum Line<'a> {
    Step {
        id: u64,
        state: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        name: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        seconds: Option<f64>,
    },
    Output {
        id: u64,
        stream: Stream,
        text: &'a str,
    },
    Transfer {
        id: u64,
        kind: Transfer,
        name: &'a str,
        state: &'static str,
        bytes: u64,
        total: Option<u64>,
    },
    Note {
        level: &'static str,
        text: &'a str,
    },
}

/// An event as a line, without a newline.
pub(super) fn line(event: &Event) -> String {
    let line = match event {
        Event::Started { id, name } => {
            Line::Step { id: *id, state: "started", name: Some(name), reason: None, seconds: None }
        }
        Event::Ended { id, outcome, took } => {
            let (state, reason) = match outcome {
                Outcome::Done => ("done", None),
                Outcome::Cached => ("cached", None),
                Outcome::Failed(reason) => ("failed", Some(reason.as_str())),
            };
            // Milliseconds are enough for people and graphs.
            let seconds = (took.as_secs_f64() * 1000.0).round() / 1000.0;
            Line::Step { id: *id, state, name: None, reason, seconds: Some(seconds) }
        }
        Event::Output { id, stream, line } => Line::Output { id: *id, stream: *stream, text: line },
        Event::Moved { id, moving, state, bytes } => {
            Line::Transfer { id: *id, kind: moving.kind, name: &moving.what, state, bytes: *bytes, total: moving.total }
        }
        Event::Note { level, text } => Line::Note { level, text },
    };
    serde_json::to_string(&line).expect("numbers and strings are always JSON")
}
