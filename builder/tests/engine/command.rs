//! `wbuild build` on the engine, from the outside.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use tempfile::TempDir;

use crate::kit::{base_image, docker, engine_host};

const SECRET: &str = "correct-horse-battery-staple";

/// A context with a Dockerfile, and the base image under the name `base`.
struct Project {
    folder: TempDir,
}

impl Project {
    fn new(dockerfile: &str) -> Self {
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

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path("context").join(name), text).unwrap();
    }

    fn command(&self, host: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wbuild"));
        command
            .current_dir(self.folder.path())
            .env("DOCKER_HOST", host)
            .env_remove("SOURCE_DATE_EPOCH")
            .args(["build", "context", "--build-context", "base=docker-archive:base.tar", "--progress", "plain"])
            .args(arguments);
        command
    }

    fn build(&self, arguments: &[&str]) -> Output {
        self.command(&engine_host(), arguments).output().unwrap()
    }
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn digest(output: &Output) -> String {
    assert!(output.status.success(), "{}", text(output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn cache(name: &str) -> String {
    let registry = std::env::var("WBUILD_TEST_REGISTRY").expect("tests/real/engine.sh starts a registry");
    format!("{registry}/{name}-{}", std::process::id())
}

const NO_ENGINE: &str = "tcp://127.0.0.1:9";

#[test]
fn a_build_without_an_engine_takes_the_same_image_from_a_cache() {
    let project = Project::new(
        "FROM base\nENV A=b\nRUN echo one > /one && echo $A\nCOPY app.txt /app/\nRUN cat /one /app/app.txt > /two\n\
         RUN true\nLABEL x=y\nCMD [\"sleep\", \"60\"]\n",
    );
    let cache = cache("round-trip");
    let with_engine = project.build(&["--engine", "docker", "--store", "one", "--cache-to", &cache, "-o", "oci:out1"]);
    let built = digest(&with_engine);
    // Another machine: an empty store and no engine.
    let arguments = ["--engine", "offline", "--store", "two", "--cache-from", &cache, "-o", "oci:out2"];
    let taken = project.command(NO_ENGINE, &arguments).output().unwrap();
    assert_eq!(digest(&taken), built);
    assert_eq!(files(&project.path("out1")), files(&project.path("out2")));
    // What the cache does not have is named.
    project.write("Dockerfile", "FROM base\nRUN echo other\n");
    let missing = project.command(NO_ENGINE, &arguments).output().unwrap();
    assert_eq!(missing.status.code(), Some(6));
    assert!(text(&missing).contains("context/Dockerfile:2: this step is not in"), "{}", text(&missing));
    // New files on the same installs: only they are new.
    project.write("Dockerfile", "FROM base\nENV A=b\nRUN echo one > /one && echo $A\nCOPY app.txt /elsewhere/\n");
    let changed = project.command(NO_ENGINE, &arguments).output().unwrap();
    assert!(changed.status.success(), "{}", text(&changed));
}

/// The blobs of a layout.
fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder.join("blobs/sha256")).unwrap().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn a_build_that_is_stopped_leaves_nothing_and_goes_on() {
    let project = Project::new("FROM base\nRUN echo one > /one\nRUN sleep 20 && echo two > /two\n");
    let arguments = ["--engine", "docker", "--store", "store", "-t", "stopped:1", "-o", "engine"];
    let child = project.command(&engine_host(), &arguments).stderr(Stdio::piped()).spawn().unwrap();
    let mut build = String::new();
    for _ in 0..400 {
        build = mine(&project).first().cloned().unwrap_or_default();
        if !build.is_empty() && records(&project) == 1 && !docker(&["ps", "-q", "--filter", &build]).is_empty() {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    // The second step is under way.
    assert!(!docker(&["ps", "-q", "--filter", &build]).is_empty());
    stop(&child);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130), "{}", text(&output));
    assert!(text(&output).contains("goes on from the last finished step"), "{}", text(&output));
    assert_eq!(docker(&["ps", "-aq", "--filter", &build]), "");
    project.write("Dockerfile", "FROM base\nRUN echo one > /one\nRUN echo two > /two\n");
    let again = project.build(&arguments);
    assert!(text(&again).contains("RUN echo one > /one\n#1 cached"), "{}", text(&again));
    assert_eq!(docker(&["run", "--rm", "--network=none", "stopped:1", "cat", "/one", "/two"]), "one\ntwo");
    docker(&["rmi", "-f", "stopped:1"]);
}

/// What tells this project's containers from those of the tests beside it.
fn mine(project: &Project) -> Vec<String> {
    let leases = walk(&project.path("store"))
        .into_iter()
        .filter(|path| path.parent().is_some_and(|folder| folder.ends_with("leases")));
    leases.map(|path| format!("label=dev.wbuild.build={}", path.file_name().unwrap().to_string_lossy())).collect()
}

fn records(project: &Project) -> usize {
    let folders = walk(&project.path("store"));
    folders
        .iter()
        .filter(|path| path.extension().is_some_and(|end| end == "json") && path.to_string_lossy().contains("engine"))
        .count()
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.flat_map(|entry| if entry.path().is_dir() { walk(&entry.path()) } else { vec![entry.path()] }).collect()
}

fn stop(child: &std::process::Child) {
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn a_secret_is_in_no_output_trace_store_or_cache() {
    let project = Project::new(
        "FROM base\nRUN --mount=type=secret,id=token,env=TOKEN echo got $TOKEN && test -n \"$TOKEN\" && echo ok > /ok\n",
    );
    let cache = cache("secret");
    let arguments = [
        "-vv",
        "--engine",
        "docker",
        "--store",
        "store",
        "--cache-to",
        &cache,
        "--secret",
        "id=token,env=THE_TOKEN",
        "-o",
        "oci:out",
    ];
    let output = project.command(&engine_host(), &arguments).env("THE_TOKEN", SECRET).output().unwrap();
    digest(&output);
    assert!(text(&output).contains("got ***"), "{}", text(&output));
    assert!(!text(&output).contains(SECRET), "{}", text(&output));
    for path in walk(project.folder.path()) {
        let bytes = unpacked(&std::fs::read(&path).unwrap());
        assert!(!holds(&bytes, SECRET.as_bytes()), "{}", path.display());
    }
    // The cache, as a build elsewhere gets it.
    let taken = ["--engine", "offline", "--store", "other", "--cache-from", &cache, "-o", "oci:out2"];
    digest(&project.command(NO_ENGINE, &taken).output().unwrap());
    for path in walk(&project.path("other")) {
        assert!(!holds(&unpacked(&std::fs::read(&path).unwrap()), SECRET.as_bytes()), "{}", path.display());
    }
}

/// The bytes, uncompressed where they are a layer.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut out = Vec::new();
    let (_, mut reader) = wbuild::layer::decode::decode(bytes).unwrap();
    match reader.read_to_end(&mut out) {
        Ok(_) => out,
        Err(_) => bytes.to_vec(),
    }
}

fn holds(bytes: &[u8], value: &[u8]) -> bool {
    bytes.windows(value.len()).any(|window| window == value)
}

#[test]
fn an_image_that_does_not_work_goes_nowhere() {
    let project = Project::new(
        "FROM base\nRUN echo a > /a\nHEALTHCHECK --interval=1s --retries=1 CMD test -e /never\nCMD [\"sleep\", \"60\"]\n",
    );
    let name = format!("{}:1.0.0", cache("unhealthy"));
    let arguments =
        ["--engine", "docker", "--store", "store", "-t", &name, "--push", "--verify", "--verify-timeout", "3s"];
    let output = project.build(&arguments);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(text(&output).contains("was not healthy in 3 s"), "{}", text(&output));
    project.write(
        "Dockerfile",
        "FROM base\nRUN echo a > /a\nHEALTHCHECK --interval=1s --retries=1 CMD test -e /a\nCMD [\"sleep\", \"60\"]\n",
    );
    let output = project.build(&arguments);
    // Nothing was pushed before: the release is new.
    assert!(output.status.success() && text(&output).contains("pushed"), "{}", text(&output));
}

#[test]
fn a_step_that_fails_is_told_with_its_line_and_code() {
    let project = Project::new("FROM base\nRUN echo fine\n# wbuild: retries=1\nRUN exit 42\n");
    let output = project.build(&["--engine", "docker", "--store", "store", "-o", "oci:out"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(
        text(&output).contains("context/Dockerfile:4: RUN exit 42: ended with 42, tried 2 times"),
        "{}",
        text(&output)
    );
    let output = project.build(&["--engine", "docker", "--store", "store", "--ok-exit", "42", "-o", "oci:out"]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn buildkit_gets_the_planned_dockerfile_and_all_options() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = Project::new("FROM --platform=linux/amd64 base\nRUN echo one\n");
    let bin = project.path("bin");
    std::fs::create_dir(&bin).unwrap();
    // In place of the client: it says what it was given.
    let client = bin.join("docker");
    std::fs::write(&client, "#!/bin/sh\necho \"$@\"\ncat\n").unwrap();
    std::fs::set_permissions(&client, std::fs::Permissions::from_mode(0o755)).unwrap();
    let arguments =
        ["--engine", "buildkit", "-t", "r.example/app:1", "--cache-from", "r.example/cache", "--secret", "id=t,env=T"];
    let path = format!("{}:/usr/bin:/bin", bin.display());
    let output = project.command(NO_ENGINE, &arguments).env("PATH", path).env("T", SECRET).output().unwrap();
    let text = text(&output);
    assert!(output.status.success(), "{text}");
    for part in [
        "buildx build --file - --platform linux/amd64",
        "--tag r.example/app:1",
        "--cache-from type=registry,ref=r.example/cache",
        "--secret id=t,env=T",
        "RUN echo one",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains(SECRET));
}
