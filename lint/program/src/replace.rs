//! A file that was written under another name takes its place in one step.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::thread;
use std::time::Duration;

use tempfile::NamedTempFile;

/// How often, and after which pause, a place is tried that somebody holds.
const TRIES: u32 = 50;
const PAUSE: Duration = Duration::from_millis(20);

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
/// somebody reads at that moment, and reaches paths of more than 260 characters. Where the file system cannot do that,
/// or a virus scanner looks at the file, another moment does.
///
/// # Errors
/// When the folder is gone or takes no files, or somebody keeps the file that is there for himself.
pub fn replace(file: NamedTempFile, to: &Path) -> io::Result<()> {
    replace_while(file, to, |tries| {
        thread::sleep(PAUSE);
        tries < TRIES
    })
}

/// Tries until it works, or nobody wants to go on after so many tries.
fn replace_while(file: NamedTempFile, to: &Path, mut goes_on: impl FnMut(u32) -> bool) -> io::Result<()> {
    let mut from = file.into_temp_path();
    let mut tries = 0;
    while let Err(error) = fs::rename(&from, to) {
        tries += 1;
        if !is_held(&error) || !goes_on(tries) {
            return Err(error);
        }
    }
    from.disable_cleanup(true);
    Ok(())
}

/// Whether somebody else has the file open, as Windows says it: access denied, or a sharing violation.
fn is_held(error: &io::Error) -> bool {
    const SHARING_VIOLATION: i32 = 32;
    error.kind() == io::ErrorKind::PermissionDenied || error.raw_os_error() == Some(SHARING_VIOLATION)
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
        let mut text = String::new();
        let mut reader = Some(File::open(&path).unwrap());
        // Where the place cannot be taken from a reader, it can when the reader is through.
        let mut through = |text: &mut String| reader.take().map(|mut file| file.read_to_string(text).unwrap());
        replace_while(written(folder.path(), "new"), &path, |_| through(&mut text).is_some()).unwrap();
        through(&mut text);
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
