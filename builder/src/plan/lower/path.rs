//! Paths of Windows: where a path of a script leads from the folder in force.

/// The longest path that Windows takes, in UTF-16 units.
const MAX_PATH: usize = 32_767;

/// Where a path may have `*` and `?`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wild {
    Nowhere,
    Last,
    Anywhere,
}

/// The whole path: `C:\a\b`. A path with a wildcard where none may be is refused, and so is what Windows does not take as
/// the name of a file.
pub(super) fn resolve(workdir: &str, path: &str, wild: Wild) -> Result<String, String> {
    let refused = |why: &str| Err(format!("`{path}` {why}"));
    let path_only = path.trim();
    if path_only.is_empty() {
        return Err("an empty path".to_owned());
    }
    let slashed = path_only.replace('/', "\\");
    if slashed.starts_with(r"\\") {
        return refused("is on a network share or a device");
    }
    if slashed.starts_with('~') {
        return refused("depends on the account");
    }
    let rest = match slashed.split_once(':') {
        Some((drive, rest)) if drive.eq_ignore_ascii_case("c") => rest.to_owned(),
        Some((drive, _)) if drive.len() == 1 => return refused("is not on drive C:"),
        Some((provider, _)) => {
            return Err(format!("`{path}` is on the drive {provider}:, which is no part of the file system"));
        }
        None => slashed.clone(),
    };
    let absolute = rest.starts_with('\\');
    // `C:x` is relative to the folder that the process has on that drive, which is the one in force.
    let mut parts: Vec<String> = Vec::new();
    if !absolute {
        parts.extend(components(workdir.get(2..).unwrap_or_default()));
    }
    for part in rest.split('\\') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part.to_owned()),
        }
    }
    check(path, &parts, wild)?;
    let whole = format!(r"C:\{}", parts.join("\\"));
    if whole.encode_utf16().count() > MAX_PATH {
        return refused("is too long");
    }
    Ok(whole)
}

fn components(path: &str) -> Vec<String> {
    path.split('\\').filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn check(path: &str, parts: &[String], wild: Wild) -> Result<(), String> {
    for (index, part) in parts.iter().enumerate() {
        let last = index + 1 == parts.len();
        if part.contains(['<', '>', '"', '|', ':']) || part.chars().any(char::is_control) {
            return Err(format!("`{path}` is no name of a file"));
        }
        if part.contains(['*', '?']) && !(last && wild == Wild::Last || wild == Wild::Anywhere) {
            return Err(format!("`{path}` has a wildcard where only the build could tell what it means"));
        }
        if part.ends_with(['.', ' ']) && !part.contains('*') || is_device(part) {
            return Err(format!("`{path}` is no name that Windows keeps"));
        }
        if is_short(part) {
            return Err(format!("`{path}` has a short name, which only Windows knows the long one of"));
        }
    }
    Ok(())
}

/// A name of eight letters and three that Windows may have made of a longer one: `PROGRA~1`.
fn is_short(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part);
    let digits = stem.rsplit_once('~').map(|(_, digits)| digits);
    stem.len() <= 8 && digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// Names that Windows takes for devices, with any extension.
fn is_device(part: &str) -> bool {
    let stem = part.split('.').next().unwrap_or(part).trim_end().to_ascii_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| rest.len() == 1 && matches!(rest.as_bytes()[0], b'1'..=b'9'))
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT")
}

/// The folder of a path, and its name there. None for the root.
pub(super) fn split(path: &str) -> Option<(String, String)> {
    let (parent, name) = path.rsplit_once('\\')?;
    if name.is_empty() {
        return None;
    }
    let parent = if parent.len() == 2 { format!("{parent}\\") } else { parent.to_owned() };
    Some((parent, name.to_owned()))
}

/// A name in a folder.
pub(super) fn join(folder: &str, name: &str) -> String {
    format!("{}\\{name}", folder.trim_end_matches('\\'))
}

/// Whether the path is a pattern.
pub(super) fn is_pattern(path: &str) -> bool {
    path.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_the_folder_in_force() {
        for (workdir, path, whole) in [
            (r"C:\", r"a\b", r"C:\a\b"),
            (r"C:\x", r".\a", r"C:\x\a"),
            (r"C:\x\y", r"..\a", r"C:\x\a"),
            (r"C:\x", r"\a", r"C:\a"),
            (r"C:\x", r"c:/a//b/", r"C:\a\b"),
            (r"C:\x", r"C:a", r"C:\x\a"),
            (r"C:\x", r"C:\", r"C:\"),
            (r"C:\x", r"..\..\..", r"C:\"),
        ] {
            assert_eq!(resolve(workdir, path, Wild::Nowhere).as_deref(), Ok(whole), "{path}");
        }
        assert_eq!(resolve(r"C:\x", r"a*\b", Wild::Anywhere).as_deref(), Ok(r"C:\x\a*\b"));
        assert_eq!(resolve(r"C:\x", "*.zip", Wild::Last).as_deref(), Ok(r"C:\x\*.zip"));
    }

    #[test]
    fn what_is_no_file_is_refused() {
        for path in
            ["", r"D:\a", r"\\srv\x", "HKLM:\\Software", "~\\x", "a?\\b", "a<b", "nul", r"C:\aux.txt", "a.", "C:\\a:b"]
        {
            assert!(resolve(r"C:\", path, Wild::Last).is_err(), "{path}");
        }
        assert!(resolve(r"C:\", "*.zip", Wild::Nowhere).is_err());
    }

    #[test]
    fn folder_and_name() {
        assert_eq!(split(r"C:\a\b"), Some((r"C:\a".into(), "b".into())));
        assert_eq!(split(r"C:\a"), Some((r"C:\".into(), "a".into())));
        assert_eq!(split(r"C:\"), None);
        assert_eq!(join(r"C:\", "a"), r"C:\a");
    }
}
