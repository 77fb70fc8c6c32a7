//! What ends a command: the cause, the way out, and the exit code that scripts read.

use std::error::Error;
use std::fmt;
use std::io;
use std::process::ExitCode;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};

/// The exit codes of `wbuild`. A step's own code is in the JSON output, never here: Linux would cut it to a byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// It is done.
    Ok = 0,
    /// The Dockerfile, or what it names, has a mistake.
    Dockerfile = 1,
    /// The command line or a setting cannot be taken.
    Usage = 2,
    /// A step failed.
    Step = 3,
    /// A release tag would be overwritten.
    Tag = 4,
    /// The registry, or the network to it.
    Registry = 5,
    /// The engine failed, and trying again did not help.
    Engine = 6,
    /// A layer or an image is not valid.
    Layer = 7,
    /// The user ended the command, as a shell says it of Ctrl-C.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command ended without its result.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    /// What went wrong, with its causes behind [`Error::source`].
    pub cause: Box<dyn Error + Send + Sync>,
    /// What to do, a sentence each.
    pub help: Vec<String>,
}

impl Failure {
    /// A failure without a way out to name.
    pub fn new(exit: Exit, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Failure { exit, cause: cause.into(), help: Vec::new() }
    }

    /// The same failure, said of something: a place, a name.
    #[must_use]
    pub fn about(self, what: &str) -> Self {
        let (cause, help) = (format!("{what}: {self}").into(), self.ways_out());
        Failure { exit: self.exit, cause, help }
    }

    /// The same failure with something to do about it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(text.into());
        self
    }
}

/// What went wrong in one line, the causes behind each other.
impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut line = self.cause.to_string();
        let mut cause = self.cause.source();
        while let Some(error) = cause {
            let text = error.to_string();
            // An error that already says what is behind it is not said twice.
            if !line.ends_with(&text) {
                line.push_str(": ");
                line.push_str(&text);
            }
            cause = error.source();
        }
        out.write_str(&safe(&line))
    }
}

impl Error for Failure {}

impl Diagnostic for Failure {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        let lines: Vec<String> = self.ways_out().iter().map(|text| safe(text)).collect();
        (!lines.is_empty()).then(|| Box::new(lines.join("\n")) as Box<dyn fmt::Display>)
    }
}

impl Failure {
    /// The failure as it is shown without colours: set by `miette` on a terminal, in plain lines for logs and programs.
    pub fn shown(&self, terminal: bool) -> String {
        if terminal { self.set(GraphicalTheme::unicode_nocolor()) } else { self.plain() }
    }

    /// The failure with colours.
    pub fn coloured(&self) -> String {
        self.set(GraphicalTheme::unicode())
    }

    fn set(&self, theme: GraphicalTheme) -> String {
        let mut out = String::new();
        match GraphicalReportHandler::new_themed(theme).render_report(&mut out, self) {
            Ok(()) => out,
            Err(_) => self.plain(),
        }
    }

    fn plain(&self) -> String {
        let mut out = format!("wbuild: {self}\n");
        for text in self.ways_out() {
            out.push_str(&format!("  help: {}\n", safe(&text)));
        }
        out
    }

    /// What to do; where nobody said it, by what the operating system says.
    fn ways_out(&self) -> Vec<String> {
        match (self.help.is_empty(), way_out(&*self.cause)) {
            (true, Some(text)) => vec![text.to_owned()],
            _ => self.help.clone(),
        }
    }
}

/// What to do about an error, by what the operating system says somewhere behind it.
pub fn way_out(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(error);
    let mut system = None;
    while let Some(error) = cause {
        system = error.downcast_ref::<io::Error>().and_then(of_system).or(system);
        cause = error.source();
    }
    system
}

/// What to do about an error of the operating system.
fn of_system(error: &io::Error) -> Option<&'static str> {
    Some(match error.kind() {
        io::ErrorKind::NotFound => "check that it is there, and how its name is written",
        io::ErrorKind::PermissionDenied => "give this account the right to it, or name another place",
        io::ErrorKind::ReadOnlyFilesystem => "name a place that can be written",
        io::ErrorKind::IsADirectory => "a folder has this name: name a file",
        io::ErrorKind::NotADirectory => "a file stands where a folder is needed: name another place",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            "make room, or name places on another disk (--output, --store); nothing that was finished is lost"
        }
        io::ErrorKind::ResourceBusy | io::ErrorKind::ExecutableFileBusy => "end the program that uses it",
        _ => return None,
    })
}

