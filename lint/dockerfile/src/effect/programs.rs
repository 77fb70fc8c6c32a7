//! Programs that mean the same in every shell.

use super::arguments::{Options, cmd_switches, owned, program};
use super::install::{self, Started};
use super::{EffectContext, EffectKind, EnvHow, EnvScope, Hidden, download, packages};
use crate::facts::base_image::Os;
use crate::facts::env::is_environment_script;

/// What a program does with its arguments. Empty when that is not known.
pub(super) fn classify(name: &str, arguments: &[&str], started: Started, context: &EffectContext) -> Vec<EffectKind> {
    let program = program(name);
    if let Some(kind) = packages::classify(&program, arguments) {
        return vec![kind];
    }
    match program.as_str() {
        "conda" | "mamba" | "micromamba" if arguments.first() == Some(&"activate") => {
            vec![EffectKind::RunScript { path: "activate".into() }]
        }
        "curl" => download::curl(arguments),
        "wget" => download::wget(arguments),
        "certutil" => download::certutil(arguments),
        "bitsadmin" => download::bitsadmin(arguments),
        "tar" | "bsdtar" => download::tar(arguments),
        "7z" | "7za" | "7zr" => download::seven_zip(arguments),
        "unzip" => download::unzip(arguments),
        "expand" => download::expand(arguments),
        "msiexec" => install::msiexec(arguments, started),
        "dism" => install::dism(arguments),
        "vsixinstaller" => install::vsix(arguments, started),
        "wusa" => install::wusa(arguments),
        "setx" => setx(arguments),
        "reg" => reg(arguments),
        "net" | "net1" => net(arguments),
        "sc" => sc(arguments),
        "netdom" if arguments.first().is_some_and(|verb| verb.eq_ignore_ascii_case("join")) => {
            vec![EffectKind::DomainJoin]
        }
        "djoin" => vec![EffectKind::DomainJoin],
        "timeout" | "sleep" => vec![EffectKind::Sleep],
        "ping" => ping(arguments),
        "robocopy" => robocopy(arguments),
        "xcopy" => xcopy(arguments),
        "cmd" => cmd(arguments),
        "powershell" | "pwsh" => powershell(arguments),
        "cscript" | "wscript" => script(arguments.iter().find(|argument| !argument.starts_with('/'))),
        "bash" | "sh" => script(arguments.iter().find(|argument| !argument.starts_with('-'))),
        "where" | "whoami" | "hostname" | "ver" => vec![EffectKind::Print],
        _ if is_script(&program) => vec![EffectKind::RunScript { path: name.to_owned() }],
        _ if context.os == Os::Linux => Vec::new(),
        _ => install::direct(name, arguments, started).into_iter().collect(),
    }
}

/// Whether a command is a script file by its name: batch, PowerShell or POSIX.
pub(super) fn is_script(name: &str) -> bool {
    let ends = |end: &str| {
        name.len().checked_sub(end.len()).and_then(|at| name.get(at..)).is_some_and(|it| it.eq_ignore_ascii_case(end))
    };
    [".bat", ".cmd", ".ps1", ".sh", ".vbs"].into_iter().any(ends)
        || name.eq_ignore_ascii_case("refreshenv")
        || is_environment_script(name)
}

fn script(path: Option<&&str>) -> Vec<EffectKind> {
    owned(path).map(|path| EffectKind::RunScript { path }).into_iter().collect()
}

/// `cmd /k` stays open after its command.
fn cmd(arguments: &[&str]) -> Vec<EffectKind> {
    let stop = |argument: &&&str| argument.get(..2).is_some_and(|it| it.eq_ignore_ascii_case("/c"));
    let options = arguments.iter().take_while(|argument| argument.starts_with('/') && !stop(argument));
    let stays = options.into_iter().any(|option| option.get(..2).is_some_and(|it| it.eq_ignore_ascii_case("/k")));
    if stays { vec![EffectKind::KeepAlive] } else { Vec::new() }
}

/// A script file, and `-NoExit`, with which the shell stays open after it.
fn powershell(arguments: &[&str]) -> Vec<EffectKind> {
    let name = |argument: &&str| argument.strip_prefix(['-', '/']).map(str::to_ascii_lowercase);
    let stays = |argument: &&str| name(argument).is_some_and(|it| it.len() > 2 && "noexit".starts_with(&it));
    let mut kinds = powershell_file(arguments);
    let starts =
        |it: &str| !it.is_empty() && ["command", "file", "encodedcommand"].iter().any(|all| all.starts_with(it));
    if arguments.iter().take_while(|argument| !name(argument).is_some_and(|it| starts(&it))).any(stays) {
        kinds.push(EffectKind::KeepAlive);
    }
    kinds
}

/// `powershell -File x.ps1`, `pwsh x.ps1`.
fn powershell_file(arguments: &[&str]) -> Vec<EffectKind> {
    let is_file = |argument: &&str| {
        let name = argument.strip_prefix(['-', '/']).map(str::to_ascii_lowercase);
        name.is_some_and(|name| !name.is_empty() && "file".starts_with(&name))
    };
    let named = arguments.iter().position(is_file).and_then(|at| arguments.get(at + 1));
    script(named.or_else(|| arguments.iter().find(|argument| argument.to_ascii_lowercase().ends_with(".ps1"))))
}

