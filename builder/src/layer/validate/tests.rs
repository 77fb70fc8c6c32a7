//! Each defect of a layer, in the smallest layer that has it.

use std::num::NonZeroUsize;

use super::super::header::BLOCK;
use super::super::{Compression, Content, Entry, Kind, Options, SecurityDescriptor, write};
use super::*;
use crate::layer::defect::Severity;
use crate::progress::Bar;

/// A tar of these headers, each with all times.
fn tar(headers: &[Header]) -> Vec<u8> {
    let mut out = Vec::new();
    for header in headers {
        let mut header = header.clone();
        for key in ["atime", "ctime"] {
            header.records.insert(key.to_owned(), b"1".to_vec());
        }
        out.extend(header.encode());
        out.resize(out.len() + usize::try_from(header.size).unwrap().next_multiple_of(BLOCK), 0);
    }
    out.extend([0; 2 * BLOCK]);
    out
}

fn of(kind: u8, name: &str) -> Header {
    Header { name: name.into(), kind, ..Header::default() }
}

fn dir(name: &str) -> Header {
    of(b'5', name)
}

fn file(name: &str) -> Header {
    of(b'0', name)
}

fn link(kind: u8, name: &str, target: &str, attributes: &str) -> Header {
    let mut header = Header { link: target.into(), ..of(kind, name) };
    if !attributes.is_empty() {
        header.records.insert("MSWINDOWS.fileattr".to_owned(), attributes.into());
    }
    header
}

/// A base with the registry, a folder and a file.
fn base() -> Vec<Header> {
    let folders = ["Hives", "Files", "Files/Windows", "Files/Windows/System32", "Files/Windows/System32/config"];
    let hives = ["DEFAULT", "SAM", "SECURITY", "SOFTWARE", "SYSTEM"];
    let mut headers: Vec<Header> = folders.iter().map(|path| dir(path)).collect();
    headers.extend(hives.iter().map(|hive| file(&format!("Files/Windows/System32/config/{hive}"))));
    headers.extend(["UtilityVM", "UtilityVM/Files", "UtilityVM/Files/EFI"].map(dir));
    headers.extend(["UtilityVM/Files/EFI/Microsoft", "UtilityVM/Files/EFI/Microsoft/Boot"].map(dir));
    headers.push(file("UtilityVM/Files/EFI/Microsoft/Boot/BCD"));
    headers.extend([dir("Files/App"), file("Files/App/a.txt")]);
    headers
}

/// The codes that are found in a layer on top of the base.
fn codes_of(layer: &[u8]) -> Vec<&'static str> {
    let mut checker = Checker::new(Flavor::Windows);
    let mut defects = Defects::default();
    checker.layer(&tar(&base())[..], &mut defects);
    assert_eq!(defects.named(), [], "the base is in order");
    checker.layer(layer, &mut defects);
    assert!(defects.named().iter().all(|defect| defect.layer == Some(1)));
    defects.named().iter().map(|defect| defect.code.id).collect()
}

fn codes(headers: &[Header]) -> Vec<&'static str> {
    codes_of(&tar(&[&[dir("Hives"), dir("Files")], headers].concat()))
}

#[test]
fn each_defect_of_a_name_has_its_code() {
    let long = format!("Files/{}", "n".repeat(256));
    let deep = format!("Files/App/{}/x", "n".repeat(255));
    let cases: &[(&str, &[&str])] = &[
        ("Files/C:/x", &["WL001", "WL015"]),
        ("C:/x", &["WL001", "WL015"]),
        ("Files/a\\b", &["WL002"]),
        ("/Files/a", &["WL003"]),
        ("Files/../a", &["WL004"]),
        ("Files/a?", &["WL006"]),
        ("Files/aux.txt", &["WL007"]),
        ("Files/a.", &["WL008"]),
        ("Files/a.$wcidirs$", &["WL009"]),
        (&long, &["WL010"]),
        (&deep, &["WL012", "WL015"]),
        ("Files/None/x", &["WL015"]),
        ("Files/App/a.txt/x", &["WL017"]),
        ("Files/.wh..wh..opq", &["WL020"]),
        ("Hives/.wh.System_Delta", &["WL032", "WL019"]),
        ("Files/App/a.txt:Zone.Identifier", &["WL021"]),
        ("Hives/System_Delta", &[]),
        ("Hives/Other_Delta", &["WL032"]),
        ("UtilityVM/Windows", &["WL033"]),
        ("app/x", &["WL034", "WL015"]),
        ("Files/App/.wh.a.txt", &[]),
        ("Files/App/b", &[]),
        ("./Files/app/B", &[]),
    ];
    for (name, expected) in cases {
        assert_eq!(codes(&[file(name)]), *expected, "{name}");
    }
    let not_utf8 = Header { name: b"Files/\xff".to_vec(), ..file("") };
    assert_eq!(codes(&[not_utf8]), ["WL005"]);
}

