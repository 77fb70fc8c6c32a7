//! How long one Dockerfile takes: to parse, to understand, to check. Run with `cargo bench -p tests`.

use std::fs;
use std::path::{Path, PathBuf};

use divan::Bencher;
use divan::counter::BytesCount;
use dockerfile::document::{Builder, Document};
use dockerfile::source::Source;
use dockerfile::syntax::{Options, parse};
use rules::Settings;

const FILE: &[u8] = include_bytes!("../../testdata/samples/build-tools.Dockerfile");

fn main() {
    divan::main();
}

#[divan::bench]
fn parse_one_file(bencher: Bencher) {
    let source = Source::new(FILE.to_vec());
    bencher.counter(BytesCount::of_slice(FILE)).bench(|| parse(&source, &Options::default()));
}

#[divan::bench]
fn parse_a_megabyte(bencher: Bencher) {
    let source = Source::new(FILE.repeat(1 + (1 << 20) / FILE.len()));
    bencher.counter(BytesCount::new(source.text().len())).bench(|| parse(&source, &Options::default()));
}

#[divan::bench]
fn understand_one_file(bencher: Bencher) {
    bencher.with_inputs(|| Source::new(FILE.to_vec())).bench_values(|source| Document::new(source, Builder::Any));
}

#[divan::bench]
fn check_one_file(bencher: Bencher) {
    let settings = Settings::default();
    bencher
        .with_inputs(|| Source::new(FILE.to_vec()))
        .bench_values(|source| rules::check(&Document::new(source, Builder::Any), &settings).len());
}

/// The Dockerfiles that rules are tested with: what rules cost when several files pass each of them at once.
#[divan::bench(args = [1, 8, 32])]
fn check_files_together(bencher: Bencher, together: usize) {
    let settings = Settings::default();
    let files: Vec<Vec<u8>> = dockerfiles(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../testdata/rules")));
    let check = |files: &[Vec<u8>]| {
        let understood = |file: &Vec<u8>| Document::new(Source::new(file.clone()), Builder::Any);
        let documents: Vec<Document> = files.iter().map(understood).collect();
        let files: Vec<_> = documents.iter().map(|document| (document, &settings)).collect();
        rules::check_all(&files).iter().map(Vec::len).sum::<usize>()
    };
    bencher.bench(|| files.chunks(together).map(check).sum::<usize>());
}

/// All Dockerfiles in the folders of a folder, in order.
fn dockerfiles(folder: &Path) -> Vec<Vec<u8>> {
    let entries = |folder: &Path| {
        let entries = fs::read_dir(folder).expect("it is in the repository");
        entries.map(|entry| entry.expect("it can be read").path())
    };
    let mut paths: Vec<PathBuf> =
        entries(folder).filter(|path| path.is_dir()).flat_map(|path| entries(&path)).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "dockerfile"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("it is in the repository")).collect()
}
