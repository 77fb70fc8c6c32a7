//! One input from the world: its bytes as a source, or why not.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use dockerfile::source::Source;

use crate::error::Error;
use crate::files::Input;

/// The largest file that is read: far over any Dockerfile, and small enough to hold.
const LIMIT: u64 = 32 << 20;

/// Reads an input.
///
/// # Errors
/// When it cannot be read, is too large, or is not text.
pub fn source(input: &Input) -> Result<Source, Error> {
    let path = input.name();
    let bytes = match input {
        Input::Stdin { .. } => limited(&mut io::stdin().lock(), Vec::new(), path)?,
        Input::File { path: file, .. } => bytes(file, path)?,
    };
    text(bytes, path)
}

/// The bytes of a file that is not too large.
///
/// # Errors
/// When it cannot be read or is too large.
pub fn bytes(file: &Path, name: &str) -> Result<Vec<u8>, Error> {
    // Windows refuses to open a folder, others to read it.
    let failed = |error: io::Error| match error.kind() != io::ErrorKind::NotFound && file.is_dir() {
        true => Error::Folder { path: name.to_owned() },
        false => Error::Read { path: name.to_owned(), error },
    };
    let mut open = File::open(file).map_err(failed)?;
    let metadata = open.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::Folder { path: name.to_owned() });
    }
    let size = metadata.len();
    if size > LIMIT {
        return Err(Error::TooLarge { path: name.to_owned(), size, limit: LIMIT });
    }
    let mut bytes = vec![0; size as usize + 1];
    let read = match open.read(&mut bytes) {
        Err(error) if error.kind() == io::ErrorKind::Interrupted => 0,
        other => other.map_err(failed)?,
    };
    bytes.truncate(read);
    // As much as there was to read is all of it. What is no plain file, grows, or comes in parts is asked for more.
    if metadata.is_file() && read as u64 == size { Ok(bytes) } else { limited(&mut open, bytes, name) }
}

/// What was read before and what follows, up to the limit: pipes and files that grow have no size to ask for.
fn limited(from: &mut dyn Read, mut bytes: Vec<u8>, name: &str) -> Result<Vec<u8>, Error> {
    let left = LIMIT + 1 - bytes.len() as u64;
    from.take(left).read_to_end(&mut bytes).map_err(|error| Error::Read { path: name.to_owned(), error })?;
    let size = bytes.len() as u64;
    if size > LIMIT {
        return Err(Error::TooLarge { path: name.to_owned(), size, limit: LIMIT });
    }
    Ok(bytes)
}

fn text(bytes: Vec<u8>, name: &str) -> Result<Source, Error> {
    let Some(nul) = memchr::memchr(0, &bytes) else { return Ok(Source::new(bytes)) };
    let binary = |nul: usize, bytes: &[u8]| Error::Binary {
        path: name.to_owned(),
        line: memchr::memchr_iter(b'\n', &bytes[..nul]).count() as u64 + 1,
    };
    // The first bytes tell the encoding; a large binary file is not decoded for it.
    let start = Source::new(bytes[..bytes.len().min(16)].to_vec());
    if !start.encoding().is_utf16() {
        return Err(binary(nul, &bytes));
    }
    let source = Source::new(bytes);
    match source.text().find('\0') {
        Some(nul) => Err(binary(nul, source.text().as_bytes())),
        None => Ok(source),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_bytes_are_utf16_or_an_error() {
        let utf16: Vec<u8> = "FROM x\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(text(utf16, "a").expect("text").text(), "FROM x\n");
        for (bytes, at) in [(&b"FROM x\nRUN \0"[..], 2), (b"\x7FELF\x02\0\0", 1), (b"\xFF\xFEF\0\n\0\0\0", 2)] {
            assert!(matches!(text(bytes.to_vec(), "a"), Err(Error::Binary { line, .. }) if line == at), "{bytes:?}");
        }
    }

    #[test]
    fn a_stream_over_the_limit_is_refused() {
        let error = limited(&mut io::repeat(b'x'), Vec::new(), "pipe");
        assert!(matches!(error, Err(Error::TooLarge { .. })));
    }
}
