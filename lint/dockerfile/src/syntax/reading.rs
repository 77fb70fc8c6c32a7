//! The second reading: what the author meant where the escape character makes the file say something else.

use crate::source::Source;

use super::parse::continued;
use super::{Instruction, Keyword, Options, Tree, other_escape, parse};

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
/// instructions vanish, no instruction is swallowed by the one before it, and an escape directive that the
/// builder passes over counts.
pub fn meant(source: &Source, built: &Tree, options: &Options) -> Option<(Tree, Reason)> {
    let faults = faults(source, built);
    let wanted = wanted_escape(built) == Some(other_escape(built.escape));
    if faults > 0 || wanted {
        if !is_declared(built)
            && let Some(found) = other_escape_reading(source, built, options, (faults, wanted))
        {
            return Some(found);
        }
        if let Some(found) = other_continuations(source, built, options) {
            return Some(found);
        }
    }
    unswallowed(source, built, options)
}

/// Whether a directive that counts sets the escape character.
fn is_declared(tree: &Tree) -> bool {
    tree.directives.iter().any(|directive| directive.counts && directive.escape() == Some(tree.escape))
}

/// The escape character that a directive asks for in vain: it stands in the wrong place, or its value is a slip.
fn wanted_escape(tree: &Tree) -> Option<char> {
    let mut asked = tree.directives.iter().filter(|directive| directive.name == "escape");
    asked.find_map(|directive| match directive.escape() {
        None if directive.counts => Some(if directive.value.contains('\\') { '\\' } else { '`' }),
        escape => escape,
    })
}

fn other_escape_reading(
    source: &Source,
    built: &Tree,
    options: &Options,
    (before, wanted): (usize, bool),
) -> Option<(Tree, Reason)> {
    let other = parse(source, &Options { escape: Some(other_escape(built.escape)), ..options.clone() });
    let after = faults(source, &other);
    let better = after == 0 || !continues(built) && after < before || after * 2 < before;
    if wanted && after <= before || continues(&other) && better {
        let tree = unswallowed(source, &other, options).map_or(other, |(tree, _)| tree);
        return Some((tree, Reason::OtherEscape));
    }
    None
}

/// How many instructions are none, or lack what the line after them says.
fn faults(source: &Source, tree: &Tree) -> usize {
    let unknown = tree.instructions.iter().filter(|instruction| instruction.innermost().name.is_none()).count();
    unknown + tree.instructions.windows(2).filter(|pair| is_cut_off(source, tree.escape, pair)).count()
}

/// Whether a line that ends in the other escape character goes on in what the builder takes for the next
/// instruction: `HEALTHCHECK` before its `CMD`, or an indented command that has an instruction's name.
fn is_cut_off(source: &Source, escape: char, pair: &[Instruction]) -> bool {
    let [first, second] = pair else { return false };
    if second.head.name.is_none() || !ends_in(source, first, other_escape(escape)) {
        return false;
    }
    let line = source.slice(source.line_span(second.lines.0));
    let keyword = &second.line.text()[second.head.keyword.clone()];
    let indented = line.starts_with([' ', '\t']);
    let last = source.slice(source.line_span(first.lines.1)).trim_end_matches([' ', '\t']);
    let apart = last[..last.len() - 1].ends_with([' ', '\t']);
    match first.innermost().name {
        Some(Keyword::Healthcheck) if second.head.name == Some(Keyword::Cmd) => first.innermost().args.len() == 1,
        Some(_) => indented && apart && keyword.bytes().any(|byte| byte.is_ascii_lowercase()),
        None => first.head.name == Some(Keyword::Onbuild) && first.innermost().keyword.len() == 1,
    }
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
        let goes_on = |pair: &&[Instruction]| {
            pair[1].head.name.is_none() && ends_in(source, &pair[0], other) || is_cut_off(source, built.escape, pair)
        };
        let more: Vec<u32> = current
            .instructions
            .windows(2)
            .filter(goes_on)
            .map(|pair| pair[0].lines.1)
            .filter(|line| continued.binary_search(line).is_err())
            .collect();
        if more.is_empty() {
            break;
        }
        continued.extend(more);
        continued.sort_unstable();
        continued.dedup();
        tree = Some(parse(source, &Options { continued: continued.clone(), ..options.clone() }));
    }
    let tree = tree.filter(|tree| faults(source, tree) < faults(source, built))?;
    Some((tree, Reason::OtherContinuation(continued)))
}

