//! The store of a command: named on the command line, or in the user's cache folder.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Exit, Failure};
use crate::store::Store;

/// Opens the store, which may be new.
///
/// # Errors
/// When the folder cannot be written or holds something else, or none is named and the account has no home.
pub fn open(named: Option<&Path>) -> Result<Store, Failure> {
    let root = match named {
        Some(named) => named.to_owned(),
        None => cache_folder().ok_or_else(|| {
            Failure::new(Exit::Usage, "this account has no home folder to keep blobs in").help("name one with --store")
        })?,
    };
    Ok(Store::create(&root)?)
}

/// Where programs of this account keep what they can make again.
fn cache_folder() -> Option<PathBuf> {
    let variable = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let cache = variable("LOCALAPPDATA")
        .or_else(|| variable("XDG_CACHE_HOME"))
        .or_else(|| variable("HOME").map(|home| home.join(".cache")));
    cache.map(|cache| cache.join("wbuild"))
}
