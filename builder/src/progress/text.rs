//! Progress as lines, and output cut into lines.

use std::time::Duration;

use super::{Event, Moving, Outcome, Transfer};

/// An unfinished line is shown as it is once it is this long.
const LONGEST: usize = 8 * 1024;

/// Cuts bytes into lines. A carriage return begins the line again, as a terminal shows the bars of downloads.
#[derive(Default)]
pub(super) struct Cutter {
    line: Vec<u8>,
    /// A carriage return was the last byte: with a newline behind it, it is only the end of the line.
    returned: bool,
}

impl Cutter {
    /// Takes some more bytes and gives the lines that they finish. `mask` gives a text without hidden values, and how
    /// many bytes at its end may be the beginning of one.
    pub(super) fn feed(&mut self, bytes: &[u8], mask: impl Fn(&str) -> (String, usize), mut each: impl FnMut(&str)) {
        for &byte in bytes {
            match byte {
                b'\n' => self.give(&mut each),
                b'\r' => self.returned = true,
                _ => {
                    if std::mem::take(&mut self.returned) {
                        self.line.clear();
                    }
                    // Between two characters, where there are any.
                    let is_between = byte & 0xc0 != 0x80 || self.line.len() >= LONGEST + 4;
                    if self.line.len() >= LONGEST && is_between {
                        self.cut(&mask, &mut each);
                    }
                    self.line.push(byte);
                }
            }
        }
    }

    /// Gives what stands behind the last newline.
    pub(super) fn finish(&mut self, mut each: impl FnMut(&str)) {
        if !self.line.is_empty() {
            self.give(&mut each);
        }
    }

    /// Gives a line that has not ended, up to where a hidden value may begin: a half of it would not be known for one.
    fn cut(&mut self, mask: &impl Fn(&str) -> (String, usize), each: &mut impl FnMut(&str)) {
        let (text, begun) = mask(&String::from_utf8_lossy(&self.line));
        let (whole, begun) = text.split_at(text.len() - begun);
        if !whole.is_empty() {
            each(whole);
        }
        self.line = begun.as_bytes().to_vec();
    }

    fn give(&mut self, each: &mut impl FnMut(&str)) {
        self.returned = false;
        each(&String::from_utf8_lossy(&self.line));
        self.line.clear();
    }
}

/// An event as a line, without a newline; `None` when lines do not show it.
pub(super) fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Started { id, name } => format!("#{id} {name}"),
        Event::Output { id, line, .. } => format!("#{id} | {line}"),
        Event::Ended { id, outcome, took } => match outcome {
            Outcome::Done => format!("#{id} done in {}", seconds(*took)),
            Outcome::Cached => format!("#{id} cached"),
            Outcome::Failed(reason) => format!("#{id} failed: {reason}"),
        },
        Event::Moved { moving, state, bytes, .. } => transfer(moving, state, *bytes)?,
        Event::Note { level, text } => format!("{level}: {text}"),
    })
}

fn transfer(moving: &Moving, state: &str, bytes: u64) -> Option<String> {
    let (verb, past) = verbs(moving.kind);
    let what = &moving.what;
    let of = moving.total.map_or_else(String::new, |total| format!(" of {}", size(total)));
    Some(match state {
        // A short transfer is one line, at its end.
        "started" => return None,
        "moving" => format!("{verb} {what}: {}{of}", size(bytes)),
        "done" => format!("{past} {what}: {} in {}", size(bytes), seconds(moving.began.elapsed())),
        // A blob that is there already, or was mounted, moves nothing.
        _ if bytes == 0 => return None,
        _ => format!("{verb} {what}: stopped at {}{of}", size(bytes)),
    })
}

/// What a transfer is called while it runs, and afterwards.
pub(super) const fn verbs(kind: Transfer) -> (&'static str, &'static str) {
    match kind {
        Transfer::Pull => ("pulling", "pulled"),
        Transfer::Layer => ("writing", "wrote"),
        Transfer::Push => ("pushing", "pushed"),
    }
}

/// A number of bytes for people: `116.8 MB`, in powers of 1,000 as registries and Docker show them.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut value = bytes as f64;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{value:.1} {}", UNITS[unit]) }
}

/// A count with its word: `1 layer`, `2 layers`, `3 entries`.
pub fn counted(count: usize, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => format!("{count} {word}s"),
    }
}

fn seconds(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {} s", seconds / 60, seconds % 60)
    }
}
