//! What a tag may be, how other names become tags, and which tags never move.

use crate::image::Digest;

/// The most characters of a tag.
pub const MAX: usize = 128;

/// How many digits of a commit stand in a tag.
pub const SHORT: usize = 7;

/// What the tags of a changed working tree end with.
pub const DIRTY: &str = "-dirty";

/// Whether registries take it: a letter, a digit or `_`, then up to 127 of these, `.` and `-`.
pub fn is_valid(tag: &str) -> bool {
    let allowed =
        |(at, char): (usize, char)| char.is_ascii_alphanumeric() || char == '_' || at > 0 && matches!(char, '.' | '-');
    !tag.is_empty() && tag.len() <= MAX && tag.char_indices().all(allowed)
}

/// A name as a tag. What no tag may have becomes `-`, so that `feature/a` and `feature-a` are the same tag. A name that is
/// cut, or of which nothing is left, ends with a part of its digest.
pub fn sanitize(name: &str) -> String {
    let mut tag = String::new();
    for char in name.chars() {
        match char {
            char if char.is_ascii_alphanumeric() || matches!(char, '_' | '.') => tag.push(char),
            // Several signs in a row become one.
            _ if tag.ends_with('-') => {}
            _ => tag.push('-'),
        }
    }
    let trimmed = tag.trim_start_matches(['.', '-']).trim_end_matches('-');
    if trimmed.is_empty() || trimmed.len() > MAX {
        let digest = Digest::of(name.as_bytes());
        let end = trimmed.len().min(MAX - 9);
        let kept = trimmed[..end].trim_end_matches(['.', '-']);
        return if kept.is_empty() {
            format!("ref-{}", &digest.hex()[..8])
        } else {
            format!("{kept}-{}", &digest.hex()[..8])
        };
    }
    trimmed.to_owned()
}

/// The tag with a suffix; the whole is cut to what a tag may have, the suffix never is.
pub fn with_suffix(tag: &str, suffix: &str) -> String {
    if tag.len() + suffix.len() <= MAX {
        return format!("{tag}{suffix}");
    }
    let digest = Digest::of(tag.as_bytes());
    let end = MAX.saturating_sub(9 + suffix.len()).min(tag.len());
    format!("{}-{}{suffix}", &tag[..end], &digest.hex()[..8])
}

/// Whether the tag names one image for ever: a whole version (`1.2.3`, `v1.2.3-rc.1`, `1.2.3-ltsc2022`) or a commit
/// (`sha-0123abc`). Tags of changed working trees do not.
pub fn is_release(tag: &str) -> bool {
    if tag.contains(DIRTY) {
        return false;
    }
    if let Some(commit) = tag.strip_prefix("sha-") {
        let digits = commit.split('-').next().unwrap_or_default();
        return digits.len() >= SHORT && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    }
    let version = tag.strip_prefix('v').unwrap_or(tag);
    let end = version.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(version.len());
    let (numbers, rest) = version.split_at(end);
    let parts: Vec<&str> = numbers.split('.').collect();
    parts.len() >= 3 && parts.iter().all(|part| !part.is_empty()) && (rest.is_empty() || rest.starts_with(['-', '_']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_that_of_registries() {
        let long = "a".repeat(128);
        for tag in ["1", "_", "v1.2.3", "a-b_c.d", &long] {
            assert!(is_valid(tag), "{tag}");
        }
        let longer = "a".repeat(129);
        for tag in ["", ".a", "-a", "a+b", "a/b", "a b", "ä", &longer] {
            assert!(!is_valid(tag), "{tag}");
        }
    }

    #[test]
    fn any_name_becomes_a_tag() {
        for (name, tag) in [
            ("main", "main"),
            ("feature/new thing", "feature-new-thing"),
            ("release/1.2.x", "release-1.2.x"),
            ("-.a", "a"),
            ("Größe", "Gr-e"),
            ("a//b", "a-b"),
            ("feature/a", "feature-a"),
            ("feature-a", "feature-a"),
            ("ends/", "ends"),
        ] {
            assert_eq!(sanitize(name), tag);
        }
        for name in ["", "///", "日本", &"x".repeat(500), &format!("{}/y", "x".repeat(127)), "+"] {
            assert!(is_valid(&sanitize(name)), "{name}: {}", sanitize(name));
        }
        let long = "x".repeat(200);
        assert_ne!(sanitize(&format!("{long}a")), sanitize(&format!("{long}b")), "names that were cut stay apart");
        assert_ne!(sanitize("日"), sanitize("本"));
    }

    #[test]
    fn a_suffix_is_never_cut() {
        assert_eq!(with_suffix("1.2.3", "-ltsc2022"), "1.2.3-ltsc2022");
        let tag = with_suffix(&"x".repeat(128), "-ltsc2022");
        assert!(is_valid(&tag) && tag.ends_with("-ltsc2022") && tag.len() == 128, "{tag}");
    }

    #[test]
    fn releases_are_whole_versions_and_commits() {
        for tag in [
            "1.2.3",
            "v1.2.3",
            "1.2.3-rc.1",
            "1.2.3-ltsc2022",
            "1.2.3_build5",
            "10.0.20348.2700",
            "sha-0123abc",
            "sha-0123abc-ltsc2022",
        ] {
            assert!(is_release(tag), "{tag}");
        }
        for tag in [
            "latest",
            "1",
            "1.2",
            "v1",
            "1.2-ltsc2022",
            "main",
            "1.2.x",
            "1..3",
            "1.2.3x",
            "sha-main",
            "sha-abc",
            "1.2.3-dirty",
            "sha-0123abc-dirty",
            "sha-0123abc-dirty-ltsc2022",
            "pr-1",
            "",
        ] {
            assert!(!is_release(tag), "{tag}");
        }
    }
}
