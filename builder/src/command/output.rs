//! What becomes of an image that was built: places on this machine, names on registries, a file that says what was built.

use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::args::{Build, TagsFrom};
use crate::build::output;
use crate::build::versions::OsVersion;
use crate::failure::{Exit, Failure};
use crate::image::Descriptor;
use crate::progress::Progress;
use crate::registry::copy::{self, Outcome};
use crate::registry::{Client, Reference};
use crate::store::source::Wanted;
use crate::store::{self, Location, Store, writable};
use crate::tag::{self, Labels};

use super::build::Image;

/// Where an image is asked to go.
pub struct Goals {
    places: Vec<Location>,
    names: Vec<Reference>,
    /// Names of the image for one version of Windows alone.
    of_versions: Vec<(OsVersion, Reference)>,
    /// Labels that the Dockerfile need not say (`--tags auto`).
    pub labels: Labels,
    push: bool,
    metadata: Option<PathBuf>,
    /// Whether it stays on the engine.
    pub engine: bool,
}

/// The names of an image as they are written.
pub fn names(goals: &Goals) -> Vec<String> {
    goals.names.iter().map(Reference::to_string).collect()
}

/// Refuses release tags that exist, for a build whose digest is not known before it is pushed.
///
/// # Errors
/// As described, and when a registry cannot be asked.
pub fn check_new(goals: &Goals, client: &Client) -> Result<(), Failure> {
    let names = if goals.push { goals.names.as_slice() } else { &[] };
    Ok(names.iter().try_for_each(|name| copy::check_new(client, name))?)
}

/// What the command line asks for, checked before anything is built.
///
/// # Errors
/// When a place or a name is none.
pub fn goals(args: &Build) -> Result<Goals, Failure> {
    let usage = |error: String| Failure::new(Exit::Usage, error);
    let engine = args.output.iter().any(|place| place == "engine");
    let place = |text: &String| text.parse::<Location>().map_err(|error| usage(error.to_string()));
    let places: Vec<Location> =
        args.output.iter().filter(|place| *place != "engine").map(place).collect::<Result<_, _>>()?;
    let name = |text: &String| text.parse::<Reference>().map_err(|error| usage(error.to_string()));
    let given: Vec<Reference> = args.tag.iter().map(name).collect::<Result<_, _>>()?;
    let Tagged { names, of_versions, labels } = match args.tags {
        Some(TagsFrom::Auto) => tagged(args, &given)?,
        None => Tagged { names: given, ..Tagged::default() },
    };
    check_places(&places, args)?;
    if args.push && names.is_empty() {
        return Err(usage("--push needs a name to push under: -t HOST/NAME:TAG".to_owned()));
    }
    if engine && (names.is_empty() || args.os_version.len() > 1) {
        return Err(usage("-o engine: an engine keeps one image, under a name: -t NAME:TAG".to_owned()));
    }
    let metadata = args.metadata_file.clone();
    Ok(Goals { places, names, of_versions, labels, push: args.push, metadata, engine })
}

/// Finds out what cannot be written while nothing has been done yet.
fn check_places(places: &[Location], args: &Build) -> Result<(), Failure> {
    for place in places {
        if let Location::Registry { .. } = place {
            return Err(Failure::new(
                Exit::Usage,
                format!("-o {place}: an image goes to a registry with -t and --push"),
            ));
        }
        writable::check_place(place)?;
        if args.os_version.len() > 1 && matches!(place, Location::DockerArchive { .. }) {
            let cause = format!("-o {place}: docker load takes one image, and several --os-version are an index");
            return Err(Failure::new(Exit::Usage, cause).help("give one --os-version, or write an oci-archive"));
        }
    }
    args.metadata_file.as_deref().map_or(Ok(()), |file| Ok(writable::check_file(file)?))
}

#[derive(Default)]
struct Tagged {
    names: Vec<Reference>,
    of_versions: Vec<(OsVersion, Reference)>,
    labels: Labels,
}

