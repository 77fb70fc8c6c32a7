//! Headers of a tar, as POSIX 2001 has them: a ustar block and, before it, records for what does not fit.

use std::collections::BTreeMap;

use super::Time;

/// The size of everything in a tar.
pub const BLOCK: usize = 512;

/// What stands before the content of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    /// The name, with `/`.
    pub name: Vec<u8>,
    /// `0` file, `1` hard link, `2` symbolic link, `5` folder ...
    pub kind: u8,
    /// How long the content is.
    pub size: u64,
    /// Permissions, with the bits for the kind where the writer sets them.
    pub mode: u32,
    /// The owner.
    pub uid: u64,
    /// The group.
    pub gid: u64,
    /// The time of the last change.
    pub time: Time,
    /// Where a link points.
    pub link: Vec<u8>,
    /// Extended records, as they are; what the fields above say is not repeated here by the writer.
    pub records: BTreeMap<String, Vec<u8>>,
}

/// The most that eleven octal digits hold.
const MAX_SIZE: u64 = 0o77_777_777_777;
/// The most that seven octal digits hold.
const MAX_ID: u64 = 0o7_777_777;

impl Header {
    /// The bytes: the block, and before it the extended header where one is needed.
    pub fn encode(&self) -> Vec<u8> {
        let mut records = self.records.clone();
        let mut add = |key: &str, value: Vec<u8>| {
            records.entry(key.to_owned()).or_insert(value);
        };
        if !fits(&self.name) {
            add("path", self.name.clone());
        }
        if !fits(&self.link) {
            add("linkpath", self.link.clone());
        }
        if self.size > MAX_SIZE {
            add("size", self.size.to_string().into_bytes());
        }
        if self.uid > MAX_ID {
            add("uid", self.uid.to_string().into_bytes());
        }
        if self.gid > MAX_ID {
            add("gid", self.gid.to_string().into_bytes());
        }
        if self.time.nanos != 0 || self.seconds().is_none() {
            add("mtime", format_time(self.time).into_bytes());
        }
        let mut out = Vec::new();
        if !records.is_empty() {
            let body: Vec<u8> = records.iter().flat_map(|(key, value)| record(key, value)).collect();
            let base = self.name.rsplit(|byte| *byte == b'/').find(|name| !name.is_empty()).unwrap_or_default();
            let name = [b"PaxHeaders.0/", base].concat();
            let extended = Header { name, kind: b'x', size: body.len() as u64, mode: 0o644, ..Header::default() };
            out.extend_from_slice(&extended.block());
            out.extend_from_slice(&body);
            out.resize(out.len().next_multiple_of(BLOCK), 0);
        }
        out.extend_from_slice(&self.block());
        out
    }

    fn seconds(&self) -> Option<u64> {
        u64::try_from(self.time.seconds).ok().filter(|seconds| *seconds <= MAX_SIZE)
    }

    fn block(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        put_text(&mut block[..100], &self.name);
        put_octal(&mut block[100..108], u64::from(self.mode));
        put_octal(&mut block[108..116], if self.uid > MAX_ID { 0 } else { self.uid });
        put_octal(&mut block[116..124], if self.gid > MAX_ID { 0 } else { self.gid });
        put_octal(&mut block[124..136], if self.size > MAX_SIZE { 0 } else { self.size });
        put_octal(&mut block[136..148], self.seconds().unwrap_or(0));
        block[156] = self.kind;
        put_text(&mut block[157..257], &self.link);
        block[257..265].copy_from_slice(b"ustar\x0000");
        let sum = checksum(&block);
        put_octal(&mut block[148..155], sum);
        block[155] = b' ';
        block
    }
}

/// The checksum of a block: the sum of its bytes, those of the checksum taken as spaces.
pub fn checksum(block: &[u8; BLOCK]) -> u64 {
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    sum(&block[..148]) + 8 * u64::from(b' ') + sum(&block[156..])
}

fn fits(name: &[u8]) -> bool {
    name.len() <= 100 && name.is_ascii()
}

