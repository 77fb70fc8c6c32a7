//! A file that is written under another name and takes its place in one step, so that nobody meets half of it.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use program::replace::replace;
use tempfile::NamedTempFile;

/// A file on its way. Dropped before [`Pending::keep`], it leaves nothing behind.
pub struct Pending {
    to: Option<To>,
    target: PathBuf,
}

enum To {
    /// Beside the target, under another name.
    Beside(BufWriter<NamedTempFile>),
    /// A pipe or a device has no place to take.
    Device(BufWriter<File>),
}

impl Pending {
    /// Begins a file for `path`.
    ///
    /// # Errors
    /// When its folder does not exist or takes no files, or when the path is a folder or a read-only file.
    pub fn new(path: &Path) -> io::Result<Pending> {
        // What a link leads to is written, and the link stays.
        let target = dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let metadata = fs::metadata(&target).ok();
        if let Some(metadata) = &metadata {
            if metadata.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            if !metadata.is_file() {
                let file = File::options().write(true).open(&target)?;
                return Ok(Pending { to: Some(To::Device(BufWriter::new(file))), target });
            }
            if metadata.permissions().readonly() {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
        }
        let folder = target.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
        // Made by hand, the file has the permissions that any new file has.
        let new = tempfile::Builder::new().prefix(".wlint-").make_in(folder, |path| File::create_new(path))?;
        let (file, temporary) = new.into_parts();
        if let Some(metadata) = metadata {
            file.set_permissions(metadata.permissions())?;
        }
        let file = NamedTempFile::from_parts(file, temporary);
        Ok(Pending { to: Some(To::Beside(BufWriter::new(file))), target })
    }

    /// Where to write.
    pub fn writer(&mut self) -> &mut dyn Write {
        match self.to.as_mut().expect("nothing is written after it was kept") {
            To::Beside(file) => file,
            To::Device(file) => file,
        }
    }

    /// Puts what was written in its place.
    ///
    /// # Errors
    /// When it cannot be written; the target then is what it was.
    pub fn keep(&mut self) -> io::Result<()> {
        match self.to.take() {
            Some(To::Beside(file)) => {
                let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
                file.as_file().sync_all()?;
                replace(file, &self.target)
            }
            Some(To::Device(mut file)) => file.flush(),
            None => Ok(()),
        }
    }
}

/// Writes all of a file in one step.
///
/// # Errors
/// When that is not possible; the file then is what it was.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = Pending::new(path)?;
    file.writer().write_all(bytes)?;
    file.keep()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_meets_half_of_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        fs::write(&path, "old").unwrap();
        let mut file = Pending::new(&path).unwrap();
        file.writer().write_all(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        file.keep().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        let mut dropped = Pending::new(&path).unwrap();
        dropped.writer().write_all(b"half").unwrap();
        drop(dropped);
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn paths_may_be_longer_than_old_programs_take() {
        let folder = tempfile::tempdir().unwrap();
        let deep = (0..6).fold(folder.path().to_owned(), |path, _| path.join("d".repeat(60)));
        fs::create_dir_all(&deep).unwrap();
        let path = deep.join("report");
        assert!(path.as_os_str().len() > 260);
        for text in ["old", "new"] {
            write(&path, text.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
        assert_eq!(fs::read_dir(&deep).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Pending::new(folder.path()).err().unwrap().kind(), io::ErrorKind::IsADirectory);
        assert!(Pending::new(&folder.path().join("missing/report")).is_err());
    }

    /// Windows asks for a privilege before it makes a link, and its devices have no paths.
    #[cfg(unix)]
    #[test]
    fn a_link_stays_and_a_device_is_written_to() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink("real", &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(link.is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        write(Path::new("/dev/null"), b"gone").unwrap();
    }
}
