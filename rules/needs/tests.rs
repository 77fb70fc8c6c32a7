//! Rules run on the files that have what they need, and find nothing on others.

use std::path::Path;
use std::{fs, io};

use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;
use dockerfile::source::Source;

use super::*;
use crate::context::{Context, Report};
use crate::listing::listings;
use crate::shared::Shared;
use crate::{RULES, Rule, Settings};

/// The examples of all pages, and the files of the test data.
fn files() -> Vec<Vec<u8>> {
    let blocks = RULES.iter().flat_map(|rule| rule.page.split("```dockerfile").skip(1));
    let examples = blocks.filter_map(|block| Some(block.split_once('\n')?.1.split("```").next()?.into()));
    let mut found: Vec<Vec<u8>> = examples.collect();
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata");
    below(&data, &mut found).expect("the test data can be read");
    found
}

fn below(folder: &Path, found: &mut Vec<Vec<u8>>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if path.is_dir() {
            below(&path, found)?;
        } else if name.contains("dockerfile") {
            found.push(fs::read(path)?);
        }
    }
    Ok(())
}

/// What a rule finds, wherever it stands.
fn findings(rule: &'static Rule, context: &Context) -> Vec<String> {
    let mut report = Report::new();
    report.begin(rule, Severity::Error, false);
    (rule.check)(context, &mut report);
    report.end().0.iter().map(|finding| format!("{finding:?}")).collect()
}

#[test]
fn a_rule_finds_the_same_when_it_runs_on_every_file() {
    let files = files();
    assert!(files.len() > 500, "only {} files", files.len());
    let (mut runs, mut skipped) = (0, 0);
    for file in files {
        let text = String::from_utf8_lossy(&file).into_owned();
        let document = Document::new(Source::new(file), Builder::Any);
        let settings = Settings::default();
        let listings = listings(&document);
        let shared = Shared::new(&document, &settings, &listings);
        let inventory = Inventory::new(&document, &listings);
        for &rule in RULES.iter() {
            runs += 1;
            if !inventory.meets(&rule.needs) {
                skipped += 1;
                let found = findings(rule, &shared.context());
                assert_eq!(found, [""; 0], "{} needs less than it says:\n{text}", rule.id);
            }
        }
    }
    assert!(skipped > runs / 4, "the needs of rules keep {skipped} of {runs} runs away");
}

#[test]
fn a_file_has_what_stands_in_it() {
    let text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n\
        ONBUILD COPY --link a b\n\
        RUN C:\\x\\CURL.exe -o a.msi https://x.org/a.msi && powershell -c \"saps msiexec '/i a.msi'; ri a\"\n";
    let document = Document::new(Source::new(text.into()), Builder::Any);
    let listings = listings(&document);
    let inventory = Inventory::new(&document, &listings);
    const NO: Needs = Needs::Command(&["wget"]);
    const YES: Needs = Needs::Command(&["wget", "curl"]);
    for needs in [
        Needs::Nothing,
        Needs::Instruction(&[Keyword::Copy]),
        Needs::Instruction(&[Keyword::Add, Keyword::Onbuild]),
        Needs::Flag(&["link"]),
        Needs::Script(&[Dialect::Cmd]),
        POWERSHELL,
        YES,
        Needs::Cmdlet(&["Remove-Item"]),
        Needs::Program(&["msiexec"]),
        Needs::Installer,
        Needs::Effect(&[Does::Remove]),
        Needs::Text(&["ONBUILD "]),
        Needs::Any(&[NO, YES]),
        Needs::All(&[YES, POWERSHELL]),
    ] {
        assert!(inventory.meets(&needs), "{needs:?}");
    }
    for needs in [
        Needs::Instruction(&[Keyword::Add, Keyword::User]),
        Needs::Flag(&["from"]),
        Needs::Script(&[Dialect::PowerShell, Dialect::Posix]),
        NO,
        Needs::Command(&["curl.exe"]),
        Needs::Cmdlet(&["ri"]),
        Needs::Program(&["saps"]),
        Needs::Effect(&[Does::DomainJoin, Does::StartService]),
        Needs::Text(&["onbuild "]),
        Needs::Any(&[NO]),
        Needs::All(&[YES, NO]),
    ] {
        assert!(!inventory.meets(&needs), "{needs:?}");
    }
}
