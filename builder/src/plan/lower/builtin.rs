//! The commands inside cmd.exe that work on files.

use dockerfile::script::{Command, Redirection, Statement, StatementKind};

use super::cmd::{expand, silent, word};
use super::machine::{Machine, Outcome};
use super::path;
use crate::plan::file_op::{FileOp, IfExists, IfMissing, Into, Placement};

/// Carries out a command inside cmd.exe, with this much between it and what follows. False when it is none that is known
/// here.
pub(super) fn run(machine: &mut Machine<'_>, name: &str, command: &Command, gap: u32) -> Outcome<bool> {
    if name == "echo" || name.starts_with("echo.") || name.starts_with("echo(") {
        echo(machine, command, gap)?;
        return Ok(true);
    }
    let known = [
        "mklink", "mkdir", "md", "rmdir", "rd", "del", "erase", "copy", "move", "ren", "rename", "cd", "chdir",
        "pushd", "popd", "set", "type", "dir", "ver", "rem", "cls", "title", "path", "verify", "color", "date", "time",
        "prompt",
    ];
    if !known.contains(&name) {
        return Ok(false);
    }
    let words: Vec<String> = command.words.iter().map(|one| word(machine, one)).collect::<Outcome<_>>()?;
    if name == "type" {
        return print_file(machine, &words, &command.redirections).map(|()| true);
    }
    if !silent(&command.redirections) {
        return machine.refuse(format!("the output of `{name}` goes into a file"));
    }
    let (switches, paths): (Vec<String>, Vec<String>) = words.into_iter().partition(|word| is_switch(word));
    let letters: Vec<String> = switches
        .iter()
        .flat_map(|word| word.split('/'))
        .filter(|letter| !letter.is_empty())
        .map(str::to_lowercase)
        .collect();
    match name {
        "mkdir" | "md" => make(machine, &letters, &paths)?,
        "rmdir" | "rd" => remove_folders(machine, &letters, &paths)?,
        "del" | "erase" => remove_files(machine, &letters, &paths)?,
        "copy" => copy(machine, &letters, &paths)?,
        "move" => shift(machine, &letters, &paths)?,
        "mklink" => link(machine, &letters, &paths)?,
        "ren" | "rename" => rename(machine, &paths)?,
        "cd" | "chdir" => go(machine, &paths)?,
        "pushd" => machine.push_folder(&paths.concat())?,
        "popd" => machine.pop_folder(),
        "set" => set(machine, &letters, command)?,
        "path" if !paths.is_empty() => machine.set_env("PATH", Some(paths.concat()))?,
        _ => {}
    }
    Ok(true)
}

/// A word such as `/s`; `/` alone, or with more letters than options have, is a path.
fn is_switch(word: &str) -> bool {
    word.len() >= 2 && word.starts_with('/') && word[1..].split('/').all(|part| part.len() <= 3)
}

fn only(machine: &Machine<'_>, name: &str, letters: &[String], known: &[&str]) -> Outcome<()> {
    match letters.iter().find(|letter| !known.contains(&letter.as_str())) {
        Some(letter) => machine.refuse(format!("{name} with /{letter} is not evaluated")),
        None => Ok(()),
    }
}

fn make(machine: &mut Machine<'_>, letters: &[String], paths: &[String]) -> Outcome<()> {
    only(machine, "mkdir", letters, &[])?;
    // With `&` behind it the line goes on although the folder is there.
    let exists = if machine.last { IfExists::Fail } else { IfExists::Keep };
    for path in paths {
        let path = machine.new_folder(path)?;
        machine.push(FileOp::MakeDir { path, exists });
    }
    Ok(())
}

fn missing(machine: &Machine<'_>) -> IfMissing {
    if machine.last { IfMissing::Fail } else { IfMissing::Skip }
}

fn remove_folders(machine: &mut Machine<'_>, letters: &[String], paths: &[String]) -> Outcome<()> {
    only(machine, "rd", letters, &["s", "q"])?;
    let recurse = letters.iter().any(|letter| letter == "s");
    if recurse && !letters.iter().any(|letter| letter == "q") {
        return machine.refuse("rd /s without /q asks a question");
    }
    for text in paths {
        let path = machine.path(text)?;
        let missing = missing(machine);
        machine.push(FileOp::Remove { path, folders: true, recurse, missing });
    }
    Ok(())
}

