//! Fixes as replacements in the file's bytes.

use dockerfile::diagnostic::{self, Diagnostic, Fix, Safety};
use dockerfile::source::{Source, Span};

/// A fix.
pub(super) struct Mend<'a> {
    pub(super) title: &'a str,
    pub(super) safety: &'a str,
    pub(super) edits: Vec<Replacement>,
}

/// One replacement.
pub(super) struct Replacement {
    pub(super) offset: u32,
    pub(super) length: u32,
    pub(super) text: String,
    /// What goes, in the text.
    pub(super) span: Span,
}

/// The fix of a finding, unless it writes the whole file anew and would show the secrets in it.
pub(super) fn mend<'a>(source: &Source, diagnostic: &'a Diagnostic) -> Option<Mend<'a>> {
    let fix = diagnostic.fix.as_ref()?;
    (!fix.transcode || diagnostic.secrets.is_empty()).then(|| replacements(source, fix))
}

fn replacements<'a>(source: &Source, fix: &'a Fix) -> Mend<'a> {
    let safety = match fix.safety {
        Safety::Safe => "safe",
        Safety::Suggested => "suggested",
    };
    let edits = if fix.transcode {
        let bytes = diagnostic::apply(source, &fix.edits, true);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        vec![Replacement { offset: 0, length: source.file_len(), text, span: source.span() }]
    } else {
        fix.edits.iter().map(|edit| replacement(source, edit.span, &edit.text)).collect()
    };
    Mend { title: &fix.title, safety, edits }
}

/// New lines in the text are those of the file, as [`diagnostic::apply`] writes them.
fn replacement(source: &Source, span: Span, text: &str) -> Replacement {
    let offset = source.file_offset(span.start);
    let text = match source.newline() {
        "\n" => text.to_owned(),
        newline => text.replace("\r\n", "\n").replace('\n', newline),
    };
    Replacement { offset, length: source.file_offset(span.end) - offset, text, span }
}

#[cfg(test)]
mod tests {
    use dockerfile::diagnostic::Edit;

    use super::*;

    fn edits(bytes: &[u8], fix: &Fix) -> Vec<(u32, u32, String)> {
        let source = Source::new(bytes.to_vec());
        replacements(&source, fix).edits.into_iter().map(|edit| (edit.offset, edit.length, edit.text)).collect()
    }

    #[test]
    fn edits_count_bytes_of_the_file() {
        let fix = Fix::safe("x", vec![Edit::replace(Span::new(5, 6), "b"), Edit::insert(6, "\nRUN c")]);
        let bytes = b"\xEF\xBB\xBFFROM a\r\n";
        assert_eq!(edits(bytes, &fix), [(8, 1, "b".to_owned()), (9, 0, "\r\nRUN c".to_owned())]);
        let utf16: Vec<u8> = "\u{FEFF}FROM a".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(edits(&utf16, &fix)[0], (12, 2, "b".to_owned()));
    }

    #[test]
    fn a_new_encoding_is_one_edit_of_the_whole_file() {
        let utf16: Vec<u8> = "\u{FEFF}FROM ä".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let fix = Fix { transcode: true, ..Fix::safe("write UTF-8", Vec::new()) };
        assert_eq!(edits(&utf16, &fix), [(0, 14, "FROM ä".to_owned())]);
    }
}
