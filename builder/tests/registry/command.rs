//! `wbuild push` and `wbuild promote` as they are called.

use std::fs;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use assert_cmd::Command;
use wbuild::registry::Repository;

use super::http::{Head, listen};
use super::image::{Sample, assert_complete, behind, client, repository, upstream};
use super::proxy::{Effect, Fault, Proxy};

fn wbuild() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_wbuild"));
    // Whatever logins and proxies this account has are not the test's.
    command.env("DOCKER_CONFIG", "there-is-none").env_remove("HTTP_PROXY").env_remove("http_proxy");
    command
}

/// Runs it; the exit code, standard output and standard error.
fn ran(command: &mut Command) -> (i32, String, String) {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn layout(sample: &Sample) -> String {
    format!("oci:{}:sample", sample.store.root().display())
}

fn named(home: &Repository, tag: &str) -> String {
    home.tag(tag).to_string()
}

#[test]
fn push_says_what_became_of_each_name() {
    let (one, two, home) = (Sample::index(60), Sample::new(62), repository(upstream(), "command"));
    let (code, out, err) = ran(wbuild().args(["push", &layout(&one), &named(&home, "1.2.3"), &named(&home, "1.2")]));
    assert_eq!(code, 0, "{err}");
    let digest = &one.root.digest;
    assert_eq!(out, format!("{home}:1.2.3 is {digest}: pushed\n{home}:1.2 is {digest}: pushed\n"));
    assert!(err.contains("push"), "progress is on standard error: {err}");
    assert_complete(&client(), &home.tag("1.2.3"), &one);

    let (code, out, err) = ran(wbuild().args(["push", "--progress=quiet", &layout(&one), &named(&home, "1.2.3")]));
    assert_eq!((code, out.as_str(), err.as_str()), (0, &*format!("{home}:1.2.3 is {digest}: was there\n"), ""));

    let (code, out, err) = ran(wbuild().args(["push", &layout(&two), &named(&home, "1.2"), &named(&home, "1.2.3")]));
    assert_eq!((code, out.as_str()), (4, ""));
    assert!(err.contains(&format!("{home}:1.2.3 is a release and stays what it is: {digest}")), "{err}");

    let json = ["push", "--progress=quiet", "--format=json", &layout(&two), &format!("docker://{home}:1.2")];
    let (code, out, _) = ran(wbuild().args(json));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["digest"]), (0, &serde_json::json!(two.root.digest)));
    assert_eq!(report["references"][0]["outcome"], "moved");
    assert_eq!(report["references"][0]["from"], serde_json::json!(digest));

    // From one registry to another name on it: nothing is sent.
    let far = repository(home.registry().parse().unwrap(), "command-copy");
    let copy = ["push", "--progress=quiet", "--format=json", &format!("docker://{home}:1.2.3"), &named(&far, "1.2.3")];
    let (code, out, err) = ran(wbuild().args(copy));
    assert_eq!(code, 0, "{err}");
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&report["blobs"]["mounted"], &report["blobs"]["sent"]), (&8.into(), &0.into()));
}

#[test]
fn what_cannot_be_pushed_says_why() {
    let (sample, home) = (Sample::new(63), repository(upstream(), "cannot"));
    let missing = tempfile::tempdir().unwrap().path().display().to_string();
    for (arguments, code, words) in [
        (vec!["push", "nowhere", "a.example/b:1"], 2, "is no place of an image"),
        (vec!["push", &format!("oci:{missing}"), &named(&home, "1")], 2, "is no OCI layout"),
        (vec!["push", &format!("oci:{}:other", sample.store.root().display()), &named(&home, "1")], 2, "has no image"),
        (vec!["push", &layout(&sample), "a.example/B:1"], 2, "must be lower case"),
        (vec!["push", &layout(&sample), &format!("{home}:-x")], 2, "a tag cannot begin with"),
        (vec!["push", &layout(&sample)], 2, "REF"),
        (vec!["push", &format!("docker://{home}:none"), &named(&home, "1")], 5, "answers 404"),
        (vec!["promote", &named(&home, "none"), "latest"], 5, "answers 404"),
        (vec!["promote", &named(&home, "1"), "a/b"], 2, "`a/b` is no tag"),
    ] {
        let (found, out, err) = ran(wbuild().args(&arguments));
        assert_eq!((found, out.as_str()), (code, ""), "{arguments:?}: {err}");
        assert!(err.contains(words), "{arguments:?}: {err}");
    }
}

