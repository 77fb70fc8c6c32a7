//! The images in `testdata/images` are what the generator makes, and `wbuild verify` finds nothing wrong with those.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tests::{base, is_updating, root};
use wbuild::layer::defect::Severity;
use wbuild::store::{Store, check};

/// Every file below a folder, by its path with forward slashes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, prefix: &str, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let entry = entry.expect("a folder can be read");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                found.insert(name, fs::read(entry.path()).expect("a file can be read"));
            }
        }
    }
    let mut found = BTreeMap::new();
    walk(folder, "", &mut found);
    found
}

#[test]
fn the_images_are_what_is_generated() {
    let kept = root().join("testdata/images/windows");
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("windows");
    base::write(&made).unwrap();
    let (made, before) = (files(&made), files(&kept));
    if is_updating() && made != before {
        let _ = fs::remove_dir_all(&kept);
        for (name, bytes) in &made {
            let path = kept.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    } else {
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&made), names(&before), "run `cargo bless`");
        assert!(made == before, "run `cargo bless`");
    }
}

#[test]
fn the_images_are_in_order() {
    let folder = tempfile::tempdir().unwrap();
    base::write(folder.path()).unwrap();
    let store = Store::open(folder.path()).unwrap();
    for name in
        ["nanoserver", "nanoserver-ltsc2022", "nanoserver-ltsc2025", "servercore-ltsc2022", "servercore-ltsc2025"]
    {
        let report = check::check(&store.source(Some(name)).unwrap()).unwrap();
        assert_eq!(report.defects.named(), [], "{name}");
        assert_eq!(report.images.len(), if name == "nanoserver" { 2 } else { 1 });
        for image in &report.images {
            assert_eq!(image.defects.named(), [], "{name}");
            assert_eq!(image.defects.count(Severity::Warning), 0);
        }
    }
}
