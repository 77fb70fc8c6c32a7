//! A baseline: the findings that a team knows and has not mended yet. It holds no text of a file, only hashes in which
//! secrets have no part.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::path::{Path, PathBuf};

use rules::RULES;
use serde::{Deserialize, Serialize};

use super::named;
use crate::error::Error;
use crate::fingerprint::{Fingerprint, Place};
use crate::{pending, read};

/// The version of the format; fingerprints that are made in another way are another version.
const VERSION: u64 = 2;

/// The name of the format.
const FORMAT: &str = "wlint-baseline";

/// Findings of one file, and how often each is there.
pub type Entries = BTreeMap<(Fingerprint, Place), usize>;

/// What a team knows, by file.
pub(super) struct Baseline {
    folder: PathBuf,
    files: HashMap<String, Entries>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    format: String,
    version: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "format")]
    _format: String,
    #[serde(rename = "version")]
    _version: u64,
    findings: Vec<Finding>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    path: String,
    rule: String,
    text: String,
    instruction: String,
    stage: usize,
    before: Option<String>,
    after: Option<String>,
    count: usize,
}

/// Reads a baseline.
///
/// # Errors
/// When it cannot be read, is none, or is of another version.
pub(super) fn read(path: &Path) -> Result<Baseline, Error> {
    let name = path.display().to_string();
    let bytes = read::bytes(path, &name)?;
    let broken = |why: String| Error::Baseline { path: name.clone(), why };
    let head: Head = serde_json::from_slice(&bytes).map_err(|error| broken(format!("it is no baseline: {error}")))?;
    if head.format != FORMAT {
        return Err(broken(format!("it is no baseline: its format is '{}' instead of '{FORMAT}'", head.format)));
    }
    if head.version != VERSION {
        return Err(broken(format!("it is of version {}, and this wlint reads version {VERSION}", head.version)));
    }
    let written: Written = serde_json::from_slice(&bytes).map_err(|error| broken(error.to_string()))?;
    let mut files: HashMap<String, Entries> = HashMap::new();
    for finding in written.findings {
        // What a rule that is gone found is gone, too.
        let Some(rule) = RULES.iter().find(|rule| rule.id == finding.rule) else { continue };
        let fingerprint = Fingerprint { rule: rule.id, text: finding.text, instruction: finding.instruction };
        let place = Place { stage: finding.stage, before: finding.before, after: finding.after };
        *files.entry(finding.path).or_default().entry((fingerprint, place)).or_default() += finding.count;
    }
    Ok(Baseline { folder: folder(path), files })
}

/// Writes a baseline of the findings of files.
///
/// # Errors
/// When it cannot be written.
pub fn write(path: &Path, files: &BTreeMap<PathBuf, Entries>) -> Result<(), Error> {
    let folder = folder(path);
    let mut findings: Vec<Finding> = Vec::new();
    for (file, entries) in files {
        let path = named(&folder, file);
        findings.extend(entries.iter().map(|((fingerprint, place), count)| Finding {
            path: path.clone(),
            rule: fingerprint.rule.to_owned(),
            text: fingerprint.text.clone(),
            instruction: fingerprint.instruction.clone(),
            stage: place.stage,
            before: place.before.clone(),
            after: place.after.clone(),
            count: *count,
        }));
    }
    findings.sort_by(|a, b| (&a.path, &a.rule, &a.text).cmp(&(&b.path, &b.rule, &b.text)));
    // A line for each finding, so that a review shows what was added.
    let mut out = format!("{{\n\"format\": \"{FORMAT}\",\n\"version\": {VERSION},\n\"findings\": [");
    for (index, finding) in findings.iter().enumerate() {
        let line = serde_json::to_string(finding).expect("structs with string keys always serialize");
        let _ = write!(out, "{}\n{line}", if index > 0 { "," } else { "" });
    }
    out.push_str("\n]\n}\n");
    pending::write(path, out.as_bytes()).map_err(|error| Error::Write { path: path.display().to_string(), error })
}

fn folder(path: &Path) -> PathBuf {
    path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new(".")).to_owned()
}

impl Baseline {
    /// Which findings of a file are known, and what is known and gone, by rule. A finding is first looked for where
    /// its instruction is the same, then where the text it points at is, in an instruction beside one that stayed: a
    /// step may grow around it. The same text elsewhere is a new mistake.
    pub(super) fn known(
        &self,
        file: &Path,
        found: &[(Fingerprint, Place)],
    ) -> (Vec<bool>, BTreeMap<&'static str, usize>) {
        let mut left = self.files.get(&named(&self.folder, file)).cloned().unwrap_or_default();
        let mut known = vec![false; found.len()];
        for (known, finding) in known.iter_mut().zip(found) {
            *known = take(&mut left, |entry| entry == finding);
        }
        for (known, (fingerprint, _)) in known.iter_mut().zip(found).filter(|(known, _)| !**known) {
            *known = take(&mut left, |(entry, _)| entry == fingerprint);
        }
        for (known, (fingerprint, place)) in known.iter_mut().zip(found).filter(|(known, _)| !**known) {
            *known = take(&mut left, |(entry, at)| {
                (entry.rule, &entry.text) == (fingerprint.rule, &fingerprint.text) && at.is_near(place)
            });
        }
        let mut stale = BTreeMap::new();
        left.into_iter().for_each(|((entry, _), count)| *stale.entry(entry.rule).or_default() += count);
        stale.retain(|_, count| *count > 0);
        (known, stale)
    }

    /// The files that are gone, and how many findings they had.
    pub(super) fn gone(&self) -> Vec<(String, usize)> {
        let mut gone: Vec<(String, usize)> = self
            .files
            .iter()
            .filter(|(path, _)| !self.folder.join(path).exists())
            .map(|(path, entries)| (path.clone(), entries.values().sum()))
            .collect();
        gone.sort();
        gone
    }
}

/// Takes one finding out, if there is one.
fn take(left: &mut Entries, fits: impl Fn(&(Fingerprint, Place)) -> bool) -> bool {
    match left.iter_mut().find(|(entry, count)| **count > 0 && fits(entry)) {
        Some((_, count)) => {
            *count -= 1;
            true
        }
        None => false,
    }
}
