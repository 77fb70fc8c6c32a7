//! Which step of the build a line belongs to, as the classic builder, BuildKit and wbuild write it.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use regex_lite::Regex;

/// A step as the log names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepName {
    /// `5/9`, `stage-1 2/3`; empty where the log has none.
    pub number: String,
    /// The instruction as the log shows it.
    pub instruction: String,
    /// The line of the Dockerfile, where the log names it.
    pub line: Option<u32>,
}

/// The steps seen so far.
#[derive(Debug, Default)]
pub struct Steps {
    current: Option<StepName>,
    /// All, by their instructions: BuildKit runs several at once, and its lines quote the commands.
    by_instruction: BTreeMap<String, StepName>,
}

impl Steps {
    /// Takes a line in: it may open a step.
    pub fn read(&mut self, line: &str) {
        if let Some(step) = opened(line) {
            self.by_instruction.insert(step.instruction.clone(), step.clone());
            // BuildKit repeats the failed step at the end, without a number of its own.
            let known = self.by_instruction.get(&step.instruction).filter(|known| known.line.is_some());
            self.current = Some(known.cloned().unwrap_or(step));
        } else if let (Some(line), Some(current)) = (named_line(line), &mut self.current) {
            current.line = Some(line);
            self.by_instruction.insert(current.instruction.clone(), current.clone());
        }
    }

    /// The step of a line that was read before, with what the lines after it told of steps.
    pub fn in_the_end(&self, step: Option<StepName>, line: &str) -> Option<StepName> {
        match step {
            Some(step) => self.by_instruction.get(&step.instruction).cloned().or(Some(step)),
            None => self.quoted(line).cloned(),
        }
    }

    /// The step of a line: the one whose command it quotes, else the one that was opened last.
    pub fn of(&self, line: &str) -> Option<StepName> {
        self.quoted(line).or(self.current.as_ref()).cloned()
    }

    fn quoted(&self, line: &str) -> Option<&StepName> {
        self.by_instruction.values().rev().find(|step| {
            let command = step.instruction.trim_start_matches("RUN").trim();
            command.len() > 8 && line.contains(command)
        })
    }
}

/// `Step 5/9 : RUN x`, `[stage-1 2/3] RUN x`, ` > [2/3] RUN x:`.
fn opened(line: &str) -> Option<StepName> {
    static CLASSIC: OnceLock<Regex> = OnceLock::new();
    static BUILDKIT: OnceLock<Regex> = OnceLock::new();
    let classic = CLASSIC.get_or_init(|| Regex::new(r"^Step (\d+/\d+) : (.+)$").expect("a test compiles it"));
    let buildkit = BUILDKIT.get_or_init(|| {
        Regex::new(r"^(?:\s*(?:>|=>|ERROR)\s+)*\[([^\[\]]*?\d+/\d+)\] ([A-Z]+ .+?)(?::|\s+\d+\.\d+s)?$")
            .expect("a test compiles it")
    });
    let found = classic.captures(line).or_else(|| buildkit.captures(line))?;
    Some(StepName { number: found[1].to_owned(), instruction: found[2].trim().to_owned(), line: None })
}

/// `Dockerfile:12`, as BuildKit heads the excerpt of a failed step.
fn named_line(line: &str) -> Option<u32> {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(r"^(?:[^\s:]*[/\\])?[^\s:/\\]*(?:[Dd]ockerfile|[Cc]ontainerfile)[^\s:/\\]*:(\d+)$")
            .expect("a test compiles it")
    });
    pattern.captures(line)?[1].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_from_every_builder() {
        for (line, number, instruction) in [
            ("Step 5/9 : RUN C:\\setup.exe", "5/9", "RUN C:\\setup.exe"),
            ("[stage-1 2/3] RUN dir", "stage-1 2/3", "RUN dir"),
            (" > [2/3] RUN setup.exe:", "2/3", "RUN setup.exe"),
            (" => ERROR [build 4/5] RUN x   1.2s", "build 4/5", "RUN x"),
        ] {
            let step = opened(line).unwrap_or_else(|| panic!("{line}"));
            assert_eq!((step.number.as_str(), step.instruction.as_str()), (number, instruction));
        }
        assert_eq!(opened("[Net.ServicePointManager]::SecurityProtocol"), None);
    }

    #[test]
    fn the_line_of_the_dockerfile_is_read() {
        assert_eq!(named_line("Dockerfile:12"), Some(12));
        assert_eq!(named_line("docker/app.Dockerfile:3"), Some(3));
        assert_eq!(named_line("C:\\src\\main.c:12"), None);
    }
}
