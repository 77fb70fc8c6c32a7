//! The index of a layer and the tree of several, on layers that the writer writes and on some that it would not.

use std::io::Read;
use std::num::NonZeroUsize;

use proptest::prelude::*;

use super::super::header::{BLOCK, Header};
use super::super::{Compression, Options, SecurityDescriptor, Time, write};
use super::*;
use crate::progress::Bar;

/// An uncompressed layer in memory.
struct Bytes(Vec<u8>);

impl Ranges for Bytes {
    fn range(&self, offset: u64, size: u64) -> std::io::Result<Box<dyn Read + Send + '_>> {
        let offset = usize::try_from(offset).unwrap();
        Ok(Box::new(&self.0[offset..offset + usize::try_from(size).unwrap()]))
    }
}

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

fn tree(flavor: Flavor, layers: Vec<Vec<Entry>>) -> Tree {
    let mut tree = Tree::new(flavor);
    for entries in layers {
        push(&mut tree, layer(entries, flavor));
    }
    tree
}

fn push(tree: &mut Tree, tar: Vec<u8>) {
    let (index, _) = Index::scan(&tar[..], tree.flavor()).unwrap();
    let kept = Index::from_bytes(&index.to_bytes()).unwrap();
    assert_eq!(kept, index);
    tree.push(Arc::new(kept), Some(Arc::new(Bytes(tar))));
}

fn file(path: &str, text: &str) -> Entry {
    Entry::file(path, Content::bytes(text.as_bytes()))
}

fn text(tree: &Tree, path: &str) -> String {
    let entry = tree.entry(tree.get(path).unwrap()).unwrap();
    let Kind::File(content) = entry.kind else { panic!("{path} is no file") };
    let mut all = Vec::new();
    let keep = |bytes: &[u8]| {
        all.extend_from_slice(bytes);
        Ok(())
    };
    content.read_into(&mut [0; 7], keep).unwrap();
    String::from_utf8(all).unwrap()
}

