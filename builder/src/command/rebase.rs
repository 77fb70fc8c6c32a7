//! `wbuild rebase`: an image's own layers on another base.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::{client, place, print};
use crate::args::{Cli, Rebase};
use crate::build::versions::OsVersion;
use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, ImageConfig, Index, Platform, media_type};
use crate::progress::counted;
use crate::registry::Client;
use crate::store::export::{write_docker_archive, write_oci_archive};
use crate::store::rebase::{BASE_DIGEST, BASE_NAME, RebaseError, Rebased, common, layers_of, rebase};
use crate::store::source::{self, Image, ImageSource, Root, Wanted, copy_blob};
use crate::store::{self, Location, Store, writable};

impl From<RebaseError> for Failure {
    fn from(error: RebaseError) -> Self {
        match error {
            RebaseError::Store(error) => error.into(),
            RebaseError::NotItsBase { .. } | RebaseError::NothingInCommon { .. } => {
                Failure::new(Exit::Usage, error).help("name the base it was built on with --from")
            }
            RebaseError::Bound { .. } => Failure::new(Exit::Layer, error)
                .help("build the image again on the new base: this layer only fits the old one"),
            RebaseError::Platform { .. } => Failure::new(Exit::Usage, error),
            RebaseError::Layers { .. } => Failure::new(Exit::Layer, error),
        }
    }
}

/// Puts an image's own layers on another base.
///
/// # Errors
/// When the images cannot be read or do not fit, or the output cannot be written.
pub fn run(args: &Rebase, cli: &Cli) -> Result<Exit, Failure> {
    let output = place::parse(&args.output)?;
    if output.is_remote() {
        return Err(Failure::new(Exit::Usage, format!("{output}: rebase writes to this machine only"))
            .help("write it to oci:DIR and push that: wbuild push oci:DIR docker://HOST/NAME:TAG"));
    }
    writable::check_place(&output)?;
    let version = args.os_version.as_deref().map(OsVersion::parse).transpose()?.map(|version| version.version);
    let client = client(cli);
    let (place, onto_place) = (place::open(&args.source, &client)?, place::open(&args.onto, &client)?);
    let sources = if args.all { all_of(&*place, &output)? } else { image_of(&*place, version.as_deref())? };
    let mut text = match (args.all, sources.others) {
        (_, 0) => String::new(),
        (true, others) => format!("left out {} for other systems\n", counted(others, "image")),
        (false, others) => format!("taken {}; {others} more in the index stay\n", sources.images[0].config.platform),
    };
    // All of them come to their bases before the first is written.
    let mut moved = Vec::new();
    for image in &sources.images {
        let one = || -> Result<(Base, Rebased), Failure> {
            let onto = if args.all {
                base_of_same(&*onto_place, image)?
            } else {
                base_for(&*onto_place, image, version.as_deref())?
            };
            let base = base_of(args, &client, image, &onto)?;
            let rebased = rebase(&*place, image, base.layers, base.config.as_ref(), &onto, &args.onto)?;
            Ok((base, rebased))
        };
        let name = image.config.platform.to_string();
        let (base, rebased) = one().map_err(|failure| if args.all { failure.about(&name) } else { failure })?;
        if args.all {
            text.push_str(&format!("{name}\n"));
        }
        let (below, own) = (counted(base.layers, "layer"), counted(rebased.own, "layer"));
        let platform = &rebased.config.platform;
        text.push_str(&format!("base found by {}: {below}\nkept {own} on {} ({platform})\n", base.how, args.onto));
        moved.push(rebased);
    }
    let digest = write(&moved, sources.index, [&*onto_place, &*place], &output)?;
    print(&format!("{text}{digest}\n"))
}

/// What is put on another base.
struct Sources {
    images: Vec<Image>,
    /// How many images of the index are not among them.
    others: usize,
    /// The index, where a new one comes of it.
    index: Option<Index>,
}

/// Whether an entry of an index is an image, and no attestation.
fn is_image(entry: &&Descriptor) -> bool {
    entry.platform.as_ref().is_some_and(|found| found.os != "unknown")
}

