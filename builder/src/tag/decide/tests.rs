//! The table of names: what is known of a repository, and the tags that its image gets.

use super::*;
use crate::tag::facts::GitTag;
use crate::tag::is_valid;

const COMMIT: &str = "0123abcdef0123abcdef0123abcdef0123abcdef";

/// Facts in few words: tags of git (`@` behind one on the commit, `<` behind one the commit descends from), the branch
/// (`-`: the head is detached), then words: `dirty`, `shallow`, `allow-dirty`, `no-floats`, `cargo`, `release`,
/// `other-commit`, `os=a,b`, `event=branch:x|tag:x|pr:x`.
fn decided(tags: &str, branch: &str, words: &str, messages: &str) -> Result<Decision, DecideError> {
    let tag = |word: &str| GitTag {
        name: word.trim_end_matches(['@', '<']).to_owned(),
        is_here: word.ends_with('@'),
        is_behind: word.ends_with(['@', '<']),
    };
    let mut facts = Facts {
        commit: COMMIT.to_owned(),
        branch: Some(branch.to_owned()).filter(|branch| branch != "-"),
        tags: tags.split_whitespace().map(tag).collect(),
        messages: messages.split('|').filter(|message| !message.is_empty()).map(str::to_owned).collect(),
        ..Facts::default()
    };
    let mut run = Run::default();
    let mut options = Options::default();
    for word in words.split_whitespace() {
        match word.split_once('=') {
            None if word == "dirty" => facts.is_changed = true,
            None if word == "shallow" => facts.is_shallow = true,
            None if word == "allow-dirty" => options.allow_dirty = true,
            None if word == "no-floats" => options.no_floats = true,
            None if word == "cargo" => options.zero_major = ZeroMajor::Cargo,
            None if word == "release" => options.zero_major = ZeroMajor::Release,
            None if word == "other-commit" => run.commit = Some("f".repeat(40)),
            Some(("os", list)) => options.os_versions = list.split(',').map(str::to_owned).collect(),
            Some(("event", event)) => {
                let (kind, name) = event.split_once(':').unwrap();
                run.event = Some(match kind {
                    "branch" => Event::Branch(name.to_owned()),
                    "tag" => Event::Tag(name.to_owned()),
                    _ => Event::PullRequest(name.to_owned()),
                });
            }
            _ => panic!("{word}"),
        }
    }
    decide(&facts, &run, &options)
}

/// Tags of git, branch, words, messages; the image's tags, the next version, a part of a note.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

