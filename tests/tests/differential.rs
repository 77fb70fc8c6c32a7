//! Two published parsers beside ours: where they take a file, they see the same instructions, but for what is known.

use std::path::{Path, PathBuf};

use dockerfile::source::Source;
use dockerfile::syntax::{Options, parse};
use parse_dockerfile::Instruction;

/// The Dockerfiles below `testdata`, which are UTF-8.
fn files() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the folder is there") {
            let path = entry.expect("an entry can be read").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("dockerfile"))
                && let Ok(text) = std::fs::read_to_string(&path)
            {
                found.push((path, text.trim_start_matches('\u{FEFF}').to_owned()));
            }
        }
    }
    found.sort();
    assert!(found.len() >= 14, "the samples are there");
    found
}

/// Where each instruction begins, by our parser.
fn ours(text: &str) -> Vec<usize> {
    let tree = parse(&Source::new(text.into()), &Options::default());
    tree.instructions.iter().map(|instruction| instruction.span.start as usize).collect()
}

fn start(instruction: &Instruction) -> Option<usize> {
    let keyword = match instruction {
        Instruction::Add(it) => &it.add,
        Instruction::Arg(it) => &it.arg,
        Instruction::Cmd(it) => &it.cmd,
        Instruction::Copy(it) => &it.copy,
        Instruction::Entrypoint(it) => &it.entrypoint,
        Instruction::Env(it) => &it.env,
        Instruction::Expose(it) => &it.expose,
        Instruction::From(it) => &it.from,
        Instruction::Healthcheck(it) => &it.healthcheck,
        Instruction::Label(it) => &it.label,
        Instruction::Maintainer(it) => &it.maintainer,
        Instruction::Onbuild(it) => &it.onbuild,
        Instruction::Run(it) => &it.run,
        Instruction::Shell(it) => &it.shell,
        Instruction::Stopsignal(it) => &it.stopsignal,
        Instruction::User(it) => &it.user,
        Instruction::Volume(it) => &it.volume,
        Instruction::Workdir(it) => &it.workdir,
        _ => return None,
    };
    Some(keyword.span.start)
}

#[test]
fn parse_dockerfile_sees_the_same_instructions() {
    let mut agreed = 0;
    for (path, text) in files() {
        // It knows no lines that end in two escape characters and stops at the first error.
        let doubled = text.lines().any(|line| line.trim_end().ends_with("\\\\") || line.trim_end().ends_with("``"));
        let Ok(theirs) = parse_dockerfile::parse(&text) else { continue };
        if !doubled {
            let starts: Vec<usize> = theirs.instructions.iter().filter_map(start).collect();
            assert_eq!(starts, ours(&text), "{}", path.display());
            agreed += 1;
        }
    }
    assert!(agreed >= 12, "only {agreed} files were compared");
}

#[test]
fn dockerfile_parser_sees_the_same_instructions_where_no_directive_stands() {
    let (mut agreed, mut rejected, mut directive) = (0, 0, 0);
    for (path, text) in files() {
        if text.lines().next().is_some_and(|line| line.to_ascii_lowercase().contains("escape")) {
            // It knows no parser directives, so it reads these files otherwise than any builder.
            directive += 1;
            continue;
        }
        let Ok(theirs) = dockerfile_parser::Dockerfile::parse(&text) else {
            rejected += 1;
            continue;
        };
        let starts: Vec<usize> = theirs.instructions.iter().map(|instruction| instruction.span().start).collect();
        assert_eq!(starts, ours(&text), "{}", path.display());
        agreed += 1;
    }
    assert!(agreed > 0, "no file was compared: {rejected} rejected, {directive} with a directive");
}
