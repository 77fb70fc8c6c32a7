//! The context on scratch folders: what is seen, what is ignored, and what is refused.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use dockerfile::ignorefile::IgnoreFile;

use super::*;

/// A folder with these files; one whose name ends in a slash is a folder.
fn scratch(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        if file.ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file).unwrap();
        }
    }
    folder
}

fn open(root: &Path, ignore: &str, folds: bool) -> Folder {
    Folder::open(root, IgnoreFile::parse(ignore), folds, Arc::new(Digests::default())).unwrap()
}

fn pick(source: &str) -> Pick<'_> {
    Pick { source, exclude: &[], parents: false }
}

/// What is taken, each with its root in front: `src: a.txt b/ b/c.txt`.
fn taken(files: &Folder, pick: Pick) -> Vec<String> {
    let shown = |one: Selected| {
        let below = one.below.iter().map(|node| format!(" {}", one.relative(node)));
        format!("{}={}:{}", one.name, one.root.path, below.collect::<String>())
    };
    select(files, pick).unwrap().into_iter().map(shown).collect()
}

fn fault(files: &Folder, source: &str) -> String {
    select(files, pick(source)).unwrap_err().to_string()
}

#[test]
fn what_the_ignore_file_leaves_out_is_not_there() {
    let folder = scratch(&["a.txt", "bin/x.dll", "bin/keep/y.dll", "obj/z.o", "src/a.b", "src/a/c", "empty/"]);
    let files = open(folder.path(), "bin\n!bin/keep\nobj\n", false);
    let all = "=: a.txt bin bin/keep bin/keep/y.dll empty src src/a src/a/c src/a.b";
    assert_eq!(taken(&files, pick(".")), [all]);
    assert_eq!(taken(&files, pick("./bin/")), ["bin=bin: keep keep/y.dll"]);
    assert_eq!(fault(&files, "obj/z.o"), "obj/z.o is not there: the ignore file leaves it out (`obj`)");
    assert_eq!(fault(&files, "nothing"), "nothing is not there");
    assert_eq!(taken(&files, pick("../../a.txt")), ["a.txt=a.txt:"]);
}

#[test]
fn letter_case_counts_by_the_image_and_not_by_the_host() {
    let folder = scratch(&["Src/App.TXT", "two/a", "two/A"]);
    let windows = open(folder.path(), "", true);
    assert_eq!(taken(&windows, pick(r"C:\src\app.txt")), ["app.txt=Src/App.TXT:"]);
    assert_eq!(taken(&windows, pick("SRC/*.txt")), ["App.TXT=Src/App.TXT:"]);
    let linux = open(folder.path(), "", false);
    assert_eq!(fault(&linux, "src/App.TXT"), "src/App.TXT is not there");
    assert_eq!(taken(&linux, pick("Src/*.txt")), [""; 0]);
    if fs::read_dir(folder.path().join("two")).unwrap().count() == 2 {
        assert_eq!(taken(&windows, pick("two/A")), ["A=two/A:"]);
    }
}

#[test]
fn patterns_match_folder_by_folder() {
    let folder = scratch(&["a/x1.txt", "b/x2.txt", "b/y.md", "b/sub/x3.txt", "c.txt"]);
    let files = open(folder.path(), "", false);
    assert_eq!(taken(&files, pick("*/x?.txt")), ["x1.txt=a/x1.txt:", "x2.txt=b/x2.txt:"]);
    assert_eq!(taken(&files, pick("[ab]")), ["a=a: x1.txt", "b=b: sub sub/x3.txt x2.txt y.md"]);
    assert!(fault(&files, "[").contains("is no pattern"));
    let exclude = ["*.md".to_owned(), "sub".to_owned()];
    assert_eq!(taken(&files, Pick { source: "b", exclude: &exclude, parents: false }), ["b=b: x2.txt"]);
    assert_eq!(taken(&files, Pick { source: "b/*", exclude: &exclude, parents: false }).len(), 2);
}

#[test]
fn parents_are_kept_from_the_pivot_on() {
    let folder = scratch(&["a/b/x.txt", "a/b/y.md", "a/c/z.txt", "d.txt"]);
    let files = open(folder.path(), "", false);
    let parents = |source| Pick { source, exclude: &[], parents: true };
    assert_eq!(taken(&files, parents("a/b/x.txt")), ["=: a a/b a/b/x.txt"]);
    assert_eq!(taken(&files, parents("a/./b")), ["=a: b b/x.txt b/y.md"]);
    assert_eq!(taken(&files, parents("**/*.txt")), ["=: a a/b a/b/x.txt a/c a/c/z.txt d.txt"]);
    assert!(select(&files, parents("a/q.txt")).is_err());
}

