//! Whether a place can be written: asked before anything is built for it, and without leaving anything there.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::{Error, Location, Store};

/// Says why an image could not be written to a place on this machine.
///
/// # Errors
/// When the folder cannot be written, or something else is there.
pub fn check_place(location: &Location) -> Result<(), Error> {
    match location {
        Location::OciLayout { path, .. } => check_layout(path),
        Location::OciArchive { path, .. } | Location::DockerArchive { path, .. } => check_archive(path),
        Location::Registry { .. } => Ok(()),
    }
}

/// An archive takes its place when it is whole: it would be in the place of a pipe or a device, too.
fn check_archive(path: &Path) -> Result<(), Error> {
    if fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir()) {
        let fault = io::Error::other("a pipe or a device has this name: name a file");
        return Err(Error::io(path, "cannot be written")(fault));
    }
    check_file(path)?;
    // It is written beside the file that is there.
    check_folder(folder_of(&followed(path))).map_err(Error::io(path, "cannot be written"))
}

/// The folder that a path is in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// How many links are followed.
const MAX_LINKS: usize = 40;

/// The file that a path stands for: where its links lead, also where nothing is yet. Programs that write their archive
/// at once follow links as well.
pub(super) fn followed(path: &Path) -> PathBuf {
    let mut file = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(target) = fs::read_link(&file) else { break };
        file = folder_of(&file).join(target);
    }
    file
}

/// Says why a file could not be written. The file that may be there stays as it is, and a pipe is not opened, which
/// would be its end to whoever reads it.
///
/// # Errors
/// When it is a folder, or its own folder is missing or cannot be written.
pub fn check_file(path: &Path) -> Result<(), Error> {
    let fault = Error::io(path, "cannot be written");
    match fs::metadata(path) {
        Ok(there) if there.is_dir() => return Err(fault(io::ErrorKind::IsADirectory.into())),
        Ok(there) if !there.is_file() => return Ok(()),
        Ok(_) => return File::options().append(true).open(path).map(drop).map_err(fault),
        Err(_) => {}
    }
    check_folder(folder_of(&followed(path))).map_err(fault)
}

/// A layout may be new, with folders above it that are new as well.
fn check_layout(root: &Path) -> Result<(), Error> {
    Store::check_own(root)?;
    let existing = root.ancestors().find(|folder| folder.exists()).filter(|folder| !folder.as_os_str().is_empty());
    check_folder(existing.unwrap_or(Path::new("."))).map_err(Error::io(root, "cannot be written"))
}

/// A file without a name tells, and is gone with its handle.
fn check_folder(folder: &Path) -> io::Result<()> {
    if !fs::metadata(folder)?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    tempfile::tempfile_in(folder).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_device_is_not_taken_for_a_file() {
        let place = |path: &Path| format!("oci-archive:{}", path.display()).parse::<Location>().unwrap();
        check_file(Path::new("/dev/null")).unwrap();
        let error = check_place(&place(Path::new("/dev/null"))).unwrap_err();
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("name a file"), "{error}");
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("out.tar");
        std::os::unix::fs::symlink("/dev/null", &link).unwrap();
        assert!(check_place(&place(&link)).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_to_its_file_and_stays_a_link() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("below")).unwrap();
        symlink("below/there.tar", path("link.tar")).unwrap();
        symlink("link.tar", path("more.tar")).unwrap();
        let place = |name: &str| format!("oci-archive:{}", path(name).display()).parse::<Location>().unwrap();
        // Where nothing is yet, and over what is there.
        let store = Store::create(&path("store")).unwrap();
        store
            .tag(None, &store.put_json(crate::image::media_type::INDEX, &crate::image::Index::new(vec![])).unwrap())
            .unwrap();
        for _ in 0..2 {
            check_place(&place("more.tar")).unwrap();
            crate::store::export::write_oci_archive(&store.source(None).unwrap(), &[], &path("more.tar")).unwrap();
            assert!(path("more.tar").is_symlink() && path("link.tar").is_symlink());
            assert!(fs::metadata(path("below/there.tar")).unwrap().is_file());
        }
        symlink("gone/there.tar", path("lost.tar")).unwrap();
        assert!(check_place(&place("lost.tar")).is_err());
        symlink("round.tar", path("round.tar")).unwrap();
        assert!(crate::store::export::write_oci_archive(&store.source(None).unwrap(), &[], &path("round.tar")).is_ok());
    }

    #[test]
    fn what_cannot_be_written_is_told_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "before").unwrap();
        fs::create_dir(path("folder")).unwrap();
        fs::write(path("folder/other"), "").unwrap();
        let place = |kind: &str, name: &str| format!("{kind}:{}", path(name).display()).parse::<Location>().unwrap();
        for (kind, name) in [
            ("oci", "file"),
            ("oci", "file/below"),
            ("oci", "folder"),
            ("oci-archive", "folder"),
            ("oci-archive", "gone/a.tar"),
            ("docker-archive", "file/a.tar"),
        ] {
            let error = check_place(&place(kind, name)).unwrap_err();
            assert!(error.to_string().contains(&path(name).display().to_string()), "{kind}:{name}: {error}");
        }
        for (kind, name) in [("oci", "new"), ("oci", "new/below"), ("oci-archive", "a.tar"), ("docker-archive", "file")]
        {
            check_place(&place(kind, name)).unwrap();
        }
        assert_eq!(fs::read_to_string(path("file")).unwrap(), "before");
        let mut left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["file", "folder"]);
    }
}
