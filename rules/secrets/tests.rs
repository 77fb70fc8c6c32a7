//! Nothing that is shown has a secret in it.

use dockerfile::diagnostic::{Edit, Fix, Label, Severity};
use dockerfile::document::Builder;

use super::*;
use crate::{Policy, Settings, check};

fn document(text: &str) -> Document {
    Document::new(Source::new(text.into()), Builder::Any)
}

fn masked(text: &str) -> String {
    let document = document(text);
    secrets(&document, &Policy::default()).masked(&document.source)
}

#[test]
fn a_secret_is_hidden_wherever_it_stands() {
    let text = "# S3cret-1\nFROM x\nENV DB_PASSWORD=S3cret-1 A=S3cret-1 B=S3cret-12\nRUN app S3cret-1\n";
    assert_eq!(masked(text), text.replace("S3cret-1", "********"));
    // A short one may be a part of other words.
    let text = "FROM x\nENV DB_PASSWORD=app\nRUN app apple\n";
    assert_eq!(masked(text), "FROM x\nENV DB_PASSWORD=***\nRUN *** apple\n");
}

#[test]
fn what_no_rule_reads_is_hidden_too() {
    for (text, expected) in [
        ("FROM x\n# NPM_TOKEN=a1b2c3\n", "FROM x\n# NPM_TOKEN=******\n"),
        ("FROM x\nENV A=1\nDB_PASSWORD=a1b2c3\n", "FROM x\nENV A=1\nDB_PASSWORD=******\n"),
        ("FROM x\nRUN <<E\nset API_KEY=a1b2c3\nE\n", "FROM x\nRUN <<E\nset API_KEY=******\nE\n"),
        ("FROM x\nENV DB_PASSWORD=a1b2 \\\r\n  X=1\r\n", "FROM x\nENV DB_PASSWORD=**** \\\r\n  X=1\r\n"),
        ("FROM x\nENV A=1 DB_PASSWORD=a1\\\nb2\n", "FROM x\nENV A=1 DB_PASSWORD=***\n**\n"),
        ("FROM x\nENV DB_PASSWORD=a1 b2 c3 X=1\n", "FROM x\nENV DB_PASSWORD=******** X=1\n"),
    ] {
        assert_eq!(masked(text), expected);
    }
}

#[test]
fn a_secret_is_known_in_every_spelling() {
    let document = document("FROM x\nENV DB_PASSWORD=\"a\\\\b\\\"c d\" SHORT_TOKEN=xyz\n");
    let secrets = secrets(&document, &Policy::default());
    for said in [r#"a\b"c d"#, r#"a\\b\"c d"#, "xyz", "'xyz'", "=xyz;"] {
        assert!(secrets.mask(said).contains(HIDDEN), "{said}");
    }
    assert_eq!(secrets.mask("a wxyz xyzzy ä"), "a wxyz xyzzy ä");
    assert_eq!(secrets.mask(r#"cut: "a\b"…" and a\b" x"#), r#"cut: "***…" and a\b" x"#);
}

#[test]
fn findings_show_no_secret_and_fixes_repeat_none() {
    let document = document("FROM x\nENV DB_PASSWORD=S3cret!x\n");
    let found = secret::find(&document, &listings(&document), &Policy::default());
    let fix = |text: &str| Some(Fix::safe(format!("write {text}"), vec![Edit::insert(0, text)]));
    let finding = |text: &str| Diagnostic {
        rule: "r",
        group: "g",
        severity: Severity::Error,
        message: format!("is {text}"),
        help: format!("not {text}"),
        seen: Some(text.to_owned()),
        span: Span::at(0),
        labels: vec![Label { span: Span::at(0), text: text.to_owned() }],
        fix: fix(text),
        secrets: [].into(),
    };
    let mut all = [finding("S3cret!x"), finding("other")];
    Secrets::new(&document, &found, &[]).hide(&mut all);
    let said = format!("{:?}", all[0]);
    assert!(!said.contains("S3cret!x") && said.matches("***").count() == 4, "{said}");
    assert_eq!(all[0].fix, None);
    assert_eq!((&all[1].message, &all[1].fix), (&"is other".to_owned(), &fix("other")));
    assert_eq!(*all[1].secrets, [Span::new(23, 31)]);
}

#[test]
fn switched_off_rules_hide_as_well() {
    let text = "# wlint: ignore-file=secret\nFROM x\nENV DB_PASSWORD=S3cret!x\nCMD S3cret!x\nCMD b\n";
    let document = document(text);
    for settings in [Settings::default(), Settings::only(&["multiple-cmd-entrypoint"])] {
        let found = check(&document, &settings);
        let one = found.iter().find(|finding| finding.rule == "multiple-cmd-entrypoint").unwrap();
        assert_eq!(one.secrets.len(), 2);
        assert!(found.iter().all(|finding| finding.group != "secret"));
    }
}

#[test]
fn what_a_rule_calls_secret_is_hidden() {
    let document = document("FROM x\nRUN app open-sesame\n");
    let place = Span::new(15, 26);
    let secrets = Secrets::new(&document, &[], &[place]);
    assert_eq!(secrets.spans(), [place]);
    assert_eq!(secrets.mask("not open-sesame"), "not ***");
}
