//! What a POSIX shell makes of scripts, and where each part was written.

use proptest::prelude::*;

use super::parse;
use crate::script::sketch::{check_spans, sketch};
use crate::script::{FaultKind, Script};
use crate::splice::Spliced;

fn read(source: &str) -> Script {
    let script = parse(Spliced::verbatim(source, 0), 0);
    check_spans(&script, source);
    script
}

#[test]
fn scripts() {
    for (source, expected) in [
        ("a b && c || d; e & f", "a[b] && c || d ; e & f"),
        ("a | b |& c\nd", "a | b | c ; d"),
        (r#"a 'b c' "d $E" f\ g ${H:-$I}"#, "a[b c][d $E][f g][${H:-$I}]"),
        ("a # b; c\nd", "a ; d"),
        ("a >b 2>&1 <c 2>/dev/null &>d", "a{> b}{2>&1}{< c}{2> /dev/null}{&> d}"),
        ("cat <<EOF > x && b\n$(no) ; no\nEOF\nc", "cat{<< EOF}{> x} && b ; c"),
        ("a $(b; c $(d)) `e f`", "a[$(b; c $(d))$<b ; c[$(d)$<d>]>][`e f`$<e[f]>]"),
        ("A=1 B=$(b) c d", "A=1= ; B=$(b)$<b>= ; c[d]"),
        ("A=1\nB=(x y)", "A=1= ; B=x= y="),
        ("if a; then b; elif c; then d; else e; fi; f", "if(a ; c ;) then {b ;} elif {d ;} else {e ;} ; f"),
        ("for i in 1 2; do a $i; done > x", "for{> x}=for(for[i][1][2]) do {a[$i] ;}"),
        ("while a; do b; done | c", "while=while(a ;) do {b ;} | c"),
        ("case $x in a|b) c;; *) d ;; esac && e", "case(case[$x]) a|b {c} * {d} && e"),
        (
            "f() { a; }; function g { b; }",
            "function(function[f]) function {{() { {a ;}} ; function(function[g]) function {{() { {b ;}}",
        ),
        ("(a; b) && { c; }", "(() ( {a ; b} && {() { {c ;}"),
        ("[[ -f x && $y > 1 ]] || a", "[[[-f][x][&&][$y][>][1][]]] || a"),
        ("sh -ec 'a && b'", "sh[-ec][a && b]<a && b>"),
        ("cmd.exe /c \"a & b\"", "cmd.exe[/c][a & b]<a ; b>"),
        ("a fi; done; b", "a[fi] ; done ; b"),
        ("a \\\n b", "a[b]"),
        ("((x = 1)) && ((a); b) $((1 + (2)))", "((() && (() ( {(() ( {a} ; b} ; $((1 + (2)))"),
    ] {
        assert_eq!(sketch(&read(source)), expected, "{source}");
    }
}

#[test]
fn faults() {
    let kinds = |source: &str| read(source).faults.iter().map(|fault| fault.kind).collect::<Vec<_>>();
    assert_eq!(kinds("a 'b"), [FaultKind::UnterminatedString]);
    assert_eq!(kinds("a \"b"), [FaultKind::UnterminatedString]);
    assert_eq!(kinds("(a"), [FaultKind::UnbalancedBracket]);
    assert_eq!(kinds("a )"), [FaultKind::UnbalancedBracket]);
    for open in ["(", "{ ", "if ", "a $(", "a \"$(", "a ${b:-", "while a; do ", "f() ", "case x in y) "] {
        assert_eq!(kinds(&open.repeat(10_000)), [FaultKind::TooDeep], "{open}");
    }
}

#[test]
fn nested_scripts_point_into_the_source() {
    let source = r#"sh -c "echo \"a\" 'b c'""#;
    let script = read(source);
    let nested = script.own_commands()[0].nested.as_ref().unwrap();
    let words = &nested.own_commands()[0].words;
    assert_eq!(&source[words[0].span.range()], "\"a\\\"");
    assert_eq!(&source[words[1].span.range()], "'b c'");

    // Two shells deep, the inner one in quotes that are escapes of the outer one.
    let source = r#"sh -c "cmd /c \"x \"y z\"" && w"#;
    let script = read(source);
    let places: Vec<&str> = script.commands().iter().map(|(_, command)| &source[command.name.span.range()]).collect();
    assert_eq!(places, ["sh", "cmd", "x", "w"]);
}

proptest! {
    #[test]
    fn any_text_is_read(source in "([a-z ]|sh -c |if |then|fi |else|for |do |done|case |in |esac|<<E|[\"^&|<>(){}$%!~:=,;/\\\\'`#\n\r\té0-9@]){0,60}") {
        read(&source);
    }

    #[test]
    fn arbitrary_text_is_read(source in "\\PC{0,80}") {
        read(&source);
    }
}
