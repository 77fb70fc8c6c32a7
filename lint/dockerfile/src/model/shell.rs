//! The shell that reads shell-form commands: which language it is and what it runs before the command.

use std::rc::Rc;

use crate::ast::{self, Backslash, Instruction};
use crate::facts::base_image::DefaultShell;
use crate::script::Dialect;
use crate::splice::Spliced;

use super::Os;

/// The program and arguments that a shell-form command is appended to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shell {
    /// Program and arguments.
    pub words: Vec<String>,
    /// The language it reads; `None` when the program is not known.
    pub dialect: Option<Dialect>,
    /// Where it comes from.
    pub origin: ShellOrigin,
}

/// Where a shell comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShellOrigin {
    /// The platform's default, or the base image's by the tables.
    Image,
    /// A `SHELL` instruction, by its place.
    Instruction(usize),
}

/// The `SHELL` of Microsoft's and Docker's own images that set PowerShell.
const PROLOGUE: &str = "$ErrorActionPreference = 'Stop'; $ProgressPreference = 'SilentlyContinue';";

impl Shell {
    pub(super) fn unknown() -> Rc<Shell> {
        Rc::new(Shell { words: Vec::new(), dialect: None, origin: ShellOrigin::Image })
    }

    /// The shell that a stage begins with.
    pub(super) fn of_image(os: Os, default: Option<DefaultShell>) -> Rc<Shell> {
        let words: &[&str] = match (os, default) {
            (Os::Windows, Some(DefaultShell::PowerShell { prologue: true })) => &["powershell", "-Command", PROLOGUE],
            (Os::Windows, Some(DefaultShell::PowerShell { prologue: false })) => &["powershell", "-Command"],
            (Os::Windows, _) => &["cmd", "/S", "/C"],
            (Os::Linux, _) => &["/bin/sh", "-c"],
            (Os::Unknown, _) => &[],
        };
        Rc::new(Shell::from_words(words.iter().map(|word| (*word).to_owned()).collect(), ShellOrigin::Image))
    }

    pub(super) fn set(words: Vec<String>, step: usize) -> Rc<Shell> {
        Rc::new(Shell::from_words(words, ShellOrigin::Instruction(step)))
    }

    fn from_words(words: Vec<String>, origin: ShellOrigin) -> Shell {
        // A wrapper such as LogMonitor hands the rest on: the first word that is a shell counts.
        let dialect = words.iter().find_map(|word| program_dialect(word));
        Shell { words, dialect, origin }
    }

    /// The script that runs before each command: what `SHELL` has after `-Command`.
    pub fn prologue(&self) -> &str {
        let command =
            self.words.iter().position(|word| word.trim_start_matches(['-', '/']).eq_ignore_ascii_case("command"));
        command.and_then(|at| self.words.get(at + 1)).map_or("", String::as_str)
    }

    /// Whether the shell is started by LogMonitor.
    pub fn is_log_monitor(&self) -> bool {
        self.words.first().is_some_and(|word| file_stem(word).eq_ignore_ascii_case("logmonitor"))
    }
}

/// The words that the author of a `SHELL` meant that is no JSON array: what follows is written for that shell, though
/// the builder stops here.
pub(super) fn intended(text: &Spliced, instruction: &Instruction) -> Option<Vec<String>> {
    if let Some((array, _)) = ast::intent::array(instruction) {
        let intent = ast::intent::intent(&array, Backslash::Doubled)?;
        return Some(intent.words.into_iter().map(|word| word.text).collect());
    }
    let words: Vec<String> = text.text().split_ascii_whitespace().map(str::to_owned).collect();
    words.first().is_some_and(|word| program_dialect(word).is_some()).then_some(words)
}

/// The language of a shell program, by its file name in any folder, with or without `.exe`.
pub fn program_dialect(program: &str) -> Option<Dialect> {
    match file_stem(program).to_ascii_lowercase().as_str() {
        "cmd" => Some(Dialect::Cmd),
        "powershell" => Some(Dialect::WindowsPowerShell),
        "pwsh" | "pwsh-preview" => Some(Dialect::PowerShell),
        "sh" | "bash" | "ash" | "dash" | "zsh" | "ksh" => Some(Dialect::Posix),
        _ => None,
    }
}

/// A program's name without folder and `.exe`.
pub(crate) fn file_stem(program: &str) -> &str {
    let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
    match name.len().checked_sub(4).filter(|&at| name.is_char_boundary(at)) {
        Some(at) if name[at..].eq_ignore_ascii_case(".exe") => &name[..at],
        _ => name,
    }
}
