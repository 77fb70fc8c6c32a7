//! Places of images on the command line.

use std::sync::Arc;

use crate::failure::{Exit, Failure};
use crate::registry::{self, Client};
use crate::store::{ImageSource, Location};

/// A place from the command line.
///
/// # Errors
/// When the text names none.
pub fn parse(text: &str) -> Result<Location, Failure> {
    text.parse().map_err(|error| Failure::new(Exit::Usage, error))
}

/// The image at a place, wherever that is.
///
/// # Errors
/// When the text names no place, or the place cannot be read or has no such image.
pub fn open(text: &str, client: &Arc<Client>) -> Result<Box<dyn ImageSource>, Failure> {
    let location = parse(text)?;
    Ok(registry::open(&location, client)?)
}
