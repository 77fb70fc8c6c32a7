//! The tokens are those that `poshtree` finds.

use poshtree::v2::{self, TriviaKind};
use proptest::prelude::*;

use super::*;

/// The kind of a token with its place, and the first line break before it.
type Seen = (String, Range<usize>, Option<Range<usize>>);

fn ours(src: &str) -> (Vec<Seen>, Vec<Range<usize>>, Option<usize>) {
    let lexed = lex(src);
    let tokens = lexed.tokens.iter().map(|token| (format!("{:?}", token.kind), token.range(), token.newline(src)));
    (tokens.collect(), lexed.comments, lexed.unterminated)
}

fn theirs(src: &str) -> (Vec<Seen>, Vec<Range<usize>>, Option<usize>) {
    let lexed = v2::lex(src);
    let (mut tokens, mut comments, mut trailing) = (Vec::new(), Vec::new(), Vec::new());
    for token in lexed.tokens {
        let gap: Vec<v2::Trivia> =
            std::mem::replace(&mut trailing, token.trailing).into_iter().chain(token.leading).collect();
        comments.extend(gap.iter().filter(|it| it.is_comment()).map(|it| it.span.start..it.span.end));
        let newline = gap.iter().find(|it| it.kind == TriviaKind::Newline).map(|it| it.span.start..it.span.end);
        tokens.push((format!("{:?}", token.kind), token.span.start..token.span.end, newline));
    }
    let unclosed =
        lexed.errors.iter().filter(|it| it.message.starts_with("unterminated") && !it.message.contains("comment"));
    (tokens, comments, unclosed.map(|it| it.span.start).min())
}

#[test]
fn tokens_of_what_scripts_have() {
    for src in [
        "iwr https://x.org/a.zip -OutFile C:\\a.zip -UseBasicParsing; rm -r -fo ./b # done\n<# all #> exit 0",
        "$env:PATH += ';C:\\x'; [Environment]::SetEnvironmentVariable(\"A $($b.C['d'])\", @('x', 1kb, 0x1F)[0])",
        "if (-not $? -or $a -ceq 'b') { throw \"no ``\" } elseif (1.5e3 -lt .5) { 7z x a.7z } else { & $x @y 2>&1 *> n }",
        "a --% b | c\nd `\r\n e\r\n@'\nx'@\n'@ @\"\ny $z\n\"@ ${a b}.c?.d ?? $x++ ; $a..$b; *.txt ?x a*b /usr /= -=",
        "'open",
        "\"open $(",
        "${open",
        "@'\nopen",
        "<# open",
        "`",
        "@",
        "$",
        "0x",
        "1__2",
        "-",
        "--",
        "a`",
        "a`\n",
        "\u{feff}a\u{a0}b \u{2028}c é$é:é @é",
    ] {
        assert_eq!(ours(src), theirs(src), "{src:?}");
    }
}

/// Parts of scripts, and what parts them or goes wrong in them.
const PARTS: [&str; 62] = [
    "$",
    "$(",
    "${",
    "$env:",
    "@",
    "@'",
    "@\"",
    "@(",
    "@{",
    "\"",
    "\"",
    "'",
    "'",
    "`",
    "#",
    "<#",
    "#>",
    "(",
    ")",
    ")",
    "{",
    "}",
    "[",
    "]",
    "--%",
    "-",
    "-eq",
    "-icontains",
    "-x:",
    ".",
    "..",
    "::",
    ":",
    ">",
    ">>",
    "&1",
    "&",
    "|",
    ";",
    ",",
    "?",
    "??=",
    "*",
    "/",
    "=",
    "%",
    "+",
    "0x",
    "0b1",
    "1",
    "5kb",
    "e3",
    "ul",
    "a",
    "if",
    "é",
    "_",
    " ",
    " ",
    "\t",
    "\r",
    "\n",
];

proptest! {
    #[test]
    fn tokens_of_anything(parts in proptest::collection::vec(proptest::sample::select(&PARTS[..]), 0..40)) {
        let src = parts.concat();
        prop_assert_eq!(ours(&src), theirs(&src), "{:?}", src);
    }
}
