//! Files of a tar by their names, without unpacking it: archives of images are read where they lie.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Error;
use crate::image::media_type::Encoding;
use crate::layer::decode::detect;
use crate::layer::index::clean;
use crate::layer::name;
use crate::layer::read::Headers;

/// A tar whose members have been listed.
#[derive(Clone, Debug)]
pub(super) struct Archive {
    path: Arc<Path>,
    members: Arc<HashMap<String, Member>>,
}

#[derive(Clone, Debug)]
enum Member {
    File { offset: u64, size: u64 },
    Link(String),
}

/// A member's bytes.
pub(super) struct Section {
    file: File,
    left: u64,
}

/// So many links from name to name are followed.
const MAX_LINKS: usize = 8;

impl Archive {
    /// Lists the members of a tar, going from header to header.
    ///
    /// # Errors
    /// When the file cannot be read, is no tar, or is compressed.
    pub(super) fn open(path: &Path) -> Result<Self, Error> {
        let mut file = File::open(path).map_err(Error::io(path, "cannot be read"))?;
        let no_archive = |reason: String| Error::NoArchive { path: path.to_owned(), reason };
        let mut begin = Vec::new();
        file.by_ref().take(4).read_to_end(&mut begin).map_err(Error::io(path, "cannot be read"))?;
        if detect(&begin) != Encoding::None {
            return Err(no_archive("it is compressed; unpack it first (gzip -d or zstd -d)".to_owned()));
        }
        let mut members = HashMap::new();
        let mut headers = Headers::of(&file).map_err(Error::io(path, "cannot be read"))?;
        while let Some(member) = headers.next().map_err(|error| no_archive(error.to_string()))? {
            let header = member.header;
            let Some(name) = clean(&header.name) else { continue };
            let target = clean(&header.link).unwrap_or_default();
            let member = match header.kind {
                b'0' => Member::File { offset: member.offset, size: header.size },
                b'1' => Member::Link(target),
                b'2' => Member::Link(beside(&name, &header.link)),
                _ => continue,
            };
            members.insert(name, member);
        }
        Ok(Archive { path: path.into(), members: Arc::new(members) })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A member and how long it is; `None` when there is none of that name.
    ///
    /// # Errors
    /// When the archive cannot be read any more.
    pub(super) fn member(&self, name: &str) -> Result<Option<(Section, u64)>, Error> {
        let mut found = self.members.get(name);
        for _ in 0..MAX_LINKS {
            let Some(Member::Link(target)) = found else { break };
            found = self.members.get(target);
        }
        let Some(Member::File { offset, size }) = found else { return Ok(None) };
        let open = || {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(*offset))?;
            Ok(file)
        };
        let file = open().map_err(Error::io(&self.path, "cannot be read"))?;
        Ok(Some((Section { file, left: *size }, *size)))
    }

    /// A document of the archive.
    ///
    /// # Errors
    /// When it is not there, is too long for a document, or cannot be read.
    pub(super) fn document(&self, name: &str) -> Result<Vec<u8>, Error> {
        let no_archive = |reason: String| Error::NoArchive { path: self.path.to_path_buf(), reason };
        let (mut section, size) = self.member(name)?.ok_or_else(|| no_archive(format!("it has no {name}")))?;
        if size > super::source::MAX_DOCUMENT {
            return Err(no_archive(format!("its {name} has {size} bytes, too many for a document")));
        }
        let mut bytes = Vec::new();
        section.read_to_end(&mut bytes).map_err(Error::io(&self.path, "cannot be read"))?;
        Ok(bytes)
    }

    pub(super) fn error(&self, reason: impl Into<String>) -> Error {
        let path: PathBuf = self.path.to_path_buf();
        Error::NoArchive { path, reason: reason.into() }
    }
}

/// Where a symbolic link in an archive leads: `../` and names from the folder of the link.
fn beside(link: &str, target: &[u8]) -> String {
    let mut at: Vec<&str> = name::parent(link).unwrap_or_default().split('/').filter(|name| !name.is_empty()).collect();
    let target = String::from_utf8_lossy(target);
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(at.pop()),
            part => at.push(part),
        }
    }
    at.join("/")
}

impl Read for Section {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        if most == 0 {
            return Ok(0);
        }
        let count = self.file.read(&mut buffer[..most])?;
        if count == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the archive ends inside a file"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}
