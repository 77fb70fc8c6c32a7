//! What the reader makes of scripts as Dockerfiles have them, of nesting, and of any text.

use proptest::prelude::*;

use super::*;
use crate::script::{Call, Command, Quote, Separator, Statement, StatementKind, Variable};
use crate::source::Span;

fn read(text: &str) -> Script {
    parse(Spliced::verbatim(text, 0), Dialect::WindowsPowerShell, 0)
}

fn list(statements: &[Statement]) -> String {
    statements.iter().map(show).collect::<Vec<_>>().concat()
}

/// A statement in short: `name <word> <word>`, blocks and assignments with their parts in braces.
fn show(statement: &Statement) -> String {
    let body = match &statement.kind {
        StatementKind::Pipeline(commands) => commands.iter().map(show_command).collect::<Vec<_>>().join(" | "),
        StatementKind::Assignment { target, operator, value } => format!("{} {operator} {}", target.text, list(value)),
        StatementKind::Block { keyword, heads, bodies } => {
            let bodies: Vec<_> = bodies.iter().map(|(name, body)| format!("{name}{{{}}}", list(body))).collect();
            format!("{keyword}({}) {}", list(heads), bodies.join(" "))
        }
    };
    let separator = match statement.separator {
        Separator::End => "",
        Separator::Always => "; ",
        Separator::And => " && ",
        Separator::Or => " || ",
        Separator::Background => " & ",
    };
    body + separator
}

fn show_command(command: &Command) -> String {
    let mut out = match command.call {
        Call::Plain => String::new(),
        Call::Ampersand => "&".to_owned(),
        Call::Dot => ".".to_owned(),
    };
    out += &show_word(&command.name);
    if let Some(expression) = &command.expression {
        out.insert(0, '\u{ab}');
        out.push('\u{bb}');
        for call in &expression.calls {
            let arguments = call.arguments.as_ref().map_or(String::new(), |words| {
                format!("({})", words.iter().map(show_word).collect::<Vec<_>>().join(" "))
            });
            out += &format!("[{} {}{arguments}]", call.target, call.member);
        }
        if !expression.statements.is_empty() {
            out += &format!("{{{}}}", list(&expression.statements));
        }
    }
    for word in &command.words {
        out += &format!(" {}", show_word(word));
    }
    for redirection in &command.redirections {
        let target = redirection.target.as_ref().map_or("-", |word| &word.text);
        out += &format!(" {}{target}", redirection.operator);
    }
    out
}

fn show_word(word: &Word) -> String {
    let inside = if word.statements.is_empty() { String::new() } else { format!("{{{}}}", list(&word.statements)) };
    match word.quote {
        Quote::None => format!("<{}>{inside}", word.text),
        Quote::Single => format!("'{}'{inside}", word.text),
        Quote::Double => format!("\"{}\"{inside}", word.text),
        Quote::Here => format!("@{}@{inside}", word.text),
    }
}

