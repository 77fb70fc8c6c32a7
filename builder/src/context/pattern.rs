//! Patterns of `COPY` sources, as Go's `path.Match` reads them on every host: `*` and `?` within a name, `[a-z]`, and `\`
//! before a character that stands for itself.

/// Whether a source is a pattern and not a path.
pub fn is_pattern(source: &str) -> bool {
    let mut chars = source.chars();
    while let Some(char) = chars.next() {
        match char {
            '*' | '?' | '[' => return true,
            '\\' => _ = chars.next(),
            _ => {}
        }
    }
    false
}

/// Whether a name, which has no slash, matches a pattern; `None` when the pattern is malformed. With `fold`, letter case
/// does not count.
pub fn matches(pattern: &str, name: &str, fold: bool) -> Option<bool> {
    let pattern = tokens(pattern, fold)?;
    let name: Vec<char> = if fold { name.to_lowercase().chars().collect() } else { name.chars().collect() };
    // Where the last `*` stood and how much of the name it has taken: enough to go back to.
    let (mut at, mut seen) = (0, 0);
    let mut star = None;
    while seen < name.len() {
        match pattern.get(at) {
            Some(Token::Star) => {
                star = Some((at, seen));
                at += 1;
            }
            Some(token) if token.takes(name[seen]) => {
                at += 1;
                seen += 1;
            }
            _ => match star {
                Some((before, taken)) => {
                    star = Some((before, taken + 1));
                    (at, seen) = (before + 1, taken + 1);
                }
                None => return Some(false),
            },
        }
    }
    Some(pattern[at..].iter().all(|token| matches!(token, Token::Star)))
}

#[derive(Debug)]
enum Token {
    Star,
    One,
    Char(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Token {
    fn takes(&self, char: char) -> bool {
        match self {
            Token::Star => false,
            Token::One => true,
            Token::Char(own) => *own == char,
            Token::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&char)) != *negated
            }
        }
    }
}

fn tokens(pattern: &str, fold: bool) -> Option<Vec<Token>> {
    let pattern = if fold { pattern.to_lowercase() } else { pattern.to_owned() };
    let mut chars = pattern.chars().peekable();
    let mut tokens = Vec::new();
    while let Some(char) = chars.next() {
        tokens.push(match char {
            '*' => Token::Star,
            '?' => Token::One,
            '\\' => Token::Char(chars.next()?),
            '[' => class(&mut chars)?,
            _ => Token::Char(char),
        });
    }
    Some(tokens)
}

fn class(chars: &mut std::iter::Peekable<std::str::Chars>) -> Option<Token> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Some(Token::Class { negated, ranges });
        }
        let low = class_char(chars)?;
        let high = if chars.next_if_eq(&'-').is_some() { class_char(chars)? } else { low };
        ranges.push((low, high));
    }
}

/// A character of a class; `-` and `]` only behind `\`.
fn class_char(chars: &mut std::iter::Peekable<std::str::Chars>) -> Option<char> {
    match chars.next()? {
        '-' | ']' => None,
        '\\' => chars.next(),
        char => Some(char),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cases of Go's own test of `filepath.Match` whose names have no slash.
    #[test]
    fn names_match_as_in_go() {
        for (pattern, name, expected) in [
            ("abc", "abc", Some(true)),
            ("*", "abc", Some(true)),
            ("*c", "abc", Some(true)),
            ("a*", "a", Some(true)),
            ("a*b*c*d*e*", "axbxcxdxe", Some(true)),
            ("a*b*c*d*e*", "axbxcxdxexxx", Some(true)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Some(true)),
            ("a*b?c*x", "abxbbxdbxebxczzy", Some(false)),
            ("ab[c]", "abc", Some(true)),
            ("ab[b-d]", "abc", Some(true)),
            ("ab[e-g]", "abc", Some(false)),
            ("ab[^c]", "abc", Some(false)),
            ("ab[^e-g]", "abc", Some(true)),
            (r"a\*b", "a*b", Some(true)),
            (r"a\*b", "ab", Some(false)),
            ("a?b", "a☺b", Some(true)),
            ("a[^a]b", "a☺b", Some(true)),
            ("a???b", "a☺b", Some(false)),
            ("[a-ζ]*", "α", Some(true)),
            ("*[a-ζ]", "A", Some(false)),
            (r"[\]a]", "]", Some(true)),
            (r"[\-x]", "x", Some(true)),
            (r"[x\-]", "-", Some(true)),
            ("[]a]", "]", None),
            ("[-]", "-", None),
            ("[x-]", "x", None),
            ("[a-b-c]", "a", None),
            ("[", "a", None),
            ("[^", "a", None),
            ("a[", "ab", None),
            (r"a\", "a", None),
            ("*x", "xxx", Some(true)),
            ("", "", Some(true)),
            ("", "a", Some(false)),
        ] {
            assert_eq!(matches(pattern, name, false), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn letter_case_counts_unless_folded() {
        assert_eq!(matches("*.TXT", "a.txt", false), Some(false));
        assert_eq!(matches("*.TXT", "a.txt", true), Some(true));
        assert!(is_pattern("a/*.txt") && is_pattern("a?") && is_pattern("[a]"));
        assert!(!is_pattern(r"a\*b") && !is_pattern("a/b.txt"));
    }

    #[test]
    fn a_long_pattern_takes_no_long_time() {
        let pattern = "*a".repeat(200);
        assert_eq!(matches(&pattern, &"a".repeat(5_000), false), Some(true));
        assert_eq!(matches(&(pattern + "b"), &"a".repeat(5_000), false), Some(false));
    }
}
