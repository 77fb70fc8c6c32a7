//! What an archive has goes into the image: names are checked, and nothing leaves the folder it is unpacked to.

use crate::layer::{Entry, Flavor, Kind, name};
use crate::plan::IfExists;

use super::archive::{Archive, Member, MemberKind};
use super::error::StepError;
use super::place::{Target, settle};

/// How an archive is unpacked.
#[derive(Clone, Copy, Debug)]
pub struct Unpack<'a> {
    /// The archive, for messages.
    pub archive: &'a str,
    /// The folder, settled.
    pub dest: &'a str,
    /// How many leading names are taken off.
    pub strip: usize,
    /// Only these members and what is below them; all when empty.
    pub members: &'a [String],
    /// When a file is there already.
    pub exists: IfExists,
    /// Whether new files get the step's time instead of their own.
    pub own_time: bool,
}

/// Unpacks an archive into a folder, which is created.
///
/// # Errors
/// When a member cannot be in the image.
pub fn unpack(target: &mut Target, archive: &Archive, how: Unpack) -> Result<(), StepError> {
    target.make_dirs(how.dest)?;
    target.placed.clear();
    let named = |wanted: &String| archive.members.iter().any(|member| is_in(&names(&member.name).join("/"), wanted));
    if let Some(missing) = how.members.iter().find(|wanted| !named(wanted)) {
        return Err(StepError::Archive { archive: how.archive.to_owned(), why: format!("it has no {missing}") });
    }
    let mut links = Vec::new();
    for member in &archive.members {
        let Some(path) = path(&how, member)? else { continue };
        if path.is_empty() {
            continue;
        }
        match &member.kind {
            MemberKind::Symlink(link) => links.push((member, path, link)),
            _ => place(target, archive, &how, member, &path)?,
        }
    }
    // Whether a link is one to a folder is known once all else is there.
    links.into_iter().try_for_each(|(member, path, link)| symlink(target, &how, member, &path, link))
}

fn fault(how: &Unpack, member: &Member, why: &str) -> StepError {
    StepError::Archive { archive: how.archive.to_owned(), why: format!("its member {} {why}", member.name) }
}

/// The names in a path, without those that lead nowhere: `./a//b` is `a/b`.
fn names(path: &str) -> Vec<&str> {
    path.split('/').filter(|name| !matches!(*name, "" | ".")).collect()
}

/// Whether a member is one that is wanted, or below it.
fn is_in(whole: &str, wanted: &str) -> bool {
    let wanted = names(wanted).join("/");
    whole == wanted || whole.strip_prefix(&wanted).is_some_and(|rest| rest.starts_with('/'))
}

/// Where a member goes, from the folder it is unpacked to; `None` when it is not wanted.
fn path(how: &Unpack, member: &Member) -> Result<Option<String>, StepError> {
    let text = &member.name;
    if text.starts_with('/') || dockerfile::windows_path::drive_letter(text).is_some() {
        return Err(fault(how, member, "has an absolute path"));
    }
    let names = names(text);
    if names.contains(&"..") {
        return Err(fault(how, member, "leaves the folder with `..`"));
    }
    let whole = names.join("/");
    let wanted = how.members.is_empty() || how.members.iter().any(|wanted| is_in(&whole, wanted));
    Ok((wanted && names.len() > how.strip).then(|| names[how.strip..].join("/")))
}

fn place(target: &mut Target, archive: &Archive, how: &Unpack, member: &Member, path: &str) -> Result<(), StepError> {
    let from = format!("{}: {}", how.archive, member.name);
    let at = settle(target.tree, &name::join(how.dest, path))?;
    let kind = match &member.kind {
        MemberKind::Directory => Kind::Directory,
        MemberKind::File { offset, size } => Kind::File(archive.content(*offset, *size)),
        MemberKind::Hardlink(link) => hardlink(target, how, member, link)?,
        MemberKind::Symlink(_) | MemberKind::Special => {
            return Err(fault(how, member, "is a device or a pipe, which no layer of this builder has"));
        }
    };
    let is_dir = matches!(kind, Kind::Directory);
    if !is_dir {
        target.claim(&at, &from)?;
        if !may_write(target, how, member, &at)? {
            return Ok(());
        }
    }
    target.make_dirs(name::parent(&at).unwrap_or_default())?;
    if target.tree.get(&at).is_some() && target.tree.is_dir(&at) != is_dir {
        target.tree.remove(&at);
    }
    let entry = Entry { posix: member.posix.clone(), ..Entry::new(at, kind) };
    let time = if how.own_time { target.time } else { member.time };
    put(target, entry.at(time), &from)
}

/// The owner of a member stays its own on Linux, unless the step names one.
fn put(target: &mut Target, entry: Entry, from: &str) -> Result<(), StepError> {
    let (path, posix) = (entry.path.clone(), entry.posix.clone());
    target.put(entry, from)?;
    if target.tree.flavor() == Flavor::Linux
        && !target.owner.is_named()
        && let Some(mut entry) = target.tree.get(&path)
    {
        (entry.posix.uid, entry.posix.gid) = (posix.uid, posix.gid);
        target.tree.put(entry);
    }
    Ok(())
}

fn may_write(target: &Target, how: &Unpack, member: &Member, at: &str) -> Result<bool, StepError> {
    match (target.tree.get(at).is_some(), how.exists) {
        (true, IfExists::Keep) => Ok(false),
        (true, IfExists::Fail) => Err(fault(how, member, "is there already")),
        _ => Ok(true),
    }
}

/// A hard link names another member by its whole name.
fn hardlink(target: &Target, how: &Unpack, member: &Member, link: &str) -> Result<Kind, StepError> {
    let linked = Member { name: link.to_owned(), ..member.clone() };
    let path = path(how, &linked)?.ok_or_else(|| fault(how, member, "is a hard link to a member that is left out"))?;
    let at = settle(target.tree, &name::join(how.dest, &path))?;
    match target.tree.content(&at) {
        Some(_) => Ok(Kind::Hardlink { target: target.tree.spelt(&at) }),
        None => Err(fault(how, member, "is a hard link to a file that does not stand before it")),
    }
}

fn symlink(target: &mut Target, how: &Unpack, member: &Member, path: &str, link: &str) -> Result<(), StepError> {
    let parent = settle(target.tree, &name::join(how.dest, name::parent(path).unwrap_or_default()))?;
    let at = name::join(&parent, path.rsplit('/').next().unwrap_or_default());
    let mut is_dir = false;
    if target.tree.flavor() == Flavor::Windows {
        let below = name::parent(path).unwrap_or_default();
        // Names in the archive are looked at, not where it is unpacked to: it cannot know that.
        if crate::context::lead(below, link, false).is_none() {
            return Err(fault(how, member, &format!("links out of the archive, to {link}")));
        }
        let led = settle(target.tree, &crate::context::lead(&parent, link, true).unwrap_or_default())?;
        let Some(found) = target.tree.get(&led) else {
            return Err(fault(how, member, &format!("links to {link}, which is not there")));
        };
        is_dir = matches!(found.kind, Kind::Directory);
    }
    if !may_write(target, how, member, &at)? {
        return Ok(());
    }
    target.make_dirs(&parent)?;
    target.tree.remove(&at);
    let shown = if target.tree.flavor() == Flavor::Windows { link.replace('/', "\\") } else { link.to_owned() };
    let entry = Entry::new(at, Kind::Symlink { target: shown, is_dir });
    let time = if how.own_time { target.time } else { member.time };
    put(target, Entry { posix: member.posix.clone(), ..entry.at(time) }, &member.name)
}
