//! Putting away what builds leave behind: at the end of a build its own containers, at the beginning of the next one
//! what a killed build left.
//!
//! Each build holds a lock on a file of its own. What is labelled with a build of this store whose lock is free belongs
//! to nobody any more. Builds of other stores and other hosts are left alone.

use std::collections::{BTreeSet, HashMap};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder};

use crate::image::Digest;

use super::connection::{Connection, SHORT};
use super::container::{KEPT, Owner};
use super::error::EngineError;
use super::record::lock_file;

/// A label on containers, and on images that were committed and not yet taken over: the build.
pub(super) const BUILD_LABEL: &str = "dev.wbuild.build";
/// A label beside it: the store that knows the build.
pub(super) const STORE_LABEL: &str = "dev.wbuild.store";

/// The right of a build to its containers. Freed with the process, however that ends.
pub(super) struct Lease {
    _lock: File,
    path: PathBuf,
    pub owner: Owner,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // What stays is an unlocked file that the next run removes.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The folder of the locks.
fn folder(area: &Path) -> PathBuf {
    area.join("leases")
}

/// Takes the lease of a new build.
pub(super) fn lease(area: &Path) -> Result<Lease, EngineError> {
    let folder = folder(area);
    std::fs::create_dir_all(&folder).map_err(EngineError::file(&folder))?;
    let nanoseconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let fresh = |what: &str| {
        Digest::of(format!("{what} {nanoseconds} {} {}", std::process::id(), folder.display()).as_bytes())
            .short()
            .to_owned()
    };
    // Between its creation and its lock the file looks like one of a dead build.
    let _all = all_leases(area)?;
    let store = store_id(area, &fresh("store"))?;
    let build = fresh("build");
    let path = folder.join(&build);
    let lock = File::create_new(&path).map_err(EngineError::file(&path))?;
    lock.lock().map_err(EngineError::file(&path))?;
    Ok(Lease { _lock: lock, path, owner: Owner { build, store } })
}

/// The name of a store, made with it. Its path would not do: builds in containers that share an engine have the same.
fn store_id(area: &Path, fresh: &str) -> Result<String, EngineError> {
    let path = area.join("id");
    match std::fs::read_to_string(&path) {
        Ok(id) if !id.trim().is_empty() => Ok(id.trim().to_owned()),
        _ => {
            std::fs::write(&path, fresh).map_err(EngineError::file(&path))?;
            Ok(fresh.to_owned())
        }
    }
}

/// A lock over all leases of a store, for who makes or removes one.
fn all_leases(area: &Path) -> Result<File, EngineError> {
    let path = area.join("leases.lock");
    let file = lock_file(&path)?;
    file.lock().map_err(EngineError::file(&path))?;
    Ok(file)
}

/// Whether a build is still under way.
fn is_alive(area: &Path, build: &str) -> bool {
    // A name that is no build of ours says nothing: leave it alone.
    if !build.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return true;
    }
    match File::open(folder(area).join(build)).map(|file| file.try_lock()) {
        Ok(Err(TryLockError::WouldBlock | TryLockError::Error(_))) => true,
        Ok(Ok(())) => false,
        Err(error) => error.kind() != std::io::ErrorKind::NotFound,
    }
}

impl Connection {
    /// Removes the containers of this build, and images that it committed and did not take over.
    pub(super) async fn sweep(&self, owner: &Owner, recorded: &BTreeSet<String>) {
        let filter = format!("{BUILD_LABEL}={}", owner.build);
        self.remove_all(&filter, &|_| true, recorded).await;
    }

    /// Removes what builds of this store left that are no longer under way.
    pub(super) async fn collect(&self, owner: &Owner, area: &Path, recorded: &BTreeSet<String>) {
        let filter = format!("{STORE_LABEL}={}", owner.store);
        let is_dead = |build: &str| build != owner.build && !is_alive(area, build);
        self.remove_all(&filter, &is_dead, recorded).await;
        let Ok(_all) = all_leases(area) else { return };
        let leases = std::fs::read_dir(folder(area)).into_iter().flatten().flatten();
        for lease in leases.filter(|lease| is_dead(&lease.file_name().to_string_lossy())) {
            let _ = std::fs::remove_file(lease.path());
        }
    }

    async fn remove_all(&self, filter: &str, is_ours: &dyn Fn(&str) -> bool, recorded: &BTreeSet<String>) {
        let filters: HashMap<String, Vec<String>> = [("label".to_owned(), vec![filter.to_owned()])].into();
        let build = |labels: Option<HashMap<String, String>>| {
            labels.and_then(|mut labels| labels.remove(BUILD_LABEL)).is_some_and(|build| is_ours(&build))
        };
        // The user's Ctrl-C does not stop this: it is what Ctrl-C asks for.
        let options = ListContainersOptionsBuilder::new().all(true).filters(&filters).build();
        let listed = tokio::time::timeout(SHORT, self.docker().list_containers(Some(options))).await;
        for container in listed.ok().and_then(Result::ok).unwrap_or_default() {
            let names = container.names.unwrap_or_default();
            let is_kept = names.iter().any(|name| name.trim_start_matches('/').starts_with(KEPT));
            if let (true, false, Some(id)) = (build(container.labels), is_kept, container.id) {
                self.remove(&id).await;
            }
        }
        let options = ListImagesOptionsBuilder::new().all(true).filters(&filters).build();
        let listed = tokio::time::timeout(SHORT, self.docker().list_images(Some(options))).await;
        for image in listed.ok().and_then(Result::ok).unwrap_or_default() {
            if build(Some(image.labels)) && !recorded.contains(&image.id) {
                self.remove_image(&image.id).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_build_is_alive_as_long_as_it_holds_its_lease() {
        let area = tempfile::tempdir().unwrap();
        let lease = lease(area.path()).unwrap();
        let build = lease.owner.build.clone();
        assert!(is_alive(area.path(), &build));
        drop(lease);
        assert!(!is_alive(area.path(), &build));
        assert!(is_alive(area.path(), "../x"), "a label that no build of ours has");
    }

    #[test]
    fn two_builds_have_two_names() {
        let area = tempfile::tempdir().unwrap();
        let (one, two) = (lease(area.path()).unwrap(), lease(area.path()).unwrap());
        assert_ne!(one.owner.build, two.owner.build);
        assert_eq!(one.owner.store, two.owner.store);
        let elsewhere = tempfile::tempdir().unwrap();
        assert_ne!(lease(elsewhere.path()).unwrap().owner.store, one.owner.store);
    }
}
