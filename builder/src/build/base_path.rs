//! The `PATH` that an image has in its registry, read from the hives in its layers.
//!
//! The machine's is a value of the system hive: the lowest layer has it whole, each layer above what it changed. The
//! accounts' own is in the hives of their profiles, which are files like others; an account that has no profile yet
//! gets that of `Default`.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use dockerfile::facts::env as windows;
use dockerfile::facts::registry_path::{PROFILE, RegistryPath};
use thiserror::Error;

use crate::layer::hive::{self, Hive, HiveError, Value};
use crate::layer::{Content, Flavor};
use crate::store::{self, Store};

use super::base::Found;
use super::layers::{FreshLayers, view};
use super::tree::Tree;
use super::{Built, Layer};

/// Why the `PATH` of a base is not known.
#[derive(Debug, Error)]
pub enum BasePathError {
    /// The layers cannot be had.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The documents of the image do not fit.
    #[error("{0}")]
    Image(String),
    /// A hive cannot be read.
    #[error("{hive}: {error}")]
    Hive {
        /// Its path in the layers.
        hive: String,
        /// Why.
        error: HiveError,
    },
    /// The bytes of a hive cannot be read.
    #[error("{hive}: {error}")]
    Read {
        /// Its path in the layers.
        hive: String,
        /// Why.
        error: io::Error,
    },
    /// There is nothing of it.
    #[error("its layers have no {0}")]
    Missing(&'static str),
    /// It has a variable that no one knows.
    #[error("it has %{0}%, whose value is not known before a container runs")]
    Variable(String),
}

/// The longest hive that is read.
const MAX_HIVE: u64 = 512 << 20;

/// The system hive, where the lowest layer has it.
const SYSTEM: &str = "Windows/System32/config/SYSTEM";

/// The accounts that containers run as.
const ACCOUNTS: [&str; 2] = ["ContainerAdministrator", "ContainerUser"];

/// Reads the `PATH` of an image whose layers are in the store.
///
/// # Errors
/// What keeps it from being known.
pub fn read(store: &Store, found: &Found) -> Result<RegistryPath, BasePathError> {
    let built = Built::on_image(found, None).map_err(BasePathError::Image)?;
    let tree = Tree::new(view(store, &built.layers, Flavor::Windows, &FreshLayers::default())?, Flavor::Windows);
    let system = system_hives(store, &built.layers, &tree)?;
    let variables = machine_variables(&system)?;
    let own = |name: &str| variables.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let Some(Value::Text(machine, expands)) = own("PATH") else {
        return Err(BasePathError::Missing("PATH of the machine"));
    };
    let value_of = |name: &str| match own(name) {
        Some(Value::Text(text, false)) => Some(text.clone()),
        _ => None,
    };
    let machine = expanded(machine, *expands, &value_of)?;
    let mut accounts = BTreeMap::new();
    for account in ["Default"].iter().chain(&ACCOUNTS) {
        let path = format!("Users/{account}/NTUSER.DAT");
        let Some(content) = tree.content(&path) else { continue };
        let bytes = bytes(&content, &path)?;
        let environment = values(&[(path, bytes)], &["Environment"])?.unwrap_or_default();
        let text = match environment.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("PATH")) {
            Some((_, Value::Text(text, expands))) => expanded(&text, expands, &value_of)?,
            _ => String::new(),
        };
        accounts.insert(*account, text);
    }
    let mut path = RegistryPath::new(machine, accounts.remove("Default").unwrap_or_default());
    path.others = accounts.into_iter().map(|(account, text)| (account.to_owned(), text)).collect();
    Ok(path)
}

/// The hives that show the system's registry together, the highest first.
fn system_hives(store: &Store, layers: &[Layer], tree: &Tree) -> Result<Vec<(String, Vec<u8>)>, BasePathError> {
    let mut hives = Vec::new();
    for layer in layers.iter().rev() {
        let blob = &layer.descriptor.digest;
        let index = store.layer_index(blob, &layer.diff_id, Flavor::Windows)?;
        for name in ["System_Delta", "System_Base"] {
            let Some(file) = index.hives.iter().find(|hive| hive.name.eq_ignore_ascii_case(name)) else { continue };
            let source = store.layer_content(blob);
            let content = Content::Range { source: Arc::clone(&source), offset: file.offset, size: file.size };
            hives.push((format!("Hives/{name}"), bytes(&content, name)?));
        }
    }
    if !hives.iter().any(|(name, _)| name == "Hives/System_Base") {
        let whole = tree.content(SYSTEM).ok_or(BasePathError::Missing("registry"))?;
        hives.push((format!("Files/{SYSTEM}"), bytes(&whole, SYSTEM)?));
    }
    Ok(hives)
}

/// The variables of the machine: of the control set that Windows starts with.
fn machine_variables(hives: &[(String, Vec<u8>)]) -> Result<Vec<(String, Value)>, BasePathError> {
    let select = values(hives, &["Select"])?.unwrap_or_default();
    let Some((_, Value::Number(current))) = select.iter().find(|(name, _)| name.eq_ignore_ascii_case("Current")) else {
        return Err(BasePathError::Missing("control set in its registry"));
    };
    let set = format!("ControlSet{current:03}");
    let found = values(hives, &[&set, "Control", "Session Manager", "Environment"])?;
    found.ok_or(BasePathError::Missing("variables of the machine in its registry"))
}

fn values<'h>(hives: &'h [(String, Vec<u8>)], path: &[&str]) -> Result<Option<Vec<(String, Value)>>, BasePathError> {
    let parse = |(hive, bytes): &'h (String, Vec<u8>)| {
        Hive::parse(bytes).map_err(|error| BasePathError::Hive { hive: hive.clone(), error })
    };
    let parsed = hives.iter().map(parse).collect::<Result<Vec<Hive<'h>>, _>>()?;
    let names = || hives.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
    hive::merged(&parsed, path).map_err(|error| BasePathError::Hive { hive: names(), error })
}

fn bytes(content: &Content, hive: &str) -> Result<Vec<u8>, BasePathError> {
    let failed = |error| BasePathError::Read { hive: hive.to_owned(), error };
    if content.size() > MAX_HIVE {
        return Err(failed(io::Error::other("it is too long for a hive")));
    }
    let mut whole = Vec::new();
    let read = content.read_into(&mut vec![0; 64 << 10], |bytes| {
        whole.extend_from_slice(bytes);
        Ok(())
    });
    read.map_err(failed)?;
    Ok(whole)
}

/// A text with its variables put in, but for the profile's folder: those of Windows, and those of the machine that have
/// none in them.
fn expanded(text: &str, expands: bool, own: &dyn Fn(&str) -> Option<String>) -> Result<String, BasePathError> {
    let (mut out, mut rest) = (String::new(), text);
    while let Some((before, after)) = rest.split_once('%') {
        let Some((name, behind)) = after.split_once('%').filter(|_| expands) else {
            return Err(BasePathError::Variable(after.split('%').next().unwrap_or_default().to_owned()));
        };
        out.push_str(before);
        let fixed = windows::find(name).filter(|variable| !variable.per_user).and_then(|variable| variable.value);
        match fixed.map(str::to_owned).or_else(|| own(name)) {
            Some(value) if !value.contains('%') => out.push_str(&value),
            None if name.eq_ignore_ascii_case(PROFILE.trim_matches('%')) => out.push_str(PROFILE),
            _ => return Err(BasePathError::Variable(name.to_owned())),
        }
        rest = behind;
    }
    out.push_str(rest);
    Ok(out)
}