/// The names that this commit gives: its tags in each repository that `-t` names. A name that has a tag stays.
fn tagged(args: &Build, given: &[Reference]) -> Result<Tagged, Failure> {
    if given.is_empty() {
        return Err(Failure::new(Exit::Usage, "--tags auto needs the name that the tags are for: -t HOST/NAME"));
    }
    let os_versions = if args.os_version.len() > 1 { args.os_version.clone() } else { Vec::new() };
    let options = tag::Options { os_versions, ..tag::Options::default() };
    let found = tag::for_repository(&args.source.context, &[], &options, &|name| std::env::var(name).ok())?;
    for note in &found.decision.notes {
        // A closed standard error has no reader to tell.
        let _ = writeln!(io::stderr(), "wbuild: note: {note}");
    }
    let mut tagged = Tagged { labels: found.labels, ..Tagged::default() };
    tagged.names.extend(given.iter().filter(|name| name.tag.is_some()).cloned());
    for name in given {
        for tag in &found.decision.tags {
            let name = name.repository.tag(&tag.tag);
            match &tag.os_version {
                Some(version) => tagged.of_versions.push((OsVersion::parse(version)?, name)),
                None if tagged.names.contains(&name) => {}
                None => tagged.names.push(name),
            }
        }
    }
    Ok(tagged)
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
    for (one, names) in of_versions(goals, image) {
        names.iter().try_for_each(|name| store.tag(Some(&name.to_string()), one))?;
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
    if goals.places.is_empty() && !goals.push && !goals.engine {
        progress.note(&format!("the image is in the store: {store}@{}", image.descriptor.digest));
    }
    if goals.push {
        let of_versions = of_versions(goals, image);
        // Before a name of the whole moves, the release tags of each version are looked at, too.
        for (one, name) in of_versions.iter().flat_map(|(one, names)| names.iter().map(move |name| (one, name))) {
            copy::check_tag(client, name, &one.digest)?;
        }
        push(store, client, &image.descriptor, &goals.names, progress)?;
        for (one, names) in of_versions {
            push(store, client, one, &names, progress)?;
        }
    }
    if let Some(file) = &goals.metadata {
        let text = format!("{:#}\n", metadata(goals, image, &names));
        fs::write(file, text).map_err(store::Error::io(file, "cannot be written"))?;
    }
    super::print(&format!("{}\n", image.descriptor.digest))
}

/// The images under an index that have names of their own.
fn of_versions<'a>(goals: &Goals, image: &'a Image) -> Vec<(&'a Descriptor, Vec<Reference>)> {
    let own = |one: &Descriptor| {
        let platform = one.platform.clone().unwrap_or_default();
        let is_its = |(version, _): &&(OsVersion, Reference)| {
            let wanted = Wanted { os_version: Some(version.version.clone()), ..Wanted::default() };
            wanted.takes(&platform)
        };
        goals.of_versions.iter().filter(is_its).map(|(_, name)| name.clone()).collect::<Vec<_>>()
    };
    image.images.iter().map(|one| (one, own(one))).filter(|(_, names)| !names.is_empty()).collect()
}

fn push(
    store: &Store,
    client: &Client,
    image: &Descriptor,
    names: &[Reference],
    progress: &Progress,
) -> Result<(), Failure> {
    let source = store.source(Some(image.digest.as_str()))?;
    let report = copy::push(client, &source, None, names, progress)?;
    for (name, outcome) in &report.outcomes {
        progress.note(&match outcome {
            // There was a warning.
            Outcome::Newer { .. } => continue,
            Outcome::Created => format!("pushed {name}"),
            Outcome::Unchanged => format!("{name} is this image already"),
            Outcome::Moved(old) => format!("pushed {name}, which was {}", old.short()),
        });
    }
    Ok(())
}

fn metadata(goals: &Goals, image: &Image, names: &[String]) -> Value {
    let of_versions = of_versions(goals, image).into_iter().flat_map(|(_, names)| names);
    let tags: Vec<String> = names.iter().cloned().chain(of_versions.map(|name| name.to_string())).collect();
    let one = |image: &Descriptor| json!({ "digest": image.digest, "size": image.size, "platform": image.platform });
    json!({
        "digest": image.descriptor.digest,
        "media_type": image.descriptor.media_type,
        "size": image.descriptor.size,
        "images": image.images.iter().map(one).collect::<Vec<_>>(),
        "tags": tags,
        "outputs": goals.places.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "pushed": goals.push,
        // As buildx names them, for scripts that read its file.
        "containerimage.digest": image.descriptor.digest,
        "image.name": names.join(","),
    })
}
