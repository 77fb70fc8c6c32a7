//! What BuildKit and the classic builder make of a Windows path in `WORKDIR`, `COPY` and `ADD`.

use std::fmt;
use std::ops::Range;

/// Why a builder refuses a path. The messages are the builders' own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathError {
    /// Another drive than `C:`, or a colon elsewhere in the first part.
    NotSystemDrive,
    /// Only a drive: `C:`.
    NoRelativePath {
        /// As it was written.
        path: String,
    },
    /// It starts with two slashes of either kind.
    Unc,
    /// The classic builder's answer to a bare drive.
    NotDirectory {
        /// As the builder cleaned it: `C:.`.
        path: String,
    },
    /// The classic builder takes no empty `WORKDIR`.
    Empty,
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::NotSystemDrive => f.write_str("The specified path is not on the system drive (C:)"),
            PathError::NoRelativePath { path } => write!(f, "No relative path specified in \"{path}\""),
            PathError::Unc => f.write_str("UNC paths are not supported"),
            PathError::NotDirectory { path } => {
                write!(f, "{path} is not a directory. If you are specifying a drive letter, please add a trailing '\\'")
            }
            PathError::Empty => f.write_str("cannot normalize nothing"),
        }
    }
}

impl std::error::Error for PathError {}

/// The drive letter of a path, as written.
pub fn drive_letter(path: &str) -> Option<char> {
    match path.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => Some(*letter as char),
        _ => None,
    }
}

/// Whether BuildKit takes the path as absolute: it starts with a slash after an allowed drive. `C:app` is not,
/// and neither is a path that the builder refuses.
pub fn is_absolute(path: &str) -> bool {
    check_system_drive(path).is_ok_and(|path| path.starts_with('/'))
}

/// The path without its drive, cleaned, with forward slashes and no slash at the end, as BuildKit's
/// `util/system/path.go` gives it.
///
/// # Errors
/// When the path is a bare drive, on another drive, or a UNC path.
pub fn check_system_drive(path: &str) -> Result<String, PathError> {
    checked(path, false)
}

fn checked(path: &str, keep_slash: bool) -> Result<String, PathError> {
    if path.len() == 2 && path.ends_with(':') {
        return Err(PathError::NoRelativePath { path: path.to_owned() });
    }
    if path.len() >= 2 && path.bytes().take(2).all(|byte| is_slash(byte as char)) {
        return Err(PathError::Unc);
    }
    let rest = match path.split_once(':') {
        None => path,
        Some((drive, rest)) if drive.eq_ignore_ascii_case("c") => rest,
        Some(_) => return Err(PathError::NotSystemDrive),
    };
    let slashed = to_slash(rest);
    let mut clean = clean(&slashed);
    if keep_slash && clean.len() > 1 && slashed.ends_with('/') {
        clean.push('/');
    }
    Ok(clean)
}

/// What BuildKit stores for `WORKDIR path` after `WORKDIR current`: backslashes and no drive. A path that is
/// relative to the drive (`C:app`) joins the current directory.
///
/// # Errors
/// When either path is a bare drive, on another drive, or a UNC path.
pub fn workdir(current: &str, path: &str) -> Result<String, PathError> {
    Ok(normalize(current, path, false)?.replace('/', "\\"))
}

/// Where BuildKit copies to for `COPY … path` in the directory `current`: forward slashes, no drive, and a
/// slash at the end where the author wrote one.
///
/// # Errors
/// As [`workdir`].
pub fn destination(current: &str, path: &str) -> Result<String, PathError> {
    normalize(current, path, true)
}

fn normalize(current: &str, path: &str, keep_slash: bool) -> Result<String, PathError> {
    let written = to_slash(path);
    let current = if current.is_empty() { "/".to_owned() } else { checked(&to_slash(current), keep_slash)? };
    let current = if current.starts_with('/') { current } else { join("/", &current) };
    let path = checked(if written.is_empty() { &current } else { &written }, keep_slash)?;
    let mut path = if is_absolute(&path) { path } else { join(&current, &path) };
    if keep_slash && written.ends_with('/') && !path.ends_with('/') {
        path.push('/');
    } else if keep_slash && written.ends_with("/.") {
        path.push_str(if path == "/" { "." } else { "/." });
    }
    Ok(path)
}

