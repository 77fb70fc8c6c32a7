//! The host that is looked at: commands, files and variables, behind a trait so that recorded answers can stand in.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::Duration;

use super::parse::decode;

/// How long a command may take. An engine that is just starting keeps its client waiting for ever.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// What a command answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard output, then what it wrote to standard error.
    pub text: String,
}

impl Answer {
    /// Whether it says that it worked.
    pub fn is_success(&self) -> bool {
        self.code == Some(0)
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// There is no such program.
    #[error("{program} is not on this host")]
    Missing {
        /// The program.
        program: String,
    },
    /// It did not end in time.
    #[error("{program} did not answer within {} s", TIME_LIMIT.as_secs())]
    TimedOut {
        /// The program.
        program: String,
    },
    /// It could not be started, or its output not be read.
    #[error("{program} could not be run: {reason}")]
    Failed {
        /// The program.
        program: String,
        /// Why.
        reason: String,
    },
}

/// What can be asked of a host.
pub trait Host {
    /// Whether it runs Windows.
    fn is_windows(&self) -> bool;

    /// Runs a command and waits for its end.
    ///
    /// # Errors
    /// When it is missing, cannot be run or takes too long.
    fn run(&self, program: &str, arguments: &[&str]) -> Result<Answer, NoAnswer>;

    /// The value of an environment variable.
    fn variable(&self, name: &str) -> Option<String>;

    /// The content of a file; `None` when there is none.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;
}

/// This machine.
#[derive(Debug, Default)]
pub struct ThisHost {
    /// What was asked before: several checks read one answer.
    asked: RefCell<BTreeMap<String, Rc<Result<Answer, NoAnswer>>>>,
}

impl Host for ThisHost {
    fn is_windows(&self) -> bool {
        cfg!(windows)
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<Answer, NoAnswer> {
        let key = format!("{program}\0{}", arguments.join("\0"));
        let known = self.asked.borrow().get(&key).cloned();
        let answer = known.unwrap_or_else(|| {
            let answer = Rc::new(ask(program, arguments));
            self.asked.borrow_mut().insert(key, Rc::clone(&answer));
            answer
        });
        Result::clone(&answer)
    }

    fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok()
    }

    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        match std::fs::read(Path::new(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn ask(program: &str, arguments: &[&str]) -> Result<Answer, NoAnswer> {
    let name = || program.to_owned();
    let failed = |error: &io::Error| NoAnswer::Failed { program: program.to_owned(), reason: error.to_string() };
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NoAnswer::Missing { program: name() }),
        Err(error) => return Err(failed(&error)),
    };
    let (sender, receiver) = mpsc::channel();
    let pipes = [
        child.stdout.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
        child.stderr.take().map(|pipe| Box::new(pipe) as Box<dyn Read + Send>),
    ];
    // Both pipes are read at once, so that a command that fills one never waits for the other.
    for (index, pipe) in pipes.into_iter().enumerate() {
        let sender = sender.clone();
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let read = pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut bytes));
            // The other side is gone when the time was up.
            let _ = sender.send((index, read.map(|_| bytes)));
        });
    }
    let mut texts = [Vec::new(), Vec::new()];
    for _ in 0..2 {
        let Ok((index, read)) = receiver.recv_timeout(TIME_LIMIT) else {
            // It may have ended by itself in the meantime.
            let _ = child.kill();
            let _ = child.wait();
            return Err(NoAnswer::TimedOut { program: name() });
        };
        texts[index] = read.map_err(|error| failed(&error))?;
    }
    let status = child.wait().map_err(|error| failed(&error))?;
    let text = texts.iter().map(|bytes| decode(bytes)).collect();
    Ok(Answer { code: status.code(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_is_not_there_is_named() {
        let host = ThisHost::default();
        let program = "wbuild-no-such-program";
        assert_eq!(host.run(program, &[]), Err(NoAnswer::Missing { program: program.to_owned() }));
        assert_eq!(host.run(program, &[]).unwrap_err().to_string(), "wbuild-no-such-program is not on this host");
    }

    #[test]
    fn the_output_and_the_code_of_a_program_are_its_answer() {
        // The one program that is there on every system is this one.
        let tests = std::env::current_exe().unwrap();
        let ask = |word: &str| ThisHost::default().run(tests.to_str().unwrap(), &[word]).unwrap();
        let listed = ask("--list");
        assert!(listed.is_success() && listed.text.contains("are_its_answer: test"), "{listed:?}");
        assert!(!ask("--no-such-option").is_success());
    }
}
