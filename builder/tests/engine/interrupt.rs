//! Builds that the user ends: at once where nothing has to be put away, else with nothing left behind.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::json;
use wbuild::image::Digest;

use crate::http::{Head, listen};
use crate::kit::{docker, engine_host};
use crate::project::{Followed, Project, run, sh, text};

#[test]
fn a_build_that_is_stopped_leaves_nothing_and_goes_on() {
    let wait = sh("echo waiting; sleep $WAIT; echo two > /two");
    let project = Project::new(&format!("FROM base\nRUN {}\nARG WAIT=0\nRUN {wait}\n", sh("echo one > /one")));
    let name = format!("wbuild-test-stopped-{}:1", std::process::id());
    let arguments = ["--engine", "docker", "--store", "store", "-t", &name, "-o", "engine"];
    let waiting = [&arguments[..], &["--build-arg", "WAIT=3600"]].concat();
    let mut build = Followed::start(&mut project.command(&engine_host(), &waiting));
    // The second step is under way.
    build.wait_for(|said| said.contains("| waiting\n"));
    assert_ne!(docker(&["ps", "-q", "--filter", &project.filter()]), "");
    let (code, said) = build.interrupt();
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("goes on from the last finished step"), "{said}");
    assert_eq!(docker(&["ps", "-aq", "--filter", &project.filter()]), "");
    let again = project.build(&arguments);
    assert!(text(&again).contains(&format!("RUN {}\n#1 cached", sh("echo one > /one"))), "{}", text(&again));
    assert_eq!(run(&name, &["cat", "/one", "/two"]), "one\ntwo");
    docker(&["rmi", "-f", &name]);
}

/// A registry with one image, whose layer never comes. It says when that is asked for.
fn registry(asked: Arc<AtomicBool>) -> String {
    let config = json!({"os": "linux", "architecture": "amd64", "config": {},
        "rootfs": {"type": "layers", "diff_ids": [Digest::of(b"layer")]}})
    .to_string();
    let config_digest = Digest::of(config.as_bytes());
    let manifest = json!({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": config_digest,
            "size": config.len()},
        "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": Digest::of(b"layer"), "size": 5}]})
    .to_string();
    // What is never answered is kept open.
    let open = Mutex::new(Vec::new());
    let address = listen(move |mut connection| {
        while let Some(head) = Head::read(&mut connection.reader)? {
            let (method, path, _) = head.request();
            let (kind, body) = if path.contains("/manifests/") {
                ("application/vnd.oci.image.manifest.v1+json", manifest.as_str())
            } else if path.ends_with(config_digest.as_str()) {
                ("application/octet-stream", config.as_str())
            } else {
                asked.store(true, Ordering::SeqCst);
                open.lock().unwrap().push(connection);
                return Ok(());
            };
            let digest = Digest::of(body.as_bytes()).to_string();
            let answer = Head::status(200).with("Content-Type", kind).with("Docker-Content-Digest", digest);
            let sent = if method == "HEAD" { "" } else { body };
            connection.answer(answer.with("Content-Length", body.len()), sent.as_bytes())?;
        }
        Ok(())
    });
    format!("{address}/base:1")
}

#[test]
fn a_pull_is_ended_by_the_first_signal() {
    let asked = Arc::new(AtomicBool::new(false));
    let base = registry(Arc::clone(&asked));
    let project = Project::new(&format!("FROM {base}\nRUN {}\n", sh("echo one > /one")));
    let mut build = Followed::start(&mut project.plain(&engine_host(), &["--engine", "docker", "--store", "store"]));
    build.wait_for(|_| asked.load(Ordering::SeqCst));
    let (code, said) = build.interrupt();
    assert_eq!(code, Some(130), "{said}");
    assert!(said.contains("stopped by the user"), "{said}");
}
