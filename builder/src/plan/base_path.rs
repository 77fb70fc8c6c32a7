//! What is known of the `PATH` in a base's registry, and what stands in a plan for what is not read yet.

use dockerfile::facts::registry_path::RegistryPath;
use serde::ser::Error;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::file_op::FileOp;
use super::step::{Base, Plan, Stage};

/// The `PATH` that a base has in its registry, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum BasePath {
    /// This one.
    Known(RegistryPath),
    /// One that the layers of the base tell. In a plan that is made without them [`UNREAD`] stands for it.
    Unread,
    /// A step that an engine runs may have changed it, or there is no registry.
    #[default]
    Unknown,
}

impl BasePath {
    /// The `PATH`, if it is known.
    pub const fn known(&self) -> Option<&RegistryPath> {
        match self {
            BasePath::Known(path) => Some(path),
            BasePath::Unread | BasePath::Unknown => None,
        }
    }
}

/// Stands in a text for a `PATH` of the registry that is not known: no text of a Dockerfile has this character.
pub(super) const UNREAD: &str = "\u{F8FF}";

/// Stands for the folder that a base starts in, as long as its config is not read: no path of a Dockerfile has this
/// character.
pub(super) const UNREAD_FOLDER: &str = "C:\\\u{F8FE}";
/// The same of an image for Linux.
pub(super) const UNREAD_FOLDER_OF_LINUX: &str = "/\u{F8FE}";
/// How a plan shows it.
const FOLDER: &str = "<WORKDIR>";

/// The images whose layers must be read, because what a plan sets for the machine depends on the `PATH` in their
/// registry.
pub fn unread(plan: &Plan) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for stage in &plan.stages {
        let machine = &stage.machine;
        let is_unread = machine.base_path == BasePath::Unread && machine.get("PATH").is_some()
            || machine.env.iter().any(|(_, value)| value.contains(UNREAD));
        if is_unread && let Some(image) = lowest(plan, stage) {
            found.push(image);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The image that a stage stands on in the end.
fn lowest<'a>(plan: &'a Plan, mut stage: &'a Stage) -> Option<&'a str> {
    loop {
        match &stage.base {
            Base::Image(name) | Base::Context(name) => return Some(name),
            Base::Scratch => return None,
            Base::Stage(number) => stage = plan.stages.iter().find(|stage| stage.number == *number)?,
        }
    }
}

/// A text as a plan shows it: `%PATH%` and `<WORKDIR>` for what is not read yet. What is set has no such sign of its own.
pub(super) fn shown(text: &str) -> String {
    text.replace(UNREAD, "%PATH%").replace(UNREAD_FOLDER, FOLDER).replace(UNREAD_FOLDER_OF_LINUX, FOLDER)
}

/// Serializes a value as it is shown.
pub(super) fn value<S: Serializer>(value: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&shown(value))
}

/// Serializes names and values as they are shown.
pub(super) fn pairs<S: Serializer>(pairs: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    pairs.iter().map(|(name, value)| (name, shown(value))).collect::<Vec<_>>().serialize(serializer)
}

/// Serializes operations, with their paths as they are shown.
pub(super) fn operations<S: Serializer>(operations: &[FileOp], serializer: S) -> Result<S::Ok, S::Error> {
    fn show(value: &mut Value) {
        match value {
            Value::String(text) => *text = shown(text),
            Value::Array(values) => values.iter_mut().for_each(show),
            Value::Object(fields) => fields.values_mut().for_each(show),
            _ => {}
        }
    }
    let mut value = serde_json::to_value(operations).map_err(S::Error::custom)?;
    show(&mut value);
    value.serialize(serializer)
}