/// The images of an index for Windows.
fn all_of(place: &dyn ImageSource, output: &Location) -> Result<Sources, Failure> {
    let Root::Index(_, index) = source::root(place)? else {
        return Err(Failure::new(Exit::Usage, format!("--all: {} is one image and no index", place.place()))
            .help("leave --all out"));
    };
    if matches!(output, Location::DockerArchive { .. }) {
        let cause = format!("{output}: docker load takes one image, and --all gives an index over several");
        return Err(Failure::new(Exit::Usage, cause).help("name one --os-version, or write an oci-archive"));
    }
    let windows = |entry: &&Descriptor| entry.platform.as_ref().is_some_and(Platform::is_windows);
    let images = index.manifests.iter().filter(windows).map(|entry| source::image(place, entry.clone()));
    let images = images.collect::<Result<Vec<_>, _>>()?;
    if images.is_empty() {
        return Err(Failure::new(Exit::Usage, format!("--all: {} has no image for Windows", place.place())));
    }
    let others = index.manifests.iter().filter(is_image).count() - images.len();
    Ok(Sources { images, others, index: Some(*index) })
}

/// The new base for the build of Windows that an image is for.
fn base_of_same(place: &dyn ImageSource, image: &Image) -> Result<Image, Failure> {
    let version = image.config.platform.os_version.as_deref().unwrap_or_default();
    let build: Vec<&str> = version.split('.').take(3).collect();
    if build.len() < 3 {
        let cause = format!("its config says os.version `{version}`, which is no version of Windows");
        return Err(Failure::new(Exit::Layer, cause).help("wbuild verify says what else is wrong with it"));
    }
    Ok(source::choose(place, &Wanted { os_version: Some(build.join(".")), ..wanted(image) })?)
}

/// The image that is meant: of an index the newest for Windows, or for that version of it; and how many others there are.
fn image_of(place: &dyn ImageSource, version: Option<&str>) -> Result<Sources, Failure> {
    let wanted = Wanted { os_version: version.map(str::to_owned), ..Wanted::default() };
    let others = match source::root(place)? {
        Root::Image(_) => 0,
        Root::Index(_, index) => index.manifests.iter().filter(is_image).count().saturating_sub(1),
    };
    Ok(Sources { images: vec![source::choose(place, &wanted)?], others, index: None })
}

/// The new base: of an index that version of Windows where it was asked for and is there, else the newest.
fn base_for(place: &dyn ImageSource, image: &Image, version: Option<&str>) -> Result<Image, Failure> {
    let newest = wanted(image);
    if let (Some(version), Root::Index(_, index)) = (version, source::root(place)?) {
        let same = Wanted { os_version: Some(version.to_owned()), ..newest.clone() };
        if let Some(found) = same.choose(&index) {
            return Ok(source::image(place, found.clone())?);
        }
    }
    Ok(source::choose(place, &newest)?)
}

/// An image for the same system; of several versions of Windows the newest.
fn wanted(image: &Image) -> Wanted {
    let platform = &image.config.platform;
    Wanted { os: Some(platform.os.clone()), architecture: Some(platform.architecture.clone()), os_version: None }
}

/// The base that the image stands on.
struct Base {
    layers: usize,
    config: Option<ImageConfig>,
    how: String,
}

fn base_of(args: &Rebase, client: &Arc<Client>, image: &Image, onto: &Image) -> Result<Base, Failure> {
    let of = |name: &str, how: String| -> Result<Base, Failure> {
        let place = place::open(name, client)?;
        let mut wanted = wanted(image);
        wanted.os_version.clone_from(&image.config.platform.os_version);
        let base = source::choose(&*place, &wanted)?;
        Ok(Base { layers: layers_of(&base, image, name)?, config: Some(base.config), how })
    };
    if let Some(from) = &args.from {
        return of(from, format!("--from {from}"));
    }
    let annotations = &image.manifest.annotations;
    if let (Some(name), Some(digest)) = (annotations.get(BASE_NAME), annotations.get(BASE_DIGEST)) {
        return of(&pinned(name, digest), "the annotations of the image".to_owned()).map_err(|failure| {
            failure.help(format!("its annotations say that it stands on {name}; name another place of it with --from"))
        });
    }
    match common(image, onto) {
        0 => {
            let failure = Failure::from(RebaseError::NothingInCommon { onto: args.onto.clone() });
            Err(match annotations.get(BASE_DIGEST) {
                Some(digest) => failure.help(format!("its annotations say that its base had the digest {digest}")),
                None => failure,
            })
        }
        layers => {
            let how = "the longest chain of layers that both have".to_owned();
            let config = (layers == onto.config.rootfs.diff_ids.len()).then(|| onto.config.clone());
            Ok(Base { layers, config, how })
        }
    }
}

