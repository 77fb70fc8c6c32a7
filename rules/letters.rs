//! Texts looked for in others: fast in long ones, and whatever their letter case without a copy in lower case.

use memchr::{memchr_iter, memchr2_iter, memrchr2};

/// Whether a text holds another one, which is in lower case.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// Where a text first holds another one, which is in lower case and not empty.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    // A sign is rarer than a letter.
    let rare = part.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(0);
    let byte = *part.get(rare)?;
    let mut starts = memchr2_iter(byte, byte.to_ascii_uppercase(), text).filter_map(|at| at.checked_sub(rare));
    starts.find(|&at| text.get(at..at + part.len()).is_some_and(|it| it.eq_ignore_ascii_case(part)))
}

/// Where a text first holds another one, letter for letter. What is looked for is short and of ours: nothing is prepared for
/// the search, which for a short text would take longer than the search itself, so the time grows with both lengths.
pub(crate) fn find_exact(text: &str, part: &str) -> Option<usize> {
    let first = *part.as_bytes().first()?;
    memchr_iter(first, text.as_bytes()).find(|&at| text.as_bytes()[at..].starts_with(part.as_bytes()))
}

/// What stands behind the last slash or backslash of a path.
pub(crate) fn last_part(path: &str) -> &str {
    memrchr2(b'/', b'\\', path.as_bytes()).map_or(path, |at| &path[at + 1..])
}

/// Whether a text ends in another one, which is in lower case.
pub(crate) fn ends(text: &str, end: &str) -> bool {
    let at = text.len().checked_sub(end.len());
    at.is_some_and(|at| text.as_bytes()[at..].eq_ignore_ascii_case(end.as_bytes()))
}

/// Whether a text begins with another one.
pub(crate) fn begins(text: &str, start: &str) -> bool {
    text.as_bytes().get(..start.len()).is_some_and(|it| it.eq_ignore_ascii_case(start.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letter_case_does_not_count() {
        let text = "C:/Größe/Docker_ENGINE";
        assert_eq!(find(text, "docker_engine").map(|at| &text[at..]), Some("Docker_ENGINE"));
        assert_eq!(find("aAb", "ab"), Some(1));
        assert_eq!(find_exact(text, "er_E").map(|at| &text[at..]), Some("er_ENGINE"));
        assert_eq!([(text, "er_e"), ("e", "er"), ("a", "")].map(|(text, part)| find_exact(text, part)), [None; 3]);
        assert_eq!([text, "a\\b/c\\d", "a", "a/"].map(last_part), ["Docker_ENGINE", "d", "a", ""]);
        assert!(!holds("docker", "docker_engine") && !holds("", "a"));
        assert!(ends(text, "_engine") && !ends("e", "engine") && begins(text, "c:/") && !begins("c", "c:/"));
    }
}
