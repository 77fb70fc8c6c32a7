//! What an ordinary user of Windows may not do: where it may not write, and which programs need an administrator.

/// Whose place a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// `C:\`: ordinary users make folders there, but no files (moby/buildkit issue 4731).
    Root,
    /// `C:\Windows` or `C:\Program Files`, or something below them.
    System,
    /// Any other, as far as can be told.
    Other,
}

/// Variables that stand for a system folder, in lower case.
static SYSTEM_VARIABLES: &[&str] = &[
    "%programfiles%",
    "%programfiles(x86)%",
    "%systemroot%",
    "%windir%",
    "$env:programfiles",
    "$env:systemroot",
    "$env:windir",
    "${env:programfiles}",
    "${env:programfiles(x86)}",
];

/// The place that an entry of that path has: of a file or folder in `C:\` itself [`Place::Root`]. A path without
/// folder stands in `C:\` when `in_root` says that this is the current folder.
pub fn place(path: &str, in_root: bool) -> Place {
    let path = path.trim_matches(['"', '\'']).replace('/', "\\").replace("\\\\", "\\").to_ascii_lowercase();
    let below = ["c:\\", "%systemdrive%\\", "$env:systemdrive\\", "\\"].iter().find_map(|root| path.strip_prefix(root));
    let first = below.unwrap_or_default().split('\\').next().unwrap_or_default();
    let is_system = matches!(first, "windows" | "program files" | "program files (x86)");
    if is_system || SYSTEM_VARIABLES.iter().any(|variable| path.starts_with(variable)) {
        return Place::System;
    }
    let name = below.or_else(|| Some(path.as_str()).filter(|path| in_root && !path.contains(['%', '$', ':'])));
    match name.map(|name| name.strip_prefix(".\\").unwrap_or(name)) {
        Some(name) if !name.is_empty() && !name.contains('\\') => Place::Root,
        _ => Place::Other,
    }
}

/// What an ordinary user may not do of what a program with these arguments does.
pub fn program(name: &str, arguments: &[&str]) -> Option<&'static str> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    let argument = |at: usize| arguments.get(at).map(|argument| argument.to_ascii_lowercase()).unwrap_or_default();
    let is_change = |argument: &&str| ["/add", "/delete"].iter().any(|word| argument.eq_ignore_ascii_case(word));
    match (name.strip_suffix(".exe").unwrap_or(&name), argument(0).as_str()) {
        ("icacls" | "takeown", _) => Some("change permissions"),
        ("net", "user" | "localgroup") if arguments.iter().any(is_change) => Some("change accounts"),
        ("reg", "add" | "delete") if is_machine_key(&argument(1)) => Some("change the machine's registry"),
        _ => None,
    }
}

fn is_machine_key(key: &str) -> bool {
    let root = key.trim_matches('"').split('\\').next().unwrap_or_default();
    matches!(root, "hklm" | "hkey_local_machine")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_belong_to_the_machine_or_not() {
        for (path, in_root, expected) in [
            (r"C:\x.txt", false, Place::Root),
            ("c:/x.txt", false, Place::Root),
            (r"\x", false, Place::Root),
            (r"C:\\x", false, Place::Root),
            ("x.txt", true, Place::Root),
            (r".\x.txt", true, Place::Root),
            ("x.txt", false, Place::Other),
            (r"%TEMP%\x", true, Place::Other),
            ("%X%", true, Place::Other),
            (r"C:\data\x.txt", false, Place::Other),
            (r"C:\Windows\x", false, Place::System),
            (r#""C:\Program Files\x""#, false, Place::System),
            (r"%ProgramFiles%\dotnet", false, Place::System),
            (r"$env:ProgramFiles\x", false, Place::System),
            (r"C:\WindowsApps\x", false, Place::Other),
            ("D:x", true, Place::Other),
            ("", true, Place::Other),
        ] {
            assert_eq!(place(path, in_root), expected, "{path}");
        }
    }

    #[test]
    fn programs_that_change_the_machine() {
        for (line, expected) in [
            ("icacls C:\\app /grant x:F", Some("change permissions")),
            ("NET.EXE User bob /ADD", Some("change accounts")),
            ("net user", None),
            ("net start w3svc", None),
            (r"C:\Windows\System32\reg.exe add HKLM\Software\X", Some("change the machine's registry")),
            (r"reg add HKCU\Software\X", None),
            (r"reg query HKLM\Software", None),
        ] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(program(words[0], &words[1..]), expected, "{line}");
        }
    }
}
