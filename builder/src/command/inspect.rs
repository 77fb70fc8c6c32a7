//! `wbuild inspect`: what an image is made of, and which step added what.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{client, place, print};
use crate::args::{Cli, Inspect, ReportFormat};
use crate::failure::{Exit, Failure};
use crate::image::{Descriptor, Digest, Index};
use crate::layer::decode::decode;
use crate::layer::{self, Flavor, NodeKind};
use crate::progress::{counted, size};
use crate::store::source::{self, Image, ImageSource, Root};

/// Shows an image, or the images of an index.
///
/// # Errors
/// When it cannot be read.
pub fn run(args: &Inspect, cli: &Cli) -> Result<Exit, Failure> {
    let place = place::open(&args.source, &client(cli))?;
    let mut shown = Shown { source: &args.source, index: None, images: Vec::new() };
    match source::root(&*place)? {
        Root::Image(image) => shown.images.push(show(&*place, *image, args.files)?),
        Root::Index(descriptor, index) => {
            for image in images(&index) {
                let image = source::image(&*place, image.clone())?;
                shown.images.push(show(&*place, image, args.files)?);
            }
            shown.index = Some((descriptor.digest.clone(), *index));
        }
    }
    match args.format {
        ReportFormat::Text => print(&shown.text()),
        ReportFormat::Json => print(&format!("{:#}\n", shown.json())),
    }
}

/// The images of an index, without attestations and signatures.
fn images(index: &Index) -> impl Iterator<Item = &Descriptor> {
    index.manifests.iter().filter(|image| image.platform.as_ref().is_none_or(|platform| platform.os != "unknown"))
}

/// What is at a place.
struct Shown<'a> {
    source: &'a str,
    index: Option<(Digest, Index)>,
    images: Vec<ShownImage>,
}

struct ShownImage {
    image: Image,
    steps: Vec<Step>,
}

/// A step of the history, or a layer that has none.
struct Step {
    created_by: String,
    /// The layer, counted from 1.
    layer: Option<(usize, Descriptor)>,
    files: Option<Vec<File>>,
}

struct File {
    path: String,
    kind: &'static str,
    size: u64,
}

fn show(place: &dyn ImageSource, image: Image, with_files: bool) -> Result<ShownImage, Failure> {
    let mut steps = steps(&image);
    if with_files {
        let flavor = if image.config.platform.is_windows() { Flavor::Windows } else { Flavor::Linux };
        for step in &mut steps {
            if let Some((_, layer)) = &step.layer {
                step.files = Some(files(place, layer, flavor)?);
            }
        }
    }
    Ok(ShownImage { image, steps })
}

/// The history, each step that made a layer with its layer. Layers that the history does not know come last.
fn steps(image: &Image) -> Vec<Step> {
    let mut layers = image.manifest.layers.iter().cloned().enumerate().map(|(at, layer)| (at + 1, layer));
    let mut steps = Vec::new();
    for entry in &image.config.history {
        let layer = if entry.empty_layer { None } else { layers.next() };
        let created_by = entry.created_by.clone().or_else(|| entry.comment.clone()).unwrap_or_default();
        steps.push(Step { created_by, layer, files: None });
    }
    steps.extend(layers.map(|layer| Step { created_by: String::new(), layer: Some(layer), files: None }));
    steps
}

fn files(place: &dyn ImageSource, layer: &Descriptor, flavor: Flavor) -> Result<Vec<File>, Failure> {
    let unreadable = |error: std::io::Error| Failure::from(source::of_reading(error, place, &layer.digest));
    let (_, reader) = decode(place.open(layer)?).map_err(unreadable)?;
    let (index, _) = layer::Index::scan(reader, flavor).map_err(|error| match error {
        layer::read::ReadError::Io { source, .. } => unreadable(source),
        error => Failure::new(Exit::Layer, error),
    })?;
    let nodes = index.nodes().iter().filter(|node| !node.is_implied && !node.path.is_empty());
    let mut files: Vec<File> = nodes
        .map(|node| {
            let (kind, size) = match node.kind {
                NodeKind::Directory => ("folder", 0),
                NodeKind::File => ("file", node.size),
                NodeKind::Symlink { .. } => ("link", 0),
                NodeKind::Junction { .. } => ("junction", 0),
                NodeKind::Hardlink { .. } => ("hard link", 0),
                NodeKind::Other => ("other", 0),
            };
            File { path: node.path.to_string(), kind, size }
        })
        .collect();
    files.extend(index.removed().map(|path| File { path, kind: "removed", size: 0 }));
    Ok(files)
}

