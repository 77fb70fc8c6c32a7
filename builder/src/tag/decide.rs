//! From what is known of a repository to the tags of its image. Nothing is looked at here.

use std::collections::BTreeSet;

use semver::Version;

use super::bump::{self, ZeroMajor};
use super::facts::{Event, Facts, Run};
use super::name::{DIRTY, SHORT, sanitize, with_suffix};

/// What may be chosen.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Versions of Windows (`ltsc2022`): each tag is also given with each of them behind it.
    pub os_versions: Vec<String>,
    /// Give release tags to a changed working tree.
    pub allow_dirty: bool,
    /// Leave floating tags out.
    pub no_floats: bool,
    /// What bumps do before 1.0.0.
    pub zero_major: ZeroMajor,
}

/// What a tag stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A whole version, which never moves.
    Version,
    /// `1.2`, `1`, `latest`: the highest version in a range.
    Float,
    /// A commit, which never moves.
    Commit,
    /// The newest of a branch.
    Branch,
    /// The newest of a pull request.
    PullRequest,
}

impl Kind {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Version => "version",
            Kind::Float => "float",
            Kind::Commit => "commit",
            Kind::Branch => "branch",
            Kind::PullRequest => "pull-request",
        }
    }
}

/// A tag of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The tag.
    pub tag: String,
    /// What it stands for.
    pub kind: Kind,
    /// The version of Windows whose image it names; without one it names the whole.
    pub os_version: Option<String>,
}

/// What an image is called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Its tags: those that never move first.
    pub tags: Vec<Tag>,
    /// The version of what is in it, for its label.
    pub version: String,
    /// The version that the commits since the last one ask for.
    pub next: Option<String>,
    /// What was left out, and why.
    pub notes: Vec<String>,
}

/// Why there are no tags.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecideError {
    /// Tags may be missing, so that a float could move backwards.
    #[error("the clone is shallow, so higher versions than {version} may be missing and floating tags could move back")]
    Shallow {
        /// The version on the commit.
        version: String,
    },
    /// Two tags of git become the same tag of an image.
    #[error("the git tags `{first}` and `{second}` are both {tag} as a tag of an image")]
    Collision {
        /// One.
        first: String,
        /// The other.
        second: String,
        /// What they become.
        tag: String,
    },
}

/// The version that a tag of git names: `v1.2.3` or `1.2.3`.
pub fn version(name: &str) -> Option<Version> {
    Version::parse(name.strip_prefix('v').unwrap_or(name)).ok()
}

/// Whether somebody may take a name for a version: `v1.0`, `V2.0.0`, `1.2.3.4`.
fn looks_like_version(name: &str) -> bool {
    let numbers = name.strip_prefix(['v', 'V']).unwrap_or(name);
    numbers.starts_with(|char: char| char.is_ascii_digit()) && numbers.contains('.')
}

/// A version as a tag of an image: no `+` is allowed there.
fn tag_of(version: &Version) -> String {
    version.to_string().replace('+', "-")
}

/// The highest version that the commit descends from, itself included.
pub fn last(facts: &Facts) -> Option<Version> {
    facts.tags.iter().filter(|tag| tag.is_behind || tag.is_here).filter_map(|tag| version(&tag.name)).max()
}

