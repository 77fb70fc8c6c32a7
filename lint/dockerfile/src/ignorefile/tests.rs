//! The matcher, case by case: what Go's own tests cover, and what a walk relies on.

use proptest::prelude::*;

use super::*;

fn ignore(text: &str) -> IgnoreFile {
    IgnoreFile::parse(text)
}

fn check(cases: &[(&str, &str, bool)]) {
    for &(pattern, path, expected) in cases {
        let file = ignore(pattern);
        assert_eq!(file.problems, [], "{pattern:?}");
        assert_eq!(file.matches(path), expected, "{pattern:?} on {path:?}");
    }
}

#[test]
fn two_stars_cross_folders() {
    check(&[
        ("**", "app.dll", true),
        ("**/", "app.dll", true),
        ("**", "bin/app.dll", true),
        ("**/", "bin/app.dll", true),
        ("**", "bin/", true),
        ("**/**", "bin/app.dll", true),
        ("bin/**", "bin", false),
        ("bin/**", "bin/app.dll", true),
        ("bin/**", "bin/x64/app.dll", true),
        ("bin/**", "binaries/app.dll", false),
        ("bin**", "binaries/app.dll", true),
        ("**/bin", "bin", true),
        ("**/bin", "bin/app.dll", true),
        ("**/bin", "src/web/bin", true),
        ("**/bin", "src/web/bin/app.dll", true),
        ("**/bin", "src/cabin", false),
        ("**bin", "src/cabin", true),
        ("**/bin/*", "src/bin/app.dll", true),
        ("**/bin/*", "src/bin/", false),
        ("**/bin/**", "src/bin/x64/app.dll", true),
        ("**/.vs", ".vs", true),
        ("**/.vs", "a.vs", false),
        ("**/src/web", "src/web", true),
        ("**/src/web", "x/y/src/web", true),
        ("**/*.dll", "app.dll", true),
        ("**/*.dll", "a/b/app.dll", true),
        ("**/*.dll", "a/b/app.dll.config", false),
        ("**/app*dll", "a/app.x64.dll", true),
        ("**/app*.dll*", "a/app.x.dll.config", true),
        ("**/**/*.dll", "app.dll", true),
        ("**/**/*.dll", "a/b/c/app.dll", true),
        ("**/**/*.exe", "a/b/c/app.dll", false),
        ("a**/*.dll", "a/app.dll", true),
        ("a**/*.dll", "a/b/c/app.dll", true),
        ("a/*.dll**", "a/app.dll", true),
        ("a/**/b**", "a/x/y/bc/d", true),
        ("***", "a/b", true),
        ("a/**/z", "a/z", true),
        ("a/**/z", "a/b/c/z", true),
        ("a/**/z", "a/bz", false),
    ]);
}

#[test]
fn one_star_and_question_marks_stay_in_a_name() {
    check(&[
        ("*", "app.dll", true),
        ("*", "bin/app.dll", true),
        ("*.dll", "app.dll", true),
        ("*.dll", "bin/app.dll", false),
        ("*/*.dll", "bin/app.dll", true),
        ("a*", "a", true),
        ("a*", "abc/d", true),
        ("a*/b", "abc/b", true),
        ("a*/b", "a/c/b", false),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/f", true),
        ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", false),
        ("a*b*c*d*e*/f", "axbxcxdxexxx/fff", false),
        ("a*b?c*x", "abxbbxdbxebxczzx", true),
        ("a*b?c*x", "abxbbxdbxebxczzy", false),
        ("*x", "xxx", true),
        ("a?b", "aéb", true),
        ("a?b", "a/b", false),
        ("a???b", "aéb", false),
        ("a*b", "a/b", false),
        (".*", ".git", true),
        (".*", "git", false),
    ]);
}

