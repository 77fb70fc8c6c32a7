//! The patterns of `${X#p}`, `${X%p}` and `${X/p/r}`: `*` is any text, `?` any character, and `\` makes `*`, `?`
//! and itself ordinary. Neither wildcard crosses a line end.

use super::ErrorKind;

/// How many comparisons the substitutions of one word may take. Real ones take a few thousand.
const STEPS: usize = 1 << 24;

/// How long a value may become by replacement, in bytes.
const LENGTH: usize = 1 << 18;

/// What must match, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Star,
    Any,
    Char(char),
}

/// Which of several matches is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extent {
    Shortest,
    Longest,
}

/// The value without the beginning that matches. `steps` counts the comparisons.
pub fn trim_prefix(pattern: &str, value: &str, extent: Extent, steps: &mut usize) -> Result<String, ErrorKind> {
    let tokens = parse(pattern.chars().collect())?;
    let value: Vec<char> = value.chars().collect();
    let end = match_at(&tokens, &value, 0, extent, steps)?.unwrap_or(0);
    Ok(value[end..].iter().collect())
}

/// The value without the end that matches.
pub fn trim_suffix(pattern: &str, value: &str, extent: Extent, steps: &mut usize) -> Result<String, ErrorKind> {
    let tokens = parse(reversed(&pattern.chars().collect::<Vec<_>>()))?;
    let value: Vec<char> = value.chars().rev().collect();
    let end = match_at(&tokens, &value, 0, extent, steps)?.unwrap_or(0);
    Ok(value[end..].iter().rev().collect())
}

/// The value with the longest match from the leftmost place replaced, or every such match. Only in the second
/// case `$0` in the replacement stands for the match, as in Go's `ReplaceAllString`.
pub fn replace(pattern: &str, value: &str, by: &str, all: bool, steps: &mut usize) -> Result<String, ErrorKind> {
    let tokens = parse(pattern.chars().collect())?;
    let value: Vec<char> = value.chars().collect();
    let (mut out, mut at, mut last) = (String::new(), 0, None);
    while at <= value.len() {
        match match_at(&tokens, &value, at, Extent::Longest, steps)? {
            // an empty match right after another one does not count
            Some(end) if end > at || last != Some(at) => {
                if all {
                    fill_in(by, &value[at..end], &mut out);
                } else {
                    out.push_str(by);
                    out.extend(&value[end..]);
                    return Ok(out);
                }
                last = Some(end);
                if end == at {
                    out.extend(value.get(at));
                }
                at = end.max(at + 1);
            }
            _ => {
                out.extend(value.get(at));
                at += 1;
            }
        }
        if out.len() > LENGTH {
            return Err(ErrorKind::TooLong);
        }
    }
    Ok(out)
}

/// Appends a replacement: `$0` and `${0}` are the match, other names are groups that no pattern has, `$$` is a
/// dollar.
fn fill_in(by: &str, matched: &[char], out: &mut String) {
    let mut rest = by;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let inner = after.strip_prefix('{');
        let name = inner.unwrap_or(after);
        let len = name.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(name.len());
        let end = if inner.is_some() { name[len..].strip_prefix('}') } else { Some(&name[len..]) };
        rest = match (after.strip_prefix('$'), end) {
            (Some(next), _) => {
                out.push('$');
                next
            }
            (None, Some(next)) if len > 0 => {
                if &name[..len] == "0" {
                    out.extend(matched);
                }
                next
            }
            _ => {
                out.push('$');
                after
            }
        };
    }
    out.push_str(rest);
}

/// A `\` before `}` or `/` only protected it from the lexer and is dropped.
fn parse(pattern: Vec<char>) -> Result<Vec<Token>, ErrorKind> {
    let mut tokens = Vec::with_capacity(pattern.len());
    let mut at = 0;
    while at < pattern.len() {
        let next = pattern.get(at + 1).copied();
        tokens.push(match pattern[at] {
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' if matches!(next, Some('}' | '/')) => {
                at += 1;
                continue;
            }
            '\\' => match next {
                Some(char @ ('*' | '?' | '\\')) => {
                    at += 1;
                    Token::Char(char)
                }
                _ => {
                    let escaped = next.unwrap_or(char::REPLACEMENT_CHARACTER);
                    return Err(ErrorKind::InvalidPattern { pattern: pattern.into_iter().collect(), escaped });
                }
            },
            char => Token::Char(char),
        });
        at += 1;
    }
    Ok(tokens)
}

/// The pattern back to front, each escape still before what it escapes. A `\` that is last comes first.
fn reversed(pattern: &[char]) -> Vec<char> {
    let mut out = Vec::with_capacity(pattern.len());
    let mut at = 0;
    while at < pattern.len() {
        if pattern[at] == '\\' && at + 1 < pattern.len() {
            out.extend([pattern[at + 1], '\\']);
            at += 2;
        } else {
            out.push(pattern[at]);
            at += 1;
        }
    }
    out.reverse();
    out
}

/// Where the shortest or longest match that starts at `start` ends. Follows all ways of matching at once, so
/// that the steps are at most pattern length times value length.
fn match_at(
    tokens: &[Token],
    value: &[char],
    start: usize,
    extent: Extent,
    steps: &mut usize,
) -> Result<Option<usize>, ErrorKind> {
    let mut states = vec![false; tokens.len() + 1];
    let mut next = states.clone();
    states[0] = true;
    let (mut found, mut at) = (None, start);
    loop {
        for index in 0..tokens.len() {
            states[index + 1] |= states[index] && tokens[index] == Token::Star;
        }
        if states[tokens.len()] {
            found = Some(at);
            if extent == Extent::Shortest {
                return Ok(found);
            }
        }
        let Some(&char) = value.get(at) else { return Ok(found) };
        *steps += tokens.len() + 1;
        if *steps > STEPS {
            return Err(ErrorKind::TooComplex);
        }
        next.fill(false);
        for (index, token) in tokens.iter().enumerate().filter(|(index, _)| states[*index]) {
            match token {
                Token::Star => next[index] |= char != '\n',
                Token::Any => next[index + 1] |= char != '\n',
                Token::Char(wanted) => next[index + 1] |= *wanted == char,
            }
        }
        if !next.contains(&true) {
            return Ok(found);
        }
        std::mem::swap(&mut states, &mut next);
        at += 1;
    }
}
