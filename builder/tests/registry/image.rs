//! An image to push and pull, and the checks of what arrived.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wbuild::failure::Failure;
use wbuild::image::{Descriptor, Digest, ImageConfig, Index, Manifest, Platform, media_type};
use wbuild::progress::Progress;
use wbuild::registry::copy::{Report, push};
use wbuild::registry::{Client, Reference, RegistryImage, Repository, Retry, Settings};
use wbuild::store::source::{self, copy_blob};
use wbuild::store::{Error, ImageSource, Store};

use super::server::{Door, Server};

/// The size of the layer that goes up in several requests.
pub const BIG: usize = 250_000;

/// An image in a store of its own.
pub struct Sample {
    _folder: TempDir,
    pub store: Store,
    pub root: Descriptor,
    pub big: Digest,
}

/// Bytes that do not repeat, the same in each run.
pub fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut step = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| step()).collect()
}

/// An image with layers of these sizes; its descriptor has a platform with that version of Windows.
pub fn image(store: &Store, seed: u64, sizes: &[usize], os_version: &str) -> Descriptor {
    let mut platform = Platform::new("windows", "amd64");
    platform.os_version = Some(os_version.to_owned());
    let mut config = ImageConfig::empty(platform.clone());
    let mut layers = Vec::new();
    for (number, size) in (0..).zip(sizes) {
        let bytes = noise(seed * 100 + number, *size);
        layers.push(store.put_bytes(media_type::LAYER, &bytes).unwrap());
        config.rootfs.diff_ids.push(Digest::of(&bytes));
    }
    let config = store.put_json(media_type::CONFIG, &config).unwrap();
    let mut image = store.put_json(media_type::MANIFEST, &Manifest::new(config, layers)).unwrap();
    image.platform = Some(platform);
    image
}

impl Sample {
    pub fn new(seed: u64) -> Self {
        Sample::of(seed, &[10_000, BIG, 1, 0])
    }

    pub fn of(seed: u64, sizes: &[usize]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(folder.path()).unwrap();
        let root = image(&store, seed, sizes, "10.0.20348.2700");
        store.tag(Some("sample"), &root).unwrap();
        let big = Digest::of(&noise(seed * 100 + 1, sizes.get(1).copied().unwrap_or_default()));
        Sample { _folder: folder, store, root, big }
    }

    /// An index over two versions of Windows.
    pub fn index(seed: u64) -> Self {
        let mut sample = Sample::new(seed);
        let older = image(&sample.store, seed + 1, &[20_000, 300], "10.0.17763.6000");
        let index = Index::new(vec![sample.root.clone(), older]);
        sample.root = sample.store.put_json(media_type::INDEX, &index).unwrap();
        sample.store.tag(Some("sample"), &sample.root).unwrap();
        sample
    }

    pub fn push(&self, client: &Client, references: &[Reference]) -> Result<Report, Failure> {
        let source = self.store.source(Some("sample")).unwrap();
        push(client, &source, None, references, &Progress::silent()).map_err(Failure::from)
    }
}

/// Pulls all that a name stands for into a store, as a build pulls its base.
pub fn pull(client: &Arc<Client>, reference: &Reference, into: &Path) -> Result<Descriptor, Error> {
    let store = Store::create(into).unwrap();
    let image = RegistryImage::new(client, reference.clone());
    let root = image.root()?;
    let manifests = match source::root(&image)? {
        source::Root::Image(one) => vec![one.descriptor],
        source::Root::Index(_, index) => index.manifests,
    };
    for manifest in manifests {
        let one = source::image(&image, manifest.clone())?;
        for blob in one.manifest.layers.iter().chain([&one.manifest.config, &manifest]) {
            copy_blob(&image, blob, &store, |_| {})?;
        }
    }
    copy_blob(&image, &root, &store, |_| {})?;
    store.tag(None, &root)?;
    Ok(root)
}

/// Each blob of a store is what its name says, and nothing is left unfinished.
pub fn assert_valid(folder: &Path) {
    for entry in fs::read_dir(folder.join("blobs/sha256")).unwrap().flatten() {
        let digest = Digest::of(&fs::read(entry.path()).unwrap());
        assert_eq!(entry.file_name().to_str().unwrap(), digest.hex());
    }
    let left = fs::read_dir(folder.join(".wbuild/tmp")).into_iter().flatten().count();
    assert_eq!(left, 0, "unfinished files are left");
}

/// All of the sample is on the registry.
pub fn assert_complete(client: &Arc<Client>, reference: &Reference, sample: &Sample) {
    let folder = tempfile::tempdir().unwrap();
    let root = pull(client, reference, folder.path()).unwrap();
    assert_eq!(root.digest, sample.root.digest);
    assert_valid(folder.path());
}

/// Settings that make faults quick: small requests, short pauses, little patience.
pub fn settings() -> Settings {
    let retry = Retry {
        attempts: 4,
        connects: 2,
        pause: Duration::from_millis(2),
        longest: Duration::from_millis(10),
        patience: Duration::from_secs(5),
    };
    Settings { retry, monolithic: 32 << 10, chunk: 100_000, ..Settings::default() }
}

pub fn client() -> Arc<Client> {
    Arc::new(Client::new(settings()))
}

/// The registry that the suite runs against: the one in `WBUILD_TEST_REGISTRY`, else one in this process.
pub fn upstream() -> SocketAddr {
    match std::env::var("WBUILD_TEST_REGISTRY") {
        Ok(address) => address.to_socket_addrs().unwrap().next().unwrap(),
        Err(_) => Server::start(Door::Open).address,
    }
}

/// A repository that no other run of a test has.
pub fn repository(address: SocketAddr, name: &str) -> Repository {
    let unique = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos();
    Repository::parse(&format!("{address}/test/{name}-{unique}")).unwrap()
}

/// The same repository behind another address.
pub fn behind(repository: &Repository, address: SocketAddr) -> Repository {
    Repository::parse(&format!("{address}/{}", repository.name())).unwrap()
}