#[test]
fn classes_and_escapes() {
    check(&[
        ("a[b-d]e", "ace", true),
        ("a[b-d]e", "ae", false),
        ("a[b-d]e", "aae", false),
        ("a[^b-d]e", "aze", true),
        ("a[^b-d]e", "ace", false),
        ("ab[c]", "abc", true),
        ("[a-ζ]*", "α", true),
        ("*[a-ζ]", "A", false),
        ("a[^a]b", "aéb", true),
        ("a[^x]b", "a/b", true),
        ("a[^a][^a][^a]b", "aéb", false),
        (r"[\]x]", "]", true),
        (r"[\-]", "-", true),
        (r"[+\-]", "-", true),
        (r"[+\-]", "z", false),
        (r"a\*b", "a*b", true),
        (r"a\*b", "ab", false),
        (r"a\\", r"a\", true),
        ("a]", "a]", true),
    ]);
}

#[test]
fn what_is_special_elsewhere_is_a_character_here() {
    check(&[
        ("abc.def", "abc.def", true),
        ("abc.def", "abcZdef", false),
        ("abc?def", "abcZdef", true),
        ("a(b)c/def", "a(b)c/def", true),
        ("a(b)c/def", "a(b)c/xyz", false),
        ("a.|)$(}+{bc", "a.|)$(}+{bc", true),
        ("dist/*.nupkg", "dist/app-1.0+g08acad9.{x}.nupkg", true),
        ("a+(b)*", "a+(b)c", true),
        (r"bin/a\.b", "bin/a.b", true),
    ]);
}

#[test]
fn patterns_are_anchored_and_clean() {
    check(&[
        ("bin", "bin", true),
        ("bin", "bin/app.dll", true),
        ("bin", "src/bin", false),
        ("bin", "binaries", false),
        ("bin", "Bin", false),
        ("bin/", "bin/app.dll", true),
        ("/bin", "bin", true),
        ("//bin//x", "bin/x", true),
        ("./bin/../obj/.", "obj/a", true),
        ("../bin", "bin", false),
        ("/../bin", "bin", true),
        ("bin", "./bin/", true),
        ("bin", "/bin", true),
        ("bin", "a/../bin", true),
        ("  bin \t", "bin", true),
        ("bin app", "bin app", true),
        ("*", ".", false),
        ("**", "", false),
        ("/", "bin", false),
        (".", "bin", false),
    ]);
}

#[test]
fn the_last_match_counts_and_exceptions_take_back() {
    check(&[
        ("docs\n!docs/README.md", "docs/README.md", false),
        ("docs/\n!docs/README.md", "docs/README.md", false),
        ("docs/*\n!docs/README.md", "docs/README.md", false),
        ("docs\n!docs/README.md", "docs/a.md", true),
        ("!a.md\n*.md", "a.md", true),
        ("*.md\n!a.md", "a.md", false),
        ("**\n!util/docker/web", "util/docker/web/foo", false),
        ("**\n!util/docker/web\nutil/docker/web/foo", "util/docker/web/foo", true),
        ("**\n!dist/*.whl", "dist/a-1.0+g0.whl", false),
        ("docs\n  !docs/README.md", "docs/README.md", false),
        ("docs\n!  /docs/README.md", "docs/README.md", false),
        ("docs\na/../!docs", "docs", false),
        ("*\n!!x", "!x", false),
        // The folder is not excluded where the exception stands, so the walk does not hand the exception down.
        ("a/b\n!a", "a/b", true),
        ("a\n!a/b\na/b/c", "a/b/c/d", true),
    ]);
}

#[test]
fn lines_comments_and_marks() {
    let file = ignore("\u{feff}# comment\r\n/test1\r\n\r\n # not a comment\r\n\u{a0}a\u{2003}\n! /x/y\nlast");
    let texts: Vec<_> = file.patterns.iter().map(|pattern| (pattern.text.as_str(), pattern.is_exception)).collect();
    assert_eq!(texts, [("test1", false), ("# not a comment", false), ("a", false), ("x/y", true), ("last", false)]);
    assert!(file.has_exceptions() && !ignore("a\n#!b").has_exceptions());
    assert!(ignore("\u{feff}bin").matches("bin"));
    assert!(ignore("").patterns.is_empty() && !ignore("").matches("a/b"));
}

#[test]
fn a_span_covers_the_pattern_with_its_exclamation_mark() {
    let text = "\u{feff}bin\r\n  ! /é/x \r\n[\nz\n";
    let file = ignore(text);
    let spans: Vec<_> = file.patterns.iter().map(|pattern| &text[pattern.span.range()]).collect();
    assert_eq!(spans, ["bin", "! /é/x", "z"]);
    assert_eq!(file.patterns.iter().map(|pattern| pattern.line).collect::<Vec<_>>(), [1, 2, 4]);
    assert_eq!(&text[file.problems[0].span.range()], "[");
}

#[test]
fn what_stops_the_build_is_reported_and_hides_nothing() {
    use IgnoreProblemKind::*;
    for (line, kind) in [
        ("!", LoneException),
        ("! ", LoneException),
        ("!/", LoneException),
        ("[", BadClass),
        ("a[", BadClass),
        ("[]a]", BadClass),
        ("[-]", BadClass),
        ("[x-]", BadClass),
        ("[-x]", BadClass),
        ("[a-b-c]", BadClass),
        ("[^", BadClass),
        ("[^bc", BadClass),
        (r"[a\", BadClass),
        ("a[b/c", BadClass),
        ("[Local-Only]/", ReversedRange),
        (r"\", TrailingBackslash),
        (r"bin\", TrailingBackslash),
        (&"a".repeat(65_536), LineTooLong),
    ] {
        let file = ignore(&format!("obj\n{line}\n*.tmp"));
        let kinds: Vec<_> = file.problems.iter().map(|problem| problem.kind).collect();
        assert_eq!(kinds, [kind], "{line:.20}");
        assert!(kind.stops_build());
        assert!(file.matches("obj/x") && file.matches("a.tmp") && file.patterns.len() == 2);
    }
    assert!(ignore(&"a".repeat(65_535)).problems.is_empty());
}

#[test]
fn a_backslash_between_folders_is_reported() {
    for line in [r"bin\Debug", r"**\obj", r"[\d]", r"!src\é"] {
        let file = ignore(line);
        assert_eq!(
            file.problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(),
            [IgnoreProblemKind::Backslash]
        );
        assert!(!file.problems[0].kind.stops_build() && file.patterns.len() == 1);
    }
}

#[test]
fn the_deciding_pattern_is_named() {
    let file = ignore("*.md\ndocs\n!docs/keep");
    assert_eq!(file.find("docs/a").decided_by, Some(1));
    assert_eq!(file.find("docs/keep/a").decided_by, Some(2));
    assert_eq!(file.find("src").decided_by, None);
}

#[test]
fn a_walk_goes_where_an_exception_may_match() {
    for (text, folder, expected) in [
        ("bin", "src", true),
        ("bin", "bin", false),
        ("bin", ".", true),
        ("*", "", true),
        ("bin\n!obj", "bin", false),
        ("bin\n!bin/keep", "bin", true),
        ("bin\n!bin/keep", "bin/x", false),
        ("bin\n!bin/keep", "bin/keep", true),
        ("bin\n!bin/k/l/m", "bin/k/l", true),
        ("bin\n!bin/*/keep", "bin/x", true),
        ("bin\n!bin/*/keep", "bin/x/y", false),
        ("bin\n!**/keep", "bin/x/y", true),
        ("bin\n!bin/**/*.dll", "bin/x/y", true),
        ("bin\n!b[h-j]n/a?c", "bin", true),
        ("bin\n!b[h-j]n/a?c", "bin/x", false),
        ("*\n!src/**", "src", true),
        ("*\n!src/**", "test", false),
    ] {
        assert_eq!(ignore(text).could_contain_included(folder), expected, "{text:?} on {folder:?}");
    }
}

#[test]
fn a_pattern_of_many_stars_takes_no_time() {
    let file = ignore(&format!("{}b", "*a".repeat(200)));
    assert!(!file.matches(&"a".repeat(2000)));
}

fn line() -> impl Strategy<Value = String> {
    "!?(\\*\\*/|\\*|\\?|/|\\.|a|b|\\[ab\\]|\\[\\^a\\]|\\\\\\*){1,6}"
}

/// A walk gives names: none of them is `.` or `..`.
fn path() -> impl Strategy<Value = String> {
    "\\.?[ab][ab.]{0,2}(/\\.?[ab][ab.]{0,2}){0,3}"
}

proptest! {
    #[test]
    fn nothing_panics(text in any::<String>(), path in any::<String>()) {
        ignore(&text).could_contain_included(&path);
        let _ = ignore(&text).matches(&path);
    }

    #[test]
    fn a_pruned_folder_holds_nothing_included(
        lines in prop::collection::vec(line(), 1..5), folder in path(), rest in path(),
    ) {
        let file = ignore(&lines.join("\n"));
        if !file.could_contain_included(&folder) {
            let below = format!("{folder}/{rest}");
            prop_assert!(file.matches(&below), "{below:?}");
        }
    }
}
