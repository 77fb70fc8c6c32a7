//! Package managers and what they are told to install.

use super::arguments::Options;
use super::{EffectKind, Manager};

/// How a manager's command line is read.
struct Row {
    /// The program.
    program: &'static str,
    /// The words before the packages; a program without them installs whatever it is given.
    verbs: &'static [&'static str],
    manager: Manager,
    /// Letters and names of options that take a value.
    short: &'static str,
    long: &'static [&'static str],
}

const fn row(program: &'static str, verbs: &'static [&'static str], manager: Manager) -> Row {
    Row { program, verbs, manager, short: "", long: &[] }
}

const CHOCO_LONG: &[&str] =
    &["version", "source", "params", "package-parameters", "install-arguments", "cache-location"];
const WINGET_LONG: &[&str] = &["id", "version", "source", "override", "scope", "architecture", "location", "name"];

/// All managers.
#[rustfmt::skip]
static ROWS: &[Row] = &[
    Row { short: "s", long: CHOCO_LONG, ..row("choco", &["install", "upgrade"], Manager::Choco) },
    Row { short: "s", long: CHOCO_LONG, ..row("chocolatey", &["install", "upgrade"], Manager::Choco) },
    Row { short: "s", long: CHOCO_LONG, ..row("cinst", &[], Manager::Choco) },
    Row { short: "v", long: WINGET_LONG, ..row("winget", &["install", "add", "upgrade"], Manager::Winget) },
    row("scoop", &["install"], Manager::Scoop),
    row("nuget", &["install"], Manager::Nuget),
    Row { short: "rctie", long: &["requirement", "target", "index-url", "extra-index-url"], ..row("pip", &["install"], Manager::Pip) },
    Row { short: "rctie", long: &["requirement", "target", "index-url", "extra-index-url"], ..row("pip3", &["install"], Manager::Pip) },
    row("npm", &["install", "i", "ci", "add"], Manager::Npm),
    row("yarn", &["add", "install"], Manager::Yarn),
    Row { long: &["version", "git", "rev", "tag", "branch", "path", "root", "features"], ..row("cargo", &["install"], Manager::Cargo) },
    Row { short: "v", long: &["version"], ..row("gem", &["install"], Manager::Gem) },
    Row { short: "cnp", long: &["channel", "name", "prefix", "file"], ..row("conda", &["install", "create"], Manager::Conda) },
    Row { short: "cnp", long: &["channel", "name", "prefix", "file"], ..row("mamba", &["install", "create"], Manager::Conda) },
    Row { long: &["triplet"], ..row("vcpkg", &["install"], Manager::Vcpkg) },
    Row { short: "ot", ..row("apt-get", &["install"], Manager::Apt) },
    Row { short: "ot", ..row("apt", &["install"], Manager::Apt) },
    Row { short: "t", long: &["virtual", "repository"], ..row("apk", &["add"], Manager::Apk) },
    row("yum", &["install"], Manager::Yum),
    row("dnf", &["install"], Manager::Yum),
    row("microdnf", &["install"], Manager::Yum),
    row("tdnf", &["install"], Manager::Yum),
    row("zypper", &["install", "in"], Manager::Yum),
];

/// What a package manager installs; `None` when the program is none or installs nothing.
pub(super) fn classify(program: &str, arguments: &[&str]) -> Option<EffectKind> {
    match program {
        "pacman" => return pacman(arguments),
        "dotnet" => return dotnet_tool(arguments),
        "python" | "python3" | "py" => return python(arguments),
        _ => {}
    }
    let row = ROWS.iter().find(|row| row.program == program)?;
    let options = Options::read(arguments, row.short, row.long);
    let mut rest = options.rest.iter();
    if !row.verbs.is_empty() {
        let verb = rest.next()?.to_ascii_lowercase();
        row.verbs.contains(&verb.as_str()).then_some(())?;
    }
    let mut packages: Vec<String> = rest.map(|&package| package.to_owned()).collect();
    if row.manager == Manager::Winget {
        packages.extend(options.value(&["id", "name"]).map(str::to_owned));
    }
    Some(EffectKind::PackageInstall { manager: row.manager, packages })
}

/// `pacman -S packages`: the verb is an option.
fn pacman(arguments: &[&str]) -> Option<EffectKind> {
    let installs = |argument: &&str| argument.starts_with("-S") || matches!(*argument, "--sync" | "-U");
    arguments.iter().any(installs).then_some(())?;
    let packages = arguments.iter().filter(|argument| !argument.starts_with('-'));
    let packages = packages.map(|&package| package.to_owned()).collect();
    Some(EffectKind::PackageInstall { manager: Manager::Pacman, packages })
}

/// `dotnet tool install NAME`.
fn dotnet_tool(arguments: &[&str]) -> Option<EffectKind> {
    let options = Options::read(arguments, "v", &["version", "tool-path", "add-source", "configfile", "framework"]);
    let [tool, verb, packages @ ..] = options.rest.as_slice() else { return None };
    let installs = tool.eq_ignore_ascii_case("tool") && matches!(*verb, "install" | "update");
    installs.then(|| EffectKind::PackageInstall {
        manager: Manager::DotnetTool,
        packages: packages.iter().map(|&name| name.to_owned()).collect(),
    })
}

/// `python -m pip install NAME`.
fn python(arguments: &[&str]) -> Option<EffectKind> {
    let at = arguments.windows(2).position(|pair| pair[0] == "-m" && pair[1] == "pip")?;
    classify("pip", &arguments[at + 2..])
}
