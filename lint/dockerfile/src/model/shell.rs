//! The shell that reads shell-form commands: which language it is and what it runs before the command.

use std::rc::Rc;
use std::sync::{LazyLock, OnceLock};

use crate::ast::{self, CommandLine, Form, Instruction, Keyword, Kind};
use crate::facts::base_image::DefaultShell;
use crate::facts::cmdlets;
use crate::names::Names;
use crate::script::{self, Dialect};
use crate::splice::Spliced;

use super::Os;

/// The program and arguments that a shell-form command is appended to.
#[derive(Clone, Debug)]
pub struct Shell {
    /// Program and arguments.
    pub words: Vec<String>,
    /// The language it reads; `None` when the program is not known.
    pub dialect: Option<Dialect>,
    /// Where it comes from.
    pub origin: ShellOrigin,
    /// The variables that it sets before each command, with their values as written, once somebody has asked.
    assigned: OnceLock<Vec<(String, String)>>,
}

/// What was asked of it makes no other shell.
impl PartialEq for Shell {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words && self.dialect == other.dialect && self.origin == other.origin
    }
}

impl Eq for Shell {}

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

/// What it sets. Nearly all shells of PowerShell end in it, and it is read once for all of them.
static OF_PROLOGUE: LazyLock<Vec<(String, String)>> =
    LazyLock::new(|| assigned(&[PROLOGUE.to_owned()], Dialect::WindowsPowerShell));

impl Shell {
    pub(super) fn unknown() -> Rc<Shell> {
        Rc::new(Shell { words: Vec::new(), dialect: None, origin: ShellOrigin::Image, assigned: OnceLock::new() })
    }

