//! Names in the text of a statement.

use crate::plan::wildcard::fits;

/// Whether a word stands in a text, in any case, and not as a part of a longer word.
pub(super) fn mentions(text: &str, word: &str) -> bool {
    if word.is_empty() {
        return false;
    }
    let (text, word) = (text.to_lowercase(), word.to_lowercase());
    let joins = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    let mut from = 0;
    while let Some(at) = text[from..].find(&word).map(|at| from + at) {
        let before = text[..at].chars().next_back();
        let after = text[at + word.len()..].chars().next();
        let starts = word.chars().next().is_some_and(|char| !char.is_alphanumeric()) || !joins(before);
        if starts && !joins(after) {
            return true;
        }
        from = at + text[at..].chars().next().map_or(1, char::len_utf8);
    }
    false
}

/// Whether a variable of PowerShell stands in a text: `$name`, `${name}`, with any scope, or splatted.
pub(super) fn uses_variable(text: &str, name: &str) -> bool {
    let scopes = ["$", "${", "$script:", "$global:", "$local:", "${script:", "${global:", "@", "$using:", "variable:"];
    scopes.iter().any(|scope| mentions(text, &format!("{scope}{name}")))
        || text.to_lowercase().contains("variable") && mentions(text, name)
}

/// Whether a variable of the environment stands in a text, in either shell's way.
pub(super) fn uses_environment(text: &str, name: &str) -> bool {
    ["$env:", "${env:", "env:", "%", "!"].iter().any(|sign| mentions(text, &format!("{sign}{name}")))
        || text.to_lowercase().contains("environmentvariable") && mentions(text, name)
}

/// Whether a variable of PowerShell, in lower case, decides how commands after it work.
pub(super) fn is_preference(name: &str) -> bool {
    name.ends_with("preference") || ["psdefaultparametervalues", "outputencoding", "ofs"].contains(&name)
}

/// The last component of a path as written.
pub(super) fn last_component(path: &str) -> &str {
    path.trim_end_matches(['\\', '/']).rsplit(['\\', '/']).next().unwrap_or(path)
}

/// Whether what is removed takes a path along: it is that path, a folder around it, or a pattern that its name fits.
pub(super) fn removes(removed: &str, path: &str) -> bool {
    let fold = |path: &str| {
        let path = path.trim_matches(['"', '\'']).replace('/', "\\").to_lowercase();
        let path = path.strip_prefix(".\\").unwrap_or(&path).trim_end_matches('\\').to_owned();
        path.strip_prefix("c:").map(str::to_owned).unwrap_or(path)
    };
    let (removed, path) = (fold(removed), fold(path));
    let name = last_component(&removed);
    if name.contains(['*', '?']) {
        let folder = removed.strip_suffix(name).unwrap_or_default().trim_end_matches('\\');
        let inside = folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('\\'));
        return inside && (fits(last_component(&path), name) || name == "*" || name == "*.*");
    }
    path == removed
        || path.strip_prefix(&removed).is_some_and(|rest| rest.starts_with('\\'))
        || !path.contains('\\') && removed.ends_with(&format!("\\{path}"))
        || !removed.contains('\\') && path.ends_with(&format!("\\{removed}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_variables_are_found_whole() {
        assert!(mentions("del C:\\Setup.exe", "setup.exe"));
        assert!(!mentions("del C:\\xsetup.exe", "setup.exe"));
        assert!(uses_variable("x ${Url}", "url") && uses_variable("f @p", "p") && !uses_variable("$urls", "url"));
        assert!(uses_environment("echo %PATH%", "path") && uses_environment("$env:Path", "PATH"));
        assert!(!uses_environment("$env:PATHEXT", "PATH"));
    }

    #[test]
    fn what_is_removed_takes_along_what_is_in_it() {
        for (removed, path) in [
            (r"C:\t\a.msi", r"c:/t/A.msi"),
            (r"C:\t", r"C:\t\a.msi"),
            (r"C:\t\*", r"C:\t\a.msi"),
            ("*.zip", "a.zip"),
            (r".\a.zip", "a.zip"),
            (r"C:\a.zip", "a.zip"),
        ] {
            assert!(removes(removed, path), "{removed} {path}");
        }
        for (removed, path) in [(r"C:\t", r"C:\tt"), (r"C:\t\a", r"C:\t"), ("*.msi", "a.zip")] {
            assert!(!removes(removed, path), "{removed} {path}");
        }
    }
}
