//! Paths as other programs want them: from the folder that they are started in, with forward slashes.

use std::path::{Component, Path};

/// The path from the current folder, when it lies there, with forward slashes.
pub fn relative(name: &str) -> String {
    let path = Path::new(name);
    let inside = std::env::current_dir().ok().and_then(|here| Some(path.strip_prefix(here).ok()?.to_owned()));
    slashed(inside.as_deref().unwrap_or(path))
}

/// With forward slashes; on other systems than Windows a backslash is part of a name.
pub(super) fn slashed(path: &Path) -> String {
    path.display().to_string().replace(std::path::MAIN_SEPARATOR, "/")
}

/// As a URI reference: relative to the current folder, or `file:///...` for a path elsewhere.
pub(super) fn uri(name: &str) -> String {
    let path = relative(name);
    let mut out = String::new();
    if Path::new(&path).is_absolute() {
        out.push_str(if path.starts_with('/') { "file://" } else { "file:///" });
    } else if first_has_colon(&path) {
        // Else it would be read as the name of a scheme.
        out.push_str("./");
    }
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'@' | b'+' | b',' => {
                out.push(byte as char);
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn first_has_colon(path: &str) -> bool {
    matches!(Path::new(path).components().next(), Some(Component::Normal(first)) if first.to_string_lossy().contains(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_below_the_current_folder_are_relative() {
        let here = std::env::current_dir().unwrap();
        assert_eq!(relative(&here.join("docker").join("Dockerfile").display().to_string()), "docker/Dockerfile");
        assert_eq!(relative("Dockerfile"), "Dockerfile");
    }

    #[test]
    fn uris_are_encoded() {
        for (name, expected) in
            [("a b/Dockerfile", "a%20b/Dockerfile"), ("ä%?#.dockerfile", "%C3%A4%25%3F%23.dockerfile")]
        {
            assert_eq!(uri(name), expected);
        }
        let elsewhere = std::env::temp_dir().join("Dockerfile");
        let uri = uri(&elsewhere.display().to_string());
        assert!(uri.starts_with("file:///") && uri.ends_with("/Dockerfile") && !uri.contains('\\'), "{uri}");
    }

    /// No name has a colon or a backslash on Windows.
    #[cfg(unix)]
    #[test]
    fn a_name_with_a_colon_is_no_scheme() {
        assert_eq!(uri("a:b/c\\d"), "./a:b/c%5Cd");
    }
}
