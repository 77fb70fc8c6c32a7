//! Undoing the compression of a layer, by what its first bytes say.

use std::io::{self, BufRead, BufReader, Read};

use crate::image::media_type::Encoding;

/// How a stream is compressed, by its first bytes.
pub fn detect(begin: &[u8]) -> Encoding {
    match begin {
        [0x1f, 0x8b, ..] => Encoding::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Encoding::Zstd,
        // zstd's skippable frames, which some writers begin with.
        [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Encoding::Zstd,
        _ => Encoding::None,
    }
}

/// The uncompressed bytes of a layer, and how it was compressed.
///
/// # Errors
/// When the stream cannot be read.
pub fn decode<'a>(inner: impl Read + Send + 'a) -> io::Result<(Encoding, Box<dyn Read + Send + 'a>)> {
    let mut inner = BufReader::with_capacity(256 << 10, inner);
    let mut begin = inner.fill_buf()?;
    // A source may give less than the four bytes that tell.
    let first: Vec<u8>;
    if begin.len() < 4 {
        let mut head = Vec::new();
        inner.by_ref().take(4).read_to_end(&mut head)?;
        first = head;
        begin = &first;
        let encoding = detect(begin);
        let whole = BufReader::new(io::Cursor::new(first.clone()).chain(inner));
        return Ok((encoding, undo(encoding, whole)?));
    }
    let encoding = detect(begin);
    Ok((encoding, undo(encoding, inner)?))
}

fn undo<'a>(encoding: Encoding, inner: impl BufRead + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    Ok(match encoding {
        Encoding::None => Box::new(inner),
        Encoding::Gzip => Box::new(flate2::bufread::MultiGzDecoder::new(inner)),
        Encoding::Zstd => Box::new(zstd::stream::read::Decoder::with_buffer(inner)?),
    })
}
