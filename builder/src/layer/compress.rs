//! Compression in blocks of a fixed size, on several threads, with the same bytes at any number of them.
//!
//! gzip is one member: each block is deflated by itself and ends on a byte, the checksums are put together. zstd is a
//! frame for each block, which every reader takes for one stream.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use flate2::{Compress, Crc, FlushCompress, Status};

use crate::image::{Digest, Digester, media_type};
use crate::progress::Bar;

/// How a layer is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, level 0 to 9.
    Gzip(u32),
    /// zstd, level 1 to 19.
    Zstd(i32),
}

impl Compression {
    /// The media type of a layer that is compressed so.
    pub const fn media_type(self) -> &'static str {
        match self {
            Compression::None => media_type::LAYER,
            Compression::Gzip(_) => media_type::LAYER_GZIP,
            Compression::Zstd(_) => media_type::LAYER_ZSTD,
        }
    }

    /// How many bytes are compressed together. Part of the format: another size gives other bytes.
    const fn block(self) -> usize {
        match self {
            Compression::None | Compression::Gzip(_) => 1 << 20,
            Compression::Zstd(_) => 4 << 20,
        }
    }
}

impl Default for Compression {
    fn default() -> Self {
        Compression::Gzip(6)
    }
}

impl FromStr for Compression {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, level) = match text.split_once(':') {
            Some((name, level)) => (name, Some(level)),
            None => (text, None),
        };
        let number = |default: u32, range: std::ops::RangeInclusive<u32>| match level.map(str::parse) {
            None => Ok(default),
            Some(Ok(level)) if range.contains(&level) => Ok(level),
            Some(_) => Err(format!("the level of {name} is a number from {} to {}", range.start(), range.end())),
        };
        match name {
            "gzip" => number(6, 0..=9).map(Compression::Gzip),
            "zstd" => number(3, 1..=19).map(|level| Compression::Zstd(level.cast_signed())),
            _ => Err("write gzip or zstd, with a level if you like: zstd:9".to_owned()),
        }
    }
}

/// What went through a [`Packer`]: the digest and the size before compression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    /// The digest of the bytes as they came.
    pub diff_id: Digest,
    /// How many they were.
    pub size: u64,
}

/// Takes bytes, digests them and hands them on in blocks.
pub struct Packer {
    block: Vec<u8>,
    compression: Compression,
    digester: Digester,
    pool: rayon::ThreadPool,
    queue: SyncSender<Receiver<io::Result<Block>>>,
    progress: Bar,
}

/// A compressed block and the checksum of what is in it.
struct Block {
    bytes: Vec<u8>,
    crc: Crc,
}

/// Compresses what `fill` writes and gives it to `out`. Reading, compressing and writing go on at the same time, and
/// only a few blocks are in memory.
///
/// # Errors
/// The error of `fill`, or the one of `out`.
pub fn pack<W, E>(
    out: W,
    compression: Compression,
    threads: NonZeroUsize,
    progress: &Bar,
    fill: impl FnOnce(&mut Packer) -> Result<(), E>,
) -> Result<(Packed, W), E>
where
    W: Write + Send,
    E: From<io::Error>,
{
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.get()).build().map_err(io::Error::other)?;
    let (queue, blocks) = sync_channel(2 * threads.get() + 1);
    thread::scope(|scope| {
        let writer = scope.spawn(move || write_blocks(out, compression, &blocks));
        let mut packer = Packer {
            block: Vec::with_capacity(compression.block()),
            compression,
            digester: Digester::default(),
            pool,
            queue,
            progress: progress.clone(),
        };
        let filled = fill(&mut packer).and_then(|()| Ok(packer.emit(true)?));
        let Packer { digester, queue, .. } = packer;
        // The writer sees that nothing more comes.
        drop(queue);
        let written = writer.join().expect("the writer of blocks does not panic");
        // What stopped the writer stopped everything before it.
        let out = written?;
        filled?;
        let size = digester.size();
        Ok((Packed { diff_id: digester.finish(), size }, out))
    })
}

impl Packer {
    /// How many bytes came so far.
    pub fn position(&self) -> u64 {
        self.digester.size() + self.block.len() as u64
    }

    fn emit(&mut self, is_last: bool) -> io::Result<()> {
        let next = if is_last { Vec::new() } else { Vec::with_capacity(self.compression.block()) };
        let block = std::mem::replace(&mut self.block, next);
        let compression = self.compression;
        let (done, result) = sync_channel(1);
        // First the place in the queue, which waits while too much is under way.
        self.queue.send(result).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        self.digester.update(&block);
        self.progress.add(block.len() as u64);
        self.pool.spawn(move || {
            // Nobody waits for it any more when the writer failed.
            let _ = done.send(compress(&block, compression, is_last));
        });
        Ok(())
    }
}

