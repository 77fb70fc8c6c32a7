//! A folder to build in: a context, a synthetic base image, a store; and what came out of a build.

use std::collections::BTreeMap;
use std::fs;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use wbuild::image::{Descriptor, ImageConfig, Index, Manifest, Platform, media_type};
use wbuild::layer::{self, Compression, Content, Entry, Flavor, Kind, Node, NodeKind, SecurityDescriptor, Time};
use wbuild::progress::Bar;
use wbuild::store::Store;
use wbuild::store::source::{self, Image, Wanted};

/// When the base was made: 2026-11-10.
pub const CREATED: i64 = 1_794_268_800;

pub struct Scratch {
    folder: TempDir,
}

/// What a command said.
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// An image that was built.
pub struct Result {
    pub image: Image,
    pub store: Store,
}

impl Scratch {
    /// A folder with an empty context.
    pub fn new() -> Self {
        let scratch = Scratch { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(scratch.context()).unwrap();
        scratch
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn context(&self) -> PathBuf {
        self.path("context")
    }

    /// Writes a file of the context; one whose name ends in a slash is a folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> &Self {
        let path = self.context().join(name);
        if name.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        self
    }

    /// The synthetic base, made when it is first asked for.
    pub fn base(&self) -> PathBuf {
        let path = self.path("base");
        if !path.exists() {
            windows_base(&path, &["10.0.20348.2700"]);
        }
        path
    }

    /// Runs wbuild with this folder's store; `base` is the synthetic base.
    pub fn wbuild(&self, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        said(&mut command)
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wbuild"));
        command.args(arguments).current_dir(self.context());
        command.env("WBUILD_STORE", self.path("store")).env_remove("SOURCE_DATE_EPOCH").env_remove("CI");
        for service in ["GITHUB_ACTIONS", "TF_BUILD", "GITLAB_CI"] {
            command.env_remove(service);
        }
        command
    }

    /// The command that builds a Dockerfile of the context on the synthetic base, with more arguments.
    pub fn build_command(&self, more: &[&str]) -> Command {
        let (base, out) =
            (format!("base=oci:{}", self.base().display()), format!("oci:{}", self.path("out").display()));
        let mut arguments = vec!["build", ".", "--build-context", &base, "-o", &out];
        arguments.extend(more);
        self.command(&arguments)
    }

    /// Builds a Dockerfile on the synthetic base.
    pub fn try_build(&self, dockerfile: &str, more: &[&str]) -> Said {
        self.file("Dockerfile", dockerfile);
        said(&mut self.build_command(more))
    }

    /// Builds a Dockerfile, which must be possible, and opens what was written.
    pub fn build(&self, dockerfile: &str) -> Result {
        let said = self.try_build(dockerfile, &[]);
        assert_eq!(said.code, 0, "{}\n{dockerfile}", said.err);
        self.open(said.out.lines().last().unwrap())
    }

    /// Opens an image of the output by its digest.
    pub fn open(&self, digest: &str) -> Result {
        let store = Store::open(&self.path("out")).unwrap();
        let place = store.source(Some(digest)).unwrap();
        let image = source::choose(&place, &Wanted::default()).unwrap();
        Result { image, store }
    }
}

pub fn said(command: &mut Command) -> Said {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code().unwrap_or(-1), out: text(output.stdout), err: text(output.stderr) }
}

impl Result {
    /// What the layers above the base have: `app/`, `app/a.txt`, `-gone`, `link -> target`.
    pub fn files(&self) -> Vec<String> {
        let own = self.image.manifest.layers.len() - self.base_layers();
        let first = self.image.manifest.layers.len() - own;
        (first..first + own).flat_map(|at| self.layer(at)).collect()
    }

    fn base_layers(&self) -> usize {
        usize::from(self.image.manifest.annotations.contains_key("org.opencontainers.image.base.digest"))
    }

    pub fn index(&self, at: usize) -> std::sync::Arc<layer::Index> {
        let flavor = if self.image.config.platform.is_windows() { Flavor::Windows } else { Flavor::Linux };
        let blob = &self.image.manifest.layers[at].digest;
        self.store.layer_index(blob, &self.image.config.rootfs.diff_ids[at], flavor).unwrap()
    }

