//! The form in which the index of a layer is kept: numbers of variable length, texts with their lengths, all of it
//! compressed and with a digest, so that a damaged one is never taken.

use std::collections::HashMap;

use super::index::{HiveFile, Index, Node, NodeKind, key};
use super::{Flavor, Posix, SecurityDescriptor, Time};
use crate::image::Digest;

/// Another form gets another number; older ones are made again.
const MAGIC: &[u8] = b"wbuild layer index 2\n";
const LEVEL: i32 = 1;

impl Index {
    /// The index as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let body = self.body();
        let packed = zstd::bulk::compress(&body, LEVEL).expect("memory is compressed without errors");
        let rest = [&(body.len() as u64).to_le_bytes()[..], &packed].concat();
        [MAGIC, Digest::of(&rest).as_str().as_bytes(), &rest].concat()
    }

    /// The index from its bytes; `None` when they are of another form or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (digest, rest) = rest.split_at_checked(71)?;
        if digest != Digest::of(rest).as_str().as_bytes() {
            return None;
        }
        let (length, packed) = rest.split_at_checked(8)?;
        let length = usize::try_from(u64::from_le_bytes(length.try_into().ok()?)).ok()?;
        let body = zstd::bulk::decompress(packed, length).ok()?;
        let mut input = Input(&body);
        let index = input.index()?;
        input.0.is_empty().then_some(index)
    }

    fn body(&self) -> Vec<u8> {
        let mut out = Output(Vec::new());
        let flags = [self.flavor == Flavor::Windows, self.has_utility_vm];
        out.number(flags.iter().rev().fold(0, |sum, flag| 2 * sum + u64::from(*flag)));
        let mut numbers = HashMap::new();
        let mut descriptors: Vec<&SecurityDescriptor> = Vec::new();
        for security in self.nodes.iter().filter_map(|node| node.security.as_ref()) {
            numbers.entry(security).or_insert_with(|| {
                descriptors.push(security);
                descriptors.len() as u64
            });
        }
        out.number(descriptors.len() as u64);
        descriptors.iter().for_each(|security| out.bytes(security.as_bytes()));
        out.number(self.nodes.len() as u64);
        for node in &self.nodes {
            out.node(node, node.security.as_ref().map_or(0, |security| numbers[security]));
        }
        for keys in [&self.whiteouts, &self.opaques] {
            out.number(keys.len() as u64);
            keys.iter().for_each(|key| out.bytes(key.as_bytes()));
        }
        out.number(self.hives.len() as u64);
        for hive in &self.hives {
            out.bytes(hive.name.as_bytes());
            out.number(hive.offset);
            out.number(hive.size);
        }
        out.0
    }
}

struct Output(Vec<u8>);

impl Output {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(u8::try_from(number & 0x7f).expect("seven bits fit") | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).expect("it is below 128"));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn node(&mut self, node: &Node, security: u64) {
        self.bytes(node.path.as_bytes());
        let (kind, target) = match &node.kind {
            NodeKind::Directory => (0, None),
            NodeKind::File => (1, None),
            NodeKind::Symlink { target, is_dir: false } => (2, Some(target)),
            NodeKind::Symlink { target, is_dir: true } => (3, Some(target)),
            NodeKind::Junction { target } => (4, Some(target)),
            NodeKind::Hardlink { target } => (5, Some(target)),
            NodeKind::Other => (6, None),
        };
        self.number(2 * kind + u64::from(node.is_implied));
        if let Some(target) = target {
            self.bytes(target.as_bytes());
        }
        self.number(node.time.seconds.cast_unsigned());
        self.number(u64::from(node.time.nanos));
        self.number(u64::from(node.attributes));
        self.number(security);
        self.number(u64::from(node.posix.mode));
        self.number(node.posix.uid);
        self.number(node.posix.gid);
        self.number(node.posix.xattrs.len() as u64);
        for (name, value) in &node.posix.xattrs {
            self.bytes(name.as_bytes());
            self.bytes(value);
        }
        self.number(node.size);
        self.number(node.offset);
    }
}

struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn small(&mut self) -> Option<u32> {
        self.number()?.try_into().ok()
    }

    fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<Box<str>> {
        Some(std::str::from_utf8(self.bytes()?).ok()?.into())
    }

    /// As many items as the number before them says.
    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let count = self.number()?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Some(items)
    }

    fn index(&mut self) -> Option<Index> {
        let flags = self.number()?;
        let flavor = if flags & 1 != 0 { Flavor::Windows } else { Flavor::Linux };
        let descriptors = self.list(|input| input.bytes().map(SecurityDescriptor::from_bytes))?;
        let nodes = self.list(|input| input.node(&descriptors))?;
        let keys = nodes.iter().map(|node| key(flavor, &node.path)).collect();
        let whiteouts = self.list(Input::text)?;
        let opaques = self.list(Input::text)?;
        let hives =
            self.list(|input| Some(HiveFile { name: input.text()?, offset: input.number()?, size: input.number()? }))?;
        Some(Index { flavor, hives, has_utility_vm: flags & 2 != 0, nodes, keys, whiteouts, opaques })
    }

    fn node(&mut self, descriptors: &[SecurityDescriptor]) -> Option<Node> {
        let path = self.text()?;
        let kind_and_flag = self.number()?;
        let kind = match kind_and_flag / 2 {
            0 => NodeKind::Directory,
            1 => NodeKind::File,
            2 => NodeKind::Symlink { target: self.text()?, is_dir: false },
            3 => NodeKind::Symlink { target: self.text()?, is_dir: true },
            4 => NodeKind::Junction { target: self.text()? },
            5 => NodeKind::Hardlink { target: self.text()? },
            6 => NodeKind::Other,
            _ => return None,
        };
        let time = Time { seconds: self.number()?.cast_signed(), nanos: self.small()? };
        let attributes = self.small()?;
        let security = match usize::try_from(self.number()?).ok()? {
            0 => None,
            number => Some(descriptors.get(number - 1)?.clone()),
        };
        let (mode, uid, gid) = (self.small()?, self.number()?, self.number()?);
        let xattrs = self.list(|input| Some((input.text()?.into_string(), input.bytes()?.to_vec())))?;
        let posix = Posix { mode, uid, gid, xattrs: xattrs.into_iter().collect() };
        let (size, offset) = (self.number()?, self.number()?);
        let is_implied = kind_and_flag % 2 == 1;
        Some(Node { path, kind, time, attributes, security, posix, size, offset, is_implied })
    }
}
