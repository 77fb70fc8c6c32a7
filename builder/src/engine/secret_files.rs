//! Files with secrets on the engine's host. On Windows the engine cannot write into a volume of a container that was not
//! started: there they come from folders of the host, which must be this one.
//!
//! The folders are gone when the step is over. A process that is killed leaves them, and the next run removes them: who
//! still needs them holds a lock.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::error::EngineError;
use super::record::lock_file;
use super::secret::Value;

/// How the names of the folders begin.
const PREFIX: &str = "wbuild-secrets-";
/// The file in each that is locked as long as somebody needs it.
const LOCK: &str = "lock";

/// Folders that a container sees, as long as this is there.
pub(super) struct SecretFiles {
    // Closed before the folder is removed, for Windows.
    _lock: File,
    _folder: TempDir,
    /// Each folder in the container, with the folder of the host that it shows.
    pub mounts: Vec<(String, PathBuf)>,
}

/// Writes the files of a step below `place`, a folder of the host for each folder that they have in the container.
///
/// # Errors
/// When they cannot be written.
pub(super) fn write(files: &[(String, Value)], place: &Path) -> Result<SecretFiles, EngineError> {
    let (lock, folder) = claim(place)?;
    let mut mounts: Vec<(String, PathBuf)> = Vec::new();
    for (path, value) in files {
        let (parent, name) = path.rsplit_once(['/', '\\']).unwrap_or(("", path));
        let known = mounts.iter().find(|(target, _)| target.eq_ignore_ascii_case(parent));
        let source = match known {
            Some((_, source)) => source.clone(),
            None => {
                let source = folder.path().join(mounts.len().to_string());
                fs::create_dir(&source).map_err(EngineError::file(&source))?;
                mounts.push((parent.to_owned(), source.clone()));
                source
            }
        };
        let file = source.join(name);
        fs::write(&file, value.expose()).map_err(EngineError::file(&file))?;
    }
    Ok(SecretFiles { _lock: lock, _folder: folder, mounts })
}

/// A new folder, locked.
fn claim(place: &Path) -> Result<(File, TempDir), EngineError> {
    // Between its creation and its lock the folder looks like one of a killed process.
    let _all = all(place)?;
    let folder =
        tempfile::Builder::new().prefix(PREFIX).tempdir_in(place).map_err(EngineError::file("a folder for secrets"))?;
    let path = folder.path().join(LOCK);
    let lock = File::create_new(&path).map_err(EngineError::file(&path))?;
    lock.lock().map_err(EngineError::file(&path))?;
    Ok((lock, folder))
}

/// Removes what killed processes left in `place`.
pub(super) fn collect(place: &Path) {
    let Ok(_all) = all(place) else { return };
    for entry in fs::read_dir(place).into_iter().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_left(&entry.path()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether nobody holds a folder's lock. Killed before it was made, a process wrote no secret.
fn is_left(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == std::io::ErrorKind::NotFound,
    }
}

/// A lock over all of these folders, for who makes or removes one.
fn all(place: &Path) -> Result<File, EngineError> {
    let path = place.join("wbuild-secrets.lock");
    let file = lock_file(&path)?;
    file.lock().map_err(EngineError::file(&path))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Secrets;

    fn value(text: &str) -> Value {
        let secrets = Secrets::read(&["id=x,env=X".parse().unwrap()], &|_| Some(text.to_owned())).unwrap();
        secrets.get("x").unwrap().clone()
    }

    fn names(place: &Path) -> Vec<String> {
        let entries = fs::read_dir(place).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        entries.filter(|name| name.starts_with(PREFIX)).collect()
    }

    #[test]
    fn each_folder_of_the_container_is_one_of_the_host() {
        let place = tempfile::tempdir().unwrap();
        let files = [r"C:\run\secrets\token", r"c:\Run\Secrets\key", r"D:\other\token"].map(str::to_owned);
        let files: Vec<(String, Value)> = files.into_iter().zip(["one", "two", "three"].map(value)).collect();
        let written = write(&files, place.path()).unwrap();
        let read = |at: usize, name: &str| fs::read_to_string(written.mounts[at].1.join(name)).unwrap();
        let targets: Vec<&str> = written.mounts.iter().map(|(target, _)| target.as_str()).collect();
        assert_eq!(targets, [r"C:\run\secrets", r"D:\other"]);
        assert_eq!([read(0, "token"), read(0, "key"), read(1, "token")], ["one", "two", "three"]);
        // The container does not see the lock.
        assert_eq!(fs::read_dir(&written.mounts[0].1).unwrap().count(), 2);
        drop(written);
        assert_eq!(names(place.path()), Vec::<String>::new());
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_is_in_use_stays() {
        let place = tempfile::tempdir().unwrap();
        let files = [(r"C:\run\secrets\token".to_owned(), value("one"))];
        let used = write(&files, place.path()).unwrap();
        let SecretFiles { _lock, _folder, .. } = write(&files, place.path()).unwrap();
        // Killed: the lock is freed by the system, and nobody removes the folder.
        drop(_lock);
        let left = _folder.keep();
        fs::create_dir(place.path().join("wbuild-secrets-never-locked")).unwrap();
        fs::write(place.path().join("wbuild-secrets-of-somebody.txt"), "").unwrap();
        fs::create_dir(place.path().join("other")).unwrap();
        collect(place.path());
        assert!(!left.exists());
        assert!(used.mounts[0].1.join("token").exists());
        let stays = ["wbuild-secrets-of-somebody.txt", "other", "wbuild-secrets.lock"];
        assert!(stays.iter().all(|name| place.path().join(name).exists()));
        assert_eq!(names(place.path()).len(), 2);
    }
}
