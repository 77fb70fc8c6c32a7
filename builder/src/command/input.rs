//! What `plan` and `build` read: the Dockerfile and the build arguments.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use dockerfile::document::{Builder, Document};
use dockerfile::render::Style;
use dockerfile::source::Source;

use crate::args::{Color, SourceArgs};
use crate::failure::{Exit, Failure};

/// The largest Dockerfile that is read, in bytes.
const MAX_SIZE: u64 = 16 << 20;

/// A Dockerfile that has been read, with what the command line says about it.
pub struct Input {
    /// Its name as the user wrote it, with forward slashes.
    pub path: String,
    /// What it says.
    pub document: Document,
    /// The build arguments that have a value.
    pub build_args: BTreeMap<String, String>,
    /// The named contexts: name in lower case, and what stands behind `=`.
    pub contexts: BTreeMap<String, String>,
}

/// A command line that cannot be taken.
#[derive(Debug, thiserror::Error)]
enum InputError {
    #[error("cannot read {path}")]
    Unreadable { path: String, source: io::Error },
    #[error("{path} is larger than 16 MiB")]
    TooLarge { path: String },
    #[error("`--build-arg {text}` has no name")]
    ArgWithoutName { text: String },
    #[error("`--build-context {text}` is not NAME=SOURCE")]
    Context { text: String },
}

/// Reads the Dockerfile and the arguments.
///
/// # Errors
/// When the file cannot be read or an argument is none.
pub fn read(args: &SourceArgs) -> Result<Input, Failure> {
    let (path, bytes) = dockerfile_bytes(args)?;
    let mut build_args = BTreeMap::new();
    for text in &args.build_arg {
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            // Without a value it is taken from the environment, and is not set when that has none.
            None => (text.as_str(), std::env::var(text).ok()),
        };
        if name.is_empty() {
            return Err(Failure::new(Exit::Usage, InputError::ArgWithoutName { text: text.clone() }));
        }
        build_args.extend(value.map(|value| (name.to_owned(), value)));
    }
    let mut contexts = BTreeMap::new();
    for text in &args.build_context {
        let Some((name, source)) = text.split_once('=').filter(|(name, source)| !name.is_empty() && !source.is_empty())
        else {
            return Err(Failure::new(Exit::Usage, InputError::Context { text: text.clone() }));
        };
        contexts.insert(name.to_lowercase(), source.to_owned());
    }
    Ok(Input { path, document: Document::new(Source::new(bytes), Builder::Any), build_args, contexts })
}

fn dockerfile_bytes(args: &SourceArgs) -> Result<(String, Vec<u8>), Failure> {
    let mut bytes = Vec::new();
    let (shown, result) = match args.file.as_deref() {
        Some(file) if file == Path::new("-") => {
            ("-".to_owned(), io::stdin().take(MAX_SIZE + 1).read_to_end(&mut bytes))
        }
        file => {
            let path = file.map_or_else(|| args.context.join("Dockerfile"), PathBuf::from);
            let opened = std::fs::File::open(&path);
            let shown = path.to_string_lossy().replace('\\', "/");
            let shown = shown.strip_prefix("./").unwrap_or(&shown).to_owned();
            (shown, opened.and_then(|file| file.take(MAX_SIZE + 1).read_to_end(&mut bytes)))
        }
    };
    match result {
        Err(source) => Err(Failure::new(Exit::Usage, InputError::Unreadable { path: shown, source })
            .help("name the Dockerfile with --file, or give the folder that holds it")),
        Ok(size) if size as u64 > MAX_SIZE => Err(Failure::new(Exit::Dockerfile, InputError::TooLarge { path: shown })),
        Ok(_) => Ok((shown, bytes)),
    }
}

/// Whether a stream gets colours.
pub fn style(color: Color, stream: &impl io::IsTerminal) -> Style {
    let wanted = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => stream.is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
    };
    if wanted { Style::Colour } else { Style::Plain }
}
