//! Names of files: how Windows compares them, and which it cannot have.

use std::cmp::Ordering;

/// The letters as NTFS compares them: each mapped to its upper case where that is one character.
pub fn fold(name: &str) -> String {
    name.chars().map(upper).collect()
}

/// Whether two names are one to Windows.
pub fn is_same(left: &str, right: &str) -> bool {
    left.chars().map(upper).eq(right.chars().map(upper))
}

fn upper(letter: char) -> char {
    let mut upper = letter.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(only), None) => only,
        _ => letter,
    }
}

/// The order of two paths on Windows: a folder before what is in it, names by their upper-case UTF-16 units.
pub fn compare_windows(left: &str, right: &str) -> Ordering {
    compare(left, right, |left, right| units(left).cmp(units(right)).then_with(|| left.cmp(right)))
}

/// The upper-case UTF-16 units of a name.
fn units(name: &str) -> impl Iterator<Item = u16> {
    name.chars().map(upper).flat_map(|char| {
        let mut units = [0; 2];
        let count = char.encode_utf16(&mut units).len();
        units.into_iter().take(count)
    })
}

/// The order of two paths on Linux: a folder before what is in it, names by their bytes.
pub fn compare_linux(left: &str, right: &str) -> Ordering {
    compare(left, right, str::cmp)
}

fn compare(left: &str, right: &str, names: impl Fn(&str, &str) -> Ordering) -> Ordering {
    let (mut left, mut right) = (left.split('/'), right.split('/'));
    loop {
        match (left.next(), right.next()) {
            (Some(left), Some(right)) if left == right => {}
            (Some(left), Some(right)) => match names(left, right) {
                Ordering::Equal => {}
                order => return order,
            },
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
        }
    }
}

/// The folder a path is in; `None` for the root.
pub fn parent(path: &str) -> Option<&str> {
    match path.rsplit_once('/') {
        Some((parent, _)) => Some(parent),
        None if path.is_empty() => None,
        None => Some(""),
    }
}

/// The last name of a path.
pub fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// A path below another, which may be the root.
pub fn join(parent: &str, name: &str) -> String {
    if parent.is_empty() { name.to_owned() } else { format!("{parent}/{name}") }
}

/// Why a path cannot be one of an image.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameFault {
    /// `/x` or `\x`.
    #[error("the path is absolute")]
    Absolute,
    /// `a//b`, `./a`.
    #[error("a name in the path is empty or a dot")]
    Empty,
    /// `..`.
    #[error("the path leaves its folder with `..`")]
    Dots,
    /// A NUL.
    #[error("the path has a NUL in it")]
    Nul,
    /// `C:`, or an alternate data stream.
    #[error("a `:` in a name is a drive or an alternate data stream to Windows")]
    Colon,
    /// `a\b`.
    #[error("a `\\` in a name separates folders on Windows")]
    Backslash,
    /// `<>"|?*` and control characters.
    #[error("{character:?} cannot be in a name on Windows")]
    Character {
        /// The first of them.
        character: char,
    },
    /// `CON`, `nul.txt`.
    #[error("`{name}` is the name of a device on Windows")]
    Device {
        /// The name in the path.
        name: String,
    },
    /// `a.`, `a `.
    #[error("Windows drops the dot or the space at the end of `{name}`")]
    End {
        /// The name in the path.
        name: String,
    },
    /// `x.$wcidirs$`.
    #[error("`{name}` is a name that the importer of layers uses itself")]
    Internal {
        /// The name in the path.
        name: String,
    },
    /// `.wh.x` as a real name.
    #[error("`{name}` would remove a file: no layer can have a file whose name begins with .wh.")]
    Whiteout {
        /// The name in the path.
        name: String,
    },
    /// More than 255 UTF-16 units in a name.
    #[error("`{name}` has {length} characters; 255 are the most")]
    LongName {
        /// The name in the path.
        name: String,
        /// How many UTF-16 units it has.
        length: usize,
    },
    /// More than 32,767 UTF-16 units.
    #[error("the path has {length} characters; 32,767 are the most")]
    LongPath {
        /// How many UTF-16 units it has.
        length: usize,
    },
}

const MAX_NAME: usize = 255;
const MAX_PATH: usize = 32_767;
/// No program makes folders in folders so often; each of them has to be looked up on the way.
const MAX_DEPTH: usize = 1_000;

/// Whether no system opens a file at such a path, which only an archive or a tar that was made for it has.
pub fn is_beyond(path: &str) -> bool {
    path.len() > 4 * MAX_PATH || path.split('/').nth(MAX_DEPTH).is_some()
}

