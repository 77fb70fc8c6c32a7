//! `RUN --mount=type=secret` without `env=`, which mounts a file.

use dockerfile::ast::Keyword;
use dockerfile::ast::mount::{Mount, mounts};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::document::Builder;
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "secret-mount-on-windows",
    group: Group::Secret,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Flag(&["mount"]),
    also: &[],
    page: include_str!("secret_mount_on_windows.md"),
    check,
};

const TARGET: [&str; 3] = ["target", "dst", "destination"];

fn check(context: &Context, report: &mut Report) {
    // The classic builder refuses every mount.
    if context.document.builder == Builder::Classic {
        return;
    }
    let runs = context.instructions().iter().map(|instruction| instruction.innermost());
    for instruction in runs.filter(|instruction| instruction.keyword == Some(Keyword::Run)) {
        for mount in mounts(instruction) {
            let is_secret = mount.value(&["type"]).is_some_and(|kind| kind.eq_ignore_ascii_case("secret"));
            // With `env=` alone there is no file.
            if !is_secret || mount.field(&["env"]).is_some() && mount.field(&TARGET).is_none() {
                continue;
            }
            let seen = "unable to setup secret mount: invalid windows mount type: 'tmpfs'";
            let help = "take the secret as a variable: `env=NAME` instead of a file";
            let finding = match mount.field(&TARGET) {
                None => report.add(mount.flag.span, "a secret cannot be mounted as a file on Windows", help),
                // A change to BuildKit that mounts the file at an explicit target is not in a release.
                Some(target) => report
                    .add(target.span, "no released BuildKit mounts a secret as a file on Windows", help)
                    .at_most(Severity::Warning),
            };
            let finding = finding.seen(seen);
            let command = Span::new(instruction.args.whole().start, instruction.span.end);
            if !reads_file(&mount, context.slice(command))
                && let Some(fix) = fix(&mount)
            {
                finding.fix(fix);
            }
        }
    }
}

/// Whether the command names the file: without it the step would fail, and nothing would say so.
fn reads_file(mount: &Mount, command: &str) -> bool {
    let plain = |text: &str| text.replace('\\', "/").to_ascii_lowercase();
    let command = plain(command);
    let target = mount.value(&TARGET).map(plain);
    let by_target = target.as_deref().and_then(|target| target.rsplit('/').next());
    let id = mount.value(&["source", "src", "id"]).map(plain);
    let mut names = by_target.into_iter().chain(id.as_deref()).filter(|name| !name.is_empty());
    command.contains("/secrets") || names.any(|name| command.contains(&format!("/{name}")))
}

/// Takes out what is about the file and puts `env=` in. What the command runs has to read the variable then, which
/// only the author can know.
fn fix(mount: &Mount) -> Option<Fix> {
    let id = mount.value(&["source", "src", "id"]).map(str::to_owned);
    let target = mount.value(&TARGET).unwrap_or_default();
    let by_target = target.rsplit('/').next().filter(|name| !name.is_empty()).map(str::to_owned);
    let name = id.clone().or(by_target)?;
    let is_file = |key: &str| TARGET.contains(&key) || matches!(key, "uid" | "gid" | "mode");
    let kept = mount.fields.iter().filter(|field| !is_file(&field.key));
    let mut fields: Vec<String> = kept.map(|field| mount.text.text()[field.range.clone()].to_owned()).collect();
    if id.is_none() {
        fields.push(format!("id={name}"));
    }
    if mount.field(&["env"]).is_none() {
        fields.push(format!("env={}", variable(&name)?));
    }
    let edit = Edit::replace(mount.text.whole(), fields.join(","));
    Some(Fix::suggested("give the secret as a variable, which the command has to read", vec![edit]))
}

/// A name for the variable that holds a secret.
fn variable(id: &str) -> Option<String> {
    let name: String =
        id.chars().map(|char| if char.is_ascii_alphanumeric() { char.to_ascii_uppercase() } else { '_' }).collect();
    (id.is_ascii() && name.starts_with(|char: char| char.is_ascii_alphabetic())).then_some(name)
}
