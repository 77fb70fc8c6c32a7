//! Installers by their file name or URL: who made them, with what, and how they go silent.

mod generic;
mod languages;
mod microsoft;
#[cfg(test)]
mod tests;
mod tools;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::Confidence;
use super::installer_tech::{self, Technology};

/// An installer.
#[derive(Clone, Copy, Debug)]
pub struct Installer {
    /// Names the row.
    pub id: &'static str,
    /// What it installs.
    pub product: &'static str,
    /// What it is made with.
    pub technology: Technology,
    /// File names in lower case, whole; see [`matches`].
    patterns: &'static [&'static str],
    /// Whether the patterns are whole URLs.
    by_url: bool,
    /// The arguments for an unattended installation; `{f}` is the file.
    pub silent: &'static str,
    /// Switches of which each one makes it ask nothing, where the technology's do not say it.
    switches: &'static [&'static str],
    /// Whether a step has to wait for it with `start /wait` or `Start-Process -Wait`.
    pub must_wait: bool,
    /// Exit codes of success.
    pub success: &'static [i64],
    /// Whether it stands for all files of a kind and not for a product.
    pub generic: bool,
    /// How sure the row is.
    pub confidence: Confidence,
}

const MSI_CODES: &[i64] = &[0, 1641, 3010];
const RESTART_CODES: &[i64] = &[0, 3010];
const BUNDLE_CODES: &[i64] = &[0, 1638, 3010];

const NONE: Installer = Installer {
    id: "",
    product: "",
    technology: Technology::Unknown,
    patterns: &[],
    by_url: false,
    silent: "",
    switches: &[],
    must_wait: true,
    success: &[0],
    generic: false,
    confidence: Confidence::High,
};

const fn made_with(
    technology: Technology,
    id: &'static str,
    product: &'static str,
    patterns: &'static [&'static str],
    silent: &'static str,
) -> Installer {
    let success = match technology {
        Technology::Msi | Technology::VisualStudio => MSI_CODES,
        Technology::Burn | Technology::VcRedist => BUNDLE_CODES,
        Technology::NetFramework | Technology::SqlServer | Technology::Servicing => RESTART_CODES,
        _ => &[0],
    };
    Installer { id, product, technology, patterns, silent, success, ..NONE }
}

const fn msi(id: &'static str, product: &'static str, patterns: &'static [&'static str]) -> Installer {
    made_with(Technology::Msi, id, product, patterns, "msiexec /i {f} /qn /norestart")
}

const fn nsis(id: &'static str, product: &'static str, patterns: &'static [&'static str]) -> Installer {
    made_with(Technology::Nsis, id, product, patterns, "/S")
}

const fn inno(id: &'static str, product: &'static str, patterns: &'static [&'static str]) -> Installer {
    made_with(Technology::Inno, id, product, patterns, "/VERYSILENT /SUPPRESSMSGBOXES /NORESTART /SP-")
}

const fn burn(id: &'static str, product: &'static str, patterns: &'static [&'static str]) -> Installer {
    made_with(Technology::Burn, id, product, patterns, "/install /quiet /norestart")
}

const fn vendor(
    id: &'static str,
    product: &'static str,
    patterns: &'static [&'static str],
    silent: &'static str,
    switches: &'static [&'static str],
) -> Installer {
    Installer { switches, ..made_with(Technology::Vendor, id, product, patterns, silent) }
}

/// Other arguments than the technology's.
const fn with(silent: &'static str, row: Installer) -> Installer {
    Installer { silent, ..row }
}

/// A row of one source, or one that sources do not agree on.
const fn likely(row: Installer) -> Installer {
    Installer { confidence: Confidence::Medium, ..row }
}

/// A row that nothing confirms.
const fn doubtful(row: Installer) -> Installer {
    Installer { confidence: Confidence::Low, ..row }
}

/// All rows, products before kinds of files.
pub fn all() -> impl Iterator<Item = &'static Installer> {
    [microsoft::ROWS, languages::ROWS, tools::ROWS, generic::ROWS].into_iter().flatten()
}

/// The installer that a path, a file name or a URL means. A program without an extension is an `.exe`.
pub fn find(written: &str) -> Option<&'static Installer> {
    // Longer than any path of Windows that an installer has, and matching would take its time.
    if written.len() > 2_000 {
        return None;
    }
    let written = written.trim();
    let mut lower = String::with_capacity(written.len() + ".exe".len());
    lower.push_str(written);
    lower.make_ascii_lowercase();
    if is_url(&lower) {
        let url = lower.split(['?', '#']).next().unwrap_or(&lower).trim_end_matches('/');
        let url = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or(url);
        if let Some(found) = row_of(&URLS, url) {
            return Some(found);
        }
        lower = file_name(&lower).to_owned();
    }
    let start = lower.len() - last_part(&lower).len();
    let name = &lower[start..];
    if name.is_empty() || name.len() > 255 {
        return None;
    }
    let extension = memchr::memrchr(b'.', name.as_bytes()).map(|dot| &name[dot + 1..]);
    if !extension.is_some_and(|end| (2..=10).contains(&end.len()) && !is_version(end)) {
        lower.push_str(".exe");
    }
    row_of(&NAMES, &lower[start..])
}

