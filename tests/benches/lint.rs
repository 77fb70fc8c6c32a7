//! How long one Dockerfile takes: to parse, to understand, to check. Run with `cargo bench -p tests`.

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
