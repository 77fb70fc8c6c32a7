//! The index of a layer, on layers that the writer writes and on some that it would not.

use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::super::header::{BLOCK, Header};
use super::super::{Compression, Options, write};
use super::*;
use crate::progress::Bar;

fn layer(mut entries: Vec<Entry>, flavor: Flavor) -> Vec<u8> {
    let options = Options {
        flavor,
        compression: Compression::None,
        latest: None,
        threads: NonZeroUsize::MIN,
        progress: Bar::default(),
    };
    write(&mut entries, &options, Vec::new()).unwrap().1
}

fn index(tar: &[u8], flavor: Flavor) -> Index {
    let (index, _) = Index::scan(tar, flavor).unwrap();
    assert_eq!(Index::from_bytes(&index.to_bytes()).unwrap(), index);
    index
}

fn file(path: &str) -> Entry {
    Entry::file(path, Content::bytes(*b"x"))
}

fn children(index: &Index, folder: &str) -> Vec<String> {
    index.children(&key(index.flavor, folder)).map(|(_, node)| node.path.to_string()).collect()
}

fn removed_in(index: &Index, folder: &str) -> Vec<String> {
    index.removed_in(&key(index.flavor, folder)).map(|key| key.replace('\0', "/")).collect()
}

#[test]
fn a_folder_has_what_stands_directly_in_it_and_letter_case_does_not_matter_on_windows() {
    let whiteout = |path: &str| Entry::new(path, Kind::Whiteout);
    let entries = vec![
        Entry::directory("App"),
        file("App/a.txt"),
        Entry::directory("App/sub"),
        file("App/sub/c"),
        file("App/sub.txt"),
        whiteout("App/B.txt"),
        whiteout("App/sub/d"),
        whiteout("Gone"),
        file("App.log"),
    ];
    let index = index(&layer(entries, Flavor::Windows), Flavor::Windows);
    assert_eq!(children(&index, ""), ["App", "App.log"]);
    assert_eq!(children(&index, "APP"), ["App/a.txt", "App/sub", "App/sub.txt"]);
    assert_eq!(children(&index, "app/a.txt"), [""; 0]);
    assert_eq!(index.get("aPP/SUB/c").map(|node| &*node.path), Some("App/sub/c"));
    assert_eq!(
        (removed_in(&index, "").concat(), removed_in(&index, "app").concat()),
        (name::fold("gone"), name::fold("app/b.txt"))
    );
    let is_removed = |path: &str| index.is_removed(&key(Flavor::Windows, path));
    assert!(is_removed("GONE") && is_removed("app/sub/D") && !is_removed("App") && !is_removed("Gone/x"));
}

#[test]
fn opaque_folders_hide_on_linux_and_case_matters_there() {
    let entries =
        vec![Entry::directory("a"), Entry::new("a", Kind::Opaque), file("a/y"), file("A"), Entry::directory("b")];
    let index = index(&layer(entries, Flavor::Linux), Flavor::Linux);
    assert!(index.is_opaque("a") && !index.is_opaque("b") && !index.is_opaque("A"));
    assert_eq!(
        (children(&index, "a"), children(&index, "")),
        (vec!["a/y".to_owned()], ["A", "a", "b"].map(str::to_owned).to_vec())
    );
    assert_eq!(index.get("A").map(|node| &node.kind), Some(&NodeKind::File));
}

#[test]
fn folders_that_a_tool_left_out_are_implied() {
    let mut tar = Header { name: b"./Files/App/new/x".to_vec(), kind: b'0', ..Header::default() }.encode();
    tar.extend(Header { name: b"Hives/Software_Delta".to_vec(), kind: b'0', ..Header::default() }.encode());
    tar.extend(Header { name: b"Files/../../etc".to_vec(), kind: b'0', ..Header::default() }.encode());
    tar.extend([0; 2 * BLOCK]);
    let index = index(&tar, Flavor::Windows);
    assert!(!index.hives.is_empty() && !index.has_utility_vm);
    let nodes: Vec<_> = index.nodes().iter().map(|node| (&*node.path, node.is_implied)).collect();
    assert_eq!(nodes, [("App", true), ("App/new", true), ("App/new/x", false)]);
}

#[test]
fn a_path_that_leads_through_folders_without_end_is_not_indexed() {
    let name = format!("Files/{}x", "a/".repeat(100_000));
    let mut tar = Header { name: name.into(), kind: b'0', ..Header::default() }.encode();
    tar.extend([0; 2 * BLOCK]);
    let error = Index::scan(&tar[..], Flavor::Windows).unwrap_err();
    assert!(matches!(error, ReadError::Beyond { length: 200_007, .. }), "{error}");
}

#[test]
fn a_hard_link_names_its_file_below_the_root_of_the_drive() {
    let link = |path: &str, target: &str| Entry::new(path, Kind::Hardlink { target: target.to_owned() });
    let index = index(&layer(vec![file("m"), link("z", "m")], Flavor::Windows), Flavor::Windows);
    assert_eq!(index.get("z").unwrap().kind, NodeKind::Hardlink { target: "m".into() });
}

proptest! {
    #[test]
    fn a_damaged_index_is_not_taken(at in 0..200_usize, byte: u8) {
        let tar = layer(vec![Entry::directory("a"), file("a/x")], Flavor::Linux);
        let mut bytes = Index::scan(&tar[..], Flavor::Linux).unwrap().0.to_bytes();
        let at = at % bytes.len();
        let before = std::mem::replace(&mut bytes[at], byte);
        prop_assert!(before == byte || Index::from_bytes(&bytes).is_none());
        prop_assert!(Index::from_bytes(&bytes[..at]).is_none());
    }
}
