//! What fixes would change, as a unified diff that `patch` and `git apply` take.

use std::path::Path;
use std::time::Duration;

use dockerfile::document::Document;
use dockerfile::render::{Paint, Style, push_safe};
use dockerfile::source::Encoding;
use rules::Policy;
use similar::TextDiff;

/// A file of a million lines is compared coarsely rather than for minutes.
const PATIENCE: Duration = Duration::from_secs(2);

/// Appends the difference between a file before and after its fixes, secrets masked.
pub fn push(out: &mut String, name: &str, before: &Document, after: &Document, policy: &Policy, style: Style) {
    let masked = |document: &Document| rules::secrets(document, policy).masked(&document.source);
    let texts = [masked(before), masked(after)];
    let (before, after) = (&before.source, &after.source);
    if before.encoding() != after.encoding() {
        push_safe(out, name);
        out.push_str(&format!(": {} becomes {}\n", encoding(before.encoding()), encoding(after.encoding())));
    }
    if before.text() == after.text() {
        return;
    }
    let (old, new) = headers(name);
    let diff = TextDiff::configure().timeout(PATIENCE).diff_lines(&texts[0], &texts[1]);
    let unified = diff.unified_diff().header(&old, &new).to_string();
    if style == Style::Plain {
        out.push_str(&unified);
        return;
    }
    for (index, line) in unified.split_inclusive('\n').enumerate() {
        let paint = match line.as_bytes().first() {
            _ if index < 2 => Some(Paint::Strong),
            Some(b'@') => Some(Paint::Frame),
            Some(b'+') => Some(Paint::Good),
            Some(b'-') => Some(Paint::Bad),
            _ => None,
        };
        let mut shown = String::new();
        push_safe(&mut shown, line.trim_end_matches(['\r', '\n']));
        match paint {
            Some(paint) => style.paint(out, paint, &shown),
            None => out.push_str(&shown),
        }
        out.push('\n');
    }
}

/// The names as git writes them; a path from the root stands for itself.
fn headers(name: &str) -> (String, String) {
    let slashed = name.replace('\\', "/");
    if Path::new(name).has_root() {
        (slashed.clone(), slashed)
    } else {
        (format!("a/{slashed}"), format!("b/{slashed}"))
    }
}

const fn encoding(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf8Bom => "UTF-8 with byte order mark",
        Encoding::Utf16Le => "UTF-16 (little endian)",
        Encoding::Utf16Be => "UTF-16 (big endian)",
    }
}

#[cfg(test)]
mod tests {
    use dockerfile::document::Builder;
    use dockerfile::source::Source;

    use super::*;

    fn diff(before: &[u8], after: &str, style: Style) -> String {
        let mut out = String::new();
        let document = |bytes: &[u8]| Document::new(Source::new(bytes.to_vec()), Builder::Any);
        push(&mut out, "a\\Dockerfile", &document(before), &document(after.as_bytes()), &Policy::default(), style);
        out
    }

    #[test]
    fn a_diff_names_the_file_and_the_lines() {
        let out = diff(b"FROM a\r\nRUN x\r\n", "FROM a\r\nRUN y\r\n", Style::Plain);
        let expected = "--- a/a/Dockerfile\n+++ b/a/Dockerfile\n@@ -1,2 +1,2 @@\n FROM a\r\n-RUN x\r\n+RUN y\r\n";
        assert_eq!(out, expected);
        let out = diff(b"FROM a\nRUN x\n", "FROM a\nRUN \x1Bc\n", Style::Colour);
        assert!(out.ends_with(" FROM a\n\x1B[31m-RUN x\x1B[0m\n\x1B[32m+RUN ␛c\x1B[0m\n"), "{out:?}");
    }

    #[test]
    fn a_secret_is_masked_where_it_stood_and_where_it_stands() {
        let out = diff(b"FROM a\nENV DB_PASSWORD S3cret!\n", "FROM a\nENV DB_PASSWORD=S3cret!\n", Style::Plain);
        assert!(out.ends_with("\n-ENV DB_PASSWORD *******\n+ENV DB_PASSWORD=*******\n"), "{out}");
    }

    #[test]
    fn a_change_of_encoding_is_said() {
        let out = diff(b"\xFF\xFEF\0\n\0", "F\n", Style::Plain);
        assert_eq!(out, "a\\Dockerfile: UTF-16 (little endian) becomes UTF-8\n");
    }
}
