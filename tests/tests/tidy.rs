//! The repository is tested like code: who depends on whom, sizes, names, and that every rule has its page.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use dockerfile::script::{Dialect, powershell};
use dockerfile::splice::Spliced;
use rules::{Group, RULES};
use tests::golden::{folder, stem};
use tests::root;

/// Which crates of the workspace a crate may use.
const DEPENDENCIES: &[(&str, &[&str])] = &[
    ("lint/dockerfile", &[]),
    ("lint/program", &[]),
    ("rules", &["dockerfile"]),
    ("lint", &["dockerfile", "program", "rules"]),
    ("builder", &["dockerfile", "program", "rules"]),
    ("tests", &["dockerfile", "rules", "wlint", "wbuild"]),
];

/// What the sources below a folder or in a file may not name.
const FORBIDDEN: &[(&str, &[&str])] = &[
    ("lint/dockerfile/src", &["std::fs", "std::env", "std::net", "std::process", "std::time", "println!", "eprintln!"]),
    ("rules", &["std::fs", "std::env", "std::net", "std::process", "std::time", "println!", "eprintln!"]),
    ("lint/src", &["std::net"]),
    ("lint/program/src", &["std::net", "std::env", "std::process", "println!", "eprintln!"]),
    ("lint/dockerfile/src/source.rs", &["crate::syntax", "crate::ast", "crate::model", "crate::document"]),
    ("lint/dockerfile/src/splice.rs", &["crate::syntax", "crate::ast", "crate::model", "crate::document"]),
    ("lint/dockerfile/src/syntax", &["crate::script", "crate::model", "crate::document"]),
    ("lint/dockerfile/src/ast", &["crate::script", "crate::model", "crate::document"]),
    ("lint/dockerfile/src/script", &["crate::model", "crate::document"]),
    ("lint/dockerfile/src/facts", &["crate::syntax", "crate::ast", "crate::model", "crate::document"]),
    ("builder/src/image", WORLD),
    ("builder/src/image", &["crate::layer", "crate::store", "crate::registry", "crate::plan"]),
    ("builder/src/plan", WORLD),
    ("builder/src/plan", &["crate::layer", "crate::store", "crate::registry", "crate::context", "crate::engine"]),
    ("builder/src/fault", WORLD),
    ("builder/src/layer", &["std::env", "std::net", "std::process", "println!", "eprintln!"]),
    ("builder/src/layer", &["crate::store", "crate::registry", "crate::plan", "crate::context", "crate::engine"]),
    ("builder/src/store", &["std::net", "crate::registry", "crate::plan", "crate::context", "crate::engine"]),
    ("builder/src/registry", &["crate::plan", "crate::context", "crate::engine", "crate::build"]),
];

/// What pure code may not name: files, the environment, the network, processes, clocks, standard output.
const WORLD: &[&str] =
    &["std::fs", "std::env", "std::net", "std::process", "std::time", "println!", "eprintln!", "SystemTime", "Instant"];

/// Where code may depend on the system it is built for.
const SYSTEM_SPECIFIC: &[&str] = &["builder/src/engine", "builder/src/doctor"];

/// Names of things that would be better named by what they do.
const VAGUE: &[&str] = &["Manager", "Helper", "Util", "Utils", "Common"];

const MAX_LINES: usize = 500;

#[test]
fn crates_depend_on_those_below_them_only() {
    let ours = ["dockerfile", "program", "rules", "wlint", "wbuild", "tests"];
    for (folder, allowed) in DEPENDENCIES {
        let Ok(text) = std::fs::read_to_string(root().join(folder).join("Cargo.toml")) else { continue };
        let manifest: toml::Table = text.parse().unwrap();
        for section in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let used =
                manifest.get(section).and_then(|section| section.as_table()).into_iter().flat_map(|table| table.keys());
            for name in used.filter(|name| ours.contains(&name.as_str())) {
                assert!(allowed.contains(&name.as_str()), "{folder}/Cargo.toml: [{section}] may not have {name}");
            }
        }
    }
}