/// A pattern and its row.
struct Entry {
    pattern: &'static [u8],
    /// What stands behind the last placeholder: nearly all names are told apart by this and the first byte.
    end: &'static [u8],
    /// How many bytes a name has at least that fits.
    least: usize,
    row: &'static Installer,
    /// The place of the row.
    order: usize,
}

/// The patterns of names or of URLs. Every command of a script is looked up, so that a walk over all patterns would
/// take most of the time of a run.
struct Patterns {
    /// By their first two bytes, in order of these.
    by_start: Vec<([u8; 2], Vec<Entry>)>,
    /// Those with a placeholder among these two.
    open: Vec<Entry>,
}

static NAMES: LazyLock<Patterns> = LazyLock::new(|| patterns(false));
static URLS: LazyLock<Patterns> = LazyLock::new(|| patterns(true));

fn patterns(by_url: bool) -> Patterns {
    let mut by_start: BTreeMap<[u8; 2], Vec<Entry>> = BTreeMap::new();
    let mut open = Vec::new();
    for (order, row) in all().enumerate().filter(|(_, row)| row.by_url == by_url) {
        for pattern in row.patterns {
            let end = &pattern.as_bytes()[pattern.rfind(['*', '#']).map_or(0, |last| last + 1)..];
            let least = pattern.bytes().filter(|byte| *byte != b'*').count();
            let entry = Entry { pattern: pattern.as_bytes(), end, least, row, order };
            match pattern.as_bytes() {
                [b'*' | b'#', ..] | [_, b'*' | b'#', ..] | [_] | [] => open.push(entry),
                &[first, second, ..] => by_start.entry([first, second]).or_default().push(entry),
            }
        }
    }
    Patterns { by_start: by_start.into_iter().collect(), open }
}

/// The first row with a pattern that describes a name in lower case.
fn row_of(patterns: &Patterns, name: &str) -> Option<&'static Installer> {
    let name = name.as_bytes();
    let ends = |entry: &Entry| entry.end.is_empty() || entry.end.last() == name.last() && name.ends_with(entry.end);
    let fits = |entry: &&Entry| name.len() >= entry.least && ends(entry) && matches(entry.pattern, name);
    let closed = name.first_chunk().and_then(|start| {
        let known = &patterns.by_start;
        known[known.binary_search_by_key(start, |(start, _)| *start).ok()?].1.iter().find(fits)
    });
    let open = patterns.open.iter().find(fits);
    [closed, open].into_iter().flatten().min_by_key(|entry| entry.order).map(|entry| entry.row)
}

/// Whether a scheme stands in the text.
fn is_url(text: &str) -> bool {
    memchr::memchr_iter(b':', text.as_bytes()).any(|colon| text[colon + 1..].starts_with("//"))
}

/// The last part of a path or URL, without query.
pub fn file_name(path: &str) -> &str {
    let path = if is_url(path) { path.split(['?', '#']).next().unwrap_or(path) } else { path };
    last_part(path)
}

fn last_part(path: &str) -> &str {
    path[memchr::memrchr2(b'/', b'\\', path.as_bytes()).map_or(0, |last| last + 1)..].trim()
}

fn is_version(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Installer {
    /// Whether these arguments make it ask nothing; `None` where that is not known.
    pub fn is_silent(&self, arguments: &[&str]) -> Option<bool> {
        match self.switches {
            [] => installer_tech::facts(self.technology).is_silent(arguments),
            switches => Some(installer_tech::has_switch(switches, false, false, arguments)),
        }
    }
}

/// Whether a name fits a pattern, both in lower case: `*` stands for anything, `#` for a version (digits and
/// dots, at least one digit at the front), all else for itself.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    match pattern.split_first() {
        None => name.is_empty(),
        Some((b'*', [])) => true,
        Some((b'*', rest)) => {
            if matches!(rest[0], b'*' | b'#') {
                return (0..=name.len()).any(|skipped| matches(rest, &name[skipped..]));
            }
            memchr::memchr_iter(rest[0], name).any(|skipped| matches(rest, &name[skipped..]))
        }
        Some((b'#', rest)) => {
            let digits = name.iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
            name.first().is_some_and(u8::is_ascii_digit) && (1..=digits).any(|length| matches(rest, &name[length..]))
        }
        Some((first, rest)) => name.first() == Some(first) && matches(rest, &name[1..]),
    }
}
