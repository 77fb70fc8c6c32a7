//! Scripts that start one program and need no shell for it.

use super::{Call, Command, Dialect, Quote, Script, StatementKind, Word, cmd};
use crate::facts::cmdlets::cmdlet;

/// What POSIX shells do themselves and no program does for them.
const POSIX_BUILT_INS: [&str; 27] = [
    ".", ":", "alias", "bg", "break", "cd", "continue", "declare", "eval", "exec", "exit", "export", "fg", "local",
    "read", "readonly", "return", "set", "shift", "shopt", "source", "trap", "type", "ulimit", "umask", "unset",
    "wait",
];

/// Programs of Windows that are batch files and are called without `.cmd`; only a shell finds them.
const BATCH_FILES: [&str; 31] = [
    "activate", "ant", "az", "bower", "bundle", "catalina", "composer", "conda", "corepack", "flutter", "gcloud",
    "gem", "gradle", "gradlew", "grunt", "gulp", "jekyll", "mvn", "mvnw", "ng", "npm", "npx", "pnpm", "rails", "rake",
    "sbt", "serve", "tsc", "vsdevcmd", "yarn", "yarnpkg",
];

impl Script {
    /// The one program that this script starts with fixed words, when the engine could start it without the shell.
    pub fn program(&self) -> Option<&Command> {
        let [statement] = self.statements.as_slice() else { return None };
        let StatementKind::Pipeline(commands) = &statement.kind else { return None };
        let [command] = commands.as_slice() else { return None };
        let name = command.name.literal()?;
        let plain = command.call != Call::Dot
            && command.expression.is_none()
            && command.redirections.is_empty()
            && command.words.iter().all(|word| word.literal().is_some())
            && !std::iter::once(&command.name).chain(&command.words).any(|word| self.is_special(word))
            && self.faults.is_empty();
        (plain && is_program(name, self.dialect)).then_some(command)
    }
}

impl Script {
    /// `cmd /S` takes away the quotes around a whole line, and what was in them is read as a line of its own.
    fn is_special(&self, word: &Word) -> bool {
        let quoted_line = word.quote == Quote::Double && word.text.contains([' ', '&', '|', '<', '>']);
        let first = self.statements.first().is_some_and(|statement| statement.span.start == word.span.start);
        self.dialect == Dialect::Cmd && (first && quoted_line || word.quote == Quote::None && word.text.contains(';'))
    }
}

/// Programs that people start by their bare names.
const PROGRAMS: [&str; 14] = [
    "bash",
    "cmd",
    "docker",
    "dotnet",
    "go",
    "java",
    "nginx",
    "node",
    "ping",
    "powershell",
    "pwsh",
    "python",
    "ruby",
    "sh",
];

/// Where the program's name ends in the first string of an exec form that holds a whole command: the engine looks for a
/// file of all of that name. `None` for a name, also for one with blanks in its path.
pub fn whole_command(first: &str) -> Option<usize> {
    if let Some(inner) = first.strip_prefix('"') {
        let end = inner.find('"')? + 2;
        return (end < first.len()).then_some(end);
    }
    if is_one_path(first) {
        return None;
    }
    if let Some((end, _)) = first.match_indices(' ').find(|&(end, _)| has_program_extension(&first[..end])) {
        return Some(end);
    }
    let (name, arguments) = first.split_once(' ')?;
    let is_known = PROGRAMS.iter().any(|program| program.eq_ignore_ascii_case(name));
    let has_option =
        arguments.trim_start().starts_with('-') && !name.is_empty() && !name.starts_with(['-', '/', '$', '%']);
    (is_known || has_option).then_some(name.len())
}

/// Whether a name ends as those of programs and of scripts do.
pub fn has_program_extension(name: &str) -> bool {
    let extension = name.len().checked_sub(4).and_then(|at| name.get(at..)).unwrap_or_default();
    [".exe", ".com", ".bat", ".cmd", ".ps1"].iter().any(|it| extension.eq_ignore_ascii_case(it))
}

/// Whether a text with blanks is one path: it begins with a folder, ends with a program, and what lies between may be a name
/// of folders (`C:\Program Files\Booking.com Tools\agent.exe`).
fn is_one_path(text: &str) -> bool {
    let Some((head, tail)) = text.split_once(' ') else { return false };
    let is_option = |(at, _): (usize, &str)| {
        has_program_extension(&text[..at]) && text[at..].trim_start_matches(' ').starts_with(['-', '/'])
    };
    has_program_extension(text)
        && head.contains(['\\', '/'])
        && text.rsplit(' ').next().is_some_and(|last| last.contains(['\\', '/']))
        && !tail.contains([':', '"', '<', '>', '|', '*', '?', ','])
        && !text.match_indices(' ').any(is_option)
}

