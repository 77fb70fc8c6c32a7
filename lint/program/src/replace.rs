//! A file that was written under another name takes its place in one step, or gives its text to the one that is there.

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
    replace_while(file, to, patience)
}

/// Writes the text of a file over another one, which stays itself: with whom it lets in, its attributes, streams and other
/// names, which on Windows no new file can be given. The text stays beside it until it is written, so that whoever ends
/// in the middle loses nothing.
///
/// # Errors
/// When the other file cannot be written. Then it is as it was, or the error says where the whole text is.
pub fn overwrite(file: NamedTempFile, to: &Path) -> io::Result<()> {
    let mut from = file.reopen()?;
    let mut old = while_held(|| File::options().write(true).open(to), patience)?;
    let mut write = || {
        let length = io::copy(&mut from, &mut old)?;
        // A device has no length.
        if old.metadata()?.is_file() {
            old.set_len(length)?;
        }
        old.sync_all()
    };
    let written = write();
    // Closed before the file is removed, for Windows.
    drop((from, old));
    written.map_err(|error| match file.keep() {
        Ok((_, kept)) => io::Error::new(error.kind(), format!("{error}; the whole text is in {}", kept.display())),
        Err(_) => error,
    })
}

/// Waits a little, unless that was done often enough.
fn patience(tries: u32) -> bool {
    thread::sleep(PAUSE);
    tries < TRIES
}

/// Tries until it works, or nobody wants to go on after so many tries.
fn replace_while(file: NamedTempFile, to: &Path, goes_on: impl FnMut(u32) -> bool) -> io::Result<()> {
    let mut from = file.into_temp_path();
    while_held(|| fs::rename(&from, to), goes_on)?;
    from.disable_cleanup(true);
    Ok(())
}

fn while_held<T>(mut attempt: impl FnMut() -> io::Result<T>, mut goes_on: impl FnMut(u32) -> bool) -> io::Result<T> {
    let mut tries = 0;
    loop {
        match attempt() {
            Err(error) if is_held(&error) => {
                tries += 1;
                if !goes_on(tries) {
                    return Err(error);
                }
            }
            ended => return ended,
        }
    }
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
    fn a_file_that_is_written_over_stays_itself() {
        let folder = tempfile::tempdir().unwrap();
        let (path, other) = (folder.path().join("Dockerfile"), folder.path().join("its other name"));
        fs::write(&path, "a longer text than the new one").unwrap();
        fs::hard_link(&path, &other).unwrap();
        overwrite(written(folder.path(), "new"), &path).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_cannot_be_written_over_stays_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("taken")).unwrap();
        for name in ["taken", "missing"] {
            assert!(overwrite(written(folder.path(), "new"), &folder.path().join(name)).is_err());
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// A disk that is full, which only some systems have as a file.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_text_that_was_not_written_whole_stays_beside() {
        let folder = tempfile::tempdir().unwrap();
        let error = overwrite(written(folder.path(), "new"), Path::new("/dev/full")).unwrap_err();
        let left = fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        assert_eq!(fs::read_to_string(&left).unwrap(), "new");
        assert!(error.to_string().ends_with(&format!("the whole text is in {}", left.display())), "{error}");
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
