//! Whatever is wrong with an input, it is said with its path, and the other files are linted.

use std::fs;

use crate::{Folder, native};

const GOOD: &[u8] = b"FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\n";

/// Lints `name` beside a good file; what is wrong is said in one line, and the good file counts as linted.
fn refused_beside_a_good_file(folder: &Folder, name: &str, parts: &[&str]) {
    folder.write("good.dockerfile", GOOD);
    let run = folder.run(&["check", "--format", "json", name, "good.dockerfile"]);
    let path = format!("wlint: {}: ", native(name));
    run.refused(&[&[path.as_str()], parts].concat());
    let json = run.json();
    assert_eq!(json["files"], 1);
    assert_eq!(json["summary"]["failed"], 1);
}

/// Lints a file that is odd but text: it is linted, with findings or without, and nothing goes wrong.
fn linted(bytes: &[u8]) {
    all_linted(&[bytes]);
}

/// Lints such files in one run, as data and annotated.
fn all_linted(files: &[&[u8]]) {
    let folder = Folder::with(&[("good.dockerfile", GOOD)]);
    for (number, bytes) in files.iter().enumerate() {
        folder.write(&format!("{number}.dockerfile"), bytes);
    }
    // A report of megabytes takes long to write here.
    let is_small = files.iter().all(|bytes| bytes.len() < 1 << 20);
    let annotated: &[&str] = if is_small { &["--format", "text", "--output", "report.txt"] } else { &[] };
    let run = folder.run(&[&["check", "--format", "json"], annotated].concat());
    assert_eq!(run.err, "", "{run:?}");
    assert!(run.code == 0 || run.code == 1, "{run:?}");
    let json = run.json();
    assert_eq!(json["files"], files.len() as u64 + 1);
    let lines: Vec<u64> = files.iter().map(|bytes| bytes.split(|&byte| byte == b'\n').count() as u64).collect();
    for finding in json["diagnostics"].as_array().unwrap() {
        let path = finding["path"].as_str().unwrap();
        let number: Option<usize> = path.trim_end_matches(".dockerfile").parse().ok();
        let (lines, len) = number.map_or((2, GOOD.len()), |number| (lines[number], files[number].len()));
        assert!((1..=lines).contains(&finding["line"].as_u64().unwrap()), "{finding}");
        let end = finding["offset"].as_u64().unwrap() + finding["length"].as_u64().unwrap();
        assert!(end <= len as u64, "{finding}");
    }
    assert_eq!(folder.path("report.txt").is_file(), is_small);
}

#[test]
fn missing_file() {
    refused_beside_a_good_file(&Folder::new(), "missing/Dockerfile", &["no such file", "check the path"]);
}

#[test]
fn folder_without_dockerfiles() {
    let folder = Folder::with(&[("empty/readme.txt", b"x")]);
    refused_beside_a_good_file(&folder, "empty", &["found no Dockerfile", "name the files"]);
}

#[test]
fn folder_where_a_dockerfile_should_be() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("app/Dockerfile")).unwrap();
    refused_beside_a_good_file(&folder, "app", &["found no Dockerfile"]);
    folder.run(&["show", "app"]).refused(&["wlint: app: ", "it is a folder", "name a file"]);
}

/// The superuser may read everything but this.
#[cfg(target_os = "linux")]
#[test]
fn unreadable_file() {
    refused_beside_a_good_file(&Folder::new(), "/proc/self/mem", &["cannot read it"]);
}