#[test]
fn a_failure_has_colours_where_they_are_asked_for() {
    for (when, coloured) in [("always", true), ("never", false), ("auto", false)] {
        let (code, _, err) = ran(wbuild().args(["--color", when, "push", "nowhere", "a.example/b:1"]));
        assert_eq!((code, err.contains('\u{1b}')), (2, coloured), "{when}: {err}");
    }
}

#[test]
fn a_float_moves_and_moves_back() {
    let (one, two, home, client) = (Sample::new(64), Sample::new(65), repository(upstream(), "float"), client());
    one.push(&client, &[home.tag("1.0.0"), home.tag("latest")]).unwrap();
    two.push(&client, &[home.tag("1.1.0")]).unwrap();
    let (first, second) = (&one.root.digest, &two.root.digest);
    let (code, out, err) = ran(wbuild().args(["promote", &named(&home, "1.1.0"), "latest", "1"]));
    assert_eq!(code, 0, "{err}");
    let back = format!("wbuild promote docker://{home}@{first} latest");
    assert_eq!(out, format!("latest: {first} -> {second}\n  to move it back: {back}\n1: new -> {second}\n"));
    assert_complete(&client, &home.tag("latest"), &two);
    // The line that it prints does what it says.
    let (code, ..) = ran(wbuild().args(back.split(' ').skip(1)));
    assert_eq!(code, 0);
    assert_complete(&client, &home.tag("latest"), &one);
    let to = ["promote", &home.to_string(), "latest", "--to-digest", second.as_str(), "--format=json"];
    let (code, out, _) = ran(wbuild().args(to));
    let report: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &report["tags"][0]["from"]), (0, &serde_json::json!(first)));
    // A release is no float, and neither of the tags moves.
    let (code, _, err) = ran(wbuild().args(["promote", &named(&home, "1.0.0"), "latest", "1.1.0"]));
    assert_eq!(code, 4, "{err}");
    assert_complete(&client, &home.tag("latest"), &two);
}

#[test]
fn an_image_that_is_ill_is_taken_back() {
    let (one, two, home, client) = (Sample::new(66), Sample::new(67), repository(upstream(), "ill"), client());
    one.push(&client, &[home.tag("1.0.0"), home.tag("latest")]).unwrap();
    two.push(&client, &[home.tag("1.1.0")]).unwrap();
    let name = named(&home, "1.1.0");
    let check = ["promote", &name, "latest", "new", "--timeout=1s", "--check", "exit 7"];
    let (code, out, err) = ran(wbuild().args(check));
    assert_eq!((code, out.as_str()), (3, ""), "{err}");
    assert!(err.contains("did not come out well within 1 seconds: it "), "{err}");
    assert!(err.contains(&format!("`latest` is back at {}", one.root.digest)), "{err}");
    assert_complete(&client, &home.tag("latest"), &one);
    // Registries differ in whether they take tags away; what is said has to be so.
    let gone = client.find_manifest(&home.tag("new")).unwrap().is_none();
    let words =
        if gone { "`new` was not there before, and is not there again" } else { "takes no tags away, so it stays" };
    assert!(err.contains(words), "{err}");
}

#[test]
fn a_tag_that_moved_all_the_same_is_taken_back() {
    let upstream = upstream();
    let (one, two, home, client) = (Sample::new(71), Sample::new(72), repository(upstream, "false"), client());
    one.push(&client, &[home.tag("1.0.0"), home.tag("latest")]).unwrap();
    two.push(&client, &[home.tag("1.1.0")]).unwrap();
    // The registry does it and says something else.
    let proxy = Proxy::start(upstream, vec![Fault::new("PUT", "/manifests/latest", 1, Effect::LieAboutDigest)]);
    let (code, _, err) = ran(wbuild().args(["promote", &named(&behind(&home, proxy.address), "1.1.0"), "latest"]));
    assert_eq!((code, proxy.spoiled()), (5, 1), "{err}");
    assert!(err.contains(&format!("`latest` is back at {}", one.root.digest)), "{err}");
    assert_complete(&client, &home.tag("latest"), &one);
    // One that did not move is said to be where it was, and not to be somebody else's.
    let refused = Fault::new("PUT", "/manifests/latest", 1, Effect::Status(403, "DENIED"));
    let proxy = Proxy::start(upstream, vec![refused]);
    let (code, _, err) = ran(wbuild().args(["promote", &named(&behind(&home, proxy.address), "1.1.0"), "latest"]));
    assert_eq!(code, 5, "{err}");
    assert!(err.contains(&format!("`latest` is back at {}", one.root.digest)), "{err}");
}