#[test]
fn commands_and_their_words() {
    for (text, shown) in [
        (
            "Invoke-WebRequest -UseBasicParsing -Uri $env:URL -OutFile 'a b.zip'",
            "<Invoke-WebRequest> <-UseBasicParsing> <-Uri> <$env:URL> <-OutFile> 'a b.zip'",
        ),
        (
            "Start-Process -Wait -FilePath msiexec.exe -ArgumentList '/i','x.msi','/qn'",
            "<Start-Process> <-Wait> <-FilePath> <msiexec.exe> <-ArgumentList> </i,x.msi,/qn>",
        ),
        ("a.exe /i , /q ,\n  /n; b", "<a.exe> </i,/q,/n>; <b>"),
        ("& 'C:\\Program Files\\x.exe' /S", "&'C:\\Program Files\\x.exe' </S>"),
        ("& $env:TEMP\\x.exe", "&<$env:TEMP\\x.exe>"),
        ("&{ a }", "&<{ a }>{<a>}"),
        (". .\\profile.ps1; .\\setup.exe -q", ".<.\\profile.ps1>; <.\\setup.exe> <-q>"),
        ("..\\x.exe 1", "<..\\x.exe> <1>"),
        ("choco install git -y --params '/x'", "<choco> <install> <git> <-y> <--params> '/x'"),
        ("7z x 'a.7z' -o\"C:\\out\" -y", "<7z> <x> 'a.7z' <-oC:\\out> <-y>"),
        ("docker build 'x' -f y", "<docker> <build> 'x' <-f> <y>"),
        ("Remove-Item $Env:TEMP\\* -Recurse", "<Remove-Item> <$Env:TEMP\\*> <-Recurse>"),
        ("x -Path:C:\\y -Force:$false -A: 'b'", "<x> <-Path:C:\\y> <-Force:$false> <-A:b>"),
        ("x -P:(a b)", "<x> <-P:(a b)>{<a> <b>}"),
        ("x \"a`\"b\" 'c''d' e`ff \"g\"\"h\"", "<x> \"a\"b\" 'c'd' <e\u{c}f> \"g\"h\""),
        ("x \"a\"b (c)d", "<x> \"a\" <b> <(c)>{<c>} <d>"),
        ("x @args a@b http://x/#y", "<x> <@args> <a@b> <http://x/#y>"),
        ("msiexec --% /i \"x y\" %TMP% # no", "<msiexec> <--%> </i \"x y\" %TMP% # no>"),
        ("./7z.exe /S; ./2024/x.exe; .\\7z.exe", "<./7z.exe> </S>; <./2024/x.exe>; <.\\7z.exe>"),
        ("a b=c d$x[0] [int] [Net.X]::Y", "<a> <b=c> <d$x[0]> <[int]> <[Net.X]::Y>"),
        ("a ${env:ProgramFiles(x86)}\\b", "<a> <${env:ProgramFiles(x86)}\\b>"),
        ("a 2>&1 > b.txt 3>> 'c d' *> e", "<a> 2>&1- >b.txt 3>>c d *>e"),
        ("'text' > a.txt", "\u{ab}'text'\u{bb} >a.txt"),
        ("a | b |\n c", "<a> | <b> | <c>"),
        ("a `\n b; c", "<a> <b>; <c>"),
        ("Write-Host if else", "<Write-Host> <if> <else>"),
        (
            "gci | % { $_.Name } | ? Length -gt 1",
            "<gci> | <%> <{ $_.Name }>{\u{ab}<$_.Name>\u{bb}[$_ Name]} | <?> <Length> <-gt> <1>",
        ),
        ("", ""),
    ] {
        assert_eq!(list(&read(text).statements), shown, "{text}");
    }
}

#[test]
fn separators() {
    let script = read("a; b && c || d\ne & f");
    assert_eq!(list(&script.statements), "<a>; <b> && <c> || <d>; <e> & <f>");
    let places: Vec<_> = script.statements.iter().map(|statement| statement.separator_span).collect();
    assert_eq!(
        places,
        [Span::new(1, 2), Span::new(5, 7), Span::new(10, 12), Span::new(14, 15), Span::new(17, 18), Span::at(20)]
    );
    assert_eq!(list(&read("if ($a) { b } c").statements), "if(\u{ab}<$a>\u{bb}) if{<b>}; <c>");
}

#[test]
fn assignments() {
    for (text, shown) in [
        (
            "$ErrorActionPreference = 'Stop'; $ProgressPreference='SilentlyContinue';",
            "$ErrorActionPreference = \u{ab}'Stop'\u{bb}; $ProgressPreference = \u{ab}'SilentlyContinue'\u{bb}; ",
        ),
        ("$env:PATH += ';C:\\x'", "$env:PATH += \u{ab}';C:\\x'\u{bb}"),
        (
            "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12",
            "[Net.ServicePointManager]::SecurityProtocol = \
             \u{ab}<[Net.SecurityProtocolType]::Tls12>\u{bb}[[Net.SecurityProtocolType] Tls12]",
        ),
        ("$x = iwr a | iex", "$x = <iwr> <a> | <iex>"),
        ("$a = $b = 1", "$a = $b = \u{ab}<1>\u{bb}"),
        ("$x = if ($y) { 1 } else { 2 }", "$x = if(\u{ab}<$y>\u{bb}) if{\u{ab}<1>\u{bb}} else{\u{ab}<2>\u{bb}}"),
        (
            "$x = @{ A = 1; 'B' = gci\n C = @() }",
            "$x = \u{ab}<@{ A = 1; 'B' = gci\n C = @() }>\u{bb}{A = \u{ab}<1>\u{bb}B = <gci>C = \u{ab}<@()>\u{bb}}",
        ),
        ("[string]$x =\n 'a' +\n 'b'; c", "[string]$x = \u{ab}<'a' +\n 'b'>\u{bb}; <c>"),
        ("$x++\n y", "\u{ab}<$x++>\u{bb}; <y>"),
    ] {
        assert_eq!(list(&read(text).statements), shown, "{text}");
    }
}

