//! `.dockerignore`: which files of the build context the builder does not see, by the rules of BuildKit's walk over the
//! context (moby/patternmatcher).
//!
//! A pattern is a clean path from the root of the context; a file is excluded when a pattern matches it or a folder
//! above it, the last pattern that matches counts, and `!` takes back. Letter case counts on every host.

mod glob;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::source::Span;
use crate::windows_path::clean;

use glob::Glob;

/// The patterns of a `.dockerignore`.
#[derive(Clone, Debug, Default)]
pub struct IgnoreFile {
    /// In the order of the file.
    pub patterns: Vec<Pattern>,
    /// What is wrong in the file.
    pub problems: Vec<IgnoreProblem>,
}

/// One line of a `.dockerignore`.
#[derive(Clone, Debug)]
pub struct Pattern {
    /// The clean path without `!` and the slash before it, as the builder matches it.
    pub text: String,
    /// It takes back what patterns before it exclude.
    pub is_exception: bool,
    /// Its line, from 1.
    pub line: u32,
    /// Where it stands, with its `!`, in the text given to [`IgnoreFile::parse`].
    pub span: Span,
    glob: Glob,
}

/// What is wrong with a line, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IgnoreProblem {
    /// What is wrong.
    pub kind: IgnoreProblemKind,
    /// The line's pattern.
    pub span: Span,
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IgnoreProblemKind {
    /// `!` with nothing behind it.
    LoneException,
    /// A `[` without its `]`, an empty class, a `-` without its two ends.
    BadClass,
    /// A range that runs backwards, as `[z-a]`.
    ReversedRange,
    /// A `\` at the end.
    TrailingBackslash,
    /// A line of 64 KiB or more.
    LineTooLong,
    /// A `\` before a letter or digit: a separator to a builder's client on Windows, something else everywhere else.
    Backslash,
}

impl IgnoreProblemKind {
    /// Whether the build stops there. Where it does not, the file means one thing on Windows and another elsewhere.
    pub const fn stops_build(self) -> bool {
        !matches!(self, IgnoreProblemKind::Backslash)
    }
}

impl fmt::Display for IgnoreProblemKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IgnoreProblemKind::LoneException => "`!` without a pattern",
            IgnoreProblemKind::BadClass => "a `[...]` that is empty, unfinished or has a `-` at its edge",
            IgnoreProblemKind::ReversedRange => "a range that runs backwards",
            IgnoreProblemKind::TrailingBackslash => "a `\\` with nothing behind it",
            IgnoreProblemKind::LineTooLong => "a line of 64 KiB or more",
            IgnoreProblemKind::Backslash => "a `\\` separates folders on Windows only; write `/`",
        })
    }
}

/// How a path stands to each pattern; what is below it is matched from here.
#[derive(Clone, Debug, Default)]
pub struct Matched {
    /// Whether it is excluded.
    pub excluded: bool,
    /// The place in [`IgnoreFile::patterns`] of the pattern that decided, if any matched.
    pub decided_by: Option<usize>,
    /// Which patterns matched it or a folder above it; empty for the root.
    patterns: Vec<bool>,
}

/// What Go's line scanner takes.
const MAX_LINE: usize = 64 * 1024;

impl IgnoreFile {
    /// Reads the text of a `.dockerignore`. Lines that are wrong are left out and reported.
    pub fn parse(text: &str) -> Self {
        let mut file = IgnoreFile::default();
        let mut start = 0;
        for (number, line) in (1..).zip(text.split_inclusive('\n')) {
            let content = line.strip_suffix('\n').unwrap_or(line);
            if let Err(kind) = file.line(content, number, start) {
                let span = Span::new(start as u32, (start + content.trim_end().len()) as u32);
                file.problems.push(IgnoreProblem { kind, span });
            }
            start += line.len();
        }
        file
    }

    fn line(&mut self, line: &str, number: u32, start: usize) -> Result<(), IgnoreProblemKind> {
        if line.len() >= MAX_LINE {
            return Err(IgnoreProblemKind::LineTooLong);
        }
        let content = if start == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        // Only a line that begins with it is a comment: ` #a` is a pattern.
        let pattern = content.trim();
        if content.starts_with('#') || pattern.is_empty() {
            return Ok(());
        }
        let at = start + (line.len() - content.len()) + (content.len() - content.trim_start().len());
        let span = Span::new(at as u32, (at + pattern.len()) as u32);
        let Some((text, is_exception)) = cleaned(pattern) else { return Err(IgnoreProblemKind::LoneException) };
        let (glob, odd) = Glob::new(&text)?;
        self.problems.extend(odd.map(|kind| IgnoreProblem { kind, span }));
        self.patterns.push(Pattern { text, is_exception, line: number, span, glob });
        Ok(())
    }

    /// Whether a pattern takes back what another excludes.
    pub fn has_exceptions(&self) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_exception)
    }

    /// Whether the builder does not see this path: relative to the context, with `/`.
    pub fn matches(&self, path: &str) -> bool {
        self.find(path).excluded
    }

    /// How a path, relative to the context and with `/`, stands to the patterns.
    pub fn find(&self, path: &str) -> Matched {
        let path = clean(path);
        let path = path.trim_start_matches('/');
        let mut matched = Matched::default();
        if path.is_empty() || path == "." {
            return matched;
        }
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends {
            matched = self.enter(&matched, &path[..end]);
        }
        matched
    }

    /// How a path stands to the patterns, given how its folder does: for walks. The root is [`Matched::default`]; the
    /// path is clean, relative to the context and with `/`.
    pub fn enter(&self, folder: &Matched, path: &str) -> Matched {
        let mut found = Matched { patterns: vec![false; self.patterns.len()], ..Matched::default() };
        for (index, pattern) in self.patterns.iter().enumerate() {
            let inherited = folder.patterns.get(index).is_some_and(|&matched| matched);
            // A pattern that would change nothing is not looked at, and so is not inherited either: as the builder does.
            let is_match = inherited || pattern.is_exception == found.excluded && pattern.glob.is_match(path);
            found.patterns[index] = is_match;
            if is_match {
                found.excluded = !pattern.is_exception;
                found.decided_by = Some(index);
            }
        }
        found
    }

    /// Whether a walk has to go into a folder: it is not excluded, or an exception could match something below it.
    pub fn could_contain_included(&self, folder: &str) -> bool {
        let below = format!("{}/", clean(folder).trim_start_matches('/'));
        let mut exceptions = self.patterns.iter().filter(|pattern| pattern.is_exception);
        below == "./" || !self.matches(folder) || exceptions.any(|pattern| pattern.glob.could_match_below(&below))
    }
}

/// A trimmed pattern as the builder takes it, and whether it is an exception; `None` for an exception of nothing.
fn cleaned(pattern: &str) -> Option<(String, bool)> {
    let written = pattern.strip_prefix('!').map(str::trim);
    let mut text = String::from(if written.is_some() { "!" } else { "" });
    let path = written.unwrap_or(pattern);
    if !path.is_empty() {
        let path = clean(path);
        text.push_str(path.strip_prefix('/').filter(|rest| !rest.is_empty()).unwrap_or(&path));
    }
    // The builder cleans a second time, `!` and all: `!/` ends as `!`, and `a/../!b` as an exception.
    let text = clean(text.trim());
    match text.strip_prefix('!') {
        Some("") => None,
        Some(rest) => Some((rest.to_owned(), true)),
        None => Some((text, false)),
    }
}
