//! Paths with blanks in the shell form of `COPY` and `ADD`, which no quotes keep together.

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::windows_path::drive_letter;

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unquoted-space-path",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("unquoted_space_path.md"),
    check,
};

/// What stands before and after the blank in the names of Windows' own folders.
const FOLDERS: [(&str, &str); 5] = [
    ("common", "files"),
    ("documents", "and"),
    ("program", "files"),
    ("system", "volume"),
    ("internet", "information"),
];

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        match &inner.kind {
            Kind::Copy(copy) if !copy.json && copy.fault.is_none() => {
                let words: Vec<&Word> = copy.sources.iter().chain(&copy.dest).collect();
                in_words(context, inner, &words, report);
            }
            Kind::List { words, json: false, fault: None } if inner.keyword == Some(Keyword::Volume) => {
                let words: Vec<&Word> = words.iter().collect();
                in_words(context, inner, &words, report);
            }
            _ => {}
        }
    }
}

/// Joins the words that belong to one path, and reports the first of them that are more than one.
fn in_words(context: &Context, instruction: &Instruction, words: &[&Word], report: &mut Report) {
    let is_copy = matches!(instruction.kind, Kind::Copy(_));
    let has_from = instruction.flag("from").is_some();
    let mut paths: Vec<&[&Word]> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let len = path_length(&words[at..], is_copy && !has_from && at > 0);
        paths.push(&words[at..at + len]);
        at += len;
    }
    let Some(split) = paths.iter().find(|path| path.len() > 1) else { return };
    let span = split[0].span.to(split[split.len() - 1].span);
    let name = instruction.keyword.map_or("", Keyword::name);
    let quoted = quote(split[0]).is_some();
    let message = if quoted {
        format!("quotes do not keep a path together in the shell form of {name}")
    } else {
        format!("the blank splits this path into {} arguments of {name}", split.len())
    };
    let seen = match (quoted && is_copy, is_copy) {
        (true, _) => "unexpected end of statement while looking for matching double-quote".to_owned(),
        (false, true) => format!("{:?} not found", cleaned(split[0])),
        (false, false) => format!("{} volumes", words.len()),
    };
    let finding = report.add(span, message, "write the JSON form: every path in double quotes").seen(seen);
    if let Some(text) = json(context, &paths) {
        let whole = words[0].span.to(words[words.len() - 1].span);
        finding.fix(Fix::suggested("write the JSON form", vec![Edit::replace(whole, text)]));
    }
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
fn quote(word: &Word) -> Option<char> {
    let text = word.as_str();
    let mark = text.chars().next().filter(|first| matches!(first, '"' | '\''))?;
    (!text[1..].contains(mark)).then_some(mark)
}

fn cleaned(word: &Word) -> String {
    let text = word.as_str();
    let rest = if drive_letter(text).is_some() { &text[2..] } else { text };
    rest.replace('\\', "/")
}

fn json(context: &Context, paths: &[&[&Word]]) -> Option<String> {
    let one = |path: &&[&Word]| {
        let span = path[0].span.to(path[path.len() - 1].span);
        let text = context.slice(span);
        let escaped_blank = format!("{} ", context.model().escape);
        let text = text.replace(&escaped_blank, " ").replace(['"', '\''], "").replace('\\', "/");
        (!text.contains(['\n', '`'])).then(|| format!("\"{text}\""))
    };
    let words: Option<Vec<String>> = paths.iter().map(one).collect();
    Some(format!("[{}]", words?.join(", ")))
}
