//! Paths of `WORKDIR`, `COPY` and `ADD` that are not on `C:`.

use dockerfile::ast::{Instruction, Keyword, Kind, Word};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::windows_path::{PathError, check_system_drive, workdir_classic};

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "non-system-drive-path",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("non_system_drive_path.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        match (&inner.kind, inner.keyword) {
            (Kind::Text(Some(word)), Some(Keyword::Workdir)) => path(context, instruction, word, report),
            (Kind::Copy(copy), _) if copy.fault.is_none() => {
                for word in copy.sources.iter().chain(&copy.dest) {
                    path(context, instruction, word, report);
                }
            }
            _ => {}
        }
    }
}

fn path(context: &Context, instruction: &Instruction, word: &Word, report: &mut Report) {
    // Only a colon and two slashes at the beginning lead anywhere else than to the system drive.
    let is_usual = |text: &str| !text.contains(':') && !text.bytes().take(2).all(|byte| matches!(byte, b'/' | b'\\'));
    if context.is_plain(word) && is_usual(word.as_str()) {
        return;
    }
    let Ok(expanded) = context.model().expand(instruction.index, &word.text) else { return };
    let text = expanded.text.text();
    let keyword = instruction.innermost().keyword;
    // URLs, Git repositories and heredocs; what other shells' variables leave behind has rules of its own.
    if text.contains("://") || text.starts_with("git@") || text.starts_with("<<") || text.starts_with([':', '%']) {
        return;
    }
    let is_workdir = keyword == Some(Keyword::Workdir);
    let checked = match (context.settings.builder, is_workdir) {
        (Builder::Classic, true) => workdir_classic("", text).map(|_| ()),
        _ => check_system_drive(text).map(|_| ()),
    };
    let Err(error) = checked else { return };
    let is_bare_drive = text.eq_ignore_ascii_case("c:");
    if is_bare_drive && !expanded.lost.is_empty() {
        // The author wrote `C:\`, and the builder takes the backslash: another rule's finding.
        return;
    }
    let (message, help) = match &error {
        PathError::Unc => ("a container has no network share", "copy the files into the build context first"),
        PathError::NoRelativePath { .. } | PathError::NotDirectory { .. } if is_bare_drive => {
            ("C: alone is no folder", "write the root with a slash: C:/")
        }
        PathError::Empty => return,
        // `name:tag` and the like are no paths of another drive.
        PathError::NotSystemDrive if dockerfile::windows_path::drive_letter(text).is_none() => {
            ("a colon stands in the path, but not after the drive", "take the colon out of the path")
        }
        _ => ("a container has no other drive than C:", "use a folder on C:"),
    };
    let finding = report.add(word.span, message, help).seen(error.to_string());
    if is_bare_drive && expanded.uses.is_empty() {
        let slash = if context.model().escape == '`' && is_workdir { '\\' } else { '/' };
        let end = word.text.span(0..word.as_str().len()).end;
        let quoted = context.slice(word.span).contains(['"', '\'']);
        if !quoted {
            finding.fix(Fix::safe("name the root", vec![Edit::insert(end, slash.to_string())]));
        }
    }
}
