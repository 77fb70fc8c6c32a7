//! What is known of a repository at its commit: plain data, so that names are decided without looking at anything.

/// A repository at a commit.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The whole hash of the commit.
    pub commit: String,
    /// When it was made, in seconds since 1970.
    pub time: i64,
    /// The branch, unless the head is detached.
    pub branch: Option<String>,
    /// Whether files that git knows differ from the commit.
    pub is_changed: bool,
    /// Whether history or tags may be missing.
    pub is_shallow: bool,
    /// All tags.
    pub tags: Vec<GitTag>,
    /// The messages of the commits since the highest version that the commit descends from, the newest first; of all
    /// commits if there is none. Only those that touch the paths that count.
    pub messages: Vec<String>,
    /// The address of `origin`, as git has it.
    pub origin: Option<String>,
    /// The licence in SPDX's words, if a file leaves no doubt.
    pub license: Option<String>,
}

/// A tag of git, annotated or not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitTag {
    /// Its name, without `refs/tags/`.
    pub name: String,
    /// Whether it is on the commit.
    pub is_here: bool,
    /// Whether the commit descends from it. Of versions it is told up to the highest that this is true of.
    pub is_behind: bool,
}

/// What a CI service says it runs for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Run {
    /// What happened.
    pub event: Option<Event>,
    /// The commit that it happened to.
    pub commit: Option<String>,
    /// Where people find the repository.
    pub url: Option<String>,
}

/// What a CI service runs for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A branch has a new commit.
    Branch(String),
    /// There is a new tag.
    Tag(String),
    /// A pull request, or a merge request, by its number.
    PullRequest(String),
}
