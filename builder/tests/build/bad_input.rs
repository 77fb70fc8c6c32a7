//! What cannot be built: said with the place and the way out, and nothing is left behind.

use std::fs;

use crate::scratch::{Scratch, snapshot};

/// A mistake ends the build with this code, names what is wrong, and writes no output.
fn refuses(scratch: &Scratch, dockerfile: &str, code: i32, words: &[&str]) {
    let answer = scratch.try_build(dockerfile, &[]);
    assert_eq!(answer.code, code, "{dockerfile}\n{}", answer.err);
    for word in words {
        assert!(answer.err.contains(word), "{dockerfile}\nno `{word}` in: {}", answer.err);
    }
    assert!(answer.out.is_empty() && !scratch.path("out").exists(), "{dockerfile}");
}

#[test]
fn mistakes_in_the_dockerfile_have_a_place() {
    let scratch = Scratch::new();
    scratch.file("a", "a").file("b", "b").file("d/x", "x").file(".dockerignore", "b\n");
    let checked = |words: &str| format!("FROM base\nADD --checksum=sha256:{} {words}\n", "0".repeat(64));
    for (dockerfile, words) in [
        ("FROM base\nCOPY none /x\n", &[r"Dockerfile:2: COPY none C:\x", "none is not there"][..]),
        ("FROM base\nCOPY b /x\n", &["ignore file leaves it out (`b`)"]),
        ("FROM base\nCOPY q* /x/\n", &["nothing matches q*"]),
        ("FROM base\nCOPY a d/x /dest\n", &["Dockerfile:2", "end with a slash"]),
        ("FROM base\nCOPY d /License.txt\n", &["C:/License.txt is no folder"]),
        ("FROM base\nCOPY d/x /Windows\nCOPY a /Windows/x/y\n", &["Dockerfile:3", "C:/Windows/x is no folder"]),
        ("FROM base\nCOPY [\"a\", \"/System Volume Information/\"]\n", &["belongs to Windows itself"]),
        ("FROM base\nCOPY a D:/x\n", &["The specified path is not on the system drive (C:)"]),
        ("FROM base\nCOPY a /x/nul.txt\n", &["name of a device"]),
        ("FROM base\nCOPY --from=base /nothing /x\n", &["/nothing is not there"]),
        ("FROM scratch\nCOPY a C:/x\n", &["FROM scratch", "nanoserver"]),
        ("FROM base\nHEALTHCHECK --interval=1us CMD a\n", &["Interval \"interval\" cannot be less than 1ms"]),
        (&checked("a /x"), &["Dockerfile:2:5: checksum requires HTTP(S) or Git sources", "take --checksum away"]),
        (
            &checked("https://a/b https://a/c /x/"),
            &["Dockerfile:2:5: checksum can't be specified for multiple sources"],
        ),
        (
            "FROM base\nADD https://github.com/a/b.git /x\n",
            &["Dockerfile:2: it clones a repository", "clone it before the build"],
        ),
    ] {
        refuses(&scratch, dockerfile, 1, words);
    }
}

#[test]
fn every_step_that_needs_an_engine_is_named_before_anything_is_pulled() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let dockerfile = "FROM registry.invalid/never/asked:1\nCOPY a /a\nRUN setup.exe /quiet\nRUN other.exe\n";
    refuses(&scratch, dockerfile, 1, &["Dockerfile:3", "setup.exe", "Dockerfile:4", "other.exe", "--engine docker"]);
}

#[test]
fn a_step_that_no_cache_has_is_named_without_secrets() {
    let scratch = Scratch::new();
    let dockerfile = "FROM base\nARG NPM_TOKEN\nRUN app.exe --key tok-123456\n";
    let cache = ["--lint", "off", "--engine", "offline", "--cache-from", "127.0.0.1:9/nothing/here"];
    let answer = scratch.try_build(dockerfile, &[&cache[..], &["--build-arg", "NPM_TOKEN=tok-123456"]].concat());
    assert_eq!(answer.code, 6, "{}", answer.err);
    assert!(answer.err.contains("there is no engine: RUN app.exe --key ***"), "{}", answer.err);
    assert!(!answer.err.contains("tok-123456"), "{}", answer.err);
}

#[test]
fn a_base_that_is_not_there_or_for_another_system_is_refused() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    refuses(&scratch, "FROM --platform=linux/amd64 base\nCOPY a /a\n", 2, &["linux", "windows(10.0.20348.2700)/amd64"]);
    let missing = format!("gone=oci:{}", scratch.path("gone").display());
    scratch.file("Dockerfile", "FROM gone\n");
    let answer = scratch.wbuild(&["build", "--build-context", &missing]);
    assert_eq!(answer.code, 2, "{}", answer.err);
    assert!(answer.err.contains("Dockerfile:1: gone: "), "{}", answer.err);
    assert!(answer.err.contains("there is no such folder"), "{}", answer.err);
    let answer = scratch.try_build("FROM base\nLABEL a=b\nCOPY --from=gone / /\n", &["--build-context", &missing]);
    assert!(answer.err.contains("Dockerfile:3: gone: "), "{}", answer.err);
}

#[test]
fn a_damaged_base_is_noticed() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    let blobs = scratch.base().join("blobs/sha256");
    let largest = fs::read_dir(&blobs)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| fs::read(path).unwrap().starts_with(&[0x1f, 0x8b]));
    let layer = largest.unwrap();
    let mut bytes = fs::read(&layer).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&layer, &bytes).unwrap();
    refuses(&scratch, "FROM base\nCOPY a /a\n", 7, &[&layer.file_name().unwrap().to_string_lossy()[..12]]);
    bytes[middle] ^= 1;
    fs::write(&layer, &bytes[..middle]).unwrap();
    refuses(&scratch, "FROM base\nCOPY a /a\n", 7, &["sha256:"]);
    // Mended, the same store builds.
    fs::write(&layer, &bytes).unwrap();
    assert_eq!(scratch.build("FROM base\nCOPY a /a\n").files(), ["a"]);
}

