//! Watching a container from its start to its end: its output, its time, and whether it still says something.

use std::collections::VecDeque;
use std::pin::Pin;
use std::time::{Duration, Instant};

use bollard::container::LogOutput;
use bollard::errors::Error as Client;
use bollard::query_parameters::{StopContainerOptionsBuilder, TopOptions, WaitContainerOptionsBuilder};
use futures_util::{Stream, StreamExt};
use tokio::time::{interval, timeout};

use crate::progress::{self, Progress};

use super::connection::{Connection, SHORT};
use super::error::EngineError;
use super::idle;
use super::secret::Secrets;

/// How a container ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself, with this code.
    Code(i64),
    /// It was stopped after this many seconds.
    TimedOut(u64),
}

/// What is watched, and where it is told.
pub(super) struct Watch<'a> {
    /// The command, to guess by.
    pub command: &'a str,
    /// How long it may take.
    pub timeout: Option<Duration>,
    /// How long it may be silent before that is reported.
    pub idle: Option<Duration>,
    /// What its last lines are shown without.
    pub secrets: &'a Secrets,
    /// Where its output goes.
    pub step: &'a progress::Step,
    /// Where reports go.
    pub progress: &'a Progress,
}

/// The output of a container.
pub(super) type Output = Pin<Box<dyn Stream<Item = Result<LogOutput, Client>> + Send>>;

/// How many of the last lines are kept.
const TAIL: usize = 20;
/// How long output is waited for once the container has ended.
const DRAIN: Duration = Duration::from_secs(5);
/// How long the end may lie behind the end of the output before it is asked for again.
const GRACE: Duration = Duration::from_millis(500);

/// How many bytes of a line are kept.
const LINE: usize = 4096;

/// The last lines of the output, without secrets.
#[derive(Debug)]
pub(super) struct Tail<'a> {
    lines: VecDeque<String>,
    open: Vec<u8>,
    secrets: &'a Secrets,
    /// How many bytes more of a line are kept until it is cut: a secret that begins before its end is whole then.
    margin: usize,
}

impl<'a> Tail<'a> {
    pub(super) fn new(secrets: &'a Secrets) -> Self {
        // A character that is cut through becomes another of three bytes.
        let margin = secrets.texts().map(|text| text.len() + 3).max().unwrap_or_default();
        Tail { lines: VecDeque::new(), open: Vec::new(), secrets, margin }
    }

    fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            match byte {
                b'\n' | b'\r' => self.cut(),
                _ if self.open.len() < LINE + self.margin => self.open.push(*byte),
                _ => {}
            }
        }
    }

    fn cut(&mut self) {
        let is_cut = self.open.len() >= LINE + self.margin;
        let mut line = self.secrets.mask(&String::from_utf8_lossy(&std::mem::take(&mut self.open)));
        // What a secret's beginning may be, at the end of a line that goes on, goes with the margin.
        let kept = if is_cut { line.len().saturating_sub(self.margin) } else { line.len() };
        line.truncate(line.floor_char_boundary(kept.min(LINE)));
        if !line.trim().is_empty() {
            self.lines.push_back(line);
        }
        if self.lines.len() > TAIL {
            self.lines.pop_front();
        }
    }

    pub(super) fn finish(mut self) -> Vec<String> {
        self.cut();
        self.lines.into()
    }
}

impl Connection {
    /// Asks for the end of a container that has not been started yet. The answer comes when it has ended.
    pub(super) fn end_of(&self, id: &str, condition: &str) -> tokio::task::JoinHandle<Result<i64, EngineError>> {
        let docker = self.docker().clone();
        let (id, condition) = (id.to_owned(), condition.to_owned());
        tokio::spawn(async move {
            let options = WaitContainerOptionsBuilder::new().condition(&condition).build();
            let mut answers = Box::pin(docker.wait_container(&id, Some(options)));
            let doing = "waiting for the end of the step";
            match answers.next().await {
                Some(Ok(answer)) => Ok(answer.status_code),
                Some(Err(Client::DockerContainerWaitError { error, code })) if error.is_empty() => Ok(code),
                Some(Err(Client::DockerContainerWaitError { error, .. })) => {
                    Err(EngineError::Refused { doing: doing.to_owned(), status: 200, message: error })
                }
                Some(Err(error)) => Err(EngineError::from_client(doing, error)),
                None => Err(EngineError::Lost { doing: doing.to_owned(), source: "it was closed early".into() }),
            }
        })
    }

