//! Where reports go: standard output, standard error or a file, with or without colours.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use dockerfile::render::Style;

use crate::args::Color;
use crate::error::Error;

/// A place to write to.
pub struct Output {
    to: Box<dyn Write>,
    /// The file's name, when it is one.
    name: Option<String>,
    /// Whether what is written here has colours.
    pub style: Style,
}

impl Output {
    /// Standard output.
    pub fn stdout(color: Color) -> Output {
        let style = style(color, AutoStream::choice(&io::stdout()));
        let to: Box<dyn Write> = match style {
            Style::Plain => Box::new(BufWriter::new(io::stdout())),
            // Old Windows consoles need their colours translated.
            Style::Colour => Box::new(BufWriter::new(AutoStream::always(io::stdout()))),
        };
        Output { to, name: None, style }
    }

    /// Standard error.
    pub fn stderr(color: Color) -> Output {
        let style = style(color, AutoStream::choice(&io::stderr()));
        let to: Box<dyn Write> = match style {
            Style::Plain => Box::new(BufWriter::new(io::stderr())),
            Style::Colour => Box::new(BufWriter::new(AutoStream::always(io::stderr()))),
        };
        Output { to, name: None, style }
    }

    /// A file, which is created or emptied.
    ///
    /// # Errors
    /// When that is not possible.
    pub fn file(path: &Path, color: Color) -> Result<Output, Error> {
        let name = path.display().to_string();
        let file = File::create(path).map_err(|error| Error::Write { path: name.clone(), error })?;
        Ok(Output { to: Box::new(BufWriter::new(file)), name: Some(name), style: style(color, ColorChoice::Never) })
    }

    /// Nowhere.
    pub fn nowhere() -> Output {
        Output { to: Box::new(io::sink()), name: None, style: Style::Plain }
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.to.write_all(bytes).map_err(|error| self.failed(error))
    }

    /// Sends what is buffered on its way.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.to.flush().map_err(|error| self.failed(error))
    }

    fn failed(&self, error: io::Error) -> Error {
        match &self.name {
            Some(path) => Error::Write { path: path.clone(), error },
            None => Error::Output(error),
        }
    }
}

fn style(color: Color, auto: ColorChoice) -> Style {
    match (color, auto) {
        (Color::Never, _) | (Color::Auto, ColorChoice::Never) => Style::Plain,
        (Color::Always | Color::Auto, _) => Style::Colour,
    }
}

/// Writes all of `text` to standard output.
///
/// # Errors
/// When it cannot be written.
pub fn print(text: &[u8]) -> Result<(), Error> {
    let mut out = Output::stdout(Color::Never);
    out.write(text)?;
    out.flush()
}