const TABLE: &[Row] = &[
    // No version on the commit.
    ("v1.0@", "main", "", "", "sha-0123abc main", "", "`v1.0` is no version"),
    ("V2.0.0@", "main", "", "", "sha-0123abc main", "", "`V2.0.0` is no version"),
    ("v1@ nightly@", "main", "", "", "sha-0123abc main", "", ""),
    ("", "main", "", "", "sha-0123abc main", "", ""),
    ("", "main", "", "fix: a", "sha-0123abc main", "0.1.0", ""),
    ("v1.0.0<", "main", "", "", "sha-0123abc main", "", ""),
    ("v1.0.0<", "main", "", "fix: a", "sha-0123abc main", "1.0.1", ""),
    ("v1.0.0<", "main", "", "fix: a|feat: b", "sha-0123abc main", "1.1.0", ""),
    ("v1.0.0<", "main", "", "feat!: a|fix: b", "sha-0123abc main", "2.0.0", ""),
    ("v1.0.0<", "main", "", "docs: a|chore: b", "sha-0123abc main", "", ""),
    ("v1.0.0<", "main", "", "words that follow no convention", "sha-0123abc main", "", ""),
    ("v0.3.1<", "main", "", "feat: a", "sha-0123abc main", "0.4.0", ""),
    ("v0.3.1<", "main", "", "feat!: a", "sha-0123abc main", "0.4.0", ""),
    ("v0.3.1<", "main", "cargo", "feat: a", "sha-0123abc main", "0.3.2", ""),
    ("v0.3.1<", "main", "release", "feat!: a", "sha-0123abc main", "1.0.0", ""),
    ("v1.1.0-rc.1<", "main", "", "fix: a", "sha-0123abc main", "1.1.0", ""),
    ("v1.0.0< v1.1.0-rc.1<", "main", "", "feat: a", "sha-0123abc main", "1.1.0", ""),
    ("v1.0.0< v1.2.0< v1.1.0<", "main", "", "fix: a", "sha-0123abc main", "1.2.1", ""),
    ("v1.2.8< v1.3.0", "1.2.x", "", "fix: a", "sha-0123abc 1.2.x", "1.2.9", ""),
    ("v1.2.8< v1.3.0", "v1.2", "", "feat: a", "sha-0123abc v1.2", "", "another branch has already"),
    // Names of branches.
    ("", "feature/a b", "", "", "sha-0123abc feature-a-b", "", ""),
    ("", "Feature/A", "", "", "sha-0123abc Feature-A", "", ""),
    ("", "1.2.3", "", "", "sha-0123abc branch-1.2.3", "", ""),
    ("", "2.0", "", "", "sha-0123abc branch-2.0", "", ""),
    ("", "latest", "", "", "sha-0123abc branch-latest", "", ""),
    ("", "sha-0123abcd", "", "", "sha-0123abc branch-sha-0123abcd", "", ""),
    ("", "release/1.2", "", "", "sha-0123abc release-1.2", "", ""),
    ("", "-", "", "", "sha-0123abc", "", "detached"),
    ("", "日本", "", "", "sha-0123abc ref-cf2abf0c", "", ""),
    // A version on the commit.
    ("v1.2.3@", "main", "", "", "1.2.3 1.2 1 latest sha-0123abc main", "", ""),
    ("1.2.3@", "main", "", "", "1.2.3 1.2 1 latest sha-0123abc main", "", ""),
    ("v1.2.3@", "-", "", "", "1.2.3 1.2 1 latest sha-0123abc", "", "detached"),
    ("v0.2.3@", "main", "", "", "0.2.3 0.2 latest sha-0123abc main", "", ""),
    ("v0.0.1@", "main", "", "", "0.0.1 0.0 latest sha-0123abc main", "", ""),
    ("v1.2.3@ v1.2.2<", "main", "", "", "1.2.3 1.2 1 latest sha-0123abc main", "", ""),
    ("v10.0.0@ v9.9.9<", "main", "", "", "10.0.0 10.0 10 latest sha-0123abc main", "", ""),
    ("v1.2.3@", "main", "no-floats", "", "1.2.3 sha-0123abc main", "", ""),
    ("nightly@", "main", "", "", "sha-0123abc main", "", ""),
    ("v1.2@", "main", "", "", "sha-0123abc main", "", ""),
    ("version-1.2.3@", "main", "", "", "sha-0123abc main", "", ""),
    ("v01.2.3@", "main", "", "", "sha-0123abc main", "", ""),
    // Floats never move backwards.
    ("v1.2.9@ v1.3.0 v2.0.0", "1.2.x", "", "", "1.2.9 1.2 sha-0123abc 1.2.x", "", "`latest` stays at 2.0.0"),
    ("v1.3.1@ v1.2.9 v2.0.0", "main", "", "", "1.3.1 1.3 1 sha-0123abc main", "", "`latest` stays at 2.0.0"),
    ("v1.2.3@ v1.2.4", "main", "", "", "1.2.3 sha-0123abc main", "", "`1.2` stays at 1.2.4"),
    ("v2.0.0@ v1.9.9", "main", "", "", "2.0.0 2.0 2 latest sha-0123abc main", "", ""),
    ("v1.9.0@ v1.10.0", "main", "", "", "1.9.0 1.9 sha-0123abc main", "", "`1` stays at 1.10.0"),
    ("v1.10.0@ v1.9.0", "main", "", "", "1.10.0 1.10 1 latest sha-0123abc main", "", ""),
    ("v0.1.9@ v0.2.0", "main", "", "", "0.1.9 0.1 sha-0123abc main", "", "`latest` stays at 0.2.0"),
    ("v1.2.3@ v2.0.0-rc.1", "main", "", "", "1.2.3 1.2 1 latest sha-0123abc main", "", ""),
    ("v1.2.3@ v1.2.4-rc.1", "main", "", "", "1.2.3 1.2 1 latest sha-0123abc main", "", ""),
    // Pre-releases take no float.
    ("v1.2.3-rc.1@", "main", "", "", "1.2.3-rc.1 sha-0123abc main", "", ""),
    ("v2.0.0-alpha@ v1.0.0<", "main", "", "", "2.0.0-alpha sha-0123abc main", "", ""),
    ("v1.2.3-rc.1@ v1.2.3@", "main", "", "", "1.2.3 1.2.3-rc.1 1.2 1 latest sha-0123abc main", "", ""),
    // Several versions, and build metadata.
    ("v1.2.3@ v2.0.0@", "main", "", "", "2.0.0 1.2.3 2.0 1.2 2 1 latest sha-0123abc main", "", ""),
    ("v1.2.3@ 1.2.3@", "main", "", "", "1.2.3 1.2 1 latest sha-0123abc main", "", ""),
    ("v1.2.3+5@", "main", "", "", "1.2.3-5 1.2 1 latest sha-0123abc main", "", ""),
    // A changed working tree.
    ("", "main", "dirty", "", "sha-0123abc-dirty main-dirty", "", ""),
    ("v1.2.3@", "main", "dirty", "", "sha-0123abc-dirty main-dirty", "", "files differ"),
    ("v1.2.3@", "main", "dirty allow-dirty", "", "1.2.3 1.2 1 latest sha-0123abc-dirty main-dirty", "", ""),
    ("v1.2.3@", "-", "dirty", "", "sha-0123abc-dirty", "", "files differ"),
    ("", "main", "dirty event=pr:7", "", "pr-7-dirty", "", ""),
    // Shallow clones.
    ("", "main", "shallow", "", "sha-0123abc main", "", "shallow"),
    ("v1.2.3-rc.1@", "main", "shallow", "", "1.2.3-rc.1 sha-0123abc main", "", "shallow"),
    ("v1.2.3@", "main", "shallow no-floats", "", "1.2.3 sha-0123abc main", "", "shallow"),
    // CI services.
    ("", "-", "event=branch:main", "", "sha-0123abc main", "", ""),
    ("v1.2.3@", "-", "event=branch:main", "", "sha-0123abc main", "", "comes with the run for the tag"),
    ("v1.2.3@", "-", "event=tag:v1.2.3", "", "1.2.3 1.2 1 latest", "", ""),
    ("v1.2.3@ v1.2.3-rc.1@", "-", "event=tag:v1.2.3-rc.1", "", "1.2.3-rc.1", "", ""),
    ("v1.2.9@ v2.0.0", "-", "event=tag:v1.2.9", "", "1.2.9 1.2 1", "", "`latest` stays at 2.0.0"),
    ("v3.0.0@", "-", "event=tag:v3.0.0", "", "3.0.0 3.0 3 latest", "", ""),
    // A clone without tags knows no higher version.
    ("", "-", "event=tag:v3.0.0", "", "3.0.0", "", "does not have the git tag `v3.0.0`"),
    ("v2.0.0", "-", "event=tag:v1.2.9", "", "1.2.9", "", "fetch the tags"),
    ("", "-", "event=tag:v3.0.0 no-floats", "", "3.0.0", "", ""),
    ("nightly@", "-", "event=tag:nightly", "", "sha-0123abc", "", "`nightly` is no version"),
    ("v1.2.3@", "-", "event=tag:v1.2.3 dirty", "", "sha-0123abc-dirty", "", "files differ"),
    ("", "-", "event=pr:17", "", "pr-17", "", ""),
    ("v1.2.3@", "-", "event=pr:17", "", "pr-17", "", ""),
    ("", "main", "event=tag:v1.2.3 other-commit", "", "sha-0123abc main", "", "another commit"),
    // Versions of Windows.
    (
        "v1.2.3@",
        "-",
        "event=tag:v1.2.3 os=ltsc2022,ltsc2025",
        "",
        "1.2.3 1.2 1 latest 1.2.3-ltsc2022 1.2-ltsc2022 1-ltsc2022 latest-ltsc2022 1.2.3-ltsc2025 1.2-ltsc2025 1-ltsc2025 \
         latest-ltsc2025",
        "",
        "",
    ),
    ("", "main", "os=10.0.20348", "", "sha-0123abc main sha-0123abc-10.0.20348 main-10.0.20348", "", ""),
    ("", "main", "os=ltsc2022 dirty event=pr:3", "", "pr-3-dirty pr-3-dirty-ltsc2022", "", ""),
];

