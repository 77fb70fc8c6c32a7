//! Paths with blanks in the shell form of `COPY` and `ADD`, which no quotes keep together.

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::windows_path::drive_letter;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::blank::{paths, quote, words};

pub(super) static RULE: Rule = Rule {
    id: "unquoted-space-path",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Add, Keyword::Copy, Keyword::Volume]),
    also: &[],
    page: include_str!("unquoted_space_path.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        let words = words(inner);
        if words.len() < 2 {
            continue;
        }
        let paths = paths(inner, &words);
        if let Some(split) = paths.iter().find(|path| path.len() > 1) {
            split_path(context, inner, &paths, split, report);
        }
    }
}

fn split_path(context: &Context, instruction: &Instruction, paths: &[&[&Word]], split: &[&Word], report: &mut Report) {
    let is_copy = matches!(instruction.kind, Kind::Copy(_));
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
        (false, false) => format!("{} volumes", paths.iter().map(|path| path.len()).sum::<usize>()),
    };
    let finding = report.add(span, message, "write the JSON form: every path in double quotes").seen(seen);
    if let Some(text) = json(context, paths) {
        let last = paths[paths.len() - 1];
        let whole = paths[0][0].span.to(last[last.len() - 1].span);
        finding.fix(Fix::suggested("write the JSON form", vec![Edit::replace(whole, text)]));
    }
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
