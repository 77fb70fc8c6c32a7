//! Tables of arrays and what their authors meant.

use proptest::prelude::*;

use super::*;

/// The array after its edits, and the kinds of its flaws with what stands there.
fn mended(text: &str, backslash: Backslash) -> Option<(String, Vec<(JsonFaultKind, &str)>)> {
    let intent = intent(&Spliced::verbatim(text, 0), backslash)?;
    let mut out = text.to_owned();
    for edit in intent.edits.iter().flatten().rev() {
        out.replace_range(edit.span.range(), &edit.text);
    }
    let flaws = intent.flaws.iter().map(|flaw| (flaw.kind, &text[flaw.span.range()])).collect();
    Some((out, flaws))
}

#[test]
fn backslashes_that_mean_themselves_are_doubled() {
    for (text, after) in [
        (r#"[".\StartApp.ps1"]"#, r#"[".\\StartApp.ps1"]"#),
        (r#"["C:\tools\boot.exe"]"#, r#"["C:\\tools\\boot.exe"]"#),
        (r#"["C:\\app\x.exe", "a\\b"]"#, r#"["C:\\app\\x.exe", "a\\b"]"#),
        (r#"["C:\dir\"]"#, r#"["C:\\dir\\"]"#),
        (r#"["C:\temp\", "C:\x\" ]"#, r#"["C:\\temp\\", "C:\\x\\" ]"#),
        (r#"["cmd", "/c", "C:\app\run.cmd \"a, b\""]"#, r#"["cmd", "/c", "C:\\app\\run.cmd \"a, b\""]"#),
        (r#"["echo", "a\tb\n"]"#, r#"["echo", "a\tb\n"]"#),
        (r#"["-f=.\new.json", "bin\node.exe"]"#, r#"["-f=.\\new.json", "bin\\node.exe"]"#),
        (r#"["cd C:\\a\r\ncd C:\\b", "a\nrun.exe x"]"#, r#"["cd C:\\a\r\ncd C:\\b", "a\nrun.exe x"]"#),
        (r#"["x & C:\\a\run.cmd"]"#, r#"["x & C:\\a\\run.cmd"]"#),
        (r#"["C:\users\ü\u00e4"]"#, r#"["C:\\users\\ü\\u00e4"]"#),
        ("[\"a\tb\"]", r#"["a\u0009b"]"#),
        (r#"["\\server\share"]"#, r#"["\\\\server\\share"]"#),
        (r#"["\\a\\b\c"]"#, r#"["\\a\\b\\c"]"#),
        (r#"["a\/b\u0041"]"#, r#"["a\/b\u0041"]"#),
    ] {
        assert_eq!(mended(text, Backslash::Doubled).unwrap().0, after, "{text}");
    }
}

#[test]
fn quotes_are_made_those_of_json() {
    for (text, after) in [
        ("['cmd', '/C', 'ver']", r#"["cmd", "/C", "ver"]"#),
        (r#"['C:\x', 'say "it''s"', 'it\'s',]"#, r#"["C:\\x", "say \"it''s\"", "it's"]"#),
        ("[“cmd”, ‘/C’, \"ver”]", r#"["cmd", "/C", "ver"]"#),
        ("[«a “b” c»]", r#"["a “b” c"]"#),
    ] {
        assert_eq!(mended(text, Backslash::Doubled).unwrap().0, after, "{text}");
    }
}

#[test]
fn paths_that_are_expanded_get_slashes() {
    let text = r#"["my file.txt", "C:\\Program Files\App\"]"#;
    assert_eq!(mended(text, Backslash::Slash).unwrap().0, r#"["my file.txt", "C:/Program Files/App/"]"#);
    let text = r#"["a\\b", "C:\temp"]"#;
    assert_eq!(mended(text, Backslash::Slash).unwrap().0, r#"["a\\b", "C:/temp"]"#);
}

#[test]
fn words_lead_back_to_what_was_written() {
    let text = r#"['a "b', "C:\x\\y"]"#;
    let words = intent(&Spliced::verbatim(text, 0), Backslash::Doubled).unwrap().words;
    let (first, second) = (&words[0].word, &words[1].word);
    assert_eq!((first.as_str(), second.as_str()), (r#"a "b"#, r"C:\x\y"));
    assert_eq!(&text[second.span.range()], r#""C:\x\\y""#);
    assert_eq!(&text[second.text.span(3..5).range()], r"x\\");
    assert_eq!(&text[words[0].inner.range()], r#"a "b"#);
}

#[test]
fn flaws_have_their_places_in_order() {
    use JsonFaultKind::*;
    let (_, flaws) = mended(r#"['a', "C:\b\t\"] # x"#, Backslash::Doubled).unwrap();
    let expected = [(SingleQuote, "'"), (BadEscape, "\\"), (BadEscape, "\\"), (BadEscape, "\\"), (TrailingText, "# x")];
    assert_eq!(flaws, expected);
    assert_eq!(intent(&Spliced::verbatim(r#"["C:\b"] # x"#, 0), Backslash::Doubled).unwrap().edits, None);
    let (_, flaws) = mended(r#"["a", "b\\c\n"]"#, Backslash::Doubled).unwrap();
    assert!(flaws.is_empty());
}

#[test]
fn what_is_no_array_of_strings_has_no_intent() {
    for text in [
        "[Environment]::SetEnvironmentVariable('A', 'B')",
        "[ 'a' = 'b' ]",
        "['a'='b']",
        "[ -f x ]",
        "['a'] || exit 1",
        r#"["a" "b"]"#,
        "[a, b]",
        "[]",
        "[",
        "['a', b]",
        "['a",
    ] {
        assert!(intent(&Spliced::verbatim(text, 0), Backslash::Doubled).is_none(), "{text}");
    }
}

proptest! {
    #[test]
    fn edits_give_the_array_that_was_meant_and_nothing_is_left_to_mend(
        text in r#"\[["'“][a:.CtuUnrx/\\é '"’]{0,12}["'”](, ?["'“][a:.Ctx/\\]{0,8}["'”]){0,2}\]"#,
        slash in any::<bool>(),
    ) {
        let backslash = if slash { Backslash::Slash } else { Backslash::Doubled };
        let Some(intent) = intent(&Spliced::verbatim(&text, 0), backslash) else { return Ok(()) };
        prop_assert!(intent.words.iter().all(|it| it.word.span.contains(it.inner)));
        let Some(edits) = intent.edits else { return Ok(()) };
        let mut after = text.clone();
        for edit in edits.iter().rev() {
            after.replace_range(edit.span.range(), &edit.text);
        }
        prop_assert!(json::is_array(&after), "{text} {after}");
        let again = super::intent(&Spliced::verbatim(&after, 0), backslash).expect("an array has an intent");
        prop_assert!(again.flaws.is_empty(), "{text} {after} {:?}", again.flaws);
    }
}
