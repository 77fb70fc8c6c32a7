//! `COPY` of a file that `.dockerignore` keeps out of the build context.

use dockerfile::ast::{Instruction, Kind, Word};
use dockerfile::diagnostic::Severity;
use dockerfile::model::Os;
use dockerfile::windows_path::{clean, drive_letter};

use crate::{Context, Fixable, Group, IgnoreList, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "copy-ignored-file",
    group: Group::Stage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Any,
    needs: Needs::Nothing,
    also: &["CopyIgnoredFile"],
    page: include_str!("copy_ignored_file.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let Some(list) = context.settings.ignore_list.as_deref() else { return };
    for instruction in context.instructions() {
        // What stands behind ONBUILD is copied from the context of another build.
        let Kind::Copy(copy) = &instruction.kind else { continue };
        if instruction.flag("from").is_some() || copy.fault.is_some() {
            continue;
        }
        for source in &copy.sources {
            let Some(path) = path(context, instruction, source) else { continue };
            let Some(pattern) = excluded_by(list, &path).map(|index| &list.file.patterns[index]) else { continue };
            let what = if path == "." { "the whole build context".to_owned() } else { format!("`{path}`") };
            let IgnoreList { name, is_own, .. } = list;
            let written = &pattern.text;
            let message = format!("{name} keeps {what} out of the build: there is nothing to copy");
            let help = match path.as_str() {
                "." => format!(
                    "take out line {} of {name}, `{written}`, or take back what is needed with `!`",
                    pattern.line
                ),
                _ => format!("take out line {} of {name}, `{written}`, or put `!{path}` below it", pattern.line),
            };
            let finding = report.add(source.span, message, help);
            // Another folder may be the build context.
            if !is_own {
                finding.at_most(Severity::Warning);
            }
        }
    }
}

/// The source as a clean path from the root of the build context, where it is a path there and can be told.
fn path(context: &Context, instruction: &Instruction, source: &Word) -> Option<String> {
    let model = context.model();
    let is_heredoc = instruction.heredocs.iter().any(|heredoc| heredoc.span == source.span);
    let expanded = model.expand(instruction.index, &source.text).ok()?;
    let text = expanded.text.text();
    let is_remote = text.contains("://") || text.starts_with("git@");
    let is_known = expanded.uses.iter().all(|used| used.found || used.has_default);
    // A path whose backslashes are eaten is another rule's finding.
    if is_heredoc
        || is_remote
        || !is_known
        || !expanded.lost.is_empty()
        || !model.is_certain(instruction.index, &expanded)
    {
        return None;
    }
    let path = match model.os(instruction.index) {
        Os::Windows if drive_letter(text).is_some() => return None,
        Os::Windows => clean(&format!("/{}", text.replace('\\', "/"))),
        _ => clean(&format!("/{text}")),
    };
    Some(if path == "/" { ".".to_owned() } else { path[1..].to_owned() })
}

/// The pattern that leaves nothing of a source in the build context.
fn excluded_by(list: &IgnoreList, path: &str) -> Option<usize> {
    let file = &list.file;
    if path == "." {
        let all = file.patterns.iter().rposition(|pattern| matches!(pattern.text.as_str(), "*" | "**" | "**/*"));
        return all.filter(|_| !file.has_exceptions());
    }
    let fixed =
        path.find(['*', '?', '[']).map_or(path, |at| path[..at].rsplit_once('/').map_or("", |(folder, _)| folder));
    let found = file.find(fixed);
    if found.excluded && !file.could_contain_included(fixed) {
        return found.decided_by;
    }
    // A pattern that is the same on both sides takes out all that it finds.
    let same = file.patterns.iter().position(|pattern| pattern.text == path);
    same.filter(|_| fixed != path && !file.has_exceptions())
}