/// What the classic builder stores for `WORKDIR path` after `WORKDIR current`: `C:\app`, the drive in capitals.
/// It takes other drives as well.
///
/// # Errors
/// When a path is a bare drive, or the new one is empty.
pub fn workdir_classic(current: &str, path: &str) -> Result<String, PathError> {
    if path.is_empty() {
        return Err(PathError::Empty);
    }
    let (current, path) = (clean_windows(current), clean_windows(path));
    for path in [&current, &path] {
        if path.len() == 3 && drive_letter(path).is_some() && path.ends_with('.') {
            return Err(PathError::NotDirectory { path: path.clone() });
        }
    }
    let full = if drive_letter(&path).is_some() && path[2..].starts_with('\\') {
        path
    } else if current.is_empty() || path.starts_with('\\') {
        if drive_letter(&path).is_some() { path } else { clean_windows(&format!("C:\\{path}")) }
    } else {
        clean_windows(&format!("{current}\\{path}"))
    };
    let mut chars = full.chars();
    Ok(chars.next().map(|drive| drive.to_ascii_uppercase()).into_iter().chain(chars).collect())
}

/// One spelling for all that name one file: lower case, forward slashes, without `C:` and without a slash at
/// the end. Only for comparing; NTFS folds case by its own table, which this follows but for rare letters.
pub fn fold(path: &str) -> String {
    let mut path = to_slash(path);
    if path.is_ascii() {
        path.make_ascii_lowercase();
    } else {
        path = path.to_lowercase();
    }
    if path.starts_with("c:") {
        path.drain(..2);
    }
    if matches!(path.as_str(), "" | "/") || is_clean(&path) { path } else { clean(&path) }
}

/// The Windows path around the backslash at `at` of a value, if what stands there looks like one: it has a drive or
/// two leading backslashes, begins with a dot or a variable, or is made of names (`dir\file`). Patterns and escape
/// sequences (`\d+`, `a\.b`, `\n`) do not look so.
pub fn path_at(text: &str, at: usize) -> Option<Range<usize>> {
    Paths::new(text).at(at)
}

/// The paths around the backslashes of a value, asked for from left to right: what was seen of the text around one is
/// kept for the next, so that all of them cost no more than the value is long.
pub struct Paths<'a> {
    text: &'a str,
    /// The part without the signs that part paths from other things.
    clause: Range<usize>,
    /// The part of the clause without blanks.
    word: Range<usize>,
    /// Whether the word looks like a path without a drive.
    is_relative: Option<bool>,
    /// The last drive of the clause before `seen`.
    drive: Option<usize>,
    seen: usize,
}

impl<'a> Paths<'a> {
    /// The paths of a value.
    pub fn new(text: &'a str) -> Self {
        Paths { text, clause: 0..0, word: 0..0, is_relative: None, drive: None, seen: 0 }
    }

    /// The path around the backslash at `at`: see [`path_at`].
    pub fn at(&mut self, at: usize) -> Option<Range<usize>> {
        self.go_to(at);
        if let Some(drive) = self.drive {
            // Where nothing stands before the path, the blanks behind it are its own: `C:\Program Files`.
            let end = if drive == self.clause.start { self.clause.end } else { self.word.end };
            let path = self.text[drive..end].trim_end();
            let closes = path.ends_with('}') && !path.contains('{');
            let path = if closes { path.trim_end_matches('}') } else { path };
            return Some(drive..(drive + path.len()).max(at + 1));
        }
        let word = &self.text[self.word.clone()];
        self.is_relative.get_or_insert_with(|| looks_relative(word)).then(|| self.word.clone())
    }

    fn go_to(&mut self, at: usize) {
        let text = self.text;
        if at < self.seen || !self.clause.contains(&at) {
            let parts = |char: char| matches!(char, ';' | ',' | '=' | '"' | '\'' | '<' | '>' | '|' | '&');
            let start = text[..at].rfind(parts).map_or(0, |part| part + 1);
            self.clause = start..text[at..].find(parts).map_or(text.len(), |len| at + len);
            (self.drive, self.seen, self.word) = (None, start, start..start);
        }
        if !self.word.contains(&at) {
            let blank = text[self.clause.start..at].char_indices().rfind(|(_, char)| char.is_whitespace());
            let start = self.clause.start + blank.map_or(0, |(blank, char)| blank + char.len_utf8());
            let end = text[at..self.clause.end].find(char::is_whitespace).map_or(self.clause.end, |len| at + len);
            (self.word, self.is_relative) = (start..end, None);
        }
        let clause = &text.as_bytes()[self.clause.start..self.word.end];
        let is_drive = |&start: &usize| is_drive(clause, start - self.clause.start);
        self.drive = (self.seen..at).rev().find(is_drive).or(self.drive);
        self.seen = at;
    }
}