/// `setx [/M] NAME VALUE`.
fn setx(arguments: &[&str]) -> Vec<EffectKind> {
    let is_machine = |argument: &&str| argument.eq_ignore_ascii_case("/m") || argument.eq_ignore_ascii_case("-m");
    let scope = if arguments.iter().any(is_machine) { EnvScope::Machine } else { EnvScope::User };
    let mut rest = arguments.iter().filter(|argument| !is_machine(argument)).map(|&argument| argument.to_owned());
    let Some(name) = rest.next().filter(|name| !name.starts_with('/')) else { return Vec::new() };
    vec![EffectKind::SetEnv { name, value: rest.next(), scope, how: EnvHow::Setx }]
}

/// The scope of a registry key that holds environment variables.
pub(super) fn environment_key(key: &str) -> Option<EnvScope> {
    let key = key.replace('/', "\\").to_ascii_lowercase();
    let key = key.trim_end_matches('\\');
    if key.ends_with(r"\control\session manager\environment") {
        Some(EnvScope::Machine)
    } else if matches!(key, r"hkcu\environment" | r"hkcu:\environment" | r"hkey_current_user\environment") {
        Some(EnvScope::User)
    } else {
        None
    }
}

/// `reg add KEY /v NAME /d VALUE` of the environment.
fn reg(arguments: &[&str]) -> Vec<EffectKind> {
    let [verb, key, rest @ ..] = arguments else { return Vec::new() };
    let Some(scope) = environment_key(key).filter(|_| verb.eq_ignore_ascii_case("add")) else { return Vec::new() };
    let after = |switch: &str| {
        let at = rest.iter().position(|argument| argument.eq_ignore_ascii_case(switch))?;
        owned(rest.get(at + 1))
    };
    let Some(name) = after("/v") else { return Vec::new() };
    vec![EffectKind::SetEnv { name, value: after("/d"), scope, how: EnvHow::Registry }]
}

/// `net user`, `net start`.
fn net(arguments: &[&str]) -> Vec<EffectKind> {
    let (switches, rest) = cmd_switches(arguments);
    let Some(verb) = rest.first().map(|verb| verb.to_ascii_lowercase()) else { return Vec::new() };
    let Some(name) = owned(rest.get(1)) else { return Vec::new() };
    let password = owned(rest.get(2).filter(|password| **password != "*")).map(Hidden);
    match verb.as_str() {
        "start" => vec![EffectKind::StartService { name }],
        "user" | "users" if switches.iter().any(|switch| switch == "add") => {
            vec![EffectKind::CreateUser { name, password }]
        }
        "user" | "users" if password.is_some() => vec![EffectKind::SetPassword { name, password }],
        _ => Vec::new(),
    }
}

/// `sc [\\server] start NAME`.
fn sc(arguments: &[&str]) -> Vec<EffectKind> {
    let mut rest = arguments.iter().filter(|argument| !argument.starts_with(r"\\"));
    match (rest.next().map(|verb| verb.to_ascii_lowercase()).as_deref(), rest.next()) {
        (Some("start"), Some(name)) => vec![EffectKind::StartService { name: (*name).to_owned() }],
        (Some("query" | "qc" | "queryex"), _) => vec![EffectKind::Print],
        _ => Vec::new(),
    }
}

/// `ping -t` never ends, `ping -n` is a way to wait.
fn ping(arguments: &[&str]) -> Vec<EffectKind> {
    let given = |letter: &str| {
        arguments.iter().any(|it| it.strip_prefix(['-', '/']).is_some_and(|it| it.eq_ignore_ascii_case(letter)))
    };
    vec![if given("t") { EffectKind::KeepAlive } else { EffectKind::Sleep }]
}

/// `robocopy FROM TO [FILES]`; `/MOV` and `/MOVE` move.
fn robocopy(arguments: &[&str]) -> Vec<EffectKind> {
    let (switches, rest) = cmd_switches(arguments);
    let Some(from) = owned(rest.first()) else { return Vec::new() };
    let to = owned(rest.get(1));
    let moves = switches.iter().any(|switch| matches!(switch.as_str(), "mov" | "move"));
    vec![if moves { EffectKind::Move { from, to } } else { EffectKind::Copy { from, to } }]
}

fn xcopy(arguments: &[&str]) -> Vec<EffectKind> {
    let (_, rest) = cmd_switches(arguments);
    let Some(from) = owned(rest.first()) else { return Vec::new() };
    vec![EffectKind::Copy { from, to: owned(rest.get(1)) }]
}

/// Files and folders with POSIX options; also what Git and BusyBox bring to Windows.
pub(super) fn posix_files(program: &str, arguments: &[&str]) -> Option<Vec<EffectKind>> {
    let options = Options::read(arguments, if program == "mkdir" { "m" } else { "t" }, &["target-directory", "mode"]);
    let paths = options.rest.iter().map(|&path| path.to_owned());
    let recurse = options.has(&["r", "R", "recursive"]);
    Some(match program {
        "rm" => paths.map(|path| EffectKind::Remove { path, recurse }).collect(),
        "rmdir" => paths.map(|path| EffectKind::Remove { path, recurse: false }).collect(),
        "mkdir" => paths.map(|path| EffectKind::MakeDir { path }).collect(),
        "touch" => paths.map(|path| EffectKind::Write { path }).collect(),
        "cp" | "mv" => {
            let mut from: Vec<String> = paths.collect();
            let named = options.value(&["t", "target-directory"]).map(str::to_owned);
            let to = named.or_else(|| if from.len() > 1 { from.pop() } else { None });
            let moves = program == "mv";
            let kind = |from| {
                let to = to.clone();
                if moves { EffectKind::Move { from, to } } else { EffectKind::Copy { from, to } }
            };
            from.into_iter().map(kind).collect()
        }
        "ln" => owned(options.rest.get(1)).map(|path| EffectKind::Write { path }).into_iter().collect(),
        _ => return None,
    })
}
