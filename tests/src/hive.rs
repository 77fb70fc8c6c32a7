//! A writer of small registry hives: the files that Windows has its registry in, and those in which the layers of an
//! image say what they change of it.

use wbuild::layer::SecurityDescriptor;

/// How a key of a layer goes with that of the layers below.
#[derive(Clone, Copy, Debug, Default)]
pub enum Semantics {
    /// Both are seen.
    #[default]
    Merge,
    /// Neither is there.
    Tombstone,
    /// Only this one is, with the keys below of both.
    SupersedeLocal,
    /// Only this one is, with all that is below.
    SupersedeTree,
}

/// A key.
#[derive(Clone, Debug, Default)]
pub struct Key {
    name: String,
    semantics: Semantics,
    values: Vec<Value>,
    keys: Vec<Key>,
}

#[derive(Clone, Debug)]
struct Value {
    name: String,
    kind: u32,
    data: Vec<u8>,
    flags: u16,
}

impl Key {
    /// An empty key.
    pub fn new(name: &str) -> Self {
        Key { name: name.to_owned(), ..Key::default() }
    }

    /// The root of a hive with one key in it, by its path with backslashes.
    pub fn root(path: &str, mut innermost: Key) -> Self {
        for (number, name) in path.rsplit('\\').enumerate() {
            innermost = match number {
                0 => Key { name: name.to_owned(), ..innermost },
                _ => Key::new(name).with(innermost),
            };
        }
        Key::new("ROOT").with(innermost)
    }

    /// With a key in it.
    #[must_use]
    pub fn with(mut self, key: Key) -> Self {
        self.keys.push(key);
        self
    }

    /// As a layer has it.
    #[must_use]
    pub fn as_layer(mut self, semantics: Semantics) -> Self {
        self.semantics = semantics;
        self
    }

    /// With a text, into which Windows puts variables.
    #[must_use]
    pub fn text(mut self, name: &str, text: &str) -> Self {
        let data = text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect();
        self.values.push(Value { name: name.to_owned(), kind: 2, data, flags: 0 });
        self
    }

    /// With a text as it stands.
    #[must_use]
    pub fn plain(mut self, name: &str, text: &str) -> Self {
        self = self.text(name, text);
        self.values.iter_mut().rev().take(1).for_each(|value| value.kind = 1);
        self
    }

    /// With a number.
    #[must_use]
    pub fn number(mut self, name: &str, number: u32) -> Self {
        self.values.push(Value { name: name.to_owned(), kind: 4, data: number.to_le_bytes().to_vec(), flags: 0 });
        self
    }

    /// With a value that is taken away from what the layers below have.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.values.push(Value { name: name.to_owned(), kind: 0, data: Vec::new(), flags: 2 });
        self
    }

    /// The hive with this key for its root.
    pub fn hive(&self) -> Vec<u8> {
        let mut cells = Cells { bytes: vec![0; 32] };
        let descriptor = SecurityDescriptor::directory();
        let security = cells.bytes.len() as u32;
        let mut record =
            [&b"sk\0\0"[..], &security.to_le_bytes(), &security.to_le_bytes(), &self.count().to_le_bytes()].concat();
        record.extend((descriptor.as_bytes().len() as u32).to_le_bytes());
        record.extend(descriptor.as_bytes());
        cells.add(&record);
        let root = cells.key(self, u32::MAX, security, true);
        cells.finish(root)
    }

    fn count(&self) -> u32 {
        1 + self.keys.iter().map(Key::count).sum::<u32>()
    }
}

/// Nowhere.
const NONE: u32 = u32::MAX;

struct Cells {
    bytes: Vec<u8>,
}

impl Cells {
    /// Adds a cell; gives its place.
    fn add(&mut self, content: &[u8]) -> u32 {
        let at = self.bytes.len();
        let size = (content.len() + 4).next_multiple_of(8);
        self.bytes.extend((-(size as i32)).to_le_bytes());
        self.bytes.extend(content);
        self.bytes.resize(at + size, 0);
        at as u32
    }

