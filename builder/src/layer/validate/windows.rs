//! What only Windows asks of a layer: its three roots, names, whiteouts and alternate streams.

use super::{Checker, Header, What, defect, name, of_name};
use crate::layer::defect::{Code, Defects};

/// The parts of the registry, as a layer changes them and as a base brings them.
const HIVES: [&str; 5] = ["SYSTEM", "SOFTWARE", "SAM", "SECURITY", "DEFAULTUSER"];
/// The registry's files in a base.
const BASE_HIVES: [&str; 5] = ["DEFAULT", "SAM", "SECURITY", "SOFTWARE", "SYSTEM"];

const MAX_PATH: usize = 260;

impl Checker {
    pub(super) fn windows(&mut self, header: &Header, path: &str, add: &mut impl FnMut(&'static Code, String)) {
        let (root, below) = path.split_once('/').unwrap_or((path, ""));
        match root {
            "Files" => {}
            "Hives" => check_hive(below, add),
            "UtilityVM" => check_utility_vm(below, add),
            _ if root.contains(':') => {
                add(&defect::COLON_IN_PATH, format!("`{root}` is no folder of a layer"));
                return self.place(path, header, add);
            }
            _ => add(&defect::UNKNOWN_ROOT, format!("`{root}` is none of Files, Hives and UtilityVM")),
        }
        let last = name::last(path);
        if last == ".wh..wh..opq" {
            return add(&defect::OPAQUE_WHITEOUT, "it should remove what the folder has in layers below".to_owned());
        }
        if let Some(removed) = last.strip_prefix(".wh.") {
            return self.whiteout(path, removed, add);
        }
        if self.is_stream(path, add) {
            return;
        }
        let below = if root == "UtilityVM" { below.strip_prefix("Files/").unwrap_or("") } else { below };
        if let Err(fault) = name::check_windows(below) {
            add(of_name(&fault), fault.to_string());
        } else if "C:\\".len() + below.encode_utf16().count() >= MAX_PATH {
            let length = "C:\\".len() + below.encode_utf16().count();
            add(&defect::PATH_OVER_260, format!("in a container the path has {length} characters"));
        }
        super::records::check(header, add);
        self.note_link(header, path);
        self.place(path, header, add);
    }

    fn whiteout(&mut self, path: &str, removed: &str, add: &mut impl FnMut(&'static Code, String)) {
        if self.layer == 0 {
            return add(&defect::BASE_WHITEOUT, format!("it should remove `{removed}`"));
        }
        let parent = name::parent(path).unwrap_or_default();
        let is_below =
            |root: &str| parent == root || parent.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'));
        if !is_below("Files") && !is_below("UtilityVM/Files") {
            return add(&defect::MISPLACED_WHITEOUT, format!("it should remove `{removed}`"));
        }
        let gone = name::fold(&name::join(parent, removed));
        let inside = format!("{gone}/");
        let below = self.known.range(Box::from(&*inside)..).map(|(path, _)| path);
        let mut paths: Vec<Box<str>> = below.take_while(|path| path.starts_with(&inside)).cloned().collect();
        paths.push(gone.into());
        // What this layer itself has there stays.
        let layer = self.layer;
        paths.retain(|path| self.known.get(path).is_some_and(|known| known.layer != layer));
        paths.iter().for_each(|path| drop(self.known.remove(path)));
    }

    /// Whether the entry is an alternate stream of a file that came before it.
    fn is_stream(&self, path: &str, add: &mut impl FnMut(&'static Code, String)) -> bool {
        let Some((file, stream)) = path.rsplit_once(':') else { return false };
        let of = self.known.get(&*name::fold(file)).filter(|known| known.kind != What::Link);
        if let Some(known) = of.filter(|_| !stream.contains('/')) {
            add(&defect::ALTERNATE_STREAM, format!("it is the stream `{stream}` of `{}`", known.path));
            return true;
        }
        false
    }

    /// Whether the layer has the folders that it must have, and a base the registry.
    pub(super) fn finish_roots(&self, defects: &mut Defects) {
        let mut add = |code, detail: String| defects.add(code, Some(self.layer), None, detail);
        let has_here = |path: &str| self.known.get(&*name::fold(path)).is_some_and(|known| known.layer == self.layer);
        if !has_here("Files") {
            add(&defect::NO_FILES, "it has no entry for the folder Files".to_owned());
        }
        if !has_here("Hives") {
            add(&defect::NO_HIVES, "it has no entry for the folder Hives".to_owned());
        }
        if self.layer > 0 {
            return;
        }
        let missing = BASE_HIVES.iter().filter(|hive| !self.has(&format!("Files/Windows/System32/config/{hive}")));
        let missing: Vec<&str> = missing.copied().collect();
        if !missing.is_empty() {
            let what = format!("Files/Windows/System32/config has no {}", missing.join(", "));
            add(&defect::BASE_HIVES, what);
        }
        if !self.has("UtilityVM/Files/EFI/Microsoft/Boot/BCD") {
            add(&defect::BASE_UTILITY_VM, "it has no UtilityVM/Files/EFI/Microsoft/Boot/BCD".to_owned());
        }
    }
}

fn check_hive(below: &str, add: &mut impl FnMut(&'static Code, String)) {
    let folded = name::fold(below);
    let part = folded.strip_suffix("_DELTA").or_else(|| folded.strip_suffix("_BASE"));
    if !below.is_empty() && !part.is_some_and(|part| HIVES.contains(&part)) {
        add(&defect::UNKNOWN_HIVE, "the parts are System, Software, Sam, Security and DefaultUser".to_owned());
    }
}

fn check_utility_vm(below: &str, add: &mut impl FnMut(&'static Code, String)) {
    let (root, _) = below.split_once('/').unwrap_or((below, ""));
    if !below.is_empty() && !name::is_same(root, "Files") {
        add(&defect::UTILITY_VM, format!("`UtilityVM/{root}` is not UtilityVM/Files"));
    }
}
