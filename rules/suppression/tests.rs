//! Which findings each form of comment ignores.

use dockerfile::document::{Builder, Document};
use dockerfile::source::Source;

use crate::{Settings, check};

/// The findings as `line:text rule`, with all rules on.
fn found(text: &str) -> Vec<String> {
    found_with(text, &Settings::default())
}

fn found_with(text: &str, settings: &Settings) -> Vec<String> {
    let document = Document::new(Source::new(text.into()), Builder::Any);
    let of_interest = |rule: &str| rule.ends_with("-suppression") || rule == "multiple-cmd-entrypoint";
    check(&document, settings)
        .iter()
        .filter(|finding| of_interest(finding.rule))
        .map(|finding| {
            let line = document.source.line_of(finding.span.start);
            format!("{line}:{} {}", document.source.slice(finding.span), finding.rule)
        })
        .collect()
}

const TWICE: &str = "CMD [\"a\"]\nCMD [\"b\"]\n";

#[test]
fn a_comment_before_the_instruction_ignores_its_findings() {
    for comment in [
        "# wlint: ignore=multiple-cmd-entrypoint; why",
        "#wlint:ignore = multiple-cmd-entrypoint",
        "# wlint ignore=multiple-cmd-entrypoint because it says so",
        "# wlint: ignore=metadata",
        "# WLINT: IGNORE=multiple-cmd-entrypoint UNTIL=2099-12-31; why",
        "# Wlint: Ignore-File=metadata",
        "# wlint: ignore=multiple-cmd-entrypoint\n\n#\n# more words\n",
        "  # wlint: ignore=multiple-cmd-entrypoint",
        "# wlint: ignore-file=metadata; why",
        "# hadolint ignore=DL3000, DL4003",
        "#hadolint ignore = DL4003 # words",
        "# hadolint global ignore=DL4003",
        "# check=skip=MultipleInstructionsDisallowed why",
        "# check=skip=StageNameCasing,MultipleInstructionsDisallowed;error=true",
        "# check=skip=all",
    ] {
        assert_eq!(found(&format!("FROM x\n{comment}\n{TWICE}")), [""; 0], "{comment}");
    }
}

#[test]
fn other_comments_ignore_nothing() {
    let shown = "CMD multiple-cmd-entrypoint";
    for comment in [
        "# wlint finds this",
        "# we could wlint: ignore=metadata",
        "# hadolint ignore=DL3000",
        "# hadolint shell=powershell",
        "# check=skip=StageNameCasing",
        "# check=error=true",
        "# hadolint ignore=MultipleInstructions",
    ] {
        let expected = format!("3:{shown}");
        assert_eq!(found(&format!("FROM x\n{comment}\n{TWICE}")), [expected], "{comment}");
    }
}

#[test]
fn a_comment_holds_for_one_instruction_and_ignore_file_for_all() {
    let three = "CMD a\nCMD b\nCMD c\n";
    let ignore = "# wlint: ignore=metadata\n";
    assert_eq!(found(&format!("FROM x\n{ignore}{three}")), ["4:CMD multiple-cmd-entrypoint"]);
    assert_eq!(found(&format!("FROM x\n{three}# wlint: ignore-file=metadata")), [""; 0]);
    assert_eq!(found(&format!("# check=skip=all\nFROM x\n{three}")), [""; 0]);
    assert_eq!(
        found(&format!("# syntax=a\n#check=error=true;skip=A, MultipleInstructionsDisallowed\nFROM x\n{three}")),
        [""; 0]
    );
}

#[test]
fn a_comment_inside_a_continued_instruction_holds_for_all_of_it() {
    assert_eq!(found("FROM x\nCMD a \\\n  # wlint: ignore=metadata\n  b\nCMD c\n"), [""; 0]);
    assert_eq!(
        found("FROM x\nCMD a\nCMD a \\\n  # wlint: ignore=metadata\n  b\nCMD c\n"),
        ["2:CMD multiple-cmd-entrypoint"]
    );
    // In a heredoc it is the shell's comment.
    let heredoc = "FROM x\nCMD a\nRUN <<E\n# wlint: ignore=metadata\nE\nCMD c\n";
    assert_eq!(found(heredoc), ["2:CMD multiple-cmd-entrypoint"]);
}

