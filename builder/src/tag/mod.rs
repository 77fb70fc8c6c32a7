//! The names of an image: versions, branches and commits, from git.
