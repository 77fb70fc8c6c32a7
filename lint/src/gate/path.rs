//! The way from one folder to a file, written alike on every system.

use std::path::{Component, Path};

/// The path of a file from a folder, with forward slashes: the same wherever the repository lies.
pub(super) fn between(folder: &Path, file: &Path) -> String {
    let (from, to) = (absolute(folder), absolute(file));
    let (from, to): (Vec<Component>, Vec<Component>) = (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    if shared == 0 {
        // Another drive.
        return file.display().to_string().replace(std::path::MAIN_SEPARATOR, "/");
    }
    let up = from[shared..].iter().map(|_| "..".to_owned());
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Without dots and links, as far as the path exists.
fn absolute(path: &Path) -> std::path::PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    dunce::canonicalize(&path).unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_the_same_wherever_the_repository_lies() {
        let root = tempfile::tempdir().unwrap();
        let (a, b) = (root.path().join("a"), root.path().join("b"));
        std::fs::create_dir_all(a.join("c")).unwrap();
        std::fs::create_dir_all(&b).unwrap();
        assert_eq!(between(&a, &a.join("c").join("Dockerfile")), "c/Dockerfile");
        assert_eq!(between(&b, &a.join("c")), "../a/c");
        assert_eq!(between(&a, &a.join("c").join("..").join("c")), "c");
        // Standard input may bear the name of a file that is not there.
        let root = dunce::canonicalize(root.path()).unwrap();
        assert_eq!(between(&root.join("a"), &root.join("a").join("gone").join("Dockerfile")), "gone/Dockerfile");
    }
}
