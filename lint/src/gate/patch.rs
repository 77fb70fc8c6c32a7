//! Reads a patch without context: which lines of which files are new.

use std::collections::HashMap;

/// The new lines of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Lines {
    /// All of them.
    All,
    /// From first to last.
    Some(Vec<(u32, u32)>),
}

/// The new lines of each file, by its path.
pub(super) fn read(patch: &[u8]) -> HashMap<String, Lines> {
    let mut files: HashMap<String, Lines> = HashMap::new();
    let mut file = None;
    // The lines of the hunk that are still to come; in it, a line that looks like a head is none.
    let mut left = (0, 0);
    for line in patch.split(|&byte| byte == b'\n') {
        match (line.first(), left) {
            (Some(b'-'), (old, _)) if old > 0 => left.0 -= 1,
            (Some(b'+'), (_, new)) if new > 0 => left.1 -= 1,
            _ => {
                head(line, &mut file, &mut left, &mut files);
                continue;
            }
        }
        // Another escape character is another reading of the whole file.
        if let Some(file) = file.as_ref().filter(|_| sets_escape(&line[1..])) {
            files.insert(String::clone(file), Lines::All);
        }
    }
    files
}

fn head(line: &[u8], file: &mut Option<String>, left: &mut (u32, u32), files: &mut HashMap<String, Lines>) {
    let line = String::from_utf8_lossy(line);
    let line = line.trim_end_matches('\r');
    if line.starts_with("diff --git ") {
        *file = None;
    } else if let Some(path) = line.strip_prefix("+++ ") {
        *file = name(path);
        files.extend(file.clone().map(|file| (file, Lines::Some(Vec::new()))));
    } else if let Some((old, new)) = line.strip_prefix("@@ ").and_then(hunk) {
        *left = (old, new.1);
        let lines = file.as_ref().and_then(|file| files.get_mut(file));
        if let (Some(Lines::Some(lines)), true) = (lines, new.1 > 0) {
            lines.push((new.0, new.0 + new.1 - 1));
        }
    } else if let Some(both) = line.strip_prefix("Binary files ").and_then(|line| line.strip_suffix(" differ")) {
        // UTF-16 is binary to git.
        let at = both.rfind(" and b/").or_else(|| both.rfind(" and \"b/"));
        files.extend(at.and_then(|at| name(&both[at + " and ".len()..])).map(|file| (file, Lines::All)));
    }
}

/// `-12,3 +14,2 @@ ...`: how many old lines, and the first and the number of the new ones.
fn hunk(text: &str) -> Option<(u32, (u32, u32))> {
    let mut words = text.split(' ');
    let range = |word: &str| -> Option<(u32, u32)> {
        let (start, count) = word.split_once(',').unwrap_or((word, "1"));
        Some((start.parse().ok()?, count.parse().ok()?))
    };
    let old = range(words.next()?.strip_prefix('-')?)?;
    let new = range(words.next()?.strip_prefix('+')?)?;
    Some((old.1, new))
}

/// A path behind `b/`: with a tab at the end when it has blanks, in quotes when it has odd characters; none for a file
/// that is gone.
fn name(path: &str) -> Option<String> {
    let path = path.trim_end_matches('\t');
    match path.strip_prefix('"').and_then(|path| path.strip_suffix('"')) {
        Some(quoted) => unquoted(quoted).strip_prefix("b/").map(str::to_owned),
        None => path.strip_prefix("b/").map(str::to_owned),
    }
}

/// What git puts in quotes, it writes as C does.
fn unquoted(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.bytes().peekable();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(digit @ b'0'..=b'7') => {
                let mut number = u32::from(digit - b'0');
                for _ in 0..2 {
                    if let Some(digit) = rest.next_if(|digit| (b'0'..=b'7').contains(digit)) {
                        number = number * 8 + u32::from(digit - b'0');
                    }
                }
                bytes.push(number as u8);
            }
            Some(b'n') => bytes.push(b'\n'),
            Some(b't') => bytes.push(b'\t'),
            Some(b'r') => bytes.push(b'\r'),
            Some(other) => bytes.push(other),
            None => {}
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn sets_escape(line: &[u8]) -> bool {
    let text: String = String::from_utf8_lossy(line).split_whitespace().collect::<String>().to_ascii_lowercase();
    text.trim_start_matches('\u{FEFF}').starts_with("#escape=")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_lines_are_counted() {
        let patch = "diff --git a/Dockerfile b/Dockerfile\nindex 1..2 100644\n--- a/Dockerfile\n+++ b/Dockerfile\n\
            @@ -2 +2,3 @@ FROM x\n-RUN a\n+RUN b\n+++ b/other\n+RUN c\n@@ -9,2 +11,0 @@\n--- a/x\n-RUN e\n\
            @@ -20,0 +21 @@\n+RUN f\n\\ No newline at end of file\ndiff --git a/gone b/gone\n--- a/gone\n+++ /dev/null\n\
            @@ -1 +0,0 @@\n-FROM x\ndiff --git a/a b b/a b\n--- a/a b\t\n+++ b/a b\t\n@@ -1 +1 @@\n-x\n+y\n";
        let files = read(patch.as_bytes());
        assert_eq!(files.len(), 2, "{files:?}");
        assert_eq!(files["Dockerfile"], Lines::Some(vec![(2, 4), (21, 21)]));
        assert_eq!(files["a b"], Lines::Some(vec![(1, 1)]));
    }

    #[test]
    fn another_escape_character_and_another_encoding_change_all_lines() {
        for line in ["+# escape=`", "-#escape = \\", "+# ESCAPE=`\r"] {
            let patch = format!("+++ b/x\n@@ -1 +1 @@\n{line}\n");
            let hunk =
                if line.starts_with('+') { patch.replace("-1 +1", "-0,0 +1") } else { patch.replace("+1", "+0,0") };
            assert_eq!(read(hunk.as_bytes())["x"], Lines::All, "{line}");
        }
        let files = read(b"Binary files a/x and b/x differ\nBinary files /dev/null and b/y and z differ\n");
        assert_eq!((&files["x"], &files["y and z"]), (&Lines::All, &Lines::All));
    }

    #[test]
    fn odd_names_are_unquoted() {
        assert_eq!(name("\"b/a\\tb\\\"\\303\\244\""), Some("a\tb\"ä".to_owned()));
        assert_eq!(name("/dev/null"), None);
    }
}
