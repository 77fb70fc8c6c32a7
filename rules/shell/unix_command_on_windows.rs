//! Commands of Linux in a Windows stage.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::base_image::{BaseImage, Family};
use dockerfile::script::powershell::bind;
use dockerfile::script::{Command, Dialect, Word};
use dockerfile::source::Span;

use crate::ran::{self, Ran, stem};
use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "unix-command-on-windows",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("unix_command_on_windows.md"),
    check,
};

/// No Windows image has them, whatever it installs.
const NEVER: [&str; 12] =
    ["adduser", "apk", "apt", "apt-get", "chmod", "chown", "dnf", "export", "groupadd", "sudo", "useradd", "yum"];
/// Git, MSYS2 or BusyBox may bring them.
const BROUGHT: [&str; 15] =
    ["awk", "cat", "cp", "grep", "head", "ln", "ls", "mv", "rm", "sed", "tail", "touch", "uname", "unzip", "which"];
/// The aliases of cmdlets that look like commands of Linux.
const ALIASES: [&str; 6] = ["cat", "cp", "ls", "mkdir", "mv", "rm"];
const BRINGS: [&str; 11] =
    ["git", "msys", "cygwin", "busybox", "mingw", "coreutils", "gnuwin", "unxutils", "gow", "unzip", "usr\\bin"];

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context).filter(|ran| ran.instruction.keyword != Some(Keyword::Healthcheck)) {
        let may_have = may_have_tools(context, &ran);
        for (dialect, command) in ran.commands() {
            let Some((span, message, seen)) = fault(dialect, command, may_have) else { continue };
            let finding = report.add(span, message, help(dialect, &stem(&command.name.text))).seen(seen);
            if dialect == Dialect::Cmd
                && ran.is_plain(context, command)
                && let Some(edit) = replacement(command)
            {
                finding.fix(Fix::suggested("use the command of cmd", vec![edit]));
            }
        }
    }
}

fn fault(dialect: Dialect, command: &Command, may_have: bool) -> Option<(Span, String, String)> {
    let name = stem(&command.name.text);
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
        let bound = bind(command, dialect)?;
        let option = bound.unknown.iter().find(|word| is_cluster(word))?;
        let message = format!("`{name}` is {} here, which has no `{}`", bound.cmdlet.name, option.raw);
        let seen = format!("A parameter cannot be found that matches parameter name '{}'.", &option.raw[1..]);
        return Some((option.span, message, seen));
    }
    let is_missing = NEVER.contains(&name.as_str()) || !may_have && BROUGHT.contains(&name.as_str());
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
            let text = before.args.text().to_ascii_lowercase();
            BRINGS.iter().any(|tool| text.contains(tool)) && !text.starts_with("http")
        })
    };
    !ran::known(ran.stage).is_some_and(bare) || brought()
}

fn help(dialect: Dialect, name: &str) -> String {
    let instead = match (dialect.is_powershell(), name) {
        (false, "mkdir" | "md") => "leave the option out: mkdir makes the folders between as well",
        (false, "rm") => "use `rmdir /s /q` for folders and `del /q` for files",
        (false, "cp") => "use `copy`, or `xcopy /e /i /y` for folders",
        (false, "mv") => "use `move /y`",
        (false, "ls") => "use `dir`",
        (false, "cat") => "use `type`",
        (false, "which") => "use `where`",
        (false, "export") => "use `ENV`, or `set` in the same RUN",
        (true, "rm") => "use `Remove-Item -Recurse -Force`",
        (true, "cp") => "use `Copy-Item -Recurse -Force`",
        (true, "export") => "use `ENV`, or `$env:NAME = ...` in the same RUN",
        (true, _) => "use the cmdlet with its own parameters",
        (false, "apt" | "apt-get" | "apk" | "yum" | "dnf") => "use an installer, or a package manager of Windows",
        (false, "chmod" | "chown") => "use `icacls`, if it is needed at all",
        (false, "adduser" | "useradd" | "groupadd") => "use `net user` or `net localgroup`",
        _ => "use a command of Windows, or install the tool first",
    };
    instead.to_owned()
}

/// The same command in cmd's words, for the few that have one.
fn replacement(command: &Command) -> Option<Edit> {
    let options: Vec<&Word> = command.words.iter().take_while(|word| word.raw.starts_with('-')).collect();
    let rest = &command.words[options.len()..];
    // cmd reads a slash as a switch, and one path is what the two worlds agree on.
    if rest.iter().any(|word| word.raw.contains(['/', '*', '$']) || word.raw.starts_with('-')) {
        return None;
    }
    let letters: String = options.iter().map(|word| word.raw.trim_start_matches('-')).collect();
    let name = match (stem(&command.name.text).as_str(), letters.as_str(), rest.len()) {
        ("mkdir", "p", _) => "mkdir",
        ("rm", "r" | "rf" | "fr" | "R" | "Rf", 1..) => "rmdir /s /q",
        ("rm", "f", 1..) => "del /f /q",
        ("cp", "", 2) => "copy /y",
        ("cp", "r" | "R" | "a" | "rf", 2) => "xcopy /e /i /y",
        ("mv", "" | "f", 2) => "move /y",
        ("ls", "" | "l" | "la" | "al", 0 | 1) => "dir",
        ("cat", "", 1) => "type",
        ("which", "", 1) => "where",
        _ => return None,
    };
    let end = options.last().map_or(command.name.span.end, |word| word.span.end);
    Some(Edit::replace(Span::new(command.name.span.start, end), name))
}