#[test]
fn each_defect_of_a_place_or_a_kind_has_its_code() {
    assert_eq!(codes(&[file("Files/x"), file("Files/X")]), ["WL013"]);
    assert_eq!(codes(&[file("Files/x"), file("Files/x")]), ["WL014"]);
    assert_eq!(codes(&[file("Files/New/x"), dir("Files/New")]), ["WL016"]);
    assert_eq!(codes(&[link(b'2', "Files/l", "App", "1040"), file("Files/l/x")]), ["WL017"]);
    assert_eq!(codes(&[of(b'6', "Files/pipe")]), ["WL018"]);
    assert_eq!(codes(&[link(b'2', "Files/l", "Files/App/a.txt", "1056")]), ["WL022"]);
    // As BuildKit writes a link to a folder: with the layer's own, and without its kind.
    assert_eq!(codes(&[link(b'2', "Files/App/l", "Files\\a.txt", "")]), ["WL022"]);
    assert_eq!(codes(&[dir("Files/App/d"), link(b'2', "Files/App/l", "Files/d", "")]), ["WL022", "WL023"]);
    assert_eq!(codes(&[link(b'2', "Files/l", "C:\\App", "1056")]), ["WL023"]);
    assert_eq!(codes(&[link(b'2', "Files/App/l", "a.txt", "1040")]), ["WL023"]);
    assert_eq!(codes(&[link(b'2', "Files/App/l", "..\\app\\A.TXT", "1056")]), [""; 0]);
    assert_eq!(codes(&[link(b'1', "Files/h", "Files/later", ""), file("Files/later")]), ["WL024"]);
    assert_eq!(codes(&[link(b'1', "Files/h", "App/a.txt", "")]), ["WL024"]);
    assert_eq!(codes(&[link(b'1', "Files/h", "Files/App/a.txt", "")]), [""; 0]);
    assert_eq!(codes(&[link(b'0', "Files/x", "", "16")]), ["WL028"]);
    assert_eq!(codes(&[link(b'0', "Files/x", "", "x")]), ["WL028"]);
    let mut secured = file("Files/x");
    secured.records.insert("MSWINDOWS.rawsd".to_owned(), b"AQAE".to_vec());
    assert_eq!(codes(&[secured]), ["WL027"]);
    assert_eq!(codes(&[of(b'S', "Files/x")]), ["WL038"]);
}

#[test]
fn a_missing_folder_is_named_as_it_is_spelt_in_the_layer() {
    // Folded, the first name is longer than it is here, and the second one shorter.
    for folder in ["Files/\u{250}\u{250}", "Files/\u{1fbe}\u{131}"] {
        let mut defects = Defects::default();
        let layer = tar(&[dir("Hives"), dir("Files"), file(&format!("{folder}/\u{e9}"))]);
        let mut checker = Checker::new(Flavor::Windows);
        checker.layer(&tar(&base())[..], &mut defects);
        checker.layer(&layer[..], &mut defects);
        let found: Vec<_> = defects.named().iter().map(|defect| (defect.code.id, defect.detail.clone())).collect();
        assert_eq!(found, [("WL015", format!("there is no entry for `{folder}`"))]);
    }
}

