//! Reading any tar that other tools write, entry by entry, in one pass: ustar, POSIX records (binary values too) and
//! GNU's long names.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use super::Time;
use super::header::{BLOCK, Header, checksum};

/// The most that the records or the long name of one entry may have; Go's reader takes as much.
const MAX_RECORDS: u64 = 1 << 20;

/// The most that all headers before an entry's own may have: records, a long name and a long target.
const MAX_GATHERED: u64 = 3 * MAX_RECORDS;

/// An entry as it stands in the tar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its header, with what the records say already in the fields.
    pub header: Header,
    /// Where its content begins in the tar.
    pub offset: u64,
    /// What is unusual about how it is written.
    pub oddities: Vec<Oddity>,
}

/// Something that a reader gets over and a good writer does not do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// GNU's `L` or `K` record for a long name.
    GnuLongName,
    /// Records for all entries after them, as `git archive` writes.
    GlobalRecords,
    /// A file with holes.
    Sparse,
    /// A field that is no octal number.
    BinaryNumber,
    /// Records whose kind of time or number does not parse.
    BadRecord,
}

/// Why a tar cannot be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The stream fails, or its compression is broken.
    #[error("the tar cannot be read at byte {offset}")]
    Io {
        /// How far it was read.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// The stream ends inside an entry.
    #[error("the tar ends inside an entry, at byte {offset}")]
    Truncated {
        /// How long it is.
        offset: u64,
    },
    /// Not the header of an entry.
    #[error("there is no header at byte {offset} of the tar: {reason}")]
    Header {
        /// Where one should be.
        offset: u64,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// A path that nobody can open.
    #[error("the layer has a path of {length} bytes, {start}..., that is too long or leads through too many folders")]
    Beyond {
        /// How it begins.
        start: String,
        /// How long it is.
        length: usize,
    },
}

/// What comes behind the last entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Two empty blocks, and nothing or zeros behind them.
    Good,
    /// Fewer than two empty blocks.
    Unmarked,
    /// Something else behind the empty blocks.
    Garbage,
}

/// Reads a tar. Between two calls of [`next`](Reader::next) the content of the entry can be read.
pub struct Reader<R> {
    inner: R,
    /// How much was read.
    position: u64,
    /// How much of the entry's content was not.
    content: u64,
    /// What follows the content up to the next header.
    padding: u64,
    end: Option<End>,
}

/// Reads the headers of a tar that is a file, going from one to the next over what stands between.
pub struct Headers<'f> {
    file: BufReader<&'f File>,
    position: u64,
    end: u64,
}

impl<'f> Headers<'f> {
    /// The headers of the tar in a file, from its beginning.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn of(mut file: &'f File) -> io::Result<Self> {
        file.rewind()?;
        let end = file.metadata()?.len();
        Ok(Headers { file: BufReader::new(file), position: 0, end })
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// When the file cannot be read, is no tar, or ends inside the entry.
    #[allow(clippy::should_implement_trait, reason = "as that of the reader")]
    pub fn next(&mut self) -> Result<Option<Member>, ReadError> {
        let at = self.position;
        let mut reader = Reader { position: at, ..Reader::new(&mut self.file) };
        let Some(member) = reader.next()? else { return Ok(None) };
        let (content, padding) = (reader.content, reader.padding);
        let stop = member.offset.checked_add(content).filter(|stop| *stop <= self.end);
        let stop = stop.ok_or(ReadError::Truncated { offset: self.end })?;
        // Some tools leave the padding of the last entry out.
        self.position = (stop + padding).min(self.end);
        let step = i64::try_from(self.position - member.offset).expect("a file is shorter than a signed number");
        self.file.seek_relative(step).map_err(|source| ReadError::Io { offset: at, source })?;
        Ok(Some(member))
    }
}

/// Whether a block is the header of an entry.
pub fn is_header(block: &[u8]) -> bool {
    <&[u8; BLOCK]>::try_from(block).is_ok_and(|block| parse(block, 0, &mut Vec::new()).is_ok())
}