impl Shown<'_> {
    fn text(&self) -> String {
        let mut out = format!("{}\n", self.source);
        if let Some((digest, index)) = &self.index {
            let _ = writeln!(out, "index       {digest}, {}", counted(images(index).count(), "image"));
        }
        self.images.iter().for_each(|image| image.push_text(&mut out));
        let mut safe = String::new();
        for line in out.lines() {
            dockerfile::render::push_safe(&mut safe, line);
            safe.push('\n');
        }
        safe
    }

    fn json(&self) -> Value {
        json!({
            "source": self.source,
            "index": self.index.as_ref().map(|(digest, _)| digest),
            "images": self.images.iter().map(ShownImage::json).collect::<Vec<_>>(),
        })
    }
}

impl ShownImage {
    fn size(&self) -> u64 {
        self.image.manifest.layers.iter().map(|layer| layer.size).sum()
    }

    fn push_text(&self, out: &mut String) {
        let (image, config) = (&self.image, &self.image.config.config);
        let mut line = |name: &str, value: &str| {
            if !value.is_empty() {
                let _ = writeln!(out, "{name:<11} {value}");
            }
        };
        let words =
            |words: &Option<Vec<String>>| words.as_ref().map_or(String::new(), |words| json!(words).to_string());
        line("digest", image.descriptor.digest.as_str());
        line("platform", &image.config.platform.to_string());
        line("size", &format!("{} in {}", size(self.size()), counted(image.manifest.layers.len(), "layer")));
        line("created", image.config.created.as_deref().unwrap_or_default());
        line("user", &config.user);
        line("workdir", &config.working_dir);
        line("shell", &words(&config.shell));
        line("entrypoint", &words(&config.entrypoint));
        line("cmd", &words(&config.cmd));
        config.env.iter().for_each(|variable| line("env", variable));
        config.exposed_ports.keys().for_each(|port| line("port", port));
        config.volumes.keys().for_each(|volume| line("volume", volume));
        config.labels.iter().for_each(|(name, value)| line("label", &format!("{name}={value}")));
        out.push_str("steps\n");
        for step in &self.steps {
            let bytes = step.layer.as_ref().map_or("-".to_owned(), |(_, layer)| size(layer.size));
            let number = step.layer.as_ref().map_or(String::new(), |(number, _)| number.to_string());
            let _ = writeln!(out, "  {number:>3} {bytes:>10}  {}", step.created_by.trim());
            for file in step.files.iter().flatten() {
                let bytes = if file.kind == "file" { size(file.size) } else { file.kind.to_owned() };
                let _ = writeln!(out, "      {bytes:>10}    {}", file.path);
            }
        }
    }

    fn json(&self) -> Value {
        let image = &self.image;
        let steps = self.steps.iter().map(|step| {
            json!({
                "created_by": step.created_by,
                "layer": step.layer.as_ref().map(|(number, layer)| json!({
                    "number": number,
                    "digest": layer.digest,
                    "diff_id": image.config.rootfs.diff_ids.get(number - 1),
                    "media_type": layer.media_type,
                    "size": layer.size,
                })),
                "files": step.files.as_ref().map(|files| files.iter().map(|file| json!({
                    "path": file.path,
                    "kind": file.kind,
                    "size": file.size,
                })).collect::<Vec<_>>()),
            })
        });
        json!({
            "digest": image.descriptor.digest,
            "media_type": image.descriptor.media_type,
            "platform": image.config.platform,
            "size": self.size(),
            "created": image.config.created,
            "config": image.config.config,
            "annotations": image.manifest.annotations,
            "steps": steps.collect::<Vec<_>>(),
        })
    }
}
