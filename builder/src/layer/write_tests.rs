//! The canonical writer: its exact bytes, the same in every order and at every number of threads, and read back.

use std::io::Read;

use proptest::prelude::*;

use super::super::decode::decode;
use super::super::read::{End, Member, Reader};
use super::super::{Content, Posix, Sid};
use super::*;

fn options(flavor: Flavor, compression: Compression, threads: usize) -> Options {
    Options {
        flavor,
        compression,
        latest: Some(Time::at(1_700_000_000)),
        threads: NonZeroUsize::new(threads).unwrap(),
        progress: Bar::default(),
    }
}

fn tar(mut entries: Vec<Entry>, flavor: Flavor) -> Result<Vec<u8>, WriteError> {
    write(&mut entries, &options(flavor, Compression::None, 1), Vec::new()).map(|(_, tar)| tar)
}

fn members(tar: &[u8]) -> Vec<Member> {
    let mut reader = Reader::new(tar);
    let mut found = Vec::new();
    while let Some(member) = reader.next().unwrap() {
        found.push(member);
    }
    assert_eq!(reader.finish().unwrap(), End::Good);
    found
}

fn file(path: &str, text: &str) -> Entry {
    Entry::file(path, Content::bytes(text.as_bytes())).at(Time { seconds: 1_600_000_000, nanos: 123_456_789 })
}

/// Some of everything that a Windows layer can have.
fn windows() -> Vec<Entry> {
    let user = Sid::parse("ContainerUser").unwrap();
    let mut hidden = file("App/settings.json", "{}");
    hidden.attributes = 2;
    vec![
        file("App/é.txt", "hello"),
        hidden,
        Entry::directory("App").at(Time::at(1_800_000_000)),
        Entry::directory("App/Data").secured(SecurityDescriptor::owned_by(&user, None, true)),
        Entry::new("App/link", Kind::Symlink { target: "é.txt".to_owned(), is_dir: false }),
        Entry::new("App/data link", Kind::Symlink { target: "C:\\App\\Data".to_owned(), is_dir: true }),
        Entry::new("Old", Kind::Junction { target: "C:\\App".to_owned() }),
        Entry::new("App/copy", Kind::Hardlink { target: "App/é.txt".to_owned() }),
        Entry::new("App/gone.txt", Kind::Whiteout),
    ]
}

fn linux() -> Vec<Entry> {
    let mut tool = file("usr/bin/tool", "#!/bin/sh\n");
    let xattrs = BTreeMap::from([("security.capability".to_owned(), vec![1, b'\n', 0, 0xff])]);
    tool.posix = Posix { mode: 0o4755, uid: 1000, gid: 3_000_000, xattrs };
    vec![
        tool,
        Entry::directory("usr"),
        Entry::directory("usr/bin"),
        Entry::new("bin", Kind::Symlink { target: "usr/bin".to_owned(), is_dir: false }),
        Entry::new("usr/share", Kind::Whiteout),
        Entry::directory("etc"),
        Entry::new("etc", Kind::Opaque),
    ]
}