#[test]
fn the_table_of_names() {
    assert!(TABLE.len() >= 60);
    for row in TABLE {
        let (tags, branch, words, messages, expected, next, note) = row;
        let decision = decided(tags, branch, words, messages).unwrap_or_else(|error| panic!("{row:?}: {error}"));
        let found: Vec<&str> = decision.tags.iter().map(|tag| tag.tag.as_str()).collect();
        assert_eq!(found.join(" "), *expected, "{row:?}");
        assert_eq!(decision.next.unwrap_or_default(), *next, "{row:?}");
        let notes = decision.notes.join("; ");
        assert!(notes.contains(note), "{row:?}: {notes}");
        assert!(decision.tags.iter().all(|tag| is_valid(&tag.tag)), "{row:?}");
    }
}

#[test]
fn a_note_names_no_float_that_moves() {
    let notes = |tags: &str| decided(tags, "main", "", "").unwrap().notes;
    // Both versions are on the commit, and the higher one takes the floats that they share.
    assert_eq!(notes("v1.2.3@ v2.0.0@"), Vec::<String>::new());
    let stays = |version: &str| format!("`latest` stays at 3.0.0, which is higher than {version}");
    assert_eq!(notes("v1.2.3@ v2.0.0@ v3.0.0"), [stays("2.0.0"), stays("1.2.3")]);
}

