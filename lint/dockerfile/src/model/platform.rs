//! Which platform a stage is for, and why we think so.

use crate::ast;
use crate::document::Reading;
use crate::facts::Confidence;
use crate::facts::base_image::{self, BaseImage};
use crate::source::Span;
use crate::syntax::Keyword;

use super::Model;

/// A platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Os {
    /// Windows containers.
    Windows,
    /// Linux containers.
    Linux,
    /// Nothing tells.
    Unknown,
}

/// What tells a stage's platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// `FROM --platform=...`
    Flag(Span),
    /// The base image.
    Image,
    /// The stage it builds on, by number.
    Stage(usize),
    /// What its instructions do; the span is the first that tells.
    Content(Span),
    /// The rest of the file.
    File,
    /// Nothing.
    Nothing,
}

/// What the whole file tells, for stages that tell nothing themselves.
pub(super) struct FileEvidence {
    backtick: bool,
    windows: u32,
    linux: u32,
}

/// How much a file or a stage looks like either platform.
#[derive(Default)]
struct Signs {
    windows: u32,
    linux: u32,
    first_windows: Option<Span>,
    first_linux: Option<Span>,
}

/// Signs weigh 1 when they are found on the other platform too, and `STRONG` when they are not.
const STRONG: u32 = 4;

/// Commands that only one platform has, in lower case.
const WINDOWS_COMMANDS: [&str; 22] = [
    "powershell",
    "powershell.exe",
    "cmd",
    "cmd.exe",
    "choco",
    "msiexec",
    "msiexec.exe",
    "setx",
    "dism",
    "dism.exe",
    "reg",
    "md",
    "icacls",
    "net",
    "xcopy",
    "robocopy",
    "invoke-webrequest",
    "start-process",
    "new-item",
    "del",
    "rmdir",
    "install-windowsfeature",
];
const LINUX_COMMANDS: [&str; 22] = [
    "apt-get",
    "apt",
    "apk",
    "yum",
    "dnf",
    "microdnf",
    "tdnf",
    "zypper",
    "chmod",
    "chown",
    "ln",
    "rm",
    "useradd",
    "adduser",
    "groupadd",
    "addgroup",
    "bash",
    "sh",
    "export",
    "sed",
    "update-ca-certificates",
    "dpkg",
];

/// Looks at the whole file.
pub(super) fn file_evidence(reading: &Reading) -> FileEvidence {
    let mut signs = Signs::default();
    for instruction in &reading.instructions {
        signs.add(instruction);
    }
    FileEvidence { backtick: reading.tree.escape == '`', windows: signs.windows, linux: signs.linux }
}

/// The platform of a stage that builds on an image.
pub(super) fn of_stage(
    model: &Model,
    reading: &Reading,
    step: usize,
    from: &ast::Instruction,
    facts: Option<&BaseImage>,
    file: &FileEvidence,
) -> (Os, Evidence) {
    // No flag makes a Linux image of a repository that has none: the pull fails, and the rest is for Windows.
    let only_windows = facts.is_some_and(|facts| {
        facts.os == base_image::Os::Windows && !facts.multi_os && facts.confidence == Confidence::High
    });
    if let Some(found) = by_flag(model, step, from)
        && !(only_windows && found.0 == Os::Linux)
    {
        return found;
    }
    match facts.map(|facts| facts.os) {
        Some(base_image::Os::Windows) => return (Os::Windows, Evidence::Image),
        Some(base_image::Os::Linux) => return (Os::Linux, Evidence::Image),
        _ => {}
    }
    let mut signs = Signs::default();
    let own =
        reading.instructions[step + 1..].iter().take_while(|instruction| instruction.keyword != Some(Keyword::From));
    for instruction in own {
        signs.add(instruction);
    }
    if signs.windows > signs.linux
        && let Some(first) = signs.first_windows
    {
        (Os::Windows, Evidence::Content(first))
    } else if signs.linux > signs.windows
        && let Some(first) = signs.first_linux
    {
        (Os::Linux, Evidence::Content(first))
    } else if file.windows > 0 && file.linux == 0 || file.backtick && file.linux < STRONG {
        (Os::Windows, Evidence::File)
    } else if file.linux > 0 && file.windows == 0 {
        (Os::Linux, Evidence::File)
    } else {
        (Os::Unknown, Evidence::Nothing)
    }
}

