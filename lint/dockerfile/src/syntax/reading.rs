//! The second reading: what the author meant where the escape character makes the file say something else.

use crate::source::Source;

use super::{Instruction, Keyword, Options, ProblemKind, Tree, other_escape, parse};

/// Why the author meant something else than the builder reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// All lines go on with the other escape character: its directive is missing or does not count.
    OtherEscape,
    /// These lines (from 1) go on with the other escape character, others with the declared one.
    OtherContinuation(Vec<u32>),
    /// These lines (from 1) end in a path's backslash, which swallows the instruction on the next line.
    Swallowed(Vec<u32>),
}

/// The file as its author meant it, if that is not how the builder reads it: the reading under which unknown
/// instructions vanish and no instruction is swallowed by the one before it.
pub fn meant(source: &Source, built: &Tree, options: &Options) -> Option<(Tree, Reason)> {
    let unknown = unknown_instructions(built);
    if unknown > 0 {
        let other = parse(source, &Options { escape: Some(other_escape(built.escape)), ..options.clone() });
        if unknown_instructions(&other) == 0 && continues(&other) {
            let tree = unswallowed(source, &other, options).map_or(other, |(tree, _)| tree);
            return Some((tree, Reason::OtherEscape));
        }
        if let Some(found) = other_continuations(source, built, options) {
            return Some(found);
        }
        if unknown_instructions(&other) * 2 < unknown && continues(&other) {
            return Some((other, Reason::OtherEscape));
        }
    }
    unswallowed(source, built, options)
}

fn unknown_instructions(tree: &Tree) -> usize {
    tree.problems.iter().filter(|problem| matches!(problem.kind, ProblemKind::UnknownInstruction(_))).count()
}

fn continues(tree: &Tree) -> bool {
    tree.instructions.iter().any(|instruction| !instruction.joins.is_empty())
}

/// The reading in which lines that end in the other escape character before an unknown instruction go on.
fn other_continuations(source: &Source, built: &Tree, options: &Options) -> Option<(Tree, Reason)> {
    let other = other_escape(built.escape);
    let mut continued: Vec<u32> = Vec::new();
    let mut tree: Option<Tree> = None;
    loop {
        let current = tree.as_ref().unwrap_or(built);
        let more: Vec<u32> = current
            .instructions
            .windows(2)
            .filter(|pair| pair[1].head.name.is_none() && ends_in(source, &pair[0], other))
            .map(|pair| pair[0].lines.1)
            .filter(|line| !continued.contains(line))
            .collect();
        if more.is_empty() {
            break;
        }
        continued.extend(more);
        // A continued run of lines ends in an unknown instruction at each step; all lines of one run are
        // taken in the next rounds, at most as many as there are lines.
        continued.extend(run_of_unknown(source, current, other, &continued));
        continued.sort_unstable();
        continued.dedup();
        tree = Some(parse(source, &Options { continued: continued.clone(), ..options.clone() }));
    }
    let tree = tree.filter(|tree| unknown_instructions(tree) < unknown_instructions(built))?;
    Some((tree, Reason::OtherContinuation(continued)))
}

/// The lines of unknown instructions that go on with the other escape character themselves.
fn run_of_unknown(source: &Source, tree: &Tree, other: char, continued: &[u32]) -> Vec<u32> {
    let unknown = tree.instructions.iter().filter(|instruction| instruction.head.name.is_none());
    unknown
        .filter(|instruction| ends_in(source, instruction, other))
        .map(|instruction| instruction.lines.1)
        .filter(|line| !continued.contains(line))
        .collect()
}

fn ends_in(source: &Source, instruction: &Instruction, char: char) -> bool {
    let last = source.slice(source.line_span(instruction.lines.1)).trim_end_matches([' ', '\t']);
    last.strip_suffix(char).is_some_and(|before| !before.ends_with(char))
}

/// The reading in which a path's last backslash does not join the next instruction to the line.
fn unswallowed(source: &Source, tree: &Tree, options: &Options) -> Option<(Tree, Reason)> {
    if tree.escape != '\\' {
        return None;
    }
    let ended: Vec<u32> = tree
        .instructions
        .iter()
        .flat_map(|instruction| instruction.joins.iter().filter(|join| swallows(instruction, join.at as usize)))
        .map(|join| join.line)
        .collect();
    if ended.is_empty() {
        return None;
    }
    let options = Options { escape: Some(tree.escape), ended: ended.clone(), ..options.clone() };
    Some((parse(source, &options), Reason::Swallowed(ended)))
}

/// Whether the text before `at` ends in a path and the text after it begins with an instruction.
fn swallows(instruction: &Instruction, at: usize) -> bool {
    let (before, after) = instruction.line.text().split_at(at);
    let first = after.trim_start().split(super::is_blank).next().unwrap_or_default();
    let is_instruction = Keyword::of(first).is_some() && first.bytes().all(|byte| byte.is_ascii_uppercase());
    is_instruction && after.trim_start().len() > first.len() && is_path(last_word(before))
}

fn last_word(text: &str) -> &str {
    text.rsplit(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '=' | ',')).next().unwrap_or_default()
}

/// A word that is a folder when a backslash follows: `C:`, `C:\data`, `.\src`, `\\server\share`, `app`
/// does not look like one by itself.
fn is_path(word: &str) -> bool {
    let bytes = word.as_bytes();
    let drive = bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':';
    drive || word.contains('\\') || matches!(word, "." | "..") || word.ends_with('%')
}
