//! Engines that are reached otherwise than by a socket: over TCP with TLS, and by the docker client's contexts.
//!
//! `tests/real/engine.sh` makes the certificates and lets its engine listen; it names them in `WBUILD_TEST_TLS`
//! (`HOST:PORT`) and `WBUILD_TEST_CERTIFICATES` (a folder with `good` and `other`, each with ca.pem, cert.pem, key.pem).

use std::path::{Path, PathBuf};
use std::process::Command;

use wbuild::engine::{EngineError, Pauses, Session};
use wbuild::failure::{Exit, Failure};

use crate::kit::{Kit, base_image, left_behind, run, step};
use crate::project::{Project, digest, sh};

/// Where the engine listens with TLS.
fn address() -> String {
    std::env::var("WBUILD_TEST_TLS").expect("tests/real/engine.sh lets its engine listen with TLS")
}

/// A folder of certificates: `good` are those of the engine, `other` are signed by somebody else.
fn certificates(which: &str) -> PathBuf {
    Path::new(&std::env::var_os("WBUILD_TEST_CERTIFICATES").expect("tests/real/engine.sh makes them")).join(which)
}

fn opened(kit: &Kit, variables: &[(&str, &str)]) -> Result<Session, EngineError> {
    kit.try_open(variables, kit.area.path(), Pauses::default())
}

fn refused(variables: &[(&str, &str)]) -> String {
    let failure = Failure::from(opened(&Kit::new(), variables).err().expect("the engine lets nobody else in"));
    assert_eq!(failure.exit, Exit::Engine);
    failure.shown(false)
}

#[test]
fn steps_run_over_tls() {
    let (kit, host, good) = (Kit::new(), format!("tcp://{}", address()), certificates("good"));
    let good = good.to_str().unwrap();
    let variables = [("DOCKER_HOST", host.as_str()), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", good)];
    let session = opened(&kit, &variables).unwrap();
    assert!(session.connection().endpoint().to_string().ends_with("(TLS)"));
    let base = session.base(&base_image(), None).unwrap();
    // Output, exit code, commit and export: each is another kind of answer.
    let ran = run(&session, &base, &step("echo over tls > /tls && cat /tls")).unwrap();
    assert!(kit.log.text().contains("over tls"), "{}", kit.log.text());
    let layer = ran.layer.clone().unwrap();
    assert_eq!(session.export(&ran.state, &[layer]).unwrap().len(), 1);
    run(&session, &base, &step("exit 7")).unwrap_err();
    drop(session);
    assert_eq!(left_behind(kit.area.path()), Vec::<String>::new());
}

#[test]
fn who_is_not_who_they_say_is_refused_with_what_to_do() {
    let (host, good, other) = (format!("tcp://{}", address()), certificates("good"), certificates("other"));
    let with = |folder: &Path| {
        refused(&[("DOCKER_HOST", &host), ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", folder.to_str().unwrap())])
    };
    // The engine's certificate is signed by nobody that is trusted.
    let text = with(&other);
    assert!(text.contains("certificate") && text.contains("ca.pem"), "{text}");
    // A folder without certificates names the file.
    let text = with(&good.join("gone"));
    assert!(text.contains("gone"), "{text}");
    // Without TLS nothing is said that could be read by others, and the way is named.
    let text = refused(&[("DOCKER_HOST", &host)]);
    assert!(text.contains("DOCKER_TLS_VERIFY"), "{text}");
}

/// What the docker client makes of a context is read as the client means it.
#[test]
fn contexts_of_the_docker_client_name_the_engine() {
    let project = Project::new(&format!("FROM base\nRUN {}\n", sh("echo one > /one")));
    let (config, good) = (project.path("config"), certificates("good"));
    let docker = |arguments: &[&str]| {
        let mut client = Command::new("docker");
        client.env_remove("DOCKER_HOST").env("DOCKER_CONFIG", &config).args(arguments);
        let output = client.output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let file = |name: &str| good.join(name).display().to_string();
    let endpoint =
        format!("host=tcp://{},ca={},cert={},key={}", address(), file("ca.pem"), file("cert.pem"), file("key.pem"));
    docker(&["context", "create", "secure", "--docker", &endpoint]);
    let build = |context: Option<&str>, store: &str| {
        let mut command = project.command("", &["--engine", "docker", "--store", store, "-o", "oci:out"]);
        command
            .env_remove("DOCKER_HOST")
            .env("DOCKER_CONFIG", &config)
            .envs(context.map(|name| ("DOCKER_CONTEXT", name)));
        command.output().unwrap()
    };
    let named = digest(&build(Some("secure"), "one"));
    docker(&["context", "use", "secure"]);
    assert_eq!(digest(&build(None, "two")).len(), named.len());
    let gone = build(Some("gone"), "three");
    assert_eq!(gone.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("`gone`"));
}
