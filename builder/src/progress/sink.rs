//! Where progress is shown: one writer for all threads, with bars beside it on a terminal.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use dockerfile::render::push_safe;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::group::{Grouping, Groups};
use super::{Event, Style, Transfer, json, text};

/// A writer and how to write to it.
pub(super) struct Sink {
    style: Style,
    out: Mutex<Out>,
    bars: Option<MultiProgress>,
    next: AtomicU64,
    hidden: Mutex<Vec<String>>,
}

struct Out {
    writer: Box<dyn Write + Send>,
    groups: Option<Groups>,
}

impl std::fmt::Debug for Sink {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Sink({:?})", self.style)
    }
}

impl Sink {
    pub(super) fn stderr(style: Style, grouping: Grouping) -> Self {
        let bars =
            (style == Style::Bars).then(|| MultiProgress::with_draw_target(ProgressDrawTarget::stderr_with_hz(10)));
        Sink::new(style, grouping, Box::new(io::stderr()), bars)
    }

    pub(super) fn new(
        style: Style,
        grouping: Grouping,
        writer: Box<dyn Write + Send>,
        bars: Option<MultiProgress>,
    ) -> Self {
        let groups = (style == Style::Plain && grouping != Grouping::None).then(|| Groups::new(grouping));
        Sink { style, out: Mutex::new(Out { writer, groups }), bars, next: AtomicU64::new(1), hidden: Mutex::default() }
    }

    pub(super) fn next_id(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// How long nothing is said about a transfer.
    pub(super) const fn interval(&self) -> Duration {
        Duration::from_millis(if matches!(self.style, Style::Json) { 500 } else { 5_000 })
    }

    pub(super) fn hide(&self, value: &str) {
        let mut hidden = self.hidden.lock().expect("nothing panics while it is held");
        hidden.extend(value.lines().filter(|line| !line.trim().is_empty()).map(str::to_owned));
        // Of two values of which one begins the other, the longer is cut out first.
        hidden.sort_by_key(|value| std::cmp::Reverse(value.len()));
    }

    /// The text without hidden values.
    pub(super) fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let hidden = self.hidden.lock().expect("nothing panics while it is held");
        let mut text = Cow::Borrowed(text);
        for value in hidden.iter().filter(|value| !value.is_empty()) {
            if text.contains(value.as_str()) {
                text = Cow::Owned(text.replace(value.as_str(), "***"));
            }
        }
        text
    }

    /// How many bytes at the end of a text may be the beginning of a hidden value.
    pub(super) fn begun(&self, text: &str) -> usize {
        let hidden = self.hidden.lock().expect("nothing panics while it is held");
        let begun = |value: &String| {
            let is_begun = |end: &usize| value.is_char_boundary(*end) && text.ends_with(&value[..*end]);
            (1..value.len()).rev().find(is_begun)
        };
        hidden.iter().filter_map(begun).max().unwrap_or_default()
    }

    /// Shows an event, whose texts are without hidden values.
    pub(super) fn send(&self, event: &Event) {
        let line = match self.style {
            Style::Json => Some(json::line(event)),
            Style::Plain | Style::Bars => text::line(event).map(|line| safe(&line)),
        };
        let Some(line) = line else { return };
        let mut out = self.out.lock().expect("nothing panics while it is held");
        let text = match (&mut out.groups, event) {
            (Some(groups), Event::Started { id, .. }) => groups.start(*id, &line),
            (Some(groups), Event::Output { id, .. }) => groups.line(*id, &line),
            (Some(groups), Event::Ended { id, .. }) => groups.end(*id, &line),
            _ => format!("{line}\n"),
        };
        // A closed standard error has no reader to tell.
        let mut write = || _ = out.writer.write_all(text.as_bytes()).and_then(|()| out.writer.flush());
        match &self.bars {
            Some(bars) => bars.suspend(write),
            None => write(),
        }
    }

    /// The bar of a transfer, on a terminal.
    pub(super) fn bar(&self, kind: Transfer, what: &str, total: Option<u64>) -> Option<ProgressBar> {
        let bars = self.bars.as_ref()?;
        let template = match total {
            Some(_) => {
                "{wide_msg} {decimal_bytes:>9} of {decimal_total_bytes:>9} {decimal_bytes_per_sec:>11} [{bar:10}]"
            }
            None => "{wide_msg} {decimal_bytes:>9} {decimal_bytes_per_sec:>11} {spinner}",
        };
        let style = ProgressStyle::with_template(template).expect("the template is right").progress_chars("=> ");
        let bar = match total {
            Some(total) => ProgressBar::new(total),
            None => ProgressBar::new_spinner(),
        };
        let bar = bars.add(bar.with_style(style));
        bar.set_message(safe(&format!("{} {what}", text::verbs(kind).0)));
        Some(bar)
    }

    /// The sign that a step is under way, on a terminal.
    pub(super) fn spinner(&self, name: &str) -> Option<ProgressBar> {
        let bars = self.bars.as_ref()?;
        let style = ProgressStyle::with_template("{spinner} {wide_msg} {elapsed}").expect("the template is right");
        let bar = bars.add(ProgressBar::new_spinner().with_style(style.tick_chars("-\\|/ ")));
        bar.set_message(safe(name));
        bar.enable_steady_tick(Duration::from_millis(200));
        Some(bar)
    }
}

fn safe(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    push_safe(&mut safe, text);
    safe
}
