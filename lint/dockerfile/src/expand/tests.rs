//! Tables of words and what the builder makes of them; every row was read off the lexer's source.

use proptest::prelude::*;

use super::*;

const ENV: [(&str, &str); 12] = [
    ("HOME", "/h"),
    ("DIR", r"C:\a\b\a"),
    ("EMPTY", ""),
    ("V", "1.2.3-rc.1"),
    ("SP", " a  b "),
    ("STAR", "x*y*z"),
    ("Q", "what?"),
    ("BRACE", "a}b/c"),
    ("LINES", "one\ntwo"),
    ("GLOB", "#*."),
    ("Ä", "umlaut"),
    ("DOLLAR", "$V"),
];

fn expand(text: &str, escape: char) -> Result<Expanded, ExpandError> {
    word(&Spliced::verbatim(text, 0), escape, &ENV)
}

#[track_caller]
fn check(escape: char, rows: &[(&str, Result<&str, &str>)]) {
    for (text, wanted) in rows {
        let got = expand(text, escape).map(|out| out.text.text().to_owned()).map_err(|error| error.to_string());
        assert_eq!(got.as_deref().map_err(String::as_str), *wanted, "{text}");
    }
}

#[test]
fn escapes_and_quotes_with_backslash() {
    const SINGLE: &str = "unexpected end of statement while looking for matching single-quote";
    const DOUBLE: &str = "unexpected end of statement while looking for matching double-quote";
    check(
        '\\',
        &[
            (r"C:\temp\new", Ok("C:tempnew")),
            (r#""C:\Program Files\x""#, Ok(r"C:\Program Files\x")),
            (r"'C:\$V\'", Ok(r"C:\$V\")),
            (r"C:\\go", Ok(r"C:\go")),
            (r"\\srv\share", Ok(r"\srvshare")),
            (r"end\", Ok("end")),
            (r"\$V \' \` \ü", Ok("$V ' ` ü")),
            (r#""\$V \\ \" \' \n""#, Ok(r#"$V \ " \' \n"#)),
            (r#"a"b 'c' "d'e "f"'"#, Ok(r#"ab 'c' de "f""#)),
            ("Bob's.txt", Err(SINGLE)),
            (r"'a\'b'", Err(SINGLE)),
            (r#"say "hi"#, Err(DOUBLE)),
            (r#""C:\""#, Err(DOUBLE)),
            ("a < b << c <", Ok("a < b << c <")),
        ],
    );
}

#[test]
fn escapes_and_quotes_with_backtick() {
    check(
        '`',
        &[
            (r"C:\temp\new", Ok(r"C:\temp\new")),
            (r"C:\`$Recycle.Bin", Ok(r"C:\$Recycle.Bin")),
            (r"C:\$Recycle.Bin", Ok(r"C:\.Bin")),
            (r"C:\$V", Ok(r"C:\1.2.3-rc.1")),
            ("``a`b`", Ok("`ab")),
            (r#""C:\" "`"\x`y""#, Ok(r#"C:\ "\x`y"#)),
            (r"${X:-C:\app}", Ok(r"C:\app")),
            (r"${X:-a`}b}", Ok("a}b")),
        ],
    );
}

#[test]
fn names() {
    check(
        '\\',
        &[
            ("$HOME.x$HOME", Ok("/h.x/h")),
            ("$HOMEx${HOME}x", Ok("/hx")),
            ("$1x $10x $0x", Ok("x x x")),
            ("$@$*$#$?$-$$$!.", Ok(".")),
            ("${@}${#}${?:-q}${-:+r}", Ok("q")),
            ("$Ä|$.|$|$-x", Ok("umlaut|$.|$|x")),
            ("$env:PATH", Ok(":PATH")),
            ("$(HOME) %HOME%", Ok("$(HOME) %HOME%")),
            ("$DOLLAR", Ok("$V")),
            ("\u{feff}a\u{feff}", Ok("a\u{feff}")),
        ],
    );
}

#[test]
fn defaults_and_demands() {
    check(
        '\\',
        &[
            ("${X-a b}${EMPTY-c}${HOME-d}", Ok("a b/h")),
            ("${X:-a}${EMPTY:-c}${HOME:-d}", Ok("ac/h")),
            ("${X+a}${EMPTY+c}${HOME+d}", Ok("cd")),
            ("${X:+a}${EMPTY:+c}${HOME:+d}", Ok("d")),
            ("${HOME?}${EMPTY?}${HOME:?no}", Ok("/h/h")),
            ("${X:-${Y:-${HOME}/z}}", Ok("/h/z")),
            (r"${X:-\}'}'$V}", Ok("}}1.2.3-rc.1")),
            (r"${X:-C:\app}", Ok("C:app")),
            ("\"${X:-'a'}\"", Ok("a")),
            ("${X?}", Err("X: is not allowed to be unset")),
            ("${X:?give $HOME}", Err("X: give /h")),
            ("${EMPTY:?}", Err("EMPTY: is not allowed to be empty")),
        ],
    );
}

#[test]
fn malformed_references() {
    const BRACE: &str = "syntax error: missing '}'";
    check(
        '\\',
        &[
            ("${env:PATH}", Err("unsupported modifier (:P) in substitution")),
            ("${env:PATH", Err(BRACE)),
            ("${V=1}", Err("unsupported modifier (=) in substitution")),
            ("${V:=1}", Err("unsupported modifier (:=) in substitution")),
            ("${V:#1}", Err("unsupported modifier (:#) in substitution")),
            ("${.}", Err("unsupported modifier (.) in substitution")),
            ("${V", Err("unsupported modifier (\u{fffd}) in substitution")),
            ("${V:}", Err(BRACE)),
            ("${", Err(BRACE)),
            ("${X:-a", Err(BRACE)),
            ("${X:-'a", Err(BRACE)),
            ("${X:-${Y?}", Err(BRACE)),
            ("${X:-${Y?}}", Err("Y: is not allowed to be unset")),
            ("${V/a}", Err("syntax error: missing '/' in ${}")),
            ("${V/a/b", Err(BRACE)),
            ("${}", Err("syntax error: bad substitution")),
            ("${{V}}", Err("syntax error: bad substitution")),
            ("${:-x}", Err("syntax error: bad substitution")),
        ],
    );
}

#[test]
fn patterns() {
    check(
        '\\',
        &[
            ("${V#*.}|${V##*.}|${V%.*}|${V%%.*}", Ok("2.3-rc.1|1|1.2.3-rc|1")),
            ("${V#1}${V#2}${V%?}", Ok(".2.3-rc.11.2.3-rc.11.2.3-rc.")),
            (r"${STAR#x\*}|${STAR%\**}|${STAR%%\**}|${Q%\?}", Ok("y*z|x*y|x|what")),
            (r"${DIR##*\\}|${DIR%\\*}", Ok(r"a|C:\a\b")),
            (r"${BRACE#*\}}|${BRACE%\}*}|${BRACE/\//-}", Ok("b/c|a|a}b-c")),
            ("${V/./-}|${V//./-}|${V/.*/}|${V//[0-9]/x}", Ok("1-2.3-rc.1|1-2-3-rc-1|1|1.2.3-rc.1")),
            ("${V//?/<$0>}", Ok("<><><><><><><><><><>")),
            (r"${V//[.]/}${HOME//h/\$0\$\$1}", Ok(r"1.2.3-rc.1/\h\$\")),
            ("${HOME//*/x}${EMPTY//*/x}${HOME//x*/-}", Ok("xx/h")),
            ("${HOME///-}", Ok("-/-h-")),
            ("${HOME//h}", Err("syntax error: missing '/' in ${}")),
            ("${LINES#*n}|${LINES##*}", Ok("e\ntwo|\ntwo")),
            ("${V${GLOB}}", Err("unsupported modifier ($) in substitution")),
            ("${V#${GLOB}}", Ok("1")),
            ("${X#a}${X/a/b}${X%%a}", Ok("")),
            (r"${V#\a}", Err(r"invalid pattern (\a) in substitution: invalid escape '\a'")),
            (r"${V%\ab}", Err(r"invalid pattern (b\a) in substitution: invalid escape '\a'")),
            (r"${V/\a/b}", Err(r"invalid pattern (\a) in substitution: invalid escape '\a'")),
        ],
    );
    check(
        '`',
        &[
            (r"${DIR#C:\a}", Err(r"invalid pattern (C:\a) in substitution: invalid escape '\a'")),
            (r"${DIR#C:\\a}", Ok(r"\b\a")),
            (r"${STAR%*\}", Ok("x*y*z")),
            (r"${V#\}", Err("invalid pattern (\\) in substitution: invalid escape '\\\u{fffd}'")),
        ],
    );
}

#[test]
fn uses_say_where_and_how() {
    let text = r"x$HOME ${Y:-é$V} ${DIR##*\\}";
    let out = expand(text, '\\').unwrap();
    let found: Vec<_> = out
        .uses
        .iter()
        .map(|found| {
            assert_eq!(&text[found.name_span.range()], found.name);
            let operator = found.modifier.as_ref().map(|modifier| (modifier.operator, modifier.word.as_str()));
            (&text[found.span.range()], found.found, found.has_default, operator)
        })
        .collect();
    assert_eq!(
        found,
        [
            ("$HOME", true, false, None),
            ("${Y:-é$V}", false, true, Some((Operator::Default, "é1.2.3-rc.1"))),
            ("$V", true, false, None),
            (r"${DIR##*\\}", true, false, Some((Operator::TrimLongestPrefix, r"*\\"))),
        ]
    );
    let span = |part: &str| {
        let at = out.text.text().find(part).unwrap();
        &text[out.text.span(at..at + part.len()).range()]
    };
    assert_eq!((span("/"), span("é"), span("2.3"), span("x")), ("$HOME", "é", "$V", "x"));
}

#[test]
fn lost_escapes_are_told_from_meant_ones() {
    let text = r#"C:\temp\$x\ y\\z "\a\"" '\b' ${X:-\c\}} ${V#\*} \"#;
    let out = expand(text, '\\').unwrap();
    let after = |spans: &[Span]| spans.iter().map(|span| &text[span.start as usize..]).collect::<Vec<_>>();
    for (spans, starts) in
        [(&out.lost, vec![r"\temp", r"\c", r"\"]), (&out.escapes, vec![r"\$x", r"\ y", r"\\z", r#"\""#, r"\}"])]
    {
        assert_eq!(spans.len(), starts.len());
        for (rest, start) in after(spans).iter().zip(starts) {
            assert!(rest.starts_with(start), "{rest} / {start}");
        }
        assert!(spans.iter().all(|span| span.len() == 1));
    }
}

#[test]
fn errors_point_at_what_is_wrong() {
    for (text, part) in [
        ("Bob's.txt /x", "'s.txt /x"),
        (r#"a "b c"#, r#""b c"#),
        ("a ${env:PATH} b", "${env:PATH}"),
        ("a${X?no}b", "${X?no}"),
        ("a${}b", "${}"),
        ("a${X:-b", "${X:-b"),
        (r"a${V#\a}b", r"${V#\a}"),
    ] {
        assert_eq!(&text[expand(text, '\\').unwrap_err().span.range()], part);
    }
    // through a joined line, too
    let mut joined = Spliced::verbatim("a${en", 0);
    joined.push("v:P}", Span::new(8, 12));
    assert_eq!(word(&joined, '\\', &()).unwrap_err().span, Span::new(1, 12));
}

#[test]
fn words_split_after_expansion() {
    for (text, wanted) in [
        ("a  b\tc ", vec!["a", "b", "c"]),
        ("x${SP}y", vec!["x", "a", "b", "y"]),
        ("x\"${SP}\"y", vec!["x a  b y"]),
        (r#"a\ b "c d"'e f' ''"#, vec!["a b", "c de f"]),
        ("$X $EMPTY", vec![]),
        ("cat << EOF x", vec!["cat", "<< EOF", "x"]),
        // the buffer that BuildKit shares
        ("80${X:-81} 9", vec!["81", "9"]),
        ("80\"${HOME:+x}\"", vec!["x"]),
        ("80${V#*-}", vec!["rc.1"]),
    ] {
        let got = words(&Spliced::verbatim(text, 0), '\\', &ENV).unwrap();
        assert_eq!(got.iter().map(Spliced::text).collect::<Vec<_>>(), wanted, "{text}");
    }
    let text = r#"é a"b c"d "#;
    let got = words(&Spliced::verbatim(text, 0), '\\', &ENV).unwrap();
    assert_eq!(&text[got[1].whole().range()], r#"a"b c"d"#);
}

#[test]
fn options_leave_parts_as_they_stand() {
    let raw = Options { raw_quotes: true, raw_escapes: true, skip_unset: true, skip_quotes: false };
    let quotes = Options { skip_quotes: true, ..Options::default() };
    for (text, options, wanted) in [
        (
            r#"a\b "c\"d" 'e' $V $X ${X} ${X:-\f} ${X#\f} ${X//a/b}"#,
            raw,
            r#"a\b "c\"d" 'e' 1.2.3-rc.1 $X ${X} ${X:-f} ${X#\f} ${X/a/b}"#,
        ),
        (r#"it's "$V" \""#, quotes, r#"it's "1.2.3-rc.1" ""#),
    ] {
        let out = word_with(&Spliced::verbatim(text, 0), '\\', &ENV, options).unwrap();
        assert_eq!(out.text.text(), wanted);
    }
    let got = words_with(&Spliced::verbatim(r#"<<"E F" \  x"#, 0), '\\', &(), raw).unwrap();
    assert_eq!(got.iter().map(Spliced::text).collect::<Vec<_>>(), [r#"<<"E F""#, r"\ ", "x"]);
}

#[test]
fn work_stays_within_bounds() {
    let nested = |levels: usize| format!("{}{}", "${a:-".repeat(levels), "}".repeat(levels));
    assert!(expand(&nested(200), '\\').is_ok());
    assert_eq!(expand(&nested(10_000), '\\').unwrap_err().kind, ErrorKind::TooDeep);
    assert_eq!(expand(&"${a:-\"".repeat(10_000), '\\').unwrap_err().kind, ErrorKind::TooDeep);
    let long = "x".repeat(200_000);
    let env = [("L", long.as_str())];
    let run = |text: &str| word(&Spliced::verbatim(text, 0), '\\', &env).map_err(|error| error.kind);
    assert!(run("$L").is_ok());
    assert_eq!(run("$L$L"), Err(ErrorKind::TooLong));
    assert_eq!(run("${L//x/yy}"), Err(ErrorKind::TooLong));
    assert_eq!(run("${L//*a*a*b/}"), Err(ErrorKind::TooComplex));
}

#[test]
fn a_long_word_is_read_to_its_end() {
    // Long enough that anything worse than linear time would never end.
    let part = r#"C:\a "b $X" 'c' ${X:-d} << "#;
    let text = part.repeat(1_000_000 / part.len());
    let out = expand(&text, '\\').unwrap();
    assert_eq!(out.lost.len(), text.len() / part.len());
}

proptest! {
    #[test]
    fn nothing_panics_and_spans_are_in_the_text(
        text in r#"(\$\{?|[\\`'"}/:#%?*+<é VX-]|DIR|[ -~]){0,24}"#,
        backtick: bool,
        raw: bool,
    ) {
        let escape = if backtick { '`' } else { '\\' };
        let options = Options { raw_quotes: raw, raw_escapes: raw, skip_unset: raw, skip_quotes: false };
        let input = Spliced::verbatim(&text, 0);
        match word_with(&input, escape, &ENV, options) {
            Ok(out) => {
                for (at, char) in out.text.text().char_indices() {
                    prop_assert!(text.get(out.text.span(at..at + char.len_utf8()).range()).is_some());
                }
                for found in &out.uses {
                    prop_assert_eq!(text.get(found.name_span.range()), Some(found.name.as_str()));
                    prop_assert!(found.span.contains(found.name_span));
                    prop_assert!(text.get(found.span.range()).is_some_and(|part| part.starts_with('$')));
                }
                for span in out.lost.iter().chain(&out.escapes) {
                    prop_assert_eq!(text[span.range()].chars().next(), Some(escape));
                }
                prop_assert!(words_with(&input, escape, &ENV, options).is_ok());
            }
            Err(error) => prop_assert!(text.get(error.span.range()).is_some_and(|part| !part.is_empty())),
        }
    }

    #[test]
    fn a_text_without_special_characters_stays(text in r#"[^$"'\\`\u{feff}]{0,40}"#) {
        let out = expand(&text, '\\').unwrap();
        prop_assert_eq!(out.text, Spliced::verbatim(&text, 0));
        let text = text.replace('<', "");
        let split = words(&Spliced::verbatim(&text, 0), '`', &()).unwrap();
        let split: Vec<_> = split.iter().map(Spliced::text).collect();
        prop_assert_eq!(split, text.split_whitespace().collect::<Vec<_>>());
    }

    #[test]
    fn patterns_agree_with_trying_every_match(pattern in r"[ab*?]{0,6}", value in r"[ab\n]{0,8}") {
        let matches = |part: &str| naive(pattern.as_bytes(), part.as_bytes());
        let cuts = || 0..=value.len();
        let run = |trim: fn(&str, &str, pattern::Extent, &mut usize) -> Result<String, ErrorKind>, extent| {
            trim(&pattern, &value, extent, &mut 0).unwrap()
        };
        let heads: Vec<usize> = cuts().filter(|cut| matches(&value[..*cut])).collect();
        let tails: Vec<usize> = cuts().filter(|cut| matches(&value[*cut..])).collect();
        let first = heads.first().map_or(0, |cut| *cut);
        let last = heads.last().map_or(0, |cut| *cut);
        prop_assert_eq!(run(pattern::trim_prefix, pattern::Extent::Shortest), &value[first..]);
        prop_assert_eq!(run(pattern::trim_prefix, pattern::Extent::Longest), &value[last..]);
        let near = tails.last().map_or(value.len(), |cut| *cut);
        let far = tails.first().map_or(value.len(), |cut| *cut);
        prop_assert_eq!(run(pattern::trim_suffix, pattern::Extent::Shortest), &value[..near]);
        prop_assert_eq!(run(pattern::trim_suffix, pattern::Extent::Longest), &value[..far]);
    }
}

/// Whether all of the value matches, by trying.
fn naive(pattern: &[u8], value: &[u8]) -> bool {
    match (pattern, value) {
        ([], _) => value.is_empty(),
        ([b'*', rest @ ..], _) => {
            naive(rest, value) || matches!(value, [first, tail @ ..] if *first != b'\n' && naive(pattern, tail))
        }
        ([b'?', rest @ ..], [first, tail @ ..]) => *first != b'\n' && naive(rest, tail),
        ([wanted, rest @ ..], [first, tail @ ..]) => wanted == first && naive(rest, tail),
        _ => false,
    }
}

#[test]
fn what_is_plain_stays_as_it_stands() {
    for (text, plain) in [
        ("C:/a b", true),
        ("", true),
        ("a<<b", true),
        ("a\u{FEFF}", true),
        ("\u{FEFF}a", false),
        ("$a", false),
        ("'a'", false),
        ("\"a\"", false),
        ("a\\b", false),
    ] {
        assert_eq!(is_plain(text, '\\'), plain, "{text:?}");
        let (expanded, _) = lexer::run(&Spliced::verbatim(text, 0), '\\', &(), Options::default(), false).unwrap();
        assert_eq!(expanded.text.text() == text, plain, "{text:?}");
    }
}
