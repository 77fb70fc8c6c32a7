//! Any bytes as a Dockerfile: the tokens are the file, every span can be cut out, and nothing panics.

#![no_main]

use dockerfile::document::{Builder, Document, Reading};
use dockerfile::source::{Source, Span};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let source = Source::new(bytes.to_vec());
    assert_eq!([source.mark(), source.original(source.span())].concat(), bytes, "the file comes back byte for byte");
    let document = Document::new(source, Builder::Any);
    check(&document.source, &document.built);
    if let Some((meant, _)) = &document.meant {
        check(&document.source, meant);
    }
});

fn check(source: &Source, reading: &Reading) {
    let mut at = 0;
    for token in reading.tree.tokens() {
        assert_eq!(token.span.start, at, "no gap and no overlap before {token:?}");
        assert!(token.span.end > at, "{token:?} is empty");
        cut(source, token.span);
        at = token.span.end;
    }
    assert_eq!(at as usize, source.text().len(), "the tokens reach to the end");
    assert_eq!(reading.tree.instructions.len(), reading.instructions.len());
    let mut last = 0;
    for instruction in &reading.tree.instructions {
        assert!(instruction.lines.0 > last && instruction.lines.1 >= instruction.lines.0, "lines go up");
        last = instruction.lines.1;
        cut(source, instruction.span);
        cut(source, instruction.line.whole());
        for heredoc in &instruction.heredocs {
            cut(source, heredoc.body);
        }
        for comment in &instruction.comments {
            assert!(source.slice(*comment).starts_with('#'));
        }
    }
    for problem in &reading.problems {
        cut(source, problem.span);
        problem.kind.message();
    }
}

/// Panics where a span is outside the text or splits a character.
fn cut(source: &Source, span: Span) {
    source.slice(span);
    source.position(span.start);
    source.position(span.end);
}
