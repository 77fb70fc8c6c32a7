//! Lowered steps on small trees, and what they leave.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use super::*;
use crate::build::owner::Owner;
use crate::build::view::{Fresh, View};
use crate::layer::{Flavor, Time};
use crate::plan::{Algorithm, Hash, Placement};
use crate::progress::Progress;

fn tree() -> Tree {
    let file = |path: &str| Entry::file(path, Content::bytes(path.as_bytes()));
    let installer = Sid::parse("TrustedInstaller").unwrap();
    let entries = [
        Entry::directory("Windows"),
        file("Windows/kernel.dll").secured(SecurityDescriptor::owned_by(&installer, None, false)),
        Entry::directory("Data"),
        file("Data/a.txt"),
        file("Data/b.TXT"),
        file("Data/c.md"),
        Entry::directory("Data/Sub"),
        file("Data/Sub/deep.txt"),
        Entry::new("Link", Kind::Junction { target: "C:\\Data".to_owned() }),
    ];
    Tree::new(View::new(vec![Arc::new(Fresh::new(entries, Flavor::Windows))]), Flavor::Windows)
}

/// Carries the operations out; gives what there is afterwards, or why it ended.
fn after(operations: &[FileOp]) -> Result<String, String> {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("store")).unwrap();
    let mut tree = tree();
    let owner = Owner::default();
    let mut target = Target { tree: &mut tree, owner, mode: None, time: Time::at(1), placed: BTreeMap::new() };
    for operation in operations {
        run(&mut target, operation, &store, &Shown { progress: &Progress::silent(), mask: &str::to_owned })
            .map_err(|error| error.to_string())?;
    }
    let shown = |entry: &Entry| match &entry.kind {
        Kind::Directory => format!("{}/", entry.path),
        _ => entry.path.clone(),
    };
    let all = target.tree.entries_below("");
    Ok(all.iter().filter(|entry| !entry.path.starts_with("Windows")).map(shown).collect::<Vec<_>>().join(" "))
}

const ALL: &str = "Data/ Data/a.txt Data/b.TXT Data/c.md Data/Sub/ Data/Sub/deep.txt Link";

fn make_dir(path: &str, exists: IfExists) -> FileOp {
    FileOp::MakeDir { path: path.to_owned(), exists }
}

fn copy(from: &str, to: &str, into: Into, recurse: bool) -> FileOp {
    let (exists, missing) = (IfExists::Replace, IfMissing::Fail);
    FileOp::Copy { from: from.to_owned(), to: to.to_owned(), into, recurse, exists, missing }
}

fn rename(from: &str, to: &str, into: Into) -> FileOp {
    let (exists, missing) = (IfExists::Fail, IfMissing::Fail);
    FileOp::Move { from: from.to_owned(), to: to.to_owned(), into, exists, missing }
}

fn remove(path: &str, folders: bool, recurse: bool, missing: IfMissing) -> FileOp {
    FileOp::Remove { path: path.to_owned(), folders, recurse, missing }
}

#[test]
fn folders_are_made_with_those_above() {
    let all = after(&[make_dir(r"C:\data\New\X", IfExists::Fail), make_dir(r"C:\DATA", IfExists::Keep)]).unwrap();
    assert!(all.contains("Data/New/ Data/New/X/ Data/Sub/"), "{all}");
    assert!(after(&[make_dir(r"C:\data", IfExists::Fail)]).unwrap_err().contains("there already"));
    assert!(after(&[make_dir(r"C:\data\a.txt\x", IfExists::Keep)]).unwrap_err().contains("no folder"));
    // Through the junction.
    assert!(after(&[make_dir(r"C:\Link\n", IfExists::Keep)]).unwrap().contains("Data/n/"));
}

