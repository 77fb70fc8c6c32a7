//! Commands of Linux in a Windows stage.

use std::cell::LazyCell;

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::facts::base_image::{BaseImage, Family};
use dockerfile::script::{Dialect, Word};
use dockerfile::source::Span;

use super::instead::{help, replacement};
use crate::listing::Listed;
use crate::ran::{self, Ran};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unix-command-on-windows",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Any(&[Needs::Command(&NEVER), Needs::Command(&BROUGHT), Needs::Command(&["md", "mkdir"])]),
    also: &[],
    page: include_str!("unix_command_on_windows.md"),
    check,
};

/// No Windows image has them, whatever it installs.
const NEVER: [&str; 10] = ["adduser", "apk", "apt", "apt-get", "dnf", "export", "groupadd", "sudo", "useradd", "yum"];
/// Git, MSYS2 or BusyBox may bring them.
const BROUGHT: [&str; 17] = [
    "awk", "cat", "chmod", "chown", "cp", "grep", "head", "ln", "ls", "mv", "rm", "sed", "tail", "touch", "uname",
    "unzip", "which",
];
/// The aliases of cmdlets that look like commands of Linux.
const ALIASES: [&str; 6] = ["cat", "cp", "ls", "mkdir", "mv", "rm"];
const BRINGS: [&str; 11] =
    ["git", "msys", "cygwin", "busybox", "mingw", "coreutils", "gnuwin", "unxutils", "gow", "unzip", "usr\\bin"];

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context).filter(|ran| ran.instruction.keyword != Some(Keyword::Healthcheck)) {
        let may_have = LazyCell::new(|| may_have_tools(context, &ran));
        for listed in ran.commands() {
            let &Listed { dialect, command, ref stem, .. } = listed;
            let Some((span, message, seen)) = fault(listed, &|| *may_have) else { continue };
            let finding = report.add(span, message, help(dialect, stem)).seen(seen);
            if dialect == Dialect::Cmd
                && ran.is_plain(context, command)
                && let Some(edit) = replacement(command)
            {
                finding.fix(Fix::suggested("use the command of cmd", vec![edit]));
            }
        }
    }
}

fn fault(listed: &Listed, may_have: &dyn Fn() -> bool) -> Option<(Span, String, String)> {
    let &Listed { dialect, command, stem: ref name, .. } = listed;
    let is_path = command.name.text.contains(['/', '\\']) || command.expression.is_some();
    if is_path || dialect == Dialect::Posix {
        return None;
    }
    if dialect == Dialect::Cmd && matches!(name.as_str(), "mkdir" | "md") {
        let option = command.words.first().filter(|word| matches!(word.raw.as_str(), "-p" | "--parents" | "-pv"))?;
        let message = format!("mkdir of cmd has no options and makes a folder `{}`", option.raw);
        return Some((option.span, message, format!("a folder named {} is created as well", option.raw)));
    }
    if dialect.is_powershell() && ALIASES.contains(&name.as_str()) && !command.name.text.contains('.') {
        let bound = listed.bound()?;
        let option = bound.unknown.iter().find(|word| is_cluster(word))?;
        let message = format!("`{name}` is {} here, which has no `{}`", bound.cmdlet.name, option.raw);
        let seen = format!("A parameter cannot be found that matches parameter name '{}'.", &option.raw[1..]);
        return Some((option.span, message, seen));
    }
    let is_missing = NEVER.contains(&name.as_str()) || BROUGHT.contains(&name.as_str()) && !may_have();
    is_missing.then(|| {
        let seen = if dialect.is_powershell() {
            format!("The term '{name}' is not recognized as the name of a cmdlet, function, script file, or operable program.")
        } else {
            format!("'{name}' is not recognized as an internal or external command")
        };
        (command.name.span, format!("`{name}` is a command of Linux"), seen)
    })
}

/// `-rf`, `-la`: letters of options.
fn is_cluster(word: &Word) -> bool {
    let Some(letters) = word.raw.strip_prefix('-') else { return false };
    (1..=4).contains(&letters.len()) && letters.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether the image may have tools of Linux: one that the tables do not list, one with Git, or one where a step
/// before has brought them.
fn may_have_tools(context: &Context, ran: &Ran) -> bool {
    let bare = |image: &BaseImage| !matches!(image.family, Family::OfficialWindows | Family::BusinessCentral);
    let brought = || {
        let mut before = ran.before(context).map(|(_, before)| before).chain([ran.outer]);
        before.any(|before| {
            // An address at GitHub brings no Git.
            let text = before.args.text().to_ascii_lowercase().replace("github", "").replace("gitlab", "");
            BRINGS.iter().any(|tool| text.contains(tool))
        })
    };
    !ran::known(ran.stage).is_some_and(bare) || brought()
}
