//! Archives: tar, plain or compressed, and zip. Their files are unpacked once into one file beside the store's blobs, as
//! a stream, so that memory does not grow with them.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex};

use tempfile::NamedTempFile;

use crate::layer::read::{Headers, Oddity, ReadError, is_header};
use crate::layer::{self, Content, Posix, Ranges, Time, WriteError};
use crate::store::Store;

use super::error::StepError;

/// What an archive has.
pub struct Archive {
    /// Its members, in order.
    pub members: Vec<Member>,
    bytes: Arc<Unpacked>,
}

/// A member of an archive.
#[derive(Clone, Debug)]
pub struct Member {
    /// Its name, as the archive has it.
    pub name: String,
    /// What it is.
    pub kind: MemberKind,
    /// When it was changed last.
    pub time: Time,
    /// Owner and mode.
    pub posix: Posix,
}

/// What a member is.
#[derive(Clone, Debug)]
pub enum MemberKind {
    /// A folder.
    Directory,
    /// A file: where its bytes are in the unpacked file.
    File {
        /// From where.
        offset: u64,
        /// How many.
        size: u64,
    },
    /// A link by path.
    Symlink(String),
    /// Another name of a member.
    Hardlink(String),
    /// A device, a pipe.
    Special,
}

/// Which kinds of archives are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// tar, plain or compressed.
    Tar,
    /// zip.
    Zip,
    /// Both.
    Any,
}

/// Bytes that live as long as something refers to them. The file is locked, which on Windows keeps out all who open it
/// anew: everybody reads through this one handle.
struct Unpacked(Mutex<NamedTempFile>);

impl Ranges for Unpacked {
    fn range(&self, offset: u64, size: u64) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(Part { file: &self.0, at: offset, left: size }))
    }
}

/// Some of the bytes of a file that others read, too.
struct Part<'a> {
    file: &'a Mutex<NamedTempFile>,
    at: u64,
    left: u64,
}

impl Read for Part<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).map_or(buffer.len(), |left| left.min(buffer.len()));
        let mut file = self.file.lock().map_err(|_| io::Error::other("reading this archive failed before"))?;
        file.seek(SeekFrom::Start(self.at))?;
        let count = file.read(&mut buffer[..wanted])?;
        self.at += count as u64;
        self.left -= count as u64;
        Ok(count)
    }
}

impl Archive {
    /// The bytes of a file of it.
    pub fn content(&self, offset: u64, size: u64) -> Content {
        Content::Range { source: Arc::clone(&self.bytes) as Arc<dyn Ranges>, offset, size }
    }
}

/// How the bytes of a file begin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Magic {
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Zip,
    Other,
}

fn magic(begin: &[u8]) -> Magic {
    match begin {
        [0x1f, 0x8b, ..] => Magic::Gzip,
        [b'B', b'Z', b'h', ..] => Magic::Bzip2,
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Magic::Xz,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Magic::Zstd,
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Magic::Zip,
        _ => Magic::Other,
    }
}

/// Unpacks a file, if it is an archive of a known kind; `None` when it is none.
///
/// # Errors
/// When it is one and broken, when it changes meanwhile, or the disk fails.
pub fn open(store: &Store, content: &Content, name: &str, known: Known) -> Result<Option<Archive>, StepError> {
    let opened = unpack(store, content, name, known);
    // It was digested before it was unpacked, and what is broken may only be half written.
    content.check_unchanged().map_err(WriteError::Io)?;
    opened
}

fn unpack(store: &Store, content: &Content, name: &str, known: Known) -> Result<Option<Archive>, StepError> {
    let broken = |why: String| StepError::Archive { archive: name.to_owned(), why };
    let mut begin = Vec::new();
    reader(content)
        .and_then(|file| file.take(512).read_to_end(&mut begin))
        .map_err(|error| broken(error.to_string()))?;
    let magic = magic(&begin);
    if (magic == Magic::Zip) != (known == Known::Zip) && known != Known::Any {
        return Ok(None);
    }
    if magic == Magic::Other && !is_header(&begin) {
        return Ok(None);
    }
    let mut file = store.temporary()?;
    let members = match magic {
        Magic::Zip => unzip(store, content, &mut file).map_err(broken)?,
        _ => {
            match expand(content, magic, &mut file) {
                Err(error) => return Err(broken(error.to_string())),
                // What is compressed and no tar is a file like any other.
                Ok(false) => return Ok(None),
                Ok(true) => members_of_tar(file.as_file()).map_err(|error| broken(error.to_string()))?,
            }
        }
    };
    Ok(Some(Archive { members, bytes: Arc::new(Unpacked(Mutex::new(file))) }))
}