#[test]
fn blocks() {
    for (text, shown) in [
        (
            "$p = Start-Process a -PassThru; if ($p.ExitCode -ne 0) { exit $p.ExitCode }",
            "$p = <Start-Process> <a> <-PassThru>; \
             if(\u{ab}<$p.ExitCode -ne 0>\u{bb}[$p ExitCode]) if{<exit> <$p.ExitCode>}",
        ),
        ("if (a) {b} elseif (c) {d}\nelse {e}; f", "if(<a><c>) if{<b>} elseif{<d>} else{<e>}; <f>"),
        ("while ($true) { Start-Sleep 1 }", "while(\u{ab}<$true>\u{bb}) while{<Start-Sleep> <1>}"),
        ("do { a } until (b)", "do(<b>) do{<a>}"),
        (
            "for ($i = 0; $i -lt 3; $i++) { a }",
            "for($i = \u{ab}<0>\u{bb}; \u{ab}<$i -lt 3>\u{bb}; \u{ab}<$i++>\u{bb}) for{<a>}",
        ),
        ("foreach ($f in gci *.msi) { a $f }", "foreach($f in <gci> <*.msi>) foreach{<a> <$f>}"),
        (
            "switch -Regex ($x) { 'a.' { b } { $_ -gt 1 } { c } default { d } }",
            "switch(\u{ab}<$x>\u{bb}\u{ab}<$_ -gt 1>\u{bb}) case{<b>} case{<c>} default{<d>}",
        ),
        (
            "try { a } catch [Net.WebException], [X] { throw } finally { b }",
            "try() try{<a>} catch{<throw>} finally{<b>}",
        ),
        ("trap { a; break }", "trap() trap{<a>; <break>}"),
        ("function Get-X($a = (b)) { c }", "function($a = \u{ab}<(b)>\u{bb}{<b>}) Get-X{<c>}"),
        (
            "function f { param([Parameter(Mandatory)][int]$x, $y = 1) d }",
            "function() f{param($y = \u{ab}<1>\u{bb}) ; <d>}",
        ),
        ("return gci a", "<return> <gci a>{<gci> <a>}"),
        ("throw ('a {0}' -f 1)", "<throw> <('a {0}' -f 1)>{\u{ab}<('a {0}' -f 1)>\u{bb}{\u{ab}<'a {0}' -f 1>\u{bb}}}"),
        ("exit 3010", "<exit> <3010>"),
        ("class A { [int] $x; f() { } } b", "class() ; <b>"),
    ] {
        let script = read(text);
        assert_eq!(list(&script.statements), shown, "{text}");
        assert_eq!(script.faults, [], "{text}");
    }
}

#[test]
fn expressions() {
    for (text, shown) in [
        (
            "(New-Object Net.WebClient).DownloadFile($u, 'f')",
            "\u{ab}<(New-Object Net.WebClient).DownloadFile($u, 'f')>\u{bb}\
             [(New-Object Net.WebClient) DownloadFile(<$u> 'f')]{<New-Object> <Net.WebClient>}",
        ),
        (
            "iex ((New-Object Net.WebClient).DownloadString('https://x'))",
            "<iex> <((New-Object Net.WebClient).DownloadString('https://x'))>\
             {\u{ab}<(New-Object Net.WebClient).DownloadString('https://x')>\u{bb}\
             [(New-Object Net.WebClient) DownloadString('https://x')]{<New-Object> <Net.WebClient>}}",
        ),
        (
            "[Environment]::SetEnvironmentVariable('PATH', $env:PATH + ';C:\\x', [EnvironmentVariableTarget]::Machine)",
            "\u{ab}<[Environment]::SetEnvironmentVariable('PATH', $env:PATH + ';C:\\x', [EnvironmentVariableTarget]::Machine)>\u{bb}\
             [[EnvironmentVariableTarget] Machine]\
             [[Environment] SetEnvironmentVariable('PATH' <$env:PATH + ';C:\\x'> <[EnvironmentVariableTarget]::Machine>)]",
        ),
        ("$a.b.c('x').d.e()", "\u{ab}<$a.b.c('x').d.e()>\u{bb}[$a b][$a.b c('x')][$a.b.c('x') d][$a.b.c('x').d e()]"),
        ("$a.Count-1", "\u{ab}<$a.Count-1>\u{bb}[$a Count]"),
        ("@('a', 'b') -join ';'", "\u{ab}<@('a', 'b') -join ';'>\u{bb}{\u{ab}<'a', 'b'>\u{bb}}"),
        (
            "iex $wc.DownloadString('u')",
            "<iex> <$wc.DownloadString('u')>{\u{ab}<$wc.DownloadString('u')>\u{bb}[$wc DownloadString('u')]}",
        ),
        ("$x[0]['y'].z", "\u{ab}<$x[0]['y'].z>\u{bb}[$x[0]['y'] z]"),
        ("-not (Test-Path x) -and !$y", "\u{ab}<-not (Test-Path x) -and !$y>\u{bb}{<Test-Path> <x>}"),
        ("1..3 | % { a }", "\u{ab}<1..3>\u{bb} | <%> <{ a }>{<a>}"),
        (
            "\"a $(b 'c)' \"d $(e)\") f\" | g",
            "\u{ab}\"a $(b 'c)' \"d $(e)\") f\"\u{bb}{<b> 'c)' \"d $(e)\"{<e>}} | <g>",
        ),
        ("[X]::A([Y]::B((c)))", "\u{ab}<[X]::A([Y]::B((c)))>\u{bb}[[Y] B(<(c)>{<c>})][[X] A(<[Y]::B((c))>)]"),
    ] {
        let script = read(text);
        assert_eq!(list(&script.statements), shown, "{text}");
        assert_eq!(script.faults, [], "{text}");
    }
}

