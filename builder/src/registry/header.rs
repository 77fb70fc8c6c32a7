//! What the headers of a registry's answers say. They are whatever the other side likes to send, so each is read by a
//! function of its text alone, which `fuzz/fuzz_targets/registry.rs` gives any text.

pub use super::address::resolve;
pub use super::challenge::{Challenge, parse as challenges};
pub use super::retry::parse_retry_after;

/// How many bytes an upload has, by the `Range` header. `0-0` is written for none and for one byte alike, and is taken
/// as none.
pub fn reached(range: &str) -> Option<u64> {
    let range = range.trim();
    let range = range.strip_prefix("bytes=").unwrap_or(range);
    match range.strip_prefix("0-")?.trim().parse().ok()? {
        0 => Some(0),
        last => u64::checked_add(last, 1),
    }
}

/// The first byte that a partial answer holds, by its `Content-Range` header.
pub fn begin(range: &str) -> Option<u64> {
    range.trim().strip_prefix("bytes")?.trim_start().split_once('-')?.0.trim().parse().ok()
}

/// The address in a `Link` header with `rel="next"`.
pub fn next_page(link: &str) -> Option<&str> {
    let mut rest = link.trim();
    loop {
        let (address, after) = rest.strip_prefix('<')?.split_once('>')?;
        // What follows an address is its own up to the next one.
        let (parameters, others) = after.split_at(after.find('<').unwrap_or(after.len()));
        if parameters.replace([' ', '"'], "").to_ascii_lowercase().contains("rel=next") {
            return Some(address);
        }
        rest = others;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_the_link_that_says_so() {
        assert_eq!(next_page(r#"</v2/a/tags/list?last=b&n=2>; rel="next""#), Some("/v2/a/tags/list?last=b&n=2"));
        assert_eq!(next_page("<x>; rel=prev"), None);
        assert_eq!(next_page(r#"<x>; rel="prev", <y,z>; rel="next""#), Some("y,z"));
        assert_eq!(next_page("<x>; rel=prev,"), None);
        assert_eq!(next_page("x"), None);
    }

    #[test]
    fn ranges_are_read_as_registries_write_them() {
        for (text, expected) in [
            ("0-0", Some(0)),
            ("0-99", Some(100)),
            ("bytes=0-99 ", Some(100)),
            ("0-18446744073709551615", None),
            ("1-99", None),
            ("0-", None),
            ("-1", None),
        ] {
            assert_eq!(reached(text), expected, "{text}");
        }
        assert_eq!(begin("bytes 100-199/200"), Some(100));
        assert_eq!(begin("bytes */200"), None);
        assert_eq!(begin("items 1-2/3"), None);
    }
}