/// What is gathered from the headers before an entry's own.
#[derive(Default)]
struct Pending {
    records: BTreeMap<String, Vec<u8>>,
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    oddities: Vec<Oddity>,
}

impl<R: Read> Reader<R> {
    /// Reads the tar that `inner` gives, uncompressed.
    pub const fn new(inner: R) -> Self {
        Reader { inner, position: 0, content: 0, padding: 0, end: None }
    }

    /// The next entry; `None` at the end.
    ///
    /// # Errors
    /// When the stream fails or is no tar.
    #[allow(clippy::should_implement_trait, reason = "an iterator could not be read from between two entries")]
    pub fn next(&mut self) -> Result<Option<Member>, ReadError> {
        if self.end.is_some() {
            return Ok(None);
        }
        let mut pending = Pending::default();
        let mut gathered = 0;
        loop {
            self.skip(self.content + self.padding)?;
            (self.content, self.padding) = (0, 0);
            let at = self.position;
            let Some(block) = self.block()? else {
                self.end = Some(End::Unmarked);
                return Ok(None);
            };
            if block.iter().all(|byte| *byte == 0) {
                let second = self.block()?;
                let is_marked = second.is_some_and(|block| block.iter().all(|byte| *byte == 0));
                self.end = Some(if is_marked { End::Good } else { End::Unmarked });
                return Ok(None);
            }
            let header = parse(&block, at, &mut pending.oddities)?;
            if matches!(header.kind, b'x' | b'g' | b'L' | b'K') {
                gathered += header.size.min(MAX_GATHERED).max(BLOCK as u64);
                if gathered > MAX_GATHERED {
                    return Err(ReadError::Header { offset: at, reason: "too much stands before the entry itself" });
                }
            }
            match header.kind {
                b'x' => pending.records.extend(self.records(header.size, at)?),
                b'g' => {
                    self.records(header.size, at)?;
                    pending.oddities.push(Oddity::GlobalRecords);
                }
                b'L' | b'K' => {
                    let mut text = self.body(header.size, at)?;
                    text.truncate(text.iter().position(|byte| *byte == 0).unwrap_or(text.len()));
                    pending.oddities.push(Oddity::GnuLongName);
                    *(if header.kind == b'L' { &mut pending.name } else { &mut pending.link }) = Some(text);
                }
                _ => return self.entry(header, pending, at).map(Some),
            }
        }
    }

    /// Reads to the end of the stream and says what comes behind the entries.
    ///
    /// # Errors
    /// When the stream fails.
    pub fn finish(&mut self) -> Result<End, ReadError> {
        while self.next()?.is_some() {}
        let mut end = self.end.unwrap_or(End::Unmarked);
        let mut buffer = [0; 8 << 10];
        loop {
            match self.some(&mut buffer)? {
                0 => return Ok(end),
                count if buffer[..count].iter().any(|byte| *byte != 0) => end = End::Garbage,
                _ => {}
            }
        }
    }

    fn entry(&mut self, mut header: Header, pending: Pending, at: u64) -> Result<Member, ReadError> {
        let mut oddities = pending.oddities;
        header.records = pending.records;
        header.name = pending.name.unwrap_or(header.name);
        header.link = pending.link.unwrap_or(header.link);
        apply_records(&mut header, &mut oddities);
        let is_sparse = header.records.keys().any(|key| key.starts_with("GNU.sparse."));
        if header.kind == b'S' || is_sparse {
            oddities.push(Oddity::Sparse);
        }
        // A reader takes no content from what has none, whatever its size says.
        self.content = if matches!(header.kind, b'1'..=b'6') { 0 } else { header.size };
        self.padding = self
            .content
            .checked_next_multiple_of(BLOCK as u64)
            .ok_or(ReadError::Header { offset: at, reason: "its size is beyond all measure" })?
            - self.content;
        if header.kind == b'0' && header.name.ends_with(b"/") {
            header.kind = b'5';
        }
        Ok(Member { header, offset: self.position, oddities })
    }

