//! Text in XML 1.0.

use dockerfile::render::push_safe;

/// Appends ` name="value"`.
pub(super) fn attribute(out: &mut String, name: &str, value: &str) {
    out.push(' ');
    out.push_str(name);
    out.push_str("=\"");
    text(out, value);
    out.push('"');
}

/// Appends text of an element or an attribute. What XML cannot hold at all becomes a picture or a question mark.
pub(super) fn text(out: &mut String, value: &str) {
    let mut safe = String::with_capacity(value.len());
    push_safe(&mut safe, value);
    for char in safe.chars() {
        match char {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            char => out.push(char),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        let mut out = String::new();
        attribute(&mut out, "a", "<\"'&]]>\u{1}\n\u{FFFF}ä");
        assert_eq!(out, " a=\"&lt;&quot;&apos;&amp;]]&gt;\u{2401}\u{240A}\u{FFFD}ä\"");
    }
}