fn remove_files(machine: &mut Machine<'_>, letters: &[String], paths: &[String]) -> Outcome<()> {
    only(machine, "del", letters, &["q", "f"])?;
    for text in paths {
        let mut path = machine.pattern(text)?;
        if text.ends_with(['\\', '/']) {
            path = path::join(&path, "*");
        }
        // Of a folder it removes the files, and asks before; so does a pattern that means all.
        let all = path.ends_with(r"\*") || path.ends_with(r"\*.*");
        if (all || super::item::is_folder(machine, &path)) && !letters.iter().any(|letter| letter == "q") {
            return machine.refuse("del of a whole folder asks a question");
        }
        if super::item::is_folder(machine, &path) {
            path = path::join(&path, "*");
        }
        // A file that is not there is told and is no failure.
        machine.push(FileOp::Remove { path, folders: false, recurse: false, missing: IfMissing::Skip });
    }
    Ok(())
}

fn copy(machine: &mut Machine<'_>, letters: &[String], paths: &[String]) -> Outcome<()> {
    only(machine, "copy", letters, &["y", "b", "v", "z"])?;
    let (from, to) = match paths {
        [from] => (from.clone(), ".".to_owned()),
        [from, to] => (from.clone(), to.clone()),
        _ => return machine.refuse("copy wants a source and a target"),
    };
    if from.contains('+') || to.contains('+') || path::is_pattern(&to) {
        return machine.refuse("copy puts files together");
    }
    if from.eq_ignore_ascii_case("nul") {
        let path = machine.path(&to)?;
        machine.push(FileOp::WriteFile { path, bytes: Vec::new(), placement: Placement::Replace });
        return Ok(());
    }
    let (source, target) = (machine.pattern(&from)?, machine.path(&to)?);
    if to.ends_with(['\\', '/']) {
        machine.require(&target);
    }
    if super::item::is_folder(machine, &source) {
        return machine.refuse("copy takes the files of a folder");
    }
    machine.push(FileOp::Copy {
        from: source,
        to: target,
        into: Into::FolderOrName,
        recurse: false,
        // Without /Y it asks before it replaces.
        exists: if letters.iter().any(|letter| letter == "y") { IfExists::Replace } else { IfExists::Fail },
        missing: missing(machine),
    });
    Ok(())
}

fn shift(machine: &mut Machine<'_>, letters: &[String], paths: &[String]) -> Outcome<()> {
    only(machine, "move", letters, &["y"])?;
    let [from, to] = paths else { return machine.refuse("move wants a source and a target") };
    let (source, target) = (machine.pattern(from)?, machine.path(to)?);
    if to.ends_with(['\\', '/']) {
        machine.require(&target);
    }
    machine.push(FileOp::Move {
        from: source,
        to: target,
        into: Into::FolderOrName,
        exists: if letters.iter().any(|letter| letter == "y") { IfExists::Replace } else { IfExists::Fail },
        missing: missing(machine),
    });
    Ok(())
}

fn rename(machine: &mut Machine<'_>, paths: &[String]) -> Outcome<()> {
    let [from, to] = paths else { return machine.refuse("ren wants a path and a name") };
    let source = machine.path(from)?;
    let folder = path::split(&source).map(|(folder, _)| folder);
    let Some(folder) = folder.filter(|_| !to.contains(['\\', '/', ':', '*', '?'])) else {
        return machine.refuse("ren takes a name, not a path");
    };
    let missing = missing(machine);
    let target = path::join(&folder, to);
    machine.push(FileOp::Move { from: source, to: target, into: Into::Name, exists: IfExists::Fail, missing });
    Ok(())
}

/// `mklink [/D | /J] LINK TARGET`.
fn link(machine: &mut Machine<'_>, letters: &[String], paths: &[String]) -> Outcome<()> {
    only(machine, "mklink", letters, &["d", "j"])?;
    let [path, target] = paths else { return machine.refuse("mklink wants a link and a target") };
    super::item::link(machine, path, target, Some(!letters.is_empty()), letters.iter().any(|letter| letter == "j"))
}

fn go(machine: &mut Machine<'_>, paths: &[String]) -> Outcome<()> {
    if paths.is_empty() {
        return Ok(());
    }
    // `cd` takes the rest of the line for one path.
    let path = paths.join(" ");
    let path = path.strip_prefix("/d ").unwrap_or(&path);
    machine.go(path)
}

fn set(machine: &mut Machine<'_>, letters: &[String], command: &Command) -> Outcome<()> {
    only(machine, "set", letters, &[])?;
    let text: Vec<String> = command.words.iter().map(|word| word.raw.clone()).collect();
    let text = text.join(" ");
    let text = text.trim_matches('"');
    if let Some((name, value)) = text.split_once('=') {
        let value = expand(machine, value)?;
        return machine.set_env(name.trim(), Some(value).filter(|value| !value.is_empty()));
    }
    Ok(())
}