/// As much as there is room for, with `_` for what is not ASCII: readers take the record.
fn put_text(field: &mut [u8], text: &[u8]) {
    for (to, from) in field.iter_mut().zip(text) {
        *to = if from.is_ascii() { *from } else { b'_' };
    }
}

/// Octal digits that fill the field but for the NUL at its end.
fn put_octal(field: &mut [u8], number: u64) {
    let digits = field.len() - 1;
    for (index, to) in field[..digits].iter_mut().rev().enumerate() {
        *to = b'0' + u8::try_from(number >> (3 * index) & 7).expect("three bits fit");
    }
    field[digits] = 0;
}

/// A record: its own length in digits, a space, the key, `=`, the value, a new line.
fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let rest = key.len() + value.len() + 3;
    let mut length = rest + rest.to_string().len();
    if length.to_string().len() > rest.to_string().len() {
        length = rest + length.to_string().len();
    }
    [format!("{length} {key}=").as_bytes(), value, b"\n"].concat()
}

/// A time in a record: seconds, and the fraction in nine digits without the zeros at its end.
pub fn format_time(time: Time) -> String {
    if time.nanos == 0 {
        return time.seconds.to_string();
    }
    // A negative time counts its fraction away from zero.
    let (sign, seconds, nanos) = match time.seconds {
        negative if negative < 0 => ("-", (negative + 1).unsigned_abs(), 1_000_000_000 - time.nanos),
        seconds => ("", seconds.unsigned_abs(), time.nanos),
    };
    let fraction = format!("{nanos:09}");
    format!("{sign}{seconds}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_header_is_one_block() {
        let header = Header { name: b"app/a.txt".to_vec(), kind: b'0', size: 5, mode: 0o644, ..Header::default() };
        let bytes = header.encode();
        assert_eq!(bytes.len(), BLOCK);
        assert_eq!(&bytes[..10], b"app/a.txt\0");
        assert_eq!(&bytes[100..108], b"0000644\0");
        assert_eq!(&bytes[124..136], b"00000000005\0");
        // The checksum as Python's tarfile computes it for the same header.
        assert_eq!(&bytes[148..156], b"007501\0 ");
    }

    #[test]
    fn a_record_counts_its_own_length() {
        assert_eq!(record("a", b"1"), b"6 a=1\n");
        // 98 bytes besides the length: two digits would make 100, which has three.
        let value = "v".repeat(94);
        let bytes = record("a", value.as_bytes());
        assert_eq!(bytes.len(), 101);
        for length in 0..1200 {
            let bytes = record("key", &vec![b'v'; length]);
            let digits = bytes.split(|byte| *byte == b' ').next().unwrap();
            assert_eq!(std::str::from_utf8(digits).unwrap().parse(), Ok(bytes.len()));
        }
    }

    #[test]
    fn what_does_not_fit_stands_in_a_record() {
        let long = "n".repeat(101);
        let cases: [(Header, &str); 6] = [
            (Header { name: long.clone().into_bytes(), ..Header::default() }, "111 path="),
            (Header { name: "é".into(), ..Header::default() }, "11 path=é\n"),
            (Header { link: "é".into(), ..Header::default() }, "15 linkpath=é\n"),
            (Header { size: MAX_SIZE + 1, ..Header::default() }, "19 size=8589934592\n"),
            (Header { uid: 2_097_152, ..Header::default() }, "15 uid=2097152\n"),
            (Header { time: Time { seconds: -2, nanos: 500_000_000 }, ..Header::default() }, "14 mtime=-1.5\n"),
        ];
        for (header, expected) in cases {
            let bytes = header.encode();
            assert_eq!(bytes.len(), 3 * BLOCK);
            assert!(bytes[BLOCK..].starts_with(expected.as_bytes()), "{expected}");
        }
    }

    #[test]
    fn times_lose_the_zeros_at_their_end() {
        assert_eq!(format_time(Time { seconds: 1, nanos: 167_795_000 }), "1.167795");
        assert_eq!(format_time(Time { seconds: 1, nanos: 100 }), "1.0000001");
        assert_eq!(format_time(Time::at(-3)), "-3");
    }
}
