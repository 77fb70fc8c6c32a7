//! A step that failed: how it ended, what that means, and what to do.

use std::fmt;

use crate::fault::{self, Judged};

use super::error::explain;

/// How a step ended that failed.
#[derive(Clone, Debug)]
pub enum Ending {
    /// With this exit code.
    Code(Judged),
    /// It ran longer than this many seconds and was stopped.
    TimedOut(u64),
    /// The engine killed it because it used more memory than it was given.
    OutOfMemory,
}

/// A step that failed.
#[derive(Debug)]
pub struct StepFailed {
    /// The step, as an instruction.
    pub step: String,
    /// The file, and the line that it begins on.
    pub place: String,
    /// How it ended.
    pub ending: Ending,
    /// How often it was tried.
    pub tries: u32,
    /// The last lines that it wrote, without secrets.
    pub tail: Vec<String>,
    /// The container that was kept, and how to enter it.
    pub kept: Option<String>,
}

impl std::error::Error for StepFailed {}

impl fmt::Display for StepFailed {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}: ", self.place, shorten(&self.step))?;
        match &self.ending {
            Ending::Code(judged) => {
                write!(out, "ended with {}", judged.code)?;
                if judged.code < 0 && i32::try_from(judged.code).is_ok() {
                    write!(out, " (0x{:08X})", judged.code as u32)?;
                }
                if let Some(row) = judged.row {
                    let name = if row.name.is_empty() { String::new() } else { format!("{}, ", row.name) };
                    write!(out, ": {name}{}", row.meaning)?;
                }
            }
            Ending::TimedOut(seconds) => write!(out, "ran longer than {seconds} s and was stopped")?,
            Ending::OutOfMemory => out.write_str("used more memory than it was given and was killed")?,
        }
        match self.tries {
            0 | 1 => Ok(()),
            tries => write!(out, ", tried {tries} times"),
        }
    }
}

impl StepFailed {
    pub(super) fn help(&self) -> Vec<String> {
        let mut lines = Vec::new();
        match &self.ending {
            Ending::Code(judged) => lines.extend(judged.way_out.map(str::to_owned)),
            Ending::TimedOut(_) => lines.push(
                "an installer that waits for a click never ends: give it its silent switches; if the step needs longer, \
                 raise --timeout or write `# wbuild: timeout=2h` above it"
                    .to_owned(),
            ),
            Ending::OutOfMemory => lines.push("raise --memory".to_owned()),
        }
        // What the step wrote often says more than its code.
        if let Some(fault) = self.tail.iter().rev().find_map(|line| fault::find(line)) {
            lines.extend(explain(fault));
        }
        if let (Ending::Code(judged), None) = (&self.ending, &self.kept)
            && judged.way_out.is_none()
        {
            lines.push("--keep-failed keeps the container of a failed step to look into".to_owned());
        }
        lines.extend(self.kept.clone());
        lines
    }
}

/// The first line of a step, cut to a width that fits beside the rest.
pub(super) fn shorten(step: &str) -> String {
    let line = step.lines().next().unwrap_or_default();
    match line.char_indices().nth(80) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(code: i64) -> StepFailed {
        StepFailed {
            step: "RUN setup.exe /S".to_owned(),
            place: "Dockerfile:4".to_owned(),
            ending: Ending::Code(fault::judge(code, &[], &[], true)),
            tries: 1,
            tail: Vec::new(),
            kept: None,
        }
    }

    #[test]
    fn a_code_is_shown_with_its_meaning_and_way_out() {
        let failed = failed(1223);
        assert_eq!(
            failed.to_string(),
            "Dockerfile:4: RUN setup.exe /S: ended with 1223: ERROR_CANCELLED, a prompt that nobody could answer"
        );
        assert!(failed.help()[0].contains("silent switches"), "{:?}", failed.help());
    }

    #[test]
    fn a_negative_code_is_shown_as_the_headers_write_it() {
        let text = failed(0xC000_0135).to_string();
        assert!(text.contains("-1073741515 (0xC0000135): STATUS_DLL_NOT_FOUND"), "{text}");
    }

    #[test]
    fn what_the_step_wrote_is_explained() {
        let mut failed = failed(1);
        failed.tail = vec!["The remote name could not be resolved: 'x'".to_owned(), "exit".to_owned()];
        assert!(failed.help().iter().any(|line| line.contains("--dns")), "{:?}", failed.help());
    }
}
