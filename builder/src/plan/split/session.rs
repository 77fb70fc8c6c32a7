//! What a command sets up in the process that it runs in, or in the session around it, and that is no variable, folder
//! or file by which it could be followed.

use dockerfile::facts::env::is_environment_script;
use dockerfile::script::{Call, Command, Dialect};

use super::names;

/// Cmdlets and functions that change the session they run in.
const CMDLETS: [&str; 23] = [
    "add-type",
    "import-alias",
    "import-module",
    "import-pssession",
    "invoke-batchfile",
    "ipmo",
    "nal",
    "new-alias",
    "new-cimsession",
    "new-psdrive",
    "new-pssession",
    "new-variable",
    "nv",
    "register-engineevent",
    "register-objectevent",
    "sal",
    "set-alias",
    "set-psdebug",
    "set-strictmode",
    "set-variable",
    "start-transcript",
    "sv",
    "update-typedata",
];

/// Drives of PowerShell that hold what only its own process has; what is written to `env:` is followed.
const DRIVES: [&str; 3] = ["alias:", "function:", "variable:"];

/// What a command sets up that nobody can follow. `own` says whether it runs in the script's own process.
pub(super) fn sets_up(command: &Command, dialect: Dialect, own: bool) -> Option<String> {
    let name = command.name.text.to_lowercase();
    match name.as_str() {
        "refreshenv" | "update-sessionenvironment" => return Some("the environment that refreshenv reads".to_owned()),
        "chcp" => return Some("the code page that chcp sets".to_owned()),
        _ => {}
    }
    if dialect.is_powershell() { by_powershell(command, &name, own) } else { by_cmd(command, &name, own) }
}

fn by_powershell(command: &Command, name: &str, own: bool) -> Option<String> {
    if command.call == Call::Dot {
        return Some("a script that runs inside this one".to_owned());
    }
    if matches!(name, "iex" | "invoke-expression") {
        return Some("what Invoke-Expression sets up".to_owned());
    }
    // A script runs in the process of the one that calls it, and may set its variables of the environment.
    let is_script = name.ends_with(".ps1") || is_environment_script(name) && !name.ends_with(".bat");
    if CMDLETS.contains(&name) || own && is_script {
        return Some(format!("what {} sets up", names::last_component(&command.name.text)));
    }
    let fills = |option: &str| {
        let option = option.split(':').next().unwrap_or(option);
        option.starts_with('-')
            && (option.ends_with("variable") || ["-ov", "-ev", "-wv", "-iv", "-sv"].contains(&option))
    };
    let words: Vec<String> = command.words.iter().map(|word| word.raw.to_lowercase()).collect();
    if words.iter().any(|word| fills(word)) {
        return Some("a variable that a command fills".to_owned());
    }
    let on_drive = |word: &String| DRIVES.iter().any(|drive| word.trim_matches(['\'', '"']).starts_with(drive));
    if words.iter().any(on_drive) {
        return Some(format!("what {} sets up", command.name.text));
    }
    let calls = command.expression.iter().flat_map(|expression| &expression.calls);
    let mut loads = calls.filter(|call| {
        call.target.to_lowercase().contains("reflection.assembly") && call.member.to_lowercase().starts_with("load")
    });
    loads.next().map(|_| "an assembly that is loaded".to_owned())
}

fn by_cmd(command: &Command, name: &str, own: bool) -> Option<String> {
    let called = if name == "call" { &command.words.first()?.text } else { &command.name.text };
    let file = names::last_component(called);
    let is_batch = [".bat", ".cmd"].iter().any(|batch| file.to_lowercase().ends_with(batch));
    let of_conda = ["conda", "mamba", "micromamba"].iter().any(|program| file.eq_ignore_ascii_case(program));
    let activates = of_conda && command.words.iter().any(|word| word.text.eq_ignore_ascii_case("activate"));
    (own && (is_batch || activates || is_environment_script(file))).then(|| format!("what {file} sets up"))
}

/// The variables of the process's environment that a command removes, in lower case.
pub(super) fn removes_variables(command: &Command, dialect: Dialect) -> Vec<String> {
    const REMOVERS: [&str; 9] = ["clear-item", "cli", "del", "erase", "rd", "remove-item", "ri", "rm", "rmdir"];
    if !dialect.is_powershell() || !REMOVERS.iter().any(|name| command.name.text.eq_ignore_ascii_case(name)) {
        return Vec::new();
    }
    let words = command.words.iter().flat_map(|word| word.text.split(','));
    let words = words.map(|word| word.trim_matches([' ', '\'', '"']).to_lowercase());
    words.filter_map(|word| Some(word.strip_prefix("env:")?.trim_start_matches(['\\', '/']).to_owned())).collect()
}

/// What a command makes for all programs of the container's session, or takes back: drives, and parts of the registry
/// that are loaded from files. None of it is in a layer.
pub(super) fn for_session(command: &Command) -> Option<Session> {
    let name = command.name.text.to_lowercase();
    let words: Vec<String> = command.words.iter().map(|word| word.text.to_lowercase()).collect();
    let verb = words.first().map(String::as_str).unwrap_or_default();
    let removes = |option: &str| words.iter().any(|word| word.starts_with(option));
    Some(match (name.strip_suffix(".exe").unwrap_or(&name), verb) {
        ("reg", "load") => Session::Made("the hive that reg loads"),
        ("reg", "unload") => Session::TakenBack,
        ("subst", _) if removes("/d") => Session::TakenBack,
        ("net", "use") if removes("/d") => Session::TakenBack,
        ("subst", _) | ("net", "use") => Session::Made("a drive that is made"),
        _ => return None,
    })
}

/// What happens to the things of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Session {
    /// This is there from now on.
    Made(&'static str),
    /// It is no longer there.
    TakenBack,
}
