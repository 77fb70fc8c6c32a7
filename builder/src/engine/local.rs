//! Images that an engine has and no registry: built there, imported or loaded.

use std::fs::File;
use std::io::Write;

use futures_util::StreamExt;

use crate::failure::Failure;
use crate::store::export::blobs;
use crate::store::source::{self, ImageSource};
use crate::store::{DockerImage, Store};

use super::connection::{LAYERS, SHORT};
use super::error::EngineError;
use super::session::Session;

/// An image of an engine.
pub struct LocalImage {
    /// Its id there.
    pub id: String,
    /// Its copy in the store.
    pub source: Box<dyn ImageSource>,
}

impl Session {
    /// The engine's image of this name: its id, and its copy in the store; nothing when it has none. With `only_there` also
    /// nothing for one that the engine pulled or pushed: its registry has it with the bytes that everyone gets.
    ///
    /// # Errors
    /// When the engine cannot say, or the image cannot be taken over.
    pub fn image(&self, name: &str, only_there: bool, store: &Store) -> Result<Option<LocalImage>, Failure> {
        let docker = self.connection.docker();
        let image = match self.connection.ask("looking for an image", SHORT, docker.inspect_image(name)) {
            Ok(image) => image,
            Err(EngineError::Refused { status: 404 | 400, .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let is_elsewhere = image.repo_digests.is_some_and(|digests| !digests.is_empty());
        let Some(id) = image.id.filter(|_| !(only_there && is_elsewhere)) else { return Ok(None) };
        // The store keeps it under its id: the same image is taken over once.
        let kept = format!("engine-image:{}", id.trim_start_matches("sha256:"));
        if store.source(Some(&kept)).is_err() {
            self.progress.note(&format!("taking {name} out of the engine"));
            self.take_over(&id, &kept, store)?;
        }
        let source = Box::new(store.source(Some(&kept))?);
        Ok(Some(LocalImage { id, source }))
    }

    fn take_over(&self, id: &str, kept: &str, store: &Store) -> Result<(), Failure> {
        let file =
            tempfile::NamedTempFile::new_in(&self.options.area).map_err(EngineError::file(&self.options.area))?;
        self.connection.wait(self.save(id, file.as_file()))?;
        let image = DockerImage::open(file.path(), None)?;
        for blob in blobs(&image)? {
            source::copy_blob(&image, &blob, store, |_| ())?;
        }
        Ok(store.tag(Some(kept), &image.root()?)?)
    }

    /// Writes an image down as `docker save` does.
    async fn save(&self, id: &str, mut file: &File) -> Result<(), EngineError> {
        let unwritten = EngineError::file(&self.options.area);
        let save = async {
            let mut chunks = Box::pin(self.connection.docker().export_image(id));
            while let Some(chunk) = chunks.next().await {
                if let Err(error) = file.write_all(&chunk?) {
                    return Ok(Err(error));
                }
            }
            Ok(file.flush())
        };
        self.connection.call("taking an image out of the engine", LAYERS, save).await?.map_err(unwritten)
    }
}
