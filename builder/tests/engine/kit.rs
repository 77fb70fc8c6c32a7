//! What the suite builds with: an engine, a base image made on the spot, and steps as a plan has them.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use wbuild::engine::{
    Call, Change, EngineError, Interrupt, Options, Pauses, Ran, Secrets, Session, Settings, State, Surroundings,
};
use wbuild::image::{Digest, ImageConfig};
use wbuild::plan::{self, Action, Key, Origin, Place, Policy, StepState};
use wbuild::progress::{Grouping, Progress, Style};

/// Where the engine is: `tests/real/engine.sh` says it.
pub fn engine_host() -> String {
    std::env::var("WBUILD_TEST_ENGINE").unwrap_or_else(|_| {
        panic!("this suite wants a Docker Engine: tests/real/engine.sh starts one and runs it, as .ci/run does")
    })
}

/// The base image: made by `tests/real/engine.sh` from a static busybox, or one of Windows.
pub fn base_image() -> String {
    std::env::var("WBUILD_TEST_BASE").unwrap_or_else(|_| "wbuild-test-base:1".to_owned())
}

/// Runs the docker client against the suite's engine.
pub fn docker(arguments: &[&str]) -> String {
    try_docker(arguments).unwrap_or_else(|error| panic!("docker {arguments:?}: {error}"))
}

/// The same, where it may fail: then what the client says.
pub fn try_docker(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("docker").env("DOCKER_HOST", engine_host()).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

/// A build on the suite's engine with an area of its own.
pub struct Kit {
    pub area: TempDir,
    pub settings: Settings,
    pub secrets: Secrets,
    pub interrupt: Interrupt,
    pub host: String,
    pub log: Log,
}

/// What was shown.
#[derive(Clone, Default)]
pub struct Log(std::sync::Arc<std::sync::Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

impl Kit {
    pub fn new() -> Self {
        Kit {
            area: TempDir::new().unwrap(),
            settings: Settings::default(),
            secrets: Secrets::default(),
            interrupt: Interrupt::default(),
            host: engine_host(),
            log: Log::default(),
        }
    }

    /// A session in the kit's area, with pauses that a test can wait for.
    pub fn open(&self) -> Session {
        let short = Duration::from_millis(30);
        self.open_in(self.area.path(), Pauses { backoff: vec![short; 4], busy: short })
    }

    pub fn open_in(&self, area: &Path, pauses: Pauses) -> Session {
        self.try_open(&[("DOCKER_HOST", &self.host)], area, pauses).unwrap()
    }

    /// A session with the engine that these variables name.
    pub fn try_open(&self, variables: &[(&str, &str)], area: &Path, pauses: Pauses) -> Result<Session, EngineError> {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let around = Surroundings { variable: &value, home: None };
        let options = Options {
            settings: self.settings.clone(),
            secrets: self.secrets.clone(),
            area: area.to_owned(),
            pauses,
            interrupt: self.interrupt.clone(),
        };
        let progress = Progress::to_writer(Style::Plain, Grouping::None, self.log.clone());
        Session::open(&around, options, &progress)
    }
}

/// A secret from a value.
pub fn secret(id: &str, value: &str) -> Secrets {
    Secrets::read(&[format!("id={id},env=X").parse().unwrap()], &|_| Some(value.to_owned())).unwrap()
}

/// A `RUN` of this command, whose key is over the parent's and its own text.
pub fn step(command: &str) -> plan::Step {
    plan::Step {
        origin: Origin::File { instruction: 1, lines: (2, 2), spans: Vec::new() },
        text: format!("RUN {command}"),
        unit: None,
        action: Action::Run { command: form(command), mounts: Vec::new(), flags: Vec::new() },
        state: StepState {
            shell: shell(),
            user: String::new(),
            workdir: if cfg!(windows) { "C:\\".to_owned() } else { "/".to_owned() },
            env: wbuild::plan::Variables::default(),
            args: wbuild::plan::Variables::default(),
            machine: plan::Machine::default(),
        },
        place: Place::Engine("it runs a program".to_owned()),
        key: Key { digest: Digest::of(command.as_bytes()), complete: true },
        policy: Policy::default(),
    }
}

/// The same, with mounts.
pub fn step_with(command: &str, mounts: &[&str]) -> plan::Step {
    let mut step = step(command);
    if let Action::Run { mounts: own, .. } = &mut step.action {
        *own = mounts.iter().map(|mount| (*mount).to_owned()).collect();
    }
    step
}

fn shell() -> Vec<String> {
    ["sh", "-c"].map(str::to_owned).to_vec()
}

/// A command for the shell of the base, which has one on both systems. On Windows a shell form would be one line, whose
/// quotes only cmd and PowerShell need not have.
fn form(command: &str) -> plan::Command {
    match cfg!(windows) {
        true => plan::Command::Exec(shell().into_iter().chain([command.to_owned()]).collect()),
        false => plan::Command::Shell(command.to_owned()),
    }
}

/// What a step makes of the config: nothing but its history.
pub fn change(parent: &ImageConfig, text: &str) -> Change {
    Change {
        config: parent.config.clone(),
        author: None,
        history: vec![text.to_owned()],
        created: "2026-01-01T00:00:00Z".to_owned(),
    }
}

/// Carries out a step on a state.
pub fn run(session: &Session, parent: &State, step: &plan::Step) -> Result<Ran, EngineError> {
    let change = change(&parent.config, &step.text);
    session.run(parent, &Call { step, place: "Dockerfile:2", change: &change, domains: &[] })
}

/// What the engine still has of ours: containers, and images of the build that nobody took over.
pub fn left_behind(session_area: &Path) -> Vec<String> {
    let store = std::fs::read_to_string(session_area.join("id")).unwrap();
    let filter = format!("label=dev.wbuild.store={store}");
    let containers = docker(&["ps", "-aq", "--filter", &filter]);
    let images = docker(&["images", "-aq", "--no-trunc", "--filter", &filter]);
    // Where images are containerd's, those of finished steps keep the label of their containers.
    let records = std::fs::read_dir(session_area.join("steps")).into_iter().flatten().flatten();
    let recorded: String = records.filter_map(|record| std::fs::read_to_string(record.path()).ok()).collect();
    let is_left = |image: &&str| !recorded.contains(*image);
    containers.lines().chain(images.lines().filter(is_left)).map(str::to_owned).collect()
}

/// Does something once the log says that, from another thread.
pub fn when_said(log: &Log, words: &'static str, then: impl FnOnce() + Send + 'static) {
    let log = log.clone();
    std::thread::spawn(move || {
        let began = std::time::Instant::now();
        while !log.text().contains(words) && began.elapsed() < crate::project::GUARD {
            std::thread::sleep(Duration::from_millis(20));
        }
        then();
    });
}