/// A file's bytes from its beginning.
fn reader(content: &Content) -> io::Result<Box<dyn Read + '_>> {
    match content {
        Content::Bytes(bytes) => Ok(Box::new(&bytes[..])),
        Content::File { path, .. } => Ok(Box::new(File::open(path.to_path())?)),
        Content::Range { source, offset, size } => Ok(source.range(*offset, *size)?),
    }
}

/// The most memory that unpacking an xz may take, in KiB. It takes as much as the dictionary it was made with; the
/// largest one of xz's own presets has 64 MiB.
const XZ_MEMORY: u32 = 1 << 20;
const LARGE_DICTIONARY: &str = "unpacking it takes more than 1 GiB of memory, for its dictionary; compress it with a \
    smaller one, as `xz -9` has it";

/// Writes the bytes without their compression; gives whether they are a tar.
fn expand(content: &Content, magic: Magic, out: &mut NamedTempFile) -> io::Result<bool> {
    let file = BufReader::with_capacity(128 << 10, reader(content)?);
    let mut first = FirstBlock { inner: BufWriter::with_capacity(128 << 10, out.as_file_mut()), begin: Vec::new() };
    let copied = match magic {
        Magic::Gzip => io::copy(&mut flate2::bufread::MultiGzDecoder::new(file), &mut first).map(drop),
        Magic::Bzip2 => io::copy(&mut bzip2::bufread::MultiBzDecoder::new(file), &mut first).map(drop),
        Magic::Zstd => io::copy(&mut zstd::stream::read::Decoder::with_buffer(file)?, &mut first).map(drop),
        Magic::Xz => {
            let copied = io::copy(&mut lzma_rust2::XzReader::new_mem_limit(file, true, XZ_MEMORY), &mut first);
            copied.map(drop).map_err(|error| match error.kind() {
                io::ErrorKind::OutOfMemory => io::Error::new(io::ErrorKind::InvalidData, LARGE_DICTIONARY),
                _ => error,
            })
        }
        Magic::Zip | Magic::Other => io::copy(&mut { file }, &mut first).map(drop),
    };
    match copied {
        Err(error) if error.get_ref().is_some_and(|inner| inner.is::<NoTar>()) => return Ok(false),
        other => other?,
    }
    first.inner.flush()?;
    Ok(is_header(&first.begin))
}

/// Ends the copy at its first block when that is no tar's.
struct FirstBlock<W> {
    inner: W,
    begin: Vec<u8>,
}

#[derive(Debug, thiserror::Error)]
#[error("it is no tar")]
struct NoTar;

impl<W: Write> Write for FirstBlock<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.begin.len() < 512 {
            self.begin.extend(bytes.iter().take(512 - self.begin.len()));
            if self.begin.len() == 512 && !is_header(&self.begin) {
                return Err(io::Error::other(NoTar));
            }
        }
        self.inner.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn members_of_tar(file: &File) -> io::Result<Vec<Member>> {
    let invalid = |why: String| io::Error::new(io::ErrorKind::InvalidData, why);
    let text = |bytes: Vec<u8>| {
        String::from_utf8(bytes)
            .map_err(|error| invalid(format!("the name {} is no UTF-8", String::from_utf8_lossy(error.as_bytes()))))
    };
    let mut headers = Headers::of(file)?;
    let mut members = Vec::new();
    loop {
        let found = headers.next().map_err(|error| match error {
            ReadError::Io { source, .. } => source,
            error => invalid(error.to_string()),
        })?;
        let Some(layer::read::Member { header, offset, oddities }) = found else { return Ok(members) };
        let name = text(header.name)?;
        if oddities.contains(&Oddity::Sparse) {
            // Their bytes in the archive are not those of the file.
            return Err(with_holes(&name));
        }
        let has_target = !header.link.is_empty();
        let kind = match header.kind {
            b'5' => MemberKind::Directory,
            b'2' if has_target => MemberKind::Symlink(text(header.link)?),
            b'1' if has_target => MemberKind::Hardlink(text(header.link)?),
            b'0' | b'7' => MemberKind::File { offset, size: header.size },
            _ => MemberKind::Special,
        };
        let xattrs = header.records.into_iter();
        let xattrs = xattrs.filter_map(|(key, value)| Some((key.strip_prefix("SCHILY.xattr.")?.to_owned(), value)));
        let posix = Posix { mode: header.mode & 0o7777, uid: header.uid, gid: header.gid, xattrs: xattrs.collect() };
        members.push(Member { name, kind, time: header.time, posix });
    }
}

fn with_holes(name: &str) -> io::Error {
    let why = format!("its member {name} is a file with holes; make the archive without --sparse");
    io::Error::new(io::ErrorKind::InvalidData, why)
}