#[test]
fn layers_use_those_below_them_only() {
    let mut faults = Vec::new();
    for (place, words) in FORBIDDEN {
        let place = root().join(place);
        let mut files = if place.is_file() { vec![place] } else { sources(&place) };
        files.retain(|path| path.file_name().is_none_or(|name| name != "tests.rs"));
        for (path, line, text) in files.iter().flat_map(|path| lines(path)) {
            let code = text.split("//").next().unwrap_or_default();
            for word in words.iter().filter(|word| code.contains(**word)) {
                faults.push(format!("{}:{line}: {word}", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_builder_is_the_same_on_every_system() {
    let mut faults = Vec::new();
    for path in sources(&root().join("builder/src")) {
        let is_free = SYSTEM_SPECIFIC.iter().any(|place| path.starts_with(root().join(place)));
        let is_test = path.components().any(|part| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs");
        let text = read(&path);
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for (line, text) in code.lines().enumerate().filter(|_| !is_free && !is_test) {
            let code = text.split("//").next().unwrap_or_default();
            if ["cfg(windows)", "cfg(unix)", "cfg!(windows)", "cfg!(unix)", "std::os::unix", "std::os::windows"]
                .iter()
                .any(|word| code.contains(word))
            {
                faults.push(format!("{}:{}: {}", path.display(), line + 1, text.trim()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn sources_say_what_they_are_and_stay_short() {
    let mut faults = Vec::new();
    let folders = ["lint", "rules", "tests", "builder"];
    for path in folders.iter().flat_map(|folder| sources(&root().join(folder))) {
        let text = read(&path);
        let count = text.lines().count();
        if count > MAX_LINES {
            faults.push(format!("{}: {count} lines; {MAX_LINES} at most", path.display()));
        }
        if !text.starts_with("//! ") {
            faults.push(format!("{}: does not begin with what lives in it", path.display()));
        }
        for (_, line, text) in lines(&path) {
            if let Some(name) = vague(&text) {
                faults.push(format!("{}:{line}: {name} says nothing of what it does", path.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

/// What wants more than this machine has is a target with `test = false` that a script runs by name.
#[test]
fn no_test_and_no_example_is_skipped_in_silence() {
    let folders = ["lint", "rules", "tests", "builder", "fuzz"];
    let mut faults = Vec::new();
    for path in folders.iter().flat_map(|folder| sources(&root().join(folder))) {
        for (line, text) in read(&path).lines().enumerate().filter(|(_, text)| is_skipped(text)) {
            faults.push(format!("{}:{}: {}", path.display(), line + 1, text.trim()));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn ids_are_kebab_case_and_unique() {
    let mut seen: BTreeSet<&str> = Group::ALL.iter().map(|group| group.name()).collect();
    for rule in RULES.iter() {
        let is_kebab = rule.id.split('-').all(|word| {
            !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        });
        assert!(is_kebab, "{} is not kebab-case", rule.id);
        assert!(seen.insert(rule.id), "{} is the name of two rules, or of a rule and a group", rule.id);
        for also in rule.also {
            let is_name = also.bytes().all(|byte| byte.is_ascii_alphanumeric()) && also.starts_with(char::is_uppercase);
            assert!(is_name, "{}: {also} is no name of hadolint's or BuildKit's", rule.id);
        }
    }
}

#[test]
fn every_rule_has_its_files_and_every_file_its_rule() {
    let mut faults = Vec::new();
    for rule in RULES.iter() {
        let place = root().join("rules").join(folder(rule.group)).join(stem(rule.id));
        for extension in ["rs", "md"] {
            if !place.with_extension(extension).is_file() {
                faults.push(format!("{}: there is no {}", rule.id, place.with_extension(extension).display()));
            }
        }
    }
    for group in Group::ALL {
        let path = root().join("rules").join(folder(group));
        for file in entries(&path).iter().filter(|file| is_rule(file)) {
            let stem = file.file_stem().unwrap().to_string_lossy().replace('_', "-");
            if !RULES.iter().any(|rule| rule.id == stem && rule.group == group) {
                faults.push(format!("{}: the rule is not in the RULES of its group", file.display()));
            }
        }
    }
    for case in entries(&root().join("testdata/rules")) {
        let name = case.file_name().unwrap().to_string_lossy().into_owned();
        if case.is_dir() && rules::rule(&name).is_none() {
            faults.push(format!("{}: there is no such rule", case.display()));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn a_page_says_when_a_finding_is_milder_than_its_rule() {
    for rule in RULES.iter() {
        let place = root().join("rules").join(folder(rule.group)).join(stem(rule.id));
        let is_milder = read(&place.with_extension("rs")).contains(".at_most(");
        let why = rule.page.split("\n## Bad").next().unwrap_or_default();
        let says = ["warning", "info"].iter().any(|severity| why.contains(severity));
        assert!(!is_milder || says, "{}: its page does not say when it is milder", rule.id);
    }
}

#[test]
fn scripts_for_powershell_are_read_to_their_end() {
    let faults = |text: &str| powershell::parse(Spliced::verbatim(text, 0), Dialect::WindowsPowerShell, 0).faults;
    for name in ["scripts/install.ps1", "lint/packaging/chocolatey/tools/chocolateyinstall.ps1"] {
        let text = read(&root().join(name));
        assert_eq!(faults(&text), [], "{name}");
        let (broken, _) = text.rsplit_once(['}', '"', '\'']).expect("a script has brackets and texts");
        assert_ne!(faults(broken), [], "{name}: what is left open is noticed");
    }
}

/// Whether a file of a group's folder is a rule or its page, and not what rules of the group share.
fn is_rule(path: &Path) -> bool {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("md") => true,
        Some("rs") => read(path).contains("static RULE: Rule"),
        _ => false,
    }
}

/// The vague name that a line gives to a type, a trait or a module.
fn vague(line: &str) -> Option<&str> {
    let words: Vec<&str> = line.split(|char: char| !(char.is_alphanumeric() || char == '_')).collect();
    let named = words.windows(2).find(|pair| ["struct", "enum", "trait", "mod"].contains(&pair[0]))?[1];
    let is_vague = |word: &&&str| named.ends_with(**word) || named == word.to_lowercase();
    VAGUE.iter().find(is_vague).map(|_| named)
}

/// Whether a line is an attribute that ignores a test, or opens an example that is not run.
fn is_skipped(line: &str) -> bool {
    let line = line.trim_start();
    let has = |text: &str| text.split(|char: char| !char.is_ascii_alphabetic()).any(|word| word == "ignore");
    match line.split_once("```") {
        Some((before, tags)) => ["///", "//!"].contains(&before.trim_end()) && has(tags),
        None => line.starts_with("#[") && has(line.split('"').next().unwrap_or_default()),
    }
}

/// The Rust files below a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for path in entries(folder) {
        if path.is_dir() && path.file_name().is_none_or(|name| name != "target") {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a file of the repository can be read")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    paths
}

/// The lines of a file up to its tests, with their numbers.
fn lines(path: &Path) -> Vec<(PathBuf, usize, String)> {
    let text = read(path);
    let tests = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    text[..tests].lines().enumerate().map(|(index, line)| (path.to_owned(), index + 1, line.to_owned())).collect()
}

#[cfg(test)]
mod of_tidy {
    use super::*;

    #[test]
    fn skipped_tests_and_examples_are_found() {
        // Put together here, so that whoever searches this file for such attributes finds none.
        let attribute = |inner: &str| format!("#[{inner}]");
        let skipped = [attribute("ignore"), attribute("ignore = \"later\""), attribute("cfg_attr(windows, ignore)")];
        for line in skipped.iter().flat_map(|line| [line.clone(), format!("    {line}")]) {
            assert!(is_skipped(&line), "{line}");
        }
        assert!(is_skipped("/// ```ignore"));
        let commented = format!("// {}", attribute("ignore"));
        for line in [commented.as_str(), "#[arg(long = \"ignore\")]", "ignore: bool,", "/// ```text", "#[must_use]"] {
            assert!(!is_skipped(line), "{line}");
        }
    }

    #[test]
    fn vague_names_are_found() {
        assert_eq!(vague("pub struct LayerManager {"), Some("LayerManager"));
        assert_eq!(vague("mod util;"), Some("util"));
        assert_eq!(vague("pub struct Utilisation {"), None);
        assert_eq!(vague("let helper = 1;"), None);
    }
}
