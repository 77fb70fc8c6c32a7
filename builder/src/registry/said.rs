//! What a registry says about a fault, made safe to show.

use dockerfile::render;
use serde::Deserialize;

#[derive(Deserialize)]
struct Said {
    #[serde(default)]
    errors: Vec<Item>,
    // Token servers follow RFC 6749, or say only `details`.
    error: Option<String>,
    error_description: Option<String>,
    #[serde(alias = "details")]
    message: Option<String>,
}

#[derive(Deserialize)]
struct Item {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
}

/// The text in the body of an answer: the registry's own errors if it is JSON, else its first line.
pub(super) fn said(body: &[u8], is_json: bool) -> String {
    let text = match serde_json::from_slice::<Said>(body) {
        Ok(said) => of_json(said),
        Err(_) if is_json => String::new(),
        Err(_) => of_text(&String::from_utf8_lossy(body)),
    };
    let mut safe = String::new();
    render::push_message(&mut safe, text.trim());
    safe
}

fn of_json(said: Said) -> String {
    let of_item = |item: Item| match (item.code.is_empty(), item.message.is_empty()) {
        (false, false) => format!("{}: {}", item.code, item.message),
        _ => item.code + &item.message,
    };
    let mut parts: Vec<String> = said.errors.into_iter().map(of_item).collect();
    parts.extend([said.error, said.error_description, said.message].into_iter().flatten());
    parts.join("; ")
}

/// A page of HTML is a proxy's, and its markup says nothing.
fn of_text(text: &str) -> String {
    let text = text.trim_start();
    if text.starts_with('<') {
        return "a page of HTML; it is not from a registry".to_owned();
    }
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_as_registries_and_proxies_send_them() {
        for (body, expected) in [
            (r#"{"errors":[{"code":"DENIED","message":"no","detail":[]}]}"#, "DENIED: no"),
            (r#"{"errors":[{"code":"A"},{"message":"b"}]}"#, "A; b"),
            (r#"{"error":"invalid_grant","error_description":"expired"}"#, "invalid_grant; expired"),
            (r#"{"details":"incorrect username or password"}"#, "incorrect username or password"),
            ("404 page not found\nmore", "404 page not found"),
            ("<html><body>502</body></html>", "a page of HTML; it is not from a registry"),
            ("", ""),
        ] {
            assert_eq!(said(body.as_bytes(), false), expected);
        }
    }

    #[test]
    fn nothing_steers_the_terminal_and_nothing_is_endless() {
        let text = said(b"{\"errors\":[{\"code\":\"A\",\"message\":\"\\u001b[31mred\\u0007\"}]}", true);
        assert!(!text.contains(char::is_control), "{text}");
        assert!(said(&[b'x'; 8192], false).chars().count() <= 401);
    }
}