/// Whether a drive stands there: a letter that nothing is glued to, a colon and a slash.
fn is_drive(text: &[u8], start: usize) -> bool {
    let alone = start == 0 || !text[start - 1].is_ascii_alphanumeric();
    alone && matches!(&text[start..], [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

fn looks_relative(word: &str) -> bool {
    let variable = |part: &str| part.starts_with('$') || part.len() > 2 && part.starts_with('%') && part.ends_with('%');
    let name = |part: &str| {
        let longer =
            part.len() >= 2 && part.starts_with(|char: char| char.is_alphanumeric() || matches!(char, '_' | '*'));
        longer && part.chars().all(|char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | '~' | '@' | '*'))
    };
    let mut parts = word.split('\\').filter(|part| !part.is_empty());
    let Some(first) = parts.next() else { return false };
    if matches!(first, "." | "..") || variable(first) {
        return word.starts_with(first);
    }
    let rest: Vec<_> = parts.collect();
    let rooted = word.starts_with('\\');
    name(first)
        && rest.iter().all(|part| name(part) || variable(part))
        && (!rest.is_empty() || rooted && first.len() >= 3)
}

/// Both parts as one clean path with forward slashes. The second is taken as relative, whatever it starts with.
pub fn join(parent: &str, path: &str) -> String {
    match (parent.is_empty(), path.is_empty()) {
        (true, true) => String::new(),
        (true, false) => clean(&to_slash(path)),
        (false, true) => clean(&to_slash(parent)),
        (false, false) => clean(&to_slash(&format!("{parent}/{path}"))),
    }
}

fn is_slash(char: char) -> bool {
    matches!(char, '/' | '\\')
}

fn to_slash(path: &str) -> String {
    if memchr::memchr(b'\\', path.as_bytes()).is_none() {
        return path.to_owned();
    }
    let bytes = path.bytes().map(|byte| if byte == b'\\' { b'/' } else { byte }).collect();
    String::from_utf8(bytes).expect("one sign of ASCII took the place of another")
}

/// The shortest path of the same meaning, with `/`, by text alone; `.` for nothing. As Go's `path.Clean`.
pub fn clean(path: &str) -> String {
    if is_clean(path) {
        return path.to_owned();
    }
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

/// Whether a path is clean for certain: of what [`clean`] takes away nothing stands in it.
fn is_clean(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or(path).as_bytes();
    let is_clean = |part: &[u8]| !matches!(part, b"" | b"." | b"..");
    let mut start = 0;
    for slash in memchr::memchr_iter(b'/', inner) {
        if !is_clean(&inner[start..slash]) {
            return false;
        }
        start = slash + 1;
    }
    is_clean(&inner[start..])
}

/// As [`clean`], with backslashes and with the drive kept; nothing stays nothing.
fn clean_windows(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let (drive, rest) = path.split_at(if drive_letter(path).is_some() { 2 } else { 0 });
    format!("{drive}{}", clean(&to_slash(rest)).replace('/', "\\"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn drives_are_checked_and_cut_off() {
        for (path, result) in [
            (r"C:\app\bin", Ok("/app/bin")),
            ("c:/", Ok("/")),
            (r"C:app\", Ok("app")),
            (r"\app\\x\..\y\", Ok("/app/y")),
            ("z", Ok("z")),
            ("", Ok(".")),
            (r"C:\..\..\x", Ok("/x")),
            (r"..\x", Ok("../x")),
            (r"D:\app", Err("The specified path is not on the system drive (C:)")),
            (r"a:b:c", Err("The specified path is not on the system drive (C:)")),
            (r"app\x:y", Err("The specified path is not on the system drive (C:)")),
            ("C:", Err(r#"No relative path specified in "C:""#)),
            ("d:", Err(r#"No relative path specified in "d:""#)),
            (r"\\srv\x", Err("UNC paths are not supported")),
            (r"/\srv\x", Err("UNC paths are not supported")),
        ] {
            let got = check_system_drive(path).map_err(|error| error.to_string());
            assert_eq!(got.as_deref().map_err(String::as_str), result, "{path}");
        }
    }

    #[test]
    fn workdir_as_buildkit_stores_it() {
        for (current, path, result) in [
            ("", r"C:\app\bin", r"\app\bin"),
            ("", "C:appbin", r"\appbin"),
            // `WORKDIR C:\` under the default escape takes the next line with it
            ("", "C:RUN dir", r"\RUN dir"),
            (r"\app", "C:bin", r"\app\bin"),
            (r"C:\app", "..", r"\"),
            ("app", "", r"\app"),
            ("/app", r"\data", r"\data"),
            ("", r"C:/mixed\slashes/", r"\mixed\slashes"),
        ] {
            assert_eq!(workdir(current, path).unwrap(), result, "{current} + {path}");
        }
        assert_eq!(workdir("", r"D:\app"), Err(PathError::NotSystemDrive));
        assert_eq!(workdir("C:", "x"), Err(PathError::NoRelativePath { path: "C:".into() }));
        assert_eq!(workdir("", r"\\srv\x"), Err(PathError::Unc));
    }

    #[test]
    fn a_destination_keeps_its_last_slash() {
        for (current, path, result) in [
            (r"\app", "bin/", "/app/bin/"),
            (r"\app", r"C:\bin\", "/bin/"),
            (r"\app", "C:/bin", "/bin"),
            (r"\app", ".", "/app"),
            (r"\app", "./", "/app/"),
            (r"\app", r"C:\x\.", "/x/."),
            ("", "/.", "/."),
            ("", "", "/"),
        ] {
            assert_eq!(destination(current, path).unwrap(), result, "{current} + {path}");
        }
    }

    #[test]
    fn workdir_as_the_classic_builder_stores_it() {
        for (current, path, result) in [
            ("", "a", r"C:\a"),
            ("", r"c:\app", r"C:\app"),
            ("", "/app", r"C:\app"),
            ("", "C:appbin", "C:appbin"),
            (r"C:\app", "bin", r"C:\app\bin"),
            (r"C:\app", "/data", r"C:\data"),
            (r"C:\app", r"d:\x", r"D:\x"),
            ("", r"C:\", r"C:\"),
        ] {
            assert_eq!(workdir_classic(current, path).unwrap(), result, "{current} + {path}");
        }
        assert_eq!(
            workdir_classic("", "C:").unwrap_err().to_string(),
            r"C:. is not a directory. If you are specifying a drive letter, please add a trailing '\'"
        );
        assert_eq!(workdir_classic("x", ""), Err(PathError::Empty));
    }

    #[test]
    fn folding_and_drives() {
        assert_eq!(fold(r"C:\Program Files\X\"), fold("/program files/x"));
        assert_eq!(fold(r"c:\"), "/");
        assert_ne!(fold(r"D:\x"), fold(r"C:\x"));
        assert_eq!((drive_letter("d:x"), drive_letter("dd:x"), drive_letter("é:")), (Some('d'), None, None));
        assert!(is_absolute(r"C:\x") && is_absolute("/x") && !is_absolute("C:x") && !is_absolute(r"D:\x"));
        assert_eq!(join(r"\app", "../x"), "/x");
    }

    #[test]
    fn paths_are_told_from_patterns() {
        for (text, path) in [
            (r"C:\app", r"C:\app"),
            (r"-Dfile=C:\app\x;more", r"C:\app\x"),
            (r"see C:\Program Files (x86)\x for", r"C:\Program Files (x86)\x"),
            (r"${X:-C:\app}", r"C:\app"),
            (r"C:\Program Files;x", r"C:\Program Files"),
            (r"${JAVA_HOME}\bin", r"${JAVA_HOME}\bin"),
            (r"%TEMP%\x", r"%TEMP%\x"),
            (r"\\server\share", r"\\server\share"),
            (r".\src", r".\src"),
            (r"src\app\*.txt", r"src\app\*.txt"),
            (r"Users\%USERNAME%", r"Users\%USERNAME%"),
            (r"\Windows", r"\Windows"),
        ] {
            let at = text.rfind('\\').unwrap();
            assert_eq!(path_at(text, at).map(|range| &text[range]), Some(path), "{text}");
        }
        for text in [r"^\d+$", r"a\.b", r"v\d", r"foo\;bar", r"\n", r"[a-z]\w", r"http:\x", r"\", r"é \b", r"a\"] {
            assert_eq!(path_at(text, text.rfind('\\').unwrap()), None, "{text}");
        }
    }

    #[test]
    fn many_backslashes_take_no_more_time_than_their_text() {
        // Long enough that anything worse than linear time would never end.
        for (part, is_path) in [(r"a\", false), (r"\a ", false), (r"C:\", true), (r"name\", true), (r"C:\ ;", true)] {
            let text = part.repeat(1 << 18);
            let mut paths = Paths::new(&text);
            let found = text.match_indices('\\').filter(|&(at, _)| paths.at(at).is_some()).count();
            assert_eq!(found, if is_path { 1 << 18 } else { 0 }, "{part}");
        }
    }

    proptest! {
        #[test]
        fn any_backslash_can_be_asked_for(text in r"[cC:./\\aé ;${}%]{0,12}") {
            let mut paths = Paths::new(&text);
            for (at, _) in text.match_indices('\\') {
                let path = path_at(&text, at);
                prop_assert_eq!(paths.at(at), path.clone());
                if let Some(range) = path {
                    prop_assert!(range.contains(&at) && text.get(range).is_some());
                }
            }
        }

        #[test]
        fn no_path_panics_and_results_are_stable(current in r"(?s).{0,12}", path in r"[cC:./\\aé ]{0,12}") {
            // of two drives (`C:c:\x`) BuildKit itself leaves the second
            if let Ok(result) = workdir(&current, &path)
                && current.matches(':').count() < 2
                && path.matches(':').count() < 2
            {
                prop_assert!(result.starts_with('\\') && !result.contains('/'));
            }
            let _ = (destination(&current, &path), workdir_classic(&current, &path), is_absolute(&path));
            prop_assert_eq!(fold(&path), fold(&path.replace('\\', "/")));
        }
    }
}
