//! What goes over the wire when nothing is wrong: as little as there is need for, and byte for byte.

use std::io::Read;

use wbuild::image::{Descriptor, Digest, ImageConfig, Index, Manifest, media_type};
use wbuild::progress::{Bar, Progress};
use wbuild::registry::copy::{Outcome, check_tag, push};
use wbuild::registry::{Document, Pushed, RegistryImage};
use wbuild::store::Wanted;
use wbuild::store::source;

use super::http::{Head, listen};
use super::image::{Sample, assert_complete, behind, client, noise, repository, upstream};
use super::proxy::{Effect, Fault, Proxy};
use super::server::{Door, Server};

#[test]
fn what_is_there_is_not_sent_again() {
    let (address, client, sample) = (upstream(), client(), Sample::new(40));
    let home = repository(address, "again");
    let first = sample.push(&client, &[home.tag("1"), home.tag("2")]).unwrap();
    assert_eq!((first.counts.sent, first.counts.present), (5, 0));
    let again = sample.push(&client, &[home.tag("1"), home.tag("3")]).unwrap();
    assert_eq!((again.counts.sent, again.counts.present), (0, 5));
    let outcomes: Vec<&Outcome> = again.outcomes.iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, [&Outcome::Unchanged, &Outcome::Created]);
    let nothing = sample.push(&client, &[home.tag("1"), home.tag("2")]).unwrap();
    assert_eq!((nothing.counts.sent, nothing.counts.present), (0, 0), "no blob is even looked for");
}

#[test]
fn blobs_of_the_same_registry_are_mounted() {
    let (address, client, sample) = (upstream(), client(), Sample::index(41));
    let home = repository(address, "mount-from");
    sample.push(&client, &[home.tag("1")]).unwrap();
    let (near, far) = (repository(address, "mount-to"), repository(address, "mount-miss"));
    let image = RegistryImage::new(&client, home.tag("1"));
    let report = push(&client, &image, Some(&home), &[near.tag("1")], &Progress::silent()).unwrap();
    assert_eq!((report.counts.mounted, report.counts.sent), (8, 0));
    assert_complete(&client, &near.tag("1"), &sample);
    // The registry takes no notice of what is to be mounted, and begins uploads instead.
    let proxy = Proxy::start(address, vec![Fault::new("POST", "mount=", 1000, Effect::ForgetQuery)]);
    let (from, to) = (behind(&home, proxy.address), behind(&far, proxy.address));
    let image = RegistryImage::new(&client, from.tag("1"));
    let report = push(&client, &image, Some(&from), &[to.tag("1")], &Progress::silent()).unwrap();
    assert_eq!((report.counts.mounted, report.counts.sent), (0, 8));
    assert_complete(&client, &far.tag("1"), &sample);
}

#[test]
fn a_mount_that_is_refused_becomes_an_upload() {
    let (address, client, sample) = (upstream(), client(), Sample::new(42));
    let home = repository(address, "refused-from");
    sample.push(&client, &[home.tag("1")]).unwrap();
    for status in [403, 404, 405] {
        let far = repository(address, "refused-to");
        let proxy = Proxy::start(address, vec![Fault::new("POST", "mount=", 1000, Effect::Status(status, "DENIED"))]);
        let (from, to) = (behind(&home, proxy.address), behind(&far, proxy.address));
        let image = RegistryImage::new(&client, from.tag("1"));
        let report = push(&client, &image, Some(&from), &[to.tag("1")], &Progress::silent()).unwrap();
        assert_eq!((report.counts.mounted, report.counts.sent), (0, 5), "{status}");
        assert_complete(&client, &far.tag("1"), &sample);
    }
}

