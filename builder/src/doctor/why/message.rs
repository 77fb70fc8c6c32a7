//! What shells, installers and builders print when something is wrong, beside the faults of the engine.
//!
//! The texts are those of cmd.exe, Windows PowerShell, Chocolatey, BuildKit and the classic builder in English; where a
//! text is translated, a number or a name in it is matched too.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A message and what it means.
#[derive(Clone, Copy, Debug)]
pub struct Message {
    /// Its name, stable.
    pub id: &'static str,
    /// A regular expression over a line.
    pub pattern: &'static str,
    /// Whether it ends a build.
    pub fatal: bool,
    /// What happened.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The rule that finds the mistake.
    pub rule: Option<&'static str>,
}

const fn message(id: &'static str, pattern: &'static str, cause: &'static str, remedy: &'static str) -> Message {
    Message { id, pattern, fatal: true, cause, remedy, rule: None }
}

const fn ruled(message: Message, rule: &'static str) -> Message {
    Message { rule: Some(rule), ..message }
}

const fn note(message: Message) -> Message {
    Message { fatal: false, ..message }
}

/// The first message that a line shows.
pub fn find(line: &str) -> Option<&'static Message> {
    MESSAGES.iter().zip(patterns()).find(|(_, pattern)| pattern.is_match(line)).map(|(message, _)| message)
}

fn patterns() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        MESSAGES.iter().map(|message| Regex::new(message.pattern).expect("a test compiles every pattern")).collect()
    })
}