#[test]
fn each_tag_has_the_kind_that_says_whether_it_moves() {
    for (tags, words) in [("v1.2.3@", ""), ("v1.2.3-rc.1@", "os=ltsc2022"), ("", "event=pr:1"), ("", "dirty")] {
        for tag in decided(tags, "main", words, "").unwrap().tags {
            let stays = matches!(tag.kind, Kind::Version | Kind::Commit) && !tag.tag.contains(DIRTY);
            assert_eq!(crate::tag::is_release(&tag.tag), stays, "{tag:?}");
        }
    }
}

#[test]
fn what_cannot_be_told_is_refused() {
    assert!(matches!(decided("v1.2.3@", "main", "shallow", ""), Err(DecideError::Shallow { .. })));
    let collision = decided("v1.2.3-5@ v1.2.3+5@", "main", "", "");
    assert!(matches!(collision, Err(DecideError::Collision { .. })), "{collision:?}");
}

#[test]
fn the_label_names_the_version_or_the_commit() {
    let version = |tags: &str, words: &str| decided(tags, "main", words, "").unwrap().version;
    assert_eq!(version("v1.2.3+5@", ""), "1.2.3+5");
    assert_eq!(version("v1.2.3@", "event=branch:main"), "sha-0123abc");
    assert_eq!(version("", "dirty"), "sha-0123abc-dirty");
    assert_eq!(version("v1.2.3@", "event=tag:v1.2.3"), "1.2.3");
}

proptest::proptest! {
    #[test]
    fn whatever_a_branch_is_called_its_tag_is_one(name in "\\PC{0,200}", os in "[a-z0-9.]{0,20}") {
        for tag in decided("", &format!("x{}", name.replace(['|', ' '], "")), &format!("os={os}"), "").unwrap().tags {
            proptest::prop_assert!(is_valid(&tag.tag), "{}", tag.tag);
        }
    }

    #[test]
    fn a_float_never_names_another_than_the_highest(versions in proptest::collection::vec((0_u64..3, 0_u64..3, 0_u64..3), 1..12)) {
        // Released one after the other, each with the tags that it gets; then each float is at the highest of its range.
        let mut floats = std::collections::BTreeMap::new();
        let mut known: Vec<Version> = Vec::new();
        for (major, minor, patch) in versions {
            let version = Version::new(major, minor, patch);
            if known.contains(&version) {
                continue;
            }
            let others: Vec<String> = known.iter().map(|other| format!("v{other}")).collect();
            let tags = format!("{} v{version}@", others.join(" "));
            for tag in decided(&tags, "main", "", "").unwrap().tags {
                if tag.kind == Kind::Float {
                    floats.insert(tag.tag, version.clone());
                }
            }
            known.push(version);
        }
        for (float, version) in floats {
            let is_in = |other: &&Version| float == "latest" || format!("{other}.").starts_with(&format!("{float}."));
            proptest::prop_assert_eq!(known.iter().filter(is_in).max(), Some(&version), "{}", float);
        }
    }
}
