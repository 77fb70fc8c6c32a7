//! The reader, on what other tools write and on what nobody would.

use proptest::prelude::*;

use super::*;

fn members(tar: &[u8]) -> Result<(Vec<Member>, End), ReadError> {
    let mut reader = Reader::new(tar);
    let mut found = Vec::new();
    while let Some(member) = reader.next()? {
        found.push(member);
    }
    Ok((found, reader.finish()?))
}

fn header(name: &str) -> Header {
    Header { name: name.into(), kind: b'0', mode: 0o644, ..Header::default() }
}

#[test]
fn what_the_writer_writes_is_read_back() {
    let value = b"a binary\nvalue = \0\xff".to_vec();
    let long = Header {
        name: format!("{}/é", "n".repeat(120)).into_bytes(),
        size: 5,
        time: Time { seconds: -2, nanos: 500_000_000 },
        uid: 3_000_000,
        records: BTreeMap::from([("SCHILY.xattr.user.x".to_owned(), value)]),
        ..header("")
    };
    let link = Header { kind: b'2', link: "l".repeat(300).into_bytes(), ..header("b") };
    let mut tar = long.encode();
    tar.extend_from_slice(b"hello");
    tar.resize(tar.len().next_multiple_of(BLOCK), 0);
    let offset = tar.len() as u64;
    tar.extend(link.encode());
    tar.extend([0; 2 * BLOCK]);
    let (found, end) = members(&tar).unwrap();
    assert_eq!(end, End::Good);
    assert_eq!(found.iter().map(|member| &member.header).collect::<Vec<_>>(), [&long, &link]);
    assert_eq!(found[0].offset, offset - BLOCK as u64);
    assert!(found.iter().all(|member| member.oddities.is_empty()));
}

#[test]
fn content_is_read_between_the_headers() {
    let mut tar = Header { size: 3, ..header("a") }.encode();
    tar.extend_from_slice(b"abc");
    tar.resize(2 * BLOCK, 0);
    tar.extend(Header { size: 1000, ..header("b") }.encode());
    let mut reader = Reader::new(&tar[..]);
    reader.next().unwrap().unwrap();
    let mut text = String::new();
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "abc");
    assert_eq!(reader.next().unwrap().unwrap().header.name, b"b");
    assert!(reader.read_to_string(&mut text).is_err());
    assert!(matches!(reader.next(), Err(ReadError::Truncated { .. })));
}

#[test]
fn long_names_of_gnu_are_understood_and_noted() {
    let mut tar = Header { kind: b'L', size: 201, ..header("././@LongLink") }.encode();
    tar.extend([b'n'; 200]);
    tar.resize(2 * BLOCK, 0);
    tar.extend(header("short").encode());
    let (found, end) = members(&tar).unwrap();
    assert_eq!(found[0].header.name, [b'n'; 200]);
    assert_eq!(found[0].oddities, [Oddity::GnuLongName]);
    assert_eq!(end, End::Unmarked);
}

#[test]
fn numbers_in_binary_are_understood() {
    let mut oddities = Vec::new();
    let mut size = [0; 12];
    size[0] = 0x80;
    size[4..].copy_from_slice(&(9_u64 << 33).to_be_bytes());
    assert_eq!(number(&size, &mut oddities), Some(9 << 33));
    assert_eq!(number(&[0xff; 12], &mut oddities), Some(u64::MAX));
    assert_eq!(number(&[0x80, 0, 0, 0, 0, 0, 0, 7], &mut oddities), Some(7));
    size[1] = 1;
    assert_eq!(number(&size, &mut oddities), None);
    assert_eq!(number(b" 644 \0 ", &mut oddities), Some(0o644));
    assert_eq!(number(b"64x\0", &mut oddities), None);
}

#[test]
fn what_comes_behind_the_end_is_noted() {
    let mut tar = header("a").encode();
    tar.extend([0; 2 * BLOCK]);
    tar.extend([0; 9 * BLOCK]);
    assert_eq!(members(&tar).unwrap().1, End::Good);
    tar.push(1);
    assert_eq!(members(&tar).unwrap().1, End::Garbage);
    let damaged: Vec<u8> = tar.iter().enumerate().map(|(at, byte)| if at == 3 { 1 } else { *byte }).collect();
    assert!(matches!(members(&damaged), Err(ReadError::Header { offset: 0, .. })));
}

#[test]
fn times_of_records_parse() {
    let time = |text: &str| parse_time(text.as_bytes());
    assert_eq!(time("1.5"), Some(Time { seconds: 1, nanos: 500_000_000 }));
    assert_eq!(time("-1.5"), Some(Time { seconds: -2, nanos: 500_000_000 }));
    assert_eq!(time("1.1234567899"), Some(Time { seconds: 1, nanos: 123_456_789 }));
    for bad in ["", "x", "1.x", "1.-5", "--1", "99999999999999999999"] {
        assert_eq!(time(bad), None, "{bad}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
        let _ = members(&bytes);
        let _ = parse_records(&bytes);
        let _ = parse_time(&bytes);
    }

    #[test]
    fn any_damage_is_read_without_a_panic(at in 0..3 * BLOCK, byte: u8, mend: bool) {
        let mut tar = Header { size: 600, link: "é".into(), ..header("a") }.encode();
        tar.resize(tar.len() + 3 * BLOCK, 0);
        tar[at] = byte;
        if mend {
            // A right checksum lets the damage through to what reads the fields.
            for block in [0, 2] {
                let block: &mut [u8; BLOCK] = (&mut tar[block * BLOCK..(block + 1) * BLOCK]).try_into().unwrap();
                let sum = format!("{:06o}\0 ", checksum(block));
                block[148..156].copy_from_slice(sum.as_bytes());
            }
        }
        let _ = members(&tar);
    }
}