#[test]
fn a_windows_layer_has_its_exact_shape() {
    let tar = tar(windows(), Flavor::Windows).unwrap();
    let members = members(&tar);
    let shown: Vec<String> = members
        .iter()
        .map(|member| {
            let (header, text) = (&member.header, |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned());
            let record = |key: &str| header.records.get(key).map_or("-".to_owned(), |value| text(value));
            let keys = header.records.len();
            format!(
                "{} {} {:o} {}.{} {} {keys} >{}",
                char::from(header.kind),
                text(&header.name),
                header.mode,
                header.time.seconds,
                header.time.nanos,
                record("MSWINDOWS.fileattr"),
                text(&header.link)
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "5 Hives 40755 1700000000.0 16 4 >",
            "5 Files 40755 1700000000.0 16 4 >",
            "5 Files/App 40755 1700000000.0 16 5 >",
            "0 Files/App/copy 100644 0.0 32 5 >",
            "5 Files/App/Data 40755 0.0 16 5 >",
            "2 Files/App/data link 120777 0.0 1040 5 >C:\\App\\Data",
            "0 Files/App/.wh.gone.txt 100644 0.0 - 0 >",
            "2 Files/App/link 120777 0.0 1056 5 >é.txt",
            "0 Files/App/settings.json 100644 1600000000.123456700 34 5 >",
            "1 Files/App/é.txt 100644 1600000000.123456700 32 5 >Files/App/copy",
            "2 Files/Old 120777 0.0 1040 6 >C:\\App",
        ]
    );
    let settings = &members[8].header;
    for key in ["atime", "ctime", "LIBARCHIVE.creationtime"] {
        assert_eq!(settings.records[key], b"1600000000.1234567", "{key}");
    }
    assert!(members.iter().all(|member| (member.header.uid, member.header.gid) == (0, 0)));
    assert!(members.iter().all(|member| member.oddities.is_empty()));
}

/// The bytes of each layer, pinned: a change of one is a change of every image that is built.
#[test]
fn layers_have_their_exact_bytes() {
    let digest = |mut entries: Vec<Entry>, flavor, compression| {
        let (packed, blob) = write(&mut entries, &options(flavor, compression, 2), Vec::new()).unwrap();
        (packed.diff_id, Digest::of(&blob))
    };
    let (diff_id, plain) = digest(windows(), Flavor::Windows, Compression::None);
    assert_eq!(diff_id, plain);
    assert_eq!(diff_id.short(), "e593150c0cde");
    assert_eq!(digest(windows(), Flavor::Windows, Compression::Gzip(6)).1.short(), "15f93004f75d");
    assert_eq!(digest(windows(), Flavor::Windows, Compression::Zstd(3)).1.short(), "c952fcaa06d3");
    assert_eq!(digest(linux(), Flavor::Linux, Compression::None).0.short(), "576693d4196f");
}

#[test]
fn a_linux_layer_has_its_exact_shape() {
    let members = members(&tar(linux(), Flavor::Linux).unwrap());
    let shown: Vec<String> = members
        .iter()
        .map(|member| {
            let header = &member.header;
            let name = String::from_utf8_lossy(&header.name);
            format!("{} {name} {:o} {} {}", char::from(header.kind), header.mode, header.uid, header.gid)
        })
        .collect();
    assert_eq!(
        shown,
        [
            "2 bin 777 0 0",
            "5 etc/ 755 0 0",
            "0 etc/.wh..wh..opq 644 0 0",
            "5 usr/ 755 0 0",
            "5 usr/bin/ 755 0 0",
            "0 usr/bin/tool 4755 1000 3000000",
            "0 usr/.wh.share 644 0 0",
        ]
    );
    let tool = &members[5].header;
    assert_eq!(tool.records["SCHILY.xattr.security.capability"], [1, b'\n', 0, 0xff]);
    assert_eq!(tool.time, Time::at(1_600_000_000));
}

#[test]
fn what_cannot_stand_in_a_layer_is_refused() {
    let dir = Entry::directory;
    type Check = fn(&WriteError) -> bool;
    let cases: Vec<(Vec<Entry>, Flavor, Check)> = vec![
        (vec![file("a:b", "")], Flavor::Windows, |error| matches!(error, WriteError::Name { .. })),
        (vec![file("../a", "")], Flavor::Linux, |error| matches!(error, WriteError::Name { .. })),
        (vec![dir("App"), file("app", "")], Flavor::Windows, |error| matches!(error, WriteError::Case { .. })),
        (
            vec![dir("App"), file("App/x", ""), dir("app"), file("app/y", "")],
            Flavor::Windows,
            |error| matches!(error, WriteError::Case { first, second } if first == "App" && second == "app"),
        ),
        (
            vec![dir("a"), dir("a/b"), file("a/b/x", ""), file("a/c", ""), file("a/B", ""), dir("d")],
            Flavor::Windows,
            |error| matches!(error, WriteError::Case { first, second } if first == "a/B" && second == "a/b"),
        ),
        (vec![file("a/b", "")], Flavor::Windows, |error| matches!(error, WriteError::NoParent { .. })),
        (vec![dir("App"), file("app/x", "")], Flavor::Windows, |error| matches!(error, WriteError::NoParent { .. })),
        (
            vec![file("a", ""), file("a/b", "")],
            Flavor::Linux,
            |error| matches!(error, WriteError::ParentNotDirectory { parent, .. } if parent == "a"),
        ),
        (vec![dir("a"), Entry::new("a", Kind::Opaque)], Flavor::Windows, |error| {
            matches!(error, WriteError::Opaque { .. })
        }),
        (vec![Entry::new("a", Kind::Junction { target: "b".to_owned() })], Flavor::Linux, |error| {
            matches!(error, WriteError::Junction { .. })
        }),
    ];
    for (entries, flavor, is_right) in cases {
        let error = tar(entries, flavor).unwrap_err();
        assert!(is_right(&error), "{error:?}");
    }
    assert!(tar(vec![dir("App"), file("App/CON", ""), file("app", "")], Flavor::Linux).is_ok());
}

#[test]
fn of_two_entries_with_one_path_the_later_counts() {
    let tar = tar(vec![file("a", "first"), Entry::directory("b"), file("a", "second!")], Flavor::Linux).unwrap();
    let members = members(&tar);
    assert_eq!(members.iter().map(|member| member.header.size).collect::<Vec<_>>(), [7, 0]);
}

/// A disk that is full after some bytes.
struct Full(usize);

impl Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let taken = bytes.len().min(self.0);
        self.0 -= taken;
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_ends_the_writing_wherever_it_comes() {
    for room in [0, 5, 10, 1000, 1_500_000] {
        let noise: Vec<u8> = (0_u32..500_000).flat_map(|at| at.wrapping_mul(2_654_435_761).to_be_bytes()).collect();
        let mut entries = vec![Entry::file("big", Content::bytes(noise))];
        let error =
            write(&mut entries, &options(Flavor::Windows, Compression::Gzip(1), 2), Full(room)).map(drop).unwrap_err();
        assert!(matches!(&error, WriteError::Io(error) if error.kind() == io::ErrorKind::StorageFull), "{error:?}");
    }
}

#[test]
fn a_file_that_changes_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x");
    std::fs::write(&path, "now longer").unwrap();
    let content = Content::File { path: path.into(), size: 3, modified: None };
    let error = tar(vec![Entry::directory("App"), Entry::file("App/x", content)], Flavor::Windows).unwrap_err();
    assert!(matches!(error, WriteError::Content { path, .. } if path == "App/x"));
}

