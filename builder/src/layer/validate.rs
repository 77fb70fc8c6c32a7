//! Whether Windows takes a layer as it is: one pass over its tar, with what the layers below have in mind.

use std::collections::{BTreeMap, HashMap};
use std::io::Read;

use super::defect::{self, Code, Defects};
use super::index::clean;
use super::name::{self, NameFault};
use super::read::{End, Member, Oddity, ReadError, Reader};
use super::{Flavor, header::Header};
use crate::image::{Digest, Digesting};

mod links;
mod records;
mod windows;

/// What a layer was found to be.
#[derive(Debug)]
pub struct Facts {
    /// The digest of its tar; `None` when it could not be read to its end.
    pub diff_id: Option<Digest>,
    /// The size of its tar.
    pub size: u64,
    /// How many entries it has.
    pub entries: usize,
    /// Why it could not be read to its end. Whether that is a defect of the layer or a failing disk or network, only
    /// the caller can tell.
    pub fault: Option<ReadError>,
}

/// Checks the layers of one image, the base's lowest first.
pub struct Checker {
    flavor: Flavor,
    layer: usize,
    /// What the layers up to here have, by folded path.
    known: BTreeMap<Box<str>, Known>,
    /// The security descriptors that were seen, numbered.
    descriptors: HashMap<Vec<u8>, usize>,
    /// Links whose target may come later in the layer.
    links: Vec<links::Link>,
    /// The parents that were missed, to tell those that come later from those that never do.
    orphans: HashMap<Box<str>, Box<str>>,
}

/// A path that is there.
#[derive(Clone, Debug)]
struct Known {
    /// In its own spelling.
    path: Box<str>,
    kind: What,
    /// The last layer that has it.
    layer: usize,
    /// Its security descriptor, by number.
    security: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Directory,
    File,
    Link,
}

impl Checker {
    /// A checker for the layers of an image.
    pub fn new(flavor: Flavor) -> Self {
        Checker {
            flavor,
            layer: 0,
            known: BTreeMap::new(),
            descriptors: HashMap::new(),
            links: Vec::new(),
            orphans: HashMap::new(),
        }
    }

    /// Checks the next layer, given uncompressed.
    pub fn layer(&mut self, layer: impl Read, defects: &mut Defects) -> Facts {
        let mut passing = Digesting::new(layer);
        let mut reader = Reader::new(&mut passing);
        let mut entries = 0;
        let end = loop {
            match reader.next() {
                Ok(Some(member)) => {
                    entries += 1;
                    self.member(&member, defects);
                }
                Ok(None) => break reader.finish(),
                Err(error) => break Err(error),
            }
        };
        let mut add = |code, detail: &str| defects.add(code, Some(self.layer), None, detail);
        let fault = match end {
            Ok(End::Good) => None,
            Ok(End::Unmarked) => {
                add(&defect::NO_END, "the two empty blocks are missing");
                None
            }
            Ok(End::Garbage) => {
                add(&defect::BEHIND_END, "there are bytes behind the end");
                None
            }
            Err(error) => Some(error),
        };
        if fault.is_none() {
            self.finish(defects);
        }
        self.orphans.clear();
        self.links.clear();
        self.layer += 1;
        let size = passing.digester.size();
        Facts { diff_id: fault.is_none().then(|| passing.digester.finish()), size, entries, fault }
    }

    fn member(&mut self, member: &Member, defects: &mut Defects) {
        let header = &member.header;
        let shown = String::from_utf8_lossy(&header.name).into_owned();
        let layer = Some(self.layer);
        for oddity in &member.oddities {
            let (code, detail) = of_oddity(*oddity);
            defects.add(code, layer, Some(&shown), detail);
        }
        let mut add = |code, detail: String| defects.add(code, layer, Some(&shown), detail);
        if std::str::from_utf8(&header.name).is_err() {
            return add(&defect::NAME_NOT_UTF8, "the name is not UTF-8".to_owned());
        }
        if matches!(header.kind, b'3' | b'4' | b'6') && self.flavor == Flavor::Windows {
            return add(&defect::UNSUPPORTED_TYPE, "it is a device or a pipe".to_owned());
        }
        if shown.starts_with(['/', '\\']) && self.flavor == Flavor::Windows {
            add(&defect::ABSOLUTE_PATH, "the path begins with a separator".to_owned());
        }
        let Some(path) = clean(&header.name) else {
            return add(&defect::PARENT_REFERENCE, "the path has `..` in it".to_owned());
        };
        match self.flavor {
            Flavor::Windows => self.windows(header, &path, &mut add),
            Flavor::Linux => self.place(&path, header, &mut add),
        }
    }