/// Unpacks the members of a zip behind each other.
fn unzip(store: &Store, content: &Content, out: &mut NamedTempFile) -> Result<Vec<Member>, String> {
    let said = |error: &dyn std::error::Error| error.to_string();
    let file = seekable(store, content).map_err(|error| said(&error))?;
    let mut archive = zip::ZipArchive::new(BufReader::new(file)).map_err(|error| said(&error))?;
    let mut members = Vec::with_capacity(archive.len());
    let mut offset = 0;
    for at in 0..archive.len() {
        let mut member = archive.by_index(at).map_err(|error| said(&error))?;
        // Old tools of Windows write backslashes.
        let name = member.name().replace('\\', "/");
        let mode = member.unix_mode().unwrap_or_default();
        let kind = if name.ends_with('/') {
            MemberKind::Directory
        } else if mode & 0o170_000 == 0o120_000 {
            MemberKind::Symlink(link_target(&mut member).map_err(|error| format!("{name}: {error}"))?)
        } else {
            let size = io::copy(&mut member, out).map_err(|error| format!("{name}: {error}"))?;
            offset += size;
            MemberKind::File { offset: offset - size, size }
        };
        let posix = Posix { mode: mode & 0o7777, ..Posix::default() };
        members.push(Member { name, kind, time: dos_time(member.last_modified()), posix });
    }
    out.as_file_mut().flush().map_err(|error| said(&error))?;
    Ok(members)
}

/// The most bytes that a link's target may have: the longest path of Windows has 32,767 characters.
const MAX_TARGET: u64 = 32 << 10;

fn link_target(member: &mut impl Read) -> io::Result<String> {
    let mut target = Vec::new();
    member.take(MAX_TARGET + 1).read_to_end(&mut target)?;
    if target.len() as u64 > MAX_TARGET {
        let why = format!("it is a link whose target has more than {MAX_TARGET} bytes, longer than any path");
        return Err(io::Error::new(io::ErrorKind::InvalidData, why));
    }
    let no_text = |_| io::Error::new(io::ErrorKind::InvalidData, "it is a link whose target is no UTF-8");
    String::from_utf8(target).map_err(no_text)
}

/// A file that can be read anywhere: zip's directory is at its end.
fn seekable(store: &Store, content: &Content) -> io::Result<File> {
    if let Content::File { path, .. } = content {
        return File::open(path.to_path());
    }
    let mut copy = tempfile::tempfile_in(store.own("tmp"))?;
    io::copy(&mut reader(content)?, &mut copy)?;
    Ok(copy)
}

