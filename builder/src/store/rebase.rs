//! An image's own layers on another base.

use std::collections::BTreeMap;

use super::source::{self, Image, ImageSource};
use super::{Error, Location};
use crate::image::{ContainerConfig, Descriptor, Digest, ImageConfig, Manifest, media_type};
use crate::layer::decode::decode;
use crate::layer::{Flavor, Index};
use crate::progress::counted;

/// Names the base of an image in its manifest.
pub const BASE_NAME: &str = "org.opencontainers.image.base.name";
/// The digest that the base had.
pub const BASE_DIGEST: &str = "org.opencontainers.image.base.digest";

/// Why an image cannot be put on another base.
#[derive(Debug, thiserror::Error)]
pub enum RebaseError {
    /// The base is not below the image.
    #[error("the image does not stand on {base}: layer {layer} is another")]
    NotItsBase {
        /// The base that was named.
        base: String,
        /// The first layer that differs, counted from 1.
        layer: usize,
    },
    /// No layer is in both.
    #[error("the image and {onto} have no layer in common, so where its base ends is not known")]
    NothingInCommon {
        /// The new base.
        onto: String,
    },
    /// The bases are for different systems.
    #[error("the image is for {found}, the new base for {wanted}")]
    Platform {
        /// The image's platform.
        found: String,
        /// The new base's.
        wanted: String,
    },
    /// A layer of the image's own changes the registry.
    #[error("layer {layer} ({created_by}) changes {what}, which belongs to the base it was made on")]
    Bound {
        /// The layer, counted from 1.
        layer: usize,
        /// The step that made it.
        created_by: String,
        /// The registry or the virtual machine.
        what: &'static str,
    },
    /// The manifest and the config do not fit each other.
    #[error("the manifest of {place} has {}, and its config names {diff_ids}", counted(*layers, "layer"))]
    Layers {
        /// The image.
        place: String,
        /// In the manifest.
        layers: usize,
        /// In the config.
        diff_ids: usize,
    },
    /// A document or a layer cannot be read.
    #[error(transparent)]
    Store(#[from] Error),
}

/// An image on its new base, as documents; the layers are where they were.
#[derive(Clone, Debug, PartialEq)]
pub struct Rebased {
    /// Its config.
    pub config: ImageConfig,
    /// The layers, the new base's first.
    pub layers: Vec<Descriptor>,
    /// How many of them are the image's own.
    pub own: usize,
    /// Notes for its manifest.
    pub annotations: BTreeMap<String, String>,
}

/// How many layers an image shares with a base.
///
/// # Errors
/// When a layer of the base is not in the image.
pub fn layers_of(base: &Image, image: &Image, name: &str) -> Result<usize, RebaseError> {
    let common = common(base, image);
    match base.config.rootfs.diff_ids.len() {
        all if all == common => Ok(all),
        _ => Err(RebaseError::NotItsBase { base: name.to_owned(), layer: common + 1 }),
    }
}

/// How many layers two images have in common, from the lowest on.
pub fn common(left: &Image, right: &Image) -> usize {
    let pairs = left.config.rootfs.diff_ids.iter().zip(&right.config.rootfs.diff_ids);
    pairs.take_while(|(left, right)| left == right).count()
}

/// Puts what `image` has above its lowest `base_layers` layers onto another base. What of the config came from the
/// old base, as far as that is known, comes from the new one.
///
/// # Errors
/// When the systems differ, or a layer of the image's own is bound to the old base.
pub fn rebase(
    place: &dyn ImageSource,
    image: &Image,
    base_layers: usize,
    old: Option<&ImageConfig>,
    onto: &Image,
    onto_name: &str,
) -> Result<Rebased, RebaseError> {
    let system = |image: &Image| {
        let platform = &image.config.platform;
        (platform.os.clone(), platform.architecture.clone(), platform.variant.clone())
    };
    if system(image) != system(onto) {
        let (found, wanted) = (image.config.platform.to_string(), onto.config.platform.to_string());
        return Err(RebaseError::Platform { found, wanted });
    }
    for (image, name) in [(image, place.place()), (onto, onto_name.to_owned())] {
        let (layers, diff_ids) = (image.manifest.layers.len(), image.config.rootfs.diff_ids.len());
        if layers != diff_ids {
            return Err(RebaseError::Layers { place: name, layers, diff_ids });
        }
    }
    let own = &image.manifest.layers[base_layers..];
    refuse_bound(place, image, base_layers)?;
    let mut config = image.config.clone();
    config.platform = onto.config.platform.clone();
    let folds = config.platform.is_windows();
    config.config = merge(&image.config.config, old.map(|old| &old.config), &onto.config.config, folds);
    let diff_ids: Vec<Digest> = onto.config.rootfs.diff_ids.clone();
    config.rootfs.diff_ids = [&diff_ids[..], &image.config.rootfs.diff_ids[base_layers..]].concat();
    let mut history = onto.config.history.clone();
    history.extend(own_history(image, base_layers, old));
    config.history = history;
    let mut annotations = image.manifest.annotations.clone();
    annotations.insert(BASE_DIGEST.to_owned(), onto.descriptor.digest.to_string());
    match onto_name.parse() {
        Ok(Location::Registry { reference }) => annotations.insert(BASE_NAME.to_owned(), reference),
        // A place on this machine means nothing elsewhere, and the old base is not its base any more.
        _ => annotations.remove(BASE_NAME),
    };
    let mut layers = [&onto.manifest.layers[..], own].concat();
    for layer in &mut layers {
        layer.media_type = media_type::to_oci(&layer.media_type).to_owned();
    }
    Ok(Rebased { config, layers, own: own.len(), annotations })
}

impl Rebased {
    /// The manifest, when the config is kept under this descriptor.
    pub fn manifest(&self, config: Descriptor) -> Manifest {
        let mut manifest = Manifest::new(config, self.layers.clone());
        manifest.annotations.clone_from(&self.annotations);
        manifest
    }
}

/// Registry hives and the virtual machine's files are differences to exactly one base.
fn refuse_bound(place: &dyn ImageSource, image: &Image, base_layers: usize) -> Result<(), RebaseError> {
    if !image.config.platform.is_windows() {
        return Ok(());
    }
    for (at, layer) in image.manifest.layers.iter().enumerate().skip(base_layers) {
        let unreadable = |error| source::of_reading(error, place, &layer.digest);
        let (_, reader) = decode(place.open(layer)?).map_err(unreadable)?;
        let (index, _) = Index::scan(reader, Flavor::Windows).map_err(|error| match error {
            crate::layer::read::ReadError::Io { source, .. } => unreadable(source),
            error => Error::Unsupported { place: place.place(), what: format!("{}: {error}", layer.digest) },
        })?;
        let what = match (!index.hives.is_empty(), index.has_utility_vm) {
            (true, _) => "the registry",
            (_, true) => "the virtual machine of Hyper-V isolation",
            _ => continue,
        };
        let steps = image.config.history.iter().filter(|step| !step.empty_layer);
        let created_by = steps.map(|step| step.created_by.clone().unwrap_or_default()).nth(at).unwrap_or_default();
        return Err(RebaseError::Bound { layer: at + 1, created_by: created_by.trim().to_owned(), what });
    }
    Ok(())
}

/// The steps above the base: behind its history where that is known, else behind its last layer.
fn own_history(image: &Image, base_layers: usize, old: Option<&ImageConfig>) -> Vec<crate::image::History> {
    let history = &image.config.history;
    if let Some(old) = old.filter(|old| history.starts_with(&old.history)) {
        return history[old.history.len()..].to_vec();
    }
    let mut layers = 0;
    let in_base = |step: &&crate::image::History| {
        let is_in = layers < base_layers;
        layers += usize::from(!step.empty_layer);
        is_in
    };
    let skipped = history.iter().take_while(in_base).count();
    history[skipped..].to_vec()
}

/// What the image says itself, over what the new base says. Without the old base all that the image says is its own.
/// With `folds`, names of variables that differ by letter case only are one.
fn merge(
    image: &ContainerConfig,
    old: Option<&ContainerConfig>,
    onto: &ContainerConfig,
    folds: bool,
) -> ContainerConfig {
    let default = ContainerConfig::default();
    let old = old.unwrap_or(&default);
    fn own<T: Clone + PartialEq>(image: &T, old: &T, onto: &T) -> T {
        if image == old { onto.clone() } else { image.clone() }
    }
    fn map<T: Clone + PartialEq>(
        image: &BTreeMap<String, T>,
        old: &BTreeMap<String, T>,
        onto: &BTreeMap<String, T>,
    ) -> BTreeMap<String, T> {
        let mut merged = onto.clone();
        let is_own = |(name, value): &(&String, &T)| old.get(*name) != Some(value);
        merged.extend(image.iter().filter(is_own).map(|(name, value)| (name.clone(), value.clone())));
        // What the image took away stays away.
        merged.retain(|name, _| image.contains_key(name) || !old.contains_key(name));
        merged
    }
    // The command and the entry point belong together: one of them set by the image sets both.
    let is_command =
        (&image.entrypoint, &image.cmd, image.args_escaped) != (&old.entrypoint, &old.cmd, old.args_escaped);
    let command = if is_command { image } else { onto };
    ContainerConfig {
        user: own(&image.user, &old.user, &onto.user),
        exposed_ports: map(&image.exposed_ports, &old.exposed_ports, &onto.exposed_ports),
        env: merge_env(&image.env, &old.env, &onto.env, folds),
        entrypoint: command.entrypoint.clone(),
        cmd: command.cmd.clone(),
        args_escaped: command.args_escaped,
        healthcheck: own(&image.healthcheck, &old.healthcheck, &onto.healthcheck),
        volumes: map(&image.volumes, &old.volumes, &onto.volumes),
        working_dir: own(&image.working_dir, &old.working_dir, &onto.working_dir),
        on_build: own(&image.on_build, &old.on_build, &onto.on_build),
        labels: map(&image.labels, &old.labels, &onto.labels),
        stop_signal: own(&image.stop_signal, &old.stop_signal, &onto.stop_signal),
        shell: own(&image.shell, &old.shell, &onto.shell),
        extra: map(&image.extra, &old.extra, &onto.extra),
    }
}

/// Variables keep the order of the new base, then that of the image.
fn merge_env(image: &[String], old: &[String], onto: &[String], folds: bool) -> Vec<String> {
    fn name(variable: &str) -> &str {
        variable.split('=').next().unwrap_or_default()
    }
    let is_same = |left: &str, right: &str| if folds { left.eq_ignore_ascii_case(right) } else { left == right };
    let mut merged = onto.to_vec();
    for variable in image.iter().filter(|variable| !old.contains(variable)) {
        match merged.iter_mut().find(|other| is_same(name(other), name(variable))) {
            Some(other) => other.clone_from(variable),
            None => merged.push(variable.clone()),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_old_base_said_comes_from_the_new_one() {
        let env = |text: &[&str]| text.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let config = |user: &str, variables: &[&str], cmd: Option<&str>| ContainerConfig {
            user: user.to_owned(),
            env: env(variables),
            cmd: cmd.map(|cmd| vec![cmd.to_owned()]),
            labels: variables.iter().map(|text| ((*text).to_owned(), "x".to_owned())).collect(),
            ..ContainerConfig::default()
        };
        let old = config("old", &["VERSION=1", "KEPT=a"], Some("old"));
        let onto = config("new", &["VERSION=2", "MORE=b"], Some("new"));
        let image = config("old", &["VERSION=1", "KEPT=a", "kept2=c", "OWN=d"], Some("app"));
        let merged = merge(&image, Some(&old), &onto, true);
        assert_eq!(merged.user, "new");
        assert_eq!(merged.env, env(&["VERSION=2", "MORE=b", "kept2=c", "OWN=d"]));
        assert_eq!(merged.cmd.as_deref(), Some(&["app".to_owned()][..]));
        assert_eq!(
            merged.labels.keys().cloned().collect::<Vec<_>>(),
            env(&["MORE=b", "OWN=d", "VERSION=2", "kept2=c"])
        );
        // Nothing is known of the old base: all of it is the image's.
        let merged = merge(&image, None, &onto, true);
        assert_eq!((merged.user.as_str(), &merged.env[0]), ("old", &"VERSION=1".to_owned()));
    }

    #[test]
    fn variables_of_linux_differ_by_letter_case() {
        let (image, onto) = (["HTTP_PROXY=a".to_owned()], ["http_proxy=b".to_owned()]);
        assert_eq!(merge_env(&image, &[], &onto, true), image);
        assert_eq!(merge_env(&image, &[], &onto, false), [onto, image].concat());
    }
}