fn ends_in(source: &Source, instruction: &Instruction, char: char) -> bool {
    continued(source.slice(source.line_span(instruction.lines.1)), char).is_some()
}

/// The reading in which a path's last backslash does not join the next instruction to the line.
fn unswallowed(source: &Source, tree: &Tree, options: &Options) -> Option<(Tree, Reason)> {
    if tree.escape != '\\' {
        return None;
    }
    let ended: Vec<u32> = tree.instructions.iter().flat_map(swallowing).collect();
    if ended.is_empty() {
        return None;
    }
    let options = Options { escape: Some(tree.escape), ended: ended.clone(), ..options.clone() };
    Some((parse(source, &options), Reason::Swallowed(ended)))
}

/// The lines of an instruction that swallow the one after them.
fn swallowing(instruction: &Instruction) -> Vec<u32> {
    let text = instruction.line.text();
    // From the last line to the first, so that the blanks between two lines are passed over only once.
    let (mut end, mut next) = (text.len(), text.len());
    let mut found = Vec::new();
    for join in instruction.joins.iter().rev() {
        let at = join.at as usize;
        let between = &text[at..end];
        let blanks = between.len() - between.trim_start().len();
        if blanks < between.len() {
            next = at + blanks;
        }
        end = at;
        if swallows(instruction, at, next) {
            found.push(join.line);
        }
    }
    found.reverse();
    found
}

/// How many letters the longest of the keywords has.
const MAX_KEYWORD: usize = 11;

/// Whether the text before `at` ends in a path and the text after it, which begins at `next`, begins with an instruction,
/// or there is none.
fn swallows(instruction: &Instruction, at: usize, next: usize) -> bool {
    let text = instruction.line.text();
    let (before, rest) = (&text[..at], &text[next..]);
    if rest.is_empty() {
        return is_path(last_word(before));
    }
    // Looking at longer words, with thousands of lines in one instruction, would take the square of their number.
    let Some(end) = rest.bytes().take(MAX_KEYWORD + 1).position(|byte| super::is_blank(byte.into())) else {
        return false;
    };
    let first = &rest[..end];
    let shouts = |word: &str| word.bytes().all(|byte| byte.is_ascii_uppercase());
    let own = &text[instruction.head.keyword.clone()];
    let alike = shouts(first) || !shouts(own) && next == at;
    if Keyword::of(first).is_none() || !alike {
        return false;
    }
    let word = last_word(before);
    is_path(word) || takes_paths(before, word)
}

/// Whether the line that ends in `word` begins with an instruction whose words are all paths.
fn takes_paths(line: &str, word: &str) -> bool {
    let start = line.rfind(word).unwrap_or_default();
    let mut keywords = line[..start].split_whitespace().map_while(Keyword::of);
    let keyword = keywords.find(|&keyword| keyword != Keyword::Onbuild);
    !word.is_empty() && matches!(keyword, Some(Keyword::Workdir | Keyword::Copy | Keyword::Add | Keyword::Volume))
}

fn last_word(text: &str) -> &str {
    text.rsplit(|char: char| char.is_whitespace() || matches!(char, '"' | '\'' | '=' | ',')).next().unwrap_or_default()
}

/// A word that is a folder when a backslash follows: `C:`, `C:\data`, `.`, `HKLM:`, `%TEMP%`; a plain `app` does not
/// look like one by itself.
fn is_path(word: &str) -> bool {
    let drive = word.split_once(':').is_some_and(|(name, rest)| {
        let letters = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphabetic());
        letters && (name.len() == 1 || rest.is_empty())
    });
    drive || word.contains('\\') || matches!(word, "." | "..") || word.ends_with(['%', '}'])
}
