//! What a command does: downloads, installs, writes, removes, sets a variable ... whichever shell it stands in.

mod arguments;
mod classified;
mod cmd;
mod download;
mod install;
mod packages;
mod posix;
mod powershell;
pub mod program;
mod programs;
mod tail;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::facts::base_image::Os;
use crate::facts::installer_tech::Technology;
use crate::facts::installers::Installer;
use crate::script::{Command, Dialect, Redirection, Statement, StatementKind};
use crate::source::Span;
pub use classified::Classified;
pub use tail::{Last, Tail, tail};

/// An effect and the place of what has it.
#[derive(Clone, Debug)]
pub struct Effect {
    /// What it is.
    pub kind: EffectKind,
    /// The command, the call or the redirection.
    pub span: Span,
}

/// What a command does. Paths, names and values are as the shell reads them, variables left as written.
#[derive(Clone, Debug)]
pub enum EffectKind {
    /// Fetches something.
    Download {
        /// From where, when it can be told.
        url: Option<String>,
        /// To which file or folder; `None` when it goes to the output.
        dest: Option<String>,
        /// With what.
        tool: Downloader,
    },
    /// Runs an installer.
    Install {
        /// What it is made with.
        technology: Technology,
        /// The product, or the kind of file.
        product: Option<&'static Installer>,
        /// The installer's file.
        file: Option<String>,
        /// Whether it asks nothing; `None` when that cannot be told.
        silent: Option<bool>,
        /// Whether the step goes on only when the installation has ended.
        waits: bool,
    },
    /// Unpacks an archive.
    Extract {
        /// The archive.
        archive: Option<String>,
        /// The folder; `None` for the current one.
        dest: Option<String>,
    },
    /// Writes a file.
    Write {
        /// The file.
        path: String,
    },
    /// Removes a file or a folder.
    Remove {
        /// What.
        path: String,
        /// With all that is inside.
        recurse: bool,
    },
    /// Creates a folder.
    MakeDir {
        /// The folder.
        path: String,
    },
    /// Copies.
    Copy {
        /// What.
        from: String,
        /// Where to; `None` for the current folder.
        to: Option<String>,
    },
    /// Moves or renames.
    Move {
        /// What.
        from: String,
        /// Where to; `None` for the current folder.
        to: Option<String>,
    },
    /// Sets an environment variable.
    SetEnv {
        /// Its name.
        name: String,
        /// Its value, when it can be told.
        value: Option<String>,
        /// For whom.
        scope: EnvScope,
        /// By what means.
        how: EnvHow,
    },
    /// Changes the current folder.
    ChangeDir {
        /// The folder.
        path: String,
    },
    /// Starts a service.
    StartService {
        /// Its name.
        name: String,
    },
    /// Creates an account.
    CreateUser {
        /// Its name.
        name: String,
        /// Its password, when the command line has it.
        password: Option<Hidden>,
    },
    /// Sets an account's password.
    SetPassword {
        /// The account.
        name: String,
        /// The password, when the command line has it.
        password: Option<Hidden>,
    },
    /// Runs a script file.
    RunScript {
        /// The file.
        path: String,
    },
    /// Installs roles, features or capabilities of Windows.
    InstallFeature {
        /// Their names.
        features: Vec<String>,
    },
    /// Joins a domain.
    DomainJoin,
    /// Waits for a time.
    Sleep,
    /// Keeps running for ever.
    KeepAlive,
    /// Installs packages with a package manager.
    PackageInstall {
        /// Which.
        manager: Manager,
        /// The packages, with versions as written.
        packages: Vec<String>,
    },
    /// Writes to the output and does nothing else.
    Print,
    /// Not known: it may do anything.
    Unknown,
}

/// What fetches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Downloader {
    /// `curl`.
    Curl,
    /// `wget`.
    Wget,
    /// `Invoke-WebRequest` and `Invoke-RestMethod`.
    WebRequest,
    /// `Net.WebClient`, also `Net.Http.HttpClient`.
    WebClient,
    /// `Start-BitsTransfer` and `bitsadmin`.
    Bits,
    /// `certutil -urlcache`.
    Certutil,
}

/// For whom a variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnvScope {
    /// For this process and its children: gone with the step.
    Process,
    /// In the account's part of the registry.
    User,
    /// In the machine's part of the registry.
    Machine,
}

