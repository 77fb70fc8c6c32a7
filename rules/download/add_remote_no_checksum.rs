//! `ADD` of a URL without a hash.

use dockerfile::ast::{Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, fetch};

pub(super) static RULE: Rule = Rule {
    id: "add-remote-no-checksum",
    group: Group::Download,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Instruction(&[Keyword::Add]),
    also: &[],
    page: include_str!("add_remote_no_checksum.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let help = match context.document.builder {
        Builder::Classic => "download it in a RUN that compares Get-FileHash",
        Builder::BuildKit => "add --checksum=sha256:HASH, or download it in a RUN that compares Get-FileHash",
        Builder::Any => "download it in a RUN that compares Get-FileHash, or use --checksum with BuildKit",
    };
    // What the classic builder makes of --checksum is legacy-builder-feature's to say.
    for (step, source, url) in context.unchecked_additions() {
        let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_file = matches!(scheme.as_deref(), Some("http" | "https")) && !url.ends_with(".git");
        let is_text = fetch::is_text(&url) || dest(context, step).is_some_and(fetch::is_text);
        if is_file && !is_text && !is_checked_later(context, step, &url) {
            report.add(source.span, "ADD takes whatever the server sends", help);
        }
    }
}

/// What the file is called in the image.
fn dest<'a>(context: &Context<'a>, step: usize) -> Option<&'a str> {
    match &context.instructions()[step].innermost().kind {
        Kind::Copy(copy) => copy.dest.as_ref().map(|word| word.as_str()),
        _ => None,
    }
}

/// Whether a later script of the stage has a look at the file's hash.
fn is_checked_later(context: &Context, step: usize, url: &str) -> bool {
    let stage = context.model().steps[step].stage;
    let name = fetch::file_name(url).to_ascii_lowercase();
    fetch::runs(context).any(|run| {
        let is_later = Some(run.stage.index) == stage && run.step > step;
        is_later && run.listing.whole().verifies() && run.listing.lower().contains(&name)
    })
}
