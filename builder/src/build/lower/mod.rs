//! A lowered `RUN`: its operations carried out on the files of the image, as the shell would have done it.

use std::io;

use crate::context::matches_name;
use crate::layer::{Content, Entry, Kind, SecurityDescriptor, Sid, name};
use crate::plan::{ArchiveFormat, FileOp, Hash, IfExists, IfMissing, Into, Placement};
use crate::store::Store;

use super::archive::{self, Known};
use super::error::StepError;
use super::fetch::{self, Shown, Wanted};
use super::hash;
use super::place::{Target, from_root, settle, shown};
use super::tree::Tree;
use super::unpack::{Unpack, unpack};
use super::view::key;

/// The longest file whose text is taken into memory.
const MAX_TEXT: u64 = 16 << 20;

/// Carries out one operation.
///
/// # Errors
/// When the shell, too, would have failed at it.
pub fn run(target: &mut Target, operation: &FileOp, store: &Store, to: &Shown) -> Result<(), StepError> {
    match operation {
        FileOp::MakeDir { path, exists } => make_dir(target, path, *exists),
        FileOp::WriteFile { path, bytes, placement } => write(target, path, bytes, *placement),
        FileOp::Replace { from, raw, to, changes } => {
            let old = read(&content(target.tree, "read", from)?, "read", from)?;
            let new = text::replaced(&old, *raw, changes).map_err(|why| fault("read", from, &why))?;
            write(target, to, new.as_bytes(), Placement::Replace)
        }
        FileOp::Link { path, target: leads_to, folder, junction } => link(target, path, leads_to, *folder, *junction),
        FileOp::Copy { from, to, into, recurse, exists, missing } => {
            let found = find(target.tree, from, *missing, true)?;
            spread(target, "copy", from, to, *into, found, |target, from, to| {
                copy(target, &from, &to, *recurse, *exists)
            })
        }
        FileOp::Move { from, to, into, exists, missing } => {
            let found = find(target.tree, from, *missing, false)?;
            spread(target, "move", from, to, *into, found, |target, from, to| rename(target, &from, &to, *exists))
        }
        FileOp::Remove { path, folders, recurse, missing } => remove(target, path, *folders, *recurse, *missing),
        FileOp::Require { path } => find(target.tree, path, IfMissing::Fail, true).map(drop),
        FileOp::Download { url, dest, headers, redirects, expected } => {
            let wanted = Wanted { url, headers, redirects: *redirects, expected: expected.as_ref() };
            let content = fetch::fetch(store, to, wanted)?;
            let path = settle(target.tree, &from_root(dest))?;
            put_content(target, "download", &path, content)
        }
        FileOp::VerifyHash { path, expected, message } => {
            let content = content(target.tree, "hash", path)?;
            let what = if message.is_empty() { path.clone() } else { format!("{message}: {path}") };
            hash::check(&content, &what, expected)
        }
        FileOp::VerifyListed { path, algorithm, list, message } => {
            let own = content(target.tree, "hash", path)?;
            let text = text::decoded(&read(&content(target.tree, "read", &list.file)?, "read", &list.file)?);
            let hex = text::word(&text, list).map_err(|why| fault("read", &list.file, &why))?;
            let what = if message.is_empty() { path.clone() } else { format!("{message}: {path}") };
            hash::check(&own, &what, &Hash { algorithm: *algorithm, hex })
        }
        FileOp::Extract { archive, dest, parents, format, strip, members, exists } => {
            let known = match format {
                ArchiveFormat::Zip => Known::Zip,
                ArchiveFormat::Any => Known::Any,
            };
            let bytes = content(target.tree, "unpack", archive)?;
            let opened = archive::open(store, &bytes, archive, known)?;
            let opened = opened.ok_or_else(|| fault("unpack", archive, "it is no archive of the kind it should be"))?;
            let folder = settle(target.tree, &from_root(dest))?;
            if !parents && !target.tree.is_dir(&folder) {
                return Err(fault("unpack", dest, "there is no such folder"));
            }
            let strip = usize::try_from(*strip).unwrap_or(usize::MAX);
            unpack(target, &opened, Unpack { archive, dest: &folder, strip, members, exists: *exists, own_time: false })
        }
        // It is in the image's config, not in its files.
        FileOp::SetEnv { .. } => Ok(()),
    }
}

fn fault(operation: &str, path: &str, why: &str) -> StepError {
    StepError::Operation { operation: format!("{operation} {path}"), why: why.to_owned() }
}