#[test]
fn copies_read_patterns_as_the_shell_does() {
    let copied = |from: &str, to: &str, into, recurse| after(&[copy(from, to, into, recurse)]);
    assert_eq!(
        copied(r"C:\Data\*.txt", r"C:\New", Into::Folder, false).unwrap(),
        format!("{ALL} New/ New/a.txt New/b.TXT")
    );
    assert_eq!(copied(r"C:\Data\a.txt", r"C:\n.txt", Into::FolderOrName, false).unwrap(), format!("{ALL} n.txt"));
    let whole = format!("{ALL} New/ New/a.txt New/b.TXT New/c.md New/Sub/ New/Sub/deep.txt");
    assert_eq!(copied(r"C:\Data", r"C:\New", Into::Name, true).unwrap(), whole);
    assert_eq!(copied(r"C:\Data", r"C:\New", Into::Content, true).unwrap(), whole);
    assert_eq!(copied(r"C:\Data\Sub", r"C:\New", Into::Folder, false).unwrap(), format!("{ALL} New/ New/Sub/"));
    for (from, to, into, why) in [
        (r"C:\Data\*.txt", r"C:\n.txt", Into::FolderOrName, "no folder"),
        (r"C:\Data\a.txt", r"C:\no\n.txt", Into::FolderOrName, "folder is not there"),
        (r"C:\Data\none", r"C:\x", Into::Folder, "nothing of that name"),
        (r"C:\Data", r"C:\Data\Sub\in", Into::Name, "into itself"),
        (r"C:\Data\a.txt", r"C:\Data", Into::Name, "it is a folder"),
    ] {
        let error = copied(from, to, into, true).unwrap_err();
        assert!(error.contains(why), "{from} {to}: {error}");
    }
}

#[test]
fn moves_take_everything_along() {
    let moved = |from: &str, to: &str, into| after(&[rename(from, to, into)]);
    assert_eq!(
        moved(r"C:\Data\Sub", r"C:\Top", Into::Name).unwrap(),
        "Data/ Data/a.txt Data/b.TXT Data/c.md Link Top/ Top/deep.txt"
    );
    assert_eq!(
        moved(r"C:\Data\c.md", r"C:\Data\Sub", Into::FolderOrName).unwrap(),
        "Data/ Data/a.txt Data/b.TXT Data/Sub/ Data/Sub/c.md Data/Sub/deep.txt Link"
    );
    assert!(moved(r"C:\Data\b.TXT", r"C:\Data\B.txt", Into::Name).unwrap().contains("Data/B.txt"));
    assert!(moved(r"C:\Data\a.txt", r"C:\Data\b.txt", Into::Name).unwrap_err().contains("there already"));
    assert!(moved(r"C:\Data", r"C:\Data\Sub\x", Into::Name).unwrap_err().contains("into itself"));
    assert!(moved(r"C:\Windows\kernel.dll", r"C:\k.dll", Into::Name).unwrap_err().contains("TrustedInstaller"));
}

#[test]
fn only_what_the_shell_would_remove_is_removed() {
    let removed = |path: &str, folders, recurse| after(&[remove(path, folders, recurse, IfMissing::Fail)]);
    assert_eq!(removed(r"C:\Data\*", false, false).unwrap(), "Data/ Data/Sub/ Data/Sub/deep.txt Link");
    assert_eq!(removed(r"C:\Data", true, true).unwrap(), "Link");
    assert_eq!(removed(r"C:\Link", true, false).unwrap(), ALL.trim_end_matches(" Link"));
    assert!(removed(r"C:\Data", true, false).unwrap_err().contains("not empty"));
    assert!(removed(r"C:\Data", false, true).unwrap_err().contains("it is a folder"));
    assert!(removed(r"C:\none", true, true).unwrap_err().contains("nothing of that name"));
    assert!(removed(r"C:\Windows", true, true).unwrap_err().contains("TrustedInstaller"));
    assert_eq!(after(&[remove(r"C:\none\x", true, true, IfMissing::Skip)]).unwrap(), ALL);
    assert!(after(&[FileOp::Require { path: r"C:\data\*.md".to_owned() }]).is_ok());
    assert!(after(&[FileOp::Require { path: r"C:\data\*.exe".to_owned() }]).is_err());
}

