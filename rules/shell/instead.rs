//! What commands of Linux are called on Windows.

use dockerfile::diagnostic::Edit;
use dockerfile::script::{Command, Dialect, Word};
use dockerfile::source::Span;

use crate::ran::stem;

/// What to write for a command of Linux.
pub(super) fn help(dialect: Dialect, name: &str) -> &'static str {
    match (dialect.is_powershell(), name) {
        (false, "mkdir" | "md") => "leave the option out: mkdir makes the folders between as well",
        (false, "rm") => "use `rmdir /s /q` for folders and `del /q` for files",
        (false, "cp") => "use `copy`, or `xcopy /e /i /y` for folders",
        (false, "mv") => "use `move /y`",
        (false, "ls") => "use `dir`",
        (false, "cat") => "use `type`",
        (false, "which") => "use `where`",
        (false, "export") => "use `ENV`, or `set` in the same RUN",
        (true, "rm") => "use `Remove-Item -Recurse -Force`",
        (true, "cp") => "use `Copy-Item -Recurse -Force`",
        (true, "export") => "use `ENV`, or `$env:NAME = ...` in the same RUN",
        (true, _) => "use the cmdlet with its own parameters",
        (false, "apt" | "apt-get" | "apk" | "yum" | "dnf") => "use an installer, or a package manager of Windows",
        (false, "chmod" | "chown") => "use `icacls`, if it is needed at all",
        (false, "adduser" | "useradd" | "groupadd") => "use `net user` or `net localgroup`",
        _ => "use a command of Windows, or install the tool first",
    }
}

/// The same command in cmd's words, for the few that have one.
pub(super) fn replacement(command: &Command) -> Option<Edit> {
    let options: Vec<&Word> = command.words.iter().take_while(|word| word.raw.starts_with('-')).collect();
    let rest = &command.words[options.len()..];
    // cmd reads a slash as a switch, and one path is what the two worlds agree on.
    if rest.iter().any(|word| word.raw.contains(['/', '*', '$']) || word.raw.starts_with('-')) {
        return None;
    }
    let letters: String = options.iter().map(|word| word.raw.trim_start_matches('-')).collect();
    let name = match (stem(&command.name.text).as_str(), letters.as_str(), rest.len()) {
        ("mkdir", "p", _) => "mkdir",
        ("rm", "r" | "rf" | "fr" | "R" | "Rf", 1..) => "rmdir /s /q",
        ("rm", "f", 1..) => "del /f /q",
        ("cp", "", 2) => "copy /y",
        ("cp", "r" | "R" | "a" | "rf", 2) => "xcopy /e /i /y",
        ("mv", "" | "f", 2) => "move /y",
        ("ls", "" | "l" | "la" | "al", 0 | 1) => "dir",
        ("cat", "", 1) => "type",
        ("which", "", 1) => "where",
        _ => return None,
    };
    let end = options.last().map_or(command.name.span.end, |word| word.span.end);
    Some(Edit::replace(Span::new(command.name.span.start, end), name))
}