/// An address or a reference as messages show it: without the login that may stand before its host.
pub fn without_login(text: &str) -> String {
    let from = text.find("://").map_or(0, |scheme| scheme + 3);
    let to = text[from..].find(['/', '?', '#']).map_or(text.len(), |end| from + end);
    let Some(at) = text[from..to].rfind('@').map(|at| from + at) else { return text.to_owned() };
    let is_digest = text[at + 1..].starts_with("sha");
    let is_login = from > 0 || text[..at].contains(':');
    if is_login && !is_digest { format!("{}***{}", &text[..from], &text[at..]) } else { text.to_owned() }
}

/// A text that may come from a file or a registry, without what steers a terminal; its lines stay lines.
fn safe(text: &str) -> String {
    let mut safe = String::new();
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            safe.push('\n');
        }
        dockerfile::render::push_safe(&mut safe, line);
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_causes_stand_behind_each_other_and_the_way_out_below() {
        let cause = std::io::Error::other(std::io::Error::other("the disk is full"));
        let failure = Failure::new(Exit::Layer, cause).help("free some room");
        assert_eq!(failure.shown(false), "wbuild: the disk is full\n  help: free some room\n");
        let set = failure.shown(true);
        assert!(set.contains("the disk is full") && set.contains("free some room"), "{set}");
        assert!(!set.contains('\u{1b}') && failure.coloured().contains('\u{1b}'), "{set}");
    }

    #[test]
    fn an_error_of_the_system_says_what_to_do() {
        let full = || crate::store::Error::io("blobs".as_ref(), "cannot be written")(io::ErrorKind::StorageFull.into());
        let shown = Failure::new(Exit::Layer, full()).shown(false);
        assert!(shown.contains("blobs: cannot be written") && shown.contains("help: make room"), "{shown}");
        let shown = Failure::new(Exit::Layer, full()).help("my own").shown(false);
        assert!(shown.contains("help: my own") && !shown.contains("make room"), "{shown}");
    }

    #[test]
    fn a_failure_that_is_said_of_something_keeps_its_causes_and_the_way_out() {
        let error = crate::store::Error::io("a.tar".as_ref(), "cannot be read")(io::ErrorKind::NotFound.into());
        let shown = Failure::new(Exit::Usage, error).about("Dockerfile:3").shown(false);
        assert!(shown.starts_with("wbuild: Dockerfile:3: a.tar: cannot be read: "), "{shown}");
        assert!(shown.contains("help: check that it is there"), "{shown}");
    }

    #[test]
    fn a_login_is_not_shown() {
        for (text, expected) in [
            ("tcp://me:hunter2@host:2375", "tcp://***@host:2375"),
            ("https://token@host/a@b", "https://***@host/a@b"),
            ("docker://me:p@ss@r.example/app:1", "docker://***@r.example/app:1"),
            ("me:hunter2@r.example/app", "***@r.example/app"),
            ("r.example:5000/app@sha256:00", "r.example:5000/app@sha256:00"),
            ("app:1@sha256:00", "app:1@sha256:00"),
            ("unix:///run/a@b.sock", "unix:///run/a@b.sock"),
            ("app", "app"),
        ] {
            assert_eq!(without_login(text), expected);
        }
    }

    #[test]
    fn a_cause_of_several_lines_keeps_them() {
        let failure = Failure::new(Exit::Dockerfile, "2 steps need a container\nDockerfile:5: a\nDockerfile:9: b");
        let shown = "wbuild: 2 steps need a container\nDockerfile:5: a\nDockerfile:9: b\n";
        assert_eq!(failure.shown(false), shown);
    }

    #[test]
    fn nothing_in_a_failure_steers_a_terminal() {
        let failure = Failure::new(Exit::Registry, "said \u{1b}]0;title\u{7}").help("\u{1b}[2J");
        assert!(!failure.shown(false).contains(['\u{1b}', '\u{7}']));
        assert!(!failure.shown(true).contains(['\u{1b}', '\u{7}']));
        assert!(!failure.coloured().contains(['\u{7}']) && !failure.coloured().contains("\u{1b}[2J"));
    }
}