    /// Whether the entry may stand where it does, and remembers that it does.
    fn place(&mut self, path: &str, header: &Header, add: &mut impl FnMut(&'static Code, String)) {
        let fold = |path: &str| match self.flavor {
            Flavor::Windows => name::fold(path).into_boxed_str(),
            Flavor::Linux => path.into(),
        };
        let kind = match header.kind {
            b'5' => What::Directory,
            b'2' => What::Link,
            _ => What::File,
        };
        let folded = fold(path);
        if let Some(parent) = name::parent(path).filter(|parent| !parent.is_empty()) {
            match self.known.get(&fold(parent)) {
                None => {
                    self.orphans.entry(fold(parent)).or_insert_with(|| path.into());
                }
                Some(known) if known.kind != What::Directory && self.flavor == Flavor::Windows => {
                    let what = if known.kind == What::Link { "a link" } else { "a file" };
                    add(&defect::CHILD_BELOW_LINK, format!("`{}` is {what}", known.path));
                }
                Some(_) => {}
            }
        }
        match self.known.get(&folded).filter(|known| known.layer == self.layer) {
            Some(first) if *first.path != *path => {
                add(&defect::CASE_COLLISION, format!("the layer also has `{}`", first.path));
            }
            Some(_) if self.flavor == Flavor::Windows => {
                add(&defect::DUPLICATE_ENTRY, "the layer has it already".to_owned());
            }
            _ => {}
        }
        if let Some(child) = self.orphans.remove(&folded)
            && self.flavor == Flavor::Windows
        {
            add(&defect::PARENT_AFTER_CHILD, format!("`{child}` comes before it"));
        }
        let security = self.security(&folded, header, kind, add);
        self.known.insert(folded, Known { path: path.into(), kind, layer: self.layer, security });
    }

    /// The number of an entry's security descriptor. A folder that layers below have should have it from there.
    fn security(
        &mut self,
        folded: &str,
        header: &Header,
        kind: What,
        add: &mut impl FnMut(&'static Code, String),
    ) -> Option<usize> {
        let descriptor = header.records.get(records::RAW_SD)?;
        let next = self.descriptors.len();
        let security = *self.descriptors.entry(descriptor.clone()).or_insert(next);
        let before = self.known.get(folded).filter(|known| known.layer < self.layer);
        let is_folder = kind == What::Directory && before.is_some_and(|known| known.kind == What::Directory);
        if is_folder && before.and_then(|known| known.security).is_some_and(|before| before != security) {
            add(&defect::FOLDER_SECURITY, "its security descriptor is another than in the layers below".to_owned());
        }
        Some(security)
    }

    /// What can only be said when the whole layer was seen.
    fn finish(&mut self, defects: &mut Defects) {
        let layer = Some(self.layer);
        let mut orphans: Vec<(Box<str>, Box<str>)> = self.orphans.drain().collect();
        orphans.sort();
        if self.flavor == Flavor::Windows {
            for (_, child) in orphans {
                // The folder is shown in the spelling of what is in it.
                let shown = name::parent(&child).unwrap_or_default();
                defects.add(&defect::MISSING_PARENT, layer, Some(&child), format!("there is no entry for `{shown}`"));
            }
            self.finish_links(defects);
            self.finish_roots(defects);
        }
    }

    fn has(&self, path: &str) -> bool {
        self.known.contains_key(&*name::fold(path))
    }
}

fn of_oddity(oddity: Oddity) -> (&'static Code, &'static str) {
    match oddity {
        Oddity::GnuLongName => (&defect::GNU_LONG_NAME, "the name stands in a record of GNU's"),
        Oddity::GlobalRecords => (&defect::GLOBAL_RECORDS, "records for all entries stand before it"),
        Oddity::Sparse => (&defect::SPARSE_FILE, "the file has holes"),
        Oddity::BinaryNumber => (&defect::GNU_LONG_NAME, "a number in its header is binary, as GNU writes it"),
        Oddity::BadRecord => (&defect::BAD_RECORD, "a number or a time in its records does not parse"),
    }
}

/// The code of what is wrong with a name.
fn of_name(fault: &NameFault) -> &'static Code {
    match fault {
        NameFault::Absolute | NameFault::Empty => &defect::ABSOLUTE_PATH,
        NameFault::Dots => &defect::PARENT_REFERENCE,
        NameFault::Colon => &defect::COLON_IN_PATH,
        NameFault::Backslash => &defect::BACKSLASH_IN_PATH,
        NameFault::Nul | NameFault::Character { .. } => &defect::INVALID_CHARACTER,
        NameFault::Device { .. } => &defect::RESERVED_NAME,
        NameFault::End { .. } => &defect::TRAILING_DOT_OR_SPACE,
        NameFault::Internal { .. } | NameFault::Whiteout { .. } => &defect::INTERNAL_NAME,
        NameFault::LongName { .. } => &defect::NAME_TOO_LONG,
        NameFault::LongPath { .. } => &defect::PATH_TOO_LONG,
    }
}

#[cfg(test)]
mod tests;