#[rustfmt::skip]
pub static MESSAGES: &[Message] = &[
    ruled(message("cmdlet-in-cmd", r"'[A-Z][A-Za-z]+-[A-Z][A-Za-z]+' is not recognized as an internal or external command",
        "cmd.exe read a line of PowerShell: the shell of RUN is cmd unless SHELL or the base image says otherwise",
        "put SHELL [\"powershell\", \"-Command\"] before it, or write RUN powershell -Command ..."), "cmdlet-in-cmd-shell"),
    ruled(message("instruction-unknown", r"(?:dockerfile parse error|Dockerfile parse error|failed to solve|unknown instruction).*unknown instruction|unknown instruction: ",
        "a line that was meant as the continuation of another was read as an instruction",
        "put `# escape=` with a backtick on the first line where lines end in a backtick; wlint shows which"), "backtick-continuation-without-directive"),
    message("program-unknown", r"is not recognized as an internal or external command",
        "cmd.exe found no program of that name: it is not installed, not in PATH, or was installed in this same step",
        "name the program with its full path; a step sees a PATH that an installer changed only in the next RUN"),
    message("command-unknown", r"is not recognized as the name of a cmdlet|The term '.+' is not recognized",
        "PowerShell found no command of that name: its module is not in this image, or the program is not in PATH",
        "name the program with its full path; in Nano Server there are pwsh's own modules only"),
    ruled(message("non-interactive", r"NonInteractive mode|Read and Prompt functionality is not available|PowerShell is in NonInteractive",
        "a command asked a question, and nobody can answer in a build",
        "give the command the switch that answers it: -Force, -Confirm:$false, -y"), "interactive-prompt-in-run"),
    ruled(message("web-request-prompt", r"Security Warning: Script Execution Risk|parses the content of the web page\. Script code",
        "Invoke-WebRequest of an updated Windows PowerShell asks before it parses a page, and the build waits for ever",
        "add -UseBasicParsing"), "web-request-without-basic-parsing"),
    ruled(message("internet-explorer-engine", r"Internet Explorer engine is not available|Internet Explorer's first-launch configuration",
        "Invoke-WebRequest wants Internet Explorer to parse the answer, and the image has none set up",
        "add -UseBasicParsing"), "web-request-without-basic-parsing"),
    ruled(message("tls-refused", r"Could not create SSL/TLS secure channel|The underlying connection was closed: An unexpected error occurred on a send",
        "the server wants TLS 1.2, and .NET Framework of this image offers an older one",
        "put [Net.ServicePointManager]::SecurityProtocol = 'Tls12' before it, or take curl.exe"), "tls12-not-enabled"),
    ruled(note(message("setx-truncated", r"data being saved is truncated to 1024 characters",
        "setx cut the value: the end of PATH is lost, and the step is green all the same",
        "take ENV, or [Environment]::SetEnvironmentVariable(..., 'Machine')")), "setx-path-hazard"),
    note(message("netfx-restart", r"a reboot is required before using Chocolatey CLI|reboot is required",
        "an installation wants a restart, which a container cannot have",
        "take a base image that has the .NET Framework: mcr.microsoft.com/dotnet/framework/runtime:4.8")),
    note(message("legacy-builder", r"legacy builder is deprecated",
        "the classic builder built this; for Windows containers it still is the default",
        "nothing has to be done; BuildKit for Windows containers is experimental")),
    message("compose-pipe-volume", r#"type must be one of the following: "bind", "volume""#,
        "Docker Compose 2.35.0 refuses volumes of type npipe",
        "install another version of Docker Compose"),
    message("copy-source-missing", r"failed to (?:compute cache key|calculate checksum of ref).*not found|COPY failed: (?:file not found|stat)|ADD failed: (?:file not found|stat)|CreateFile \\\\\?\\.*: The system cannot find the (?:file|path) specified",
        "COPY or ADD names a file that the build does not see: it is not in the context, or .dockerignore excludes it, or a backslash of its path was eaten",
        "look at the path as the builder saw it with wlint show; write / instead of \\"),
    message("base-not-found", r"failed to resolve source metadata for .*not found|manifest for \S+ not found|manifest unknown",
        "the registry has no image of this name and tag: it is written otherwise, or was taken away",
        "look the tag up at the registry; of Microsoft's images `wlint check` knows those that are gone"),
    message("pull-denied", r"pull access denied for|insufficient_scope|authorization failed",
        "the registry gives the image to nobody, or to no one who is not logged in: a name of Docker Hub that does not exist is answered so, too",
        "look at the name (a stage's name that is written otherwise is taken for an image); log in with docker login"),
    message("drive-not-system", r"The specified path is not on the system drive",
        "a path names another drive than C:, which an image does not have",
        "take a folder on C:"),
    message("access-denied", r"Access (?:is|to the path .* is) denied|UnauthorizedAccessException|E_ACCESSDENIED|0x80070005",
        "the account of the step may not do that: ContainerUser writes into few folders, and TrustedInstaller owns those of Windows",
        "put USER ContainerAdministrator before the step and USER ContainerUser behind it"),
    message("path-missing", r"The system cannot find the (?:path|file) specified|Cannot find path '",
        "a file or folder is not there: made in another step under another drive or account, or a backslash of its path was eaten",
        "look at the path as the builder saw it with wlint show"),
    message("script-blocked", r"running scripts is disabled on this system|is not digitally signed",
        "the execution policy of Windows PowerShell keeps script files from running",
        "add -ExecutionPolicy Bypass to powershell"),
    message("quote-lost", r"The string is missing the terminator|Missing closing '[\)\}]'|Unexpected token '",
        "PowerShell could not read the command: quotes were taken away on the way to it, or a line ended too early",
        "double quotes inside RUN with PowerShell as the shell are eaten: take single quotes, or \\\""),
    ruled(message("chain-operator", r"The token '(?:&&|\|\|)' is not a valid statement separator",
        "Windows PowerShell 5.1 does not know && and ||",
        "take ; with $ErrorActionPreference = 'Stop', or PowerShell 7"), "chain-operator-in-powershell5"),
    message("no-space", r"not enough space on the disk|No space left on device",
        "the disk of the host, or of the container, is full",
        "docker system prune, or give the step a larger disk with --storage-opt"),
    message("download-not-found", r"\b404\b.*Not Found|\(404\)",
        "the server has no such file any more",
        "take the address of a fixed version, or keep the file in the build context"),
    message("choco-package-missing", r"The package was not found with the source\(s\) listed",
        "Chocolatey found no package of that name and version",
        "look the name up; old versions are removed from the community repository"),
    message("out-of-memory", r"OutOfMemoryException|insufficient memory|The paging file is too small|0x5af",
        "the step had too little memory: with Hyper-V isolation a container gets 1 GB unless told otherwise",
        "give the step more with --memory 4g"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_complete_and_their_rules_exist() {
        assert_eq!(patterns().len(), MESSAGES.len());
        for (index, message) in MESSAGES.iter().enumerate() {
            assert!(MESSAGES[..index].iter().all(|other| other.id != message.id), "{} stands twice", message.id);
            assert!(!message.cause.is_empty() && !message.remedy.is_empty(), "{}", message.id);
            if let Some(rule) = message.rule {
                assert!(rules::rule(rule).is_some(), "{}: there is no rule {rule}", message.id);
            }
        }
    }
}
