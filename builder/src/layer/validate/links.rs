//! Links of a layer: whether their targets are there and are what the link says.

use super::{Checker, Defects, Header, What, clean, defect, name};

/// A link that was seen; its target may come later.
pub(super) struct Link {
    path: Box<str>,
    target: Box<str>,
    is_hard: bool,
    /// Whether Windows takes it for one to a folder.
    is_dir: bool,
    /// What the layer knew of a hard link's target when it came.
    was_known: bool,
}

impl Checker {
    pub(super) fn note_link(&mut self, header: &Header, path: &str) {
        let target = String::from_utf8_lossy(&header.link).into_owned();
        let attributes = header.records.get("MSWINDOWS.fileattr");
        let attributes: u32 = attributes.and_then(|value| std::str::from_utf8(value).ok()?.parse().ok()).unwrap_or(0);
        let link = |is_hard, was_known| Link {
            path: path.into(),
            target: target.as_str().into(),
            is_hard,
            is_dir: attributes & 0x10 != 0,
            was_known,
        };
        match header.kind {
            b'1' => {
                let known = clean(&header.link).is_some_and(|target| self.has(&target));
                self.links.push(link(true, known));
            }
            b'2' => self.links.push(link(false, true)),
            _ => {}
        }
    }

    pub(super) fn finish_links(&mut self, defects: &mut Defects) {
        for link in std::mem::take(&mut self.links) {
            let mut add = |code, detail: String| defects.add(code, Some(self.layer), Some(&link.path), detail);
            let target = &link.target;
            if link.is_hard {
                if !link.was_known {
                    add(&defect::HARDLINK_TARGET, format!("`{target}` is not there yet"));
                }
                continue;
            }
            let meant = without_files(target);
            if meant.is_some() {
                add(&defect::LINK_TARGET_IN_FILES, format!("the target is `{target}`"));
            }
            let target = meant.unwrap_or(target);
            match self.what_is_at(&link.path, target) {
                Some(What::Directory) if !link.is_dir => {
                    add(&defect::LINK_KIND, format!("`{target}` is a folder, and the link is one to a file"));
                }
                Some(What::File) if link.is_dir => {
                    add(&defect::LINK_KIND, format!("`{target}` is a file, and the link is one to a folder"));
                }
                _ => {}
            }
        }
    }

    /// What a link's target is, as far as it can be found without following other links.
    fn what_is_at(&self, link: &str, target: &str) -> Option<What> {
        let text = target.replace('\\', "/");
        let whole = match text.as_bytes() {
            [drive, b':', ..] if drive.eq_ignore_ascii_case(&b'C') => Some(&text[2..]),
            [_, b':', ..] => return None,
            [b'/', b'/', ..] => return None,
            [b'/', ..] => Some(&text[1..]),
            _ => None,
        };
        let mut at: Vec<&str> = match whole {
            Some(_) => vec!["Files"],
            None => name::parent(link)?.split('/').collect(),
        };
        for part in whole.unwrap_or(&text).split('/') {
            match part {
                "" | "." => {}
                ".." => drop(at.pop()),
                part => at.push(part),
            }
        }
        self.known.get(&*name::fold(&at.join("/"))).map(|known| known.kind)
    }
}

/// The target that was meant where a writer put the folder of the layer before it.
fn without_files(target: &str) -> Option<&str> {
    let rest = target.trim_start_matches(['/', '\\']);
    let (first, rest) = rest.split_at_checked("Files/".len())?;
    name::is_same(&first.replace('\\', "/"), "Files/").then_some(rest)
}
