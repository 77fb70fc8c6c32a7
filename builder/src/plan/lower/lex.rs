//! PowerShell's expressions as tokens. What stands in brackets is one token with its text: it is read when it is
//! needed.

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// `'...'`, quotes undone, or a here-string of that kind.
    Text(String),
    /// `"..."` or a here-string of that kind, as written between the quotes. Doubled quotes are undone.
    Expandable(String),
    /// A whole number.
    Number(i64),
    /// `$name`, `${scope:name}`: scope and name.
    Variable(String, String),
    /// `(...)`, `$(...)`, `@(...)`, `@{...}`, `{...}`, `[...]`: the opening, and what stands inside.
    Group(&'static str, String),
    /// An operator, in lower case: `-eq`, `+`, `,`, `.`, `::`, `!`.
    Operator(String),
    /// A name behind `.` or `::`, or a word that stands alone.
    Name(String),
}

/// A token, and whether blanks stand before it.
pub(super) type Spaced = (Token, bool);

/// The tokens of an expression. None when something stands there that an expression does not have.
pub(super) fn tokens(text: &str) -> Option<Vec<Spaced>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n']).len();
        // A backtick before a blank is one, too.
        if blank > 0 || rest.starts_with('`') && rest[1..].starts_with(char::is_whitespace) {
            at += blank.max(1);
            if let Some(next) = one(&text[at..])? {
                found.push((next.0, true));
                at += next.1;
            }
            continue;
        }
        // A backtick before something else, and blanks that only Unicode knows, are no part of an expression.
        let (token, length) = one(rest)??;
        found.push((token, false));
        at += length;
    }
    Some(found)
}

/// The token at the beginning of a text, and its length; an inner none at the end or before a blank.
fn one(text: &str) -> Option<Option<(Token, usize)>> {
    let Some(first) = text.chars().next() else { return Some(None) };
    if first.is_whitespace() || first == '`' {
        return Some(None);
    }
    if let Some(token) = string(text) {
        return Some(Some(token?));
    }
    if let Some(token) = group(text) {
        return Some(Some(token?));
    }
    if first == '$' {
        return variable(text).map(Some);
    }
    if first.is_ascii_digit() {
        return number(text).map(Some);
    }
    if first == '-' && text[1..].starts_with(|char: char| char.is_ascii_alphabetic()) {
        let length = 1 + text[1..].find(|char: char| !char.is_ascii_alphanumeric()).unwrap_or(text.len() - 1);
        return Some(Some((Token::Operator(text[..length].to_ascii_lowercase()), length)));
    }
    for operator in ["::", "..", "+", "-", "*", "/", "%", ",", ".", "!", "="] {
        if text.starts_with(operator) {
            return Some(Some((Token::Operator(operator.to_owned()), operator.len())));
        }
    }
    if first.is_alphabetic() || first == '_' {
        let length = text.find(|char: char| !char.is_alphanumeric() && char != '_').unwrap_or(text.len());
        return Some(Some((Token::Name(text[..length].to_owned()), length)));
    }
    None
}

/// A string; an inner none when nothing ends it.
fn string(text: &str) -> Option<Option<(Token, usize)>> {
    for (open, close, expandable) in [("@'", "'@", false), ("@\"", "\"@", true)] {
        if let Some(rest) = text.strip_prefix(open) {
            let here = || {
                let start = rest.find('\n')? + 1;
                let end = start + rest[start..].find(&format!("\n{close}"))?;
                let inner = rest[start..end].trim_end_matches('\r').to_owned();
                let token = if expandable { Token::Expandable(inner) } else { Token::Text(inner) };
                Some((token, open.len() + end + 1 + close.len()))
            };
            return Some(here());
        }
    }
    let quote = text.chars().next().filter(|char| matches!(char, '\'' | '"'))?;
    Some(quoted(text, quote))
}

/// The string that begins a text, and its length.
pub(super) fn quoted(text: &str, quote: char) -> Option<(Token, usize)> {
    let mut inner = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        match char {
            '`' if quote == '"' => {
                inner.push('`');
                inner.push(chars.next()?.1);
            }
            '$' if quote == '"' && text[at + 1..].starts_with('(') => {
                let length = closing(&text[at + 1..])?;
                inner.push_str(&text[at..at + 1 + length]);
                while chars.next_if(|(next, _)| *next < at + 1 + length).is_some() {}
            }
            char if char == quote => {
                if chars.next_if(|(_, next)| *next == quote).is_none() {
                    let token = if quote == '"' { Token::Expandable(inner) } else { Token::Text(inner) };
                    return Some((token, at + 1));
                }
                // A doubled quote is one; in an expandable text it must not end anything.
                inner.push_str(if quote == '"' { "`\"" } else { "'" });
            }
            char => inner.push(char),
        }
    }
    None
}

