//! What cmd makes of command lines, and where each part was written.

use proptest::prelude::*;

use super::{launched, parse};
use crate::script::nested::{MAX_DEPTH, level_limit};
use crate::script::sketch::{check_spans, sketch};
use crate::script::{FaultKind, Quote, Script, Word};
use crate::source::Span;
use crate::splice::Spliced;

fn read(source: &str) -> Script {
    let script = parse(Spliced::verbatim(source, 0), 0);
    check_spans(&script, source);
    script
}

#[test]
fn command_lines() {
    for (source, expected) in [
        ("vcvars64.bat && cl x.cpp", "vcvars64.bat && cl[x.cpp]"),
        ("a & b || c", "a ; b || c"),
        ("a;b c", "a;b[c]"),
        ("a | b 2>&1 >nul", "a | b{2>&1}{> nul}"),
        (r"echo ok> C:\x", r"echo[ok]{> C:\x}"),
        ("echo ok2>x 2>>y", "echo[ok2]{> x}{2>> y}"),
        (">x echo a <in", "echo[a]{> x}{< in}"),
        (r#"setx /M PATH "%PATH%;C:\tools""#, r"setx[/M][PATH][%PATH%;C:\tools]"),
        ("powershell gci ^| ri", "powershell[gci][|][ri]<gci | ri>"),
        ("powershell gci | ri", "powershell[gci]<gci> | ri"),
        ("echo a^&b ^^ ^", "echo[a&b][^][]"),
        (r#"x "a & b" c&d"#, "x[a & b][c] ; d"),
        (r#"x "a & b"#, "x[a & b]"),
        (r#"x "a\"b c" d\\"e""#, r#"x[a"b c][d\e]"#),
        (r#"copy "C:\a b\" "C:\c d\""#, r"copy[C:\a b\][C:\c d\]"),
        (r"echo.hi & cd.. & cd\ & md\x & echo(", r"echo[.hi] ; cd[..] ; cd[\] ; md[\x] ; echo[(]"),
        ("set.exe & rd/s/q x & settle", "set.exe ; rd[/s/q][x] ; settle"),
        ("@echo off&@a", "echo[off] ; a"),
        ("a\nb\r\n\n c", "a ; b ; c"),
        ("a & rem b & c", "a ;"),
        ("rem & a", "a"),
        (":: x\na", "a"),
        ("(a & b) && c", "(() ( {a ; b} && c"),
        ("(a\nb)>x | c", "({> x}=(() ( {a ; b} | c"),
        ("(a)|(b)", "(=(() ( {a} | (=(() ( {b}"),
        ("echo (a)", "echo[(a)]"),
        ("", ""),
    ] {
        assert_eq!(sketch(&read(source)), expected, "{source}");
    }
}

#[test]
fn conditions_and_loops() {
    for (source, expected) in [
        ("if errorlevel 3010 exit /b 0", "if(if[errorlevel][3010]) then {exit[/b][0]}"),
        ("a || IF \"%ERRORLEVEL%\"==\"3010\" EXIT 0", "a || if(if[%ERRORLEVEL%][==][3010]) then {EXIT[0]}"),
        ("if /i not a EQU b (c) else d", "if(if[/i][not][a][EQU][b]) then {(() ( {c}} else {d}"),
        ("if a == b c & d", "if(if[a][==][b]) then {c ; d}"),
        (
            r#"if exist "C:\x y" (a) else if defined Z (b) else (c)"#,
            r"if(if[exist][C:\x y]) then {(() ( {a}} else {if(if[defined][Z]) then {(() ( {b}} else {(() ( {c}}}",
        ),
        ("if a==b echo else", "if(if[a][==][b]) then {echo[else]}"),
        ("for %i in (a b) do echo %i", "for(for[%i][a][b]) do {echo[%i]}"),
        ("for /r C:\\x %f in (*.pdb,*.ilk) do @del %f & b", "for(for[/r][C:\\x][%f][*.pdb][*.ilk]) do {del[%f] ; b}"),
        ("for /l %i in (1,1,5) do (a) || b", "for(for[/l][%i][1][1][5]) do {(() ( {a} || b}"),
        (
            r#"for /f "tokens=1,2" %a in ('dir /b ^| find "x"') do a %b"#,
            r#"for(for[/f][tokens=1,2][%a][dir /b | find "x"] dir[/b] | find[x]) do {a[%b]}"#,
        ),
        ("(if a==b (c))\nd", "(() ( {if(if[a][==][b]) then {(() ( {c}}} ; d"),
        ("a | if b==c d", "a | if=if(if[b][==][c]) then {d}"),
    ] {
        let got = sketch(&read(source));
        assert_eq!(got, expected, "{source}");
    }
}

#[test]
fn shells_inside() {
    for (source, expected) in [
        (r#"cmd /c "a && b" c"#, "cmd[/c][a && b][c]<a && b[c]>"),
        (r#"cmd /c "C:\x y\z.exe" /S"#, r"cmd[/c][C:\x y\z.exe][/S]<C:\x y\z.exe[/S]>"),
        ("cmd/c a^&b", "cmd[/c][a&b]<a ; b>"),
        (r#"cmd /S/C"a & b"&c"#, "cmd[/S/Ca & b]<a ; b> ; c"),
        // cmd strips only its own quotes; the program then takes the escaped ones for quotes of the script.
        (
            r#"cmd /S /C "powershell -Command \"a; b\"""#,
            r#"cmd[/S][/C][powershell -Command "a; b"]<powershell[-Command]["a;][b"]<"a; b">>"#,
        ),
        (
            r#"cmd /c powershell -Command "a \"b\" ^| c" ^| d"#,
            r#"cmd[/c][powershell][-Command][a "b" ^| c][|][d]<powershell[-Command][a "b" ^| c]<a "b" ^| c> | d>"#,
        ),
        (r#"start /wait "" cmd /c a ^& b"#, "start[/wait][][cmd][/c][a][&][b]<a ; b>"),
        ("call powershell -nop -ex Bypass a", "call[powershell][-nop][-ex][Bypass][a]<a>"),
        (
            r#"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe -NoP -Command "a | b" > x"#,
            r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe[-NoP][-Command][a | b]{> x}<a | b>",
        ),
        ("powershell -File x.ps1 -c y", "powershell[-File][x.ps1][-c][y]"),
        ("pwsh x.ps1 & pwsh -c x", "pwsh[x.ps1] ; pwsh[-c][x]<x>"),
        (
            r#"if a==b (%ComSpec% /d /c "x ^& y") else pwsh -noni -c z"#,
            "if(if[a][==][b]) then {(() ( {%ComSpec%[/d][/c][x ^& y]<x[&][y]>}} else {pwsh[-noni][-c][z]<z>}",
        ),
        (r#"bash -lc "a 'b c' && d" && e"#, "bash[-lc][a 'b c' && d]<a[b c] && d> && e"),
        ("cmd /c & cmd & powershell & sh x.sh", "cmd[/c] ; cmd ; powershell ; sh[x.sh]"),
        ("powershell -enc ZABpAHIA", "powershell[-enc][ZABpAHIA]<dir>"),
    ] {
        assert_eq!(sketch(&read(source)), expected, "{source}");
    }
}

fn words(script: &Script) -> Vec<&Word> {
    script
        .commands()
        .into_iter()
        .flat_map(|(_, command)| std::iter::once(&command.name).chain(&command.words))
        .collect()
}

#[test]
fn spans_cross_continuations() {
    let source = "RUN setx PA\\\n  TH \"a b\" && cmd /c \"x \\\n y\"";
    let mut text = Spliced::verbatim("setx PA", 4);
    text.push("TH \"a b\" && cmd /c \"x ", Span::new(15, 37));
    text.push(" y\"", Span::new(39, 42));
    let script = parse(text, 0);
    check_spans(&script, source);
    let found: Vec<(&str, &str)> =
        words(&script).iter().map(|word| (word.text.as_str(), &source[word.span.range()])).collect();
    assert_eq!(
        found,
        [
            ("setx", "setx"),
            ("PATH", "PA\\\n  TH"),
            ("a b", "\"a b\""),
            ("cmd", "cmd"),
            ("/c", "/c"),
            ("x  y", "\"x \\\n y\""),
            ("x", "x"),
            ("y", "y"),
        ]
    );
    assert_eq!(&source[script.statements[0].span.range()], "setx PA\\\n  TH \"a b\"");
    assert_eq!(&source[script.statements[0].separator_span.range()], "&&");
}

#[test]
fn variables_have_names_and_places() {
    for (source, expected) in [
        ("echo %PATH%;%ProgramFiles(x86)%", vec!["env:PATH=%PATH%", "env:ProgramFiles(x86)=%ProgramFiles(x86)%"]),
        ("echo %A:a b=c% %B:~0,-3% !C! 50% off 10%", vec!["env:A=%A:a b=c%", "env:B=%B:~0,-3%", "env:C=!C!"]),
        ("curl https://x/a%20b%20c hello!", vec![]),
        ("echo %~dp0x", vec![":0=%~dp0"]),
        ("for %i in (a) do x %~nxi.z %i-%i %I", vec![":i=%~nxi", ":i=%i", ":i=%i"]),
        ("for %P in (a) do x %PATH%%P", vec!["env:PATH=%PATH%", ":P=%P"]),
        ("for %%i in (a) do x %%i", vec![":i=%%i"]),
    ] {
        let script = read(source);
        let found: Vec<String> = words(&script)
            .iter()
            .flat_map(|word| &word.variables)
            .map(|variable| format!("{}:{}={}", variable.scope, variable.name, &source[variable.span.range()]))
            .collect();
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn what_start_and_call_run() {
    for (source, expected) in [
        (r#"start /wait "" setup.exe /S"#, Some((true, "setup.exe", 1))),
        (r#"start "t" /D C:\x /b a.exe"#, Some((false, "a.exe", 0))),
        ("START /w msiexec /i x.msi", Some((true, "msiexec", 2))),
        ("start/wait a", Some((true, "a", 0))),
        (r#"start /wait "C:\a b\setup.exe" /S"#, None),
        ("call x.bat y", Some((true, "x.bat", 1))),
        ("call :label", None),
        ("setup.exe", None),
    ] {
        let script = read(source);
        let found = launched(script.own_commands()[0]);
        let found = found.as_ref().map(|it| (it.wait, it.command.name.text.as_str(), it.command.words.len()));
        assert_eq!(found, expected, "{source}");
    }
}

#[test]
fn quotes_and_comments() {
    let script = read("x \"a b\" a\"b\" \"a\"b \"c & REM no\nrem a (b\n");
    let kinds: Vec<Quote> = script.statements.iter().flat_map(|_| words(&script)).map(|word| word.quote).collect();
    assert_eq!(kinds, [Quote::None, Quote::Double, Quote::None, Quote::None, Quote::Double]);
    assert_eq!(script.comments.len(), 1);
    assert!(script.faults.is_empty());
}

#[test]
fn faults() {
    let kinds = |source: &str| read(source).faults.iter().map(|fault| fault.kind).collect::<Vec<_>>();
    assert_eq!(kinds("(a"), [FaultKind::UnbalancedBracket]);
    assert_eq!(kinds("a\n) & b"), [FaultKind::UnbalancedBracket]);
    assert_eq!(kinds("echo \"(a"), []);
    assert_eq!(kinds("echo )"), []);
    for open in ["(", "if a==b ", "for %i in (x) do ", "(a | ", "if a==b (for %i in (x) do ("] {
        assert_eq!(kinds(&open.repeat(10_000)), [FaultKind::TooDeep], "{open}");
    }
    let script = read(&"cmd /c ".repeat(40));
    let deepest = script.commands().into_iter().rev().find_map(|(_, command)| command.nested.as_ref()).unwrap();
    assert_eq!(deepest.faults[0].kind, FaultKind::TooDeep);
    read(&format!("{}cmd /c ", "(".repeat(200)).repeat(40));
    // As deep as every shell allows, in all shells: this must fit the stack of a test's thread.
    let deepest = |depth| format!("{}cmd /c ", "(".repeat(level_limit(depth) as usize));
    let script = read(&(0..=MAX_DEPTH).map(deepest).collect::<String>());
    assert_eq!(script.commands().len(), MAX_DEPTH as usize + 1);
}

proptest! {
    #[test]
    fn any_text_is_read(source in "([a-z ]|cmd /c |if |else|for |%i|in \\(|do |[\"^&|<>()%!~:=,;/\\\\'`\n\r\té0-9@]|powershell -c ){0,60}") {
        read(&source);
    }

    #[test]
    fn arbitrary_text_is_read(source in "\\PC{0,80}") {
        read(&source);
    }
}