#[test]
fn text_is_written_and_added() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("store")).unwrap();
    let mut tree = tree();
    let owner = Owner::default();
    let mut target = Target { tree: &mut tree, owner, mode: None, time: Time::at(1), placed: BTreeMap::new() };
    let mut write = |path: &str, bytes: &[u8], placement| {
        let operation = FileOp::WriteFile { path: path.to_owned(), bytes: bytes.to_vec(), placement };
        run(&mut target, &operation, &store, &Shown { progress: &Progress::silent(), mask: &str::to_owned })
            .map_err(|error| error.to_string())
    };
    write(r"C:\data\A.TXT", b" more", Placement::Append).unwrap();
    write(r"C:\bom.txt", b"\xff\xfex", Placement::New).unwrap();
    assert!(write(r"C:\bom.txt", b"y", Placement::Append).unwrap_err().contains("byte order mark"));
    assert!(write(r"C:\bom.txt", b"y", Placement::New).unwrap_err().contains("there already"));
    assert!(write(r"C:\no\x.txt", b"y", Placement::Replace).unwrap_err().contains("folder is not there"));
    let content = target.tree.content("Data/a.txt").unwrap();
    assert_eq!(read(&content, "read", "").unwrap(), b"Data/a.txt more");
}

/// Answers requests with these bodies, one after the other, and then no more.
fn server(answers: Vec<Vec<u8>>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/dir/a.zip?x", listener.local_addr().unwrap());
    thread::spawn(move || {
        for answer in answers {
            let mut stream = listener.accept().unwrap().0;
            let mut request = [0; 4096];
            let _ = stream.read(&mut request);
            stream.write_all(&answer).unwrap();
        }
    });
    address
}

