//! What a `WWW-Authenticate` header asks for (RFC 9110, 11.6.1).

/// One way to say who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Challenge {
    /// A token from a token server.
    Bearer {
        /// The token server's address.
        realm: String,
        /// What it knows the registry as.
        service: Option<String>,
        /// The rights that the registry asks for.
        scope: Option<String>,
    },
    /// User and password with each request.
    Basic,
}

/// The challenges of a header that this client can meet, in the order they stand in.
pub fn parse(header: &str) -> Vec<Challenge> {
    let mut rest = header;
    let mut found = Vec::new();
    while let Some((scheme, after)) = scheme(rest) {
        let (parameters, after) = parameters(after);
        rest = after;
        let value = |name: &str| {
            let matches = |(key, _): &&(String, String)| key.eq_ignore_ascii_case(name);
            parameters.iter().find(matches).map(|(_, value)| value.clone())
        };
        if scheme.eq_ignore_ascii_case("basic") {
            found.push(Challenge::Basic);
        } else if scheme.eq_ignore_ascii_case("bearer")
            && let Some(realm) = value("realm")
        {
            found.push(Challenge::Bearer { realm, service: value("service"), scope: value("scope") });
        }
    }
    found
}

/// The name of the next scheme, and what follows it.
fn scheme(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', '\t', ',']);
    let end = text.find(|char: char| !is_token(char)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The `name=value` pairs up to the next scheme, and what follows them.
fn parameters(mut text: &str) -> (Vec<(String, String)>, &str) {
    let mut found = Vec::new();
    loop {
        let start = text.trim_start_matches([' ', '\t', ',']);
        let end = start.find(|char: char| !is_token(char)).unwrap_or(start.len());
        let (name, after) = start.split_at(end);
        // A word without an equals sign is the next scheme.
        let Some(after) = after.trim_start().strip_prefix('=').filter(|_| !name.is_empty()) else {
            return (found, text);
        };
        let (value, after) = value(after.trim_start());
        found.push((name.to_owned(), value));
        text = after;
    }
}

/// A token or a quoted string, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, char)| char)),
            _ => value.push(char),
        }
    }
    (value, "")
}

fn is_token(char: char) -> bool {
    char.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: Option<&str>, scope: Option<&str>) -> Challenge {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Challenge::Bearer { realm: realm.to_owned(), service: owned(service), scope: owned(scope) }
    }

    #[test]
    fn headers_as_registries_send_them() {
        let hub = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push""#;
        let wanted =
            bearer("https://auth.docker.io/token", Some("registry.docker.io"), Some("repository:a/b:pull,push"));
        for (header, expected) in [
            (hub, vec![wanted]),
            ("Basic realm=\"x, y\"", vec![Challenge::Basic]),
            ("basic", vec![Challenge::Basic]),
            (
                "Basic realm=\"a\\\"b\", bearer REALM=https://t.example/ , Service=s",
                vec![Challenge::Basic, bearer("https://t.example/", Some("s"), None)],
            ),
            ("Negotiate, Basic realm=x", vec![Challenge::Basic]),
            ("Bearer service=\"no realm\"", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(parse(header), expected, "{header}");
        }
    }

    #[test]
    fn no_header_makes_it_hang_or_panic() {
        for header in
            ["=", "\"", "Bearer realm=\"", "Bearer realm=\"\\", ",,,", "a=b", "Bearer =x", "Basic ;", "\u{fffd} x"]
        {
            parse(header);
        }
    }
}
