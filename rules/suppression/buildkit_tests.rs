//! Every check of BuildKit has a rule here, which its name ignores.

use std::collections::BTreeSet;
use std::sync::Arc;

use dockerfile::document::{Builder, Document};
use dockerfile::ignorefile::IgnoreFile;
use dockerfile::source::Source;

use crate::{IgnoreList, RULES, Settings, check};

/// The checks of BuildKit's `frontend/dockerfile/linter/ruleset.go`, each with a file that it speaks of.
const CHECKS: [(&str, &str); 22] = [
    ("ConsistentInstructionCasing", "FROM alpine:3.20\nRUN a\nrun b\n"),
    ("CopyIgnoredFile", "FROM alpine:3.20\nCOPY bin /bin\n"),
    ("DuplicateStageName", "FROM alpine:3.20 AS a\nFROM alpine:3.20 AS a\n"),
    ("ExposeInvalidFormat", "FROM alpine:3.20\nEXPOSE 80:80\n"),
    ("ExposeProtoCasing", "FROM alpine:3.20\nEXPOSE 80/TCP\n"),
    ("FromAsCasing", "FROM alpine:3.20 as a\n"),
    ("FromPlatformFlagConstDisallowed", "FROM --platform=linux/amd64 alpine:3.20\n"),
    ("InvalidBaseImagePlatform", "FROM --platform=linux/amd64 arm64v8/alpine:3.20 AS amd64\n"),
    ("InvalidDefaultArgInFrom", "ARG TAG\nFROM alpine:$TAG\n"),
    ("InvalidDefinitionDescription", "# of many\nARG TAG=3.20\nFROM alpine:$TAG\n"),
    ("JSONArgsRecommended", "FROM alpine:3.20\nCMD /bin/app\n"),
    ("LegacyKeyValueFormat", "FROM alpine:3.20\nENV A b\n"),
    ("MaintainerDeprecated", "FROM alpine:3.20\nMAINTAINER me\n"),
    ("MultipleInstructionsDisallowed", "FROM alpine:3.20\nCMD [\"a\"]\nCMD [\"b\"]\n"),
    ("NoEmptyContinuation", "FROM alpine:3.20\nRUN a \\\n\n  b\n"),
    ("RedundantTargetPlatform", "FROM --platform=$TARGETPLATFORM alpine:3.20\n"),
    ("ReservedStageName", "FROM alpine:3.20 AS scratch\n"),
    ("SecretsUsedInArgOrEnv", "FROM alpine:3.20\nENV API_PASSWORD=hunter2hunter2\n"),
    ("StageNameCasing", "FROM alpine:3.20 AS A\n"),
    ("UndefinedArgInFrom", "FROM alpine:$TAG\n"),
    ("UndefinedVar", "FROM alpine:3.20\nCOPY $A /a\n"),
    ("WorkdirRelativePath", "FROM alpine:3.20\nWORKDIR app\n"),
];

/// The rules with a finding.
fn found(text: &str) -> BTreeSet<&'static str> {
    let file = IgnoreFile::parse("bin\n");
    let list = IgnoreList { name: ".dockerignore".into(), is_own: true, file };
    let settings = Settings { ignore_list: Some(Arc::new(list)), ..Settings::default() };
    let document = Document::new(Source::new(text.into()), Builder::Any);
    check(&document, &settings).iter().map(|finding| finding.rule).collect()
}

#[test]
fn each_check_has_a_rule_that_its_name_ignores() {
    let experimental = ";experimental=InvalidDefinitionDescription\n";
    for (name, text) in CHECKS {
        let rules: Vec<&str> = RULES.iter().filter(|rule| rule.also.contains(&name)).map(|rule| rule.id).collect();
        assert_eq!(rules.len(), 1, "{name} is known to {rules:?}");
        let rule = rules[0];
        let seen = found(&format!("# check=error=true{experimental}{text}"));
        assert!(seen.contains(rule), "{name}: {rule} is not in {seen:?}");
        for skipped in [name, "all"] {
            let seen = found(&format!("# check=skip={skipped}{experimental}{text}"));
            assert!(!seen.contains(rule), "{name}: {rule} is found in spite of skip={skipped}");
        }
    }
}

#[test]
fn a_name_ignores_in_the_line_above_too() {
    // A description stands where the comment would, and of two CMD the first is the finding.
    let elsewhere = ["InvalidDefinitionDescription", "MultipleInstructionsDisallowed"];
    for (name, text) in CHECKS.into_iter().filter(|(name, _)| !elsewhere.contains(name)) {
        let rule = RULES.iter().find(|rule| rule.also.contains(&name)).map_or("", |rule| rule.id);
        let mut lines: Vec<&str> = text.lines().collect();
        let last = lines.iter().rposition(|line| line.starts_with(|char: char| char.is_ascii_alphabetic())).unwrap();
        let comment = format!("# check=skip={name}");
        lines.insert(last, &comment);
        let text = lines.join("\n") + "\n";
        assert!(!found(&text).contains(rule), "{name}: {rule} is found in\n{text}");
    }
}
