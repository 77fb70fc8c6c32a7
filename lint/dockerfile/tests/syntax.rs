//! The tree is lossless for any bytes, and joins, directives, flags and heredocs are BuildKit's.

use dockerfile::document::{Builder, Document};
use dockerfile::source::Source;
use dockerfile::syntax::reading::{self, Reason};
use dockerfile::syntax::{Frontend, Options, ProblemKind, Tree, parse};
use proptest::prelude::*;

fn tree(text: &str) -> (Source, Tree) {
    let source = Source::new(text.into());
    let tree = parse(&source, &Options::default());
    (source, tree)
}

fn lines(text: &str) -> Vec<String> {
    tree(text).1.instructions.iter().map(|instruction| instruction.line.text().to_owned()).collect()
}

fn problems(text: &str) -> Vec<ProblemKind> {
    Document::new(Source::new(text.into()), Builder::Any)
        .built
        .problems
        .into_iter()
        .map(|problem| problem.kind)
        .collect()
}

fn lossless(bytes: &[u8], options: &Options) {
    let source = Source::new(bytes.to_vec());
    let tree = parse(&source, options);
    let mut back = source.mark().to_vec();
    let mut at = 0;
    for token in tree.tokens() {
        assert_eq!(token.span.start, at, "a gap or an overlap before {token:?}");
        assert!(source.text().is_char_boundary(token.span.start as usize));
        back.extend_from_slice(source.original(token.span));
        at = token.span.end;
    }
    assert_eq!(back, bytes);
    for instruction in &tree.instructions {
        let whole = instruction.line.whole();
        assert!(source.text().get(whole.range()).is_some());
        assert!(instruction.lines.0 <= instruction.lines.1);
    }
}

#[test]
fn continuations_are_joined_as_buildkit_joins_them() {
    for (text, expected) in [
        ("RUN a \\\n  b\n", vec!["RUN a   b"]),
        ("RUN a \\ \t\n b", vec!["RUN a  b"]),
        ("RUN a \\\n# comment\n  # more\n\n b", vec!["RUN a  b"]),
        ("RUN C:\\\\\nRUN b", vec!["RUN C:\\\\", "RUN b"]),
        ("RUN a\\\\\\\nRUN b", vec!["RUN a\\\\\\", "RUN b"]),
        ("# escape=`\nRUN a `\r\n b\r\n", vec!["RUN a  b"]),
        ("# escape=`\nWORKDIR C:\\\nRUN dir", vec!["WORKDIR C:\\", "RUN dir"]),
        ("WORKDIR C:\\\nRUN dir", vec!["WORKDIR C:RUN dir"]),
        ("RU\\\nN x", vec!["RUN x"]),
        ("RUN a \\\n", vec!["RUN a "]),
        ("\\\n\\\nRUN x", vec!["RUN x"]),
        ("  RUN a # b \n\t\nRUN c", vec!["RUN a # b ", "RUN c"]),
    ] {
        assert_eq!(lines(text), expected, "{text:?}");
    }
}

#[test]
fn directives_count_only_before_anything_else() {
    for (text, escape) in [
        ("# escape=`\nFROM x", '`'),
        ("#escape = `\nFROM x", '`'),
        ("# syntax=docker/dockerfile:1\n# ESCAPE=`\nFROM x", '`'),
        ("\n# escape=`\nFROM x", '\\'),
        ("# comment\n# escape=`\nFROM x", '\\'),
        ("# foo=bar\n# escape=`\nFROM x", '\\'),
        ("#!/usr/bin/env docker\n# escape=`\nFROM x", '\\'),
        ("## escape=`\nFROM x", '\\'),
        ("# escape=^\nFROM x", '\\'),
    ] {
        assert_eq!(tree(text).1.escape, escape, "{text:?}");
    }
    assert_eq!(problems("# escape='\nFROM x"), [ProblemKind::InvalidEscape("'".into())]);
    assert_eq!(problems("# escape=`\n# escape=`\nFROM x"), [ProblemKind::RepeatedDirective("escape".into())]);
}