#[test]
fn the_own_ignore_file_of_a_dockerfile_comes_first() {
    let folder = scratch(&["Dockerfile", "app.Dockerfile", "a", "b"]);
    let at = |name: &str| folder.path().join(name);
    fs::write(at(".dockerignore"), "a\n").unwrap();
    fs::write(at("app.Dockerfile.dockerignore"), "b\n").unwrap();
    let first = ignore_file(folder.path(), Some(&at("Dockerfile"))).unwrap().0;
    assert!(first.matches("a") && !first.matches("b"));
    let second = ignore_file(folder.path(), Some(&at("app.Dockerfile"))).unwrap().0;
    assert!(second.matches("b") && !second.matches("a"));
    fs::write(at(".dockerignore"), "ok\na\\b\n[\n").unwrap();
    let fault = ignore_file(folder.path(), None).unwrap_err().to_string();
    assert!(fault.contains(".dockerignore:3: a `[...]`"), "{fault}");
    let remote = ignore_file(Path::new("https://example.com/x.git"), None).unwrap_err();
    assert!(remote.to_string().contains("clone"));
    assert!(ignore_file(&at("none"), None).is_err());
}

#[test]
fn digests_are_kept_while_a_file_is_as_it_was() {
    let folder = scratch(&["a", "b"]);
    let kept = folder.path().join("kept/digests");
    let old = SystemTime::now() - Duration::from_secs(60);
    let age = |name: &str| fs::File::options().write(true).open(folder.path().join(name)).unwrap().set_modified(old);
    age("a").unwrap();
    let find = |files: &Folder| {
        let nodes = files.children("").unwrap();
        let digest = |name: &str| files.digest(nodes.iter().find(|node| node.name() == name).unwrap()).unwrap();
        (digest("a"), digest("b"))
    };
    let build = || {
        let digests = Arc::new(Digests::open(&kept));
        let files = Folder::open(folder.path(), IgnoreFile::default(), false, Arc::clone(&digests)).unwrap();
        let found = find(&files);
        digests.save().unwrap();
        found
    };
    let first = build();
    // The young file is not kept; the old one is, and believed as long as its size and times stay.
    let text = fs::read_to_string(&kept).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    fs::write(folder.path().join("a"), "A").unwrap();
    age("a").unwrap();
    assert_eq!(build().0, first.0);
    fs::write(folder.path().join("a"), "AA").unwrap();
    assert_ne!(build().0, first.0);
    fs::write(&kept, "wbuild digests 2\nnonsense").unwrap();
    assert_eq!(build().1, first.1);
}

/// A build keeps one of each for every file that it copies, and there may be very many.
#[cfg(target_pointer_width = "64")]
#[test]
fn what_is_kept_of_a_file_is_small() {
    assert!(size_of::<Node>() <= 56, "{}", size_of::<Node>());
    assert!(size_of::<crate::layer::Entry>() <= 168, "{}", size_of::<crate::layer::Entry>());
}

#[test]
fn a_file_that_changes_meanwhile_is_named() {
    let folder = scratch(&["a"]);
    let files = open(folder.path(), "", false);
    let node = files.children("").unwrap().remove(0);
    fs::write(folder.path().join("a"), "longer").unwrap();
    let fault = files.digest(&node).unwrap_err().to_string();
    assert!(fault.ends_with("a changed while it was read"), "{fault}");
}

/// Windows asks for a privilege before it makes a link.
#[cfg(unix)]
#[test]
fn links_are_followed_inside_and_never_out() {
    use std::os::unix::fs::symlink;
    let folder = scratch(&["real/x", "top"]);
    let link = |target: &str, name: &str| symlink(target, folder.path().join(name)).unwrap();
    link("real", "alias");
    link("../top", "real/up");
    link("/etc/passwd", "absolute");
    link("../outside", "out");
    link("loop", "loop");
    link("nowhere", "dangling");
    let files = open(folder.path(), "", false);
    assert_eq!(taken(&files, pick("alias/")), ["alias=real: up x"]);
    assert_eq!(taken(&files, pick("alias/up")), ["up=top:"]);
    assert!(fault(&files, "absolute").contains("absolute -> /etc/passwd leads out of the context"));
    assert!(fault(&files, "out").contains("leads out"));
    assert!(fault(&files, "loop").contains("40 links"));
    assert_eq!(fault(&files, "dangling"), "dangling is not there");
    let kinds: Vec<_> = files.below("real").unwrap().iter().map(|node| node.kind.clone()).collect();
    assert_eq!(kinds[0], NodeKind::Link { target: "../top".into(), is_dir: Some(false) });
}

/// No folder of Windows has both names.
#[cfg(unix)]
#[test]
fn two_names_that_are_one_to_windows_are_told_apart_by_their_spelling_only() {
    let folder = scratch(&["Aa", "aA"]);
    let files = open(folder.path(), "", true);
    assert!(fault(&files, "aa").contains("aA and Aa") || fault(&files, "aa").contains("Aa and aA"));
    assert_eq!(taken(&files, pick("Aa")), ["Aa=Aa:"]);
}
