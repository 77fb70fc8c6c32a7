//! What the containers of a stage start: which `CMD`, `ENTRYPOINT` and `HEALTHCHECK` count.

use crate::ast::{Form, Instruction, Keyword, Kind};
use crate::document::Reading;
use crate::facts::base_image::{BaseImage, EntryPoint};
use crate::script::{self, Script};

use super::{Model, Os, script as scripts};

/// The instructions that say what a container starts, by their places, those of parent stages included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Launch {
    /// The `ENTRYPOINT`; `None` also after `ENTRYPOINT []`.
    pub entrypoint: Option<usize>,
    /// The `CMD`; `None` also when an `ENTRYPOINT` has taken an inherited one away.
    pub cmd: Option<usize>,
    /// The `HEALTHCHECK`.
    pub healthcheck: Option<usize>,
    /// The entry point of the base image, as long as no `ENTRYPOINT` replaces it.
    pub of_image: Option<EntryPoint>,
    own_cmd: bool,
}

impl Launch {
    pub(super) fn of_image(facts: Option<&BaseImage>) -> Self {
        Launch { of_image: facts.and_then(|facts| facts.entrypoint), ..Launch::default() }
    }

    /// What a stage begins with that builds on this one.
    pub(super) fn inherited(self) -> Self {
        Launch { own_cmd: false, ..self }
    }

    /// Carries out an instruction. An `ENTRYPOINT` takes away a `CMD` that the stage has not set itself.
    pub(super) fn apply(&mut self, step: usize, instruction: &Instruction) {
        let given = !matches!(&instruction.kind, Kind::Command(line) if matches!(&line.form, Form::Exec(words) if words.is_empty()));
        let place = given.then_some(step);
        match instruction.keyword {
            Some(Keyword::Cmd) => (self.cmd, self.own_cmd) = (place, true),
            Some(Keyword::Entrypoint) => {
                (self.entrypoint, self.of_image) = (place, None);
                self.cmd = self.cmd.filter(|_| self.own_cmd);
            }
            Some(Keyword::Healthcheck) => self.healthcheck = Some(step),
            _ => {}
        }
    }

    /// The instruction whose command is started; a `CMD` beside an `ENTRYPOINT` is only its arguments.
    pub fn program(&self) -> Option<usize> {
        self.entrypoint.or(self.cmd.filter(|_| self.of_image.is_none()))
    }
}

impl Model {
    /// The script that a container of a stage starts: of the `ENTRYPOINT`, with the words of `CMD` after it when
    /// both are in exec form, or of the `CMD`.
    pub fn started(&self, stage: usize) -> Option<&Script> {
        let stage = self.stages.get(stage)?;
        let program = || self.steps.get(stage.launch.program()?)?.script.as_ref();
        stage.started.as_ref().or_else(|| program().map(|run| &run.script))
    }
}

/// What only the end of a stage decides: the shell of the health check, which the engine puts in front when it
/// runs it, and the arguments of the entry point.
pub(super) fn finish(model: &mut Model, reading: &Reading, stage: usize) {
    let Launch { entrypoint, cmd, healthcheck, .. } = model.stages[stage].launch;
    if let (Some(entrypoint), Some(cmd)) = (entrypoint, cmd)
        && let (Kind::Command(program), Kind::Command(arguments)) =
            (&reading.instructions[entrypoint].kind, &reading.instructions[cmd].kind)
        && let (Form::Exec(program), Form::Exec(arguments)) = (&program.form, &arguments.form)
    {
        let words: Vec<_> = program.iter().chain(arguments).cloned().collect();
        model.stages[stage].started = scripts::exec(&words, model.stages[stage].os);
    }
    if let Some(step) = healthcheck
        && let Kind::Healthcheck { command: Some(line), .. } = &reading.instructions[step].kind
        && let Form::Shell(text) = &line.form
        && model.stages[stage].steps.contains(&step)
        && model.stages[stage].os != Os::Unknown
    {
        let (then, now) = (model.steps[step].state.shell.dialect, model.stages[stage].state.shell.dialect);
        if then != now {
            let script = now.map(|dialect| script::parse(text.clone(), dialect));
            let os = model.stages[stage].os;
            model.steps[step].script = script.map(|script| scripts::RunScript::new(script, false, os));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{Builder, Document};
    use crate::script::Dialect;
    use crate::source::Source;

    fn document(text: &str) -> Document {
        Document::new(Source::new(text.into()), Builder::Any)
    }

    /// The lines of entry point, command and health check that count in the last stage.
    fn counts(text: &str) -> [Option<u32>; 3] {
        let document = document(text);
        let launch = document.model.final_stage().unwrap().launch;
        let line = |step: Option<usize>| step.map(|step| document.reading().instructions[step].lines.0);
        [line(launch.entrypoint), line(launch.cmd), line(launch.healthcheck)]
    }

    #[test]
    fn an_entrypoint_takes_an_inherited_command_away() {
        let base = "FROM nanoserver AS a\nCMD x\nHEALTHCHECK NONE\n";
        assert_eq!(counts(base), [None, Some(2), Some(3)]);
        assert_eq!(counts(&format!("{base}FROM a\nENTRYPOINT [\"y\"]\n")), [Some(5), None, Some(3)]);
        assert_eq!(counts(&format!("{base}FROM a\nCMD z\nENTRYPOINT [\"y\"]\n")), [Some(6), Some(5), Some(3)]);
        assert_eq!(counts(&format!("{base}ENTRYPOINT y\nFROM a\nCMD z\n")), [Some(4), Some(6), Some(3)]);
        assert_eq!(counts(&format!("{base}ENTRYPOINT y\nFROM a\nENTRYPOINT []\n")), [None, None, Some(3)]);
        assert_eq!(counts("FROM nanoserver\nONBUILD CMD x\n"), [None, None, None]);
    }

    #[test]
    fn a_command_is_the_program_only_without_an_entry_point() {
        let program = |text: &str| document(text).model.final_stage().unwrap().launch.program();
        let iis = "FROM mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022\n";
        assert_eq!(program(&format!("{iis}CMD [\"x\"]\n")), None);
        assert_eq!(program(&format!("{iis}CMD [\"x\"]\nENTRYPOINT []\n")), Some(1));
        assert_eq!(program("FROM nanoserver\nCMD [\"x\"]\n"), Some(1));
    }

    #[test]
    fn the_words_of_both_are_one_command_line() {
        let document =
            document("FROM nanoserver\nENTRYPOINT [\"powershell\", \"-Command\"]\nCMD [\"Start-Service\", \"x\"]\n");
        let started = document.model.started(0).unwrap();
        assert_eq!(started.commands().len(), 2);
        assert_eq!(started.commands()[1].1.name.text, "Start-Service");
    }

    #[test]
    fn the_last_shell_reads_the_health_check() {
        let document = document("FROM servercore\nHEALTHCHECK CMD a && b\nSHELL [\"pwsh\", \"-Command\"]\n");
        let script = &document.model.steps[1].script.as_ref().unwrap().script;
        assert_eq!(script.dialect, Dialect::PowerShell);
    }
}