/// The local time of a zip, taken for UTC: the zone it was made in is not in it.
fn dos_time(time: Option<zip::DateTime>) -> Time {
    let date = time.and_then(|time| {
        let (hour, minute, second) = (time.hour(), time.minute(), time.second().min(59));
        let number = |value: u8| i8::try_from(value).ok();
        let date =
            jiff::civil::Date::new(time.year().cast_signed(), number(time.month())?, number(time.day())?).ok()?;
        let time = jiff::civil::Time::new(number(hour)?, number(minute)?, number(second)?, 0).ok()?;
        date.to_datetime(time).to_zoned(jiff::tz::TimeZone::UTC).ok()
    });
    date.map_or_else(Time::default, |date| Time::at(date.timestamp().as_second()))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::UNIX_EPOCH;

    use super::*;

    fn tar() -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        let mut header = tar::Header::new_ustar();
        header.set_size(1);
        header.set_entry_type(tar::EntryType::Regular);
        builder.append_data(&mut header, "a.txt", &b"a"[..]).unwrap();
        builder.into_inner().unwrap()
    }

    #[test]
    fn an_archive_that_changed_since_it_was_found_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("store")).unwrap();
        let path = folder.path().join("a.tar");
        fs::write(&path, tar()).unwrap();
        let size = fs::metadata(&path).unwrap().len();
        let modified = fs::metadata(&path).unwrap().modified().ok();
        let opened = |size, modified| {
            let content = Content::File { path: path.clone().into(), size, modified };
            open(&store, &content, "a.tar", Known::Tar).map(|opened| opened.map(|archive| archive.members.len()))
        };
        assert_eq!(opened(size, modified).unwrap(), Some(1));
        for (size, modified) in [(size - 1, modified), (size + 1, modified), (size, Some(UNIX_EPOCH))] {
            let Err(StepError::Write(WriteError::Io(error))) = opened(size, modified) else { panic!("{size}") };
            assert!(error.to_string().contains("a.tar changed while it was read"), "{error}");
        }
        // Half of it is no archive because it changed, and that is what is said.
        fs::write(&path, &tar()[..700]).unwrap();
        assert!(matches!(opened(size, modified), Err(StepError::Write(_))));
    }

    #[test]
    fn a_file_with_holes_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("store")).unwrap();
        let mut of_pax = crate::layer::header::Header { name: b"disk.img".to_vec(), kind: b'0', ..Default::default() };
        of_pax.records.insert("GNU.sparse.major".to_owned(), b"1".to_vec());
        let mut of_gnu = tar::Header::new_gnu();
        of_gnu.set_path("disk.img").unwrap();
        of_gnu.set_size(0);
        of_gnu.set_entry_type(tar::EntryType::GNUSparse);
        of_gnu.as_gnu_mut().unwrap().realsize = *b"00000000000\0";
        of_gnu.set_cksum();
        for header in [of_pax.encode(), of_gnu.as_bytes().to_vec()] {
            let bytes = [header, vec![0; 1024]].concat();
            let error = open(&store, &Content::bytes(bytes), "a.tar", Known::Tar).err().unwrap().to_string();
            assert!(error.contains("its member disk.img is a file with holes"), "{error}");
        }
    }

    fn xz(bytes: &[u8]) -> Vec<u8> {
        let options = lzma_rust2::XzOptions::with_preset(1);
        let mut writer = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
        writer.write_all(bytes).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn the_memory_of_an_xz_is_bounded() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("store")).unwrap();
        let opened = |bytes: Vec<u8>| {
            let opened = open(&store, &Content::bytes(bytes), "a.tar.xz", Known::Tar);
            opened.map(|archive| archive.unwrap().members.len())
        };
        let good = xz(&tar());
        // Several streams behind each other are one file, as `cat` and pixz make them.
        let (left, right) = (tar()[..512].to_vec(), tar()[512..].to_vec());
        assert_eq!(opened([xz(&left), xz(&right)].concat()).unwrap(), 1);
        // The header of the first block stands behind the twelve bytes of the stream's: its size in words less one,
        // its filter 0x21 with one byte for the size of the dictionary, and at its end its checksum.
        let end = 12 + 4 * usize::from(good[12]);
        let at = 14 + good[14..end].windows(2).position(|bytes| bytes == [0x21, 1]).unwrap() + 2;
        for (dictionary, expected) in [(28, None), (38, Some(LARGE_DICTIONARY))] {
            let mut changed = good.clone();
            changed[at] = dictionary;
            let mut sum = flate2::Crc::new();
            sum.update(&changed[12..end]);
            changed[end..end + 4].copy_from_slice(&sum.sum().to_le_bytes());
            let found = opened(changed).map_err(|error| error.to_string());
            let expected = expected.map(|why| format!("a.tar.xz cannot be unpacked: {why}"));
            assert_eq!(found.err(), expected);
        }
        assert!(opened(good[..good.len() - 20].to_vec()).is_err());
    }

    #[test]
    fn a_name_without_end_is_refused_before_it_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("store")).unwrap();
        let long = |sizes: &[u64]| {
            let mut builder = tar::Builder::new(Vec::new());
            for size in sizes {
                let mut header = tar::Header::new_gnu();
                header.set_entry_type(tar::EntryType::GNULongName);
                header.set_size(*size);
                header.set_cksum();
                builder.append(&header, io::repeat(b'a').take(*size)).unwrap();
            }
            let begin = builder.into_inner().unwrap();
            let begin = &begin[..begin.len() - 1024];
            let content = Content::bytes([begin, &tar()].concat());
            open(&store, &content, "a.tar", Known::Tar).map(|opened| opened.unwrap().members[0].name.len())
        };
        let refused = |sizes: &[u64]| long(sizes).unwrap_err().to_string();
        assert_eq!(long(&[300]).unwrap(), 300);
        assert!(refused(&[2 << 20]).contains("longer than 1 MiB"));
        assert!(refused(&[1 << 20; 4]).contains("too much stands before the entry"));
        // One of which only the header is there.
        let mut cut = tar::Header::new_gnu();
        cut.set_entry_type(tar::EntryType::GNULongName);
        cut.set_size(1 << 40);
        cut.set_cksum();
        let opened = open(&store, &Content::bytes(cut.as_bytes().to_vec()), "a.tar", Known::Tar);
        assert!(opened.map(drop).unwrap_err().to_string().contains("longer than 1 MiB"));
    }

    #[test]
    fn a_link_of_a_zip_has_a_path_for_its_target() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create(&folder.path().join("store")).unwrap();
        let opened = |target: &str| {
            let mut writer = zip::ZipWriter::new(io::Cursor::new(Vec::new()));
            writer.add_symlink("link", target, zip::write::SimpleFileOptions::default()).unwrap();
            let content = Content::bytes(writer.finish().unwrap().into_inner());
            open(&store, &content, "a.zip", Known::Zip).map(|opened| opened.unwrap().members[0].kind.clone())
        };
        assert!(matches!(opened("there").unwrap(), MemberKind::Symlink(target) if target == "there"));
        let error = opened(&"x".repeat(40_000)).unwrap_err().to_string();
        assert_eq!(
            error,
            "a.zip cannot be unpacked: link: it is a link whose target has more than 32768 bytes, longer than any path"
        );
    }
}
