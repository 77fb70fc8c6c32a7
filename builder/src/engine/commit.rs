//! Keeping what a container did: commit, and then the config as the Dockerfile says it.
//!
//! The engine mixes the container's own settings into what it commits: build arguments, secrets' names, labels. So the
//! committed image is only a way to its new layer. Its config is written here, and the engine takes it by `load` with
//! layers that it has already; the image's id is then the digest of our config.

use std::collections::HashMap;
use std::time::Duration;

use bollard::models::ContainerConfig as EngineConfig;
use bollard::query_parameters::{CommitContainerOptionsBuilder, ImportImageOptionsBuilder, RemoveImageOptionsBuilder};
use futures_util::StreamExt;

use crate::image::{ContainerConfig, Digest, History, ImageConfig, to_json};

use super::connection::{Connection, LAYERS, LONG, SHORT};
use super::error::EngineError;

/// A label on the images of steps: the step's key.
pub(super) const STEP_LABEL: &str = "dev.wbuild.step";

/// An image on the engine, with the config that it stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// Its id on the engine.
    pub image: String,
    /// Its config, with the layers as the engine has them.
    pub config: ImageConfig,
}

/// What a commit makes of a state.
#[derive(Clone, Debug)]
pub struct Change {
    /// How containers start from here on.
    pub config: ContainerConfig,
    /// The author from here on.
    pub author: Option<String>,
    /// The instructions, each without its layer: the last one gets it.
    pub history: Vec<String>,
    /// When, RFC 3339.
    pub created: String,
}

impl Change {
    /// The config after the change, on a stack of layers.
    pub(super) fn apply(&self, parent: &ImageConfig, layers: Vec<Digest>) -> ImageConfig {
        let mut config = parent.clone();
        let grown = layers.len() > parent.rootfs.diff_ids.len();
        config.rootfs.diff_ids = layers;
        config.config = self.config.clone();
        config.author.clone_from(&self.author);
        config.created = Some(self.created.clone());
        for (index, text) in self.history.iter().enumerate() {
            config.history.push(History {
                created: Some(self.created.clone()),
                created_by: Some(text.clone()),
                empty_layer: !grown || index + 1 < self.history.len(),
                ..History::default()
            });
        }
        config
    }
}

impl Connection {
    /// Commits a container that does not run. `foreign` are the names of variables that were the container's only:
    /// named empty here, so that their values are in no image even for a moment.
    pub(super) async fn commit(
        &self,
        container: &str,
        change: &Change,
        foreign: &[String],
    ) -> Result<String, EngineError> {
        let doing = "keeping the result of the step";
        let state = self.call(doing, LONG, self.docker().inspect_container(container, None)).await?.state;
        if state.is_none_or(|state| state.running.unwrap_or(true)) {
            // Windows refuses this, and elsewhere files would be caught half written.
            let what = "the container still runs, and a running container is never committed".to_owned();
            return Err(EngineError::Unexpected { doing: doing.to_owned(), what });
        }
        let mut config = engine_config(&change.config, doing)?;
        config.env.get_or_insert_default().extend(foreign.iter().map(|name| format!("{name}=")));
        let options = CommitContainerOptionsBuilder::new().container(container).pause(false).build();
        let answer = self.call(doing, LAYERS, self.docker().commit_container(options, config)).await?;
        Ok(answer.id)
    }

    /// The layers of an image.
    pub(super) async fn layers(&self, image: &str) -> Result<Vec<Digest>, EngineError> {
        let doing = "reading the layers of an image";
        let inspected = self.call(doing, SHORT, self.docker().inspect_image(image)).await?;
        let layers = inspected.root_fs.and_then(|root| root.layers).unwrap_or_default();
        let parsed: Result<_, _> = layers.iter().map(|layer| layer.parse::<Digest>()).collect();
        parsed.map_err(|error| EngineError::Unexpected { doing: doing.to_owned(), what: error.to_string() })
    }

    /// Gives the engine an image of this config whose layers it has, under these names.
    pub(super) async fn load(&self, config: &ImageConfig, names: &[String]) -> Result<String, EngineError> {
        self.load_with(config, names, Vec::new()).await
    }

    /// The same with the bytes of the uppermost layers, compressed or not.
    pub(super) async fn load_with(
        &self,
        config: &ImageConfig,
        names: &[String],
        uppermost: Vec<std::fs::File>,
    ) -> Result<String, EngineError> {
        let (bytes, id) = id_of(config);
        let archive =
            archive(&bytes, config, names, uppermost).map_err(EngineError::file("the archive of an image"))?;
        Ok(self.load_archive(archive).await?.unwrap_or(id))
    }

    /// Gives the engine an archive of one image; the id that it then has, where the engine says it.
    pub(super) async fn load_archive(&self, archive: std::fs::File) -> Result<Option<String>, EngineError> {
        let doing = "giving the engine an image";
        let mut loaded = None;
        let options = ImportImageOptionsBuilder::new().quiet(true).build();
        let work = async {
            let mut answers = Box::pin(self.docker().import_image(
                options,
                bollard::body_try_stream(super::upload::chunks(archive)),
                None,
            ));
            while let Some(answer) = answers.next().await {
                let answer = answer?;
                if let Some(detail) = answer.error_detail {
                    let error = detail.message.unwrap_or_default();
                    return Err(bollard::errors::Error::DockerStreamError { error });
                }
                let said = answer.stream.unwrap_or_default();
                loaded = said.trim().strip_prefix("Loaded image ID: ").map(str::to_owned).or(loaded.take());
            }
            Ok(())
        };
        self.call(doing, LAYERS, work).await?;
        if let Some(id) = &loaded {
            self.call(doing, SHORT, self.docker().inspect_image(id)).await?;
        }
        Ok(loaded)
    }