/// Whether a path can be one of a Linux image; the empty path is the root.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_linux(path: &str) -> Result<(), NameFault> {
    if path.is_empty() {
        return Ok(());
    }
    if path.contains('\0') {
        return Err(NameFault::Nul);
    }
    if path.starts_with('/') {
        return Err(NameFault::Absolute);
    }
    path.split('/').try_for_each(|name| match name {
        "" | "." => Err(NameFault::Empty),
        ".." => Err(NameFault::Dots),
        hidden if hidden.starts_with(".wh.") => Err(NameFault::Whiteout { name: hidden.to_owned() }),
        _ => Ok(()),
    })
}

/// Whether a path can be one of a Windows image; the empty path is the root.
///
/// # Errors
/// The first thing that is wrong with it.
pub fn check_windows(path: &str) -> Result<(), NameFault> {
    if path.starts_with('\\') {
        return Err(NameFault::Absolute);
    }
    check_linux(path)?;
    if path.is_empty() {
        return Ok(());
    }
    let length = path.encode_utf16().count();
    if length > MAX_PATH {
        return Err(NameFault::LongPath { length });
    }
    path.split('/').try_for_each(check_name)
}

fn check_name(name: &str) -> Result<(), NameFault> {
    for character in name.chars() {
        match character {
            ':' => return Err(NameFault::Colon),
            '\\' => return Err(NameFault::Backslash),
            '<' | '>' | '"' | '|' | '?' | '*' => return Err(NameFault::Character { character }),
            control if control < ' ' => return Err(NameFault::Character { character }),
            _ => {}
        }
    }
    let owned = || name.to_owned();
    if name.ends_with(['.', ' ']) {
        return Err(NameFault::End { name: owned() });
    }
    if is_device(name) {
        return Err(NameFault::Device { name: owned() });
    }
    if fold(name).ends_with(".$WCIDIRS$") {
        return Err(NameFault::Internal { name: owned() });
    }
    match name.encode_utf16().count() {
        length if length > MAX_NAME => Err(NameFault::LongName { name: owned(), length }),
        _ => Ok(()),
    }
}

/// Whether a name is one of a device, with or without an extension: `NUL`, `con.txt`, `COM1`, `LPT¹`.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end_matches(' ').to_ascii_uppercase();
    if matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") {
        return true;
    }
    let Some(port) = stem.strip_prefix("COM").or_else(|| stem.strip_prefix("LPT")) else { return false };
    let mut digits = port.chars();
    matches!((digits.next(), digits.next()), (Some('1'..='9' | '¹' | '²' | '³'), None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_be_long_or_deep_and_not_without_end() {
        for (path, expected) in
            [("a/".repeat(999) + "a", false), ("a/".repeat(1000) + "a", true), ("a".repeat(131_069), true)]
        {
            assert_eq!(is_beyond(&path), expected, "{}", path.len());
        }
    }

    #[test]
    fn names_that_windows_cannot_have_are_found() {
        let long = "a".repeat(256);
        let deep = vec!["a".repeat(200); 164].join("/");
        let bad = [
            "/a",
            "\\a",
            "a//b",
            "./a",
            "a/..",
            "../a",
            "a\0",
            "C:/x",
            "a.txt:stream",
            "a\\b",
            "a<b",
            "a?",
            "a\tb",
            "CON",
            "a/nul.txt",
            "com1",
            "LPT9.log",
            "LPT¹",
            "a.",
            "a /b",
            "x.$WCIDIRS$",
            ".wh.a",
            &long,
            &deep,
        ];
        for path in bad {
            assert!(check_windows(path).is_err(), "{path}");
        }
        for path in ["", "a", "Program Files (x86)/a.b", "console", "com10", "COM", ".gitignore", "é", "a.wh.b"] {
            assert_eq!(check_windows(path), Ok(()), "{path}");
        }
        assert_eq!(check_windows("a/com².txt"), Err(NameFault::Device { name: "com².txt".to_owned() }));
    }

    #[test]
    fn linux_takes_more() {
        for path in ["a:b", "CON", "a\\b", "a.", "a b"] {
            assert_eq!(check_linux(path), Ok(()), "{path}");
        }
        assert_eq!(check_linux("a/../b"), Err(NameFault::Dots));
    }

    #[test]
    fn a_letter_folds_to_one_letter() {
        assert_eq!(fold("straße ÿ ŉ"), "STRAßE Ÿ ŉ");
        assert!(is_same("Ärger", "äRGER"));
        assert!(!is_same("ß", "SS"));
    }

    #[test]
    fn folders_come_before_what_is_in_them_and_before_longer_names() {
        let mut paths = ["b", "a-b", "a/z", "A", "a.txt", "a/B/c", "", "a/b-c"];
        paths.sort_by(|left, right| compare_windows(left, right));
        assert_eq!(paths, ["", "A", "a/B/c", "a/b-c", "a/z", "a-b", "a.txt", "b"]);
    }
}
