//! Builds that are killed, builds at the same time, very many files, files that change meanwhile.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::scratch::{Scratch, said};
use wbuild::image::Digest;
use wbuild::store::Store;
use wbuild::store::source::{self, Wanted};

const DOCKERFILE: &str = "FROM base\nWORKDIR /app\nCOPY one /app/one/\nCOPY two /app/two/\nENV A=b\n";

/// Some files that do not compress, so that writing them takes a moment.
fn fill(scratch: &Scratch, folder: &str, files: usize, size: usize) {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for number in 0..files {
        let bytes: Vec<u8> = std::iter::repeat_with(|| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_le_bytes()
        })
        .take(size / 8)
        .flatten()
        .collect();
        scratch.file(&format!("{folder}/{number}.bin"), bytes);
    }
}

/// Everything that a layout promises: each blob has its name's bytes, and the index names blobs that are there.
fn check_layout(scratch: &Scratch, name: &str) {
    let root = scratch.path(name);
    let Ok(store) = Store::open(&root) else {
        assert!(!root.join("index.json").exists(), "{name} has an index and is no layout");
        return;
    };
    for entry in fs::read_dir(root.join("blobs/sha256")).into_iter().flatten() {
        let path = entry.unwrap().path();
        let digest = Digest::of(&fs::read(&path).unwrap());
        assert_eq!(digest.hex(), path.file_name().unwrap().to_str().unwrap(), "{name}");
    }
    for image in store.index().unwrap().manifests {
        let place = store.source(Some(image.digest.as_str())).unwrap();
        let image = source::choose(&place, &Wanted::default()).unwrap();
        assert!(image.manifest.layers.iter().all(|layer| store.has(&layer.digest)), "{name}");
    }
}

/// Starts a build and kills it right after it told its `event`th event, or some microseconds later; whether it was still
/// running then. Events, and not a clock, say when, so that a fast machine's builds are killed as well as a slow one's.
fn kill_build_after(scratch: &Scratch, event: usize, later: Duration) -> bool {
    let mut command = scratch.build_command(&["--progress", "json"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let events = BufReader::new(child.stderr.take().unwrap()).lines();
    let told = events.take(event).filter(Result::is_ok).count();
    thread::sleep(later);
    let running = told == event && child.try_wait().unwrap().is_none();
    let _ = child.kill();
    child.wait().unwrap();
    running
}

/// `WBUILD_KILLS` says how often; a full run uses 200.
#[test]
fn a_build_killed_at_any_moment_leaves_store_and_output_whole() {
    let scratch = Scratch::new();
    fill(&scratch, "one", 20, 64 << 10);
    fill(&scratch, "two", 20, 64 << 10);
    scratch.file("Dockerfile", DOCKERFILE);
    let whole = said(&mut scratch.build_command(&[]));
    assert_eq!(whole.code, 0, "{}", whole.err);
    fs::remove_dir_all(scratch.path("store")).unwrap();
    let events = said(&mut scratch.build_command(&["--progress", "json"])).err.lines().count();
    let kills: usize = std::env::var("WBUILD_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(25);
    let (mut round, mut killed) = (0_usize, 0);
    while killed < kills {
        // Only a build that has nothing to do ends before its first event, and no round leaves nothing to do.
        assert!(round < kills * 20, "only {killed} of {round} builds were still running when they were killed");
        if round.is_multiple_of(4) {
            // From nothing; the rounds between go on with what a killed build left.
            let _ = fs::remove_dir_all(scratch.path("store"));
            let _ = fs::remove_dir_all(scratch.path("out"));
        } else {
            scratch.file("one/0.bin", round.to_le_bytes());
        }
        // Spread over the whole build, unevenly.
        let later = Duration::from_micros(round as u64 * 7919 % 3000);
        killed += usize::from(kill_build_after(&scratch, round * 7919 % events, later));
        check_layout(&scratch, "store");
        check_layout(&scratch, "out");
        round += 1;
    }
    let _ = fs::remove_dir_all(scratch.path("out"));
    fill(&scratch, "one", 20, 64 << 10);
    let again = said(&mut scratch.build_command(&[]));
    assert_eq!((again.code, again.out), (0, whole.out), "{}", again.err);
    let left = fs::read_dir(scratch.path("store/.wbuild/tmp")).unwrap().count();
    assert_eq!(left, 0, "the next build removes what killed ones left");
}

#[test]
fn two_builds_on_one_store_do_not_disturb_each_other() {
    let scratch = Scratch::new();
    fill(&scratch, "one", 10, 64 << 10);
    fill(&scratch, "two", 10, 64 << 10);
    scratch.file("Dockerfile", DOCKERFILE);
    scratch.base();
    let builds: Vec<_> = (0..4)
        .map(|_| scratch.build_command(&[]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        .collect();
    let outputs: Vec<_> = builds.into_iter().map(|build| build.wait_with_output().unwrap()).collect();
    for output in &outputs {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, outputs[0].stdout);
    }
    check_layout(&scratch, "store");
    check_layout(&scratch, "out");
}

/// `WBUILD_FILES` says how many; a full run uses 200000.
#[test]
fn a_context_of_very_many_files_is_built_and_pruned() {
    let scratch = Scratch::new();
    let files: usize = std::env::var("WBUILD_FILES").ok().and_then(|text| text.parse().ok()).unwrap_or(5_000);
    for folder in 0..files / 500 {
        for part in ["app", "node_modules"] {
            let path = scratch.context().join(part).join(format!("f{folder}"));
            fs::create_dir_all(&path).unwrap();
            (0..250).for_each(|file| fs::write(path.join(format!("{file}.js")), "x").unwrap());
        }
    }
    scratch.file(".dockerignore", "node_modules\n").file("Dockerfile", "FROM base\nCOPY . /app/\n");
    let began = Instant::now();
    let answer = said(&mut scratch.build_command(&[]));
    assert_eq!(answer.code, 0, "{}", answer.err);
    let built = scratch.open(answer.out.trim());
    let names = built.files();
    assert_eq!(names.iter().filter(|name| name.ends_with(".js")).count(), files / 500 * 250);
    assert!(!names.iter().any(|name| name.contains("node_modules")));
    // Not a measurement: a build that walks folders again and again would take hours.
    assert!(began.elapsed() < Duration::from_secs(300), "{:?}", began.elapsed());
}

#[test]
fn a_file_that_changes_while_it_is_read_is_named_or_its_new_bytes_are_whole() {
    let scratch = Scratch::new();
    fill(&scratch, "one", 1, 4 << 20);
    scratch.file("Dockerfile", "FROM base\nCOPY one /one/\n");
    let path = scratch.context().join("one/0.bin");
    let bytes = fs::read(&path).unwrap();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let mut named = 0;
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut longer = bytes.clone();
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                longer.extend_from_slice(b"more");
                fs::write(&path, &longer).unwrap();
                thread::sleep(Duration::from_millis(3));
            }
        });
        let began = Instant::now();
        while named == 0 {
            assert!(began.elapsed() < Duration::from_secs(600), "a writer that never rests, and no build noticed");
            let answer = said(&mut scratch.build_command(&[]));
            if answer.code != 0 {
                assert!(
                    answer.err.contains("0.bin") && answer.err.contains("changed while it was read"),
                    "{}",
                    answer.err
                );
                named += 1;
            }
        }
        stop.store(true, std::sync::atomic::Ordering::Relaxed);
    });
    check_layout(&scratch, "store");
}
