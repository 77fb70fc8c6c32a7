//! `wlint show`: what the builder sees of one Dockerfile.

use std::path::Path;

use dockerfile::document::Document;
use serde_json::json;

use crate::args::{Show, ShowFormat};
use crate::error::Error;
use crate::files::Input;
use crate::{output, read};

/// Prints what the builder sees.
///
/// # Errors
/// When the file cannot be read, or the text cannot be written.
pub fn run(args: &Show) -> Result<(), Error> {
    let input = if args.file == Path::new("-") { Input::stdin(None) } else { Input::file(&args.file) };
    let document = Document::new(read::source(&input)?, args.builder.into());
    let shown = match args.format {
        ShowFormat::Text => text(&input, &document),
        ShowFormat::Json => json(&input, &document),
    };
    output::print(shown.as_bytes())
}

fn text(input: &Input, document: &Document) -> String {
    format!("{}: {} lines\n", input.name(), document.source.line_count())
}

fn json(input: &Input, document: &Document) -> String {
    json!({ "version": 1, "path": input.name(), "lines": document.source.line_count() }).to_string() + "\n"
}