    fn records(&mut self, size: u64, at: u64) -> Result<BTreeMap<String, Vec<u8>>, ReadError> {
        let body = self.body(size, at)?;
        parse_records(&body).ok_or(ReadError::Header { offset: at, reason: "its extended records are malformed" })
    }

    /// The content of a header that is about another entry.
    fn body(&mut self, size: u64, at: u64) -> Result<Vec<u8>, ReadError> {
        if size > MAX_RECORDS {
            return Err(ReadError::Header { offset: at, reason: "its extended records are longer than 1 MiB" });
        }
        let mut body = vec![0; usize::try_from(size).expect("1 MiB fits")];
        self.fill(&mut body)?;
        self.skip(size.next_multiple_of(BLOCK as u64) - size)?;
        Ok(body)
    }

    /// The next block; `None` where the stream ends.
    fn block(&mut self) -> Result<Option<[u8; BLOCK]>, ReadError> {
        let mut block = [0; BLOCK];
        let first = self.some(&mut block)?;
        if first == 0 {
            return Ok(None);
        }
        self.fill(&mut block[first..])?;
        Ok(Some(block))
    }

    fn fill(&mut self, buffer: &mut [u8]) -> Result<(), ReadError> {
        let mut filled = 0;
        while filled < buffer.len() {
            match self.some(&mut buffer[filled..])? {
                0 => return Err(ReadError::Truncated { offset: self.position }),
                count => filled += count,
            }
        }
        Ok(())
    }

    fn skip(&mut self, mut count: u64) -> Result<(), ReadError> {
        let mut buffer = [0; 16 << 10];
        while count > 0 {
            let most = usize::try_from(count).unwrap_or(usize::MAX).min(buffer.len());
            match self.some(&mut buffer[..most])? {
                0 => return Err(ReadError::Truncated { offset: self.position }),
                read => count -= read as u64,
            }
        }
        Ok(())
    }

    fn some(&mut self, buffer: &mut [u8]) -> Result<usize, ReadError> {
        loop {
            match self.inner.read(buffer) {
                Ok(count) => {
                    self.position += count as u64;
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(source) => return Err(ReadError::Io { offset: self.position, source }),
            }
        }
    }
}

/// The content of the current entry.
impl<R: Read> Read for Reader<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.content).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        match self.some(&mut buffer[..most]) {
            Ok(0) => Err(io::Error::new(io::ErrorKind::UnexpectedEof, ReadError::Truncated { offset: self.position })),
            Ok(count) => {
                self.content -= count as u64;
                Ok(count)
            }
            Err(ReadError::Io { source, .. }) => Err(source),
            Err(error) => Err(io::Error::new(io::ErrorKind::InvalidData, error)),
        }
    }
}

fn parse(block: &[u8; BLOCK], at: u64, oddities: &mut Vec<Oddity>) -> Result<Header, ReadError> {
    let fault = |reason| ReadError::Header { offset: at, reason };
    let mut number = |field: &[u8], reason| number(field, oddities).ok_or(ReadError::Header { offset: at, reason });
    let sum = number(&block[148..156], "its checksum is no number")?;
    let signed = || {
        let signed = |bytes: &[u8]| bytes.iter().map(|byte| i64::from(byte.cast_signed())).sum::<i64>();
        signed(&block[..148]) + 8 * i64::from(b' ') + signed(&block[156..])
    };
    if sum != checksum(block) && i64::try_from(sum) != Ok(signed()) {
        return Err(fault("its checksum is wrong"));
    }
    let mut name = text(&block[..100]);
    // GNU's own format has other things where POSIX has the folder of a long name.
    if block[257..263] == *b"ustar\0" {
        let prefix = text(&block[345..500]);
        if !prefix.is_empty() {
            name = [&prefix, &b"/"[..], &name].concat();
        }
    }
    let id = |number: u64| number & u64::from(u32::MAX);
    Ok(Header {
        name,
        kind: if block[156] == 0 { b'0' } else { block[156] },
        size: number(&block[124..136], "its size is no number")?,
        mode: u32::try_from(number(&block[100..108], "its mode is no number")? & 0o177_777).expect("16 bits fit"),
        uid: id(number(&block[108..116], "its owner is no number")?),
        gid: id(number(&block[116..124], "its group is no number")?),
        time: Time::at(number(&block[136..148], "its time is no number")?.cast_signed()),
        link: text(&block[157..257]),
        records: BTreeMap::new(),
    })
}

