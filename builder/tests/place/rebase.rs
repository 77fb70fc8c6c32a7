//! `rebase`: the new base's layers under the image's own, and where that cannot be.

use std::path::Path;

use serde_json::Value;
use wbuild::image::{Index, media_type};
use wbuild::layer::{Compression, Content, Entry};
use wbuild::store::{Store, Wanted, source};

use super::{base, expect, json, on_base};

fn entries() -> Vec<Entry> {
    vec![Entry::directory("app"), Entry::file("app/app.exe", Content::bytes(*b"MZ"))]
}

fn oci(root: &Path) -> String {
    format!("oci:{}:v1", root.display())
}

fn image(place: &str) -> Value {
    json(0, &["inspect", place])["images"][0].clone()
}

#[test]
fn an_image_goes_to_a_newer_base() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (oci(&folder.path().join("old")), oci(&folder.path().join("new")));
    on_base(&folder.path().join("old"), "nanoserver-ltsc2022", entries(), Compression::Gzip(6));
    let from = base("nanoserver-ltsc2022");
    let text = expect(0, &["rebase", &old, "--onto", &base("nanoserver-ltsc2025"), "--from", &from, "--output", &new]);
    assert!(text.starts_with(&format!("base found by --from {from}: 1 layer\nkept 1 layer on ")), "{text}");
    let (before, after) = (image(&old), image(&new));
    assert_eq!(after["platform"]["os.version"], "10.0.26100.2314");
    assert_eq!(after["steps"][1], before["steps"][1]);
    assert_eq!(after["config"]["Env"], serde_json::json!(["APP=1"]));
    assert_eq!(after["config"]["Cmd"], serde_json::json!(["app.exe"]));
    assert!(text.trim_end().ends_with(after["digest"].as_str().unwrap()));
    assert_eq!(json(0, &["verify", &new])["summary"]["errors"], 0);
    // A place on this machine is no name of a base, so it goes back, into an archive, by the layers that both have.
    let archive = format!("oci-archive:{}:v1", folder.path().join("back.tar").display());
    let text = expect(0, &["rebase", &new, "--onto", &from, "--output", &archive]);
    assert!(text.starts_with("base found by the longest chain of layers that both have: 1 layer\n"), "{text}");
    assert_eq!(image(&archive)["platform"], before["platform"]);
    assert_eq!(json(0, &["verify", &archive])["summary"]["errors"], 0);
}

#[test]
fn of_an_index_the_version_that_is_named_goes_to_the_same_one() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("both");
    let images = ["nanoserver-ltsc2022", "nanoserver-ltsc2025"]
        .map(|name| on_base(&place, name, entries(), Compression::Gzip(6)));
    let store = Store::open(&place).unwrap();
    let index = store.put_json(media_type::INDEX, &Index::of_images(images.to_vec()).unwrap()).unwrap();
    store.tag(Some("v1"), &index).unwrap();
    // The new base is an index over both, too.
    let (both, onto) = (oci(&place), base("nanoserver"));
    for (number, (version, taken)) in
        [(None, "10.0.26100.2314"), (Some("ltsc2022"), "10.0.20348.2700"), (Some("26100"), "10.0.26100.2314")]
            .into_iter()
            .enumerate()
    {
        let new = oci(&folder.path().join(format!("new{number}")));
        let mut arguments = vec!["rebase", &both, "--onto", &onto, "--output", &new];
        arguments.extend(version.into_iter().flat_map(|version| ["--os-version", version]));
        let text = expect(0, &arguments);
        let first = format!("taken windows({taken})/amd64; 1 more in the index stay\n");
        assert!(text.starts_with(&first), "{text}");
        assert_eq!(image(&new)["platform"]["os.version"], taken);
    }
    let new = oci(&folder.path().join("none"));
    for (version, words) in [("ltsc2019", "windows(10.0.20348.2700)/amd64"), ("vista", "is no version of Windows")] {
        let arguments = ["rebase", &both, "--onto", &onto, "--output", &new, "--os-version", version];
        let text = expect(2, &arguments);
        assert!(text.contains(words), "{text}");
    }
    assert!(!folder.path().join("none").exists());
}

/// An index over an image for each of these versions, each on the base of its own.
fn index_of(place: &Path, names: [&str; 2]) -> Store {
    let images = names.map(|name| on_base(place, name, entries(), Compression::Gzip(6)));
    let store = Store::open(place).unwrap();
    let mut index = Index::of_images(images.to_vec()).unwrap();
    index.annotations.insert("org.opencontainers.image.version".to_owned(), "1.2.3".to_owned());
    let index = store.put_json(media_type::INDEX, &index).unwrap();
    store.tag(Some("v1"), &index).unwrap();
    store
}

