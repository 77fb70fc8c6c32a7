//! Text files as PowerShell reads them: words of checksums, and lines in which something is replaced.

use crate::plan::{Listed, Replacement, Separator};

/// A file's bytes as text, by its byte order mark; bytes that are no text stand for no digit of a hash.
pub(super) fn decoded(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], of: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| of([pair[0], pair[1]])).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        all => String::from_utf8_lossy(all).into_owned(),
    }
}

/// The regular expression that a plan has. The plan takes only letters, dots and anchors, and those of .NET mean the same
/// here; what does not is told.
fn expression(pattern: &str, exact: bool) -> Result<regex_lite::Regex, String> {
    let built = regex_lite::RegexBuilder::new(pattern).case_insensitive(!exact).build();
    built.map_err(|error| format!("`{pattern}` is no regular expression: {error}"))
}

/// The word that is compared; empty where it is not there. An error says why it cannot be looked for.
pub(super) fn word(text: &str, list: &Listed) -> Result<String, String> {
    let mut lines: Vec<&str> = if list.raw { vec![text] } else { text.lines().collect() };
    if let Some(pattern) = &list.line {
        let pattern = expression(pattern, false)?;
        lines.retain(|line| pattern.is_match(line));
    }
    let found = match list.split {
        None => lines.join(" "),
        Some(separator) => {
            let words: Vec<&str> = lines.iter().flat_map(|line| split(line, separator)).collect();
            let at = list.word.unwrap_or_default();
            let at =
                if at < 0 { words.len().checked_sub(at.unsigned_abs() as usize) } else { usize::try_from(at).ok() };
            at.and_then(|at| words.get(at)).copied().unwrap_or_default().to_owned()
        }
    };
    Ok(if list.trim { found.trim().to_owned() } else { found })
}

/// The lines of a file, or its whole text, with something replaced; an error says why nobody can tell what it becomes.
pub(super) fn replaced(bytes: &[u8], raw: bool, changes: &[Replacement]) -> Result<String, String> {
    let text = decoded(bytes);
    if !text.is_ascii() {
        return Err("it has letters beyond ASCII, and what they become depends on the code page".to_owned());
    }
    if text.replace("\r\n", "").contains('\r') {
        return Err("it has lines that end without a line feed".to_owned());
    }
    let lines: Vec<&str> = if raw { vec![&text] } else { text.lines().collect() };
    let patterns: Vec<_> =
        changes.iter().map(|change| expression(&change.pattern, change.exact)).collect::<Result<_, _>>()?;
    let mut out = String::new();
    for line in lines {
        let mut line = line.to_owned();
        for (change, pattern) in changes.iter().zip(&patterns) {
            line = pattern.replace_all(&line, regex_lite::NoExpand(&change.with)).into_owned();
        }
        out.push_str(&line);
        out.push_str("\r\n");
    }
    Ok(out)
}

fn split(line: &str, separator: Separator) -> Vec<&str> {
    let Separator::Blanks = separator else {
        let Separator::Char(sign) = separator else { return vec![line] };
        return line.split(sign).collect();
    };
    // Blanks at an end have an empty word beside them.
    let inner = line.split_whitespace();
    let first = line.starts_with(char::is_whitespace).then_some("");
    let last = line.ends_with(char::is_whitespace).then_some("");
    first.into_iter().chain(inner).chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str, line: Option<&str>, split: Option<Separator>, word: Option<i64>) -> String {
        let line = line.map(str::to_owned);
        super::word(text, &Listed { file: String::new(), raw: false, line, split, word, trim: false }).unwrap()
    }

    #[test]
    fn a_word_is_found_as_powershell_finds_it() {
        let sums = "aa  a.zip\r\nBB  b.zip\nbc  xb.zip.txt\n";
        let blanks = Some(Separator::Blanks);
        assert_eq!(of(sums, Some(r"B\.zip$"), blanks, Some(0)), "BB");
        assert_eq!(of(sums, Some(r"^bb"), blanks, Some(-1)), "b.zip");
        assert_eq!(of(sums, Some("none"), blanks, Some(0)), "");
        assert_eq!(of(sums, None, Some(Separator::Char(' ')), Some(2)), "a.zip");
        assert_eq!(of(" aa ", None, blanks, Some(1)), "aa");
        assert_eq!(of("aa\n", None, None, None), "aa");
        assert_eq!(of("aa\nbb\n", None, None, None), "aa bb");
    }

    #[test]
    fn a_whole_text_keeps_the_ends_of_its_lines() {
        let mut list = Listed { file: String::new(), raw: true, line: None, split: None, word: None, trim: false };
        assert_eq!(word("aa\r\n", &list).unwrap(), "aa\r\n");
        list.trim = true;
        assert_eq!(word("aa\r\n", &list).unwrap(), "aa");
    }

    #[test]
    fn lines_are_written_with_what_was_replaced() {
        let change = |pattern: &str, exact, with: &str| Replacement {
            pattern: pattern.to_owned(),
            exact,
            with: with.to_owned(),
        };
        let changes = [change("^#HOST", false, "host"), change("B", true, "$0")];
        assert_eq!(replaced(b"#host: b\nB\r\n", false, &changes).unwrap(), "host: b\r\n$0\r\n");
        assert_eq!(replaced(b"\xef\xbb\xbfa\n", true, &[]).unwrap(), "a\n\r\n");
        assert!(replaced("ä".as_bytes(), false, &[]).unwrap_err().contains("code page"));
        assert!(replaced(b"a\rb", false, &[]).unwrap_err().contains("line feed"));
    }

    #[test]
    fn a_pattern_that_is_none_here_is_told() {
        let line = Some(r"a\ b\-c\#\!".to_owned());
        let mut list = Listed { file: String::new(), raw: false, line, split: None, word: None, trim: false };
        assert_eq!(word("x\nA b-c#!\n", &list).unwrap(), "A b-c#!");
        list.line = Some("(".to_owned());
        assert!(word("a", &list).unwrap_err().starts_with("`(` is no regular expression: "));
        let change = Replacement { pattern: "(".to_owned(), exact: false, with: String::new() };
        assert!(replaced(b"a", false, &[change]).unwrap_err().starts_with("`(` is no regular expression: "));
    }

    #[test]
    fn marks_say_how_letters_are_written() {
        assert_eq!(decoded(b"\xff\xfea\0b\0"), "ab");
        assert_eq!(decoded(b"\xef\xbb\xbfab"), "ab");
        assert_eq!(decoded(b"ab"), "ab");
    }
}
