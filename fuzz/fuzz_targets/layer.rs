//! Any bytes as a layer, compressed or not: its tar, what verify says of it, and the index that a build looks into.
//! Where the last byte is odd the checksums of the tar are mended first, or hardly any input would come past them.

#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use wbuild::layer::defect::Defects;
use wbuild::layer::header::{BLOCK, checksum};
use wbuild::layer::read::Reader;
use wbuild::layer::validate::Checker;
use wbuild::layer::{Flavor, Index, decode};

/// What a small layer may unpack to here.
const MOST: u64 = 1 << 20;

fuzz_target!(|bytes: &[u8]| {
    let mut tar = Vec::new();
    if let Ok((_, layer)) = decode::decode(bytes)
        && layer.take(MOST).read_to_end(&mut tar).is_err()
    {
        return;
    }
    if bytes.last().is_some_and(|last| last % 2 == 1) {
        mend(&mut tar);
    }
    let mut reader = Reader::new(&tar[..]);
    while let Ok(Some(member)) = reader.next() {
        assert!(member.offset <= tar.len() as u64, "the content begins behind the end");
        let mut content = Vec::new();
        if reader.read_to_end(&mut content).is_ok() {
            assert!(content.len() as u64 <= member.header.size, "there is more than the header says");
        }
    }
    for flavor in [Flavor::Windows, Flavor::Linux] {
        let mut checker = Checker::new(flavor);
        let mut defects = Defects::default();
        let facts = checker.layer(&tar[..], &mut defects);
        // Once more on top of itself, where all of it is known.
        checker.layer(&tar[..], &mut defects);
        match Index::scan(&tar[..], flavor) {
            Ok((index, diff_id)) => {
                assert_eq!(facts.diff_id, Some(diff_id), "two readers read another layer");
                for node in index.nodes() {
                    assert_eq!(index.get(&node.path), Some(node), "a path is not found under its name");
                }
            }
            Err(_) => assert!(facts.fault.is_some(), "one reader refuses what the other takes"),
        }
    }
});

/// Puts the right checksum into each block that a reader takes for a header.
fn mend(tar: &mut [u8]) {
    let mut at = 0;
    while let Some(block) = tar.get_mut(at..at + BLOCK) {
        let block: &mut [u8; BLOCK] = block.try_into().expect("a block is as long as a block");
        let sum = format!("{:06o}\0 ", checksum(block));
        block[148..156].copy_from_slice(sum.as_bytes());
        let digits = block[124..136].iter().take_while(|byte| (b'0'..=b'7').contains(*byte));
        let size = digits.fold(0_usize, |size, digit| size.saturating_mul(8).saturating_add(usize::from(digit - b'0')));
        let content = size.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX);
        at = at.saturating_add(BLOCK).saturating_add(content).min(tar.len());
    }
}