fn make_dir(target: &mut Target, path: &str, exists: IfExists) -> Result<(), StepError> {
    let at = settle(target.tree, &from_root(path))?;
    if exists == IfExists::Fail && target.tree.is_dir(&at) {
        return Err(fault("mkdir", path, "it is there already"));
    }
    target.make_dirs(&at)
}

/// A link is put where nothing is yet, and leads to what is there.
fn link(
    target: &mut Target,
    path: &str,
    leads_to: &str,
    folder: Option<bool>,
    junction: bool,
) -> Result<(), StepError> {
    let written = from_root(path);
    let (parent, own) = written.rsplit_once('/').unwrap_or(("", &written));
    let at = name::join(&settle(target.tree, parent)?, own);
    if target.tree.get(&at).is_some() {
        return Err(fault("link", path, "it is there already"));
    }
    if !target.tree.is_dir(name::parent(&at).unwrap_or_default()) {
        return Err(fault("link", path, "its folder is not there"));
    }
    let led = settle(target.tree, &from_root(leads_to))?;
    let Some(found) = target.tree.get(&led) else {
        return Err(fault("link to", leads_to, "it is not there"));
    };
    let is_dir = matches!(found.kind, Kind::Directory);
    if folder.unwrap_or(is_dir || junction) != is_dir || junction && !is_dir {
        return Err(fault("link to", leads_to, if is_dir { "it is a folder" } else { "it is no folder" }));
    }
    let to = leads_to.to_owned();
    let kind = if junction { Kind::Junction { target: to } } else { Kind::Symlink { target: to, is_dir } };
    target.put(Entry::new(at, kind).at(target.time), path)
}

fn write(target: &mut Target, path: &str, bytes: &[u8], placement: Placement) -> Result<(), StepError> {
    let at = settle(target.tree, &from_root(path))?;
    let old = target.tree.content(&at);
    let content = match (placement, old) {
        (Placement::New, Some(_)) => return Err(fault("write", path, "it is there already")),
        (Placement::Append, Some(old)) => {
            let mut whole = read(&old, "append to", path)?;
            if whole.starts_with(&[0xff, 0xfe])
                || whole.starts_with(&[0xfe, 0xff])
                || whole.starts_with("\u{feff}".as_bytes())
            {
                return Err(fault(
                    "append to",
                    path,
                    "it has a byte order mark, and the shell would encode the text by it",
                ));
            }
            whole.extend_from_slice(bytes);
            whole
        }
        _ => bytes.to_vec(),
    };
    put_content(target, "write", &at, Content::bytes(content))
}

/// The bytes of a file, for an operation on its text.
fn read(content: &Content, operation: &str, path: &str) -> Result<Vec<u8>, StepError> {
    if content.size() > MAX_TEXT {
        return Err(fault(operation, path, "it has more than 16 MiB"));
    }
    let mut whole = Vec::new();
    let read = content.read_into(&mut vec![0; 64 << 10], |bytes| {
        whole.extend_from_slice(bytes);
        Ok(())
    });
    read.map_err(|error: io::Error| fault(operation, path, &error.to_string()))?;
    Ok(whole)
}

/// Writes a file at a settled path. One that is there keeps its spelling, its attributes and who may do what with it.
fn put_content(target: &mut Target, operation: &str, at: &str, content: Content) -> Result<(), StepError> {
    let at_shown = shown(at, target.tree.flavor());
    let parent = name::parent(at).unwrap_or_default();
    if !target.tree.is_dir(parent) {
        return Err(fault(operation, &at_shown, "its folder is not there"));
    }
    match target.tree.get(at) {
        Some(old) if matches!(old.kind, Kind::Directory) => Err(fault(operation, &at_shown, "it is a folder")),
        Some(old) => {
            check_protected(operation, &old)?;
            target.tree.put(Entry { kind: Kind::File(content), ..old.at(target.time) });
            Ok(())
        }
        None => target.put(Entry::file(at, content).at(target.time), &at_shown),
    }
}

fn content(tree: &Tree, operation: &str, path: &str) -> Result<Content, StepError> {
    let at = settle(tree, &from_root(path))?;
    tree.content(&at).ok_or_else(|| fault(operation, path, "there is no such file"))
}

/// What a path or a pattern means. A link itself is meant where it is moved or removed, what it leads to elsewhere.
fn find(tree: &Tree, pattern: &str, missing: IfMissing, follow: bool) -> Result<Vec<Entry>, StepError> {
    let path = from_root(pattern);
    let (parent, last) = path.rsplit_once('/').unwrap_or(("", &path));
    let mut found = Vec::new();
    for folder in folders(tree, parent)? {
        if is_wild(last) {
            found.extend(matching(tree, &folder, last));
        } else if follow {
            found.extend(tree.get(&settle(tree, &name::join(&folder, last))?));
        } else {
            found.extend(tree.get(&name::join(&folder, last)));
        }
    }
    if path.is_empty() {
        found = vec![Entry::directory("")];
    }
    if found.is_empty() && missing == IfMissing::Fail {
        return Err(fault("find", pattern, "there is nothing of that name"));
    }
    Ok(found)
}