#[test]
fn an_archive_whose_path_has_no_end_is_refused() {
    let scratch = Scratch::new();
    let name = format!("{}x", "a/".repeat(100_000)).into_bytes();
    let mut tar = wbuild::layer::header::Header { name, kind: b'0', ..Default::default() }.encode();
    tar.extend([0; 1024]);
    scratch.file("a.tar", tar);
    refuses(&scratch, "FROM base\nADD a.tar /x/\n", 1, &["Dockerfile:2", "more than 1,000 folders"]);
}

/// Windows has none of these files.
#[cfg(unix)]
#[test]
fn files_that_no_image_of_windows_can_have_are_named() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new();
    let case = |name: &str, make: &dyn Fn(&std::path::Path), words: &[&str]| {
        let folder = scratch.context().join(name);
        fs::create_dir_all(&folder).unwrap();
        make(&folder);
        refuses(&scratch, &format!("FROM base\nCOPY {name} /x/\n"), 1, words);
    };
    let file = |name: &'static str| move |folder: &std::path::Path| fs::write(folder.join(name), "x").unwrap();
    case("dot", &file("a."), &["dot/a.", "dot or the space at the end"]);
    case("device", &file("AUX.h"), &["device/AUX.h", "name of a device"]);
    case("slash", &file("a\\b"), &["slash/a\\b", "separates folders"]);
    case("stream", &file("a:b"), &["stream/a:b"]);
    case("wild", &file("a?b"), &["wild/a?b"]);
    case("whiteout", &file(".wh.a"), &["whiteout/.wh.a"]);
    let both = |folder: &std::path::Path| {
        fs::write(folder.join("Readme"), "x").unwrap();
        fs::write(folder.join("README"), "x").unwrap();
    };
    case("twice", &both, &["twice/README", "twice/Readme", "upper from lower case"]);
    case("out", &|folder| symlink("../../../etc", folder.join("l")).unwrap(), &["out/l", "leads out of the context"]);
    case("absolute", &|folder| symlink("/etc", folder.join("l")).unwrap(), &["absolute/l", "leads out"]);
    case("lost", &|folder| symlink("nothing", folder.join("l")).unwrap(), &["lost/l", "leads nowhere"]);
    let socket = |folder: &std::path::Path| drop(std::os::unix::net::UnixListener::bind(folder.join("s")).unwrap());
    case("socket", &socket, &["socket/s", "a socket, a pipe or a device"]);
    let long = "n".repeat(200);
    let deep = |folder: &std::path::Path| {
        fs::create_dir_all(folder.join(&long)).unwrap();
        fs::write(folder.join(&long).join("ü".repeat(120)), "x").unwrap();
    };
    // 120 letters of two bytes are 120 characters to Windows.
    fs::create_dir_all(scratch.context().join("deep")).unwrap();
    deep(&scratch.context().join("deep"));
    assert_eq!(scratch.build("FROM base\nCOPY deep /x\n").files().len(), 3);
}

#[test]
fn a_failed_build_leaves_the_store_as_it_was() {
    let scratch = Scratch::new();
    scratch.file("a", "a");
    scratch.build("FROM base\nCOPY a /a\n");
    let before = snapshot(&scratch.path("store"));
    fs::remove_dir_all(scratch.path("out")).unwrap();
    refuses(&scratch, "FROM base\nCOPY a /a\nCOPY none /b\n", 1, &["none is not there"]);
    let after = snapshot(&scratch.path("store"));
    assert!(before.iter().all(|(path, bytes)| after.get(path) == Some(bytes)));
}

#[test]
fn the_command_line_is_checked_first() {
    let scratch = Scratch::new();
    scratch.file("Dockerfile", "FROM base\n");
    for (arguments, word) in [
        (&["build", "-o", "nowhere"][..], "nowhere"),
        (&["build", "-t", "Bad Name"], "Bad Name"),
        (&["build", "--push"], "-t HOST/NAME:TAG"),
        (&["build", "--os-version", "windows95"], "ltsc2022"),
        (&["build", "--build-context", "x=nowhere"], "nowhere"),
        (&["build", "-f", "none"], "none"),
        (&["build", "https://example.com/a.git"], "example.com"),
    ] {
        let answer = scratch.wbuild(arguments);
        assert_eq!(answer.code, 2, "{arguments:?}: {}", answer.err);
        assert!(answer.err.contains(word), "{arguments:?}: {}", answer.err);
    }
}

#[test]
fn a_secret_in_the_dockerfile_is_not_said_again() {
    let scratch = Scratch::new();
    let secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
    scratch.file(
        "Dockerfile",
        format!("FROM base\nENV GITHUB_TOKEN={secret}\nWORKDIR /{secret}\nCOPY none /{secret}/x\nRUN x.exe {secret}\n"),
    );
    let mut seen = String::new();
    for target in [&["--lint", "off"][..], &["--lint", "off", "--progress", "json"], &[]] {
        let answer = crate::scratch::said(&mut scratch.build_command(target));
        assert_ne!(answer.code, 0);
        seen.push_str(&answer.err);
        seen.push_str(&answer.out);
    }
    scratch.file("Dockerfile", format!("FROM base\nENV GITHUB_TOKEN={secret}\nCOPY none /{secret}/x\n"));
    let answer = crate::scratch::said(&mut scratch.build_command(&["--lint", "off"]));
    assert!(answer.err.contains("none is not there"), "{}", answer.err);
    seen.push_str(&answer.err);
    assert!(!seen.contains("0123456789abcdefghij"), "{seen}");
}