#[test]
fn all_of_an_index_go_to_the_bases_of_their_own_versions() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("both");
    index_of(&place, ["nanoserver-ltsc2022", "nanoserver-ltsc2025"]);
    let (both, onto) = (oci(&place), base("nanoserver"));
    let archive = format!("oci-archive:{}:v1", folder.path().join("new.tar").display());
    let layout = oci(&folder.path().join("new"));
    for new in [&layout, &archive] {
        let text =
            expect(0, &["rebase", &both, "--all", "--onto", &onto, "--from", &base("nanoserver"), "--output", new]);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            (lines.len(), lines[0], lines[3]),
            (7, "windows(10.0.26100.2314)/amd64", "windows(10.0.20348.2700)/amd64")
        );
        let report = json(0, &["inspect", new]);
        assert_eq!(report["index"], lines[6]);
        let versions: Vec<_> = (0..2).map(|at| report["images"][at]["platform"]["os.version"].clone()).collect();
        assert_eq!(versions, ["10.0.26100.2314", "10.0.20348.2700"]);
        assert_eq!(json(0, &["verify", new])["summary"]["errors"], 0);
    }
    let new = Store::open(&folder.path().join("new")).unwrap().source(Some("v1")).unwrap();
    let source::Root::Index(_, index) = source::root(&new).unwrap() else { panic!("it is an index") };
    assert_eq!(index.annotations["org.opencontainers.image.version"], "1.2.3");
}

#[test]
fn of_an_index_all_go_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("both");
    index_of(&place, ["nanoserver-ltsc2022", "nanoserver-ltsc2025"]);
    let (both, new) = (oci(&place), oci(&folder.path().join("new")));
    // The new base is for one of the two only.
    let text = expect(2, &["rebase", &both, "--all", "--onto", &base("nanoserver-ltsc2025"), "--output", &new]);
    assert!(
        text.contains("windows(10.0.20348.2700)/amd64: ") && text.contains("has no image for windows(10.0.20348)"),
        "{text}"
    );
    assert!(!folder.path().join("new").exists());
    let docker = format!("docker-archive:{}", folder.path().join("new.tar").display());
    let text = expect(2, &["rebase", &both, "--all", "--onto", &base("nanoserver"), "--output", &docker]);
    assert!(text.contains("docker load takes one image"), "{text}");
    on_base(&folder.path().join("one"), "nanoserver-ltsc2022", entries(), Compression::Gzip(6));
    let one = oci(&folder.path().join("one"));
    let text = expect(2, &["rebase", &one, "--all", "--onto", &base("nanoserver"), "--output", &new]);
    assert!(text.contains("is one image and no index"), "{text}");
    expect(2, &["rebase", &both, "--all", "--os-version", "ltsc2022", "--onto", &base("nanoserver"), "--output", &new]);
}

#[test]
fn what_a_config_says_besides_is_not_in_the_platform() {
    let folder = tempfile::tempdir().unwrap();
    let (old, odd, new) = (folder.path().join("old"), folder.path().join("odd"), folder.path().join("new"));
    on_base(&old, "nanoserver-ltsc2022", entries(), Compression::Gzip(6));
    on_base(&odd, "nanoserver-ltsc2025", entries(), Compression::Gzip(6));
    let store = Store::open(&odd).unwrap();
    let found = source::choose(&store.source(Some("v1")).unwrap(), &Wanted::default()).unwrap();
    let mut config = serde_json::to_value(&found.config).unwrap();
    config["odd-field"] = "kept".into();
    let mut manifest = found.manifest.clone();
    manifest.config = store.put_json(media_type::CONFIG, &config).unwrap();
    store.tag(Some("v1"), &store.put_json(media_type::MANIFEST, &manifest).unwrap()).unwrap();
    let from = base("nanoserver-ltsc2022");
    expect(0, &["rebase", &oci(&old), "--onto", &oci(&odd), "--from", &from, "--output", &oci(&new)]);
    let index: Value = serde_json::from_slice(&std::fs::read(new.join("index.json")).unwrap()).unwrap();
    let platform = index["manifests"][0]["platform"].as_object().unwrap();
    assert_eq!(platform.keys().collect::<Vec<_>>(), ["architecture", "os", "os.version"]);
}

#[test]
fn without_a_word_about_the_base_the_common_layers_are_it() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    on_base(&old, "nanoserver-ltsc2022", entries(), Compression::Gzip(6));
    let new = oci(&folder.path().join("new"));
    let text = expect(0, &["rebase", &oci(&old), "--onto", &base("servercore-ltsc2025"), "--output", &new]);
    assert!(text.starts_with("base found by the longest chain of layers that both have: 1 layer\n"), "{text}");
    assert_eq!(image(&new)["steps"].as_array().unwrap().len(), 3);
}

#[test]
fn layers_that_change_the_registry_stay_where_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let new = oci(&folder.path().join("new"));
    let text =
        expect(7, &["rebase", &base("servercore-ltsc2022"), "--onto", &base("nanoserver-ltsc2025"), "--output", &new]);
    assert!(text.contains("layer 2 (Install update) changes the registry"), "{text}");
    assert!(!folder.path().join("new").exists());
}

#[test]
fn a_base_that_is_not_below_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let old = folder.path().join("old");
    on_base(&old, "nanoserver-ltsc2022", entries(), Compression::Gzip(6));
    let new = oci(&folder.path().join("new"));
    let arguments = ["rebase", &oci(&old), "--onto", &base("nanoserver-ltsc2025"), "--output", &new];
    let from = base("servercore-ltsc2022");
    let text = expect(2, &[&arguments[..], &["--from", &from]].concat());
    assert!(text.contains("does not stand on") && text.contains("layer 2 is another"), "{text}");
    let text = expect(2, &["rebase", &oci(&old), "--onto", "docker://h/x", "--output", "docker://h/y"]);
    assert!(text.contains("wbuild push"), "{text}");
}
