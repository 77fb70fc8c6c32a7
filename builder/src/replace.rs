//! A file that was written under another name takes its place in one step.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// A new file that others may read as far as the user lets them, unlike most temporary files.
///
/// # Errors
/// When the folder is gone or takes no files.
pub fn new_in(folder: &Path) -> io::Result<NamedTempFile> {
    let open = |path: &Path| File::options().read(true).write(true).create_new(true).open(path);
    tempfile::Builder::new().make_in(folder, open)
}

/// Closes a file and moves it to its place, over what is there. What fails leaves nothing but what was there.
///
/// The standard library moves it, and not `tempfile`: on Windows only the former takes the place of a file that
/// somebody reads at that moment, and reaches paths of more than 260 characters.
///
/// # Errors
/// When the folder is gone or takes no files, or somebody keeps the file that is there for himself.
pub fn replace(file: NamedTempFile, to: &Path) -> io::Result<()> {
    let mut from = file.into_temp_path();
    fs::rename(&from, to)?;
    from.disable_cleanup(true);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

    use super::*;

    fn written(folder: &Path, text: &str) -> NamedTempFile {
        let mut file = new_in(folder).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        file
    }

    #[test]
    fn who_reads_the_old_file_reads_it_to_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index.json");
        fs::write(&path, "old").unwrap();
        let mut reader = File::open(&path).unwrap();
        replace(written(folder.path(), "new"), &path).unwrap();
        let mut text = String::new();
        reader.read_to_string(&mut text).unwrap();
        assert_eq!((text.as_str(), fs::read_to_string(&path).unwrap().as_str()), ("old", "new"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn paths_may_be_longer_than_old_programs_take() {
        let folder = tempfile::tempdir().unwrap();
        let deep = (0..6).fold(folder.path().to_owned(), |path, _| path.join("d".repeat(60)));
        fs::create_dir_all(&deep).unwrap();
        let path = deep.join("index.json");
        assert!(path.as_os_str().len() > 260);
        replace(written(&deep, "new"), &path).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken");
        fs::create_dir_all(taken.join("by")).unwrap();
        assert!(replace(written(folder.path(), "new"), &taken).is_err());
        assert!(taken.is_dir());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