#[test]
fn what_ignores_nothing_is_reported() {
    for (text, expected) in [
        ("# wlint: ignore=metadata\nFROM x\n", vec!["1:metadata unused-suppression"]),
        ("FROM x\n# wlint: ignore=metadata", vec!["2:metadata unused-suppression"]),
        ("# wlint: ignore-file=metadata\nFROM x\n", vec!["1:metadata unused-suppression"]),
        (
            "FROM x\n# wlint: ignore=metadata,multiple-cmd-entrypoint\nUSER a\n",
            vec!["2:metadata,multiple-cmd-entrypoint unused-suppression"],
        ),
        ("# hadolint ignore=DL4003\nFROM x\n", vec![]),
        ("# check=skip=MultipleInstructionsDisallowed\nFROM x\n", vec![]),
        ("# wlint: ignore=unused-suppression,metadata\nFROM x\n", vec![]),
        ("# wlint: ignore-file=suppression\n# wlint: ignore=metadata\nFROM x\n# wlint: ignore=nonsense\n", vec![]),
        ("# wlint: ignore=multiple-cmd\nFROM x\n", vec!["1:multiple-cmd unknown-suppression"]),
        ("# wlint: ignore=nonsense,\nFROM x\n", vec!["1:nonsense unknown-suppression"]),
        ("# wlint: ignore=; reason\nFROM x\n", vec!["1:ignore unknown-suppression"]),
        ("# wlint: ignore metadata\nFROM x\n", vec!["1:ignore unknown-suppression"]),
        ("# wlint:\nFROM x\n", vec!["1: unknown-suppression"]),
        ("# wlint: ß=x\nFROM x\n", vec!["1:ß=x unknown-suppression"]),
    ] {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn names_of_rules_that_did_not_run_are_not_judged() {
    let text = "# wlint: ignore=multiple-cmd-entrypoint\nFROM x\n# wlint: ignore=nonsense\nUSER a\n";
    assert_eq!(found_with(text, &Settings::only(&["unused-suppression"])), [""; 0]);
    assert_eq!(
        found_with(text, &Settings::only(&["unused-suppression", "multiple-cmd-entrypoint"])),
        ["1:multiple-cmd-entrypoint unused-suppression"]
    );
    assert_eq!(found_with(text, &Settings::only(&["multiple-cmd-entrypoint"])), [""; 0]);
}

#[test]
fn removing_a_comment_must_not_wake_a_directive() {
    let fix = |text: &str| {
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let found = check(&document, &Settings::default());
        let unused = found.into_iter().find(|finding| finding.rule == "unused-suppression");
        unused.unwrap().fix.unwrap().safety
    };
    use dockerfile::diagnostic::Safety;
    assert_eq!(fix("# wlint: ignore=metadata\n# escape=`\nFROM x\n"), Safety::Suggested);
    assert_eq!(fix("# escape=`\n# wlint: ignore=metadata\nFROM x\n"), Safety::Safe);
}

#[test]
fn a_comment_holds_until_its_day() {
    let today = |day: &str| Settings { today: crate::Date::parse(day).unwrap(), ..Settings::default() };
    let text = |comment: &str| format!("FROM x\n# wlint: ignore=metadata {comment}\n{TWICE}");
    for comment in ["until=2027-01-31; why", "until=2027-01-31", "; until=2027-01-31 why", "until=2027-01-31, why"] {
        assert_eq!(found_with(&text(comment), &today("2027-01-31")), [""; 0], "{comment}");
        let after = found_with(&text(comment), &today("2027-02-01"));
        assert_eq!(after, ["2:2027-01-31 expired-suppression", "3:CMD multiple-cmd-entrypoint"], "{comment}");
    }
    let broken = found(&text("until=soon; why"));
    assert_eq!(broken, ["2:soon unknown-suppression", "3:CMD multiple-cmd-entrypoint"]);
    // A reason that mentions a day is a reason.
    assert_eq!(found_with(&text("; not until=2020-01-01"), &today("2027-01-01")), [""; 0]);
}

#[test]
fn an_unused_comment_that_has_ended_is_said_once() {
    let text = "FROM x\n# wlint: ignore=metadata until=2020-01-01; why\nUSER a\n";
    assert_eq!(found(text), ["2:2020-01-01 expired-suppression"]);
}