fn text(field: &[u8]) -> Vec<u8> {
    field.split(|byte| *byte == 0).next().unwrap_or_default().to_vec()
}

/// A number in octal digits, or, when its first bit is set, in binary.
fn number(field: &[u8], oddities: &mut Vec<Oddity>) -> Option<u64> {
    if field[0] & 0x80 != 0 {
        oddities.push(Oddity::BinaryNumber);
        // Two's complement over the whole field, its first bit being the mark.
        let is_negative = field[0] & 0x40 != 0;
        let high = if is_negative { field[0] } else { field[0] & 0x3f };
        let fill = if is_negative { 0xff } else { 0 };
        let (rest, low) = field.split_at(field.len().saturating_sub(8));
        let is_short = rest.iter().skip(1).all(|byte| *byte == fill) && (rest.is_empty() || high == fill);
        let mut bytes: [u8; 8] = low.try_into().ok()?;
        if rest.is_empty() {
            bytes[0] = high;
        }
        return is_short.then(|| u64::from_be_bytes(bytes));
    }
    let digits = field.split(|byte| *byte == 0).next()?;
    let digits = std::str::from_utf8(digits).ok()?.trim_matches(' ');
    if digits.is_empty() { Some(0) } else { u64::from_str_radix(digits, 8).ok() }
}

/// The records of an extended header; values are bytes and may hold anything.
fn parse_records(mut body: &[u8]) -> Option<BTreeMap<String, Vec<u8>>> {
    let mut records = BTreeMap::new();
    while !body.is_empty() {
        let space = body.iter().take(20).position(|byte| *byte == b' ')?;
        let length: usize = std::str::from_utf8(&body[..space]).ok()?.parse().ok()?;
        let record = body.get(space + 1..length)?.strip_suffix(b"\n")?;
        let equals = record.iter().position(|byte| *byte == b'=')?;
        let key = String::from_utf8(record[..equals].to_vec()).ok()?;
        records.insert(key, record[equals + 1..].to_vec());
        body = &body[length..];
    }
    Some(records)
}

/// Puts what records say into the fields, and takes those records away.
fn apply_records(header: &mut Header, oddities: &mut Vec<Oddity>) {
    let mut bad = false;
    let mut number = |value: &[u8], field: &mut u64| match std::str::from_utf8(value).map(str::parse) {
        Ok(Ok(number)) => *field = number,
        _ => bad = true,
    };
    let mut take = |key: &str| header.records.remove(key).filter(|value| !value.is_empty());
    if let Some(name) = take("path") {
        header.name = name;
    }
    if let Some(link) = take("linkpath") {
        header.link = link;
    }
    for (key, field) in [("size", &mut header.size), ("uid", &mut header.uid), ("gid", &mut header.gid)] {
        if let Some(value) = take(key) {
            number(&value, field);
        }
    }
    if let Some(value) = take("mtime") {
        match parse_time(&value) {
            Some(time) => header.time = time,
            None => bad = true,
        }
    }
    if bad {
        oddities.push(Oddity::BadRecord);
    }
}

/// A time of a record: seconds and a fraction of at most nine digits, more are cut.
pub fn parse_time(value: &[u8]) -> Option<Time> {
    let text = std::str::from_utf8(value).ok()?;
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_negative = whole.starts_with('-');
    let seconds: i64 = whole.parse().ok()?;
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    let nanos: u32 = digits.parse().ok()?;
    if is_negative && nanos > 0 {
        return Some(Time { seconds: seconds.checked_sub(1)?, nanos: 1_000_000_000 - nanos });
    }
    Some(Time { seconds, nanos })
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;
