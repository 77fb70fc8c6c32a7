//! Installers as they are started: directly, by msiexec, dism or wusa.

use super::EffectKind;
use super::arguments::{owned, program};
use crate::facts::installer_tech::{Technology, facts};
use crate::facts::installers::{self, Installer};

/// How a program is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Started {
    /// By cmd or a POSIX shell, or with `start /wait` or `Start-Process -Wait`: the shell waits.
    Waiting,
    /// By PowerShell, which waits for console programs only.
    ConsoleOnly,
    /// With `start` or `Start-Process` and nothing to wait.
    Detached,
}

/// What `msiexec` does.
pub(super) fn msiexec(arguments: &[&str], started: Started) -> Vec<EffectKind> {
    let Some((verb, file)) = msi_verb(arguments) else { return Vec::new() };
    match verb {
        'a' => {
            let dest = property(arguments, "TARGETDIR");
            vec![EffectKind::Extract { archive: file, dest }]
        }
        'i' | 'p' => {
            let product = file.as_deref().and_then(installers::find).filter(|row| row.technology == Technology::Msi);
            let silent = silence(arguments, facts(Technology::Msi).is_silent(arguments));
            let waits = started == Started::Waiting;
            vec![EffectKind::Install { technology: Technology::Msi, product, file, silent, waits }]
        }
        _ => Vec::new(),
    }
}

/// The verb of msiexec (install, patch, administrative, remove) and its file, which may be attached.
fn msi_verb(arguments: &[&str]) -> Option<(char, Option<String>)> {
    for (index, argument) in arguments.iter().enumerate() {
        let Some(switch) = argument.strip_prefix(['/', '-']) else { continue };
        let lower = switch.to_ascii_lowercase();
        let next = || owned(arguments.get(index + 1));
        match lower.as_str() {
            "i" | "package" => return Some(('i', next())),
            "p" | "update" => return Some(('p', next())),
            "a" => return Some(('a', next())),
            "x" | "uninstall" => return Some(('x', next())),
            // `/passive` begins with a verb's letter, `/ix.msi` with a verb.
            _ if lower.starts_with(['i', 'a', 'p']) && (lower.ends_with(".msi") || lower.ends_with(".msp")) => {
                return Some((lower.chars().next()?, Some(switch[1..].to_owned())));
            }
            _ => {}
        }
    }
    None
}

fn property(arguments: &[&str], name: &str) -> Option<String> {
    arguments.iter().find_map(|argument| {
        let (written, value) = argument.split_once('=')?;
        written.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').to_owned())
    })
}

/// An answer of "not silent" holds only when every argument can be seen.
fn silence(arguments: &[&str], answer: Option<bool>) -> Option<bool> {
    let hidden = |argument: &&str| {
        argument.starts_with(['$', '@']) || argument.len() > 2 && argument.starts_with('%') && argument.ends_with('%')
    };
    if answer == Some(false) && arguments.iter().any(hidden) { None } else { answer }
}

/// An installer that is started by its own name.
pub(super) fn direct(name: &str, arguments: &[&str], started: Started) -> Option<EffectKind> {
    let product = installers::find(name)?;
    // A bare word such as `install` is a command of its own; a product's name is not.
    let bare = product.generic && !name.contains('.');
    if product.technology == Technology::Portable || bare || !is_started(name) {
        return None;
    }
    let silent = silence(arguments, product.is_silent(arguments));
    let waits = waits(product, arguments, started);
    let file = Some(name.to_owned());
    Some(EffectKind::Install { technology: product.technology, product: Some(product), file, silent, waits })
}

/// An installer whose name tells nothing, by the URL that it was fetched from.
pub(super) fn fetched(name: &str, url: &str, arguments: &[&str]) -> Option<EffectKind> {
    let product = installers::find(url)?;
    let runs = product.technology != Technology::Portable && !product.generic && is_started(name);
    let silent = silence(arguments, product.is_silent(arguments));
    let file = Some(name.to_owned());
    runs.then_some(EffectKind::Install {
        technology: product.technology,
        product: Some(product),
        file,
        silent,
        waits: true,
    })
}

/// Whether a file of this name can be started: a program, or a package that Windows opens with one.
fn is_started(name: &str) -> bool {
    let name = program(name);
    let archive = [".zip", ".cab", ".vsix"].iter().any(|end| name.ends_with(end));
    !archive
}

fn waits(product: &Installer, arguments: &[&str], started: Started) -> bool {
    let technology = facts(product.technology);
    let given = |switch: &str| arguments.iter().any(|argument| argument.eq_ignore_ascii_case(switch));
    let ends_late = match product.technology {
        Technology::VisualStudio => given("--wait"),
        Technology::OracleUniversal => given("-waitforcompletion"),
        _ => true,
    };
    ends_late
        && match started {
            Started::Waiting => true,
            Started::ConsoleOnly => !technology.gui || !product.must_wait,
            Started::Detached => false,
        }
}

/// What `dism` does.
pub(super) fn dism(arguments: &[&str]) -> Vec<EffectKind> {
    let switch = |name: &str| {
        arguments
            .iter()
            .any(|argument| argument.strip_prefix(['/', '-']).is_some_and(|it| it.eq_ignore_ascii_case(name)))
    };
    let values = |name: &str| -> Vec<String> {
        let value = |argument: &&str| {
            let (written, value) = argument.strip_prefix(['/', '-'])?.split_once([':', '='])?;
            written.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').to_owned())
        };
        arguments.iter().filter_map(value).collect()
    };
    if switch("enable-feature") {
        return vec![EffectKind::InstallFeature { features: values("featurename") }];
    }
    if switch("add-capability") {
        return vec![EffectKind::InstallFeature { features: values("capabilityname") }];
    }
    if switch("add-package") || switch("add-provisionedappxpackage") {
        let silent = facts(Technology::Servicing).is_silent(arguments);
        let packages = values("packagepath").into_iter();
        return packages.map(|file| servicing(Some(file), silent)).collect();
    }
    Vec::new()
}

/// What `wusa` does.
pub(super) fn wusa(arguments: &[&str]) -> Vec<EffectKind> {
    let file = owned(arguments.iter().find(|argument| argument.to_ascii_lowercase().ends_with(".msu")));
    vec![servicing(file, facts(Technology::Servicing).is_silent(arguments))]
}

/// What `VSIXInstaller` does.
pub(super) fn vsix(arguments: &[&str], started: Started) -> Vec<EffectKind> {
    let file = owned(arguments.iter().find(|argument| argument.to_ascii_lowercase().ends_with(".vsix")));
    let product = file.as_deref().and_then(installers::find);
    let silent = facts(Technology::Vsix).is_silent(arguments);
    vec![EffectKind::Install {
        technology: Technology::Vsix,
        product,
        file,
        silent,
        waits: started == Started::Waiting,
    }]
}

fn servicing(file: Option<String>, silent: Option<bool>) -> EffectKind {
    let product = file.as_deref().and_then(installers::find);
    EffectKind::Install { technology: Technology::Servicing, product, file, silent, waits: true }
}