/// The place of a base as it was: its tag has moved since.
fn pinned(name: &str, digest: &str) -> String {
    match name.parse::<Location>() {
        Ok(Location::OciLayout { path, .. }) => format!("oci:{}@{digest}", path.display()),
        Ok(Location::Registry { reference }) => format!("docker://{}@{digest}", without_tag(&reference)),
        Ok(_) => name.to_owned(),
        Err(_) => format!("docker://{}@{digest}", without_tag(name)),
    }
}

/// A reference without its tag, which a digest takes the place of.
fn without_tag(reference: &str) -> &str {
    let reference = reference.split('@').next().unwrap_or_default();
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => reference,
    }
}

/// Writes the image, or with an index all of them under a new one: into a layout at once, into an archive by way of a
/// layout beside it.
fn write(
    moved: &[Rebased],
    index: Option<Index>,
    places: [&dyn ImageSource; 2],
    output: &Location,
) -> Result<String, Failure> {
    match output {
        Location::OciLayout { path, name } => {
            let root = put_all(moved, index, places, &Store::create(path)?, name.as_deref())?;
            Ok(root.digest.to_string())
        }
        Location::OciArchive { path, name } | Location::DockerArchive { path, name } => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let beside = tempfile::tempdir_in(folder).map_err(store::Error::io(path, "cannot be written"))?;
            let store = Store::create(beside.path())?;
            let root = put_all(moved, index, places, &store, None)?;
            let place = store.source(Some(root.digest.as_str()))?;
            let names: Vec<String> = name.iter().cloned().collect();
            match output {
                Location::OciArchive { .. } => write_oci_archive(&place, &names, path)?,
                _ => write_docker_archive(&place, &source::choose(&place, &Wanted::default())?, &names, path)?,
            }
            Ok(root.digest.to_string())
        }
        Location::Registry { .. } => Err(Failure::new(Exit::Usage, format!("{output}: is not on this machine"))),
    }
}

/// Puts the images into a layout; the name comes last.
fn put_all(
    moved: &[Rebased],
    index: Option<Index>,
    places: [&dyn ImageSource; 2],
    store: &Store,
    name: Option<&str>,
) -> Result<Descriptor, Failure> {
    let mut images = moved.iter().map(|one| put(one, places, store)).collect::<Result<Vec<_>, _>>()?;
    let root = match index {
        None => images.remove(0),
        Some(old) => {
            let new = Index::of_images(images).map_err(|error| Failure::new(Exit::Layer, error))?;
            // What it says of itself holds on; attestations of the old images do not.
            store.put_json(media_type::INDEX, &Index { annotations: old.annotations, ..new })?
        }
    };
    store.tag(name, &root)?;
    Ok(root)
}

fn put(rebased: &Rebased, places: [&dyn ImageSource; 2], store: &Store) -> Result<Descriptor, Failure> {
    let base_layers = rebased.layers.len() - rebased.own;
    for (at, layer) in rebased.layers.iter().enumerate() {
        let place = if at < base_layers { places[0] } else { places[1] };
        copy_blob(place, layer, store, |_| ())?;
    }
    let config = store.put_json(media_type::CONFIG, &rebased.config)?;
    let mut root = store.put_json(media_type::MANIFEST, &rebased.manifest(config))?;
    // What else the base's config says is nothing about a platform.
    root.platform = Some(Platform { extra: BTreeMap::default(), ..rebased.config.platform.clone() });
    Ok(root)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_is_the_one_that_it_was() {
        for (name, place) in [
            ("r.example:5000/base:ltsc2022", "docker://r.example:5000/base@sha256:a"),
            ("docker://r.example:5000/base:ltsc2022", "docker://r.example:5000/base@sha256:a"),
            ("docker://r.example:5000/base", "docker://r.example:5000/base@sha256:a"),
            ("oci:bases:ltsc2022", "oci:bases@sha256:a"),
            ("docker-archive:base.tar", "docker-archive:base.tar"),
        ] {
            assert_eq!(pinned(name, "sha256:a"), place);
        }
    }
}
