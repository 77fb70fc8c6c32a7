//! Compression in blocks of a fixed size, on several threads, with the same bytes at any number of them.
//!
//! gzip has a member and zstd a frame for each block: every reader of either takes them for one stream.

use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::str::FromStr;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use libdeflater::{CompressionLvl, Compressor};

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

/// The usual level: layers are smaller than those of Go's gzip at its usual level, in a quarter of the time.
const GZIP: u32 = 5;

impl Default for Compression {
    fn default() -> Self {
        Compression::Gzip(GZIP)
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
            "gzip" => number(GZIP, 0..=9).map(Compression::Gzip),
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
    queue: SyncSender<Pending>,
    progress: Bar,
}

/// Where a block that is being compressed will come out.
type Pending = Receiver<io::Result<Vec<u8>>>;

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
        let writer = scope.spawn(move || write_blocks(out, &blocks));
        let mut packer = Packer {
            block: Vec::with_capacity(compression.block()),
            compression,
            digester: Digester::default(),
            pool,
            queue,
            progress: progress.clone(),
        };
        let filled = fill(&mut packer).and_then(|()| Ok(packer.emit_rest()?));
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

    /// The last block, which is shorter. A stream has at least one, though it may be empty.
    fn emit_rest(&mut self) -> io::Result<()> {
        if self.block.is_empty() && self.digester.size() > 0 { Ok(()) } else { self.emit() }
    }

    fn emit(&mut self) -> io::Result<()> {
        let next = Vec::with_capacity(self.block.capacity());
        let block = std::mem::replace(&mut self.block, next);
        let compression = self.compression;
        let (done, result) = sync_channel(1);
        // First the place in the queue, which waits while too much is under way.
        self.queue.send(result).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        self.digester.update(&block);
        self.progress.add(block.len() as u64);
        self.pool.spawn(move || {
            // Nobody waits for it any more when the writer failed.
            let _ = done.send(compress(block, compression));
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
            self.emit()?;
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn compress(block: Vec<u8>, compression: Compression) -> io::Result<Vec<u8>> {
    match compression {
        Compression::None => Ok(block),
        Compression::Zstd(level) => zstd::bulk::compress(&block, level),
        Compression::Gzip(level) => gzip(&block, if is_noise(&block)? { 0 } else { level }),
    }
}

/// A member with these bytes: no name, no time, an unknown system.
fn gzip(bytes: &[u8], level: u32) -> io::Result<Vec<u8>> {
    let level = CompressionLvl::new(level.cast_signed()).expect("gzip's levels are among those of libdeflate");
    let mut compressor = Compressor::new(level);
    let mut member = vec![0; compressor.gzip_compress_bound(bytes.len())];
    let size = compressor.gzip_compress(bytes, &mut member).map_err(io::Error::other)?;
    member.truncate(size);
    // It waits for its turn to be written.
    member.shrink_to_fit();
    Ok(member)
}

/// How many pieces of a block are tried, how long each is, and from what size on that is worth it.
const SAMPLES: usize = 8;
const SAMPLE: usize = 4 << 10;
const WORTHWHILE: usize = 8 * SAMPLES * SAMPLE;

/// Whether a block is stored as it is, because a quick try on pieces of it does not make them smaller. Looks at the block
/// alone, so that the same block is always compressed alike.
fn is_noise(block: &[u8]) -> io::Result<bool> {
    if block.len() < WORTHWHILE {
        return Ok(false);
    }
    let pieces = block.chunks_exact(block.len() / SAMPLES).map(|chunk| &chunk[..SAMPLE]);
    let sample: Vec<u8> = pieces.take(SAMPLES).flatten().copied().collect();
    Ok(gzip(&sample, 1)?.len() > sample.len() / 64 * 63)
}

fn write_blocks<W: Write>(mut out: W, blocks: &Receiver<Pending>) -> io::Result<W> {
    for pending in blocks {
        let block = pending.recv().map_err(|_| io::Error::other("a block was not compressed"))??;
        out.write_all(&block)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn noise_is_stored_and_text_is_not() {
        let mut state = 1_u64;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()[3]
        })
        .take(WORTHWHILE)
        .collect();
        let text = b"some text ".repeat(WORTHWHILE / 10 + 1);
        assert!(is_noise(&noise).unwrap());
        assert!(!is_noise(&noise[1..]).unwrap(), "it is short");
        assert!(!is_noise(&text).unwrap());
        // A part that can be made smaller is found wherever it is.
        for at in 0..4 {
            let mut mixed = noise.clone();
            let quarter = at * WORTHWHILE / 4..(at + 1) * WORTHWHILE / 4;
            mixed[quarter.clone()].copy_from_slice(&text[quarter]);
            assert!(!is_noise(&mixed).unwrap(), "{at}");
        }
    }

    #[test]
    fn every_size_is_one_stream_of_whole_members() {
        let block = Compression::Gzip(6).block();
        for size in [0, 1, block - 1, block, block + 1, 2 * block] {
            let bytes: Vec<u8> = (0..size).map(|at| (at / 3) as u8).collect();
            let fill = |packer: &mut Packer| packer.write_all(&bytes);
            for compression in [Compression::None, Compression::Gzip(6), Compression::Zstd(3)] {
                let (packed, out) = pack(Vec::new(), compression, NonZeroUsize::MIN, &Bar::default(), fill).unwrap();
                assert_eq!((packed.size, packed.diff_id), (size as u64, Digest::of(&bytes)));
                let mut read = Vec::new();
                match compression {
                    Compression::None => read = out,
                    Compression::Gzip(_) => {
                        flate2::read::MultiGzDecoder::new(&out[..]).read_to_end(&mut read).unwrap();
                    }
                    Compression::Zstd(_) => read = zstd::decode_all(&out[..]).unwrap(),
                }
                assert_eq!(read, bytes, "{size} {compression:?}");
            }
        }
    }

    #[test]
    fn compression_has_a_name_and_maybe_a_level() {
        assert_eq!("gzip".parse(), Ok(Compression::default()));
        assert_eq!("gzip:6".parse(), Ok(Compression::Gzip(6)));
        assert_eq!("gzip:1".parse(), Ok(Compression::Gzip(1)));
        assert_eq!("zstd:19".parse(), Ok(Compression::Zstd(19)));
        for wrong in ["", "lzma", "gzip:", "gzip:10", "zstd:0", "zstd:-1", "zstd:x"] {
            assert!(wrong.parse::<Compression>().is_err(), "{wrong}");
        }
    }
}
