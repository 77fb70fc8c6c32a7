//! Any text as a word of an instruction, under both escape characters: expansion ends, and what it points at can be
//! cut out.

#![no_main]

use dockerfile::expand;
use dockerfile::splice::Spliced;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if text.len() > 4096 {
        return;
    }
    let input = Spliced::verbatim(text, 0);
    let env = [("A", "C:\\Program Files\\a"), ("PATH", "*/x/%${B}\\"), ("B", ""), ("é", "ü$A")];
    for escape in ['\\', '`'] {
        if let Ok(expanded) = expand::word(&input, escape, &env) {
            for at in 0..=expanded.text.text().len() {
                if expanded.text.text().is_char_boundary(at) {
                    assert!(text.is_char_boundary(expanded.text.offset(at) as usize));
                }
            }
            for found in &expanded.uses {
                assert!(text[found.span.start as usize..found.span.end as usize].starts_with('$'));
                assert_eq!(&text[found.name_span.start as usize..found.name_span.end as usize], found.name);
            }
            for span in expanded.lost.iter().chain(&expanded.escapes) {
                assert_eq!(&text[span.start as usize..span.end as usize], escape.to_string());
            }
        }
        if let Ok(words) = expand::words(&input, escape, &env) {
            for word in words {
                let span = word.whole();
                assert!(text.get(span.start as usize..span.end as usize).is_some());
            }
        }
    }
});
