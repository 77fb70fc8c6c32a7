//! `RUN --mount` of a type that BuildKit cannot mount on Windows, and the fields that it passes over.

use dockerfile::ast::Keyword;
use dockerfile::ast::mount::{Mount, mounts};
use dockerfile::diagnostic::Severity;
use dockerfile::document::Builder;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

use super::flag;

pub(super) static RULE: Rule = Rule {
    id: "unsupported-run-mount",
    group: Group::Platform,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Flag(&["mount"]),
    also: &[],
    page: include_str!("unsupported_run_mount.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    // The classic builder refuses every mount.
    if context.document.builder == Builder::Classic {
        return;
    }
    for (_, instruction) in flag::instructions(context, &[Keyword::Run]) {
        for mount in mounts(instruction) {
            check_mount(&mount, report);
        }
    }
}

fn check_mount(mount: &Mount, report: &mut Report) {
    let kind = mount.value(&["type"]).unwrap_or("bind").to_ascii_lowercase();
    match kind.as_str() {
        "ssh" => {
            let help = "fetch over HTTPS with a secret as a variable, or outside the build";
            report.add(mount.flag.span, "the keys of an SSH agent cannot be mounted on Windows", help);
        }
        "tmpfs" => {
            report
                .add(
                    mount.flag.span,
                    "there is no tmpfs on Windows",
                    "write to a folder, and remove it in the same RUN",
                )
                .seen("invalid windows mount type: 'tmpfs'");
        }
        "cache" => {
            for field in mount.fields.iter().filter(|field| matches!(field.key.as_str(), "uid" | "gid" | "mode")) {
                let message = format!("{} has no effect on a cache in Windows", field.key);
                report.add(field.span, message, "leave it out").at_most(Severity::Warning);
            }
        }
        _ => {}
    }
}