/// The tags of the image of a commit.
///
/// # Errors
/// When they cannot be told for sure.
pub fn decide(facts: &Facts, run: &Run, options: &Options) -> Result<Decision, DecideError> {
    let mut decision = Decision::default();
    let event = event(facts, run, &mut decision.notes);
    let commit = format!("sha-{}", &facts.commit[..SHORT.min(facts.commit.len())]);
    let dirty = if facts.is_changed { DIRTY } else { "" };
    decision.version = format!("{commit}{dirty}");
    let mut tags = releases(facts, event, options, &mut decision)?;
    let has_release = !tags.is_empty();
    match event {
        Some(Event::PullRequest(number)) => tags.push((Kind::PullRequest, sanitize(&format!("pr-{number}")))),
        // The run for the branch made the tag of the commit. Its image has another version in its labels, and a tag of
        // a commit never moves.
        Some(Event::Tag(_)) if has_release => {}
        Some(Event::Tag(name)) => {
            decision.notes.push(format!("the git tag `{name}` is no version (v1.2.3)"));
            tags.push((Kind::Commit, commit));
        }
        Some(Event::Branch(_)) | None => {
            tags.push((Kind::Commit, commit));
            let named = match event {
                Some(Event::Branch(name)) => Some(name.as_str()),
                _ => facts.branch.as_deref(),
            };
            match named {
                Some(name) => tags.push((Kind::Branch, branch_tag(name))),
                None => decision.notes.push("the head is detached, so there is no tag for a branch".to_owned()),
            }
        }
    }
    let plain = tags.into_iter().map(|(kind, tag)| match kind {
        Kind::Version | Kind::Float => (kind, tag),
        _ => (kind, with_suffix(&tag, dirty)),
    });
    decision.tags = with_os_versions(&plain.collect::<Vec<_>>(), &options.os_versions);
    decision.next = next(facts, options, &mut decision.notes);
    Ok(decision)
}

/// What the run is for, if it is for this commit.
fn event<'a>(facts: &Facts, run: &'a Run, notes: &mut Vec<String>) -> Option<&'a Event> {
    let is_other = run.commit.as_ref().is_some_and(|commit| *commit != facts.commit);
    if is_other && run.event.is_some() {
        notes.push(
            "the CI service runs for another commit than the one here, so its branch or tag is not used".to_owned(),
        );
        return None;
    }
    run.event.as_ref()
}

/// A branch named like a version must not take the version's tag.
fn branch_tag(name: &str) -> String {
    let tag = sanitize(name);
    let is_taken =
        super::is_release(&tag) || tag == "latest" || tag.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_taken { format!("branch-{tag}") } else { tag }
}

/// The versions on the commit with their floats.
fn releases(
    facts: &Facts,
    event: Option<&Event>,
    options: &Options,
    decision: &mut Decision,
) -> Result<Vec<(Kind, String)>, DecideError> {
    let mut names: Vec<&str> = match event {
        Some(Event::Tag(name)) => vec![name],
        Some(Event::Branch(_) | Event::PullRequest(_)) => Vec::new(),
        None => facts.tags.iter().filter(|tag| tag.is_here).map(|tag| tag.name.as_str()).collect(),
    };
    names.sort_unstable();
    let mut here: Vec<(Version, &str)> = names.iter().filter_map(|name| Some((version(name)?, *name))).collect();
    here.sort();
    here.reverse();
    for name in names.iter().filter(|name| event.is_none() && version(name).is_none() && looks_like_version(name)) {
        decision.notes.push(format!("the git tag `{name}` is no version (v1.2.3) and gives no tags"));
    }
    if let Some(Event::Branch(_)) = event
        && let Some(tag) = facts.tags.iter().find(|tag| tag.is_here && version(&tag.name).is_some())
    {
        decision.notes.push(format!("what `{}` gives comes with the run for the tag", tag.name));
    }
    let Some((highest, name)) = here.first() else { return Ok(Vec::new()) };
    if facts.is_changed && !options.allow_dirty {
        decision.notes.push(format!("files differ from the commit, so `{name}` gives no tags"));
        return Ok(Vec::new());
    }
    decision.version = highest.to_string();
    let mut tags: Vec<(Kind, String)> = Vec::new();
    for (index, (version, name)) in here.iter().enumerate() {
        let tag = tag_of(version);
        if let Some((_, other)) = here[..index].iter().find(|(other, _)| tag_of(other) == tag && other != version) {
            return Err(DecideError::Collision { first: (*other).to_owned(), second: (*name).to_owned(), tag });
        }
        if !tags.iter().any(|(_, known)| *known == tag) {
            tags.push((Kind::Version, tag));
        }
    }
    let missing = match event {
        Some(Event::Tag(name)) => !facts.tags.iter().any(|tag| tag.name == *name),
        _ => false,
    };
    if missing && !options.no_floats {
        decision.notes.push(format!(
            "the clone does not have the git tag `{name}`, so higher versions may be missing, too, and there are no \
             floating tags: fetch the tags"
        ));
    } else if !options.no_floats {
        let mut floats = BTreeSet::new();
        for (version, _) in here.iter().filter(|(version, _)| version.pre.is_empty()) {
            if facts.is_shallow {
                return Err(DecideError::Shallow { version: version.to_string() });
            }
            let is_here = |other: &Version| here.iter().any(|(here, _)| here == other);
            let (taken, notes) = floats_of(version, facts);
            floats.extend(taken);
            // A float that stays behind this version and comes to another of this commit does not stay.
            decision.notes.extend(notes.into_iter().filter(|(highest, _)| !is_here(highest)).map(|(_, note)| note));
        }
        tags.extend(floats.into_iter().rev().map(|(_, tag)| (Kind::Float, tag)));
    }
    Ok(tags)
}

