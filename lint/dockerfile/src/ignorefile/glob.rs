//! One pattern against one path: `*` and `?` within a name, `**` across folders, classes.
//!
//! Time is the product of both lengths at worst: all ways through a pattern are followed at once.

use super::IgnoreProblemKind;

/// A pattern, ready to match.
#[derive(Clone, Debug)]
pub(super) enum Glob {
    /// A path without special characters.
    Exact(String),
    /// `text**`: everything that begins so.
    Prefix(String),
    /// `**text`: everything that ends so; before a `/` at its front may be nothing.
    Suffix(String),
    /// The rest.
    Steps(Steps),
}

/// What a path has to have, one after the other.
#[derive(Clone, Debug)]
pub(super) struct Steps {
    steps: Vec<Step>,
    /// What a path begins with, and what it ends with, to rule most paths out at once.
    head: String,
    tail: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Char(char),
    /// `?`.
    One,
    /// `*`.
    Name,
    /// `[a-z]`, `[^a-z]`; the latter matches `/` too.
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
    /// `**/`: nothing, or...
    MaybeFolders,
    /// ...anything up to a `/`; stands only behind [`Step::MaybeFolders`].
    Folders,
    /// `**` at the end.
    Rest,
}

/// What a pattern was seen to be so far; the builder has a rule of its own for each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Exact,
    Prefix,
    Suffix,
    Steps,
}

impl Glob {
    /// Reads a clean pattern; also what in it is read otherwise on Windows.
    pub(super) fn new(pattern: &str) -> Result<(Glob, Option<IgnoreProblemKind>), IgnoreProblemKind> {
        let mut reader = Reader { rest: pattern, steps: Vec::new(), shape: Shape::Exact, backslash: false };
        let mut is_first = true;
        while let Some(char) = reader.next() {
            reader.read(char, is_first)?;
            is_first = false;
        }
        let odd = reader.backslash.then_some(IgnoreProblemKind::Backslash);
        let glob = match reader.shape {
            Shape::Exact => Glob::Exact(pattern.to_owned()),
            Shape::Prefix => Glob::Prefix(pattern[..pattern.len() - 2].to_owned()),
            Shape::Suffix => Glob::Suffix(pattern[2..].to_owned()),
            Shape::Steps => Glob::Steps(Steps::new(reader.steps)),
        };
        Ok((glob, odd))
    }

    /// Whether it matches the whole path.
    pub(super) fn is_match(&self, path: &str) -> bool {
        match self {
            Glob::Exact(text) => path == text,
            Glob::Prefix(text) => path.starts_with(text),
            Glob::Suffix(text) => path.ends_with(text) || text.strip_prefix('/') == Some(path),
            Glob::Steps(steps) => steps.is_match(path),
        }
    }

