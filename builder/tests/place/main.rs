//! `inspect`, `verify` and `rebase`, and the places of images on this machine, through the command itself.

#![allow(clippy::unwrap_used, reason = "what fails here fails the test")]

mod archives;
mod rebase;
mod verify;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use wbuild::image::{Descriptor, ImageConfig, Manifest, Platform, media_type};
use wbuild::layer::{Compression, Entry, Flavor, Options};
use wbuild::progress::Bar;
use wbuild::store::Store;

/// A synthetic base of the repository.
pub(crate) fn base(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata/images/windows");
    format!("oci:{}:{name}", folder.display())
}

pub(crate) fn wbuild(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_wbuild")).args(args).output().unwrap()
}

/// The command's standard output, when it ends with this code.
pub(crate) fn expect(code: i32, args: &[&str]) -> String {
    let output = wbuild(args);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{args:?}\n{out}\n{err}");
    if code == 0 || code == 7 && err.is_empty() { out } else { err }
}

pub(crate) fn json(code: i32, args: &[&str]) -> serde_json::Value {
    serde_json::from_str(&expect(code, &[args, &["--format", "json"]].concat())).unwrap()
}

pub(crate) fn options(compression: Compression) -> Options {
    Options {
        flavor: Flavor::Windows,
        compression,
        latest: None,
        threads: NonZeroUsize::new(2).unwrap(),
        progress: Bar::default(),
    }
}

/// An image with one layer on top of a base of the repository, in a new layout.
pub(crate) fn on_base(root: &Path, name: &str, mut entries: Vec<Entry>, compression: Compression) -> Descriptor {
    let store = Store::create(root).unwrap();
    let bases = Store::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/images/windows")).unwrap();
    let place = bases.source(Some(name)).unwrap();
    let image = wbuild::store::source::choose(&place, &wbuild::store::Wanted::default()).unwrap();
    for layer in &image.manifest.layers {
        wbuild::store::source::copy_blob(&place, layer, &store, |_| ()).unwrap();
    }
    let layer = store.put_layer(&mut entries, &options(compression)).unwrap();
    let mut config = image.config.clone();
    config.config.env = vec!["APP=1".to_owned()];
    config.config.cmd = Some(vec!["app.exe".to_owned()]);
    config.rootfs.diff_ids.push(layer.diff_id);
    let step = wbuild::image::History { created_by: Some("COPY . C:/app".to_owned()), ..Default::default() };
    config.history.push(step);
    let layers = [image.manifest.layers, vec![layer.descriptor]].concat();
    put(&store, &config, layers)
}

/// An image of this config and these layers, the only one of its layout.
pub(crate) fn put(store: &Store, config: &ImageConfig, layers: Vec<Descriptor>) -> Descriptor {
    let config_blob = store.put_json(media_type::CONFIG, config).unwrap();
    let mut image = store.put_json(media_type::MANIFEST, &Manifest::new(config_blob, layers)).unwrap();
    image.platform = Some(Platform { ..config.platform.clone() });
    store.tag(Some("v1"), &image).unwrap();
    image
}
