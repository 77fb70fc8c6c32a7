//! Typographic quotes and dashes, which word processors and web pages put in place of those of ASCII.

use std::ops::Range;

/// A double quote that is not `"`.
pub const fn is_double(char: char) -> bool {
    matches!(char, '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{201F}' | '\u{00AB}' | '\u{00BB}')
}

/// A single quote that is not `'`.
pub const fn is_single(char: char) -> bool {
    matches!(char, '\u{2018}' | '\u{2019}' | '\u{201A}' | '\u{201B}')
}

/// What the dashes at the front were typed as: an en dash was `-` or `--`, an em dash `--`. None when no letter
/// follows, as in `a – b`.
pub fn dashes(text: &str) -> Option<Range<usize>> {
    let rest = text.trim_start_matches(['-', '\u{2013}', '\u{2014}', '\u{2015}']);
    let dashes = &text[..text.len() - rest.len()];
    let is_typographic = !dashes.is_ascii() && rest.starts_with(|char: char| char.is_ascii_alphabetic());
    is_typographic.then_some(0..dashes.len())
}

/// The pairs of typographic quotes around words, outside `"..."`: where each opens and where it closes. An apostrophe
/// is none.
///
/// ```
/// use dockerfile::typography::pairs;
///
/// let text = "/d “it’s a” \"‘b’\" x=‘c’";
/// let found: Vec<&str> = pairs(text).into_iter().map(|(open, close)| &text[open.start..close.end]).collect();
/// assert_eq!(found, ["“it’s a”", "‘c’"]);
/// ```
pub fn pairs(text: &str) -> Vec<(Range<usize>, Range<usize>)> {
    let mut found = Vec::new();
    let mut open: Option<(Range<usize>, bool)> = None;
    let (mut quoted, mut before) = (false, ' ');
    for (at, char) in text.char_indices() {
        let here = at..at + char.len_utf8();
        let double = is_double(char);
        if char == '"' {
            quoted = !quoted;
            open = None;
        } else if (double || is_single(char)) && !quoted {
            let next = text[here.end..].chars().next();
            let ends =
                next.is_none_or(|next| next.is_whitespace() || matches!(next, ',' | ';' | ')' | '&' | '|' | '%'));
            match open.take() {
                Some((start, kind)) if kind == double && ends => found.push((start, here)),
                Some(other) => open = Some(other),
                None if before.is_whitespace() || matches!(before, '=' | ':' | '(' | ',') => {
                    open = Some((here, double));
                }
                None => {}
            }
        }
        before = char;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_of_one_kind_and_around_words() {
        for (text, expected) in [
            ("net user bob “a b” /ADD", vec!["“a b”"]),
            ("‘a’ „b“ «c»", vec!["‘a’", "„b“", "«c»"]),
            ("msg It’s the dogs’ ‘house", vec![]),
            ("a “b’ c” d", vec!["“b’ c”"]),
            ("5” 6”", vec![]),
            ("/x:“a”,“b”", vec!["“a”", "“b”"]),
            ("“a\"b”", vec![]),
        ] {
            let found: Vec<&str> = pairs(text).into_iter().map(|(open, close)| &text[open.start..close.end]).collect();
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn dashes_stand_before_a_name() {
        for (text, expected) in
            [("–y", Some(0..3)), ("—from=x", Some(0..3)), ("-–x", Some(0..4)), ("–", None), ("-y", None), ("–5", None)]
        {
            assert_eq!(dashes(text), expected, "{text}");
        }
    }
}
