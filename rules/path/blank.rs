//! Which words of the shell form of `COPY`, `ADD` and `VOLUME`, cut at blanks alone, were meant as one path.

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::windows_path::drive_letter;

/// What stands before and after the blank in the names of Windows' own folders.
const FOLDERS: [(&str, &str); 5] = [
    ("common", "files"),
    ("documents", "and"),
    ("program", "files"),
    ("system", "volume"),
    ("internet", "information"),
];

/// Whether an instruction has a path in quotes that a blank splits: neither part can be expanded then.
pub(crate) fn has_split_quotes(instruction: &Instruction) -> bool {
    let words = words(instruction);
    paths(instruction, &words).iter().any(|path| path.len() > 1 && quote(path[0]).is_some())
}

/// The words that are cut at blanks alone.
pub(super) fn words(instruction: &Instruction) -> Vec<&Word> {
    match &instruction.kind {
        Kind::Copy(copy) if !copy.json && copy.fault.is_none() => copy.sources.iter().chain(&copy.dest).collect(),
        Kind::List { words, json: false, fault: None } if instruction.keyword == Some(Keyword::Volume) => {
            words.iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The words, those together that belong to one path.
pub(super) fn paths<'a, 'b>(instruction: &Instruction, words: &'b [&'a Word]) -> Vec<&'b [&'a Word]> {
    let from_context = matches!(instruction.kind, Kind::Copy(_)) && instruction.flag("from").is_none();
    let mut paths = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let len = path_length(&words[at..], from_context && at > 0);
        paths.push(&words[at..at + len]);
        at += len;
    }
    paths
}

/// How many of the first words are one path.
fn path_length(words: &[&Word], may_be_destination: bool) -> usize {
    if let Some(mark) = quote(words[0]) {
        let closed = words.iter().skip(1).position(|word| word.as_str().ends_with(mark));
        return closed.map_or(1, |at| at + 2);
    }
    let mut len = 1;
    while let Some(next) = words.get(len) {
        let last = words[len - 1].as_str().trim_end_matches(['\\', '`']);
        let folder = last.rsplit(['/', '\\']).next().unwrap_or_default();
        let next_part = next.as_str().split(['/', '\\']).next().unwrap_or_default();
        let is_path = last.len() > folder.len();
        let known = |(first, second): &(&str, &str)| {
            folder.eq_ignore_ascii_case(first) && next_part.eq_ignore_ascii_case(second)
        };
        let is_known = is_path && FOLDERS.iter().any(known);
        let is_x86 = folder.eq_ignore_ascii_case("files") && next_part.eq_ignore_ascii_case("(x86)");
        // From the build context nothing has a drive: a last source that has one begins the destination.
        let is_destination = may_be_destination
            && len + 1 == words.len()
            && drive_letter(last).is_some()
            && next.as_str().contains(['/', '\\'])
            && !next.as_str().starts_with(['/', '\\', '.', '$'])
            && drive_letter(next.as_str()).is_none();
        if !is_known && !is_x86 && !is_destination {
            break;
        }
        len += 1;
    }
    len
}

/// The quote that a word opens and does not close.
pub(super) fn quote(word: &Word) -> Option<char> {
    let text = word.as_str();
    let mark = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    (!text[1..].contains(mark)).then_some(mark)
}
