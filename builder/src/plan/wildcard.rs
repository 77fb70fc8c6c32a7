//! The wildcards of Windows' shells: `*` for any text, `?` for one character.

/// Whether a text fits a pattern; letter case counts. The work grows with the product of the two lengths at most,
/// however many stars there are.
pub(super) fn fits(text: &str, pattern: &str) -> bool {
    let (text, pattern): (Vec<char>, Vec<char>) = (text.chars().collect(), pattern.chars().collect());
    let (mut at, mut sign) = (0, 0);
    // Behind the last star, and where in the text it was tried: an earlier star need not take more.
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match pattern.get(sign) {
            Some('*') => {
                sign += 1;
                star = Some((sign, at));
            }
            Some(one) if *one == '?' || *one == text[at] => (at, sign) = (at + 1, sign + 1),
            _ => {
                let Some((behind, from)) = &mut star else { return false };
                *from += 1;
                (at, sign) = (*from, *behind);
            }
        }
    }
    pattern[sign..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_take_what_they_have_to() {
        for (text, pattern, expected) in [
            ("", "", true),
            ("", "*", true),
            ("a", "", false),
            ("abc", "a*c", true),
            ("abcb", "a*b", true),
            ("abcd", "*b?d", true),
            ("abcd", "a?d", false),
            ("ab", "a*b*c", false),
            ("ä.zip", "?.zip", true),
            ("a.tar.gz", "*.gz", true),
        ] {
            assert_eq!(fits(text, pattern), expected, "{text} {pattern}");
        }
        // Trying every way to share the text among the stars would not come to an end.
        assert!(!fits(&"a".repeat(2_000), &format!("{}b", "*a".repeat(40))));
    }
}
