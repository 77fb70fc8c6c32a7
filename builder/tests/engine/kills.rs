//! Builds that are killed at any moment, and an engine that is: the next build goes on, and nothing stays behind.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wbuild::engine::Pauses;

use crate::kit::{Kit, base_image, docker, engine_host, left_behind, run, step, step_with};
use crate::project::GUARD;

const STEPS: usize = 4;

/// Tells this program to be a build that may be killed, where it keeps its records, and what its steps write.
const AREA: &str = "WBUILD_TEST_AREA";
const SALT: &str = "WBUILD_TEST_SALT";

/// The build that is killed.
fn build_steps(area: &Path) {
    let salt = std::env::var(SALT).unwrap();
    let session = Kit::new().open_in(area, Pauses::default());
    let mut state = session.base(&base_image(), None).unwrap();
    for number in 0..STEPS {
        state = run(&session, &state, &step(&format!("echo {salt} > /{number}"))).unwrap().state;
    }
    println!("finished {}", state.image);
}

/// Starts the first test below in a process of its own, which then is that build.
fn spawn(area: &Path, salt: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kills::two_hundred_kills_leave_nothing_and_every_build_is_finished", "--nocapture"])
        .env(AREA, area)
        .env(SALT, salt)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Numbers that are the same in every run: a failure can be seen again.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[test]
fn two_hundred_kills_leave_nothing_and_every_build_is_finished() {
    if let Some(area) = std::env::var_os(AREA) {
        return build_steps(Path::new(&area));
    }
    std::thread::scope(|scope| {
        for worker in 0..4 {
            scope.spawn(move || kill_fifty_times(worker));
        }
    });
}

fn kill_fifty_times(worker: u64) {
    let kit = Kit::new();
    let area = kit.area.path();
    let mut numbers = Numbers(worker + 1);
    let (mut kills, mut round) = (0, 0);
    let salt = |round: usize| format!("kills-{worker}-{round}");
    while kills < 50 {
        let mut child = spawn(area, &salt(round));
        sleep(Duration::from_millis(20 + numbers.below(700)));
        match child.try_wait().unwrap() {
            // It was finished before: the next one has other steps.
            Some(status) => {
                assert!(status.success(), "worker {worker}, after {kills} kills");
                round += 1;
            }
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                kills += 1;
            }
        }
    }
    let output = spawn(area, &salt(round)).wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}");
    assert_eq!(left_behind(kit.area.path()), Vec::<String>::new(), "worker {worker}");
    // Its steps are all there, and are its own.
    let image = text.split_whitespace().skip_while(|word| *word != "finished").nth(1).unwrap().to_owned();
    let shown = docker(&["run", "--rm", "--network=none", &image, "cat", "/0", "/1", "/2", "/3"]);
    assert_eq!(shown.lines().collect::<Vec<_>>(), vec![salt(round); STEPS]);
}

#[test]
fn no_image_of_a_step_is_without_a_record() {
    let kit = Kit::new();
    assert!(spawn(kit.area.path(), "records").wait_with_output().unwrap().status.success());
    let records = std::fs::read_dir(kit.area.path().join("steps")).unwrap().flatten();
    let json = records.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "json"));
    assert_eq!(json.count(), STEPS);
}

/// An engine of its own, to be killed.
#[cfg(unix)]
struct OwnEngine {
    place: tempfile::TempDir,
    daemon: Option<Child>,
}

#[cfg(unix)]
impl OwnEngine {
    fn new() -> Self {
        let place = tempfile::Builder::new().prefix("wbuild-own-").tempdir_in("/tmp").unwrap();
        let mut engine = OwnEngine { place, daemon: None };
        engine.start();
        engine
    }

    fn host(&self) -> String {
        format!("unix://{}/docker.sock", self.place.path().display())
    }

    fn start(&mut self) {
        let place = self.place.path();
        let log = std::fs::File::options().create(true).append(true).open(place.join("log")).unwrap();
        let daemon = Command::new("dockerd")
            .arg("--data-root")
            .arg(place.join("data"))
            .arg("--exec-root")
            .arg(place.join("exec"))
            .arg("--pidfile")
            .arg(place.join("pid"))
            .args(["--host", &self.host(), "--iptables=false", "--bridge=none"])
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.daemon = Some(daemon);
        let began = Instant::now();
        while began.elapsed() < GUARD {
            if self.docker(&["version"]).status.success() {
                return;
            }
            sleep(Duration::from_millis(100));
        }
        panic!("the engine does not start: {}", std::fs::read_to_string(place.join("log")).unwrap());
    }

    fn kill(&mut self) {
        let mut daemon = self.daemon.take().unwrap();
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        // Its containerd dies with it. Where nobody reaps orphans, the pid file would make the next one wait for it.
        for stale in ["pid", "exec/containerd/containerd.pid"] {
            let _ = std::fs::remove_file(self.place.path().join(stale));
        }
    }

    fn docker(&self, arguments: &[&str]) -> std::process::Output {
        Command::new("docker").env("DOCKER_HOST", self.host()).args(arguments).output().unwrap()
    }
}

#[cfg(unix)]
impl Drop for OwnEngine {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            // Asked to end, it ends its containers and its containerd; killed, it would leave them.
            let _ = Command::new("kill").arg(daemon.id().to_string()).status();
            let _ = daemon.wait();
        }
    }
}

#[cfg(unix)]
#[test]
fn an_engine_that_is_killed_in_the_middle_of_a_step_and_restarted_finishes_it() {
    let mut engine = OwnEngine::new();
    let saved =
        Command::new("docker").env("DOCKER_HOST", engine_host()).args(["save", &base_image()]).output().unwrap();
    let image = engine.place.path().join("base.tar");
    std::fs::write(&image, saved.stdout).unwrap();
    assert!(engine.docker(&["load", "-i", image.to_str().unwrap()]).status.success());
    let mut kit = Kit::new();
    kit.host = engine.host();
    let area = kit.area.path().to_owned();
    let log = kit.log.clone();
    let builder = std::thread::spawn(move || {
        let session = kit.open_in(&area, Pauses { backoff: vec![Duration::from_secs(1); 600], busy: Duration::ZERO });
        let base = session.base(&base_image(), None).unwrap();
        // It waits for a word that comes after the restart, whichever container it runs in then: the first may outlive
        // its engine.
        let command = "echo begun; while ! test -e /c/go; do sleep 0.1; done; echo done > /done";
        run(&session, &base, &step_with(command, &["type=cache,target=/c"])).map(|ran| (ran.cached, kit))
    });
    while !log.text().contains("| begun") {
        assert!(!builder.is_finished(), "the step did not begin: {}", log.text());
        sleep(Duration::from_millis(50));
    }
    engine.kill();
    engine.start();
    let volumes = std::fs::read_dir(engine.place.path().join("data/volumes")).unwrap().flatten();
    let cache = volumes.filter(|volume| volume.file_name().to_string_lossy().starts_with("wbuild-cache-"));
    let cache: Vec<_> = cache.map(|volume| volume.path().join("_data/go")).collect();
    assert_eq!(cache.len(), 1, "{cache:?}");
    std::fs::write(&cache[0], "").unwrap();
    let (cached, kit) = builder.join().unwrap().unwrap();
    assert!(!cached, "{}", log.text());
    let left = engine.docker(&["ps", "-aq"]);
    assert_eq!(String::from_utf8_lossy(&left.stdout), "");
    drop(kit);
}
