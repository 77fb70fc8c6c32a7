//! Where images go.

use std::fs;
use std::process::Command;

use crate::scratch::{Scratch, windows_base};
use wbuild::store::Store;
use wbuild::store::source::{self, Wanted};

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
fn a_base_that_is_known_here_only_is_named_nowhere() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let built = scratch.build("FROM base\nCOPY a /a\n");
    let annotations = &built.image.manifest.annotations;
    assert!(annotations.contains_key("org.opencontainers.image.base.digest"), "{annotations:?}");
    assert!(!annotations.contains_key("org.opencontainers.image.base.name"), "{annotations:?}");
    // Nor is it looked for on Docker Hub: what it stands on is told by the layers, or by the user.
    let out = format!("oci:{}", scratch.path("out").display());
    let base = format!("oci:{}", scratch.base().display());
    let rebased = format!("oci:{}", scratch.path("rebased").display());
    let said = scratch.wbuild(&["rebase", &out, "--onto", &base, "-o", &rebased]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains("base found by the longest chain of layers that both have"), "{}", said.out);
}

#[test]
fn what_cannot_be_written_is_told_before_anything_is_built() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let file = scratch.path("file");
    fs::write(&file, "before").unwrap();
    let below = |kind: &str| format!("{kind}{}", file.join("x").display());
    for arguments in [
        ["-o".to_owned(), format!("oci:{}", file.display())],
        ["-o".to_owned(), below("oci-archive:")],
        ["-o".to_owned(), "docker://r.example/app:1".to_owned()],
        ["--metadata-file".to_owned(), below("")],
    ] {
        let said = scratch.try_build("FROM base\nCOPY a /a\n", &[&arguments[0], &arguments[1]]);
        assert_eq!(said.code, 2, "{arguments:?}: {}", said.err);
        assert!(said.err.contains("help: ") || said.err.contains("--push"), "{arguments:?}: {}", said.err);
        assert!(!said.err.contains("COPY a") && !scratch.path("out").exists(), "{arguments:?}: {}", said.err);
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "before");
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

#[test]
fn the_commit_names_and_labels_the_image() {
    let scratch = Scratch::new();
    windows_base(&scratch.path("both"), &["10.0.20348.2700", "10.0.26100.1"]);
    scratch.file("a", "a").file("Dockerfile", "FROM both\nLABEL org.opencontainers.image.version=own\nCOPY a /a\n");
    for arguments in ["init -q -b main", "add .", "commit -q -m first", "tag v1.2.3"] {
        let done = Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments.split(' '))
            .current_dir(scratch.context())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", scratch.path("."))
            .status()
            .expect("these tests need the program git in PATH");
        assert!(done.success(), "git {arguments}");
    }
    let both = format!("both=oci:{}", scratch.path("both").display());
    let build = |more: &[&str]| {
        let mut arguments =
            vec!["build", "--build-context", &both, "--tags", "auto", "--os-version", "ltsc2022,ltsc2025"];
        arguments.extend(more);
        scratch.wbuild(&arguments)
    };
    let answer = build(&["-t", "registry.example/team/app"]);
    assert_eq!(answer.code, 0, "{}", answer.err);
    let store = Store::open(&scratch.path("store")).unwrap();
    let digest = |tag: &str| {
        let source = store.source(Some(&format!("registry.example/team/app:{tag}")));
        wbuild::store::ImageSource::root(&source.unwrap_or_else(|_| panic!("no {tag}"))).unwrap().digest
    };
    assert_eq!(digest("1.2.3").to_string(), answer.out.trim());
    assert_eq!((digest("1.2"), digest("1")), (digest("1.2.3"), digest("1.2.3")));
    let old =
        source::choose(&store.source(Some("registry.example/team/app:1.2.3-ltsc2022")).unwrap(), &Wanted::default());
    let old = old.unwrap();
    assert_eq!(old.config.platform.os_version.as_deref(), Some("10.0.20348.2700"));
    let labels = &old.config.config.labels;
    assert_eq!(labels["org.opencontainers.image.version"], "own", "what the Dockerfile says stays");
    assert_eq!(labels["org.opencontainers.image.revision"].len(), 40);
    assert_eq!(old.manifest.annotations["org.opencontainers.image.version"], "1.2.3");
    let nameless = build(&[]);
    assert_eq!(nameless.code, 2, "{}", nameless.err);
    assert!(nameless.err.contains("-t HOST/NAME"), "{}", nameless.err);
}