#[test]
fn each_defect_of_a_whole_layer_has_its_code() {
    assert_eq!(codes_of(&tar(&[dir("Files")])), ["WL029"]);
    assert_eq!(codes_of(&tar(&[dir("Hives")])), ["WL030"]);
    let good = tar(&[dir("Hives"), dir("Files")]);
    assert_eq!(codes_of(&good), [""; 0]);
    assert_eq!(codes_of(&good[..good.len() - 2 * BLOCK]), ["WL040"]);
    assert_eq!(codes_of(&[&good[..], b"x"].concat()), ["WL041"]);
    let cut = Checker::new(Flavor::Windows).layer(&good[..2000], &mut Defects::default());
    assert!(matches!(cut.fault, Some(ReadError::Truncated { offset: 2000 })) && cut.diff_id.is_none());
    let global = Header { kind: b'g', size: 0, ..Header::default() }.encode();
    assert_eq!(codes_of(&[&global, &good[..]].concat()), ["WL037"]);
    let bare = [dir("Hives").encode(), dir("Files").encode(), vec![0; 2 * BLOCK]].concat();
    assert_eq!(codes_of(&bare), ["WL025", "WL025"]);
    let mut long = Header { kind: b'L', size: 8, ..Header::default() }.encode();
    long.extend_from_slice(b"Files/x\0");
    long.resize(2 * BLOCK, 0);
    let (head, end) = good.split_at(good.len() - 2 * BLOCK);
    assert_eq!(codes_of(&[head, &long, &file("short").encode(), end].concat()), ["WL036", "WL025"]);
}

#[test]
fn a_base_needs_its_registry_and_removes_nothing() {
    let mut defects = Defects::default();
    let layer = tar(&[dir("Hives"), dir("Files"), file("Files/.wh.x")]);
    Checker::new(Flavor::Windows).layer(&layer[..], &mut defects);
    let found: Vec<&str> = defects.named().iter().map(|defect| defect.code.id).collect();
    assert_eq!(found, ["WL035", "WL031", "WL043"]);
    assert_eq!(defects.count(Severity::Warning), 1);
}

#[test]
fn what_the_writer_writes_is_in_order() {
    let mut entries = vec![
        Entry::directory("App"),
        Entry::file("App/b.txt", Content::bytes(*b"b")),
        Entry::new("App/link", Kind::Symlink { target: "b.txt".to_owned(), is_dir: false }),
        Entry::new("Old", Kind::Junction { target: "C:\\App".to_owned() }),
        Entry::new("App/a.txt", Kind::Whiteout),
        Entry::new("App/hard", Kind::Hardlink { target: "App/b.txt".to_owned() }),
    ];
    let options = Options {
        flavor: Flavor::Windows,
        compression: Compression::None,
        latest: None,
        threads: NonZeroUsize::MIN,
        progress: Bar::default(),
    };
    let (packed, layer) = write(&mut entries, &options, Vec::new()).unwrap();
    assert_eq!(codes_of(&layer), [""; 0]);
    let facts = Checker::new(Flavor::Windows).layer(&layer[..], &mut Defects::default());
    assert_eq!((facts.diff_id, facts.size, facts.entries), (Some(packed.diff_id), packed.size, 8));
}

#[test]
fn a_folder_of_a_layer_below_keeps_its_security_descriptor() {
    let secured = |path: &str, kind, descriptor: &SecurityDescriptor| {
        let mut header = of(kind, path);
        header.records.insert("MSWINDOWS.rawsd".to_owned(), descriptor.to_base64().into_bytes());
        header
    };
    let roots = || vec![dir("Hives"), dir("Files")];
    let (narrow, usual) = (SecurityDescriptor::from_sddl("O:BAG:BA").unwrap(), SecurityDescriptor::directory());
    let codes = |layers: &[Vec<Header>]| {
        let mut checker = Checker::new(Flavor::Windows);
        let mut defects = Defects::default();
        for headers in layers {
            checker.layer(&tar(&[roots(), headers.clone()].concat())[..], &mut defects);
        }
        let found = defects.named().iter().filter(|defect| defect.code.id == "WL044");
        found.map(|defect| (defect.layer, defect.entry.clone().unwrap())).collect::<Vec<_>>()
    };
    let base = vec![secured("Files/App", b'5', &narrow), secured("Files/x", b'0', &narrow)];
    assert_eq!(codes(&[base.clone(), vec![secured("Files/app", b'5', &usual)]]), [(Some(1), "Files/app".to_owned())]);
    assert_eq!(codes(&[base.clone(), vec![secured("Files/app", b'5', &narrow)]]), []);
    assert_eq!(codes(&[base.clone(), vec![dir("Files/App")]]), []);
    // A file is a new one, and so is a folder in the place of one that was removed.
    assert_eq!(codes(&[base.clone(), vec![secured("Files/x", b'0', &usual)]]), []);
    assert_eq!(codes(&[base, vec![file("Files/.wh.App"), secured("Files/App", b'5', &usual)]]), []);
}