#[test]
fn a_base_that_is_named_in_the_manifest_is_mounted_from() {
    let (address, client) = (upstream(), client());
    let (base, home) = (repository(address, "base"), repository(address, "app"));
    let sample = Sample::new(43);
    sample.push(&client, &[base.tag("1")]).unwrap();
    let mut manifest: Manifest = serde_json::from_slice(&client.manifest(&base.tag("1")).unwrap().bytes).unwrap();
    let name = "org.opencontainers.image.base.name".to_owned();
    manifest.annotations.insert(name, base.tag("1").to_string());
    let image = sample.store.put_json(media_type::MANIFEST, &manifest).unwrap();
    sample.store.tag(Some("app"), &image).unwrap();
    let source = sample.store.source(Some("app")).unwrap();
    let report = push(&client, &source, None, &[home.tag("1")], &Progress::silent()).unwrap();
    assert_eq!((report.counts.mounted, report.counts.sent), (5, 0));
}

#[test]
fn of_an_index_the_version_of_windows_decides() {
    let (address, client, sample) = (upstream(), client(), Sample::index(44));
    let home = repository(address, "versions");
    sample.push(&client, &[home.tag("1")]).unwrap();
    let image = RegistryImage::new(&client, home.tag("1"));
    let chosen = |version: Option<&str>| {
        let os_version = version.map(str::to_owned);
        let wanted = Wanted { os: Some("windows".to_owned()), os_version, ..Wanted::default() };
        source::choose(&image, &wanted).map(|image| image.config.platform.os_version.unwrap())
    };
    assert_eq!(chosen(None).unwrap(), "10.0.20348.2700");
    assert_eq!(chosen(Some("10.0.17763")).unwrap(), "10.0.17763.6000");
    assert_eq!(chosen(Some("10.0.20348.2700")).unwrap(), "10.0.20348.2700");
    let none = chosen(Some("10.0.26100")).unwrap_err().to_string();
    assert!(none.contains("10.0.17763.6000") && none.contains("10.0.20348.2700"), "{none}");
    let by_digest = RegistryImage::new(&client, home.digest(&sample.root.digest));
    assert!(matches!(source::root(&by_digest).unwrap(), source::Root::Index(_, index) if index.manifests.len() == 2));
}

#[test]
fn a_manifest_stays_as_it_is_byte_for_byte() {
    let (address, client, sample) = (upstream(), client(), Sample::new(45));
    let home = repository(address, "bytes");
    sample.push(&client, &[home.tag("1")]).unwrap();
    let compact = client.manifest(&home.tag("1")).unwrap().bytes;
    let value: serde_json::Value = serde_json::from_slice(&compact).unwrap();
    let spaced = format!("{value:#}\n").into_bytes();
    let document = Document::new(media_type::MANIFEST, spaced.clone());
    client.push_manifest(&home.tag("spaced"), &document).unwrap();
    let found = client.manifest(&home.tag("spaced")).unwrap();
    assert_eq!(found.bytes, spaced);
    assert_eq!(found.descriptor, document.descriptor);
    assert_ne!(found.descriptor.digest, sample.root.digest);
}

#[test]
fn all_tags_are_listed() {
    let (address, client, sample) = (upstream(), client(), Sample::new(46));
    let home = repository(address, "tags");
    let tags = ["1", "1.0", "1.0.0", "latest", "main"];
    sample.push(&client, &tags.map(|tag| home.tag(tag))).unwrap();
    let mut found = client.tags(&home).unwrap();
    found.sort();
    assert_eq!(found, tags);
    assert_eq!(client.tags(&repository(address, "none")).unwrap(), Vec::<String>::new());
}

#[test]
fn manifests_go_before_tags_and_releases_before_floats() {
    let server = Server::start(Door::Open);
    let (client, sample, home) = (client(), Sample::index(47), repository(server.address, "order"));
    sample.push(&client, &[home.tag("latest"), home.tag("1.2.3"), home.tag("1")]).unwrap();
    let puts: Vec<String> = server.log().into_iter().filter(|line| line.starts_with("PUT")).collect();
    let last_blob = puts.iter().rposition(|line| line.contains("/blobs/")).unwrap();
    let names: Vec<&str> = puts[last_blob + 1..].iter().map(|line| line.rsplit('/').next().unwrap()).collect();
    let (digests, tags) = names.split_at(3);
    assert!(digests.iter().all(|digest| digest.starts_with("sha256:")), "{names:?}");
    assert_eq!(digests[2], sample.root.digest.as_str(), "the index comes after its images");
    assert_eq!(tags, ["1.2.3", "latest", "1"]);
}

