//! Which strings look like Windows paths, so that a backslash in them means itself.

/// What a program's or a script's file name ends in.
const EXTENSIONS: [&str; 16] = [
    ".exe", ".cmd", ".bat", ".com", ".ps1", ".psm1", ".dll", ".msi", ".vbs", ".jar", ".json", ".xml", ".config",
    ".log", ".txt", ".zip",
];

/// Longer strings hold scripts and no paths.
const MAX_PATH: usize = 1024;

/// Whether the backslash at `at`, for which JSON has a meaning of its own, stands in a Windows path.
pub(super) fn is_path(content: &str, at: usize) -> bool {
    if content.len() > MAX_PATH {
        return false;
    }
    let parts =
        |char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '=' | ';' | ',' | '(' | ')' | '|' | '&');
    let start = content[..at].rfind(parts).map_or(0, |found| found + 1);
    let end = content[at..].find(parts).map_or(content.len(), |found| at + found);
    let (before, token) = (&content[start..at], &content[start..end]);
    let newline = content[at + 1..].starts_with('n') || content[at + 1..].starts_with("r\\n");
    let is_drive = |text: &str| text.len() == 2 && text.ends_with(':') && text.as_bytes()[0].is_ascii_alphabetic();
    let rooted = before.split_once('\\').is_some_and(|(root, _)| is_drive(root) || matches!(root, "." | ".."));
    if is_drive(before) || matches!(before, "." | "..") {
        return true;
    }
    // `C:\\a\nC:\\b` is two lines: who doubles backslashes means the other escapes too.
    if rooted {
        return !(newline && before.contains("\\\\"));
    }
    let is_file = EXTENSIONS.iter().any(|extension| {
        token
            .len()
            .checked_sub(extension.len())
            .is_some_and(|from| token.is_char_boundary(from) && token[from..].eq_ignore_ascii_case(extension))
    });
    is_file && !(newline && content.contains(char::is_whitespace))
}
