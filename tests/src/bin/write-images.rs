//! Writes images with some of everything into a folder, for `tests/real/layers.sh` to show to other programs:
//! `write-images FOLDER [PROGRAM]`, where PROGRAM is a static one that the Linux image runs.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{self, Read};
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;

use tests::base;
use wbuild::failure::{Exit, Failure};
use wbuild::image::{Descriptor, ImageConfig, Manifest, Platform, media_type};
use wbuild::layer::{Compression, Content, Entry, Flavor, Kind, Options, Posix, SecurityDescriptor, Sid, Time};
use wbuild::progress::Bar;
use wbuild::store::export::{write_docker_archive, write_oci_archive};
use wbuild::store::source::{self, Wanted};
use wbuild::store::{ImageSource, Store};

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let Some(folder) = args.next() else {
        eprintln!("usage: write-images FOLDER [PROGRAM]");
        return ExitCode::from(2);
    };
    match write(Path::new(&folder), args.next().as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("{}", Failure::new(Exit::Layer, error).shown(false));
            ExitCode::FAILURE
        }
    }
}

fn options(flavor: Flavor, compression: Compression) -> Options {
    let threads = NonZeroUsize::new(2).expect("two is not zero");
    Options { flavor, compression, latest: Some(Time::at(1_700_000_000)), threads, progress: Bar::default() }
}

fn write(folder: &Path, program: Option<&str>) -> Result<(), Box<dyn Error + Send + Sync>> {
    fs::create_dir_all(folder)?;
    base::write(&folder.join("windows"))?;
    let windows = Store::create(&folder.join("windows"))?;
    let base = source::choose(&windows.source(Some("nanoserver-ltsc2022"))?, &Wanted::default())?;
    for (name, compression) in [("gzip", Compression::Gzip(6)), ("zstd", Compression::Zstd(3))] {
        let layer = windows.put_layer(&mut windows_entries(), &options(Flavor::Windows, compression))?;
        let mut config = base.config.clone();
        config.history.clear();
        config.rootfs.diff_ids.push(layer.diff_id);
        let layers = [&base.manifest.layers[..], &[layer.descriptor]].concat();
        put(&windows, name, &config, layers)?;
    }
    let linux = Store::create(&folder.join("linux"))?;
    let layer = linux.put_layer(&mut linux_entries(program)?, &options(Flavor::Linux, Compression::Gzip(6)))?;
    let mut config = ImageConfig::empty(Platform::new("linux", "amd64"));
    config.config.cmd = Some(vec!["/bin/busybox".to_owned(), "cat".to_owned(), "/etc/greeting".to_owned()]);
    config.rootfs.diff_ids.push(layer.diff_id);
    put(&linux, "v1", &config, vec![layer.descriptor])?;
    let place = linux.source(Some("v1"))?;
    let names = ["wbuild/sample:v1".to_owned()];
    write_oci_archive(&place, &names, &folder.join("oci.tar"))?;
    let image = source::choose(&place, &Wanted::default())?;
    write_docker_archive(&place, &image, &names, &folder.join("docker.tar"))?;
    unpacked(&windows, &folder.join("windows-layer.tar"))
}

fn put(
    store: &Store,
    name: &str,
    config: &ImageConfig,
    layers: Vec<Descriptor>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let blob = store.put_json(media_type::CONFIG, config)?;
    let mut image = store.put_json(media_type::MANIFEST, &Manifest::new(blob, layers))?;
    image.platform = Some(config.platform.clone());
    Ok(store.tag(Some(name), &image)?)
}

/// The uppermost Windows layer without its compression.
fn unpacked(store: &Store, path: &Path) -> Result<(), Box<dyn Error + Send + Sync>> {
    let place = store.source(Some("zstd"))?;
    let image = source::choose(&place, &Wanted::default())?;
    let layer = image.manifest.layers.last().ok_or("the image has no layer")?;
    let mut bytes = Vec::new();
    wbuild::layer::decode::decode(place.open(layer)?)?.1.read_to_end(&mut bytes)?;
    Ok(fs::write(path, bytes)?)
}

fn windows_entries() -> Vec<Entry> {
    let time = Time { seconds: 1_600_000_000, nanos: 123_456_700 };
    let user = Sid::parse("ContainerUser").expect("the account is known");
    let long = format!("App/{}", "long name ".repeat(12).trim_end());
    let noise: Vec<u8> = (0_u32..900_000).flat_map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
    vec![
        Entry::directory("App").at(time),
        Entry::directory("App/Data").at(time).secured(SecurityDescriptor::owned_by(&user, None, true)),
        Entry::directory(long.as_str()).at(time),
        Entry::file(format!("{long}/é ü 漢字.txt"), Content::bytes("text\r\n".as_bytes())).at(time),
        Entry::file("App/noise.bin", Content::bytes(noise)).at(time),
        Entry::new("App/link", Kind::Symlink { target: "noise.bin".to_owned(), is_dir: false }).at(time),
        Entry::new("App/folder", Kind::Symlink { target: "C:\\App\\Data".to_owned(), is_dir: true }).at(time),
        Entry::new("Old", Kind::Junction { target: "C:\\App".to_owned() }).at(time),
        Entry::new("App/again.bin", Kind::Hardlink { target: "App/noise.bin".to_owned() }).at(time),
        Entry::new("License.txt", Kind::Whiteout),
    ]
}

fn linux_entries(program: Option<&str>) -> io::Result<Vec<Entry>> {
    let mut entries = vec![
        Entry::directory("bin"),
        Entry::directory("etc"),
        Entry::file("etc/greeting", Content::bytes("hello from the layer\n".as_bytes())),
        Entry::new("etc/link", Kind::Symlink { target: "greeting".to_owned(), is_dir: false }),
        Entry::new("etc/again", Kind::Hardlink { target: "etc/greeting".to_owned() }),
    ];
    let mut owned = Entry::file("etc/owned", Content::bytes("x".as_bytes()));
    let xattrs = BTreeMap::from([("user.note".to_owned(), b"a\nb".to_vec())]);
    owned.posix = Posix { mode: 0o600, uid: 1000, gid: 1000, xattrs };
    entries.push(owned);
    if let Some(program) = program {
        let mut file = Entry::file("bin/busybox", Content::bytes(fs::read(program)?));
        file.posix.mode = 0o755;
        entries.push(file);
    }
    Ok(entries)
}
