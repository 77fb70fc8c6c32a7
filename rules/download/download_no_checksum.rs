//! Programs and archives that are fetched and used without a look at their hash.

use dockerfile::diagnostic::Severity;

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

fn check(context: &Context, report: &mut Report) {
    for run in fetch::runs(context) {
        for fetch in run.fetches(context) {
            let Some(dest) = fetch.dest.as_deref() else { continue };
            let url = fetch.url.as_deref().unwrap_or_default();
            let is_remote = !url.contains("://") || !fetch::is_local(url);
            if fetch::is_text(dest)
                || fetch::is_text(url)
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
