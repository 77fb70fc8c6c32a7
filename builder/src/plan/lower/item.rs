//! `New-Item`, `Copy-Item`, `Move-Item`, `Rename-Item`, `Remove-Item`, `Set-Item`.

use super::cmdlet::Arguments;
use super::machine::{Known, Machine, Outcome};
use super::path;
use super::value::Value;
use crate::plan::file_op::{FileOp, IfExists, IfMissing, Into, Placement};

/// Parameters that choose among what a path matches.
const FILTERS: [&str; 3] = ["Filter", "Include", "Exclude"];

/// Creates a folder as `New-Item` does: one that is there is a failure, which only stops a script that says so.
pub(super) fn make_dir(machine: &mut Machine<'_>, text: &str, force: bool) -> Outcome<()> {
    let path = machine.new_folder(text)?;
    let exists = if force || !(machine.stops || machine.last) { IfExists::Keep } else { IfExists::Fail };
    machine.push(FileOp::MakeDir { path, exists });
    Ok(())
}

pub(super) fn new(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let kind = arguments.text(machine, "ItemType")?.unwrap_or_else(|| "file".to_owned()).to_ascii_lowercase();
    let mut paths = arguments.paths(machine)?;
    if let Some(name) = arguments.text(machine, "Name")? {
        let folder = paths.pop().unwrap_or_else(|| ".".to_owned());
        paths = vec![format!("{}\\{name}", folder.trim_end_matches(['\\', '/']))];
    }
    let force = arguments.has("Force");
    if matches!(kind.as_str(), "symboliclink" | "junction") && !force {
        let [text] = paths.as_slice() else { return machine.refuse("New-Item wants one path for a link") };
        let target = arguments.wanted(machine, "Value")?;
        link(machine, text, &target, None, kind == "junction")?;
        return Ok(vec![Value::Opaque("an item".to_owned())]);
    }
    for text in &paths {
        if kind == "directory" || kind == "container" || kind == "d" {
            let tolerant = force || arguments.tolerant;
            make_dir(machine, text, tolerant)?;
        } else if kind == "file" {
            let path = machine.path(text)?;
            if force && let Some((parent, _)) = path::split(&path) {
                machine.push(FileOp::MakeDir { path: parent, exists: IfExists::Keep });
            }
            let text = arguments.text(machine, "Value")?.unwrap_or_default();
            machine.without_path(&text)?;
            let placement = if force { Placement::Replace } else { Placement::New };
            machine.push(FileOp::WriteFile { path, bytes: text.into_bytes(), placement });
        } else {
            return machine.refuse(format!("New-Item makes a {kind}"));
        }
    }
    Ok(vec![Value::Opaque("an item".to_owned())])
}

/// Creates a link. Only administrators may, and only an absolute target leads to the same place wherever the link is.
pub(super) fn link(
    machine: &mut Machine<'_>,
    text: &str,
    target: &str,
    folder: Option<bool>,
    junction: bool,
) -> Outcome<()> {
    let user = machine.world.user;
    if !user.is_empty() && !user.eq_ignore_ascii_case("ContainerAdministrator") {
        return machine.refuse(format!("{user} may not make links"));
    }
    let absolute = target.get(..3).is_some_and(|drive| drive.eq_ignore_ascii_case(r"c:\"));
    if !absolute {
        return machine.refuse(format!("a link to `{target}`, which is no absolute path"));
    }
    let (path, target) = (machine.path(text)?, machine.path(target)?);
    machine.push(FileOp::Link { path, target, folder, junction });
    Ok(())
}

/// When a path of the script matches nothing: a pattern is content with that.
fn missing(machine: &Machine<'_>, arguments: &Arguments, path: &str) -> IfMissing {
    let goes_on = arguments.tolerant || !(machine.stops || machine.last);
    if path::is_pattern(path) || goes_on { IfMissing::Skip } else { IfMissing::Fail }
}

/// The target of a copy or a move. One that ends with a backslash names a folder, which must be there.
fn target(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<String> {
    let text = arguments.text(machine, "Destination")?.unwrap_or_else(|| ".".to_owned());
    let path = machine.path(&text)?;
    if text.ends_with(['\\', '/']) {
        machine.require(&path);
    }
    Ok(path)
}

pub(super) fn copy(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &FILTERS)?;
    arguments.without(machine, &["FromSession", "ToSession", "Container"])?;
    let to = target(machine, arguments)?;
    for text in arguments.paths(machine)? {
        let from = machine.pattern(&text)?;
        let missing = missing(machine, arguments, &from);
        machine.push(FileOp::Copy {
            from,
            to: to.clone(),
            into: Into::FolderOrName,
            recurse: arguments.has("Recurse"),
            exists: IfExists::Replace,
            missing,
        });
    }
    Ok(Vec::new())
}

pub(super) fn shift(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &FILTERS)?;
    let to = target(machine, arguments)?;
    for text in arguments.paths(machine)? {
        let from = machine.pattern(&text)?;
        let missing = missing(machine, arguments, &from);
        machine.push(FileOp::Move {
            from,
            to: to.clone(),
            into: Into::FolderOrName,
            exists: if arguments.has("Force") { IfExists::Replace } else { IfExists::Fail },
            missing,
        });
    }
    Ok(Vec::new())
}

/// The new name may be a whole path only if that leads to the same folder.
pub(super) fn rename(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let [text] = arguments.paths(machine)?.try_into().or_else(|_| machine.refuse("Rename-Item wants one path"))?;
    let from = machine.path(&text)?;
    let name = arguments.wanted(machine, "NewName")?;
    let Some((folder, _)) = path::split(&from) else { return machine.refuse("the root has no other name") };
    let to = if name.contains(['\\', '/', ':']) { machine.path(&name)? } else { path::join(&folder, &name) };
    if path::split(&to).is_none_or(|(other, _)| !other.eq_ignore_ascii_case(&folder)) {
        return machine.refuse(format!("Rename-Item cannot move to `{name}`"));
    }
    let missing = missing(machine, arguments, &from);
    machine.push(FileOp::Move { from, to, into: Into::Name, exists: IfExists::Fail, missing });
    Ok(Vec::new())
}

pub(super) fn remove(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &FILTERS)?;
    for text in arguments.paths(machine)? {
        if let Some(name) = environment(&text) {
            machine.set_env(&name, None)?;
            continue;
        }
        let path = machine.pattern(&text)?;
        let missing = missing(machine, arguments, &path);
        machine.push(FileOp::Remove { path, folders: true, recurse: arguments.has("Recurse"), missing });
    }
    Ok(Vec::new())
}

pub(super) fn set(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let path = arguments.path(machine)?;
    let Some(name) = environment(&path) else { return machine.refuse(format!("Set-Item changes {path}")) };
    let value = arguments.text(machine, "Value")?;
    machine.set_env(&name, value)?;
    Ok(Vec::new())
}

/// The variable that a path of the drive `Env:` names.
fn environment(path: &str) -> Option<String> {
    let rest = path.get(..4).filter(|drive| drive.eq_ignore_ascii_case("env:")).map(|_| &path[4..])?;
    Some(rest.trim_start_matches(['\\', '/']).to_owned())
}

/// Whether something is known to be a folder.
pub(super) fn is_folder(machine: &Machine<'_>, path: &str) -> bool {
    machine.look(path) == Some(Known::Folder)
}