#[test]
fn a_release_stays_and_a_float_moves() {
    let (address, client) = (upstream(), client());
    let (one, two, home) = (Sample::new(48), Sample::new(49), repository(address, "release"));
    one.push(&client, &[home.tag("1.2.3"), home.tag("1.2")]).unwrap();
    let failure = two.push(&client, &[home.tag("new"), home.tag("1.2.3")]).unwrap_err();
    assert_eq!(failure.exit, wbuild::failure::Exit::Tag);
    let text = failure.shown(false);
    assert!(text.contains(":1.2.3 is a release and stays") && text.contains(one.root.digest.as_str()), "{text}");
    assert_eq!(client.find_manifest(&home.tag("new")).unwrap(), None, "nothing was pushed");
    let report = two.push(&client, &[home.tag("1.2")]).unwrap();
    assert_eq!(report.outcomes[0].1, Outcome::Moved(one.root.digest.clone()));
    assert_eq!(check_tag(&client, &home.tag("1.2"), &two.root.digest).unwrap(), Outcome::Unchanged);
    assert_complete(&client, &home.tag("1.2.3"), &one);
    let other = two.push(&client, &[home.digest(&one.root.digest)]).unwrap_err();
    assert_eq!(other.exit, wbuild::failure::Exit::Usage);
}

/// The sample with a version in its annotations, or in its label.
fn versioned(seed: u64, version: &str, as_label: bool) -> Sample {
    const VERSION: &str = "org.opencontainers.image.version";
    let mut sample = Sample::of(seed, &[100]);
    let place = sample.store.source(None).unwrap();
    let mut manifest: Manifest = source::parse(&place, &sample.root).unwrap();
    if as_label {
        let mut config: ImageConfig = source::parse(&place, &manifest.config).unwrap();
        config.config.labels.insert(VERSION.to_owned(), version.to_owned());
        manifest.config = sample.store.put_json(media_type::CONFIG, &config).unwrap();
    } else {
        manifest.annotations.insert(VERSION.to_owned(), version.to_owned());
    }
    sample.root = sample.store.put_json(media_type::MANIFEST, &manifest).unwrap();
    sample.store.tag(Some("sample"), &sample.root).unwrap();
    sample
}

#[test]
fn a_float_does_not_move_back_to_an_older_version() {
    for as_label in [false, true] {
        let (client, home) = (client(), repository(upstream(), "back"));
        let [older, newer, odd] =
            [(80, "1.2.3"), (81, "1.2.10"), (82, "sha-0123abc")].map(|(seed, text)| versioned(seed, text, as_label));
        newer.push(&client, &[home.tag("1.2.10"), home.tag("1.2"), home.tag("latest"), home.tag("main")]).unwrap();
        let report =
            older.push(&client, &[home.tag("1.2.3"), home.tag("1.2"), home.tag("latest"), home.tag("main")]).unwrap();
        let outcomes: Vec<&Outcome> = report.outcomes.iter().map(|(_, outcome)| outcome).collect();
        let there = newer.root.digest.clone();
        let stays =
            Outcome::Newer { found: there.clone(), there: "1.2.10".parse().unwrap(), own: "1.2.3".parse().unwrap() };
        assert_eq!(outcomes, [&Outcome::Created, &stays, &stays, &Outcome::Moved(there)], "{as_label}");
        assert_complete(&client, &home.tag("latest"), &newer);
        // The other way, and where one of the two says no version, it moves.
        let moves = |sample: &Sample| sample.push(&client, &[home.tag("latest")]).unwrap().outcomes[0].1.clone();
        assert_eq!(moves(&odd), Outcome::Moved(newer.root.digest.clone()));
        assert_eq!(moves(&older), Outcome::Moved(odd.root.digest.clone()));
        assert_eq!(moves(&newer), Outcome::Moved(older.root.digest.clone()));
    }
}

