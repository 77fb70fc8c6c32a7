//! Keeps the values of secrets out of everything that is shown.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use dockerfile::diagnostic::Diagnostic;
use dockerfile::document::Document;
use dockerfile::render;
use dockerfile::source::{Source, Span};

use crate::Policy;
use crate::listing::listings;
use crate::secret::{self, Secret};

/// What stands for a secret in a sentence.
const HIDDEN: &str = "***";

/// A secret shorter than this is looked for as a whole word only: `abc` is part of many words.
const LONG: usize = 8;

/// Of how many bytes a secret is seen at least where a message cuts it.
const LEAST: usize = 4;

/// The secrets of a file: where they stand, and how they read.
#[derive(Debug)]
pub struct Secrets {
    spans: Arc<[Span]>,
    /// In order, so that those with one beginning stand together, the shortest first.
    texts: Vec<String>,
    /// Which bytes those begin with: most places of a text need no look at the table.
    firsts: [bool; 256],
}

/// The secrets of a file, also those of which no rule that is switched on speaks.
pub fn secrets(document: &Document, policy: &Policy) -> Secrets {
    Secrets::new(document, &secret::find(document, &listings(document), policy), &[])
}

impl Secrets {
    /// `more` are places that rules know of besides.
    pub(crate) fn new(document: &Document, found: &[Secret], more: &[Span]) -> Secrets {
        let source = &document.source;
        let mut texts = BTreeSet::new();
        for secret in found {
            forms(source.slice(secret.span), &mut texts);
            forms(&secret.text, &mut texts);
        }
        more.iter().for_each(|span| forms(source.slice(*span), &mut texts));
        let mut secrets = Secrets { spans: [].into(), texts: texts.into_iter().collect(), firsts: [false; 256] };
        for text in &secrets.texts {
            secrets.firsts[usize::from(text.as_bytes()[0])] = true;
        }
        let mut spans: Vec<Span> = found.iter().map(|secret| secret.span).chain(more.iter().copied()).collect();
        spans.extend(secret::mentioned(document));
        let again = secrets.find(source.text());
        spans.extend(again.into_iter().map(|range| Span::new(range.start as u32, range.end as u32)));
        secrets.spans = apart(spans).into();
        secrets
    }

    /// Where they stand, each time that one stands in the file; sorted, and none touches another.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The text without secrets.
    pub fn mask(&self, text: &str) -> String {
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        for found in self.find(text) {
            out.push_str(&text[at..found.start]);
            out.push_str(HIDDEN);
            at = found.end;
        }
        out.push_str(&text[at..]);
        out
    }

    /// The text of the file without secrets; lines and columns stay.
    pub fn masked(&self, source: &Source) -> String {
        render::masked(source, &self.spans)
    }

    /// Takes secrets out of what findings say, and fixes that would repeat one.
    pub(crate) fn hide(&self, found: &mut [Diagnostic]) {
        if self.spans.is_empty() {
            return;
        }
        for diagnostic in found {
            let labels = diagnostic.labels.iter_mut().map(|label| &mut label.text);
            let title = diagnostic.fix.as_mut().map(|fix| &mut fix.title);
            let said = [&mut diagnostic.message, &mut diagnostic.help];
            for text in said.into_iter().chain(&mut diagnostic.seen).chain(labels).chain(title) {
                *text = self.mask(text);
            }
            let repeats = |text: &str| !self.find(text).is_empty();
            if diagnostic.fix.as_ref().is_some_and(|fix| fix.edits.iter().any(|edit| repeats(&edit.text))) {
                diagnostic.fix = None;
            }
            diagnostic.secrets = Arc::clone(&self.spans);
        }
    }

    /// Where secrets stand in a text, in order and without overlap.
    fn find(&self, text: &str) -> Vec<Range<usize>> {
        let (mut found, mut free) = (Vec::new(), 0);
        if self.texts.is_empty() {
            return found;
        }
        for (at, _) in text.char_indices() {
            if at < free || !self.firsts[usize::from(text.as_bytes()[at])] {
                continue;
            }
            if let Some(len) = self.seen(text, at) {
                free = at + len;
                found.push(at..free);
            }
        }
        found
    }

    /// How much of a secret is seen at a place of a text: all of it, where it is not just part of another word, or the
    /// beginning of one that a message cuts.
    fn seen(&self, text: &str, at: usize) -> Option<usize> {
        let rest = &text[at..];
        let joins = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
        let is_alone = |len: usize| !joins(text[..at].chars().next_back()) && !joins(rest[len..].chars().next());
        let mut longest = None;
        // Those that begin as the text does, up to one byte after the other.
        let mut alike = self.texts.as_slice();
        for (len, byte) in rest.bytes().enumerate() {
            let longer = alike.last()?.len() > len;
            if len >= LEAST && longer && rest.is_char_boundary(len) && rest[len..].starts_with('…') {
                return Some(len);
            }
            let from = alike.partition_point(|secret| secret.as_bytes().get(len).is_none_or(|it| *it < byte));
            let to = alike.partition_point(|secret| secret.as_bytes().get(len).is_none_or(|it| *it <= byte));
            alike = &alike[from..to];
            let Some(first) = alike.first() else { break };
            if first.len() == len + 1 && (first.len() >= LONG || is_alone(first.len())) {
                longest = Some(first.len());
            }
        }
        longest
    }
}

/// The ways in which a secret may be written: as it stands, without quotes, without the backslashes that a builder
/// takes for escapes, and as JSON.
fn forms(text: &str, out: &mut BTreeSet<String>) {
    let text = text.trim();
    let bare = text.trim_matches(['"', '\'']);
    let forms = [
        text.to_owned(),
        bare.to_owned(),
        bare.replace('\\', ""),
        bare.replace("\\\\", "\\"),
        bare.replace('\\', "\\\\").replace('"', "\\\""),
    ];
    // A message may quote one word of it.
    let words = bare.split_whitespace().filter(|word| word.len() >= LEAST).map(str::to_owned);
    out.extend(forms.into_iter().chain(words).filter(|form| form.chars().count() > 1));
}

/// Spans sorted, those that touch made one.
fn apart(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    let mut out: Vec<Span> = Vec::new();
    for span in spans.into_iter().filter(|span| !span.is_empty()) {
        match out.last_mut() {
            Some(last) if span.start <= last.end => *last = last.to(span),
            _ => out.push(span),
        }
    }
    out
}

#[cfg(test)]
mod tests;
