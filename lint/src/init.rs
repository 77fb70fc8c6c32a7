//! `wlint init` writes a configuration, `wlint schema` prints its schema.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use dockerfile::source::Source;

use crate::args::Init;
use crate::config::{self, NAME};
use crate::error::Error;
use crate::{output, pending, read};

/// Writes a configuration into the current folder.
///
/// # Errors
/// When there is one already, it cannot be written, or hadolint's cannot be read.
pub fn run(args: &Init) -> Result<(), Error> {
    let text = match &args.from_hadolint {
        Some(path) => from_hadolint(path.as_deref())?,
        None => config::template::template(),
    };
    if args.stdout {
        return output::print(text.as_bytes());
    }
    if !args.force && Path::new(NAME).exists() {
        return Err(Error::Exists { path: NAME.to_owned() });
    }
    pending::write(Path::new(NAME), text.as_bytes()).map_err(|error| Error::Write { path: NAME.to_owned(), error })?;
    output::print(format!("wrote {NAME}\n").as_bytes())
}

/// The names under which hadolint looks for its configuration.
const HADOLINT: [&str; 2] = [".hadolint.yaml", ".hadolint.yml"];

fn from_hadolint(path: Option<&Path>) -> Result<String, Error> {
    let found = HADOLINT.iter().map(PathBuf::from).find(|path| path.is_file());
    let path = path
        .map(Path::to_owned)
        .or(found)
        .ok_or_else(|| Error::Read { path: HADOLINT[0].to_owned(), error: ErrorKind::NotFound.into() })?;
    let name = path.display().to_string();
    let source = Source::new(read::bytes(&path, &name)?);
    config::hadolint::converted(&name, &source)
        .map_err(|faults| Error::Configuration { shown: config::shown_faults(&path, &source, &faults) })
}

/// Prints the schema of a configuration.
///
/// # Errors
/// When it cannot be printed.
pub fn schema() -> Result<(), Error> {
    output::print(config::schema::schema().as_bytes())
}