#[test]
fn here_strings_end_at_the_start_of_a_line() {
    let script = read("$x = @'\na 'b' $c\n'@\nSet-Content f @\"\r\n$d `\"e`\"\r\n\"@");
    assert_eq!(list(&script.statements), "$x = \u{ab}@a 'b' $c@\u{bb}; <Set-Content> <f> @$d \"e\"@");
}

#[test]
fn variables_keep_name_scope_and_place() {
    let source = "a $env:X ${env:ProgramFiles(x86)} $script:y \"$z-$Env:Q\\r `$no $(b $in) ${w}\" '$no' @sp";
    let script = read(source);
    let words = &script.own_commands()[0].words;
    let found: Vec<(&str, &str, &str)> = (words.iter())
        .flat_map(|word| &word.variables)
        .map(|variable: &Variable| (variable.scope.as_str(), variable.name.as_str(), &source[variable.span.range()]))
        .collect();
    assert_eq!(
        found,
        [
            ("env", "X", "$env:X"),
            ("env", "ProgramFiles(x86)", "${env:ProgramFiles(x86)}"),
            ("script", "y", "$script:y"),
            ("", "z", "$z"),
            ("env", "Q", "$Env:Q"),
            ("", "w", "${w}"),
            ("", "sp", "@sp"),
        ]
    );
    let inner = script.own_commands()[1];
    assert_eq!((inner.name.text.as_str(), &source[inner.words[0].span.range()]), ("b", "$in"));
}

#[test]
fn places_lead_through_continuations() {
    let source = "RUN a 'b' `\n  -Uri $env:X `\n# note\n  ; \"c $(d)\"";
    let mut text = Spliced::verbatim("a 'b' ", 4);
    text.push("  -Uri $env:X ", Span::new(12, 26));
    text.push("  ; \"c $(d)\"", Span::new(35, 47));
    let script = parse(text, Dialect::PowerShell, 0);
    let slice = |span: Span| &source[span.range()];
    let commands = script.own_commands();
    assert_eq!(slice(commands[0].span), "a 'b' `\n  -Uri $env:X");
    assert_eq!(slice(commands[0].words[0].span), "'b'");
    assert_eq!(slice(commands[0].words[2].variables[0].span), "$env:X");
    assert_eq!(slice(script.statements[0].separator_span), ";");
    assert_eq!(slice(commands[1].span), "\"c $(d)\"");
    assert_eq!(slice(commands[2].span), "d");
}

#[test]
fn comments() {
    let source = "a # one\nb <# two\n #> c; \"$(d # three\n)\" 'e # no' f#no";
    let script = read(source);
    let comments: Vec<_> = script.comments.iter().map(|span| &source[span.range()]).collect();
    assert_eq!(comments, ["# one", "<# two\n #>", "# three"]);
}

