//! Groups that a CI service folds: the lines of one step stand together, also when steps run side by side.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

/// How a CI service is told that lines belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grouping {
    /// Not at all.
    #[default]
    None,
    /// GitHub Actions.
    GitHub,
    /// Azure Pipelines.
    Azure,
    /// GitLab CI.
    GitLab,
}

impl Grouping {
    /// The service that this environment belongs to.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        let is_set = |name| variable(name).is_some_and(|value| !value.is_empty() && value != "false");
        match () {
            () if is_set("GITHUB_ACTIONS") => Grouping::GitHub,
            () if is_set("TF_BUILD") => Grouping::Azure,
            () if is_set("GITLAB_CI") => Grouping::GitLab,
            () => Grouping::None,
        }
    }

    fn open(self, id: u64, name: &str) -> String {
        match self {
            Grouping::None => String::new(),
            Grouping::GitHub => format!("::group::{name}\n"),
            Grouping::Azure => format!("##[group]{name}\n"),
            Grouping::GitLab => {
                format!("\x1b[0Ksection_start:{}:wbuild_{id}[collapsed=true]\r\x1b[0K{name}\n", unix_time())
            }
        }
    }

    fn close(self, id: u64) -> String {
        match self {
            Grouping::None => String::new(),
            Grouping::GitHub => "::endgroup::\n".to_owned(),
            Grouping::Azure => "##[endgroup]\n".to_owned(),
            Grouping::GitLab => format!("\x1b[0Ksection_end:{}:wbuild_{id}\r\x1b[0K\n", unix_time()),
        }
    }
}

fn unix_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

/// The steps under way. One writes as it goes; the lines of the others wait until it has ended.
#[derive(Debug, Default)]
pub(super) struct Groups {
    grouping: Grouping,
    live: Option<u64>,
    waiting: BTreeMap<u64, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    lines: String,
    ended: bool,
}

impl Groups {
    pub(super) fn new(grouping: Grouping) -> Self {
        Groups { grouping, ..Groups::default() }
    }

    /// What is written now that a step begins.
    pub(super) fn start(&mut self, id: u64, name: &str) -> String {
        let head = self.grouping.open(id, name);
        if self.live.is_none() {
            self.live = Some(id);
            return head;
        }
        self.waiting.insert(id, Waiting { lines: head, ended: false });
        String::new()
    }

    /// What is written of a step's line.
    pub(super) fn line(&mut self, id: u64, line: &str) -> String {
        let line = format!("{line}\n");
        match self.waiting.get_mut(&id) {
            Some(waiting) => {
                waiting.lines.push_str(&line);
                String::new()
            }
            None => line,
        }
    }

    /// What is written now that a step has ended: its last line stands below its group, to be seen when that is folded.
    pub(super) fn end(&mut self, id: u64, line: &str) -> String {
        let last = format!("{}{line}\n", self.grouping.close(id));
        if let Some(waiting) = self.waiting.get_mut(&id) {
            waiting.lines.push_str(&last);
            waiting.ended = true;
            return String::new();
        }
        let mut out = last;
        self.live = None;
        self.waiting.retain(|_, waiting| {
            if waiting.ended {
                out.push_str(&waiting.lines);
            }
            !waiting.ended
        });
        if let Some((id, waiting)) = self.waiting.pop_first() {
            out.push_str(&waiting.lines);
            self.live = Some(id);
        }
        out
    }
}