    /// Watches a container that has been started, until it has ended.
    pub(super) async fn watch(
        &self,
        id: &str,
        output: &mut Output,
        end: &mut tokio::task::JoinHandle<Result<i64, EngineError>>,
        watch: &Watch<'_>,
        tail: &mut Tail<'_>,
    ) -> Result<Ended, EngineError> {
        let began = Instant::now();
        let mut heard = began;
        let mut reported = false;
        let mut silent_since: Option<Instant> = None;
        let mut tick = interval(Duration::from_millis(50));
        let ended = loop {
            tokio::select! {
                code = &mut *end => break Ended::Code(joined(code)?),
                chunk = output.next(), if silent_since.is_none() => match chunk {
                    Some(Ok(chunk)) => {
                        (heard, reported) = (Instant::now(), false);
                        show(&chunk, watch.step, tail);
                    }
                    // An output that breaks off says nothing about the container: its end decides.
                    Some(Err(_)) | None => silent_since = Some(Instant::now()),
                },
                _ = tick.tick() => {
                    if self.interrupt().is_set() {
                        return Err(EngineError::Interrupted);
                    }
                    if let Some(limit) = watch.timeout.filter(|limit| began.elapsed() >= *limit) {
                        self.stop(id).await;
                        // The end comes now; if it does not, the removal of the container brings it.
                        let _ = timeout(SHORT, &mut *end).await;
                        break Ended::TimedOut(limit.as_secs());
                    }
                    if watch.idle.is_some_and(|limit| !reported && heard.elapsed() >= limit) {
                        reported = true;
                        self.report_silence(id, heard.elapsed(), watch).await;
                    }
                    if silent_since.is_some_and(|since| since.elapsed() >= GRACE) {
                        // It may have ended before the engine saw the question: asked again, it answers at once.
                        end.abort();
                        *end = self.end_of(id, "not-running");
                        silent_since = Some(Instant::now() + Duration::from_secs(3600));
                    }
                },
            }
        };
        let rest = async {
            while let Some(Ok(chunk)) = output.next().await {
                show(&chunk, watch.step, tail);
            }
        };
        if silent_since.is_none() {
            let _ = timeout(DRAIN, rest).await;
        }
        Ok(ended)
    }

    /// Stops a container: it is asked, and after ten seconds killed.
    async fn stop(&self, id: &str) {
        let options = StopContainerOptionsBuilder::new().t(10).build();
        let stopped = timeout(SHORT, self.docker().stop_container(id, Some(options))).await;
        if !matches!(stopped, Ok(Ok(()))) {
            let _ = timeout(SHORT, self.docker().kill_container(id, None)).await;
        }
    }

    async fn report_silence(&self, id: &str, silence: Duration, watch: &Watch<'_>) {
        let top = timeout(SHORT, self.docker().top_processes(id, None::<TopOptions>)).await;
        let programs = match top {
            Ok(Ok(top)) => idle::programs(&top.titles.unwrap_or_default(), &top.processes.unwrap_or_default()),
            _ => Vec::new(),
        };
        let mut text = format!("the step has written nothing for {} s", silence.as_secs());
        if !programs.is_empty() {
            text.push_str("; in its container run ");
            text.push_str(&programs.join(", "));
        }
        if let Some((reason, rule)) = idle::reason(&programs, watch.command) {
            text.push_str(&format!("; likely {reason} (wlint: {rule})"));
        }
        watch.progress.warn(&text);
    }
}

fn joined(code: Result<Result<i64, EngineError>, tokio::task::JoinError>) -> Result<i64, EngineError> {
    let doing = || "waiting for the end of the step".to_owned();
    code.unwrap_or_else(|error| Err(EngineError::Lost { doing: doing(), source: error.into() }))
}

fn show(chunk: &LogOutput, step: &progress::Step, tail: &mut Tail<'_>) {
    let (stream, message) = match chunk {
        LogOutput::StdErr { message } => (progress::Stream::Stderr, message),
        LogOutput::StdOut { message } | LogOutput::StdIn { message } | LogOutput::Console { message } => {
            (progress::Stream::Stdout, message)
        }
    };
    step.output(stream, message);
    tail.feed(message);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_lines_are_kept() {
        let secrets = Secrets::default();
        let mut tail = Tail::new(&secrets);
        for number in 0..30 {
            tail.feed(format!("line {number}\r\n").as_bytes());
        }
        tail.feed(b"open");
        let lines = tail.finish();
        assert_eq!((lines.len(), lines[0].as_str(), lines[19].as_str()), (20, "line 11", "open"));
    }

    #[test]
    fn a_secret_where_a_line_is_cut_keeps_no_beginning() {
        let secret = "correct-horse-battery-staple";
        let secrets = Secrets::default().hiding([secret.to_owned()]);
        for before in [0, LINE - secret.len(), LINE - 10, LINE - 1, LINE + 10, LINE + secret.len()] {
            // Also where secrets before it make the line shorter.
            for first in ["", secret, "ä"] {
                let mut tail = Tail::new(&secrets);
                tail.feed(format!("{first}{}{secret}{secret}x\n", "y".repeat(before)).as_bytes());
                let [line] = tail.finish().try_into().unwrap();
                assert!(
                    line.len() <= LINE && !line.contains('c'),
                    "{before}: {}",
                    &line[line.len().saturating_sub(60)..]
                );
            }
        }
        let mut tail = Tail::new(&secrets);
        tail.feed("ä".repeat(LINE).as_bytes());
        assert_eq!(tail.finish()[0].len(), LINE, "and a long line keeps its beginning");
    }
}
