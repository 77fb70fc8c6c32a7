//! Paths with `/` given to the commands inside cmd.exe, which read a switch there.

use dockerfile::ast::Instruction;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::{Dialect, Quote, Word};
use dockerfile::windows_path::{drive_letter, fold};

use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, ran};

pub(super) static RULE: Rule = Rule {
    id: "forward-slash-path-in-cmd",
    group: Group::Path,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Command(&COMMANDS),
    also: &[],
    page: include_str!("forward_slash_path_in_cmd.md"),
    check,
};

/// The commands that take paths and read an unquoted `/` as the beginning of a switch wherever it stands.
const COMMANDS: [&str; 13] =
    ["copy", "del", "dir", "erase", "md", "mkdir", "move", "rd", "ren", "rename", "rmdir", "type", "xcopy"];

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        for &Listed { dialect, command, ref stem, .. } in ran.commands() {
            let Some(name) = COMMANDS.iter().find(|known| **known == stem) else { continue };
            let is_path = command.name.text.contains(['/', '\\']);
            // The command of an exec form itself is read by no shell.
            if dialect != Dialect::Cmd || is_path || command.nested.is_none() && ran.is_started(command) {
                continue;
            }
            for word in &command.words {
                argument(context, ran.outer, (name, word, ran.run.exec), report);
            }
        }
    }
}

fn argument(context: &Context, instruction: &Instruction, found: (&str, &Word, bool), report: &mut Report) {
    let (name, word, is_json) = found;
    let Some(at) = switch_in_path(context, instruction, word) else { return };
    let switch = word.text[at + 1..].split('/').next().unwrap_or_default();
    let finding = report
        .add(
            word.span,
            format!("{name} reads /{switch} as a switch, not as a part of the path"),
            "write the path with \\",
        )
        .seen(seen(name, switch));
    let backslash = if is_json { r"\\" } else { "\\" };
    let source = context.slice(word.span);
    // A backslash at the end of a line could join the next one to it, and one before a quote could escape that.
    let after = context.source().text()[word.span.end as usize..].trim_start_matches([' ', '\t']);
    let is_last = after.is_empty() || after.starts_with(['\r', '\n', '"', '\'']);
    if !(source.ends_with('/') && is_last) && source == word.raw {
        finding.fix(Fix::safe("write backslashes", vec![Edit::replace(word.span, source.replace('/', backslash))]));
    }
}

fn seen(name: &str, switch: &str) -> String {
    match name {
        "del" | "erase" | "rd" | "rmdir" | "dir" => format!("Invalid switch - \"{switch}\"."),
        "xcopy" => format!("Invalid parameter - /{switch}"),
        _ => "The syntax of the command is incorrect.".into(),
    }
}

/// Where in a word the slash stands that begins no switch but a part of a path: behind a drive, a folder, a
/// variable, or at the beginning of a folder that the file names elsewhere.
fn switch_in_path(context: &Context, instruction: &Instruction, word: &Word) -> Option<usize> {
    let text = word.text.as_str();
    let at =
        text.find('/').filter(|_| word.quote == Quote::None && !word.raw.contains('"') && !text.contains("://"))?;
    let rest = &text[at + 1..];
    if rest.is_empty() {
        // `C:/` is the root and `app/` a folder; the slash says nothing more.
        return None;
    }
    let is_long = rest.split('/').any(|part| part.len() > 1 && !part.starts_with('-') && !part.contains(':'));
    let is_path = match at {
        0 => is_known(context, instruction, text),
        2 if drive_letter(text).is_some() => true,
        _ => is_long,
    };
    is_path.then_some(at)
}

/// Whether an earlier instruction of the stage makes or fills this folder or one around it.
fn is_known(context: &Context, instruction: &Instruction, text: &str) -> bool {
    let model = context.model();
    let Some(stage) = model.stage_of(instruction.index) else { return false };
    let path = fold(text);
    let is_around = |folder: &str| {
        folder.len() > 2 && path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let earlier = &context.instructions()[stage.steps.start..instruction.index];
    earlier.iter().any(|earlier| model.changes(earlier.index, earlier).iter().any(|change| is_around(&change.path)))
}