/// A float, behind the number of numbers that it has.
type Float = (usize, String);
/// A note that a float stays, behind the version that has it.
type Stays = (Version, String);

/// The floats that a version takes: those in whose range none is higher, with how many numbers they have; and of each
/// other float the version that has it, with a note.
fn floats_of(version: &Version, facts: &Facts) -> (Vec<Float>, Vec<Stays>) {
    let released: Vec<Version> = facts.tags.iter().filter_map(|tag| self::version(&tag.name)).collect();
    let released: Vec<&Version> = released.iter().filter(|version| version.pre.is_empty()).collect();
    let parts = |version: &Version| [version.major, version.minor];
    let ranges =
        [(2, format!("{}.{}", version.major, version.minor)), (1, version.major.to_string()), (0, "latest".to_owned())];
    let (mut floats, mut notes) = (Vec::new(), Vec::new());
    for (length, tag) in ranges {
        // Nothing is promised from 0.1 to 0.2, so that `0` would say nothing.
        if length == 1 && version.major == 0 {
            continue;
        }
        let in_range = released.iter().filter(|other| parts(other)[..length] == parts(version)[..length]);
        match in_range.max().filter(|highest| **highest > version) {
            Some(highest) => {
                let note = format!("`{tag}` stays at {highest}, which is higher than {version}");
                notes.push(((*highest).clone(), note));
            }
            None => floats.push((length, tag)),
        }
    }
    (floats, notes)
}

/// Each tag for the whole, then for each version of Windows.
fn with_os_versions(tags: &[(Kind, String)], os_versions: &[String]) -> Vec<Tag> {
    let mut all: Vec<Tag> = Vec::new();
    for os_version in std::iter::once(None).chain(os_versions.iter().map(Some)) {
        for (kind, tag) in tags {
            let tag =
                os_version.map_or(tag.clone(), |os_version| with_suffix(tag, &format!("-{}", sanitize(os_version))));
            if !all.iter().any(|known| known.tag == tag) {
                all.push(Tag { tag, kind: *kind, os_version: os_version.cloned() });
            }
        }
    }
    all
}

fn next(facts: &Facts, options: &Options, notes: &mut Vec<String>) -> Option<String> {
    if facts.is_shallow {
        notes.push("the clone is shallow, so the next version cannot be told".to_owned());
        return None;
    }
    let next = bump::next(last(facts).as_ref(), &facts.messages, options.zero_major)?;
    if facts.tags.iter().filter_map(|tag| version(&tag.name)).any(|known| known == next) {
        notes.push(format!("the commits ask for {next}, which another branch has already"));
        return None;
    }
    Some(next.to_string())
}

#[cfg(test)]
mod tests;
