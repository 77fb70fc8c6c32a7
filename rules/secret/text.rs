//! Secrets inside longer texts: connection strings and addresses.

use std::ops::Range;

use dockerfile::facts::secret;

/// Keys of connection strings whose value is secret, in lower case; the flag says that the key alone tells it.
const KEYS: [(&str, bool); 5] = [
    ("password", false),
    ("pwd", false),
    ("accountkey", true),
    ("sharedaccesskey", true),
    ("sharedaccesssignature", true),
];

/// What else stands in a connection string.
#[rustfmt::skip]
const OTHER_KEYS: [&str; 18] = [
    "accountname", "addr", "address", "data source", "database", "driver", "dsn", "endpoint", "host", "hostname",
    "initial catalog", "network address", "port", "provider", "server", "uid", "user", "user id",
];

/// Whether a text may hold such a key, which is cheap to tell.
pub(super) fn may_connect(text: &str) -> bool {
    if !text.contains('=') {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    KEYS.iter().any(|(key, _)| lower.contains(key))
}

/// The secrets in the connection strings of a text. With `whole` the text is one string; otherwise quotes and new
/// lines part it, and blanks too where no quotes stand around.
pub(super) fn connection_secrets(text: &str, whole: bool) -> Vec<Range<usize>> {
    let lower = text.to_ascii_lowercase();
    let mut found = Vec::new();
    for (start, end, quoted) in segments(text, whole) {
        let mut at = start;
        let parts: Vec<Range<usize>> = lower[start..end]
            .split(';')
            .map(|part| {
                let range = at..at + part.len();
                at = range.end + 1;
                range
            })
            .collect();
        let keys: Vec<Option<(&str, usize)>> = parts.iter().map(|part| key(&lower, part)).collect();
        let is_connection = keys.iter().flatten().any(|(key, _)| OTHER_KEYS.contains(key));
        for (part, key) in parts.iter().zip(&keys) {
            let Some((key, sign)) = *key else { continue };
            let Some(&(_, alone)) = KEYS.iter().find(|(known, _)| *known == key) else { continue };
            let Some(value) = value(text, sign + 1..part.end, quoted) else { continue };
            if (alone || is_connection) && secret::value(&text[value.clone()]) {
                found.push(value);
            }
        }
    }
    found
}

/// The key of a part, if it is a known one, and where its `=` stands: of `set conn=server=db` it is `server`.
fn key(lower: &str, part: &Range<usize>) -> Option<(&'static str, usize)> {
    let known = || OTHER_KEYS.iter().copied().chain(KEYS.map(|(key, _)| key));
    lower[part.clone()].match_indices('=').find_map(|(at, _)| {
        let before = lower[part.start..part.start + at].trim_end();
        let ends = |known: &&str| {
            let char = before.strip_suffix(known).map(|before| before.chars().next_back());
            char.is_some_and(|char| {
                char.is_none_or(|char| !char.is_alphanumeric() && !matches!(char, '$' | '_' | '-' | '/'))
            })
        };
        Some((known().filter(ends).max_by_key(|known| known.len())?, part.start + at))
    })
}

fn value(text: &str, range: Range<usize>, quoted: bool) -> Option<Range<usize>> {
    let value = text[range.clone()].trim();
    let value = if quoted { value } else { value.split_whitespace().next()? };
    let bare = value.trim_matches(['\'', '"']);
    let start = range.start + text[range].find(bare).filter(|_| !bare.is_empty())?;
    Some(start..start + bare.len())
}

/// The strings of a text, and whether quotes enclose them.
fn segments(text: &str, whole: bool) -> Vec<(usize, usize, bool)> {
    if whole {
        return vec![(0, text.len(), true)];
    }
    let (mut segments, mut start, mut quote) = (Vec::new(), 0, None);
    for (at, char) in text.char_indices() {
        let ends = match quote {
            Some(open) => char == open,
            None => matches!(char, '"' | '\'' | '\n' | '|'),
        };
        if ends {
            segments.push((start, at, quote.is_some()));
            quote = if quote.is_none() && matches!(char, '"' | '\'') { Some(char) } else { None };
            start = at + char.len_utf8();
        }
    }
    segments.push((start, text.len(), quote.is_some()));
    segments
}

/// The passwords and tokens in the addresses of a text: `https://user:password@host`.
pub(super) fn address_secrets(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let start = at + 3;
        let ends =
            |char: char| char.is_whitespace() || matches!(char, '/' | '"' | '\'' | '?' | '#' | '`' | '>' | '|' | ';');
        let end = text[start..].find(ends).map_or(text.len(), |len| start + len);
        let Some(sign) = text[start..end].rfind('@') else { continue };
        let user = &text[start..start + sign];
        match user.split_once(':') {
            Some((name, password)) if secret::value(password) && !password.starts_with('$') => {
                found.push(start + name.len() + 1..start + sign);
            }
            // A token may stand where the user's name does.
            _ if secret::is_token(user.trim_end_matches(':')) => {
                found.push(start..start + user.trim_end_matches(':').len());
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connection_strings_give_their_secrets() {
        let of = |text: &str, whole: bool| -> Vec<String> {
            connection_secrets(text, whole).into_iter().map(|range| text[range].to_owned()).collect()
        };
        for (text, expected) in [
            ("Server=db;Database=app;User Id=sa;Password=Sup3r!", "Sup3r!"),
            ("Data Source=db; PWD = 'a b c1' ;", "a b c1"),
            ("DefaultEndpointsProtocol=https;AccountName=x;AccountKey=a8/b+c==;", "a8/b+c=="),
            ("Endpoint=sb://x/;SharedAccessKeyName=n;SharedAccessKey=k3y=", "k3y="),
            ("AccountKey=a8/b+c==", "a8/b+c=="),
        ] {
            assert_eq!(of(text, true), [expected], "{text}");
        }
        for text in [
            "Password=x1",
            "Server=db;Password=;",
            "Server=db;Password=${PW}",
            "Server=db;Password={0};",
            "Server=db;Password=***;",
            "Server=db;Integrated Security=true",
            "",
            ";;=;",
        ] {
            assert_eq!(of(text, true), [""; 0], "{text}");
        }
        for (text, expected) in [
            ("sqlcmd \"Server=db;Password=Sup3r x\"", "Sup3r x"),
            ("$conn = 'Server=db;Pwd=a1b2;'; $Password = 'x1'", "a1b2"),
            ("app --db Server=db;Password=a1b2 --more", "a1b2"),
            ("set C=Server=db;Password=a1b2", "a1b2"),
        ] {
            assert_eq!(of(text, false), [expected], "{text}");
        }
        for text in ["msiexec SERVER=x PASSWORD=y1", "$server=1;$password='a1b2'", "x --server=a;--password=b1"] {
            assert_eq!(of(text, false), [""; 0], "{text}");
        }
    }

    #[test]
    fn addresses_give_their_secrets() {
        let of = |text: &str| -> Vec<String> {
            address_secrets(text).into_iter().map(|range| text[range].to_owned()).collect()
        };
        assert_eq!(of("git clone https://u:t0ken@host/x 'ftp://a:b1@c'"), ["t0ken", "b1"]);
        assert_eq!(of("https://ghp_0123456789abcdefABCDEF@github.com/x"), ["ghp_0123456789abcdefABCDEF"]);
        let none = "https://host/a:b@c https://u@h https://u:$X@h https://u:${X}@h https://u:%P%@h https://u:@h https://[::1]:80/";
        assert_eq!(of(none), [""; 0]);
    }
}