    fn layer(&self, at: usize) -> Vec<String> {
        let index = self.index(at);
        let shown = |node: &Node| match &node.kind {
            NodeKind::Directory => format!("{}/", node.path),
            NodeKind::Symlink { target, is_dir } => {
                format!("{} -> {target}{}", node.path, if *is_dir { " (folder)" } else { "" })
            }
            NodeKind::Junction { target } => format!("{} => {target}", node.path),
            NodeKind::Hardlink { target } => format!("{} = {target}", node.path),
            _ => node.path.to_string(),
        };
        let gone = index.removed().map(|path| format!("-{path}"));
        index.nodes().iter().filter(|node| !node.path.is_empty()).map(shown).chain(gone).collect()
    }

    /// The node of the highest layer that has this path.
    pub fn node(&self, path: &str) -> Node {
        let layers = (0..self.image.manifest.layers.len()).rev();
        layers.filter_map(|at| self.index(at).get(path).cloned()).next().unwrap_or_else(|| panic!("no {path}"))
    }

    /// The bytes of a file.
    pub fn read(&self, path: &str) -> String {
        for at in (0..self.image.manifest.layers.len()).rev() {
            let Some(node) = self.index(at).get(path).cloned() else { continue };
            let content = self.store.layer_content(&self.image.manifest.layers[at].digest);
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut content.range(node.offset, node.size).unwrap(), &mut bytes).unwrap();
            return String::from_utf8(bytes).unwrap();
        }
        panic!("no {path}")
    }

    pub fn config(&self) -> &wbuild::image::ContainerConfig {
        &self.image.config.config
    }
}

/// The descriptor of the base's `Program Files`, which no tool makes by itself.
pub fn program_files() -> SecurityDescriptor {
    SecurityDescriptor::from_sddl("O:BAG:SYD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;BU)(A;CI;LC;;;AU)")
        .unwrap()
}

/// Writes a layout with one image for each of these versions of Windows, small and with what real ones have: other
/// descriptors than the usual ones, junctions, links.
pub fn windows_base(path: &Path, versions: &[&str]) {
    let store = Store::create(path).unwrap();
    let folder = |path: &str| Entry::directory(path).at(Time::at(CREATED));
    let file = |path: &str| Entry::file(path, Content::bytes(path.as_bytes())).at(Time::at(CREATED));
    let installer = wbuild::layer::Sid::parse("TrustedInstaller").unwrap();
    let entries = vec![
        folder("Windows"),
        folder("Windows/System32"),
        file("Windows/System32/cmd.exe").secured(SecurityDescriptor::owned_by(&installer, None, false)),
        folder("Program Files").secured(program_files()),
        folder("Program Files/Common Files"),
        folder("ProgramData"),
        folder("Users"),
        folder("Users/Public"),
        Entry::new("Users/All Users", Kind::Symlink { target: "C:\\ProgramData".into(), is_dir: true }),
        Entry::new("Documents and Settings", Kind::Junction { target: "C:\\Users".into() }),
        file("License.txt"),
    ];
    let images = versions.iter().map(|version| {
        let mut platform = Platform::new("windows", "amd64");
        platform.os_version = Some((*version).to_owned());
        image(&store, platform, entries.clone(), Flavor::Windows)
    });
    let images: Vec<Descriptor> = images.collect();
    match &images[..] {
        [only] => store.tag(None, only).unwrap(),
        images => {
            let index = store.put_json(media_type::INDEX, &Index::new(images.to_vec())).unwrap();
            store.tag(None, &index).unwrap();
        }
    }
}

/// Puts an image with one layer into a store.
pub fn image(store: &Store, platform: Platform, mut entries: Vec<Entry>, flavor: Flavor) -> Descriptor {
    let options = layer::Options {
        flavor,
        compression: Compression::default(),
        latest: None,
        threads: NonZeroUsize::MIN,
        progress: Bar::default(),
    };
    let layer = store.put_layer(&mut entries, &options).unwrap();
    let mut config = ImageConfig::empty(platform.clone());
    config.created = Some("2026-11-10T00:00:00Z".to_owned());
    config.rootfs.diff_ids.push(layer.diff_id.clone());
    config.config.env = match flavor {
        Flavor::Windows => vec!["Path=C:\\Windows\\System32".to_owned()],
        Flavor::Linux => Vec::new(),
    };
    let config = store.put_json(media_type::CONFIG, &config).unwrap();
    let mut image = store.put_json(media_type::MANIFEST, &Manifest::new(config, vec![layer.descriptor])).unwrap();
    image.platform = Some(platform);
    image
}

/// Every file below a folder with its bytes, to compare two folders.
pub fn snapshot(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(snapshot(&path));
        } else {
            found.insert(path.clone(), fs::read(&path).unwrap());
        }
    }
    found
}
