//! What a rule is.

use dockerfile::diagnostic::Severity;

use crate::{Context, Needs, Report};

/// A family of rules; also a name for `--select` and `--ignore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// What the builder cannot read.
    Syntax,
    /// The escape character, continuations, JSON forms and the encoding of the file.
    Escape,
    /// Paths and variables.
    Path,
    /// Base images.
    BaseImage,
    /// Secrets in the image or its history.
    Secret,
    /// Stages and copies between them.
    Stage,
    /// What the image says of itself: entry point, ports, health.
    Metadata,
    /// Letter case, old forms and comments.
    Spelling,
    /// Accounts.
    User,
    /// Which programs and shells a step can start in its image.
    Shell,
    /// Command lines of cmd.exe.
    Cmd,
    /// Scripts of PowerShell.
    PowerShell,
    /// Installers: silent, waited for, their exit codes understood.
    Installer,
    /// Package managers.
    Package,
    /// Downloads: checked, safe, possible.
    Download,
    /// Layers: what stays in them.
    Layer,
    /// What the builders can do for Windows.
    Platform,
    /// Comments that ignore findings.
    Suppression,
}

impl Group {
    /// All groups, in the order of the index.
    pub const ALL: [Group; 18] = [
        Group::Syntax,
        Group::Escape,
        Group::Path,
        Group::BaseImage,
        Group::Secret,
        Group::Stage,
        Group::Metadata,
        Group::Spelling,
        Group::User,
        Group::Shell,
        Group::Cmd,
        Group::PowerShell,
        Group::Installer,
        Group::Package,
        Group::Download,
        Group::Layer,
        Group::Platform,
        Group::Suppression,
    ];

    /// Whether its rules hold each step against those before it.
    pub(crate) const fn relates_steps(self) -> bool {
        matches!(
            self,
            Group::User
                | Group::Shell
                | Group::Cmd
                | Group::PowerShell
                | Group::Installer
                | Group::Package
                | Group::Download
                | Group::Layer
                | Group::Platform
        )
    }

    /// What its rules are about.
    pub const fn about(self) -> &'static str {
        match self {
            Group::Syntax => "what the builder cannot read: unknown instructions, open heredocs, merge conflicts",
            Group::Escape => "the escape character, continuations, JSON forms, the file's encoding",
            Group::Path => "paths and variables: eaten backslashes, other drives, `ENV PATH` that loses system32",
            Group::BaseImage => "tags that are gone, out of support, of another build or another platform",
            Group::Secret => {
                "passwords in `ENV`, in command lines, in connection strings; their values are never printed"
            }
            Group::Stage => {
                "copies from stages that do not exist or files that are ignored, build tools in the final image"
            }
            Group::Metadata => {
                "entry points that exit at once, health checks that can never pass, writes below a `VOLUME`"
            }
            Group::Spelling => "letter case and old spellings that BuildKit warns of",
            Group::User => "accounts that do not exist, administrators that are not needed or are",
            Group::Shell => "programs and shells that the image does not have, prompts that nobody can answer",
            Group::Cmd => "command lines that cmd.exe reads otherwise than meant",
            Group::PowerShell => {
                "failures that are lost, quotes that never arrive, aliases, operators of another shell"
            }
            Group::Installer => "installers that wait for a click, are not waited for, or want a restart",
            Group::Package => "package managers without versions or with prompts",
            Group::Download => "downloads without a check, over http, with a prompt, through a shell",
            Group::Layer => "what stays in layers for nothing",
            Group::Platform => "what BuildKit or the classic builder cannot do for Windows",
            Group::Suppression => "comments that ignore findings",
        }
    }

    /// The name on the command line and in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Group::Syntax => "syntax",
            Group::Escape => "escape",
            Group::Path => "path",
            Group::BaseImage => "base-image",
            Group::Secret => "secret",
            Group::Stage => "stage",
            Group::Metadata => "metadata",
            Group::Spelling => "spelling",
            Group::User => "user",
            Group::Shell => "shell",
            Group::Cmd => "cmd",
            Group::PowerShell => "powershell",
            Group::Installer => "installer",
            Group::Package => "package",
            Group::Download => "download",
            Group::Layer => "layer",
            Group::Platform => "platform",
            Group::Suppression => "suppression",
        }
    }
}

/// Whether a rule can mend what it finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// Never.
    No,
    /// Always or sometimes, without a look.
    Safe,
    /// Always or sometimes, with a look.
    Suggested,
}

/// Where a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Only in Windows stages; [`crate::check`] drops what the rule finds elsewhere.
    Windows,
    /// Everywhere.
    Any,
}

/// A rule: data and one function. It has no state, no order and no input but the [`Context`].
pub struct Rule {
    /// Kebab-case; names the bad thing, so that it reads after "allow".
    pub id: &'static str,
    /// Its family.
    pub group: Group,
    /// How bad it is, unless the user says otherwise.
    pub severity: Severity,
    /// Whether it can mend what it finds.
    pub fix: Fixable,
    /// Where it holds.
    pub platform: Platform,
    /// What a file must have, so that the rule can find anything: it does not run on other files.
    pub needs: Needs,
    /// The names under which hadolint (`DL4003`) and BuildKit's checks (`MultipleInstructionsDisallowed`) know
    /// the same mistake: who ignores it there ignores it here.
    pub also: &'static [&'static str],
    /// Its documentation, specification and first test.
    pub page: &'static str,
    /// Finds the mistake.
    pub check: fn(&Context, &mut Report),
}