    /// Whether it matches any path that begins with `folder`, which ends with `/`.
    pub(super) fn could_match_below(&self, folder: &str) -> bool {
        match self {
            Glob::Exact(text) => text.starts_with(folder),
            Glob::Prefix(text) => text.starts_with(folder) || folder.starts_with(text),
            Glob::Suffix(_) => true,
            Glob::Steps(steps) => steps.after(folder).contains(&true),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    steps: Vec<Step>,
    shape: Shape,
    backslash: bool,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let char = chars.next()?;
        self.rest = chars.as_str();
        Some(char)
    }

    fn take(&mut self, char: char) -> bool {
        match self.rest.strip_prefix(char) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn read(&mut self, char: char, is_first: bool) -> Result<(), IgnoreProblemKind> {
        match char {
            '*' if self.take('*') => self.folders(is_first),
            '*' => self.special(Step::Name),
            '?' => self.special(Step::One),
            '[' => {
                let class = self.class()?;
                self.special(class);
            }
            ']' => self.special(Step::Char(char)),
            '\\' => {
                let escaped = self.escaped()?;
                self.special(Step::Char(escaped));
            }
            _ => self.steps.push(Step::Char(char)),
        }
        Ok(())
    }

    fn special(&mut self, step: Step) {
        self.steps.push(step);
        self.shape = Shape::Steps;
    }

    /// Behind `**`.
    fn folders(&mut self, is_first: bool) {
        self.take('/');
        if !self.rest.is_empty() {
            self.steps.extend([Step::MaybeFolders, Step::Folders]);
            self.shape = Shape::Steps;
        } else if self.shape == Shape::Exact {
            self.shape = Shape::Prefix;
        } else {
            self.special(Step::Rest);
        }
        if is_first {
            self.shape = Shape::Suffix;
        }
    }

    fn escaped(&mut self) -> Result<char, IgnoreProblemKind> {
        let char = self.next().ok_or(IgnoreProblemKind::TrailingBackslash)?;
        self.backslash |= char.is_alphanumeric();
        Ok(char)
    }

    /// Behind `[`.
    fn class(&mut self) -> Result<Step, IgnoreProblemKind> {
        let negated = self.take('^');
        let mut ranges = Vec::new();
        while ranges.is_empty() || !self.take(']') {
            let first = self.class_char()?;
            let last = if self.take('-') { self.class_char()? } else { first };
            if last < first {
                return Err(IgnoreProblemKind::ReversedRange);
            }
            ranges.push((first, last));
        }
        Ok(Step::Class { negated, ranges })
    }

    fn class_char(&mut self) -> Result<char, IgnoreProblemKind> {
        match self.next() {
            None | Some('-' | ']') => Err(IgnoreProblemKind::BadClass),
            Some('\\') => self.escaped().map_err(|_| IgnoreProblemKind::BadClass),
            Some(char) => Ok(char),
        }
    }
}

impl Steps {
    fn new(steps: Vec<Step>) -> Self {
        let literal = |step: &Step| if let Step::Char(char) = step { Some(*char) } else { None };
        let head = steps.iter().map_while(literal).collect();
        let tail: Vec<char> = steps.iter().rev().map_while(literal).collect();
        Steps { head, tail: tail.into_iter().rev().collect(), steps }
    }

    fn is_match(&self, path: &str) -> bool {
        path.starts_with(&self.head)
            && path.ends_with(&self.tail)
            && self.after(path).last().is_some_and(|&is_end| is_end)
    }

    /// Where in the pattern one may be after a text: at which steps, and behind the last one at its end.
    fn after(&self, text: &str) -> Vec<bool> {
        let mut at = vec![false; self.steps.len() + 1];
        at[0] = true;
        self.skip_empty(&mut at);
        let mut next = at.clone();
        for char in text.chars() {
            next.fill(false);
            for (index, step) in self.steps.iter().enumerate().filter(|(index, _)| at[*index]) {
                step.take(char, index, &mut next);
            }
            self.skip_empty(&mut next);
            std::mem::swap(&mut at, &mut next);
            if !at.contains(&true) {
                break;
            }
        }
        at
    }

    /// Steps that may match nothing.
    fn skip_empty(&self, at: &mut [bool]) {
        for (index, step) in self.steps.iter().enumerate() {
            match step {
                _ if !at[index] => {}
                Step::Name | Step::Rest => at[index + 1] = true,
                Step::MaybeFolders => {
                    at[index + 1] = true;
                    at[index + 2] = true;
                }
                _ => {}
            }
        }
    }
}

impl Step {
    /// Where one may be after the character, having been at this step.
    fn take(&self, char: char, index: usize, next: &mut [bool]) {
        match self {
            Step::Char(own) => next[index + 1] |= *own == char,
            Step::One => next[index + 1] |= char != '/',
            Step::Name => next[index] |= char != '/',
            Step::Class { negated, ranges } => {
                let is_in = ranges.iter().any(|&(first, last)| (first..=last).contains(&char));
                next[index + 1] |= is_in != *negated;
            }
            Step::MaybeFolders => {}
            Step::Folders => {
                next[index] = true;
                next[index + 1] |= char == '/';
            }
            Step::Rest => next[index] = true,
        }
    }
}
