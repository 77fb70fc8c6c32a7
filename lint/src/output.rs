//! Where reports go: standard output, standard error or a file, with or without colours.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use dockerfile::render::Style;

use crate::args::Color;
use crate::error::Error;
use crate::pending::Pending;

/// How much is written at once, so that a run over many files does not ask the system for each few of them.
const BUFFER: usize = 64 << 10;

/// A place to write to.
pub struct Output {
    to: To,
    /// The file's name, when it is one.
    name: Option<String>,
    /// Whether what is written here has colours.
    pub style: Style,
}

enum To {
    Stream(Box<dyn Write>),
    File(Pending),
}

impl Output {
    /// Standard output.
    pub fn stdout(color: Color) -> Output {
        let style = style(color, AutoStream::choice(&io::stdout()));
        let to: Box<dyn Write> = match style {
            Style::Plain => Box::new(BufWriter::with_capacity(BUFFER, io::stdout())),
            // Old Windows consoles need their colours translated.
            Style::Colour => Box::new(BufWriter::new(AutoStream::always(io::stdout()))),
        };
        Output { to: To::Stream(to), name: None, style }
    }

    /// Standard error.
    pub fn stderr(color: Color) -> Output {
        let style = style(color, AutoStream::choice(&io::stderr()));
        let to: Box<dyn Write> = match style {
            Style::Plain => Box::new(BufWriter::new(io::stderr())),
            Style::Colour => Box::new(BufWriter::new(AutoStream::always(io::stderr()))),
        };
        Output { to: To::Stream(to), name: None, style }
    }

    /// A file, which holds what it held before until [`Output::keep`].
    ///
    /// # Errors
    /// When nothing can be written there.
    pub fn file(path: &Path, color: Color) -> Result<Output, Error> {
        let name = path.display().to_string();
        let file = Pending::new(path).map_err(|error| Error::Write { path: name.clone(), error })?;
        let style = style(color, ColorChoice::Never);
        Ok(Output { to: To::File(file), name: Some(name), style })
    }

    /// Nowhere.
    pub fn nowhere() -> Output {
        Output { to: To::Stream(Box::new(io::sink())), name: None, style: Style::Plain }
    }

    /// Writes bytes as they are.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.writer().write_all(bytes).map_err(|error| self.failed(error))
    }

    /// Sends what is buffered on its way.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn flush(&mut self) -> Result<(), Error> {
        self.writer().flush().map_err(|error| self.failed(error))
    }

    /// Puts a file in its place, in one step.
    ///
    /// # Errors
    /// When that is not possible.
    pub fn keep(&mut self) -> Result<(), Error> {
        self.flush()?;
        match &mut self.to {
            To::Stream(_) => Ok(()),
            To::File(file) => file.keep().map_err(|error| self.failed(error)),
        }
    }

    fn writer(&mut self) -> &mut dyn Write {
        match &mut self.to {
            To::Stream(stream) => stream,
            To::File(file) => file.writer(),
        }
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