#[test]
fn flags_lose_quotes_and_escapes() {
    let (_, tree) = tree("# escape=`\nRUN --mount=type=cache,target=\"C:\\a b\" --x -- --y z");
    let flags: Vec<_> = tree.instructions[0].head.flags.iter().map(|flag| flag.text.text()).collect();
    assert_eq!(flags, ["--mount=type=cache,target=C:\\a b", "--x"]);
    assert_eq!(&tree.instructions[0].line.text()[tree.instructions[0].head.args.clone()], "--y z");
    let accented = parse(&Source::new("COPY --from=é a b".into()), &Options::default());
    assert_eq!(accented.instructions[0].head.flags[0].text.text(), "--from=Ã©", "BuildKit reads flags byte by byte");
    let old = Options { frontend: Frontend::Before1_15, ..Options::default() };
    let source = Source::new("# escape=`\nRUN --mount=target=C:\\cache x".into());
    assert_eq!(parse(&source, &old).instructions[0].head.flags[0].text.text(), "--mount=target=C:cache");
}

#[test]
fn heredocs_end_where_their_word_stands_alone() {
    let (source, tree) = tree("RUN <<A cat <<-'B'\r\na\r\nA\r\n\tb\n\tB\nCOPY <<\"C\" <<D /x/\nc $x\nC\nd\nD\nRUN x");
    let found: Vec<_> = tree.instructions.iter().flat_map(|instruction| &instruction.heredocs).collect();
    let shown: Vec<_> =
        found.iter().map(|doc| (doc.name.as_str(), doc.expand, doc.chomp, source.slice(doc.body))).collect();
    assert_eq!(
        shown,
        [
            ("A", true, false, "a\r\n"),
            ("B", false, true, "\tb\n"),
            ("C", false, false, "c $x\n"),
            ("D", true, false, "d\n")
        ]
    );
    assert_eq!(
        tree.instructions.iter().map(|instruction| instruction.lines).collect::<Vec<_>>(),
        [(1, 5), (6, 10), (11, 11)]
    );
    assert_eq!(source.slice(found[1].span), "<<-'B'");
    assert_eq!(problems("RUN <<E\nx\n"), [ProblemKind::UnterminatedHeredoc("E".into())]);
    assert!(tree_of_no_heredoc("RUN [\"a\", \"<<E\"]\nRUN b"));
    assert!(tree_of_no_heredoc("CMD <<E\nRUN b"));
}

fn tree_of_no_heredoc(text: &str) -> bool {
    let tree = tree(text).1;
    tree.instructions.len() == 2 && tree.instructions[0].heredocs.is_empty()
}

#[test]
fn the_builder_s_own_errors_have_a_place() {
    for (text, kind) in [
        ("", ProblemKind::NoInstructions),
        ("# only a comment\n", ProblemKind::NoInstructions),
        ("FROM x\nmkdir y", ProblemKind::UnknownInstruction("mkdir".into())),
        ("RUN [\"a\", 1]", ProblemKind::JsonNotStrings),
        ("ENV A", ProblemKind::MissingValue("ENV".into())),
        ("ENV A=1 B", ProblemKind::MissingEquals("B".into())),
        ("RUN a \\\n\nb", ProblemKind::EmptyContinuation),
    ] {
        assert_eq!(problems(text), [kind], "{text:?}");
    }
    assert!(problems(&format!("RUN {}", "x".repeat(70_000))).contains(&ProblemKind::LineTooLong));
}