/// What stands in brackets; an inner none when nothing closes them.
fn group(text: &str) -> Option<Option<(Token, usize)>> {
    let open = ["$(", "@(", "@{", "(", "{", "["].into_iter().find(|open| text.starts_with(open))?;
    let before = open.len() - 1;
    Some(closing(&text[before..]).map(|length| {
        let inner = text[open.len()..before + length - 1].to_owned();
        (Token::Group(open, inner), before + length)
    }))
}

/// How long the text in brackets is that begins a text, both brackets included.
pub(super) fn closing(text: &str) -> Option<usize> {
    let (mut open, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let rest = &text[at..];
        if rest.starts_with(['\'', '"']) || rest.starts_with("@'") || rest.starts_with("@\"") {
            at += string(rest)??.1;
            continue;
        }
        let char = rest.chars().next()?;
        match char {
            '(' | '{' | '[' => open.push(char),
            ')' | '}' | ']' => {
                let expected = match open.pop()? {
                    '(' => ')',
                    '{' => '}',
                    _ => ']',
                };
                if char != expected {
                    return None;
                }
                if open.is_empty() {
                    return Some(at + 1);
                }
            }
            '`' => at += rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => {}
        }
        at += char.len_utf8();
    }
    None
}

fn variable(text: &str) -> Option<(Token, usize)> {
    let (name, length) = variable_name(text)?;
    let (scope, name) = match name.split_once(':') {
        Some((scope, name)) => (scope.to_ascii_lowercase(), name.to_owned()),
        None => (String::new(), name),
    };
    Some((Token::Variable(scope, name), length))
}

/// The name of the variable that begins a text, with its scope, and how long the whole is.
pub(super) fn variable_name(text: &str) -> Option<(String, usize)> {
    let rest = text.strip_prefix('$')?;
    if let Some(inner) = rest.strip_prefix('{') {
        let end = inner.find('}')?;
        return Some((inner[..end].to_owned(), end + 3));
    }
    if rest.starts_with(['?', '$', '^']) {
        return Some((rest[..1].to_owned(), 2));
    }
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    let mut end = rest.find(|char| !is_name(char)).unwrap_or(rest.len());
    if end == 0 {
        return None;
    }
    if let Some(scoped) = rest[end..].strip_prefix(':').filter(|scoped| scoped.starts_with(is_name)) {
        end += 1 + scoped.find(|char| !is_name(char)).unwrap_or(scoped.len());
    }
    Some((rest[..end].to_owned(), end + 1))
}

fn number(text: &str) -> Option<(Token, usize)> {
    if let Some(hex) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
        let length = hex.find(|char: char| !char.is_ascii_hexdigit()).unwrap_or(hex.len());
        return Some((Token::Number(i64::from_str_radix(&hex[..length], 16).ok()?), length + 2));
    }
    let length = text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len());
    let fraction =
        text[length..].strip_prefix('.').is_some_and(|rest| rest.starts_with(|char: char| char.is_ascii_digit()));
    if fraction || text[length..].starts_with(|char: char| char.is_alphabetic()) {
        // Fractions and multipliers (`1.5`, `2mb`) are not counted with.
        return None;
    }
    Some((Token::Number(text[..length].parse().ok()?), length))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_expression_has_is_the_end_of_it() {
        for text in ["`", "1 `", "`x", "1\u{a0}+ 2", "'a' `x"] {
            assert_eq!(tokens(text), None, "{text}");
        }
    }

    #[test]
    fn an_expression_becomes_tokens() {
        let of = |text: &str| tokens(text).unwrap().into_iter().map(|(token, _)| token).collect::<Vec<_>>();
        assert_eq!(of("'it''s'"), [Token::Text("it's".into())]);
        assert_eq!(of(r#""a $(f ")") `" ""b""""#), [Token::Expandable(r#"a $(f ")") `" `"b`""#.into())]);
        assert_eq!(
            of("$env:X -ne ($a[0].B)"),
            [
                Token::Variable("env".into(), "X".into()),
                Token::Operator("-ne".into()),
                Token::Group("(", "$a[0].B".into()),
            ]
        );
        assert_eq!(
            of("[Net.X]::Y.Z('a', 2)"),
            [
                Token::Group("[", "Net.X".into()),
                Token::Operator("::".into()),
                Token::Name("Y".into()),
                Token::Operator(".".into()),
                Token::Name("Z".into()),
                Token::Group("(", "'a', 2".into()),
            ]
        );
        assert_eq!(of("@'\na\nb\n'@"), [Token::Text("a\nb".into())]);
        assert_eq!(tokens("'open"), None);
        assert_eq!(tokens("(a"), None);
        assert_eq!(tokens("1.5"), None);
    }

    #[test]
    fn brackets_close_where_they_should() {
        assert_eq!(closing("(a ')' (b)) c"), Some(11));
        assert_eq!(closing("(a]"), None);
        assert_eq!(closing("{ \"}\" }"), Some(7));
    }
}
