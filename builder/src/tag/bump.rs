//! The next version, from the messages of commits (Conventional Commits 1.0.0) and Semantic Versioning 2.0.0.

use clap::ValueEnum;
use semver::{Prerelease, Version};

/// What a commit asks of the version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bump {
    /// Something is repaired.
    Patch,
    /// Something is new.
    Minor,
    /// Something that worked does not any more.
    Major,
}

/// What a bump does to a version before 1.0.0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ZeroMajor {
    /// A break raises the minor version, as does what is new: anything may change before 1.0.0
    #[default]
    Spec,
    /// A break raises the minor version, all else the patch version: 0.1.x stays compatible, as Cargo has it
    Cargo,
    /// A break makes it 1.0.0
    Release,
}

/// What one message asks for.
pub fn of_message(message: &str) -> Option<Bump> {
    let message = message.trim();
    let Ok(commit) = git_conventional::Commit::parse(message) else {
        // What `git revert` writes is no conventional message, and takes something back all the same.
        return message.starts_with("Revert \"").then_some(Bump::Patch);
    };
    if commit.breaking() {
        return Some(Bump::Major);
    }
    match commit.type_().as_str().to_ascii_lowercase().as_str() {
        "feat" => Some(Bump::Minor),
        "fix" | "perf" | "revert" => Some(Bump::Patch),
        _ => None,
    }
}

/// The version after `last` with the commits since; `None` if they ask for none. Without a last version it is 0.1.0.
pub fn next(last: Option<&Version>, messages: &[String], zero: ZeroMajor) -> Option<Version> {
    let Some(last) = last else { return (!messages.is_empty()).then(|| Version::new(0, 1, 0)) };
    let bump = messages.iter().filter_map(|message| of_message(message)).max()?;
    let bump = match (last.major, bump, zero) {
        (0, Bump::Major, ZeroMajor::Spec | ZeroMajor::Cargo) => Bump::Minor,
        (0, Bump::Minor, ZeroMajor::Cargo) => Bump::Patch,
        (_, bump, _) => bump,
    };
    Some(raised(last, bump))
}

/// The version raised. A pre-release already stands before a version: if that is high enough, it is the one.
fn raised(last: &Version, bump: Bump) -> Version {
    let is_before = |bump: Bump| {
        !last.pre.is_empty()
            && match bump {
                Bump::Patch => true,
                Bump::Minor => last.patch == 0,
                Bump::Major => last.patch == 0 && last.minor == 0,
            }
    };
    if is_before(bump) {
        return Version { pre: Prerelease::EMPTY, build: semver::BuildMetadata::EMPTY, ..last.clone() };
    }
    match bump {
        Bump::Patch => Version::new(last.major, last.minor, last.patch + 1),
        Bump::Minor => Version::new(last.major, last.minor + 1, 0),
        Bump::Major => Version::new(last.major + 1, 0, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_ask_as_the_convention_says() {
        for (message, bump) in [
            ("fix: a", Some(Bump::Patch)),
            ("perf(core): a", Some(Bump::Patch)),
            ("revert: a", Some(Bump::Patch)),
            ("Revert \"feat: a\"\n\nThis reverts commit 1.", Some(Bump::Patch)),
            ("feat(api): a", Some(Bump::Minor)),
            ("FEAT: a", Some(Bump::Minor)),
            ("feat!: a", Some(Bump::Major)),
            ("chore(api)!: a", Some(Bump::Major)),
            ("fix: a\n\nBREAKING CHANGE: b", Some(Bump::Major)),
            ("fix: a\n\nBREAKING-CHANGE: b", Some(Bump::Major)),
            ("fix: a\n\nbreaking change of nothing", Some(Bump::Patch)),
            ("docs: a", None),
            ("chore: a", None),
            ("Fix a thing", None),
            ("fix a", None),
            ("", None),
        ] {
            assert_eq!(of_message(message), bump, "{message}");
        }
    }

    #[test]
    fn versions_rise_as_semantic_versioning_says() {
        use ZeroMajor::{Cargo, Release, Spec};
        for (last, message, zero, expected) in [
            ("1.2.3", "fix: a", Spec, Some("1.2.4")),
            ("1.2.3", "feat: a", Spec, Some("1.3.0")),
            ("1.2.3", "feat!: a", Spec, Some("2.0.0")),
            ("1.2.3", "docs: a", Spec, None),
            ("0.2.3", "fix: a", Spec, Some("0.2.4")),
            ("0.2.3", "feat: a", Spec, Some("0.3.0")),
            ("0.2.3", "feat!: a", Spec, Some("0.3.0")),
            ("0.2.3", "feat: a", Cargo, Some("0.2.4")),
            ("0.2.3", "fix!: a", Cargo, Some("0.3.0")),
            ("0.2.3", "fix!: a", Release, Some("1.0.0")),
            ("0.2.3", "feat: a", Release, Some("0.3.0")),
            ("1.3.0-rc.1", "fix: a", Spec, Some("1.3.0")),
            ("1.3.0-rc.1", "feat: a", Spec, Some("1.3.0")),
            ("1.3.1-rc.1", "feat: a", Spec, Some("1.4.0")),
            ("1.3.0-rc.1", "feat!: a", Spec, Some("2.0.0")),
            ("2.0.0-rc.1", "feat!: a", Spec, Some("2.0.0")),
            ("1.2.3+build", "fix: a", Spec, Some("1.2.4")),
        ] {
            let found = next(Some(&last.parse().unwrap()), &[message.to_owned()], zero);
            assert_eq!(found.map(|version| version.to_string()).as_deref(), expected, "{last} {message} {zero:?}");
        }
    }

    #[test]
    fn the_strongest_commit_decides_and_the_first_version_is_a_beginning() {
        let messages = ["docs: c", "feat: b", "fix: a"].map(str::to_owned);
        assert_eq!(next(Some(&Version::new(1, 0, 0)), &messages, ZeroMajor::Spec), Some(Version::new(1, 1, 0)));
        assert_eq!(next(None, &messages, ZeroMajor::Spec), Some(Version::new(0, 1, 0)));
        assert_eq!(next(None, &[], ZeroMajor::Spec), None);
    }
}
