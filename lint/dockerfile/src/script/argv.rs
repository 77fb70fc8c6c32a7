//! Stand-in until the argument reader is merged: what a Windows program makes of its command line.

use crate::splice::Spliced;

/// The arguments of a command line, as `CommandLineToArgvW` cuts them, joined by single blanks.
pub fn unquote(text: &Spliced) -> Spliced {
    let bytes = text.text().as_bytes();
    let mut joined = Spliced::default();
    let (mut at, mut quoted) = (0, false);
    while at < bytes.len() {
        let start = at;
        match bytes[at] {
            b' ' | b'\t' if !quoted => {
                while matches!(bytes.get(at), Some(b' ' | b'\t')) {
                    at += 1;
                }
                if !joined.is_empty() && at < bytes.len() {
                    joined.push_from(text, start..start + 1);
                }
            }
            b'\\' => {
                while bytes.get(at) == Some(&b'\\') {
                    at += 1;
                }
                let count = at - start;
                let kept = if bytes.get(at) == Some(&b'"') { count / 2 } else { count };
                joined.push_from(text, start..start + kept);
                if kept < count && count % 2 == 1 {
                    joined.push_from(text, at..at + 1);
                    at += 1;
                }
            }
            b'"' if quoted && bytes.get(at + 1) == Some(&b'"') => {
                joined.push_from(text, at..at + 1);
                at += 2;
            }
            b'"' => {
                quoted = !quoted;
                at += 1;
            }
            _ => {
                while at < bytes.len() && !matches!(bytes[at], b' ' | b'\t' | b'\\' | b'"') {
                    at += 1;
                }
                if at == start {
                    at += 1;
                }
                joined.push_from(text, start..at);
            }
        }
    }
    joined
}
