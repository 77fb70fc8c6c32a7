//! Finds the configuration of each file: the nearest `wlint.toml` upward, with all that it extends.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use dockerfile::source::Source;

use super::fault::{self, Fault};
use super::layer::Layer;
use super::read::{self, Read};
use crate::error::Error;
use crate::read as file;

/// The name of the file.
pub const NAME: &str = "wlint.toml";

/// A configuration with all that it extends.
#[derive(Debug, Default)]
pub struct Configuration {
    /// What it says.
    pub layer: Layer,
    /// The files that it was read from, the nearest first.
    pub files: Vec<PathBuf>,
}

/// The configurations that were met, by folder.
#[derive(Default)]
pub struct Found {
    /// By their texts: paths compare part by part.
    folders: HashMap<OsString, Option<Rc<Configuration>>>,
}

impl Found {
    /// The configuration that holds in a folder, if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of_folder(&mut self, folder: &Path) -> Result<Option<Rc<Configuration>>, Error> {
        if let Some(known) = self.folders.get(folder.as_os_str()) {
            return Ok(known.clone());
        }
        let path = folder.join(NAME);
        let found = match path.is_file() {
            true => Some(Rc::new(load(&path)?)),
            false => folder.parent().map_or(Ok(None), |parent| self.of_folder(parent))?,
        };
        self.folders.insert(folder.as_os_str().to_owned(), found.clone());
        Ok(found)
    }
}

/// Reads a configuration and all that it extends.
///
/// # Errors
/// When one of them cannot be read, says something that cannot be, or leads back to itself.
pub fn load(path: &Path) -> Result<Configuration, Error> {
    let mut configuration = Configuration::default();
    configuration.layer = one(path, &mut Vec::new(), &mut configuration.files)?;
    Ok(configuration)
}

/// A file on the way from one configuration to the next.
struct Way {
    path: PathBuf,
    identity: PathBuf,
}

fn one(path: &Path, way: &mut Vec<Way>, files: &mut Vec<PathBuf>) -> Result<Layer, Error> {
    let name = shown(path);
    let bytes = file::bytes(path, &name.display().to_string())?;
    let source = Source::new(bytes);
    let Read { mut layer, extends, mut faults } = read::read(source.text());
    let folder = path.parent().unwrap_or(Path::new("")).to_owned();
    layer.files.iter_mut().for_each(|rules| rules.folder.clone_from(&folder));
    way.push(Way { path: name.clone(), identity: identity(path) });
    files.push(name.clone());
    let mut base = Layer::default();
    for (extended, span) in extends {
        let next = folder.join(&extended);
        if let Some(at) = way.iter().position(|way| way.identity == identity(&next)) {
            faults.push(Fault::new(span, cycle(&way[at..]), "remove one of them"));
        } else if !next.is_file() {
            let message = format!("there is no file {}", shown(&next).display());
            faults.push(Fault::new(span, message, "name a configuration; a path counts from this file"));
        } else if faults.is_empty() {
            base = one(&next, way, files)?.over(base);
        }
    }
    way.pop();
    match faults.is_empty() {
        true => Ok(layer.over(base)),
        false => Err(Error::Configuration { shown: fault::shown(&name, &source, &faults) }),
    }
}

fn cycle(way: &[Way]) -> String {
    let mut names: Vec<String> = way.iter().map(|way| way.path.display().to_string()).collect();
    names.extend(names.first().cloned());
    format!("these configurations extend each other: {}", names.join(" -> "))
}

fn identity(path: &Path) -> PathBuf {
    dunce::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}

/// A path as it is reported: from the current folder where it lies there.
fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    path.strip_prefix(&here).map_or_else(|_| path.to_owned(), Path::to_owned)
}