fn is_program(name: &str, dialect: Dialect) -> bool {
    let lower = name.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&lower.as_str());
    let script = [".bat", ".cmd", ".ps1", ".vbs", ".js", ".py"].iter().any(|end| lower.ends_with(end));
    match dialect {
        Dialect::Posix => !is(&POSIX_BUILT_INS) && !lower.contains(['*', '?', '~', '=']),
        Dialect::Cmd => !script && !is(&BATCH_FILES) && !cmd::is_builtin(name) && !lower.starts_with(['@', ':']),
        Dialect::WindowsPowerShell | Dialect::PowerShell => {
            !script && !is(&BATCH_FILES) && cmdlet(name, dialect).is_none() && !is_cmdlet_name(&lower)
        }
    }
}

/// A verb, a dash and a noun, without a folder and an extension.
fn is_cmdlet_name(lower: &str) -> bool {
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    lower.split_once('-').is_some_and(|(verb, noun)| letters(verb) && letters(noun))
}

#[cfg(test)]
mod tests {
    use super::whole_command;
    use crate::script::{Dialect, parse};
    use crate::splice::Spliced;

    #[test]
    fn a_whole_command_is_told_from_a_path_with_blanks() {
        for (first, program) in [
            ("ruby.exe --version", Some("ruby.exe")),
            ("powershell -File C:\\start.ps1", Some("powershell")),
            ("PWSH -c x", Some("PWSH")),
            ("dotnet App.dll", Some("dotnet")),
            ("C:\\Program Files\\x\\y.exe -a", Some("C:\\Program Files\\x\\y.exe")),
            ("\"C:\\Program Files\\x\\y.exe\" -a", Some("\"C:\\Program Files\\x\\y.exe\"")),
            (".\\run.CMD now", Some(".\\run.CMD")),
            ("worker --verbose", Some("worker")),
            ("C:\\Program Files\\x\\y.exe", None),
            ("\"C:\\Program Files\\x\\y.exe\"", None),
            ("C:\\Program Files\\x\\serve", None),
            ("C:\\my scripts\\start.ps1", None),
            ("C:\\Program Files\\Booking.com Tools\\agent.exe", None),
            ("C:\\my-app -x\\run.exe", None),
            ("C:\\a.exe C:\\b.cmd", Some("C:\\a.exe")),
            ("C:\\a.exe -f x\\b.cmd", Some("C:\\a.exe")),
            ("powershell.exe scripts\\b.ps1", Some("powershell.exe")),
            (" --serve", None),
            ("-np 1 -x", None),
            ("$env:X -a", None),
            ("y.exe", None),
            ("né é", None),
            ("", None),
        ] {
            assert_eq!(whole_command(first).map(|end| &first[..end]), program, "{first}");
        }
    }

    #[test]
    fn a_program_needs_no_shell() {
        let name = |text: &str, dialect| {
            let script = parse(Spliced::verbatim(text, 0), dialect);
            script.program().map(|command| command.name.text.clone())
        };
        for (text, dialect, program) in [
            (r"C:\app\a.exe -x 1", Dialect::Cmd, Some(r"C:\app\a.exe")),
            ("powershell -Command \"a; b\"", Dialect::Cmd, Some("powershell")),
            ("a.exe && b.exe", Dialect::Cmd, None),
            ("a.exe > log", Dialect::Cmd, None),
            ("a.exe %X%", Dialect::Cmd, None),
            ("npm start", Dialect::Cmd, None),
            ("echo hello", Dialect::Cmd, None),
            (r#""cd \app & npm start""#, Dialect::Cmd, None),
            ("hostname; time /T", Dialect::Cmd, None),
            (r".\start.cmd", Dialect::Cmd, None),
            (r".\a.exe -x", Dialect::WindowsPowerShell, Some(r".\a.exe")),
            ("a.exe $env:X", Dialect::WindowsPowerShell, None),
            ("Start-Sleep 5; a.exe", Dialect::WindowsPowerShell, None),
            ("Start-Website x", Dialect::WindowsPowerShell, None),
            (r".\start.ps1", Dialect::WindowsPowerShell, None),
            ("nginx -g 'daemon off;'", Dialect::Posix, Some("nginx")),
            ("exec nginx", Dialect::Posix, None),
            ("java $OPTS -jar a.jar", Dialect::Posix, None),
        ] {
            assert_eq!(name(text, dialect).as_deref(), program, "{text}");
        }
    }
}
