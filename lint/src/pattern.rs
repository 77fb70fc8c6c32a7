//! Paths with wildcards, which the shells of Windows leave to the programs that they start.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::{DirEntry, WalkBuilder};

/// A pattern of paths, and the folder below which all of them lie.
pub struct Pattern {
    folder: PathBuf,
    matcher: GlobMatcher,
    depth: Option<usize>,
}

/// A glob as both `wlint.toml` and the command line write it: a backslash parts names as a slash does, and letter case
/// does not count, so that it means the same on Windows and on the Linux runner beside it.
///
/// # Errors
/// When it is no glob.
pub fn glob(text: &str) -> Result<GlobMatcher, globset::Error> {
    let slashed = text.replace('\\', "/");
    let mut glob = GlobBuilder::new(&slashed);
    glob.literal_separator(true).backslash_escape(false).case_insensitive(true);
    Ok(glob.build()?.compile_matcher())
}

/// The pattern that a path is; none when it is a file or a folder, or has no wildcards.
pub fn of(path: &Path) -> Option<Result<Pattern, globset::Error>> {
    let has_wildcards = |text: &str| text.contains(['*', '?', '[', '{']);
    let text = path.to_str().filter(|text| has_wildcards(text) && !path.exists())?.replace('\\', "/");
    let first = text.find(['*', '?', '[', '{'])?;
    let (folder, rest) = text.split_at(text[..first].rfind('/').map_or(0, |slash| slash + 1));
    let depth = (!rest.contains("**")).then(|| rest.split('/').count());
    let folder = PathBuf::from(if folder.is_empty() { "." } else { folder });
    Some(glob(rest).map(|matcher| Pattern { folder, matcher, depth }))
}

impl Pattern {
    /// What to search: everything below the folder but what git ignores.
    pub fn walk(&self) -> WalkBuilder {
        let mut walk = WalkBuilder::new(&self.folder);
        walk.max_depth(self.depth);
        walk
    }

    /// Whether something that was found is meant.
    pub fn fits(&self, entry: &DirEntry) -> bool {
        let below = entry.path().strip_prefix(&self.folder).unwrap_or(entry.path());
        entry.depth() > 0 && self.matcher.is_match(below)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn backslashes_part_names_and_letter_case_does_not_count() {
        for (pattern, path, fits) in [
            (r"legacy\**", "legacy/a/Dockerfile", true),
            ("Legacy/*", "LEGACY/dockerfile", true),
            (r"docker\*.Dockerfile", "docker/a/b.Dockerfile", false),
            (r"**\Dockerfile", "Dockerfile", true),
            (r"a\[1]\x", "a/1/x", true),
        ] {
            assert_eq!(glob(pattern).unwrap().is_match(path), fits, "{pattern} {path}");
        }
        assert!(glob("a[").is_err());
    }

    #[test]
    fn what_is_there_is_no_pattern() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Dockerfile[1]");
        std::fs::write(&path, "").unwrap();
        assert!(of(&path).is_none());
        assert!(of(&folder.path().join("missing")).is_none());
        let pattern = of(Path::new(r".\docker\*\Dockerfile")).unwrap().unwrap();
        assert_eq!((pattern.folder.as_path(), pattern.depth), (Path::new("./docker/"), Some(2)));
        assert_eq!(of(Path::new("**/a")).unwrap().unwrap().depth, None);
    }
}
