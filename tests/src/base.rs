//! Synthetic Windows bases for samples and tests: the shape of the real ones, with files of a few bytes in place of
//! Windows. `testdata/images` holds them as an OCI layout; they run nowhere.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::Path;

use wbuild::image::{Descriptor, History, ImageConfig, Index, Manifest, Platform, media_type};
use wbuild::layer::compress::pack;
use wbuild::layer::header::{BLOCK, Header};
use wbuild::layer::{Compression, SecurityDescriptor, Time};
use wbuild::progress::Bar;
use wbuild::store::Store;

use crate::hive::Key;

/// When all of it was made.
const MADE: i64 = 1_700_000_000;

/// A base: its name in the layout, its version, and what stands in its layers.
struct Base {
    name: &'static str,
    version: &'static str,
    user: &'static str,
    layers: &'static [&'static [Member]],
}

/// A path of a layer.
enum Member {
    Folder(&'static str),
    /// A folder that belongs to Windows itself.
    Guarded(&'static str),
    File(&'static str, &'static str),
    /// A hive of the registry.
    Hive(&'static str, fn() -> Key),
    Junction(&'static str, &'static str),
    FolderLink(&'static str, &'static str),
}

use Member::{File, Folder, FolderLink, Guarded, Hive, Junction};

const HIVE: &str = "regf, but no registry\n";
const PROGRAM: &str = "MZ, but no program\n";

/// What every base has.
const NANO: &[Member] = &[
    Folder("Hives"),
    Folder("Files"),
    File("Files/License.txt", "A synthetic base for tests. It has nothing of Windows in it.\n"),
    Folder("Files/ProgramData"),
    Guarded("Files/Program Files"),
    Guarded("Files/Program Files (x86)"),
    Folder("Files/Users"),
    Folder("Files/Users/ContainerAdministrator"),
    Folder("Files/Users/ContainerUser"),
    Folder("Files/Users/Default"),
    Hive("Files/Users/Default/NTUSER.DAT", || Key::root("Environment", Key::default())),
    Folder("Files/Users/Public"),
    FolderLink("Files/Users/All Users", "C:\\ProgramData"),
    Junction("Files/Documents and Settings", "C:\\Users"),
    Guarded("Files/Windows"),
    Guarded("Files/Windows/System32"),
    File("Files/Windows/System32/cmd.exe", PROGRAM),
    File("Files/Windows/System32/curl.exe", PROGRAM),
    File("Files/Windows/System32/tar.exe", PROGRAM),
    Guarded("Files/Windows/System32/config"),
    File("Files/Windows/System32/config/DEFAULT", HIVE),
    File("Files/Windows/System32/config/SAM", HIVE),
    File("Files/Windows/System32/config/SECURITY", HIVE),
    File("Files/Windows/System32/config/SOFTWARE", HIVE),
    Hive("Files/Windows/System32/config/SYSTEM", system),
    Folder("Files/Windows/Temp"),
    Folder("UtilityVM"),
    Folder("UtilityVM/Files"),
    Folder("UtilityVM/Files/EFI"),
    Folder("UtilityVM/Files/EFI/Microsoft"),
    Folder("UtilityVM/Files/EFI/Microsoft/Boot"),
    File("UtilityVM/Files/EFI/Microsoft/Boot/BCD", HIVE),
];

/// What an update of the server adds, with a change of the registry.
const SERVER: &[Member] = &[
    Folder("Hives"),
    File("Hives/Software_Delta", HIVE),
    Hive("Hives/System_Delta", server),
    Folder("Files"),
    Folder("Files/Users"),
    Folder("Files/Users/Default"),
    Hive("Files/Users/Default/NTUSER.DAT", profile),
    Guarded("Files/Windows"),
    Guarded("Files/Windows/System32"),
    Guarded("Files/Windows/System32/WindowsPowerShell"),
    Guarded("Files/Windows/System32/WindowsPowerShell/v1.0"),
    File("Files/Windows/System32/WindowsPowerShell/v1.0/powershell.exe", PROGRAM),
];

/// Where the variables of the machine are.
const VARIABLES: &str = r"ControlSet001\Control\Session Manager\Environment";

fn system() -> Key {
    let variables = Key::default().plain("OS", "Windows_NT").text("Path", r"%SystemRoot%\system32;%SystemRoot%;");
    Key::root(VARIABLES, variables).with(Key::new("Select").number("Current", 1))
}

fn server() -> Key {
    let path = r"%SystemRoot%\system32;%SystemRoot%;%SystemRoot%\System32\Wbem;%SYSTEMROOT%\System32\WindowsPowerShell\v1.0\;%SYSTEMROOT%\System32\OpenSSH\";
    Key::root(VARIABLES, Key::default().text("Path", path))
}

fn profile() -> Key {
    Key::root("Environment", Key::default().text("Path", r"%USERPROFILE%\AppData\Local\Microsoft\WindowsApps;"))
}

const BASES: &[Base] = &[
    Base { name: "nanoserver-ltsc2022", version: "10.0.20348.2700", user: "ContainerUser", layers: &[NANO] },
    Base { name: "nanoserver-ltsc2025", version: "10.0.26100.2314", user: "ContainerUser", layers: &[NANO] },
    Base { name: "servercore-ltsc2022", version: "10.0.20348.2700", user: "", layers: &[NANO, SERVER] },
    Base { name: "servercore-ltsc2025", version: "10.0.26100.2314", user: "", layers: &[NANO, SERVER] },
];

/// Writes the bases, and an index over the two of Nano Server, as an OCI layout.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(root: &Path) -> io::Result<()> {
    let store = Store::create(root).map_err(io::Error::other)?;
    let mut nano = Vec::new();
    for base in BASES {
        let image = image(&store, base)?;
        store.tag(Some(base.name), &image).map_err(io::Error::other)?;
        if base.name.starts_with("nanoserver") {
            nano.push(image);
        }
    }
    nano.reverse();
    let index = store.put_json(media_type::INDEX, &Index::new(nano)).map_err(io::Error::other)?;
    store.tag(Some("nanoserver"), &index).map_err(io::Error::other)?;
    // What only the writing needed.
    fs::remove_dir_all(root.join(".wbuild"))
}

fn image(store: &Store, base: &Base) -> io::Result<Descriptor> {
    let mut platform = Platform::new("windows", "amd64");
    platform.os_version = Some(base.version.to_owned());
    let mut config = ImageConfig::empty(platform.clone());
    let created = "2023-11-14T22:13:20Z".to_owned();
    config.created = Some(created.clone());
    config.config.user = base.user.to_owned();
    config.config.cmd = Some(vec!["c:\\windows\\system32\\cmd.exe".to_owned()]);
    let mut layers = Vec::new();
    for members in base.layers {
        let (layer, diff_id) = layer(store, members)?;
        layers.push(layer);
        config.rootfs.diff_ids.push(diff_id);
        let created_by = Some(if layers.len() == 1 { "Apply image" } else { "Install update" }.to_owned());
        config.history.push(History { created: Some(created.clone()), created_by, ..History::default() });
    }
    let config = store.put_json(media_type::CONFIG, &config).map_err(io::Error::other)?;
    let manifest = Manifest::new(config, layers);
    let mut image = store.put_json(media_type::MANIFEST, &manifest).map_err(io::Error::other)?;
    image.platform = Some(platform);
    Ok(image)
}

fn layer(store: &Store, members: &[Member]) -> io::Result<(Descriptor, wbuild::image::Digest)> {
    let blob = store.writer().map_err(io::Error::other)?;
    let compression = Compression::Gzip(9);
    let (packed, blob) = pack(blob, compression, NonZeroUsize::MIN, &Bar::default(), |packer| -> io::Result<()> {
        for member in members {
            let (header, content) = header(member);
            packer.write_all(&header.encode())?;
            packer.write_all(&content)?;
            packer.write_all(&[0; BLOCK][..content.len().next_multiple_of(BLOCK) - content.len()])?;
        }
        packer.write_all(&[0; 2 * BLOCK])
    })?;
    let (digest, size) = blob.commit(None).map_err(io::Error::other)?;
    Ok((Descriptor::new(compression.media_type(), digest, size), packed.diff_id))
}

/// As Windows exports it.
fn header(member: &Member) -> (Header, Cow<'_, [u8]>) {
    let trusted = "O:TrustedInstallerG:TrustedInstallerD:(A;OICI;FA;;;TrustedInstaller)(A;OICI;FA;;;SY)\
                   (A;OICI;0x1200a9;;;BA)(A;OICI;0x1200a9;;;BU)";
    let guarded = || SecurityDescriptor::from_sddl(trusted).expect("the text is SDDL");
    let directory = SecurityDescriptor::directory;
    let (path, kind, mode, attributes, security, link) = match member {
        Folder(path) => (path, b'5', 0o040_000, 16, directory(), ""),
        Guarded(path) => (path, b'5', 0o040_000, 16, guarded(), ""),
        File(path, _) | Hive(path, _) => (path, b'0', 0o100_000, 32, SecurityDescriptor::file(), ""),
        Junction(path, target) => (path, b'2', 0o120_000, 0x2416, directory(), *target),
        FolderLink(path, target) => (path, b'2', 0o120_000, 0x2416, directory(), *target),
    };
    let content = match member {
        File(_, content) => Cow::Borrowed(content.as_bytes()),
        Hive(_, key) => Cow::Owned(key().hive()),
        _ => Cow::Borrowed(&[][..]),
    };
    let time = || MADE.to_string().into_bytes();
    let mut records = BTreeMap::from([
        ("LIBARCHIVE.creationtime".to_owned(), time()),
        ("MSWINDOWS.fileattr".to_owned(), attributes.to_string().into_bytes()),
        ("MSWINDOWS.rawsd".to_owned(), security.to_base64().into_bytes()),
        ("atime".to_owned(), time()),
        ("ctime".to_owned(), time()),
    ]);
    if matches!(member, Junction(..)) {
        records.insert("MSWINDOWS.mountpoint".to_owned(), b"1".to_vec());
    }
    let header = Header {
        name: path.as_bytes().to_vec(),
        kind,
        mode,
        size: content.len() as u64,
        time: Time::at(MADE),
        link: link.as_bytes().to_vec(),
        records,
        ..Header::default()
    };
    (header, content)
}