fn paths(found: &[Found<'_>]) -> Vec<String> {
    found.iter().map(|found| found.node.path.to_string()).collect()
}

#[test]
fn upper_layers_hide_lower_ones() {
    let whiteout = |path: &str| Entry::new(path, Kind::Whiteout);
    let tree = tree(
        Flavor::Windows,
        vec![
            vec![
                Entry::directory("App"),
                file("App/a.txt", "old"),
                file("App/b.txt", "b"),
                Entry::directory("App/sub"),
                file("App/sub/c", "c"),
                Entry::directory("Gone"),
                file("Gone/d", "d"),
            ],
            vec![
                Entry::directory("app"),
                file("app/A.TXT", "new"),
                whiteout("app/B.txt"),
                whiteout("gone"),
                Entry::directory("Gone"),
                file("Gone/e", "e"),
                file("App.log", "l"),
            ],
        ],
    );
    assert_eq!(text(&tree, "APP/a.txt"), "new");
    assert!(tree.get("App/b.txt").is_none() && tree.get("Gone/d").is_none());
    assert_eq!(text(&tree, "app/SUB/c"), "c");
    assert_eq!(paths(&tree.children("")), ["app", "App.log", "Gone"]);
    assert_eq!(paths(&tree.children("APP")), ["app/A.TXT", "App/sub"]);
    assert_eq!(paths(&tree.walk("gone")), ["Gone", "Gone/e"]);
    assert!(paths(&tree.walk("")).contains(&"App/sub/c".to_owned()));
}

#[test]
fn opaque_folders_hide_on_linux_and_case_matters_there() {
    let tree = tree(
        Flavor::Linux,
        vec![
            vec![Entry::directory("a"), file("a/x", "x"), file("A", "other")],
            vec![Entry::directory("a"), Entry::new("a", Kind::Opaque), file("a/y", "y")],
            vec![file("b", "b"), Entry::new("A", Kind::Whiteout)],
        ],
    );
    assert_eq!(paths(&tree.children("a")), ["a/y"]);
    assert!(tree.get("a/x").is_none() && tree.get("A").is_none());
    assert_eq!(paths(&tree.walk("")), ["a", "a/y", "b"]);
}

#[test]
fn a_file_in_place_of_a_folder_hides_what_was_in_it() {
    let below = vec![Entry::directory("a"), file("a/x", "x")];
    let tree = tree(Flavor::Windows, vec![below, vec![file("A", "now a file")]]);
    assert!(tree.get("a/x").is_none());
    assert!(tree.children("a").is_empty());
    assert_eq!(tree.resolve("a/x", true), Err(ResolveError::NotDirectory { path: "A".to_owned() }));
}

#[test]
fn links_are_followed_in_the_spelling_of_the_layers() {
    let symlink =
        |path: &str, target: &str| Entry::new(path, Kind::Symlink { target: target.to_owned(), is_dir: true });
    let junction = |path: &str, target: &str| Entry::new(path, Kind::Junction { target: target.to_owned() });
    let tree = tree(
        Flavor::Windows,
        vec![vec![
            Entry::directory("Users"),
            Entry::directory("Users/Public"),
            junction("Documents and Settings", "C:\\Users"),
            symlink("Users/All", "Public"),
            symlink("Users/Up", "..\\users\\PUBLIC"),
            symlink("Users/Long", "\\\\?\\C:\\Users"),
            symlink("one", "two"),
            symlink("two", "one"),
            symlink("D", "D:\\data"),
            symlink("share", "\\\\host\\share"),
            symlink("volume", "\\\\?\\Volume{1}\\x"),
        ]],
    );
    let resolve = |path: &str| tree.resolve(path, true);
    for (path, expected) in [
        ("documents and settings/public/new/File", "Users/Public/new/File"),
        ("users/all", "Users/Public"),
        ("users/up/x", "Users/Public/x"),
        ("users/long/long/all", "Users/Public"),
        ("Users/../users/./nothing", "Users/nothing"),
        ("../..", ""),
    ] {
        assert_eq!(resolve(path).as_deref(), Ok(expected), "{path}");
    }
    assert_eq!(tree.resolve("USERS/all", false).as_deref(), Ok("Users/All"));
    assert!(matches!(resolve("one/x"), Err(ResolveError::Circle { .. })));
    for elsewhere in ["D", "share", "volume"] {
        assert!(matches!(resolve(elsewhere), Err(ResolveError::Elsewhere { .. })), "{elsewhere}");
    }
}

#[test]
fn hard_links_have_the_content_of_their_file() {
    let link = |path: &str, target: &str| Entry::new(path, Kind::Hardlink { target: target.to_owned() });
    let tree = tree(
        Flavor::Windows,
        vec![vec![file("m", "text"), link("z", "m"), link("a", "m"), link("b", "m")], vec![link("later", "b")]],
    );
    for path in ["a", "b", "m", "z", "later"] {
        assert_eq!(text(&tree, path), "text", "{path}");
    }
    assert_eq!(tree.get("a").unwrap().node.kind, NodeKind::File);
}

#[test]
fn parents_come_from_the_layers_below_with_what_they_allow() {
    let secured = SecurityDescriptor::from_sddl("O:SYG:SY").unwrap();
    let mut windows = Entry::directory("Windows").at(Time::at(7)).secured(secured);
    windows.attributes = 4;
    let tree = tree(Flavor::Windows, vec![vec![windows]]);
    let entries = vec![file("windows/New/Deep/x", "x"), Entry::directory("windows/New")];
    let mut parents = tree.parents(&entries, Time::at(9));
    parents.sort_by(|left, right| left.path.cmp(&right.path));
    assert_eq!(parents.iter().map(|entry| &*entry.path).collect::<Vec<_>>(), ["windows", "windows/New/Deep"]);
    assert_eq!(format!("{:?}", parents[0].security), format!("{:?}", tree.get("Windows").unwrap().node.security));
    assert_eq!((parents[0].attributes, parents[0].time), (4 | 16, Time::at(7)));
    assert_eq!((parents[1].security.clone(), parents[1].time), (None, Time::at(9)));
}

#[test]
fn folders_that_a_tool_left_out_are_there_and_hide_nothing() {
    let mut tar = Header { name: b"./Files/App/new/x".to_vec(), kind: b'0', ..Header::default() }.encode();
    tar.extend(Header { name: b"Hives/Software_Delta".to_vec(), kind: b'0', ..Header::default() }.encode());
    tar.extend(Header { name: b"Files/../../etc".to_vec(), kind: b'0', ..Header::default() }.encode());
    tar.extend([0; 2 * BLOCK]);
    let mut app = Entry::directory("app");
    app.attributes = 2;
    let mut tree = tree(Flavor::Windows, vec![vec![app]]);
    push(&mut tree, tar);
    assert!(tree.layers[1].index.has_hives && !tree.layers[1].index.has_utility_vm);
    assert_eq!(paths(&tree.walk("")), ["", "app", "App/new", "App/new/x"]);
    assert_eq!(tree.get("App").unwrap().node.attributes, 2 | 16);
}

proptest! {
    #[test]
    fn a_damaged_index_is_not_taken(at in 0..200_usize, byte: u8) {
        let tar = layer(vec![Entry::directory("a"), file("a/x", "x")], Flavor::Linux);
        let mut bytes = Index::scan(&tar[..], Flavor::Linux).unwrap().0.to_bytes();
        let at = at % bytes.len();
        let before = std::mem::replace(&mut bytes[at], byte);
        prop_assert!(before == byte || Index::from_bytes(&bytes).is_none());
        prop_assert!(Index::from_bytes(&bytes[..at]).is_none());
    }
}