/// A server that is well from the third request on.
fn recovering() -> SocketAddr {
    let asked = Arc::new(AtomicUsize::new(0));
    listen(move |mut connection| {
        Head::read(&mut connection.reader)?;
        let status = if asked.fetch_add(1, Ordering::SeqCst) < 2 { 503 } else { 200 };
        connection.answer(Head::status(status).with("Connection", "close"), b"")
    })
}

#[test]
fn an_image_that_becomes_well_stays() {
    let (one, two, home, client) = (Sample::new(68), Sample::new(69), repository(upstream(), "well"), client());
    one.push(&client, &[home.tag("1.0.0"), home.tag("latest")]).unwrap();
    two.push(&client, &[home.tag("1.1.0")]).unwrap();
    let address = format!("http://{}/health", recovering());
    let (code, _, err) = ran(wbuild().args(["promote", &named(&home, "1.1.0"), "latest", "--check", &address]));
    assert_eq!(code, 0, "{err}");
    assert_complete(&client, &home.tag("latest"), &two);
}

/// The helper is a script, which Windows starts as no program.
#[test]
#[cfg(unix)]
fn a_credential_helper_is_asked() {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;

    use super::server::{Door, Server};

    let server = Server::start(Door::Basic("helped:pass word"));
    let (sample, home) = (Sample::new(70), repository(server.address, "helped"));
    let folder = tempfile::tempdir().unwrap();
    for key in ["credHelpers", "credsStore"] {
        let value =
            if key == "credsStore" { "\"test\"".to_owned() } else { format!(r#"{{"{}": "test"}}"#, server.address) };
        fs::write(folder.path().join("config.json"), format!(r#"{{"{key}": {value}}}"#)).unwrap();
        let helper = folder.path().join("docker-credential-test");
        let mut file = fs::File::create(&helper).unwrap();
        writeln!(file, "#!/bin/sh\nread server\n[ \"$server\" = {} ] || exit 1", server.address).unwrap();
        writeln!(file, "echo '{{\"Username\":\"helped\",\"Secret\":\"pass word\"}}'").unwrap();
        drop(file);
        fs::set_permissions(&helper, fs::Permissions::from_mode(0o755)).unwrap();
        let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap());
        let mut command = wbuild();
        command.env("DOCKER_CONFIG", folder.path()).env("PATH", path);
        let (code, _, err) = ran(command.args(["-vv", "push", &layout(&sample), &named(&home, key)]));
        assert_eq!(code, 0, "{err}");
        assert!(!err.contains("pass word") && !err.contains("aGVscGVkOn"), "{err}");
    }
}

#[test]
fn a_proxy_that_does_not_answer_is_blamed_and_not_the_registry() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let inspect = |proxy: &str| {
        let mut command = wbuild();
        command.env("HTTPS_PROXY", proxy).env_remove("NO_PROXY").env_remove("no_proxy");
        ran(command.args(["inspect", "docker://r.example/app:1"]))
    };
    let (code, _, err) = inspect(&format!("http://me:hunter2@{gone}"));
    assert_eq!(code, 5, "{err}");
    let expected = format!("in 3 tries: cannot reach r.example through the proxy (HTTPS_PROXY, {gone})");
    assert!(err.contains(&expected) && err.contains("NO_PROXY=r.example"), "{err}");
    assert!(!err.contains("hunter2"), "{err}");
    // What names no proxy is not left out in silence.
    let (code, _, err) = inspect("nonsense://x");
    assert!(code == 5 && err.contains("it is no address of a proxy"), "{err}");
}

#[test]
fn a_name_that_nobody_knows_is_tried_as_often_as_no_connection() {
    let mut command = wbuild();
    command.env_remove("HTTPS_PROXY").env_remove("https_proxy").env_remove("ALL_PROXY").env_remove("all_proxy");
    let (code, _, err) = ran(command.args(["inspect", "docker://nobody.invalid/app:1"]));
    assert_eq!(code, 5, "{err}");
    let expected = "in 3 tries: cannot connect to nobody.invalid: its name cannot be resolved";
    assert!(err.contains(expected), "{err}");
}

#[test]
fn names_are_taken_with_and_without_the_word_before_them() {
    let (one, home) = (Sample::index(63), repository(upstream(), "both"));
    let (code, _, err) = ran(wbuild().args(["push", &layout(&one), &format!("docker://{}", named(&home, "1"))]));
    assert_eq!(code, 0, "{err}");
    for name in [named(&home, "1"), format!("docker://{}", named(&home, "1"))] {
        let (code, out, err) = ran(wbuild().args(["promote", &name, "latest"]));
        assert_eq!(code, 0, "{err}");
        assert!(out.starts_with("latest: "), "{out}");
        let (code, _, err) = ran(wbuild().args(["push", &name, &named(&home, "1")]));
        assert_eq!(code, 0, "{err}");
        let (code, _, err) = ran(wbuild().args(["inspect", &name]));
        assert_eq!(code, 0, "{err}");
    }
}

#[test]
fn a_login_in_a_name_is_not_said_again() {
    for arguments in [
        &["inspect", "docker://me:hunter2@r.example/app:1"][..],
        &["inspect", "me:hunter2@r.example/app:1"],
        &["push", "oci:gone", "me:hunter2@r.example/app:1"],
        &["promote", "docker://me:hunter2@r.example/app:1", "latest"],
    ] {
        let (code, out, err) = ran(wbuild().arg("-vv").args(arguments));
        assert_eq!(code, 2, "{arguments:?}: {err}");
        assert!(!err.contains("hunter2") && !out.contains("hunter2"), "{arguments:?}: {err}");
    }
}

#[test]
fn a_release_of_one_version_of_windows_keeps_all_names_where_they_are() {
    let (base, other, home, client) =
        (Sample::index(73), Sample::new(75), repository(upstream(), "versions"), client());
    other.push(&client, &[home.tag("1.2.3-ltsc2022")]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM both\nLABEL a=b\n").unwrap();
    for arguments in ["init -q -b main", "add .", "commit -q -m first", "tag v1.2.3"] {
        let done = std::process::Command::new("git")
            .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"])
            .args(arguments.split(' '))
            .current_dir(folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("HOME", folder.path())
            .status()
            .expect("these tests need the program git in PATH");
        assert!(done.success(), "git {arguments}");
    }
    let (store, both) = (tempfile::tempdir().unwrap(), format!("both={}", layout(&base)));
    let build = |home: &Repository, more: &[&str]| {
        let mut command = wbuild();
        for name in ["GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD"] {
            command.env_remove(name);
        }
        command.args(["build", "--lint", "off", "--tags", "auto", "--os-version", "ltsc2019,ltsc2022", "--push"]);
        command.args(["--build-context", &both, "-t", &home.to_string()]).args(more);
        ran(command.arg("--store").arg(store.path()).arg(folder.path()))
    };
    let (code, _, err) = build(&home, &[]);
    assert_eq!(code, 4, "{err}");
    assert!(err.contains(&format!("{home}:1.2.3-ltsc2022 is a release")), "{err}");
    for tag in ["1.2.3", "1.2", "latest"] {
        assert_eq!(client.find_manifest(&home.tag(tag)).unwrap(), None, "{tag}");
    }
    // Where nothing is in the way, all names are there, and the file names them.
    let (home, file) = (repository(upstream(), "versions"), store.path().join("built.json"));
    let (code, _, err) = build(&home, &["--metadata-file", file.to_str().unwrap()]);
    assert_eq!(code, 0, "{err}");
    let built: serde_json::Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
    let tags = built["tags"].as_array().unwrap();
    for tag in ["1.2.3", "latest", "1.2.3-ltsc2019", "latest-ltsc2019", "1.2.3-ltsc2022", "latest-ltsc2022"] {
        assert!(client.find_manifest(&home.tag(tag)).unwrap().is_some(), "{tag}");
        assert!(tags.contains(&named(&home, tag).into()), "{tag}: {built}");
    }
}

#[test]
fn buildkit_overwrites_no_release() {
    let (sample, home, client) = (Sample::new(83), repository(upstream(), "buildkit"), client());
    sample.push(&client, &[home.tag("1.2.3")]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("Dockerfile"), "FROM r.example/base:1\nLABEL a=b\n").unwrap();
    let mut command = wbuild();
    command.args(["build", "--lint", "off", "--engine", "buildkit", "--push", "-t", &named(&home, "1.2.3")]);
    command.arg("--store").arg(folder.path().join("store")).arg(folder.path());
    let (code, _, err) = ran(&mut command);
    assert_eq!(code, 4, "{err}");
    let words = format!("{home}:1.2.3 is a release and names an image already: {}", sample.root.digest);
    assert!(err.contains(&words) && err.contains("nothing was built"), "{err}");
}
