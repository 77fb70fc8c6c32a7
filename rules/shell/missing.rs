//! The shells that an image lacks.

use dockerfile::ast::{Form, Instruction, Keyword, Kind};
use dockerfile::facts::Answer;
use dockerfile::facts::base_image::BaseImage;
use dockerfile::facts::capability::{Capability, has};
use dockerfile::model::{Os, ShellOrigin, Stage, program_dialect};
use dockerfile::script::Dialect;
use dockerfile::source::Span;

use crate::Context;
use crate::listing::Listed;
use crate::ran::{self, Ran};

/// The programs that are PowerShell 7.
pub(super) const PWSH: &[&str] = &["pwsh", "pwsh-preview"];

/// The program that is Windows PowerShell.
pub(super) const POWERSHELL: &[&str] = &["powershell"];

/// The name of a shell that the image has not.
pub(super) struct Missing<'a> {
    pub(super) span: Span,
    pub(super) name: &'a str,
    pub(super) image: &'a BaseImage,
    /// Whether the engine starts it itself, and no shell looks for it.
    pub(super) started: bool,
    /// Whether a script of the build may have brought it, or nothing uses it.
    pub(super) doubtful: bool,
}

impl Missing<'_> {
    /// What the build ends with.
    pub(super) fn seen(&self, shell: &str) -> String {
        match self.started {
            true => "hcs::System::CreateProcess: The system cannot find the file specified. (0x2)".to_owned(),
            false => format!("'{shell}' is not recognized as an internal or external command"),
        }
    }
}

/// Where a shell is named that the stage's image lacks and that no earlier step can have brought: in `SHELL`, and as a
/// command. A health check has a rule of its own.
pub(super) fn missing<'a>(context: &Context<'a>, wanted: Dialect, of: Capability) -> Vec<Missing<'a>> {
    let mut found = Vec::new();
    for (step, outer) in context.instructions().iter().enumerate() {
        let (Some(Keyword::Shell), Kind::Command(line)) = (outer.innermost().keyword, &outer.innermost().kind) else {
            continue;
        };
        let Some(stage) = context.model().stage_of(step).filter(|stage| stage.os == Os::Windows && has_age(stage))
        else {
            continue;
        };
        let Some(image) = ran::known(stage).filter(|image| has(image, of) == Answer::No) else { continue };
        if let Form::Exec(words) = &line.form
            && let Some(word) = words.iter().find(|word| program_dialect(word.as_str()) == Some(wanted))
            && let Some(doubtful) = doubt(context, stage, step, wanted)
        {
            let doubtful = doubtful || !is_used(context, step);
            found.push(Missing { span: word.span, name: word.as_str(), image, started: true, doubtful });
        }
    }
    for ran in
        ran::all(context).filter(|ran| ran.instruction.keyword != Some(Keyword::Healthcheck) && has_age(ran.stage))
    {
        let Some(image) = ran::known(ran.stage).filter(|image| has(image, of) == Answer::No) else { continue };
        let named = named(&ran, wanted);
        if named.is_empty() {
            continue;
        }
        // All that ran before is read for it, so only where the shell is named.
        let Some(doubtful) = doubt(context, ran.stage, ran.step, wanted) else { continue };
        found.extend(named.into_iter().map(|(span, name, started)| Missing { span, name, image, started, doubtful }));
    }
    // PowerShell 7 in a folder of its own is where somebody has put it.
    found.retain(|missing| wanted != Dialect::PowerShell || !missing.name.contains(['/', '\\']));
    found.sort_by_key(|missing| missing.span);
    found
}

/// The commands of a script that are the shell.
fn named<'a>(ran: &Ran<'a>, wanted: Dialect) -> Vec<(Span, &'a str, bool)> {
    // A script that this shell would read says nothing new.
    if !ran.run.exec && ran.run.script.dialect == wanted {
        return Vec::new();
    }
    let names = if wanted == Dialect::PowerShell { PWSH } else { POWERSHELL };
    let is_shell = |listed: &&Listed| names.contains(&listed.stem.as_str()) && listed.command.expression.is_none();
    let named = ran.commands().filter(is_shell).map(|listed| listed.command);
    named.map(|command| (command.name.span, command.name.text.as_str(), ran.is_started(command))).collect()
}

/// Whether an earlier step may have brought the shell: `None` when one does, for all that can be told.
fn doubt(context: &Context, stage: &Stage, step: usize, wanted: Dialect) -> Option<bool> {
    let mut doubtful = false;
    for (_, before) in ran::before(context, stage, step) {
        let text = before.innermost().args.text().to_ascii_lowercase();
        let brings = match before.innermost().keyword {
            Some(Keyword::Copy | Keyword::Add | Keyword::Env | Keyword::Arg) => names(&text, wanted),
            Some(Keyword::Run) => is_installed(&text, wanted),
            _ => false,
        };
        if brings {
            return None;
        }
        doubtful |= is_script(before, &text);
    }
    Some(doubtful)
}

/// Whether a text has the shell's name.
fn names(text: &str, wanted: Dialect) -> bool {
    text.contains("pwsh")
        || text.contains("powershell")
        || wanted == Dialect::WindowsPowerShell && text.contains("dism")
}

/// Whether a command fetches or installs the shell; that it is called says nothing.
fn is_installed(text: &str, wanted: Dialect) -> bool {
    let marks: &[&str] = match wanted {
        Dialect::PowerShell => &[
            "powershell-core",
            "powershell/powershell",
            "powershell-7",
            "powershell-6",
            "powershell\\7",
            "powershell/7",
            "powershell\\6",
            "microsoft.powershell",
            "install powershell",
            "install pwsh",
            "pwsh.zip",
            "pwsh.msi",
            "powershell.msi",
            "powershell.zip",
            "install-powershell",
            "powershell_version",
            "powershell-%",
            "powershell-$",
            "pwsh_",
            "ps7",
            "pwsh.exe\"",
            "--global powershell",
            "-g powershell",
        ],
        _ => &["windowspowershell", "add-capability", "install-powershell"],
    };
    marks.iter().any(|mark| text.contains(mark))
}

/// Whether a step runs a script of the author's, which may do anything.
fn is_script(instruction: &Instruction, text: &str) -> bool {
    instruction.innermost().keyword == Some(Keyword::Run)
        && [".ps1", ".cmd", ".bat", "choco ", "scoop ", "winget "].iter().any(|it| text.contains(it))
}

/// Whether a command in shell form uses the `SHELL` of a step; without one nothing fails.
pub(super) fn is_used(context: &Context, shell: usize) -> bool {
    context.model().steps.iter().any(|step| {
        step.script.as_ref().is_some_and(|run| !run.exec) && step.state.shell.origin == ShellOrigin::Instruction(shell)
    })
}

/// Whether a stage's image is younger than 2016, as far as its name tells: of the repositories on Docker Hub from that
/// time no tag may mean today's Windows.
pub(super) fn has_age(stage: &Stage) -> bool {
    let Some(facts) = &stage.facts else { return false };
    let of_registry =
        |stage: &Stage| stage.image.as_ref().is_some_and(|image| image.text.text().starts_with("mcr.microsoft.com/"));
    facts.build.is_some() || !facts.nano || of_registry(stage)
}
