//! What the escape character does to paths, and the same file with the backtick as escape character.

use dockerfile::diagnostic;
use dockerfile::document::{Builder, Document};
use dockerfile::escape::{self, Eaten};
use dockerfile::source::Source;
use proptest::prelude::*;

const FROM: &str = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\n";

fn document(text: &str) -> Document {
    Document::new(Source::new(text.into()), Builder::Any)
}

fn with<T>(document: &Document, each: impl Fn(&Eaten) -> T) -> Vec<T> {
    escape::eaten(document.reading(), &document.model).iter().map(each).collect()
}

/// The file with the backtick as escape character.
fn backtick(text: &str) -> Option<String> {
    let document = document(text);
    let edits = escape::to_backtick(&document)?;
    Some(String::from_utf8(diagnostic::apply(&document.source, &edits, false)).expect("text stays text"))
}

#[test]
fn paths_are_found_and_shown_unless_they_may_be_secrets() {
    for (body, path, shown, built) in [
        (r"WORKDIR C:\app", r"C:\app", r"C:\app", Some("C:app")),
        (r"COPY a\b $X\c", r"a\b", r"a\b", Some("ab")),
        (r"ENV P=C:\a;C:\b", r"C:\a;C:\b", r"C:\a;C:\b", Some("C:a;C:b")),
        (r"ENV P=.\a;Password=b\cd", r".\a", r".\a", Some(".a")),
        (r"ENV P=.\a;Password=bc\def", r".\a;Password=bc\def", "this path", None),
        (r"ENV P=bc\def", r"bc\def", "this path", None),
        (r#"ADD ["a","C:\\b"]"#, r"C:\\b", r"C:\b", Some("C:b")),
        (r#"WORKDIR "C:\a\""#, r"C:\a\", r"C:\a\", Some(r"C:a")),
    ] {
        let document = document(&format!("{FROM}{body}"));
        let eaten = escape::eaten(document.reading(), &document.model);
        assert_eq!(document.source.slice(eaten[0].span), path, "{body}");
        assert_eq!(escape::shown(&eaten[0]), shown, "{body}");
        assert_eq!(escape::as_built(&eaten[0]).as_deref(), built, "{body}");
    }
    for body in [r"ENV P=^\d+$", r"LABEL d Files in C:\data", r"RUN dir C:\app", r#"COPY ["a","C:\b"]"#, r"EXPOSE \80"]
    {
        assert!(with(&document(&format!("{FROM}{body}")), |_| ()).is_empty(), "{body}");
    }
}

#[test]
fn the_backtick_takes_the_place_of_the_backslash() {
    for (before, after) in [
        ("FROM x\nRUN a \\\n b", Some("# escape=`\nFROM x\nRUN a `\n b")),
        ("FROM x\nENV A=C:\\\\a B=\"\\\"\" C=d\\ e", Some("# escape=`\nFROM x\nENV A=C:\\a B=\"`\"\" C=d` e")),
        ("# escape=\\\nFROM x\nWORKDIR C:\\a", Some("# escape=`\nFROM x\nWORKDIR C:\\a")),
        ("FROM x\nCOPY [\"a\",\"C:\\\\\\\\b\"]", Some("# escape=`\nFROM x\nCOPY [\"a\",\"C:\\\\b\"]")),
        // a literal backtick, an escape that no path wants, a dollar that may be either
        ("FROM x\nENV A=a`b", None),
        ("FROM x\nENV A=a\\;b", None),
        ("FROM x\nWORKDIR C:\\a\\$B", None),
        ("FROM x\nRUN a `\\\n b\nRUN c `", None),
        ("FROM x\nCOPY <<E a\nC:\\x\nE\n", None),
    ] {
        assert_eq!(backtick(before).as_deref(), after, "{before}");
    }
}

fn dockerfile_like() -> impl Strategy<Value = String> {
    let parts = vec![
        "FROM windows/servercore\n",
        "RUN a",
        "COPY ",
        "ADD [\"",
        "\",\"",
        "\"]",
        "ONBUILD ",
        "ENV A=",
        "WORKDIR ",
        "VOLUME ",
        "LABEL x=",
        "USER ",
        "HEALTHCHECK ",
        "CMD b",
        "\n",
        "\r\n",
        "\\",
        "\\\n",
        "`",
        "`\n",
        " ",
        "# escape=`\n",
        "# c\n",
        "# escape='\n",
        "C:\\",
        "é\\",
        "$A",
        "${A:-",
        "}",
        "\"",
        "'",
        "<<E",
        "E\n",
        ";",
        "x\\y",
        "%T%",
    ];
    proptest::collection::vec(proptest::sample::select(parts), 0..30).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn no_file_panics_and_every_fix_can_be_applied(text in dockerfile_like()) {
        let document = document(&text);
        for (path, fix) in with(&document, |eaten| (eaten.span, escape::respelt(eaten))) {
            prop_assert!(text.get(path.range()).is_some());
            if let Some(fix) = fix {
                let new = Source::new(diagnostic::apply(&document.source, &fix.edits, false));
                prop_assert!(!new.has_invalid_bytes());
            }
        }
        for found in escape::other_continuations(&document) {
            for escape in ["`", "\\"] {
                escape::continued(&document.source, &found, escape);
            }
        }
        if let Some(new) = backtick(&text) {
            let new = self::document(&new);
            prop_assert!(new.meant.is_none() && new.built.tree.escape == '`');
            prop_assert_eq!(escape::to_backtick(&new), Some(Vec::new()));
        }
    }
}