#[test]
fn the_author_s_reading_is_found() {
    let reason = |text: &str| Document::new(Source::new(text.into()), Builder::Any).meant.map(|(_, reason)| reason);
    assert_eq!(reason("FROM x\nRUN mkdir a && `\n    mkdir b"), Some(Reason::OtherEscape));
    assert_eq!(
        reason("# escape=`\nFROM x\nRUN a `\n b\nRUN c \\\n d \\\n e"),
        Some(Reason::OtherContinuation(vec![5, 6]))
    );
    assert_eq!(
        reason("FROM x\nCOPY a C:\\data\\\nRUN dir C:\\\nENTRYPOINT [\"x\"]"),
        Some(Reason::Swallowed(vec![2, 3]))
    );
    assert_eq!(reason("FROM x\nRUN mkdir C:\\app && \\\n    RUN x"), None);
    // a directive that asks in vain for the other character
    assert_eq!(reason("# c\n# escape=`\nFROM x\nWORKDIR C:\\app"), Some(Reason::OtherEscape));
    assert_eq!(reason("# escape='\nFROM x\nWORKDIR C:\\"), Some(Reason::OtherEscape));
    assert_eq!(reason("# c\n# escape=`\nFROM x\nRUN a && \\\n    b"), None);
    assert_eq!(reason("# escape=`\nFROM x\n# escape=\\\nRUN a"), None);
    // a declared character stays, also when no line goes on with it
    assert_eq!(reason("# escape=`\nFROM x\nRUN a \\\n b"), Some(Reason::OtherContinuation(vec![3])));
    assert_eq!(reason("# escape=`\nFROM x\nRUN a \\\n b C:\\ \nWORKDIR c"), Some(Reason::OtherContinuation(vec![3])));
    // what goes on has the name of an instruction
    assert_eq!(reason("FROM x\nHEALTHCHECK --interval=5s `\n  CMD a"), Some(Reason::OtherEscape));
    assert_eq!(reason("FROM x\nHEALTHCHECK CMD dir `\nCMD a"), None);
    assert_eq!(reason("FROM x\nONBUILD `\n  RUN a"), Some(Reason::OtherEscape));
    assert_eq!(reason("FROM x\nRUN md a && `\n  copy b c"), Some(Reason::OtherEscape));
    assert_eq!(reason("FROM x\nRUN echo `\nCOPY b c"), None);
    // an unknown instruction besides
    assert_eq!(reason("FORM x\nRUN a `\n  b `\n  c"), Some(Reason::OtherEscape));
    // swallowed
    assert_eq!(reason("from x\nworkdir c:\\\nrun dir"), Some(Reason::Swallowed(vec![2])));
    assert_eq!(reason("FROM x\nCOPY a app\\\nRUN dir"), Some(Reason::Swallowed(vec![2])));
    assert_eq!(reason("FROM x\nWORKDIR C:\\\n\n# c\n"), Some(Reason::Swallowed(vec![2])));
    assert_eq!(reason("FROM x\nRUN dir C:\\data\\\n  && copy a b"), None);
    assert_eq!(reason("FROM x\nRUN a \\\n b"), None);
    assert_eq!(reason("FROM x\nbroken\nmore"), None);
}

#[test]
fn many_paths_at_the_ends_of_lines_take_no_more_time_than_their_text() {
    // Long enough that anything worse than linear time would never end.
    let count = 1 << 18;
    for (line, first) in [("C:\\\n", count as u32), (" \\\n", 0), ("\\\n", 0)] {
        let (source, tree) = tree(&format!("FROM x\nRUN {}RUN y\n", line.repeat(count)));
        let meant = reading::meant(&source, &tree, &Options::default()).map(|(_, reason)| reason);
        assert_eq!(meant, (first > 0).then(|| Reason::Swallowed(vec![1 + first])), "{line}");
    }
}

proptest! {
    #[test]
    fn any_bytes_are_lossless(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        lossless(&bytes, &Options::default());
    }

    #[test]
    fn dockerfile_like_text_is_lossless(
        parts in proptest::collection::vec(
            proptest::sample::select(vec![
                "FROM x", "RUN ", "COPY ", "ONBUILD ", "ENV A=1", "\n", "\r\n", "\\", "`", " ", "\t", "# c", "# escape=`",
                "<<E", "<<-'F'", "E", "F", "[\"", "\"]", "\"", "'", "--x=y ", "ä", "\u{0}", "\u{85}", "C:\\a\\", "$X", "${", "}",
            ]),
            0..40,
        ),
        escape in proptest::sample::select(vec![None, Some('`'), Some('\\')]),
    ) {
        let text = parts.concat();
        lossless(text.as_bytes(), &Options { escape, ..Options::default() });
        let _ = Document::new(Source::new(text.into_bytes()), Builder::Any);
    }
}
