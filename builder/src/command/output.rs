//! What becomes of an image that was built: places on this machine, names on registries, a file that says what was built.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::args::Build;
use crate::build::output;
use crate::failure::{Exit, Failure};
use crate::image::Descriptor;
use crate::progress::Progress;
use crate::registry::copy::{self, Outcome};
use crate::registry::{Client, Reference};
use crate::store::{Location, Store};

use super::build::Image;

/// Where an image is asked to go.
pub struct Goals {
    places: Vec<Location>,
    names: Vec<Reference>,
    push: bool,
    metadata: Option<PathBuf>,
    /// Whether it stays on the engine.
    pub engine: bool,
}

/// The names of an image as they are written.
pub fn names(goals: &Goals) -> Vec<String> {
    goals.names.iter().map(Reference::to_string).collect()
}

/// What the command line asks for, checked before anything is built.
///
/// # Errors
/// When a place or a name is none.
pub fn goals(args: &Build) -> Result<Goals, Failure> {
    let usage = |error: String| Failure::new(Exit::Usage, error);
    let engine = args.output.iter().any(|place| place == "engine");
    let place = |text: &String| text.parse::<Location>().map_err(|error| usage(error.to_string()));
    let places = args.output.iter().filter(|place| *place != "engine").map(place).collect::<Result<_, _>>()?;
    let name = |text: &String| text.parse::<Reference>().map_err(|error| usage(error.to_string()));
    let names: Vec<Reference> = args.tag.iter().map(name).collect::<Result<_, _>>()?;
    if args.push && names.is_empty() {
        return Err(usage("--push needs a name to push under: -t HOST/NAME:TAG".to_owned()));
    }
    if engine && (names.is_empty() || args.os_version.len() > 1) {
        return Err(usage("-o engine: an engine keeps one image, under a name: -t NAME:TAG".to_owned()));
    }
    Ok(Goals { places, names, push: args.push, metadata: args.metadata_file.clone(), engine })
}

/// Brings the image where it should go; its digest is the last line on standard output.
///
/// # Errors
/// When a place cannot be written, or a registry fails.
pub fn deliver(
    goals: &Goals,
    store: &Store,
    client: &Arc<Client>,
    image: &Image,
    progress: &Progress,
) -> Result<Exit, Failure> {
    let names = names(goals);
    for name in &names {
        store.tag(Some(name), &image.descriptor)?;
    }
    for place in &goals.places {
        let own = match place {
            Location::OciLayout { name, .. }
            | Location::OciArchive { name, .. }
            | Location::DockerArchive { name, .. } => name,
            Location::Registry { .. } => &None,
        };
        let names = own.as_ref().map_or_else(|| names.clone(), |own| vec![own.clone()]);
        output::write(store, &image.descriptor, place, &names)?;
        progress.note(&format!("written to {place}"));
    }
    if goals.push {
        let source = store.source(Some(image.descriptor.digest.as_str()))?;
        let report = copy::push(client, &source, None, &goals.names, progress)?;
        for (name, outcome) in &report.outcomes {
            progress.note(&match outcome {
                Outcome::Created => format!("pushed {name}"),
                Outcome::Unchanged => format!("{name} is this image already"),
                Outcome::Moved(old) => format!("pushed {name}, which was {}", old.short()),
            });
        }
    }
    if let Some(file) = &goals.metadata {
        let text = format!("{:#}\n", metadata(goals, image, &names));
        fs::write(file, text)
            .map_err(|error| Failure::new(Exit::Usage, format!("{} cannot be written: {error}", file.display())))?;
    }
    super::print(&format!("{}\n", image.descriptor.digest))
}

fn metadata(goals: &Goals, image: &Image, names: &[String]) -> Value {
    let one = |image: &Descriptor| json!({ "digest": image.digest, "size": image.size, "platform": image.platform });
    json!({
        "digest": image.descriptor.digest,
        "media_type": image.descriptor.media_type,
        "size": image.descriptor.size,
        "images": image.images.iter().map(one).collect::<Vec<_>>(),
        "tags": names,
        "outputs": goals.places.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "pushed": goals.push,
        // As buildx names them, for scripts that read its file.
        "containerimage.digest": image.descriptor.digest,
        "image.name": names.join(","),
    })
}
