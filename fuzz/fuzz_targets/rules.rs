//! Any bytes as a Dockerfile that all rules look at: nothing panics, every place can be shown, every fix can be applied,
//! and a file among others has the findings that it has alone.

#![no_main]

use dockerfile::diagnostic::{Fix, apply, merge};
use dockerfile::document::{Builder, Document};
use dockerfile::source::{Source, Span};
use libfuzzer_sys::fuzz_target;
use rules::Settings;

fuzz_target!(|bytes: &[u8]| {
    let settings = Settings::default();
    let [file, other] = [bytes, b"FROM alpine\n"].map(|bytes| Document::new(Source::new(bytes.to_vec()), Builder::Any));
    let together = rules::check_all(&[(&other, &settings), (&file, &settings)]);
    let found = rules::check(&file, &settings);
    assert_eq!(found, together[1], "what is found in one file depends on no other");
    for diagnostic in &found {
        let labels = diagnostic.labels.iter().map(|label| label.span);
        labels.chain([diagnostic.span]).for_each(|span| cut(&file.source, span));
        if let Some(fix) = &diagnostic.fix {
            mended(&file.source, [fix]);
        }
    }
    mended(&file.source, found.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()));
});

/// Applies fixes, and reads what comes of it.
fn mended<'a>(source: &Source, fixes: impl IntoIterator<Item = &'a Fix>) {
    let (edits, transcode, _) = merge(fixes);
    edits.iter().for_each(|edit| cut(source, edit.span));
    Document::new(Source::new(apply(source, &edits, transcode)), Builder::Any);
}

/// Panics where a span is outside the text or splits a character.
fn cut(source: &Source, span: Span) {
    source.slice(span);
    source.position(span.start);
    source.position(span.end);
}