impl Write for Packer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.compression.block() - self.block.len();
        let taken = bytes.len().min(room);
        self.block.extend_from_slice(&bytes[..taken]);
        if taken == room {
            self.emit(false)?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn compress(block: &[u8], compression: Compression, is_last: bool) -> io::Result<Block> {
    let mut crc = Crc::new();
    let bytes = match compression {
        Compression::None => block.to_vec(),
        // The last block may be empty, and then there is nothing to say.
        Compression::Zstd(_) if block.is_empty() => Vec::new(),
        Compression::Zstd(level) => zstd::bulk::compress(block, level)?,
        Compression::Gzip(level) => {
            crc.update(block);
            deflate(block, worthwhile(block, level)?, is_last)?
        }
    };
    Ok(Block { bytes, crc })
}

/// How much of a block is tried, and from what size on that is worth it.
const SAMPLE: usize = 32 << 10;
/// The level of that try: the lowest that stores what it cannot make smaller.
const QUICK: u32 = 2;

/// The level for a block: what a first try does not make smaller is not tried hard. Looks at the block alone, so that
/// the same block always gets the same.
fn worthwhile(block: &[u8], level: u32) -> io::Result<u32> {
    if level <= QUICK || block.len() < 8 * SAMPLE {
        return Ok(level);
    }
    let middle = block.len() / 2;
    let sample = &block[middle..middle + SAMPLE];
    let is_noise = deflate(sample, QUICK, true)?.len() > SAMPLE / 64 * 63;
    Ok(if is_noise { QUICK } else { level })
}

/// Deflates a block: up to a byte, or, for the last one, to the end of the stream.
fn deflate(block: &[u8], level: u32, is_last: bool) -> io::Result<Vec<u8>> {
    let mut deflater = Compress::new(flate2::Compression::new(level), false);
    let mut out = Vec::with_capacity(block.len() / 2 + 64);
    let flush = if is_last { FlushCompress::Finish } else { FlushCompress::Sync };
    loop {
        let read = usize::try_from(deflater.total_in()).expect("a block is short");
        let status = deflater.compress_vec(&block[read..], &mut out, flush)?;
        let has_room = out.len() < out.capacity();
        match status {
            Status::StreamEnd => return Ok(out),
            Status::Ok | Status::BufError if !is_last && has_room && deflater.total_in() == block.len() as u64 => {
                return Ok(out);
            }
            _ => out.reserve(block.len() / 4 + 64),
        }
    }
}

/// The fixed head of a gzip member: no name, no time, an unknown system.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];

fn write_blocks<W: Write>(
    mut out: W,
    compression: Compression,
    blocks: &Receiver<Receiver<io::Result<Block>>>,
) -> io::Result<W> {
    let is_gzip = matches!(compression, Compression::Gzip(_));
    let mut crc = Crc::new();
    if is_gzip {
        out.write_all(&GZIP_HEAD)?;
    }
    for pending in blocks {
        let block = pending.recv().map_err(|_| io::Error::other("a block was not compressed"))??;
        out.write_all(&block.bytes)?;
        crc.combine(&block.crc);
    }
    if is_gzip {
        out.write_all(&crc.sum().to_le_bytes())?;
        out.write_all(&crc.amount().to_le_bytes())?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_is_not_tried_hard_and_text_is() {
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .take(8 * SAMPLE)
        .collect();
        assert_eq!(worthwhile(&noise, 6).unwrap(), QUICK);
        assert_eq!(worthwhile(&noise[1..], 6).unwrap(), 6);
        assert_eq!(worthwhile(&b"some text ".repeat(SAMPLE), 6).unwrap(), 6);
    }

    #[test]
    fn compression_has_a_name_and_maybe_a_level() {
        assert_eq!("gzip".parse(), Ok(Compression::Gzip(6)));
        assert_eq!("gzip:1".parse(), Ok(Compression::Gzip(1)));
        assert_eq!("zstd:19".parse(), Ok(Compression::Zstd(19)));
        for wrong in ["", "lzma", "gzip:", "gzip:10", "zstd:0", "zstd:-1", "zstd:x"] {
            assert!(wrong.parse::<Compression>().is_err(), "{wrong}");
        }
    }
}
