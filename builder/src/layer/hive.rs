//! Registry hives, as far as a value has to be read from one: files of the kind `regf`, and the layered keys of the
//! hives that the layers of an image have.

use thiserror::Error;

use super::name;

/// Why a hive cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HiveError {
    /// Something else.
    #[error("it is no registry hive")]
    Other,
    /// What was written last stands in its log files.
    #[error("it was not written to its end")]
    Unfinished,
    /// It points where nothing is.
    #[error("it is damaged at byte {offset}: there is no {what}")]
    Damaged {
        /// Where.
        offset: usize,
        /// What should be there.
        what: &'static str,
    },
}

/// A value of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text, and whether Windows puts variables into it each time it is read.
    Text(String, bool),
    /// A number.
    Number(u32),
    /// Any other kind.
    Other,
}

/// The first bytes of a hive; offsets count from behind them.
const HEADER: usize = 4096;

/// Where a list of values or keys is none.
const NOWHERE: u32 = u32::MAX;

/// How many names are followed at most, in one list.
const MAX_NAMES: usize = 1 << 20;

/// A hive.
pub struct Hive<'a> {
    cells: &'a [u8],
    root: usize,
}

/// What a key has, and what it makes of the one in the hives below.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Key {
    /// Its values by name; none for those that it takes away.
    values: Vec<(String, Option<Value>)>,
    /// Whether there is a key here.
    is_there: bool,
    /// Whether the hives below do not count.
    covers: bool,
}

/// How a key of a layer goes with that of the layers below.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Semantics {
    Merge,
    Tombstone,
    SupersedeLocal,
    SupersedeTree,
}

impl<'a> Hive<'a> {
    /// The hive in these bytes.
    ///
    /// # Errors
    /// When they are none, or one that is not whole.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, HiveError> {
        let (header, cells) = bytes.split_at_checked(HEADER).ok_or(HiveError::Other)?;
        if !header.starts_with(b"regf") {
            return Err(HiveError::Other);
        }
        let number = |at: usize| u32::from_le_bytes(header[at..at + 4].try_into().expect("they are four"));
        let sum = header[..508]
            .chunks_exact(4)
            .fold(0, |sum, word| sum ^ u32::from_le_bytes(word.try_into().expect("they are four")));
        let sum = match sum {
            0 => 1,
            u32::MAX => u32::MAX - 1,
            sum => sum,
        };
        if number(508) != sum {
            return Err(HiveError::Damaged { offset: 508, what: "sum of its header" });
        }
        if number(4) != number(8) {
            return Err(HiveError::Unfinished);
        }
        Ok(Hive { cells, root: number(36) as usize })
    }

    /// The bytes of a cell.
    fn cell(&self, offset: usize) -> Result<&'a [u8], HiveError> {
        let found = || {
            let size = i32::from_le_bytes(self.cells.get(offset..offset + 4)?.try_into().ok()?);
            // Cells that are in use have their size below zero.
            let size = usize::try_from(size.checked_neg()?).ok()?.checked_sub(4)?;
            self.cells.get(offset + 4..)?.get(..size)
        };
        found().ok_or(HiveError::Damaged { offset: offset + HEADER, what: "cell" })
    }

    /// A record of a kind, by its two letters.
    fn record(&self, offset: usize, kind: &[u8], least: usize, what: &'static str) -> Result<&'a [u8], HiveError> {
        let cell = self.cell(offset)?;
        let is_one = cell.starts_with(kind) && cell.len() >= least;
        if is_one { Ok(cell) } else { Err(HiveError::Damaged { offset: offset + HEADER, what }) }
    }

    /// What the hive says of a key.
    fn key(&self, path: &[&str]) -> Result<Key, HiveError> {
        let mut at = self.record(self.root, b"nk", 76, "key")?;
        let mut covers = false;
        for wanted in path {
            let Some(child) = self.child(at, wanted)? else { return Ok(Key { covers, ..Key::default() }) };
            at = child;
            match semantics(at) {
                Semantics::Tombstone => return Ok(Key { covers: true, ..Key::default() }),
                Semantics::SupersedeTree => covers = true,
                Semantics::SupersedeLocal | Semantics::Merge => {}
            }
        }
        covers |= semantics(at) == Semantics::SupersedeLocal;
        Ok(Key { values: self.values(at)?, is_there: true, covers })
    }

    fn child(&self, key: &[u8], wanted: &str) -> Result<Option<&'a [u8]>, HiveError> {
        if u32_at(key, 20) == 0 || u32_at(key, 28) == NOWHERE {
            return Ok(None);
        }
        for offset in self.subkeys(u32_at(key, 28) as usize, true)? {
            let child = self.record(offset, b"nk", 76, "key")?;
            let name = text_of(child, 76, usize::from(u16_at(child, 72)), u16_at(child, 2) & 0x20 != 0);
            if name.is_some_and(|name| name::is_same(&name, wanted)) {
                return Ok(Some(child));
            }
        }
        Ok(None)
    }

    /// The places of the keys in a list, which may be a list of lists.
    fn subkeys(&self, offset: usize, may_nest: bool) -> Result<Vec<usize>, HiveError> {
        let damaged = || HiveError::Damaged { offset: offset + HEADER, what: "list of keys" };
        let list = self.cell(offset)?;
        let (kind, count) =
            (list.get(..2).ok_or_else(damaged)?, usize::from(list.get(2..4).map_or(0, |_| u16_at(list, 2))));
        let size = match kind {
            b"lf" | b"lh" => 8,
            b"li" => 4,
            b"ri" if may_nest => 4,
            _ => return Err(damaged()),
        };
        let entries = list.get(4..4 + size * count).ok_or_else(damaged)?.chunks_exact(size);
        let places = entries.map(|entry| u32_at(entry, 0) as usize);
        if kind != b"ri" {
            return Ok(places.collect());
        }
        let mut all = Vec::new();
        for place in places {
            all.extend(self.subkeys(place, false)?);
            if all.len() > MAX_NAMES {
                return Err(damaged());
            }
        }
        Ok(all)
    }

    fn values(&self, key: &[u8]) -> Result<Vec<(String, Option<Value>)>, HiveError> {
        let (count, list) = (u32_at(key, 36) as usize, u32_at(key, 40));
        if count == 0 || list == NOWHERE {
            return Ok(Vec::new());
        }
        let damaged = HiveError::Damaged { offset: list as usize + HEADER, what: "list of values" };
        let entries = self.cell(list as usize)?;
        let entries = count.checked_mul(4).and_then(|size| entries.get(..size)).ok_or(damaged)?;
        entries.chunks_exact(4).map(|entry| self.value(u32_at(entry, 0) as usize)).collect()
    }

    fn value(&self, offset: usize) -> Result<(String, Option<Value>), HiveError> {
        let damaged = || HiveError::Damaged { offset: offset + HEADER, what: "value" };
        let value = self.record(offset, b"vk", 20, "value")?;
        let flags = u16_at(value, 16);
        let name = text_of(value, 20, usize::from(u16_at(value, 2)), flags & 1 != 0).ok_or_else(damaged)?;
        if flags & 2 != 0 {
            return Ok((name, None));
        }
        let size = u32_at(value, 4);
        let data = match size & 0x8000_0000 {
            0 if size == 0 => &[],
            0 => self.cell(u32_at(value, 8) as usize)?.get(..size as usize).ok_or_else(damaged)?,
            // Four bytes and less stand in place of the offset.
            _ => value[8..12].get(..(size & 0x7fff_ffff) as usize).ok_or_else(damaged)?,
        };
        let found = match u32_at(value, 12) {
            kind @ (1 | 2) => Value::Text(wide(data).ok_or_else(damaged)?, kind == 2),
            4 if data.len() == 4 => Value::Number(u32_at(data, 0)),
            _ => Value::Other,
        };
        Ok((name, Some(found)))
    }
}

