//! Programs and archives that are fetched and used without a look at their hash.

use dockerfile::diagnostic::Severity;

use crate::letters::ends;
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule, fetch};

pub(super) static RULE: Rule = Rule {
    id: "download-no-checksum",
    group: Group::Download,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Download]),
    also: &[],
    page: include_str!("download_no_checksum.md"),
    check,
};

/// Files that are read and not run, or that are there to verify others.
const TEXTS: [&str; 14] = [
    ".txt", ".json", ".xml", ".config", ".md", ".asc", ".sig", ".sha256", ".sha512", ".sha1", ".md5", ".html", ".yml",
    ".yaml",
];

fn check(context: &Context, report: &mut Report) {
    for run in fetch::runs(context) {
        for fetch in run.fetches(context) {
            let Some(dest) = fetch.dest.as_deref() else { continue };
            let url = fetch.url.as_deref().unwrap_or_default();
            let is_text = |name: &str| {
                let name = fetch::file_name(name);
                TEXTS.iter().any(|end| ends(name, end))
            };
            let is_remote = !url.contains("://") || !fetch::is_local(url);
            if is_text(dest)
                || is_text(url)
                || fetch::is_signed(url)
                || fetch::is_signed(dest)
                || !is_remote
                || fetch::is_verified(context, &run, Some(dest))
            {
                continue;
            }
            let help = if fetch.dialect.is_powershell() {
                "compare (Get-FileHash FILE).Hash with the known one, and throw if it differs"
            } else {
                "compare the output of `certutil -hashfile FILE SHA256` with the known hash"
            };
            report.add(fetch.span, "nothing checks that this is the file that was meant", help);
        }
    }
}
