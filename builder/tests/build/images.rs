//! Where images go.

use std::fs;

use crate::scratch::Scratch;
use wbuild::store::Store;

#[test]
fn an_image_is_named_and_described() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let file = scratch.path("meta.json");
    let answer =
        scratch.try_build("FROM base\nCOPY a /a\n", &["-t", "team/app:1", "--metadata-file", file.to_str().unwrap()]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let store = Store::open(&scratch.path("out")).unwrap();
    let named = store.source(Some("docker.io/team/app:1")).unwrap();
    let root = wbuild::store::ImageSource::root(&named).unwrap();
    let metadata: serde_json::Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    assert_eq!(metadata["digest"], root.digest.to_string());
    assert_eq!(metadata["images"][0]["platform"]["os.version"], "10.0.20348.2700");
    assert_eq!(metadata["containerimage.digest"], metadata["digest"]);
    assert_eq!(answer.out.trim(), root.digest.to_string());
    // A later build can stand on it by its name.
    scratch.file("Dockerfile", "FROM team/app:1\nENV B=1\n");
    let next = scratch.wbuild(&["build"]);
    assert_eq!(next.code, 0, "{}", next.err);
}

#[test]
fn every_blob_of_the_output_is_what_its_name_says() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let built = scratch.build("FROM base\nCOPY a /a\n");
    for entry in fs::read_dir(scratch.path("out/blobs/sha256")).unwrap() {
        let path = entry.unwrap().path();
        let digest = wbuild::image::Digest::of(&fs::read(&path).unwrap());
        assert_eq!(digest.hex(), path.file_name().unwrap().to_str().unwrap());
    }
    let layers = &built.image.manifest.layers;
    assert_eq!(layers.len(), 2);
    assert!(layers.iter().all(|layer| layer.media_type == wbuild::image::media_type::LAYER_GZIP));
}