fn answer(status: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn download(url: &str, expected: Option<Hash>) -> FileOp {
    let dest = r"C:\t.zip".to_owned();
    FileOp::Download { url: url.to_owned(), dest, headers: Vec::new(), redirects: true, expected }
}

fn extract(members: &[&str], strip: u32) -> FileOp {
    FileOp::Extract {
        archive: r"C:\t.zip".to_owned(),
        dest: r"C:\Tool".to_owned(),
        parents: true,
        format: ArchiveFormat::Zip,
        strip,
        members: members.iter().map(|member| (*member).to_owned()).collect(),
        exists: IfExists::Fail,
    }
}

#[test]
fn a_download_is_checked_unpacked_and_removed() {
    let archive = zip(&[("tool-1\\bin\\t.exe", "t"), ("tool-1/readme", "r"), ("other/x", "x")]);
    let hash = Hash { algorithm: Algorithm::Sha256, hex: crate::image::Digest::of(&archive).hex().to_owned() };
    let gone = remove(r"C:\t.zip", false, false, IfMissing::Fail);
    let url = server(vec![answer("503 Busy", b""), answer("200 OK", &archive)]);
    let verify = FileOp::VerifyHash { path: r"C:\t.zip".to_owned(), expected: hash.clone(), message: String::new() };
    let all = after(&[download(&url, Some(hash)), verify, extract(&["./tool-1"], 1), gone]).unwrap();
    assert_eq!(all, format!("{ALL} Tool/ Tool/bin/ Tool/bin/t.exe Tool/readme"));
}

#[test]
fn a_download_that_is_not_what_it_should_be_ends_the_build() {
    let wrong = Hash { algorithm: Algorithm::Md5, hex: "0".repeat(32) };
    let url = server(vec![answer("200 OK", b"abc")]);
    assert!(after(&[download(&url, Some(wrong))]).unwrap_err().contains("has the MD5 900150983cd24fb0"));
    let url = server(vec![answer("404 Not Found", b"")]);
    assert!(after(&[download(&url, None)]).unwrap_err().contains("404"));
    let cut = [&answer("200 OK", &[b'x'; 100])[..60], b""].concat();
    let url = server(vec![cut.clone(), cut.clone(), cut.clone(), cut]);
    let error = after(&[download(&url, None)]).unwrap_err();
    assert!(error.contains("cannot be fetched"), "{error}");
    assert!(after(&[download("ftp://host/x", None)]).unwrap_err().contains("only http"));
    let slip = zip(&[("../evil", "x")]);
    let url = server(vec![answer("200 OK", &slip)]);
    assert!(after(&[download(&url, None), extract(&[], 0)]).unwrap_err().contains("leaves the folder"));
    let url = server(vec![answer("200 OK", &zip(&[("a", "x")]))]);
    assert!(after(&[download(&url, None), extract(&["./b"], 0)]).unwrap_err().contains("it has no ./b"));
    let url = server(vec![answer("200 OK", b"no archive")]);
    assert!(after(&[download(&url, None), extract(&[], 0)]).unwrap_err().contains("no archive"));
}

#[test]
fn a_hash_may_stand_in_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::create(&folder.path().join("store")).unwrap();
    let mut tree = tree();
    let owner = Owner::default();
    let mut target = Target { tree: &mut tree, owner, mode: None, time: Time::at(1), placed: BTreeMap::new() };
    let hash = crate::image::Digest::of(b"Data/a.txt").hex().to_uppercase();
    let sums = format!("{} b.txt\r\n{hash}  a.txt\r\n", "0".repeat(64));
    let write =
        FileOp::WriteFile { path: r"C:\sums.txt".to_owned(), bytes: sums.into_bytes(), placement: Placement::Replace };
    run(&mut target, &write, &store, &Shown { progress: &Progress::silent(), mask: &str::to_owned }).unwrap();
    let mut verify = |line: &str| {
        let list = crate::plan::Listed {
            file: r"C:\sums.txt".to_owned(),
            raw: false,
            line: Some(line.to_owned()),
            split: Some(crate::plan::Separator::Blanks),
            word: Some(0),
            trim: false,
        };
        let (path, message) = (r"C:\Data\a.txt".to_owned(), "WRONG".to_owned());
        let operation = FileOp::VerifyListed { path, algorithm: Algorithm::Sha256, list, message };
        run(&mut target, &operation, &store, &Shown { progress: &Progress::silent(), mask: &str::to_owned })
            .map_err(|error| error.to_string())
    };
    verify(r"A\.TXT$").unwrap();
    assert!(verify(r"b\.txt$").unwrap_err().contains("WRONG"));
    assert!(verify("none").is_err());
}

#[test]
fn links_lead_to_what_is_there() {
    let link = |path: &str, target: &str, folder, junction| {
        after(&[FileOp::Link { path: path.to_owned(), target: target.to_owned(), folder, junction }])
    };
    assert_eq!(link(r"C:\New", r"C:\Data", None, false).unwrap(), format!("{ALL} New"));
    assert_eq!(link(r"C:\Data\n.txt", r"C:\data\A.txt", Some(false), false).unwrap().matches("n.txt").count(), 1);
    assert!(link(r"C:\New", r"C:\Data\a.txt", Some(true), true).unwrap_err().contains("no folder"));
    assert!(link(r"C:\New", r"C:\Data", Some(false), false).unwrap_err().contains("it is a folder"));
    assert!(link(r"C:\New", r"C:\none", None, false).unwrap_err().contains("not there"));
    assert!(link(r"C:\Data", r"C:\Windows", None, false).unwrap_err().contains("there already"));
}

#[test]
fn patterns_may_stand_anywhere_in_a_path() {
    let copied = |from: &str| after(&[copy(from, r"C:\n.txt", Into::FolderOrName, false)]);
    assert_eq!(copied(r"C:\D*\S*\deep.*").unwrap(), format!("{ALL} n.txt"));
    assert_eq!(copied(r"C:\D*\c.md").unwrap(), format!("{ALL} n.txt"));
    assert!(copied(r"C:\X*\a.txt").unwrap_err().contains("nothing of that name"));
    assert_eq!(after(&[remove(r"C:\D*\Sub", true, true, IfMissing::Fail)]).unwrap().matches("Sub").count(), 0);
}
