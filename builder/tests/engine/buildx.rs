//! The hand-over to a real `docker buildx build`: what is asked for arrives, and what BuildKit says comes back.
//!
//! A suite of its own, since Debian's client has no buildx: `BUILDX=PLUGIN tests/real/engine.sh` runs it. Without buildx
//! every test here fails.

#![allow(clippy::needless_pass_by_value, reason = "the value of a header is written as it is at hand")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it is")]

#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
#[path = "../registry/http.rs"]
mod http;
#[allow(dead_code, reason = "the suite of the engine uses all of it")]
mod kit;
#[allow(dead_code, reason = "the suite of the engine uses all of it")]
mod project;
#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
#[path = "../registry/server.rs"]
mod server;

use std::process::Output;

use kit::{base_image, docker, engine_host};
use project::{Project, repository, sh, text};

const SECRET: &str = "correct-horse-battery-staple";

fn build(project: &Project, arguments: &[&str]) -> Output {
    let arguments = [&["--engine", "buildkit", "--store", "store"][..], arguments].concat();
    project.plain(&engine_host(), &arguments).env("T", SECRET).output().unwrap()
}

/// Steps on the engine's own base, which BuildKit finds there as wbuild does. The engine of the script has no network.
fn dockerfile(rest: &str) -> String {
    format!("FROM --platform=linux/amd64 {} AS app\n{rest}", base_image())
}

fn name(what: &str) -> String {
    format!("wbuild-test-{what}-{}:1", std::process::id())
}

#[test]
fn names_platform_arguments_target_and_secret_arrive() {
    let project = Project::new(&dockerfile(&format!(
        "ARG V=none\nRUN --network=none {}\nRUN --network=none --mount=type=secret,id=t,env=T {}\nLABEL own=yes\nFROM app AS other\nRUN --network=none {}\n",
        sh("echo $V > /v"),
        sh("test -n \"$T\" && echo ok > /ok"),
        sh("exit 1"),
    )));
    let (one, two) = (name("buildx-a"), name("buildx-b"));
    let output = build(
        &project,
        &[
            "-t",
            &one,
            "-t",
            &two,
            "--build-arg",
            "V=7",
            "--target",
            "app",
            "--secret",
            "id=t,env=T",
            "-o",
            "engine",
            "--metadata-file",
            "built.json",
        ],
    );
    assert!(output.status.success(), "{}", text(&output));
    assert!(!text(&output).contains(SECRET));
    for name in [&one, &two] {
        let shown = docker(&["image", "inspect", "-f", "{{.Os}}/{{.Architecture}} {{json .Config.Labels}}", name]);
        assert_eq!(shown, "linux/amd64 {\"own\":\"yes\"}");
    }
    assert_eq!(project::run(&one, &["cat", "/v", "/ok"]), "7\nok");
    assert!(!docker(&["history", "--no-trunc", &one]).contains(SECRET));
    let built: serde_json::Value = serde_json::from_slice(&std::fs::read(project.path("built.json")).unwrap()).unwrap();
    assert!(built["containerimage.digest"].as_str().is_some_and(|digest| digest.starts_with("sha256:")), "{built}");
    docker(&["rmi", "-f", &one, &two]);
}

#[test]
fn labels_of_the_commit_arrive() {
    let project = Project::new(&dockerfile(&format!("RUN --network=none {}\n", sh("echo one > /one"))));
    let git = |words: &[&str]| {
        let identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "init.defaultBranch=main"];
        let mut git = std::process::Command::new("git");
        assert!(git.current_dir(project.path("context")).args(identity).args(words).output().unwrap().status.success());
    };
    [&["init", "-q"][..], &["add", "-A"], &["commit", "-qm", "feat: a"], &["tag", "-am", "r", "v1.2.3"]]
        .into_iter()
        .for_each(git);
    let repository = format!("wbuild-test-labels-{}", std::process::id());
    let output = build(&project, &["-t", &repository, "--tags", "auto", "-o", "engine"]);
    assert!(output.status.success(), "{}", text(&output));
    let version = "{{index .Config.Labels \"org.opencontainers.image.version\"}}";
    for tag in ["1.2.3", "1.2", "1", "latest"] {
        let name = format!("{repository}:{tag}");
        assert_eq!(docker(&["image", "inspect", "-f", version, &name]), "1.2.3");
        docker(&["rmi", &name]);
    }
}

#[test]
fn a_cache_in_a_registry_is_written_and_read() {
    // The classic image store has no exporter for caches but the one inside the image.
    let is_containerd = docker(&["info", "-f", "{{json .DriverStatus}}"]).contains("io.containerd.snapshotter");
    let project = Project::new(&dockerfile(&format!("RUN --network=none {}\n", sh("echo slow > /slow"))));
    let (cache, image) = (repository("buildx-cache"), format!("{}:1", repository("buildx-image")));
    let (to, from) = if is_containerd { (cache.as_str(), cache.as_str()) } else { ("type=inline", image.as_str()) };
    let first = build(&project, &["-t", &image, "--push", "--cache-to", to]);
    assert!(first.status.success(), "{}", text(&first));
    docker(&["builder", "prune", "--all", "--force"]);
    let second = build(&project, &["-t", &image, "--push", "--cache-from", from]);
    assert!(second.status.success() && text(&second).contains("CACHED"), "{}", text(&second));
}

#[test]
fn a_failed_step_ends_with_3_and_what_buildkit_says_of_it() {
    let project = Project::new(&dockerfile("RUN --network=none echo broken; exit 9\n"));
    let output = build(&project, &["-o", "engine", "-t", &name("buildx-fails")]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    for part in ["broken", "exit code: 9", "docker buildx build ended with"] {
        assert!(text(&output).contains(part), "{part}: {}", text(&output));
    }
}