/// What `echo` prints: all behind its name and one blank, up to a redirection.
fn echoed(machine: &Machine<'_>, command: &Command) -> Outcome<String> {
    let name = command.name.raw.to_ascii_lowercase();
    if command.words.is_empty() {
        let glued = name.strip_prefix("echo").unwrap_or_default().trim_start_matches(['.', '(', ':']);
        return Ok(glued.to_owned());
    }
    if command.words.iter().any(|word| word.raw.contains('^')) {
        return machine.refuse("what echo makes of a caret is not evaluated");
    }
    // Words keep their quotes, and blanks between them are kept: only single ones are certain.
    let words: Vec<String> =
        command.words.iter().map(|word| expand(machine, &word.raw)).collect::<Outcome<Vec<_>>>()?;
    Ok(words.join(" "))
}

fn echo(machine: &mut Machine<'_>, command: &Command, behind: u32) -> Outcome<()> {
    if silent(&command.redirections) {
        return Ok(());
    }
    let text = echoed(machine, command)?;
    if matches!(text.to_ascii_lowercase().as_str(), "on" | "off" | "") {
        return machine.refuse("echo without a text prints its state");
    }
    // A blank between the file and the next operator is written, too.
    let (Some(before), Some(behind)) = (gap(command), blanks(behind)) else {
        return machine.refuse("blanks in what echo writes");
    };
    write_out(machine, &command.redirections, &format!("{text}{before}{behind}\r\n"))
}

/// The blanks before a redirection, which echo writes too. None where there is more between the words than one
/// blank, or the redirection comes first.
fn gap(command: &Command) -> Option<&'static str> {
    let words = &command.words;
    let mut end = command.name.span.end;
    for word in words {
        if word.span.start != end + 1 {
            return None;
        }
        end = word.span.end;
    }
    let first = command.redirections.first()?.span.start;
    blanks(first.checked_sub(end)?)
}

/// None and one are certain; more may have the end of a line among them.
const fn blanks(count: u32) -> Option<&'static str> {
    match count {
        0 => Some(""),
        1 => Some(" "),
        _ => None,
    }
}

/// The file that a line is written to.
fn write_out(machine: &mut Machine<'_>, redirections: &[Redirection], text: &str) -> Outcome<()> {
    let files: Vec<&Redirection> = redirections.iter().filter(|redirection| redirection.target.is_some()).collect();
    let [redirection] = files.as_slice() else { return machine.refuse("output that goes to several places") };
    let placement = match redirection.operator.as_str() {
        ">" | "1>" => Placement::Replace,
        ">>" | "1>>" => Placement::Append,
        operator => return machine.refuse(format!("the redirection `{operator}` is not evaluated")),
    };
    if !text.is_ascii() {
        return machine.refuse("what a letter beyond ASCII becomes depends on the code page");
    }
    machine.without_path(text)?;
    let target = redirection.target.as_ref().map_or(Ok(String::new()), |target| word(machine, target))?;
    let path = machine.path(&target)?;
    machine.push(FileOp::WriteFile { path, bytes: text.as_bytes().to_vec(), placement });
    Ok(())
}

/// `(echo a & echo b) > file`.
pub(super) fn printed_group(machine: &mut Machine<'_>, all: &[Statement], redirections: &[Redirection]) -> Outcome<()> {
    let mut text = String::new();
    let statements = match all {
        [Statement { kind: StatementKind::Block { keyword, bodies, .. }, .. }] if keyword == "(" => {
            bodies.first().map_or(&[][..], |(_, body)| body.as_slice())
        }
        other => other,
    };
    for statement in statements {
        let StatementKind::Pipeline(commands) = &statement.kind else {
            return machine.refuse("a group that does more than print");
        };
        let [command] = commands.as_slice() else { return machine.refuse("a group that does more than print") };
        let plain = command.redirections.is_empty() && command.name.raw.to_ascii_lowercase().starts_with("echo");
        let mut end = command.name.span.end;
        for word in &command.words {
            if word.span.start != end + 1 {
                return machine.refuse("blanks in what echo writes");
            }
            end = word.span.end;
        }
        // A blank before the next operator is written too.
        let Some(gap) = blanks(statement.gap()).filter(|_| plain) else {
            return machine.refuse("a group that does more than print");
        };
        text.push_str(&format!("{}{gap}\r\n", echoed(machine, command)?));
    }
    write_out(machine, redirections, &text)
}

/// `type nul > file` makes an empty file; anything else is only printed.
fn print_file(machine: &mut Machine<'_>, words: &[String], redirections: &[Redirection]) -> Outcome<()> {
    if words.iter().all(|word| word.eq_ignore_ascii_case("nul")) {
        return if silent(redirections) { Ok(()) } else { write_out(machine, redirections, "") };
    }
    if !silent(redirections) {
        return machine.refuse("the content of a file goes into another one");
    }
    for text in words {
        let path = machine.path(text)?;
        if machine.last {
            machine.require(&path);
        }
    }
    Ok(())
}