/// The values of a key as these hives, the highest first, show it together. None where it is not there.
///
/// # Errors
/// When a hive is damaged.
pub fn merged(hives: &[Hive<'_>], path: &[&str]) -> Result<Option<Vec<(String, Value)>>, HiveError> {
    let mut found: Vec<(String, Option<Value>)> = Vec::new();
    let mut is_there = false;
    for hive in hives {
        let key = hive.key(path)?;
        is_there |= key.is_there;
        for (name, value) in key.values {
            if !found.iter().any(|(other, _)| name::is_same(other, &name)) {
                found.push((name, value));
            }
        }
        if key.covers {
            break;
        }
    }
    let values = found.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Ok(is_there.then(|| values.collect()))
}

fn semantics(key: &[u8]) -> Semantics {
    match key[13] & 3 {
        0 => Semantics::Merge,
        1 => Semantics::Tombstone,
        2 => Semantics::SupersedeLocal,
        _ => Semantics::SupersedeTree,
    }
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_le_bytes(bytes[at..at + 2].try_into().expect("they are two"))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("they are four"))
}

/// A name: in bytes of Latin-1, or in UTF-16.
fn text_of(record: &[u8], at: usize, length: usize, is_short: bool) -> Option<String> {
    let bytes = record.get(at..)?.get(..length)?;
    if is_short { Some(bytes.iter().copied().map(char::from).collect()) } else { wide(bytes) }
}

/// UTF-16 up to its end or the first zero.
fn wide(bytes: &[u8]) -> Option<String> {
    let units = bytes.chunks_exact(2).map(|pair| u16_at(pair, 0)).take_while(|unit| *unit != 0);
    String::from_utf16(&units.collect::<Vec<_>>()).ok()
}