/// Entries of a few folders with files of a few sizes, one of them over several blocks.
fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let size = prop_oneof![9 => 0..2000_usize, 1 => Just(1 << 20), 1 => Just(1_100_000)];
    let files = prop::collection::vec(("[a-cA-C]{1,2}", "[d-f]{1,2}", size, any::<u8>()), 0..4);
    files.prop_map(|files| {
        let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
        for (folder, name, size, byte) in files {
            let folder = folder.to_lowercase();
            let bytes: Vec<u8> = (0..size).map(|at| byte.wrapping_add((at / 7) as u8)).collect();
            entries.insert(folder.clone(), Entry::directory(folder.as_str()));
            let path = format!("{folder}/{name}");
            entries.insert(path.clone(), Entry::file(path, Content::bytes(bytes)));
        }
        entries.into_values().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_threads_change_a_byte(
        entries in entries(),
        turn in 0..6_usize,
        compression in prop_oneof![Just(Compression::Gzip(6)), Just(Compression::Gzip(0)), Just(Compression::Zstd(3))],
    ) {
        let mut turned = entries.clone();
        turned.reverse();
        let at = turn.min(turned.len());
        turned.rotate_left(at);
        let written = |entries: &[Entry], threads| {
            write(&mut entries.to_vec(), &options(Flavor::Windows, compression, threads), Vec::new()).unwrap()
        };
        let first = written(&entries, 1);
        prop_assert_eq!(&written(&turned, 2), &first);
        prop_assert_eq!(&written(&turned, 7), &first);
        let mut unpacked = Vec::new();
        decode(&first.1[..]).unwrap().1.read_to_end(&mut unpacked).unwrap();
        prop_assert_eq!(Digest::of(&unpacked), first.0.diff_id);
        prop_assert_eq!(members(&unpacked).len(), entries.len() + 2);
    }
}
