//! Files that go into an image without running anything: an archive, put into a container that is never started.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bollard::body_try_stream;
use bollard::query_parameters::UploadToContainerOptionsBuilder;
use bytes::Bytes;
use futures_util::stream::{self, Stream};

use super::connection::{Connection, LAYERS};
use super::error::EngineError;

const CHUNK: usize = 1 << 18;

/// A file as the body of a request, from its beginning.
pub(super) fn chunks(mut file: File) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    let mut begun = false;
    stream::iter(std::iter::from_fn(move || {
        if !std::mem::replace(&mut begun, true)
            && let Err(error) = file.seek(SeekFrom::Start(0))
        {
            return Some(Err(error));
        }
        let mut buffer = vec![0; CHUNK];
        match file.read(&mut buffer) {
            Ok(0) => None,
            Ok(count) => {
                buffer.truncate(count);
                Some(Ok(Bytes::from(buffer)))
            }
            Err(error) => Some(Err(error)),
        }
    }))
}

impl Connection {
    /// Unpacks an archive into a folder of a container.
    pub(super) async fn upload(&self, container: &str, folder: &str, archive: File) -> Result<(), EngineError> {
        let options = UploadToContainerOptionsBuilder::new().path(folder).build();
        let call = self.docker().upload_to_container(container, Some(options), body_try_stream(chunks(archive)));
        self.call("putting files into the container", LAYERS, call).await
    }
}

/// An archive of these files, each readable by everyone: the paths are relative to where it is unpacked.
pub(super) fn archive_of(files: &[(String, &[u8])]) -> io::Result<File> {
    let mut builder = tar::Builder::new(tempfile::tempfile()?);
    for (path, bytes) in files {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o444);
        builder.append_data(&mut header, path, *bytes)?;
    }
    builder.into_inner()
}

/// What a layer is for an upload.
pub(super) enum Unpackable {
    /// An archive that unpacked at the root gives the layer's files.
    Archive(File),
    /// The layer removes files, which no archive can.
    Removes,
}

/// Turns a layer into an archive for the root of a container: on Windows without the folder `Files` and what is
/// beside it.
pub(super) fn unpackable(layer: impl Read, windows: bool) -> io::Result<Unpackable> {
    let mut reader = tar::Archive::new(layer);
    let mut builder = tar::Builder::new(tempfile::tempfile()?);
    for entry in reader.entries()? {
        let mut entry = entry?;
        let path = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(path) = inner(&path, windows) else { continue };
        if path.rsplit('/').next().is_some_and(|name| name.starts_with(".wh.")) {
            return Ok(Unpackable::Removes);
        }
        let mut header = entry.header().clone();
        let link = entry.link_name_bytes().map(|link| String::from_utf8_lossy(&link).into_owned());
        match link {
            // Hard links name their target as the layer has it; symbolic links as the container sees it.
            Some(link) => {
                let link = match header.entry_type() {
                    tar::EntryType::Link => inner(&link, windows).unwrap_or(&link).to_owned(),
                    _ => link,
                };
                builder.append_link(&mut header, path, link)?;
            }
            None => builder.append_data(&mut header, path, &mut entry)?,
        }
    }
    Ok(Unpackable::Archive(builder.into_inner()?))
}

/// The path of an entry below the root, or nothing for what is not a file of the image.
fn inner(path: &str, windows: bool) -> Option<&str> {
    let path = path.strip_prefix("./").unwrap_or(path);
    let path = if windows { path.strip_prefix("Files/")? } else { path };
    Some(path).filter(|path| !path.is_empty() && *path != ".")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(entries: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(Vec::new());
        for (path, text) in entries {
            let mut header = tar::Header::new_ustar();
            header.set_size(text.len() as u64);
            builder.append_data(&mut header, path, text.as_bytes()).unwrap();
        }
        builder.into_inner().unwrap()
    }

    fn names(file: File) -> Vec<String> {
        let mut file = file;
        file.seek(SeekFrom::Start(0)).unwrap();
        let mut archive = tar::Archive::new(file);
        let path = |entry: io::Result<tar::Entry<File>>| entry.unwrap().path().unwrap().to_string_lossy().into_owned();
        archive.entries().unwrap().map(path).collect()
    }

    #[test]
    fn a_windows_layer_loses_its_outer_folder() {
        let layer = layer(&[("Hives/x", ""), ("Files/app/a.txt", "a"), ("Files/b.txt", "b")]);
        let Unpackable::Archive(file) = unpackable(layer.as_slice(), true).unwrap() else { panic!() };
        assert_eq!(names(file), ["app/a.txt", "b.txt"]);
    }

    #[test]
    fn a_layer_that_removes_files_cannot_be_unpacked() {
        let layer = layer(&[("app/.wh.old", "")]);
        assert!(matches!(unpackable(layer.as_slice(), false).unwrap(), Unpackable::Removes));
    }
}