/// Windows asks for a privilege before it makes a link.
#[cfg(unix)]
#[test]
fn folder_that_contains_itself() {
    let folder = Folder::with(&[("app/sub/Dockerfile", GOOD), ("app/z.dockerfile", GOOD)]);
    std::os::unix::fs::symlink(".", folder.path("app/again")).unwrap();
    std::os::unix::fs::symlink("..", folder.path("app/sub/up")).unwrap();
    for path in ["app", "app/sub"] {
        let run = folder.run(&["check", "--fail-on", "never", "--format", "json", path]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{path}");
        assert_eq!(run.json()["files"], 2, "{path}");
    }
}

/// Windows asks for a privilege before it makes a link.
#[cfg(unix)]
#[test]
fn dead_links_count_only_under_a_dockerfiles_name() {
    let folder = Folder::with(&[("Dockerfile", GOOD)]);
    std::os::unix::fs::symlink("nowhere", folder.path("link")).unwrap();
    assert_eq!(folder.run(&["check", "--fail-on", "never"]).code, 0);
    std::os::unix::fs::symlink("nowhere", folder.path("dead.dockerfile")).unwrap();
    let run = folder.run(&["check", "--format", "json"]);
    run.refused(&["wlint: dead.dockerfile: cannot read it: this link leads to nothing; "]);
    assert_eq!((run.err.matches("dead.dockerfile").count(), &run.json()["files"]), (1, &1.into()));
}

#[test]
fn binary_file() {
    let folder = Folder::with(&[("tool.dockerfile", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xFF\xFF\0\0")]);
    refused_beside_a_good_file(&folder, "tool.dockerfile", &["it is binary", "line 1", "UTF-8"]);
}

#[test]
fn zero_bytes_in_text() {
    let folder = Folder::with(&[("Dockerfile", b"FROM x\nRUN a\0b\n")]);
    refused_beside_a_good_file(&folder, "Dockerfile", &["it is binary", "line 2"]);
}

#[test]
fn hundred_megabytes() {
    let folder = Folder::new();
    fs::File::create(folder.path("Dockerfile")).unwrap().set_len(100 << 20).unwrap();
    refused_beside_a_good_file(&folder, "Dockerfile", &["104857600 bytes", "limit", "is it a Dockerfile?"]);
}

#[test]
fn empty_and_only_comments() {
    linted(b"");
    linted(b"\n\n");
    linted(b"\xEF\xBB\xBF");
    linted(b"# nothing\r\n# here\r\n");
}

#[test]
fn utf16() {
    let text = "FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\r\nRUN echo \u{1D4B3}\r\n";
    for (mark, units) in [
        (&[0xFF, 0xFE][..], text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()),
        (&[0xFE, 0xFF][..], text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        (&[][..], text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
    ] {
        linted(&[mark, &units].concat());
    }
}

#[test]
fn bytes_that_are_no_text() {
    linted(b"FROM x\nRUN \xFF\xFE\xC3 y\n");
}

#[test]
fn a_million_lines() {
    let hundred = [&b"RUN echo a\n"[..], &b"# b\n".repeat(99)].concat();
    linted(&[GOOD, &hundred.repeat(10_000)].concat());
}

#[test]
fn many_variables_and_many_pairs() {
    let numbered = |line: &dyn Fn(usize) -> String| (0..5_000).map(line).collect::<String>().into_bytes();
    all_linted(&[
        &[GOOD, &numbered(&|i| format!("ENV A{i}x=$B{i}y\n"))].concat(),
        &[GOOD, &numbered(&|i| format!("label a{i} b c\n"))].concat(),
        &[GOOD, b"ENV A=1 \\\n", &numbered(&|i| format!("\n  B{i}=$A \\\n"))].concat(),
    ]);
}

/// Time in proportion to the file, or these take minutes.
#[test]
fn many_stages_copies_and_suppressions() {
    let numbered = |line: &dyn Fn(usize) -> String| (0..5_000).map(line).collect::<String>().into_bytes();
    all_linted(&[
        &numbered(&|_| String::from_utf8_lossy(GOOD).into_owned()),
        &numbered(&|i| format!("FROM x AS s{i}\nCOPY --from=s{} a b\n", i.saturating_sub(1))),
        &[b"FROM x AS s0\n", &numbered(&|i| format!("FROM s{i} AS s{}\nENV A{i}=$B\n", i + 1))[..]].concat(),
        &[GOOD, &numbered(&|i| format!("# wlint: ignore=run-cd-no-effect; why\nRUN cd x{i}\n"))].concat(),
        &[GOOD, &numbered(&|i| format!("# wlint: ignore-file=base-untagged; why\nRUN cd x{i}\n"))].concat(),
    ]);
}

#[test]
fn many_commands_in_one_script() {
    let numbered = |line: &dyn Fn(usize) -> String| (0..5_000).map(line).collect::<String>().into_bytes();
    let fetch = |i: usize| format!(" && curl.exe -o f{i}.exe https://example.com/f{i}.exe && f{i}.exe && del f{i}.exe");
    all_linted(&[&[GOOD, b"RUN ver", &numbered(&fetch)].concat()]);
}

#[test]
fn one_line_of_ten_megabytes() {
    linted(&[GOOD, b"RUN echo ", &b"abc ".repeat(2_500_000)].concat());
}

#[test]
fn ten_thousand_continuations_and_nestings() {
    all_linted(&[
        &[GOOD, b"RUN echo ", &b"a \\\n  ".repeat(10_000), b"b\n"].concat(),
        &[GOOD, b"RUN ", &b"cmd /c ".repeat(10_000), b"dir\n"].concat(),
        &[GOOD, b"RUN powershell -Command \"", &b"(".repeat(10_000), &b")".repeat(10_000), b"\"\n"].concat(),
        &[GOOD, b"RUN ", &b"(".repeat(10_000), b"\n"].concat(),
        &[GOOD, b"ENV A=", &b"${B:-".repeat(10_000), b"\n"].concat(),
        &[GOOD, &b"ONBUILD ".repeat(10_000), b"RUN x\n"].concat(),
    ]);
}

#[test]
fn unterminated_quote_heredoc_json_and_continuation() {
    for end in [
        &b"ENV A=\"b\nRUN x\n"[..],
        b"ENV A='b",
        b"RUN <<EOF\necho a\n",
        b"RUN <<\"EOF\necho a\n",
        b"COPY <<A <<B C:/x/\na\nA\n",
        b"CMD [\"a\", \"b\n",
        b"CMD [\"a\"",
        b"RUN a \\",
        b"RUN powershell -Command \"& { 'a",
        b"ENV A=${B:-",
    ] {
        linted(&[GOOD, end].concat());
    }
}

#[test]
fn merge_conflict_markers() {
    linted(&[b"<<<<<<< HEAD\n", GOOD, b"=======\nFROM y\n>>>>>>> other\nRUN z\n"].concat());
}

#[test]
fn templates() {
    linted(b"FROM {{ base }}\n{{#each x}}\nRUN a\n{{/each}}\n");
    linted(b"FROM ${{ matrix.base }}\nRUN a\n");
    linted(b"FROM <%= base %>\n<% if x %>\nRUN a\n<% end %>\n");
}

#[test]
fn unknown_rule() {
    let folder = Folder::with(&[("Dockerfile", GOOD)]);
    for option in ["--select", "--ignore"] {
        folder.run(&["check", option, "ecsape"]).refused(&[
            option,
            "'ecsape'",
            "did you mean 'escape'?",
            "wlint rules",
        ]);
        folder.run(&["check", option, "path,no-such-thing"]).refused(&["'no-such-thing'"]);
    }
}

#[test]
fn report_that_cannot_be_written() {
    let folder = Folder::with(&[("Dockerfile", GOOD)]);
    let output = native("missing/report.json");
    folder.run(&["check", "--output", &output]).refused(&[&output, "cannot write it"]);
}

#[test]
fn wrong_usage() {
    let folder = Folder::with(&[("Dockerfile", GOOD)]);
    for args in
        [&["check", "--format", "yaml"][..], &["check", "--as-of", "2026-02-30"], &["check", "--jobs", "0"], &[]]
    {
        let run = folder.run(args);
        assert_eq!(run.code, 2, "{run:?}");
        assert_eq!(run.out, "", "{run:?}");
        assert_ne!(run.err, "");
    }
}