/// By what means a variable is set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnvHow {
    /// `set X=1` of cmd, `export X=1` and `X=1` of POSIX shells.
    Set,
    /// `setx`.
    Setx,
    /// `[Environment]::SetEnvironmentVariable`.
    DotNet,
    /// `reg add`, `Set-ItemProperty`.
    Registry,
    /// `$env:X = ...`, `Set-Item Env:X`.
    EnvDrive,
}

/// A package manager.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Manager {
    /// Chocolatey.
    Choco,
    /// Windows Package Manager.
    Winget,
    /// Scoop.
    Scoop,
    /// `Install-Module`, `Install-Package`, `Install-PackageProvider`, `Install-Script`.
    PowerShellGet,
    /// `nuget.exe`.
    Nuget,
    /// `dotnet tool install`.
    DotnetTool,
    /// Python's.
    Pip,
    /// Node's.
    Npm,
    /// Yarn.
    Yarn,
    /// Rust's.
    Cargo,
    /// Ruby's.
    Gem,
    /// Conda and Mamba.
    Conda,
    /// vcpkg.
    Vcpkg,
    /// MSYS2's.
    Pacman,
    /// Debian's.
    Apt,
    /// Alpine's.
    Apk,
    /// `yum`, `dnf`, `tdnf`, `zypper`.
    Yum,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// The text, to look at and not to show.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("***")
    }
}

/// What a command's meaning depends on besides its shell.
#[derive(Clone, Copy, Debug)]
pub struct EffectContext {
    /// The system it runs on; on Linux no Windows installer is looked for.
    pub os: Os,
}

impl Default for EffectContext {
    fn default() -> Self {
        EffectContext { os: Os::Windows }
    }
}

/// The effects of one command with its redirections; what stands inside it (nested scripts, blocks,
/// sub-expressions) is not looked at. Never empty.
pub fn classify(command: &Command, dialect: Dialect, context: &EffectContext) -> Vec<Effect> {
    let mut effects = match dialect {
        Dialect::Cmd => at(command.span, cmd::classify(command, context)),
        Dialect::WindowsPowerShell | Dialect::PowerShell => powershell::classify(command, dialect, context),
        Dialect::Posix => at(command.span, posix::classify(command, context)),
    };
    effects.extend(command.redirections.iter().filter_map(written));
    if effects.is_empty() {
        effects.push(Effect { kind: EffectKind::Unknown, span: command.span });
    }
    effects
}

/// The effects of a statement: of an assignment to the environment, and of the commands of a pipeline. What
/// stands inside is not looked at.
pub fn classify_statement(statement: &Statement, dialect: Dialect, context: &EffectContext) -> Vec<Effect> {
    match &statement.kind {
        StatementKind::Pipeline(commands) => {
            (0..commands.len()).flat_map(|index| classify_in_pipeline(commands, index, dialect, context)).collect()
        }
        StatementKind::Assignment { target, value, .. } => {
            let set = match dialect {
                Dialect::Posix => posix::assignment(target, value),
                Dialect::Cmd => None,
                Dialect::WindowsPowerShell | Dialect::PowerShell => powershell::assignment(target, value),
            };
            set.map(|kind| Effect { kind, span: statement.span }).into_iter().collect()
        }
        StatementKind::Block { .. } => Vec::new(),
    }
}

/// The effects of one of the commands of a pipeline. PowerShell waits for a program whose output it passes on, a
/// window program too.
fn classify_in_pipeline(commands: &[Command], index: usize, dialect: Dialect, context: &EffectContext) -> Vec<Effect> {
    let command = &commands[index];
    let mut effects = classify(command, dialect, context);
    if dialect.is_powershell() && index + 1 < commands.len() && !powershell::is_start_process(command, dialect) {
        effects.iter_mut().for_each(classified::wait_for);
    }
    effects
}

/// The file that a redirection writes.
fn written(redirection: &Redirection) -> Option<Effect> {
    let path = &redirection.target.as_ref()?.text;
    let nowhere = ["nul", "$null", "/dev/null", "&1", "&2"].iter().any(|name| path.eq_ignore_ascii_case(name));
    let writes = redirection.operator.contains('>') && !nowhere;
    writes.then(|| Effect { kind: EffectKind::Write { path: path.clone() }, span: redirection.span })
}

fn at(span: Span, kinds: Vec<EffectKind>) -> Vec<Effect> {
    kinds.into_iter().map(|kind| Effect { kind, span }).collect()
}
