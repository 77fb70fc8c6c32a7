//! Which platform a stage is for, and why we think so.

use std::ops::Deref;

use crate::ast::{self, Kind};
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
    strong_linux: bool,
    windows_image: bool,
    linux_image: bool,
}

impl FileEvidence {
    /// Whether what the file is for decides against paths such as `/app`, which Windows takes as well.
    fn outweighs_weak_signs_of_linux(&self) -> bool {
        !self.strong_linux && !self.linux_image && (self.windows_image || self.windows >= STRONG)
    }
}

/// How much a file or a stage looks like either platform.
#[derive(Default)]
struct Signs {
    windows: u32,
    linux: u32,
    strong_linux: bool,
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
    let images = reading.instructions.iter().filter_map(|instruction| match &instruction.kind {
        Kind::From(from) => image_os(from.image.as_ref()?.as_str()),
        _ => None,
    });
    let images: Vec<base_image::Os> = images.collect();
    FileEvidence {
        backtick: reading.tree.escape == '`',
        windows: signs.windows,
        linux: signs.linux,
        strong_linux: signs.strong_linux,
        windows_image: images.contains(&base_image::Os::Windows),
        linux_image: images.contains(&base_image::Os::Linux),
    }
}

/// The system of an image by its name as written.
fn image_os(text: &str) -> Option<base_image::Os> {
    let name = text.split('@').next().unwrap_or(text);
    let (name, tag) = match name.rfind(':').filter(|&at| !name[at..].contains('/')) {
        Some(at) => (&name[..at], Some(&name[at + 1..])),
        None => (name, None),
    };
    Some(base_image::lookup(name, tag)?.os)
}

/// The platform of a stage that builds on an image.
pub(super) fn of_stage(
    model: &Model,
    reading: &Reading,
    step: usize,
    from: &ast::Instruction,
    facts: Option<&BaseImage>,
    file: &dyn Deref<Target = FileEvidence>,
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
    let of_builder = of_builder(from).filter(|_| signs.windows < STRONG);
    if let Some(flag) = of_builder {
        // Windows images are built on another platform than their own, never the other way round.
        (Os::Linux, Evidence::Flag(flag))
    } else if signs.windows > signs.linux
        && let Some(first) = signs.first_windows
    {
        (Os::Windows, Evidence::Content(first))
    } else if !signs.strong_linux && signs.linux > 0 && file.outweighs_weak_signs_of_linux() {
        (Os::Windows, Evidence::File)
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

/// The flag of a stage that runs on the builder's platform, whatever the image is for.
fn of_builder(from: &ast::Instruction) -> Option<Span> {
    let flag = from.flag("platform")?;
    let is_builder = |text: &str| matches!(text, "$BUILDPLATFORM" | "${BUILDPLATFORM}");
    is_builder(flag.value.as_ref()?.text()).then_some(flag.span)
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
            let known = |table: &[&str]| place == 0 && table.iter().any(|known| known.eq_ignore_ascii_case(word));
            let begins = |with: &str| word.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
            let end = word.len().saturating_sub(4);
            let is_exe = word.get(end..).is_some_and(|end| end.eq_ignore_ascii_case(".exe"));
            if known(&WINDOWS_COMMANDS) || is_drive_path(word) || place == 0 && is_exe || begins("$env:") {
                self.windows(STRONG, span);
            } else if is_exe {
                // A compiler on Linux makes such files too.
                self.windows(1, span);
            } else if known(&LINUX_COMMANDS)
                || word.eq_ignore_ascii_case("apt-get")
                || begins("/bin/")
                || begins("/usr/")
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
            if is_drive_path(word) || is_folder_of_windows(word) {
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
        self.strong_linux |= weight >= STRONG;
        self.first_linux.get_or_insert(span);
    }
}

/// Whether a word begins with a drive: `C:\x`, `c:/x`, `C:`.
fn is_drive_path(word: &str) -> bool {
    matches!(word.as_bytes(), [letter, b':'] | [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic())
}

/// Whether a path is in a folder that only Windows has, without its drive.
fn is_folder_of_windows(word: &str) -> bool {
    let begins = |with: &str| word.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    ["/windows/", "\\windows\\", "/inetpub", "\\inetpub"].iter().any(|folder| begins(folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Builder, Document};
    use crate::source::Source;

    fn first(text: &str) -> Os {
        Document::new(Source::new(text.into()), Builder::Any).model.stages[0].os
    }

    #[test]
    fn a_path_with_a_slash_is_no_linux_in_a_file_for_windows() {
        let own = "FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build\nWORKDIR /app\n";
        assert_eq!(first(own), Os::Linux);
        assert_eq!(first(&format!("{own}FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n")), Os::Windows);
        assert_eq!(first(&format!("{own}FROM x\nENTRYPOINT app.exe\n")), Os::Windows);
        assert_eq!(first(&format!("{own}FROM alpine\nFROM mcr.microsoft.com/windows:20H2\n")), Os::Linux);
        let strong = format!("{own}RUN apt-get update\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n");
        assert_eq!(first(&strong), Os::Linux);
    }

    #[test]
    fn a_folder_of_windows_needs_no_drive() {
        let stage = |copy: &str| first(&format!("FROM acme/base\nENTRYPOINT [\"/run\"]\nCOPY --from=x:1 {copy}\n"));
        assert_eq!(stage("/windows/system32/netapi32.dll /Windows/System32/netapi32.dll"), Os::Windows);
        assert_eq!(stage("/run /run"), Os::Linux);
        assert_eq!(stage("/windows /windows"), Os::Linux);
    }

    #[test]
    fn what_runs_on_the_builder_makes_an_image_for_windows_on_linux() {
        let after = "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nENTRYPOINT [\"a.exe\"]\n";
        let stage = |own: &str| first(&format!("FROM --platform=$BUILDPLATFORM golang:1.24\n{own}\n{after}"));
        assert_eq!(stage("RUN GOOS=$TARGETOS make a.exe"), Os::Linux);
        assert_eq!(stage("RUN powershell -Command make"), Os::Windows);
        assert_eq!(first(&format!("FROM golang:1.24\nRUN make\n{after}")), Os::Windows);
    }

    #[test]
    fn a_flag_makes_no_linux_image_of_a_windows_repository() {
        let stage = |flag: &str, image: &str| first(&format!("FROM --platform={flag} {image}\n"));
        assert_eq!(stage("linux/amd64", "mcr.microsoft.com/windows/servercore:ltsc2022"), Os::Windows);
        assert_eq!(stage("linux/amd64", "mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022"), Os::Linux);
        assert_eq!(stage("windows/amd64", "acme/app"), Os::Windows);
    }
}