    fn put(&mut self, cell: u32, at: usize, number: u32) {
        let at = cell as usize + 4 + at;
        self.bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
    }

    fn key(&mut self, key: &Key, parent: u32, security: u32, is_root: bool) -> u32 {
        let mut record = vec![0; 76];
        record[..2].copy_from_slice(b"nk");
        record[2] = if is_root { 0x2c } else { 0x20 };
        record[13] = key.semantics as u8;
        record[72..74].copy_from_slice(&(key.name.len() as u16).to_le_bytes());
        record.extend(key.name.as_bytes());
        let own = self.add(&record);
        let values: Vec<u32> = key.values.iter().map(|value| self.value(value)).collect();
        let mut keys: Vec<&Key> = key.keys.iter().collect();
        keys.sort_by_key(|key| key.name.to_uppercase());
        let places: Vec<u32> = keys.iter().map(|key| self.key(key, own, security, false)).collect();
        let listed = |places: &[u32]| places.iter().flat_map(|place| place.to_le_bytes()).collect::<Vec<u8>>();
        let value_list = if values.is_empty() { NONE } else { self.add(&listed(&values)) };
        let key_list = if keys.is_empty() { NONE } else { self.list(&keys, &places) };
        for (at, number) in [
            (16, parent),
            (20, keys.len() as u32),
            (28, key_list),
            (32, NONE),
            (36, values.len() as u32),
            (40, value_list),
            (44, security),
            (48, NONE),
        ] {
            self.put(own, at, number);
        }
        own
    }

    /// The list of keys with the hashes of their names.
    fn list(&mut self, keys: &[&Key], places: &[u32]) -> u32 {
        let mut list = [&b"lh"[..], &(keys.len() as u16).to_le_bytes()].concat();
        for (key, place) in keys.iter().zip(places) {
            let hash = |hash: u32, unit: u16| hash.wrapping_mul(37).wrapping_add(u32::from(unit));
            list.extend(place.to_le_bytes());
            list.extend(key.name.to_uppercase().encode_utf16().fold(0, hash).to_le_bytes());
        }
        self.add(&list)
    }

    fn value(&mut self, value: &Value) -> u32 {
        let (size, place) = match value.data.len() {
            0 => (0, NONE),
            1..=4 => {
                let mut inline = [0; 4];
                inline[..value.data.len()].copy_from_slice(&value.data);
                (value.data.len() as u32 | 0x8000_0000, u32::from_le_bytes(inline))
            }
            length => (length as u32, self.add(&value.data)),
        };
        let mut record = [&b"vk"[..], &(value.name.len() as u16).to_le_bytes()].concat();
        record.extend([size, place, value.kind, u32::from(value.flags | 1)].into_iter().flat_map(u32::to_le_bytes));
        record.extend(value.name.as_bytes());
        self.add(&record)
    }

    /// The hive: its header, and one bin with the cells and what is free behind them.
    fn finish(mut self, root: u32) -> Vec<u8> {
        let used = self.bytes.len();
        let size = (used + 8).next_multiple_of(4096);
        self.bytes.extend(((size - used) as u32).to_le_bytes());
        self.bytes.resize(size, 0);
        self.bytes[..4].copy_from_slice(b"hbin");
        self.bytes[8..12].copy_from_slice(&(size as u32).to_le_bytes());
        let mut header = vec![0_u8; 4096];
        header[..4].copy_from_slice(b"regf");
        let fields = [(4, 1), (8, 1), (20, 1), (24, 5), (32, 1), (36, root), (40, size as u32), (44, 1)];
        for (at, number) in fields {
            header[at..at + 4].copy_from_slice(&number.to_le_bytes());
        }
        let words =
            header[..508].chunks_exact(4).map(|word| u32::from_le_bytes(word.try_into().expect("they are four")));
        let sum = words.fold(0, |sum, word| sum ^ word);
        header[508..512].copy_from_slice(&sum.to_le_bytes());
        [header, self.bytes].concat()
    }
}
