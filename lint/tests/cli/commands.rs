//! The commands beside `check`.

use crate::Folder;

fn run(args: &[&str]) -> crate::Run {
    Folder::new().run(args)
}

#[test]
fn rules_are_listed_in_three_ways() {
    let text = run(&["rules"]);
    assert_eq!((text.code, text.err.as_str()), (0, ""));
    assert!(text.out.contains("`wlint explain RULE`"));
    let json = run(&["rules", "--format", "json"]).json();
    let markdown = run(&["rules", "--format", "markdown"]);
    assert!(markdown.out.starts_with("| Rule | Group | Severity | Fix | What is wrong |\n| --- |"));
    let rules = json.as_array().unwrap();
    assert_eq!(markdown.out.lines().count(), 2 + rules.len());
    for rule in rules {
        let id = rule["id"].as_str().unwrap();
        assert!(text.out.contains(&format!("  {id} ")), "{id}");
        assert!(!rule["summary"].as_str().unwrap().is_empty(), "{id}");
        let page = run(&["explain", id]);
        assert_eq!(page.code, 0, "{id}");
        assert!(page.out.starts_with(id), "{}", page.out);
    }
}

#[test]
fn an_unknown_rule_has_a_neighbour() {
    run(&["explain", "multiple-cmd-entyrpoint"]).refused(&["explain: ", "did you mean 'multiple-cmd-entrypoint'?"]);
}

#[test]
fn a_rule_that_nobody_meant_has_none() {
    let unknown = run(&["explain", "zzz"]);
    unknown.refused(&["there is no rule or group 'zzz'; see `wlint rules`"]);
}

#[test]
fn a_rule_is_explained_under_the_names_of_other_linters() {
    for name in ["DL3007", "dl3007"] {
        let page = run(&["explain", name]);
        assert_eq!((page.code, page.err.as_str()), (0, ""), "{page:?}");
        assert!(page.out.starts_with("base-latest\n"), "{page:?}");
    }
    assert!(run(&["explain", "StageNameCasing"]).out.starts_with("stage-name-casing\n"));
    for name in ["DL3008", "dl3008"] {
        run(&["explain", name]).refused(&["no rule of wlint finds what hadolint's DL3008 finds"]);
    }
    let two = run(&["explain", "DL3006"]);
    assert!(two.out.starts_with("base-latest\n") && two.out.contains("\n\nbase-untagged\n"), "{two:?}");
}

#[test]
fn a_group_is_explained_by_its_rules() {
    let group = run(&["explain", "suppression"]);
    assert_eq!((group.code, group.err.as_str()), (0, ""), "{group:?}");
    assert!(group.out.starts_with("suppression: comments that ignore findings\n\n"), "{group:?}");
    assert!(group.out.contains("\nwarning unknown-suppression\n    A `# wlint:` comment names a rule"), "{group:?}");
    run(&["explain", "metdata"]).refused(&["did you mean 'metadata'?"]);
}

#[test]
fn the_manual_page_has_every_command() {
    let page = run(&["man"]);
    assert_eq!((page.code, page.err.as_str()), (0, ""));
    for name in ["check", "explain", "rules", "show", "init", "schema", "completions", "man"] {
        assert!(page.out.contains(&format!(".SH \"wlint {name}\"\n")), "{name}");
    }
    assert!(page.out.contains("unsafe\\-fixes"), "with its options");
}

#[test]
fn every_shell_gets_its_completions() {
    for (shell, part) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef wlint"),
        ("fish", "complete -c wlint"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let completions = run(&["completions", shell]);
        assert_eq!((completions.code, completions.err.as_str()), (0, ""), "{shell}");
        assert!(completions.out.contains(part), "{shell}");
    }
}

#[test]
fn help_and_version_are_there() {
    let help = run(&["check", "--help"]);
    assert_eq!(help.code, 0);
    for option in ["--fix", "--diff", "--select", "--fail-on", "--as-of", "Exit code"] {
        assert!(help.out.contains(option), "{option}");
    }
    assert_eq!(run(&["--version"]).out, format!("wlint {}\n", env!("CARGO_PKG_VERSION")));
}
