//! The commands that containers start, as the rules of this group look at them.

use dockerfile::ast::{CommandLine, Form, Instruction, Keyword, Kind};
use dockerfile::model::{Launch, RunScript, Stage, view};
use dockerfile::script::{Command, Script, Separator, StatementKind, Word};

use crate::Context;

/// A `CMD` or an `ENTRYPOINT` that no later one of its stage replaces, also behind `ONBUILD`.
pub(super) struct Start<'a> {
    pub(super) step: usize,
    /// The instruction itself, without `ONBUILD`.
    pub(super) instruction: &'a Instruction,
    pub(super) line: &'a CommandLine,
    pub(super) run: Option<&'a RunScript>,
    pub(super) stage: &'a Stage,
    /// Whether its first word is what the engine starts; a `CMD` beside an `ENTRYPOINT` is only its arguments.
    pub(super) is_program: bool,
}

/// All commands that count, in order of place.
pub(super) fn starts<'a>(context: &Context<'a>) -> impl Iterator<Item = Start<'a>> {
    let model = context.model();
    context.instructions().iter().enumerate().filter_map(move |(step, outer)| {
        let instruction = outer.innermost();
        let stage = model.stage_of(step)?;
        let Kind::Command(line) = &instruction.kind else { return None };
        let Launch { entrypoint, cmd, of_image, .. } = stage.launch;
        let (counts, is_program) = match instruction.keyword? {
            Keyword::Entrypoint => (entrypoint == Some(step), true),
            Keyword::Cmd => (cmd == Some(step), entrypoint.is_none() && of_image.is_none()),
            _ => return None,
        };
        let counts = counts || outer.keyword == Some(Keyword::Onbuild);
        let run = model.steps[step].script.as_ref();
        counts.then_some(Start { step, instruction, line, run, stage, is_program })
    })
}

/// What each stage's containers start as a whole, for the stages that say it themselves, and what `ONBUILD` says.
pub(super) fn started<'a>(context: &Context<'a>) -> Vec<&'a Script> {
    let model = context.model();
    let programs = starts(context).filter(|start| context.instructions()[start.step].keyword == Some(Keyword::Onbuild));
    let mut scripts: Vec<&Script> =
        programs.filter(|start| start.is_program).filter_map(|start| start.run).map(|run| &run.script).collect();
    for stage in &model.stages {
        let own = |step: Option<usize>| step.is_some_and(|step| stage.steps.contains(&step));
        let launch = stage.launch;
        if own(launch.entrypoint) || own(launch.cmd) && launch.of_image.is_none() {
            scripts.extend(model.started(stage.index));
        }
    }
    scripts
}

/// Words as a JSON array, as people write it.
pub(super) fn exec_form<T: AsRef<str>>(words: &[T]) -> String {
    let quoted = words.iter().map(|word| view::json_array(&[word.as_ref().to_owned()]));
    let inner: Vec<String> = quoted.map(|array| array[1..array.len() - 1].to_owned()).collect();
    format!("[{}]", inner.join(", "))
}

/// The exec form that means the same as a line without anything that a shell would read: no quotes, variables or
/// operators. `None` when there is something, or when the line goes over several lines of the file.
pub(super) fn plain_exec_form(instruction: &Instruction, line: &CommandLine, run: &RunScript) -> Option<String> {
    let Form::Shell(text) = &line.form else { return None };
    let words: Vec<&str> = text.text().split_ascii_whitespace().collect();
    let command = run.script.program()?;
    let read = std::iter::once(&command.name).chain(&command.words).map(|word| word.text.as_str());
    let fixed = |char: char| char.is_ascii_alphanumeric() || "_.:\\/+-=".contains(char);
    // Windows PowerShell cuts `-a.b` in two.
    let cut = |word: &&str| run.script.dialect.is_powershell() && word.starts_with('-') && word.contains(['.', ':']);
    let plain = instruction.lines.0 == instruction.lines.1
        && text.text().chars().all(|char| fixed(char) || char == ' ')
        && !words.iter().any(cut)
        && read.eq(words.iter().copied());
    plain.then(|| exec_form(&words))
}

/// A health check of one program as an array, `|| exit 1` left off: any code but 0 is unhealthy.
pub(super) fn health_exec_form(run: &RunScript) -> Option<String> {
    let (first, rest) = run.script.statements.split_first()?;
    let only = |kind: &'_ StatementKind| match kind {
        StatementKind::Pipeline(commands) if commands.len() == 1 => Some(commands[0].clone()),
        _ => None,
    };
    let command = only(&first.kind).filter(is_fixed)?;
    let exits = match rest {
        [] => true,
        [exit] => first.separator == Separator::Or && only(&exit.kind)?.name.text == "exit",
        _ => false,
    };
    let name = if command.name.text == "curl" { "curl.exe" } else { &command.name.text };
    let words: Vec<&str> = std::iter::once(name).chain(command.words.iter().map(|word| word.text.as_str())).collect();
    exits.then(|| exec_form(&words))
}

/// Whether a command starts a file with fixed arguments.
fn is_fixed(command: &Command) -> bool {
    let fixed = |word: &Word| word.literal().is_some() && !word.text.contains('"');
    (command.name.text == "curl" || command.name.text.to_ascii_lowercase().ends_with(".exe"))
        && command.expression.is_none()
        && command.redirections.is_empty()
        && command.words.iter().all(fixed)
}
