//! `wbuild build` on the engine, from the outside.

use std::path::Path;

use crate::kit::{base_image, docker, engine_host};
use crate::project::{NO_ENGINE, Project, digest, repository, sh, text, walk};

const SECRET: &str = "correct-horse-battery-staple";

/// A Dockerfile of these steps on the base.
fn steps(commands: &[&str]) -> String {
    format!("FROM base\nENV A=b\n{}", runs(commands))
}

fn runs(commands: &[&str]) -> String {
    commands.iter().map(|command| format!("RUN {}\n", sh(command))).collect()
}

#[test]
fn a_build_without_an_engine_takes_the_same_image_from_a_cache() {
    let project = Project::new(
        &[
            &steps(&["echo one > /one && echo $A"]),
            "COPY app.txt /app/\n",
            &runs(&["cat /one /app/app.txt > /two", "true"]),
            "LABEL x=y\nCMD [\"sleep\", \"60\"]\n",
        ]
        .concat(),
    );
    let cache = repository("round-trip");
    let with_engine = project.build(&["--engine", "docker", "--store", "one", "--cache-to", &cache, "-o", "oci:out1"]);
    let built = digest(&with_engine);
    // Another machine: an empty store and no engine.
    let arguments = ["--engine", "offline", "--store", "two", "--cache-from", &cache, "-o", "oci:out2"];
    let taken = project.command(NO_ENGINE, &arguments).output().unwrap();
    assert_eq!(digest(&taken), built);
    assert_eq!(files(&project.path("out1")), files(&project.path("out2")));
    // What the cache does not have is named.
    project.write("Dockerfile", &steps(&["echo other"]));
    let missing = project.command(NO_ENGINE, &arguments).output().unwrap();
    assert_eq!(missing.status.code(), Some(6));
    assert!(text(&missing).contains("context/Dockerfile:3: this step is not in"), "{}", text(&missing));
    // New files on the same installs: only they are new.
    project.write("Dockerfile", &[&steps(&["echo one > /one && echo $A"]), "COPY app.txt /elsewhere/\n"].concat());
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
fn a_secret_is_in_no_output_trace_store_or_cache() {
    let step = sh("echo got $TOKEN && test -n \"$TOKEN\" && echo ok > /ok");
    let project = Project::new(&format!("FROM base\nRUN --mount=type=secret,id=token,env=TOKEN {step}\n"));
    let cache = repository("secret");
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
    let with_check = |check: &str| {
        let end = format!("HEALTHCHECK --interval=1s --retries=1 CMD {}\nCMD [\"sleep\", \"600\"]\n", sh(check));
        [&steps(&["echo a > /a"]), end.as_str()].concat()
    };
    let project = Project::new(&with_check("test -e /never"));
    let name = format!("{}:1.0.0", repository("unhealthy"));
    let arguments =
        ["--engine", "docker", "--store", "store", "-t", &name, "--push", "--verify", "--verify-timeout", "3s"];
    let output = project.build(&arguments);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    assert!(text(&output).contains("was not healthy in 3 s"), "{}", text(&output));
    project.write("Dockerfile", &with_check("test -e /a"));
    let arguments = ["--engine", "docker", "--store", "store", "-t", &name, "--push", "--verify"];
    let output = project.build(&arguments);
    // Nothing was pushed before: the release is new.
    assert!(output.status.success() && text(&output).contains("pushed"), "{}", text(&output));
}

#[test]
fn a_step_that_fails_is_told_with_its_line_and_code() {
    let project =
        Project::new(&format!("FROM base\nRUN {}\n# wbuild: retries=1\nRUN {}\n", sh("echo fine"), sh("exit 42")));
    let output = project.build(&["--engine", "docker", "--store", "store", "-o", "oci:out"]);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output));
    let expected = format!("context/Dockerfile:4: RUN {}: ended with 42, tried 2 times", sh("exit 42"));
    assert!(text(&output).contains(&expected), "{}", text(&output));
    assert!(text(&output).contains("trying again in a fresh container at once"), "{}", text(&output));
    let output = project.build(&["--engine", "docker", "--store", "store", "--ok-exit", "42", "-o", "oci:out"]);
    assert!(output.status.success(), "{}", text(&output));
}