fn is_wild(name: &str) -> bool {
    name.contains(['*', '?'])
}

/// What of a folder a pattern means. `[` is a letter like any other.
fn matching(tree: &Tree, folder: &str, pattern: &str) -> Vec<Entry> {
    let pattern = pattern.replace('[', "\\[");
    let is_match = |entry: &Entry| {
        let own = entry.path.rsplit('/').next().unwrap_or_default();
        matches_name(&pattern, own, true).unwrap_or_default()
    };
    tree.entries_in(folder).into_iter().filter(is_match).collect()
}

/// The folders that a path means whose components may be patterns.
fn folders(tree: &Tree, path: &str) -> Result<Vec<String>, StepError> {
    let mut found = vec![String::new()];
    for part in path.split('/').filter(|part| !part.is_empty()) {
        let mut next = Vec::new();
        for folder in found {
            if is_wild(part) {
                let inside = matching(tree, &folder, part).into_iter();
                next.extend(inside.filter(|entry| matches!(entry.kind, Kind::Directory)).map(|entry| entry.path));
            } else {
                next.push(settle(tree, &name::join(&folder, part))?);
            }
        }
        found = next;
    }
    Ok(found)
}

/// Does something with each thing that was found and the place it goes to.
fn spread(
    target: &mut Target,
    operation: &str,
    from: &str,
    to: &str,
    into: Into,
    mut found: Vec<Entry>,
    mut act: impl FnMut(&mut Target, Entry, String) -> Result<(), StepError>,
) -> Result<(), StepError> {
    if found.is_empty() {
        return Ok(());
    }
    let goal = settle(target.tree, &from_root(to))?;
    let is_dir = target.tree.is_dir(&goal);
    if into == Into::Content {
        let folders = found.iter().filter(|entry| matches!(entry.kind, Kind::Directory));
        let content: Vec<Entry> = folders.flat_map(|folder| target.tree.entries_in(&folder.path)).collect();
        if content.is_empty() && !matches!(found[0].kind, Kind::Directory) {
            return Err(fault(operation, from, "it is no folder"));
        }
        found = content;
    }
    let as_folder = match into {
        Into::Folder | Into::Content => {
            target.make_dirs(&goal)?;
            true
        }
        Into::FolderOrName => is_dir,
        Into::Name if is_dir => return Err(fault(operation, to, "it is a folder")),
        Into::Name => false,
    };
    if !as_folder && found.len() > 1 {
        return Err(fault(operation, from, &format!("several files match, and {to} is no folder")));
    }
    if !as_folder && !target.tree.is_dir(name::parent(&goal).unwrap_or_default()) {
        return Err(fault(operation, to, "its folder is not there"));
    }
    found.into_iter().try_for_each(|entry| {
        let own = entry.path.rsplit('/').next().unwrap_or_default();
        let mut place = if as_folder { name::join(&goal, own) } else { goal.clone() };
        if !as_folder && key(&place, target.tree.flavor()) == key(&entry.path, target.tree.flavor()) {
            // A new spelling of its own name.
            let written = from_root(to);
            let last = written.rsplit('/').next().unwrap_or_default();
            place = name::join(name::parent(&place).unwrap_or_default(), last);
        }
        act(target, entry, place)
    })
}

fn copy(target: &mut Target, from: &Entry, to: &str, recurse: bool, exists: IfExists) -> Result<(), StepError> {
    let flavor = target.tree.flavor();
    if !matches!(from.kind, Kind::Directory) {
        let Some(content) = target.tree.content(&from.path) else {
            return Err(fault("copy", &shown(&from.path, flavor), "it is a link"));
        };
        return match (target.tree.get(to), exists) {
            (Some(_), IfExists::Keep) => Ok(()),
            (Some(_), IfExists::Fail) => Err(fault("copy to", &shown(to, flavor), "it is there already")),
            _ => put_content(target, "copy to", to, content),
        };
    }
    if is_inside(to, &from.path, target.tree) {
        return Err(fault("copy", &shown(&from.path, flavor), "it would be copied into itself"));
    }
    // Found before anything is written.
    let below = if recurse { target.tree.entries_below(&from.path) } else { Vec::new() };
    target.make_dirs(to)?;
    for entry in below {
        let place = name::join(to, entry.path[from.path.len()..].trim_start_matches('/'));
        match entry.kind {
            Kind::Directory => target.make_dirs(&place)?,
            _ => copy(target, &entry, &place, false, exists)?,
        }
    }
    Ok(())
}

