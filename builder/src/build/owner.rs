//! Who owns what a step creates: `--chown`, and the account in force at a `WORKDIR`.

use std::io;

use crate::layer::{Entry, Flavor, Kind, SecurityDescriptor, Sid};

use super::error::StepError;
use super::tree::Tree;

/// An owner; by default the system's usual one.
#[derive(Clone, Debug, Default)]
pub struct Owner {
    windows: Option<(Sid, Option<Sid>)>,
    posix: Option<(u64, u64)>,
}

impl Owner {
    /// The owner that `--chown` names.
    ///
    /// # Errors
    /// When the account cannot be known without starting the image.
    pub fn of_flag(text: &str, tree: &Tree) -> Result<Self, StepError> {
        let why = |why: String| StepError::Owner { text: text.to_owned(), why };
        match tree.flavor() {
            Flavor::Windows => Owner::of_account(text),
            Flavor::Linux => Ok(Owner { windows: None, posix: Some(numbers(text, tree).map_err(why)?) }),
        }
    }

    /// The owner that `--chown` names on Windows: an account that is the same in every image, or a SID.
    ///
    /// # Errors
    /// When it is neither.
    pub fn of_account(text: &str) -> Result<Self, StepError> {
        let (owner, group) = match text.split_once(':') {
            Some((owner, group)) => (owner, Some(group).filter(|group| !group.is_empty())),
            None => (text, None),
        };
        let why = |why: String| StepError::Owner { text: text.to_owned(), why };
        let sid = |name| Sid::parse(name).map_err(|error| why(error.to_string()));
        Ok(Owner { windows: Some((sid(owner)?, group.map(sid).transpose()?)), posix: None })
    }

    /// The owner of a folder that `WORKDIR` creates while `USER` says so. Accounts that are not known here, and those that
    /// may write everywhere, give the usual one.
    pub fn of_user(user: &str, tree: &Tree) -> Self {
        match tree.flavor() {
            _ if user.is_empty() => Owner::default(),
            Flavor::Windows => {
                let may_write = |sid: &Sid| ["S-1-5-93-2-1", "S-1-5-32-544", "S-1-5-18"].contains(&&*sid.to_string());
                let sid = Sid::parse(user).ok().filter(|sid| !may_write(sid));
                Owner { windows: sid.map(|sid| (sid, None)), posix: None }
            }
            Flavor::Linux => Owner { windows: None, posix: numbers(user, tree).ok() },
        }
    }

    /// Makes a new entry this owner's.
    pub fn stamp(&self, entry: &mut Entry) {
        if let Some((owner, group)) = &self.windows {
            let is_dir = matches!(entry.kind, Kind::Directory | Kind::Junction { .. });
            entry.security = Some(SecurityDescriptor::owned_by(owner, group.as_ref(), is_dir));
        }
        (entry.posix.uid, entry.posix.gid) = self.posix.unwrap_or_default();
    }

    /// Whether it is another than the usual one.
    pub const fn is_named(&self) -> bool {
        self.windows.is_some() || self.posix.is_some()
    }
}

/// `user[:group]` as numbers, names looked up in the image. Without a group a number stands for both, and a name for the
/// account's own group.
fn numbers(text: &str, tree: &Tree) -> Result<(u64, u64), String> {
    let (user, group) = match text.split_once(':') {
        Some((user, group)) => (user, Some(group)),
        None => (text, None),
    };
    let (uid, own) = match user.parse() {
        Ok(uid) => (uid, uid),
        Err(_) => account(tree, "etc/passwd", user)?,
    };
    let gid = match group.filter(|group| !group.is_empty()) {
        None => own,
        Some(group) => match group.parse() {
            Ok(gid) => gid,
            Err(_) => account(tree, "etc/group", group)?.0,
        },
    };
    Ok((uid, gid))
}

/// The third and the fourth field of an account's line.
fn account(tree: &Tree, file: &str, name: &str) -> Result<(u64, u64), String> {
    let content = tree.content(file).ok_or_else(|| format!("the image has no /{file} to look `{name}` up in"))?;
    let mut text = Vec::new();
    let mut collect = |bytes: &[u8]| {
        text.extend_from_slice(bytes);
        if text.len() > 1 << 20 { Err(io::Error::other("it is too long")) } else { Ok(()) }
    };
    content.read_into(&mut vec![0; 4096], &mut collect).map_err(|error| format!("/{file} cannot be read: {error}"))?;
    let text = String::from_utf8_lossy(&text);
    let line = text.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|fields| fields[0] == name);
    let fields = line.ok_or_else(|| format!("/{file} of the image has no `{name}`"))?;
    let number = |at: usize| fields.get(at).and_then(|field| field.parse().ok());
    let first = number(2).ok_or_else(|| format!("`{name}` has no number in /{file}"))?;
    Ok((first, number(3).unwrap_or(first)))
}