#[test]
fn a_layer_that_is_not_distributed_is_fetched_from_its_own_address() {
    let (address, client) = (upstream(), client());
    let home = repository(address, "foreign");
    let bytes = noise(50, 70_000);
    let served = bytes.clone();
    let elsewhere = listen(move |mut connection| {
        Head::read(&mut connection.reader)?;
        connection.answer(Head::status(200).with("Connection", "close"), &served)
    });
    let mut layer = Descriptor::new(media_type::DOCKER_FOREIGN_LAYER, Digest::of(&bytes), bytes.len() as u64);
    layer.urls = vec![format!("http://{elsewhere}/gone-too-far-away"), format!("http://{elsewhere}/layer")];
    let mut read = Vec::new();
    client.blob(&home, &layer, &Bar::default()).unwrap().read_to_end(&mut read).unwrap();
    assert_eq!(read, bytes);
    // Its bytes are not pushed, and the image can be all the same.
    let sample = Sample::new(51);
    let mut manifest: Manifest =
        serde_json::from_slice(&source::read(&sample.store.source(None).unwrap(), &sample.root).unwrap()).unwrap();
    manifest.media_type = Some(media_type::DOCKER_MANIFEST.to_owned());
    manifest.layers.insert(0, layer);
    let image = sample.store.put_json(media_type::DOCKER_MANIFEST, &manifest).unwrap();
    sample.store.tag(Some("foreign"), &image).unwrap();
    let source = sample.store.source(Some("foreign")).unwrap();
    let report = push(&client, &source, None, &[home.tag("1")], &Progress::silent()).unwrap();
    assert_eq!(report.counts.sent, 5);
}

#[test]
fn an_index_with_two_images_for_one_platform_is_not_made() {
    let sample = Sample::new(52);
    let twice = Index::of_images(vec![sample.root.clone(), sample.root.clone()]);
    assert!(twice.unwrap_err().to_string().contains("10.0.20348.2700"));
}

#[test]
fn a_size_that_an_index_promises_falsely_is_told() {
    let (address, client, sample) = (upstream(), client(), Sample::index(53));
    let home = repository(address, "promised");
    sample.push(&client, &[home.tag("1")]).unwrap();
    let image = RegistryImage::new(&client, home.tag("1"));
    let source::Root::Index(_, mut index) = source::root(&image).unwrap() else { panic!("it is an index") };
    index.manifests[0].size += 1;
    let false_one = Document::new(media_type::INDEX, wbuild::image::to_json(&index));
    client.push_manifest(&home.tag("2"), &false_one).unwrap();
    let image = RegistryImage::new(&client, home.tag("2"));
    let error = source::image(&image, index.manifests[0].clone()).unwrap_err();
    assert!(matches!(error, wbuild::store::Error::SizeMismatch { .. }), "{error}");
    source::image(&image, index.manifests[1].clone()).unwrap();
}

#[test]
fn a_blob_alone_is_pushed_once() {
    let (address, client) = (upstream(), client());
    let (home, bytes) = (repository(address, "blob"), noise(53, 1000));
    let blob = Descriptor::new("application/octet-stream", Digest::of(&bytes), 1000);
    let push = || client.push_blob(&home, &blob, &[], &bytes.as_slice(), &Bar::default()).unwrap();
    assert_eq!([push(), push()], [Pushed::Sent, Pushed::Present]);
    let mut found = Vec::new();
    client.blob(&home, &blob, &Bar::default()).unwrap().read_to_end(&mut found).unwrap();
    assert_eq!(found, bytes);
}

#[test]
fn a_source_that_is_corrupt_is_not_pushed() {
    let (address, client, sample) = (upstream(), client(), Sample::new(54));
    let home = repository(address, "corrupt");
    std::fs::write(sample.store.blob_path(&sample.big), noise(1, super::image::BIG)).unwrap();
    let failure = sample.push(&client, &[home.tag("1")]).unwrap_err();
    assert_eq!(failure.exit, wbuild::failure::Exit::Layer, "{failure}");
    std::fs::write(sample.store.blob_path(&sample.big), b"short").unwrap();
    let failure = sample.push(&client, &[home.tag("1")]).unwrap_err();
    assert_eq!(failure.exit, wbuild::failure::Exit::Layer, "{failure}");
    assert_eq!(client.find_manifest(&home.tag("1")).unwrap(), None);
}
