//! A final stage that runs an application on an image for building.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::Severity;
use dockerfile::model::program_dialect;
use dockerfile::script::{Command, Dialect, Script};

use crate::metadata::idles;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "sdk-in-final-stage",
    group: Group::Stage,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Cmd, Keyword::Entrypoint]),
    also: &[],
    page: include_str!("sdk_in_final_stage.md"),
    check,
};

/// What `dotnet` can only do with an SDK.
#[rustfmt::skip]
const SDK_VERBS: [&str; 14] = [
    "build", "build-server", "clean", "ef", "format", "msbuild", "new", "nuget", "pack", "publish", "restore", "run", "test",
    "watch",
];

/// Programs that are what an image for building is for.
const SDK_PROGRAMS: [&str; 8] = ["cargo", "devenv", "go", "gradle", "msbuild", "mvn", "nuget", "vstest.console"];

/// What the start of a build agent or of a build says of itself.
const BUILD_WORDS: [&str; 8] = ["agent", "build", "ci", "runner", "slave", "test", "tests", "watch"];

fn check(context: &Context, report: &mut Report) {
    let model = context.model();
    let Some(stage) = model.final_stage() else { return };
    let Some(image) = stage.image.as_ref().filter(|_| stage.facts.is_some_and(|facts| facts.sdk)) else { return };
    let starts: Vec<&Instruction> = model
        .shipped()
        .flat_map(|stage| &context.instructions()[stage.steps.clone()])
        .filter(|instruction| matches!(instruction.keyword, Some(Keyword::Cmd | Keyword::Entrypoint)))
        .collect();
    // Who starts nothing, a shell, a build agent or a compiler wants an image to build with.
    if starts.is_empty() || starts.iter().any(|start| is_for_building(start) || needs_sdk(context, start.index)) {
        return;
    }
    let finding = report.add(
        image.span,
        "the image that runs the application is one for building it",
        "build in this stage, and copy the result into a last stage `FROM` a runtime image",
    );
    finding.label(starts[0].keyword_span, "what is built here runs here");
}

fn is_for_building(start: &Instruction) -> bool {
    let text = start.args.text().to_ascii_lowercase();
    text.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| BUILD_WORDS.contains(&word))
}

fn needs_sdk(context: &Context, step: usize) -> bool {
    context.script(step).is_none_or(|script| {
        let uses = |command: &Command| builds(command) || is_shell(command);
        // Of .NET's images only those for building have PowerShell 7.
        let is_pwsh = |program: &str| program_dialect(program) == Some(Dialect::PowerShell);
        let by_pwsh = script.parts().any(|part| part.script().dialect == Dialect::PowerShell)
            || script.commands.iter().any(|listed| is_pwsh(&listed.command.name.text));
        by_pwsh || script.commands.iter().any(|listed| uses(listed.command)) || is_idle(&script.run.script)
    })
}

/// Whether a script waits for somebody who works in the container.
fn is_idle(script: &Script) -> bool {
    !idles(script).is_empty()
}

fn builds(command: &Command) -> bool {
    let name = command.name.text.rsplit(['/', '\\']).next().unwrap_or_default().to_ascii_lowercase();
    let program = name.strip_suffix(".exe").unwrap_or(&name);
    let verb = command.words.first().map(|word| word.text.to_ascii_lowercase());
    SDK_PROGRAMS.contains(&program)
        || program == "dotnet" && verb.is_some_and(|verb| SDK_VERBS.contains(&verb.as_str()))
}

/// A shell that waits for what somebody types: also one that a batch file leads to (`VsDevCmd.bat && powershell`).
fn is_shell(command: &Command) -> bool {
    let mut words = std::iter::once(&command.name).chain(&command.words).map(|word| word.text.as_str());
    let is_script = |word: &str| {
        let word = word.to_ascii_lowercase();
        [".ps1", ".bat", ".cmd", ".exe", ".dll"].iter().any(|end| word.ends_with(end))
            && program_dialect(&word).is_none()
    };
    let shell = words.position(|word| program_dialect(word).is_some());
    shell.is_some() && command.nested.is_none() && !words.any(is_script)
}