#[test]
fn a_base_that_only_the_engine_has_is_taken_from_there() {
    let own = format!("wbuild-test-own-{}:1", std::process::id());
    docker(&["tag", &base_image(), &own]);
    let project = Project::new(&format!("FROM {own}\nRUN {}\n", sh("echo one > /one")));
    let arguments = ["--engine", "docker", "--store", "store", "-o", "oci:out"];
    let first = project.plain(&engine_host(), &arguments).output().unwrap();
    let built = digest(&first);
    assert!(text(&first).contains(&format!("taking {own} out of the engine")), "{}", text(&first));
    // The second time the store has it, and the image is the same.
    let again = project.plain(&engine_host(), &arguments).output().unwrap();
    assert_eq!(digest(&again), built);
    assert!(!text(&again).contains("out of the engine"), "{}", text(&again));
    // Elsewhere nobody finds it by that name.
    let documents: Vec<String> = walk(&project.path("out/blobs"))
        .iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .filter(|text| text.contains("org.opencontainers.image.base.digest"))
        .collect();
    assert!(documents.len() == 1 && !documents[0].contains("org.opencontainers.image.base.name"), "{documents:?}");
    docker(&["rmi", &own]);
}

#[test]
fn a_secret_that_no_step_asks_for_ends_the_build_before_it_begins() {
    let step = sh("echo ok > /ok");
    let project = Project::new(&format!("FROM base\nRUN --mount=type=secret,id=token,env=TOKEN {step}\n"));
    let arguments = ["--engine", "docker", "--store", "store", "--secret", "id=tokn,env=T", "-o", "oci:out"];
    let output = project.command(&engine_host(), &arguments).env("T", SECRET).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("--secret id=tokn") && text(&output).contains("`token`"), "{}", text(&output));
    assert!(!project.path("out").exists());
}

#[test]
fn a_cache_that_cannot_be_reached_is_told_once_and_the_build_goes_on() {
    let project = Project::new(&steps(&["echo one > /1", "echo two > /2", "echo three > /3"]));
    let arguments =
        ["--engine", "docker", "--store", "store", "--cache-from", "127.0.0.1:9/nothing/here", "-o", "oci:out"];
    let output = project.build(&arguments);
    digest(&output);
    assert_eq!(text(&output).matches("the cache 127.0.0.1:9/nothing/here").count(), 1, "{}", text(&output));
}

#[test]
fn what_cannot_be_written_is_told_before_the_first_step() {
    let project = Project::new(&steps(&["echo one > /1"]));
    std::fs::write(project.path("file"), "").unwrap();
    for arguments in [["-o", "oci:file"], ["-o", "oci-archive:file/x.tar"], ["--metadata-file", "file/x.json"]] {
        let output = project.build(&[&["--engine", "docker", "--store", "store"][..], &arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{}", text(&output));
        assert!(text(&output).contains("cannot be written") && !text(&output).contains("RUN"), "{}", text(&output));
    }
}

#[test]
fn a_build_that_goes_nowhere_says_where_its_image_is() {
    let project = Project::new(&steps(&["echo one > /1"]));
    let output = project.build(&["--engine", "docker", "--store", "store"]);
    let built = digest(&output);
    let place = format!("oci:store@{built}");
    assert!(text(&output).contains(&place), "{}", text(&output));
    let inspect = std::process::Command::new(env!("CARGO_BIN_EXE_wbuild"))
        .current_dir(project.folder.path())
        .args(["inspect", &place])
        .output()
        .unwrap();
    assert!(inspect.status.success(), "{}", text(&inspect));
}

#[test]
fn the_engines_image_has_the_config_of_the_dockerfile_and_nothing_of_the_containers() {
    let end = "LABEL a=b\nSHELL [\"sh\", \"-c\"]\nCMD [\"sleep\", \"60\"]\n";
    let project =
        Project::new(&format!("FROM base\nARG VERSION=7\n{}{end}", runs(&["echo $VERSION > /v", "echo two > /w"])));
    let name = format!("wbuild-test-config-{}:1", std::process::id());
    let built = project.build(&["--engine", "docker", "--store", "store", "-t", &name, "-o", "engine"]);
    assert!(built.status.success(), "{}", text(&built));
    let shown = docker(&["inspect", "-f", "{{json .Config}}", &name]);
    for part in [r#""Labels":{"a":"b"}"#, r#""Cmd":["sleep","60"]"#, r#""Shell":["sh","-c"]"#] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(!shown.contains("VERSION") && !shown.contains("dev.wbuild"), "{shown}");
    let history = docker(&["history", "--no-trunc", "--format", "{{.CreatedBy}}", &name]);
    let steps: Vec<&str> = history.lines().filter(|line| line.starts_with("RUN ")).collect();
    assert_eq!(steps, [format!("RUN {}", sh("echo two > /w")), format!("RUN {}", sh("echo $VERSION > /v"))]);
    docker(&["rmi", "-f", &name]);
}