    /// The shell that a stage begins with whose base sets the one that the tables know.
    pub fn of_image(os: Os, default: Option<DefaultShell>) -> Rc<Shell> {
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

    /// A shell by its words.
    pub fn from_words(words: Vec<String>, origin: ShellOrigin) -> Shell {
        // A wrapper such as LogMonitor hands the rest on: the first word that is a shell counts.
        let dialect = words.iter().find_map(|word| program_dialect(word));
        Shell { words, dialect, origin, assigned: OnceLock::new() }
    }

    /// The value that a variable of PowerShell has before each command, as written, when the shell's own words set it.
    pub fn assigned(&self, name: &str) -> Option<&str> {
        let dialect = self.dialect.filter(|dialect| dialect.is_powershell())?;
        let assigned = self.assigned.get_or_init(|| match self.words.split_last() {
            Some((last, others)) if last == PROLOGUE && !others.iter().any(|word| word.contains('$')) => {
                OF_PROLOGUE.clone()
            }
            _ => assigned(&self.words, dialect),
        });
        let found = assigned.iter().rfind(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
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

/// The variables that the words of a shell set, with their values.
fn assigned(words: &[String], dialect: Dialect) -> Vec<(String, String)> {
    let words = words.join(" ");
    let Some(at) = words.find('$') else { return Vec::new() };
    let script = script::powershell::parse(Spliced::verbatim(&words[at..], 0), dialect, 0);
    let assigned = script.own_statements().into_iter().flat_map(|statement| {
        let target = statement.assigned().map_or(&[][..], |target| &target.variables);
        target.iter().filter_map(|variable| Some((variable.name.clone(), script.value_of(statement)?.to_owned())))
    });
    assigned.collect()
}

/// The words that the author of a `SHELL` meant that is no JSON array: what follows is written for that shell, though
/// the builder stops here.
pub(super) fn intended(text: &Spliced, instruction: &Instruction) -> Option<Vec<String>> {
    if let Some(intent) = ast::intent::of_command(instruction) {
        return Some(intent.words.iter().map(|it| it.word.as_str().to_owned()).collect());
    }
    let words: Vec<String> = text.text().split_ascii_whitespace().map(str::to_owned).collect();
    words.first().is_some_and(|word| program_dialect(word).is_some()).then_some(words)
}

/// Whether a stage is written for PowerShell: one of its commands before the next `SHELL` begins as only PowerShell reads it, and
/// none has what only cmd reads. It tells what an image that nobody knows has for its shell.
pub(super) fn speaks_powershell(stage: &[Instruction]) -> bool {
    let own = stage.iter().take_while(|it| !matches!(it.keyword, Some(Keyword::From | Keyword::Shell)));
    let texts = own.filter_map(|instruction| match &instruction.innermost().kind {
        Kind::Command(CommandLine { form: Form::Shell(text), .. }) => Some(text.text().trim_start()),
        _ => None,
    });
    let (mut is_powershell, mut is_cmd) = (false, false);
    for text in texts {
        is_powershell |= begins_powershell(text);
        is_cmd |= text.contains("&&") || text.split('%').skip(1).step_by(2).any(is_name);
    }
    is_powershell && !is_cmd
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// Whether the first thing in a script is a cmdlet, an assignment or a type.
fn begins_powershell(text: &str) -> bool {
    let first = text.split([' ', ';', '(', '\n']).next().unwrap_or_default();
    let is_assignment = || {
        let rest =
            text.strip_prefix('$')?.trim_start_matches(|char: char| char.is_alphanumeric() || "_:".contains(char));
        Some(rest.len() + 1 < text.len() && rest.trim_start().starts_with('='))
    };
    // `build-all` may be a program, `Build-All` hardly.
    cmdlets::is_cmdlet_name(first) && first.starts_with(|char: char| char.is_ascii_uppercase())
        || ["iex", "iwr"].iter().any(|alias| first.eq_ignore_ascii_case(alias))
        || is_assignment().unwrap_or_default()
        || text.starts_with('[') && text.contains("]::")
}

/// The language of a shell program, by its file name in any folder, with or without `.exe`.
pub fn program_dialect(program: &str) -> Option<Dialect> {
    SHELLS.get(file_stem(program))
}

static SHELLS: LazyLock<Names<Dialect>> = LazyLock::new(|| {
    Names::new([
        ("cmd", Dialect::Cmd),
        ("powershell", Dialect::WindowsPowerShell),
        ("pwsh", Dialect::PowerShell),
        ("pwsh-preview", Dialect::PowerShell),
        ("sh", Dialect::Posix),
        ("bash", Dialect::Posix),
        ("ash", Dialect::Posix),
        ("dash", Dialect::Posix),
        ("zsh", Dialect::Posix),
        ("ksh", Dialect::Posix),
    ])
});

/// A program's name without quotes around it, folder and `.exe`.
pub fn file_stem(program: &str) -> &str {
    // The words of `SHELL` are joined without quotes, so that a path with blanks brings its own.
    let name = program.trim_matches('"');
    let name = &name[memchr::memrchr2(b'/', b'\\', name.as_bytes()).map_or(0, |at| at + 1)..];
    match name.len().checked_sub(4).filter(|&at| name.is_char_boundary(at)) {
        Some(at) if name[at..].eq_ignore_ascii_case(".exe") => &name[..at],
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Builder, Document};
    use crate::script::Dialect;
    use crate::source::Source;

    #[test]
    fn the_shell_of_an_unknown_image_is_the_one_that_the_stage_is_written_for() {
        for (base, run, dialect) in [
            ("acme/build-windows:1", "Invoke-WebRequest https://x/y -OutFile y", Dialect::WindowsPowerShell),
            ("acme/build-windows:1", "$p = 1; echo C:\\y", Dialect::WindowsPowerShell),
            ("acme/build-windows:1", "[Net.ServicePointManager]::SecurityProtocol = 1", Dialect::WindowsPowerShell),
            ("acme/build-windows:1", "iex (iwr https://x/y)", Dialect::WindowsPowerShell),
            ("acme/build-windows:1", "New-Item C:\\y\nRUN echo %PATH%", Dialect::Cmd),
            ("acme/build-windows:1", "New-Item C:\\y\nRUN a.exe && b.exe", Dialect::Cmd),
            ("acme/build-windows:1", "build-all C:\\y", Dialect::Cmd),
            ("acme/build-windows:1", "echo C:\\y\nSHELL [\"powershell\"]\nRUN New-Item C:\\y", Dialect::Cmd),
            ("mcr.microsoft.com/windows/servercore:ltsc2022", "New-Item C:\\y", Dialect::Cmd),
        ] {
            let text = format!("# escape=`\nFROM {base}\nRUN {run}\n");
            let document = Document::new(Source::new(text.clone().into()), Builder::Any);
            assert_eq!(document.model.steps[1].script.as_ref().unwrap().script.dialect, dialect, "{text}");
        }
    }

    #[test]
    fn what_follows_a_broken_form_is_read_as_its_author_meant_it() {
        for (shell, dialect) in [
            (r#"SHELL ["C:\pwsh\pwsh.exe", "-Command"]"#, Dialect::PowerShell),
            ("SHELL ['powershell']", Dialect::WindowsPowerShell),
            ("SHELL powershell -Command", Dialect::WindowsPowerShell),
            ("SHELL what -ever", Dialect::Cmd),
            (r#"SHELL ["\"C:\\Program Files\\PowerShell\\7\\pwsh.exe\"", "-Command"]"#, Dialect::PowerShell),
        ] {
            let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{shell}\nRUN x\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            assert_eq!(document.model.steps[2].script.as_ref().unwrap().script.dialect, dialect, "{shell}");
        }
        let text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCMD ['cmd', '/c', \"C:\\app\\x.cmd\"]\n";
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let run = document.model.steps[1].script.as_ref().unwrap();
        let nested = run.script.own_commands()[0].nested.as_ref().unwrap();
        assert_eq!((run.exec, nested.text.text()), (true, r"C:\app\x.cmd"));
    }
}