#[test]
fn faults() {
    use FaultKind::{UnbalancedBracket, UnterminatedString};
    for (text, faults) in [
        ("a 'b", vec![(UnterminatedString, 2)]),
        ("if (a) { \"b $(c", vec![(UnterminatedString, 9)]),
        ("a @'\nb", vec![(UnterminatedString, 2)]),
        ("if (a) { b", vec![(UnbalancedBracket, 7)]),
        ("a }; b", vec![(UnbalancedBracket, 2)]),
        ("{ ( }", vec![(UnbalancedBracket, 2)]),
        ("a ($x.y(1)", vec![(UnbalancedBracket, 2)]),
        ("$x[0; b", vec![(UnbalancedBracket, 2)]),
        ("a [b; c ]", vec![]),
        ("a (b) { c } @{ d = 1 }", vec![]),
    ] {
        let found: Vec<_> = read(text).faults.iter().map(|fault| (fault.kind, fault.span.start)).collect();
        assert_eq!(found, faults, "{text}");
    }
}

#[test]
fn arrays_give_their_elements() {
    let of = |text: &str| elements(&read(text).own_commands()[0].words[0]);
    assert_eq!(of("a '/i', \"x y\" ,/qn"), ["/i", "x y", "/qn"]);
    assert_eq!(of("a @('/i', 'b')"), ["/i", "b"]);
    assert_eq!(of("a b"), ["b"]);
    assert_eq!(of("a $x,'c'"), ["$x", "c"]);
}

fn spans(script: &Script) -> Vec<Span> {
    let mut spans: Vec<Span> = script.comments.clone();
    spans.extend(script.faults.iter().map(|fault| fault.span));
    for (_, statement) in script.all_statements() {
        spans.extend([statement.span, statement.separator_span]);
    }
    for command in script.own_commands() {
        spans.push(command.span);
        spans.extend(command.redirections.iter().map(|redirection| redirection.span));
        for word in command.words.iter().chain([&command.name]) {
            spans.push(word.span);
            spans.extend(word.variables.iter().map(|variable| variable.span));
        }
        for call in command.expression.iter().flat_map(|expression| &expression.calls) {
            spans.push(call.span);
            spans.extend(call.arguments.iter().flatten().map(|word| word.span));
        }
    }
    spans
}

fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "Get-Item",
        " ",
        " ",
        "\n",
        ";",
        "|",
        "&&",
        "||",
        "&",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "$x",
        "$env:P",
        "${a b}",
        "$(",
        "@(",
        "@{",
        "\"",
        "'",
        "@'\n",
        "\n'@",
        "@\"\n",
        "\n\"@",
        "`",
        "`\n",
        "#",
        "<#",
        "#>",
        "-Name",
        "-Name:",
        "-eq",
        "=",
        "+=",
        "!",
        ",",
        ".",
        "::",
        "..",
        "[int]",
        "if",
        "else",
        "foreach",
        "in",
        "while",
        "do",
        "switch",
        "try",
        "catch",
        "function",
        "param",
        "exit",
        "return",
        "class",
        "1",
        "7z",
        "2>&1",
        ">",
        ">>",
        "--%",
        "--",
        "++",
        "%",
        "?",
        "ß",
        "\u{1f980}",
        "@x",
        "\\",
        "/",
        ":",
        "*",
        "\r\n",
        "\t",
        "?.",
        "?[",
        "$",
        "@",
        "\u{feff}",
        "trap",
        "enum b",
        "\0",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn any_text_is_read_without_panic_and_every_span_is_text(text in pieces(), old in any::<bool>()) {
        let dialect = if old { Dialect::WindowsPowerShell } else { Dialect::PowerShell };
        let script = parse(Spliced::verbatim(&text, 0), dialect, 0);
        for span in spans(&script) {
            prop_assert!(text.get(span.range()).is_some(), "{text:?} {span:?}");
        }
        for command in script.own_commands() {
            prop_assert_eq!(&text[command.name.span.range()], &command.name.raw);
            bind(command, dialect);
            command.words.iter().for_each(|word| drop(elements(word)));
        }
    }

    #[test]
    fn spliced_text_is_read_as_well(text in pieces()) {
        let mut spliced = Spliced::default();
        for (at, char) in text.char_indices() {
            let start = 3 * at as u32;
            let length = if at % 2 == 0 { char.len_utf8() as u32 } else { 2 };
            spliced.push(char.encode_utf8(&mut [0; 4]), Span::new(start, start + length));
        }
        let end = 3 * text.len() as u32 + 2;
        let script = parse(spliced, Dialect::PowerShell, 0);
        for span in spans(&script) {
            prop_assert!(span.start <= span.end && span.end <= end, "{text:?} {span:?}");
        }
    }
}
