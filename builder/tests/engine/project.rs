//! A project on disk that `wbuild build` is called on, as a user does. Its steps are in the exec form, since only that
//! form means the same on both systems.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::kit::{base_image, docker, engine_host};
use crate::server::{Door, Server};

/// An address that no engine listens on.
pub const NO_ENGINE: &str = "tcp://127.0.0.1:9";

/// A guard against a test that waits for ever, not a measure of how long anything takes.
pub const GUARD: Duration = Duration::from_secs(600);

/// A context with a Dockerfile, and the base image under the name `base`.
pub struct Project {
    pub folder: TempDir,
}

impl Project {
    pub fn new(dockerfile: &str) -> Self {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("context")).unwrap();
        let project = Project { folder };
        project.write("Dockerfile", dockerfile);
        project.write("app.txt", "hello\n");
        let saved =
            Command::new("docker").env("DOCKER_HOST", engine_host()).args(["save", &base_image()]).output().unwrap();
        std::fs::write(project.path("base.tar"), saved.stdout).unwrap();
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path("context").join(name), text).unwrap();
    }

    /// The command without a base of its own.
    pub fn plain(&self, host: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wbuild"));
        command
            .current_dir(self.folder.path())
            .env("DOCKER_HOST", host)
            .env_remove("SOURCE_DATE_EPOCH")
            .args(["build", "context", "--progress", "plain"])
            .args(arguments);
        command
    }

    pub fn command(&self, host: &str, arguments: &[&str]) -> Command {
        let mut command = self.plain(host, arguments);
        command.args(["--build-context", "base=docker-archive:base.tar"]);
        command
    }

    pub fn build(&self, arguments: &[&str]) -> Output {
        self.command(&engine_host(), arguments).output().unwrap()
    }

    /// What tells this project's containers from those of the tests beside it.
    pub fn filter(&self) -> String {
        let id = std::fs::read_to_string(self.path("store/.wbuild/engine/id")).unwrap_or_default();
        format!("label=dev.wbuild.store={id}")
    }
}

/// A build under way, whose output is followed.
pub struct Followed {
    child: Child,
    said: Arc<Mutex<String>>,
    readers: Vec<JoinHandle<()>>,
}

impl Followed {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = Arc::<Mutex<String>>::default();
        let pipes: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        let readers = pipes.map(|pipe| {
            let said = Arc::clone(&said);
            std::thread::spawn(move || {
                for line in BufReader::new(pipe).lines().map_while(Result::ok) {
                    said.lock().unwrap().push_str(&format!("{line}\n"));
                }
            })
        });
        Followed { child, said, readers: readers.into() }
    }

    pub fn said(&self) -> String {
        self.said.lock().unwrap().clone()
    }

    /// Waits for something that happens while it is under way.
    pub fn wait_for(&mut self, what: impl Fn(&str) -> bool) {
        let began = Instant::now();
        while !what(&self.said()) {
            assert!(self.child.try_wait().unwrap().is_none(), "it ended before: {}", self.said());
            assert!(began.elapsed() < GUARD, "what was waited for did not come: {}", self.said());
            sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as a terminal's Ctrl-C does; gives its code and all that it said.
    #[cfg(unix)]
    pub fn interrupt(mut self) -> (Option<i32>, String) {
        assert!(Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        self.readers.drain(..).for_each(|reader| reader.join().unwrap());
        (status.code(), self.said())
    }
}

/// A step of this command, for the shell that the base has on both systems.
pub fn sh(command: &str) -> String {
    serde_json::to_string(&["sh", "-c", command]).unwrap()
}

pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

pub fn digest(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// A repository for this test: on the registry that `tests/real/engine.sh` starts, else on one in this process.
pub fn repository(name: &str) -> String {
    static OWN: OnceLock<Server> = OnceLock::new();
    let registry = std::env::var("WBUILD_TEST_REGISTRY")
        .unwrap_or_else(|_| OWN.get_or_init(|| Server::start(Door::Open)).address.to_string());
    format!("{registry}/{name}-{}", std::process::id())
}

/// The files below a folder.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }).collect()
}

/// What an image of the engine prints.
pub fn run(image: &str, command: &[&str]) -> String {
    let words = ["run", "--rm", "--network=none", image];
    docker(&[&words[..], command].concat())
}