fn is_inside(path: &str, folder: &str, tree: &Tree) -> bool {
    let (path, folder) = (key(path, tree.flavor()), key(folder, tree.flavor()));
    path == folder || folder.is_empty() || path.strip_prefix(&folder).is_some_and(|rest| rest.starts_with('\0'))
}

/// Moves a file or a folder; it stays what it is.
fn rename(target: &mut Target, from: &Entry, to: &str, exists: IfExists) -> Result<(), StepError> {
    let flavor = target.tree.flavor();
    let (old, is_dir) = (target.tree.get(to), matches!(from.kind, Kind::Directory));
    let is_itself = key(&from.path, flavor) == key(to, flavor);
    check_protected("move", from)?;
    match old {
        // Only its letter case changes.
        Some(_) if is_itself => {}
        Some(_) if is_dir || target.tree.is_dir(to) => {
            return Err(fault(
                "move to",
                &shown(to, flavor),
                "it is there already, and folders do not move over anything",
            ));
        }
        Some(_) if exists == IfExists::Keep => return Ok(()),
        Some(_) if exists == IfExists::Fail => {
            return Err(fault("move to", &shown(to, flavor), "it is there already"));
        }
        Some(old) => check_protected("move to", &old)?,
        None => {}
    }
    if is_dir && !is_itself && is_inside(to, &from.path, target.tree) {
        return Err(fault("move", &shown(&from.path, flavor), "it would be moved into itself"));
    }
    let below = if is_dir { target.tree.entries_below(&from.path) } else { Vec::new() };
    let content = target.tree.content(&from.path);
    let moved = |entry: Entry, content: Option<Content>, path: String| Entry {
        kind: content.map_or(entry.kind, Kind::File),
        path,
        ..entry
    };
    // The bytes of hard links are found while their files are there.
    let contents: Vec<_> = below.iter().map(|entry| target.tree.content(&entry.path)).collect();
    target.tree.remove(&from.path);
    target.put_as_is(moved(from.clone(), content, to.to_owned()))?;
    for (entry, content) in below.into_iter().zip(contents) {
        let place = name::join(to, entry.path[from.path.len()..].trim_start_matches('/'));
        target.put_as_is(moved(entry, content, place))?;
    }
    Ok(())
}

fn remove(target: &mut Target, path: &str, folders: bool, recurse: bool, missing: IfMissing) -> Result<(), StepError> {
    let is_pattern = is_wild(path);
    let mut found = find(target.tree, path, missing, false)?;
    let is_dir = |entry: &Entry| matches!(entry.kind, Kind::Directory);
    if !folders && is_pattern {
        found.retain(|entry| !is_dir(entry));
    }
    for entry in found {
        let at = shown(&entry.path, target.tree.flavor());
        if entry.path.is_empty() {
            return Err(fault("remove", path, "it is the root of the drive"));
        }
        if is_dir(&entry) && !folders {
            return Err(fault("remove", &at, "it is a folder"));
        }
        if is_dir(&entry) && !recurse && !target.tree.entries_in(&entry.path).is_empty() {
            return Err(fault("remove", &at, "the folder is not empty"));
        }
        check_protected("remove", &entry)?;
        if let Some(kept) = target.tree.entries_below(&entry.path).iter().find(|entry| is_protected(entry)) {
            check_protected("remove", kept)?;
        }
        target.tree.remove(&entry.path);
    }
    Ok(())
}

/// Files that belong to Windows' installer resist even administrators: the command would fail.
fn check_protected(operation: &str, entry: &Entry) -> Result<(), StepError> {
    if !is_protected(entry) {
        return Ok(());
    }
    Err(fault(
        operation,
        &format!("C:/{}", entry.path),
        "it belongs to TrustedInstaller, and the command would be denied",
    ))
}

fn is_protected(entry: &Entry) -> bool {
    let installer = Sid::parse("TrustedInstaller").expect("the account is known");
    let owner_of = |security: &SecurityDescriptor| {
        let bytes = security.as_bytes();
        let at = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?) as usize;
        let count = usize::from(*bytes.get(at + 1)?);
        Some(bytes.get(at..at + 8 + 4 * count)?.to_vec())
    };
    let theirs = owner_of(&SecurityDescriptor::owned_by(&installer, None, false));
    entry.security.as_ref().is_some_and(|security| owner_of(security) == theirs)
}

#[cfg(test)]
mod tests;
mod text;
