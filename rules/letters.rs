//! Texts looked for in others: fast in long ones, and whatever their letter case without a copy in lower case.

use memchr::{memchr2_iter, memmem};

/// Whether a long text holds another one, letter for letter.
pub(crate) fn has(text: &str, part: &str) -> bool {
    memmem::find(text.as_bytes(), part.as_bytes()).is_some()
}

/// Whether a text holds another one, which is in lower case.
pub(crate) fn holds(text: &str, part: &str) -> bool {
    find(text, part).is_some()
}

/// Where a text first holds another one, which is in lower case and not empty.
pub(crate) fn find(text: &str, part: &str) -> Option<usize> {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let (&first, rest) = part.split_first()?;
    let fits = |at: &usize| text.get(at + 1..at + part.len()).is_some_and(|it| it.eq_ignore_ascii_case(rest));
    memchr2_iter(first, first.to_ascii_uppercase(), text).find(fits)
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
        assert!(has(text, "Docker") && !has(text, "docker"));
        assert!(!holds("docker", "docker_engine") && !holds("", "a"));
        assert!(ends(text, "_engine") && !ends("e", "engine") && begins(text, "c:/") && !begins("c", "c:/"));
    }
}
