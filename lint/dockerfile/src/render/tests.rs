//! What the user sees, compared as a whole.

use super::*;
use crate::diagnostic::{Edit, Fix, Label};

/// A diagnostic whose place is the first occurrence of `place` in `file`.
fn finding(file: &str, place: &str) -> Diagnostic {
    Diagnostic {
        rule: "some-rule",
        group: "path",
        severity: Severity::Error,
        message: "something is wrong".into(),
        help: String::new(),
        seen: None,
        span: span(file, place),
        labels: Vec::new(),
        fix: None,
        secrets: [].into(),
    }
}

fn span(file: &str, place: &str) -> Span {
    let start = file.find(place).unwrap() as u32;
    Span::new(start, start + place.len() as u32)
}

fn shown(file: &str, diagnostic: &Diagnostic) -> String {
    let mut out = String::new();
    text(&mut out, "Dockerfile", &Source::new(file.into()), diagnostic, Style::Plain);
    out
}

#[test]
fn every_part_has_its_line() {
    let file = "FROM x\nWORKDIR C:\\app\\bin\n";
    let mut diagnostic = finding(file, "C:\\app\\bin");
    diagnostic.seen = Some("`\\appbin`".into());
    diagnostic.help = "write `/`".into();
    diagnostic.labels.push(Label { span: span(file, "FROM"), text: "a Windows stage".into() });
    diagnostic.fix = Some(Fix::safe("turn the slashes", vec![Edit::insert(0, "#")]));
    let expected = "\
error[some-rule]: something is wrong
 --> Dockerfile:2:9
  |
1 | FROM x
  | ---- a Windows stage
2 | WORKDIR C:\\app\\bin
  |         ^^^^^^^^^^
  |
  = the builder sees: `\\appbin`
  = help: write `/`
  = fix (safe): turn the slashes
";
    assert_eq!(shown(file, &diagnostic), expected);
}

#[test]
fn carets_stand_under_tabs_wide_and_control_characters() {
    for (file, place, line, carets) in [
        ("RUN\tx y", "y", "RUN x y", "      ^"),
        ("RUN 漢字 y", "y", "RUN 漢字 y", "         ^"),
        ("RUN 漢字 y", "漢字", "RUN 漢字 y", "    ^^^^"),
        ("RUN \x1B[31m y", "y", "RUN ␛[31m y", "          ^"),
        ("RUN e\u{301} y", "y", "RUN e\u{301} y", "      ^"),
        ("RUN \u{202E}y", "y", "RUN <U+202E>y", "            ^"),
    ] {
        let out = shown(file, &finding(file, place));
        let lines: Vec<&str> = out.lines().skip(3).collect();
        assert_eq!(lines[0], format!("1 | {line}"));
        assert_eq!(lines[1], format!("  | {carets}"));
    }
}

#[test]
fn a_secret_is_stars_and_carets_stay_below_what_they_mark() {
    let file = "ENV A=漢\tX B=pw C\n\nENV D=pw \r\n";
    let mut diagnostic = finding(file, "C");
    diagnostic.secrets = [span(file, "漢\tX"), span(file, "pw"), span(file, "D=pw \r")].into();
    diagnostic.labels.push(Label { span: Span::at(file.len() as u32 - 3), text: String::new() });
    let out = shown(file, &diagnostic);
    let lines: Vec<&str> = out.lines().skip(3).collect();
    assert_eq!(
        lines,
        ["1 | ENV A=******* B=** C", "  |                    ^", "2 |", "3 | ENV *****", "  |         -", "  |"]
    );
    assert_eq!(masked(&Source::new(file.into()), &diagnostic.secrets), "ENV A=*** B=** C\n\nENV *****\r\n");
}

#[test]
fn a_long_line_is_cut_around_the_carets() {
    let file = format!("RUN {} needle {}", "a".repeat(500), "b".repeat(500));
    let out = shown(&file, &finding(&file, "needle"));
    let lines: Vec<&str> = out.lines().skip(3).collect();
    assert!(lines[0].starts_with("1 | …aaa") && lines[0].ends_with("bbb…"), "{}", lines[0]);
    assert!(lines[0].chars().count() <= WIDTH + 4);
    let (from, to) = (lines[1].find('^').unwrap(), lines[1].rfind('^').unwrap());
    let under: String = lines[0].chars().skip(from).take(to + 1 - from).collect();
    assert_eq!(under, "needle");
}

#[test]
fn a_label_out_of_the_window_gets_its_own() {
    let file = format!("RUN first {} second {}", "a".repeat(500), "b".repeat(500));
    let mut diagnostic = finding(&file, "first");
    diagnostic.labels.push(Label { span: span(&file, "second"), text: "again".into() });
    let out = shown(&file, &diagnostic);
    assert_eq!(out.matches("\n1 | ").count(), 2);
    assert!(out.contains("------ again"), "{out}");
}

#[test]
fn a_span_over_lines_shows_its_ends() {
    let file = "FROM x\nRUN a \\\n  b \\\n  c \\\n  d\n";
    let out = shown(file, &finding(file, "RUN a \\\n  b \\\n  c \\\n  d"));
    assert!(out.contains("2 | RUN a \\\n  | ^^^^^^^\n...\n5 |   d\n  |   ^\n"), "{out}");
    let out = shown("RUN a \\\n  b \\\n  c\n", &finding("RUN a \\\n  b \\\n  c\n", "RUN a \\\n  b \\\n  c"));
    assert!(out.contains("^^^^^^^\n2 |   b \\\n3 |   c\n  |   ^\n"), "{out}");
    let whole = shown("RUN a\r\n", &finding("RUN a\r\n", "RUN a\r\n"));
    assert!(whole.contains("1 | RUN a\n  | ^^^^^\n"), "{whole}");
}

#[test]
fn places_at_the_edges_are_shown() {
    for (file, offset) in [("", 0), ("FROM x", 6), ("FROM x\n", 7), ("FROM x\n", 6), ("a\r\r\n", 2)] {
        let mut diagnostic = finding("x", "x");
        diagnostic.span = Span::at(offset);
        assert!(shown(file, &diagnostic).contains('^'), "{file:?} at {offset}");
    }
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    let mut diagnostic = finding("RUN \x1B]0;x\x07", "RUN");
    diagnostic.message = "\x1B[2J\nnext".into();
    let out = shown("RUN \x1B]0;x\x07\u{9B}", &diagnostic);
    assert!(!out.contains(['\x1B', '\x07', '\u{9B}']));
    assert!(out.starts_with("error[some-rule]: ␛[2J␊next\n"));
}

#[test]
fn a_message_of_any_length_stays_readable() {
    let mut diagnostic = finding("RUN", "RUN");
    diagnostic.message = "x".repeat(100_000);
    diagnostic.seen = Some("ä".repeat(100_000));
    let out = shown("RUN", &diagnostic);
    assert!(out.chars().count() < 1000);
    assert_eq!(out.matches('…').count(), 2);
}

#[test]
fn colours_only_add_escapes() {
    let file = "FROM x\nRUN y\n";
    let diagnostic = finding(file, "y");
    let mut coloured = String::new();
    text(&mut coloured, "Dockerfile", &Source::new(file.into()), &diagnostic, Style::Colour);
    assert!(coloured.contains("\x1B[1;31m^\x1B[0m"));
    let mut plain = String::new();
    let mut rest = coloured.as_str();
    while let Some(at) = rest.find('\x1B') {
        plain.push_str(&rest[..at]);
        rest = &rest[at + rest[at..].find('m').unwrap() + 1..];
    }
    plain.push_str(rest);
    assert_eq!(plain, shown(file, &diagnostic));
}
