//! Another program reads what was pushed. A suite of its own, since it wants skopeo: `tests/real/registry.sh` runs it on
//! Debian's registry. Without skopeo every test here fails.

#![allow(clippy::needless_pass_by_value, reason = "the value of a header is written as it is at hand")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
mod http;
#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
mod image;
#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
mod server;

use std::process::Command;

use image::{Sample, client, image, repository, upstream};
use wbuild::image::{Index, media_type};

/// Its standard output.
fn skopeo(arguments: &[&str]) -> Vec<u8> {
    let output = Command::new("skopeo").args(arguments).output().expect("this test needs the program skopeo in PATH");
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

#[test]
fn of_an_index_skopeo_takes_the_newest_version_of_windows() {
    let (address, client, sample) = (upstream(), client(), Sample::new(80));
    let home = repository(address, "skopeo");
    let versions = ["10.0.9200.1", "10.0.26100.1742", "10.0.17763.6000", "10.0.20348.2700"];
    let images = (81..).zip(versions).map(|(seed, version)| image(&sample.store, seed, &[100], version));
    let index = sample.store.put_json(media_type::INDEX, &Index::of_images(images.collect()).unwrap()).unwrap();
    sample.store.tag(Some("sample"), &index).unwrap();
    sample.push(&client, &[home.tag("1")]).unwrap();
    let name = format!("docker://{}", home.tag("1"));
    let windows = ["--override-os=windows", "--override-arch=amd64", "inspect", "--tls-verify=false"];
    let config = skopeo(&[&windows[..], &["--raw", "--config", &name]].concat());
    let config: serde_json::Value = serde_json::from_slice(&config).unwrap();
    assert_eq!(config["os.version"], "10.0.26100.1742");
    let raw = skopeo(&["inspect", "--tls-verify=false", "--raw", &name]);
    assert_eq!(raw, client.manifest(&home.tag("1")).unwrap().bytes, "the index is what was pushed, byte for byte");
}

#[test]
fn skopeo_copies_an_index_with_all_its_images() {
    let (address, client, sample) = (upstream(), client(), Sample::index(90));
    let (home, folder) = (repository(address, "skopeo-copy"), tempfile::tempdir().unwrap());
    sample.push(&client, &[home.tag("1")]).unwrap();
    let to = format!("oci:{}:copy", folder.path().display());
    skopeo(&[
        "copy",
        "--quiet",
        "--all",
        "--preserve-digests",
        "--src-tls-verify=false",
        &format!("docker://{}", home.tag("1")),
        &to,
    ]);
    let store = wbuild::store::Store::open(folder.path()).unwrap();
    for digest in [&sample.root.digest, &sample.big] {
        assert!(store.has(digest), "{digest}");
    }
}
