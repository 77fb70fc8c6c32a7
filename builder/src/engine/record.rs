//! Finished steps, as they are known on this host: which image on which engine, so that the next build goes on there.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use program::replace::{new_in, replace};
use serde::{Deserialize, Serialize};

use crate::image::Digest;

use super::error::EngineError;

/// How long a step is kept that no build asks for.
const KEPT: Duration = Duration::from_secs(14 * 24 * 3600);

/// A finished step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The engine, by its own id.
    pub engine: String,
    /// The image on the engine.
    pub image: String,
    /// The layer that the step added; none when it changed nothing.
    pub layer: Option<Digest>,
    /// When the step was carried out, RFC 3339.
    pub created: String,
    /// How the step ended.
    pub code: i64,
}

/// The folder of the records, and a lock for each step.
pub(super) struct Records {
    folder: PathBuf,
}

impl Records {
    pub(super) fn open(area: &Path) -> Result<Self, EngineError> {
        let folder = area.join("steps");
        std::fs::create_dir_all(&folder).map_err(EngineError::file(&folder))?;
        Ok(Records { folder })
    }

    fn path(&self, engine: &str, key: &Digest) -> PathBuf {
        self.folder.join(format!("{}-{}.json", Digest::of(engine.as_bytes()).short(), key.hex()))
    }

    /// The record of a step. One that cannot be read is none: the step is carried out again.
    pub(super) fn get(&self, engine: &str, key: &Digest) -> Option<Record> {
        let path = self.path(engine, key);
        let record: Record = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
        // Its age counts from its last use. Windows lets only those change times who may write.
        let _ = File::options().write(true).open(&path).and_then(|file| file.set_modified(SystemTime::now()));
        (record.engine == engine).then_some(record)
    }

    /// Writes a record down, whole or not at all.
    pub(super) fn put(&self, key: &Digest, record: &Record) -> Result<(), EngineError> {
        let path = self.path(&record.engine, key);
        let write = || -> std::io::Result<()> {
            let mut file = new_in(&self.folder)?;
            file.write_all(&serde_json::to_vec(record)?)?;
            replace(file, &path)
        };
        write().map_err(EngineError::file(path.clone()))
    }

    /// Forgets a step.
    pub(super) fn remove(&self, engine: &str, key: &Digest) {
        let _ = std::fs::remove_file(self.path(engine, key));
    }

    /// A lock that one build at a time holds while it carries the step out.
    pub(super) fn lock(&self, key: &Digest) -> Result<File, EngineError> {
        let path = self.folder.join(format!("{}.lock", key.short()));
        lock_file(&path)
    }

    /// The images of all records of an engine.
    pub(super) fn images(&self, engine: &str) -> BTreeSet<String> {
        self.all(engine).map(|(_, record)| record.image).collect()
    }

    /// Forgets the steps that no build has asked for in a long time, and gives their images.
    pub(super) fn expire(&self, engine: &str) -> Vec<String> {
        let is_old = |path: &Path| {
            let used = path.metadata().and_then(|meta| meta.modified()).ok();
            used.and_then(|used| used.elapsed().ok()).is_some_and(|age| age > KEPT)
        };
        let old: Vec<_> = self.all(engine).filter(|(path, _)| is_old(path)).collect();
        old.into_iter().filter_map(|(path, record)| std::fs::remove_file(path).ok().map(|()| record.image)).collect()
    }

    fn all(&self, engine: &str) -> impl Iterator<Item = (PathBuf, Record)> {
        let prefix = format!("{}-", Digest::of(engine.as_bytes()).short());
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        entries.filter(move |entry| entry.file_name().to_string_lossy().starts_with(&prefix)).filter_map(|entry| {
            let record = serde_json::from_slice(&std::fs::read(entry.path()).ok()?).ok()?;
            Some((entry.path(), record))
        })
    }
}

/// Opens a file that is there to be locked. Windows locks no file that is opened only to append.
pub(super) fn lock_file(path: &Path) -> Result<File, EngineError> {
    File::options().create(true).truncate(false).write(true).open(path).map_err(EngineError::file(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> Record {
        Record {
            engine: "E".to_owned(),
            image: Digest::of(b"image").to_string(),
            layer: None,
            created: "2026-01-01T00:00:00Z".to_owned(),
            code: 0,
        }
    }

    #[test]
    fn a_record_is_one_engines() {
        let area = tempfile::tempdir().unwrap();
        let records = Records::open(area.path()).unwrap();
        let key = Digest::of(b"key");
        records.put(&key, &record()).unwrap();
        assert_eq!(records.get("E", &key), Some(record()));
        assert_eq!(records.get("F", &key), None);
        assert!(records.images("E").contains(&record().image) && records.images("F").is_empty());
        records.remove("E", &key);
        assert_eq!(records.get("E", &key), None);
    }

    #[test]
    fn a_broken_record_is_none() {
        let area = tempfile::tempdir().unwrap();
        let records = Records::open(area.path()).unwrap();
        let key = Digest::of(b"key");
        records.put(&key, &record()).unwrap();
        std::fs::write(records.path("E", &key), "{").unwrap();
        assert_eq!(records.get("E", &key), None);
    }

    #[test]
    fn steps_that_nobody_asks_for_expire() {
        let area = tempfile::tempdir().unwrap();
        let records = Records::open(area.path()).unwrap();
        let key = Digest::of(b"key");
        records.put(&key, &record()).unwrap();
        assert!(records.expire("E").is_empty());
        let path = records.path("E", &key);
        let age = || {
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(SystemTime::now() - KEPT - Duration::from_secs(60)).unwrap();
        };
        age();
        assert_eq!(records.get("E", &key), Some(record()));
        assert!(records.expire("E").is_empty(), "it was used just now");
        age();
        assert_eq!(records.expire("E"), [record().image]);
    }
}
