//! An image goes from a layout into each kind of archive, and is the same there.

use std::fs;

use wbuild::layer::{Compression, Content, Entry};
use wbuild::store::export::{write_docker_archive, write_oci_archive};
use wbuild::store::source::{self, Wanted};
use wbuild::store::{DockerImage, Error, ImageSource, LayoutImage, Store};

use super::{expect, json, on_base};

fn entries() -> Vec<Entry> {
    vec![Entry::directory("app"), Entry::file("app/app.exe", Content::bytes(vec![b'x'; 100_000]))]
}

#[test]
fn an_image_is_the_same_in_every_kind_of_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let image = on_base(&path("layout"), "nanoserver-ltsc2022", entries(), Compression::Zstd(3));
    let layout = Store::open(&path("layout")).unwrap();
    let place = layout.source(Some("v1")).unwrap();
    let names = ["team/app:v1".to_owned(), "team/app:latest".to_owned()];
    for _ in 0..2 {
        write_oci_archive(&place, &names, &path("oci.tar")).unwrap();
        let whole = source::choose(&place, &Wanted::default()).unwrap();
        write_docker_archive(&place, &whole, &names, &path("docker.tar")).unwrap();
    }
    let (first, docker) = (fs::read(path("oci.tar")).unwrap(), fs::read(path("docker.tar")).unwrap());
    write_oci_archive(&place, &names, &path("oci.tar")).unwrap();
    assert!(first == fs::read(path("oci.tar")).unwrap(), "the same image gives another archive");
    assert!(docker.len() > 100_000);

    let oci = LayoutImage::of_archive(&path("oci.tar"), Some("team/app:v1")).unwrap();
    assert_eq!(oci.root().unwrap().digest, image.digest);
    assert!(matches!(LayoutImage::of_archive(&path("oci.tar"), Some("v2")), Err(Error::NoSuchName { .. })));
    let saved = DockerImage::open(&path("docker.tar"), Some("team/app")).unwrap();
    let saved = source::choose(&saved, &Wanted::default()).unwrap();
    let whole = source::choose(&place, &Wanted::default()).unwrap();
    assert_eq!((saved.config, saved.manifest.layers.len()), (whole.config, 2));

    let at = |kind: &str, name: &str| format!("{kind}:{}", path(name).display());
    for place in [at("oci", "layout"), at("oci-archive", "oci.tar"), at("docker-archive", "docker.tar")] {
        let report = json(0, &["verify", &place]);
        assert_eq!(report["summary"], serde_json::json!({ "errors": 0, "warnings": 0 }), "{place}");
        assert_eq!(report["images"][0]["layers"][1]["entries"], 4, "{place}");
        let shown = expect(0, &["inspect", &place, "--files"]);
        assert!(shown.contains("windows(10.0.20348.2700)/amd64") && shown.contains("app/app.exe"), "{shown}");
        assert!(shown.contains("COPY . C:/app"), "{shown}");
    }
}

#[test]
fn what_is_no_archive_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    on_base(&path("layout"), "nanoserver-ltsc2022", entries(), Compression::Gzip(6));
    let place = Store::open(&path("layout")).unwrap().source(None).unwrap();
    write_oci_archive(&place, &[], &path("whole.tar")).unwrap();
    let whole = fs::read(path("whole.tar")).unwrap();
    fs::write(path("cut.tar"), &whole[..whole.len() / 2]).unwrap();
    fs::write(path("gzip.tar"), [0x1f, 0x8b, 8, 0]).unwrap();
    fs::write(path("text.tar"), "no tar ".repeat(200)).unwrap();
    fs::write(path("empty.tar"), "").unwrap();
    for (name, said) in [
        ("cut.tar", "ends inside"),
        ("gzip.tar", "unpack it first"),
        ("text.tar", "checksum"),
        ("empty.tar", "has no"),
        ("none.tar", "cannot be read"),
    ] {
        for kind in ["oci-archive", "docker-archive"] {
            let place = format!("{kind}:{}", path(name).display());
            let code = if name == "none.tar" { 2 } else { 7 };
            let text = expect(code, &["verify", &place]);
            assert!(text.contains(said) && text.contains(name), "{place}: {text}");
        }
    }
}

#[test]
fn a_place_that_is_none_is_a_mistake_on_the_command_line() {
    for place in ["out", "oci:", "docker:x", "zip:x"] {
        let text = expect(2, &["inspect", place]);
        assert!(text.contains("oci:DIR[:TAG]"), "{text}");
    }
}