fn by_flag(model: &Model, step: usize, from: &ast::Instruction) -> Option<(Os, Evidence)> {
    let flag = from.flag("platform")?;
    let globals = super::variable::Globals { model, step };
    let value = crate::expand::word(flag.value.as_ref()?, model.escape, &globals).ok()?;
    let os = value.text.text().split(['/', '(']).next().unwrap_or_default();
    let evidence = Evidence::Flag(flag.span);
    match os.to_ascii_lowercase().as_str() {
        "windows" => Some((Os::Windows, evidence)),
        "linux" => Some((Os::Linux, evidence)),
        _ => None,
    }
}

impl Signs {
    fn add(&mut self, instruction: &ast::Instruction) {
        let instruction = instruction.innermost();
        let text = instruction.args.text();
        match instruction.keyword {
            Some(Keyword::Run | Keyword::Cmd | Keyword::Entrypoint) => self.command(text, instruction.span),
            Some(Keyword::Shell) => self.shell(text, instruction.span),
            Some(Keyword::Copy | Keyword::Add | Keyword::Workdir | Keyword::Volume) => {
                self.paths(text, instruction.span);
            }
            Some(Keyword::User) if text.starts_with("Container") => self.windows(STRONG, instruction.span),
            Some(Keyword::User) if matches!(text, "root" | "nobody") => self.linux(STRONG, instruction.span),
            _ => {}
        }
    }

    fn command(&mut self, text: &str, span: Span) {
        let words =
            text.split(|char: char| char.is_whitespace() || matches!(char, '[' | ']' | '"' | ',' | ';' | '(' | ')'));
        for (place, word) in words.filter(|word| !word.is_empty()).take(64).enumerate() {
            let lower = word.to_ascii_lowercase();
            let known = |table: &[&str]| table.contains(&lower.as_str());
            if place == 0 && known(&WINDOWS_COMMANDS)
                || is_drive_path(word)
                || lower.ends_with(".exe")
                || lower.starts_with("$env:")
            {
                self.windows(STRONG, span);
            } else if place == 0 && known(&LINUX_COMMANDS)
                || lower == "apt-get"
                || lower.starts_with("/bin/")
                || lower.starts_with("/usr/")
            {
                self.linux(STRONG, span);
            }
        }
    }

    fn shell(&mut self, text: &str, span: Span) {
        let lower = text.to_ascii_lowercase();
        if lower.contains("\"cmd") || lower.contains("powershell") || lower.contains(".exe") {
            self.windows(STRONG, span);
        } else if lower.contains("/bin/") || lower.contains("\"bash\"") || lower.contains("\"sh\"") {
            self.linux(STRONG, span);
        }
    }

    fn paths(&mut self, text: &str, span: Span) {
        for word in text.split(|char: char| char.is_whitespace() || matches!(char, '[' | ']' | '"' | ',')) {
            if is_drive_path(word) {
                self.windows(STRONG, span);
            } else if ["/usr/", "/etc/", "/opt/", "/bin/", "/var/", "/home/", "/root"]
                .iter()
                .any(|root| word.starts_with(root))
            {
                self.linux(STRONG, span);
            } else if word.starts_with('/') && word.len() > 1 {
                self.linux(1, span);
            }
        }
    }

    fn windows(&mut self, weight: u32, span: Span) {
        self.windows += weight;
        self.first_windows.get_or_insert(span);
    }

    fn linux(&mut self, weight: u32, span: Span) {
        self.linux += weight;
        self.first_linux.get_or_insert(span);
    }
}

/// Whether a word begins with a drive: `C:\x`, `c:/x`, `C:`.
fn is_drive_path(word: &str) -> bool {
    matches!(word.as_bytes(), [letter, b':'] | [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}