    /// Removes an image of ours, unless somebody gave it a name. That it is gone already is as good.
    pub(super) async fn remove_image(&self, image: &str) {
        let inspected = tokio::time::timeout(SHORT, self.docker().inspect_image(image)).await;
        let Ok(Ok(inspected)) = inspected else { return };
        if inspected.repo_tags.is_some_and(|names| !names.is_empty()) {
            return;
        }
        let options = RemoveImageOptionsBuilder::new().force(false).noprune(true).build();
        let call = self.docker().remove_image(image, Some(options), None);
        // What cannot be removed now is collected by the next run: its label says that it is ours.
        let _ = tokio::time::timeout(Duration::from_secs(120), call).await;
    }
}

/// The bytes of a config as the engine gets it, and the id that the image then has.
pub(super) fn id_of(config: &ImageConfig) -> (Vec<u8>, String) {
    let bytes = to_json(config);
    let id = Digest::of(&bytes).to_string();
    (bytes, id)
}

/// The config of a step's image: that of the state with a label that says whose step it is.
pub(super) fn marked(config: &ImageConfig, key: &Digest) -> ImageConfig {
    let mut marked = config.clone();
    marked.config.labels.insert(STEP_LABEL.to_owned(), key.hex().to_owned());
    marked
}

/// A config in the client's types.
fn engine_config(config: &ContainerConfig, doing: &str) -> Result<EngineConfig, EngineError> {
    let value = serde_json::to_value(config).expect("a config has string keys only");
    serde_json::from_value(value)
        .map_err(|error| EngineError::Unexpected { doing: doing.to_owned(), what: error.to_string() })
}

/// An archive as `docker load` takes it. Layers that the engine has need not be in it.
fn archive(
    config: &[u8],
    image: &ImageConfig,
    names: &[String],
    uppermost: Vec<std::fs::File>,
) -> std::io::Result<std::fs::File> {
    let layers = &image.rootfs.diff_ids;
    let place = |layer: &Digest| format!("{}/layer.tar", layer.hex());
    let name = format!("{}.json", Digest::of(config).hex());
    let names = (!names.is_empty()).then_some(names);
    let manifest = serde_json::json!([{
        "Config": name,
        "RepoTags": names,
        "Layers": layers.iter().map(place).collect::<Vec<_>>(),
    }]);
    let manifest = serde_json::to_vec(&manifest)?;
    let mut builder = tar::Builder::new(tempfile::tempfile()?);
    let mut append = |name: &str, size: u64, data: &mut dyn std::io::Read| {
        let mut header = tar::Header::new_ustar();
        header.set_size(size);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, data)
    };
    append(&name, config.len() as u64, &mut &config[..])?;
    let from = layers.len().saturating_sub(uppermost.len());
    for (mut file, digest) in uppermost.into_iter().zip(&layers[from..]) {
        let size = file.metadata()?.len();
        append(&place(digest), size, &mut file)?;
    }
    append("manifest.json", manifest.len() as u64, &mut &manifest[..])?;
    builder.into_inner()
}

/// The labels of a container that is ours.
pub(super) fn labels(build: &str, store: &str) -> HashMap<String, String> {
    let pairs = [(super::collect::BUILD_LABEL, build), (super::collect::STORE_LABEL, store)];
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Platform;

    fn change(texts: &[&str]) -> Change {
        Change {
            config: ContainerConfig { user: "me".to_owned(), ..ContainerConfig::default() },
            author: None,
            history: texts.iter().map(|text| (*text).to_owned()).collect(),
            created: "2026-01-01T00:00:00Z".to_owned(),
        }
    }

    #[test]
    fn the_last_instruction_of_a_commit_has_the_layer() {
        let parent = ImageConfig::empty(Platform::new("windows", "amd64"));
        let config = change(&["ENV A=b", "COPY a C:/"]).apply(&parent, vec![Digest::of(b"layer")]);
        let empty: Vec<_> = config.history.iter().map(|entry| entry.empty_layer).collect();
        assert_eq!((empty, config.config.user.as_str()), (vec![true, false], "me"));
        // A step that changed nothing has none.
        let same = change(&["RUN x"]).apply(&config, config.rootfs.diff_ids.clone());
        assert!(same.history[2].empty_layer);
    }

    #[test]
    fn configs_keep_what_matters_on_windows_on_their_way_to_the_engine() {
        let config = ContainerConfig {
            cmd: Some(vec!["cmd /S /C dir".to_owned()]),
            args_escaped: true,
            shell: Some(vec!["powershell".to_owned(), "-Command".to_owned()]),
            exposed_ports: [("80/tcp".to_owned(), serde_json::json!({}))].into(),
            labels: [("a".to_owned(), "1".to_owned())].into(),
            ..ContainerConfig::default()
        };
        let engine = engine_config(&config, "").unwrap();
        assert_eq!((engine.args_escaped, engine.shell.map(|words| words.len())), (Some(true), Some(2)));
        assert_eq!(engine.exposed_ports, Some(vec!["80/tcp".to_owned()]));
        assert_eq!(engine.labels.unwrap()["a"], "1");
    }
}
