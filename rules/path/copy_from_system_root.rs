//! `COPY --from` of a whole Windows image, or of `C:\Windows`.

use dockerfile::ast::{Instruction, Kind, Word};
use dockerfile::diagnostic::Severity;
use dockerfile::facts::base_image;
use dockerfile::model::{Base, CopySource, Os};
use dockerfile::windows_path::{fold, join};

use crate::letters::{ends, last_part};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "copy-from-system-root",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Flag(&["from"]),
    also: &[],
    page: include_str!("copy_from_system_root.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for instruction in context.instructions() {
        let inner = instruction.innermost();
        let Kind::Copy(copy) = &inner.kind else { continue };
        if copy.fault.is_some() || copy.dest.is_none() || inner.flag("from").is_none() {
            continue;
        }
        for source in copy.sources.iter().filter(|source| may_be_system(context, source)) {
            let Some(path) = context.expanded(instruction.index, source).map(|path| fold(&path)) else { continue };
            // Sources are relative to the root of the other image.
            let (what, help) = match join("/", &path).as_str() {
                "/" => (r"C:\", "copy only the folders that are needed"),
                "/windows" => (r"C:\Windows", "copy only the files that are needed, by name"),
                _ => continue,
            };
            if !is_from_windows(context, instruction) {
                continue;
            }
            report
                .add(source.span, format!("{what} as a whole cannot be copied from a Windows image"), help)
                .seen(r"copy from c:\ or c:\windows is not allowed on windows");
        }
    }
}

/// Whether a path may be that of a root or of the folder of Windows, which is cheap to tell.
fn may_be_system(context: &Context, path: &Word) -> bool {
    let last = last_part(path.as_str().trim_end_matches(['/', '\\']));
    !context.is_plain(path) || matches!(last, "" | "." | "..") || last.ends_with(':') || ends(last, "windows")
}

/// Whether what `--from` names is known to be a Windows image.
fn is_from_windows(context: &Context, instruction: &Instruction) -> bool {
    let model = context.model();
    match model.copy_source(instruction.index, instruction) {
        Some(CopySource::Stage(stage)) => {
            let has_image = model.lineage(stage).all(|stage| stage.base != Base::Scratch);
            has_image && model.stages[stage].os == Os::Windows
        }
        Some(CopySource::Image(image)) => image.facts().is_some_and(|facts| facts.os == base_image::Os::Windows),
        None => false,
    }
}
