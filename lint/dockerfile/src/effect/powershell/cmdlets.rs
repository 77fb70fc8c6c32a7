//! What cmdlets do.

use crate::effect::arguments::{Bound, Value, bind, items, split_command_line};
use crate::effect::install::Started;
use crate::effect::{Downloader, EffectContext, EffectKind, EnvHow, EnvScope, Hidden, Manager, programs};
use crate::facts::installer_tech::Technology;
use crate::facts::installers;
use crate::script::Word;

/// The cmdlets whose effect is known, in lower case, sorted.
#[rustfmt::skip]
pub(super) static KNOWN: &[&str] = &[
    "add-appxpackage", "add-computer", "add-content", "add-windowscapability", "compress-archive", "copy-item",
    "enable-windowsoptionalfeature", "expand-archive", "export-clixml", "export-csv", "install-module", "install-package",
    "install-packageprovider", "install-psresource", "install-script", "install-windowsfeature", "invoke-restmethod",
    "invoke-webrequest", "mkdir", "move-item", "new-item", "new-itemproperty", "new-localuser", "out-file", "out-null",
    "push-location", "remove-item", "rename-item", "restart-service", "set-content", "set-item", "set-itemproperty",
    "set-localuser", "set-location", "set-service", "start-bitstransfer", "start-process", "start-service", "start-sleep",
    "tee-object", "wait-event", "write-host", "write-output", "write-verbose", "write-warning",
];

const PATH: &[&str] = &["Path", "LiteralPath", "PSPath"];

/// What a cmdlet of [`KNOWN`] does with its words.
pub(super) fn classify(cmdlet: &str, words: &[Word], context: &EffectContext) -> Vec<EffectKind> {
    let bound = bind(words);
    let one = |kind: Option<EffectKind>| kind.into_iter().collect();
    match cmdlet {
        "invoke-webrequest" | "invoke-restmethod" => one(Some(web_request(&bound))),
        "start-bitstransfer" => one(Some(bits(&bound))),
        "expand-archive" => one(Some(EffectKind::Extract {
            archive: bound.value(PATH, &[]).map(|value| value.text()),
            dest: bound.value(&["DestinationPath"], &[PATH]).map(|value| value.text()),
        })),
        "compress-archive" => {
            one(bound.value(&["DestinationPath"], &[PATH]).map(|value| EffectKind::Write { path: value.text() }))
        }
        "mkdir" => paths(&bound).into_iter().map(|path| EffectKind::MakeDir { path }).collect(),
        "new-item" => new_item(&bound),
        "remove-item" => remove(&bound),
        "copy-item" => transfer(&bound, "Destination", |from, to| EffectKind::Copy { from, to }),
        "move-item" => transfer(&bound, "Destination", |from, to| EffectKind::Move { from, to }),
        "rename-item" => transfer(&bound, "NewName", |from, to| EffectKind::Move { from, to }),
        "set-content" | "add-content" | "export-csv" | "export-clixml" => write(&bound, PATH),
        "out-file" | "tee-object" => write(&bound, &["FilePath", "LiteralPath"]),
        "set-location" | "push-location" => {
            one(paths(&bound).into_iter().next().map(|path| EffectKind::ChangeDir { path }))
        }
        "set-item" => one(set_item(&bound)),
        "set-itemproperty" | "new-itemproperty" => one(set_property(&bound)),
        "start-service" | "restart-service" => one(named(&bound, "Name").map(|name| EffectKind::StartService { name })),
        "set-service" => {
            one(named(&bound, "Name").filter(|_| is_running(&bound)).map(|name| EffectKind::StartService { name }))
        }
        "new-localuser" => {
            one(named(&bound, "Name").map(|name| EffectKind::CreateUser { name, password: password(&bound) }))
        }
        "set-localuser" => one(named(&bound, "Name")
            .filter(|_| bound.has("Password"))
            .map(|name| EffectKind::SetPassword { name, password: password(&bound) })),
        "start-process" => start_process(&bound, context),
        "install-windowsfeature" => features(&bound, "Name"),
        "enable-windowsoptionalfeature" => features(&bound, "FeatureName"),
        "add-windowscapability" => features(&bound, "Name"),
        "install-module" | "install-package" | "install-packageprovider" | "install-script" | "install-psresource" => {
            let packages = bound.value(&["Name"], &[]).map(|value| value.items()).unwrap_or_default();
            one(Some(EffectKind::PackageInstall { manager: Manager::PowerShellGet, packages }))
        }
        "add-appxpackage" => one(Some(appx(&bound))),
        "add-computer" => one((!bound.has("WorkgroupName")).then_some(EffectKind::DomainJoin)),
        "start-sleep" => vec![sleep(&bound)],
        "wait-event" => vec![EffectKind::KeepAlive],
        _ => vec![EffectKind::Print],
    }
}

/// A sleep of more than ten days is meant to last for ever.
fn sleep(bound: &Bound) -> EffectKind {
    let time = bound.value(&["Seconds"], &[]).map(|value| value.text()).unwrap_or_default();
    let for_ever = time.to_ascii_lowercase().contains("::maxvalue") || time.parse::<u64>().is_ok_and(|it| it > 864_000);
    if for_ever { EffectKind::KeepAlive } else { EffectKind::Sleep }
}

fn named(bound: &Bound, name: &str) -> Option<String> {
    bound.value(&[name], &[]).map(|value| value.text())
}

fn paths(bound: &Bound) -> Vec<String> {
    bound.value(PATH, &[]).map(|value| value.items()).unwrap_or_default()
}

fn is_running(bound: &Bound) -> bool {
    bound.named(&["Status"]).is_some_and(|status| status.text().eq_ignore_ascii_case("running"))
}

/// A password in the command line is a string; a secure one is a variable or a sub-expression.
fn password(bound: &Bound) -> Option<Hidden> {
    let value = bound.named(&["Password"])?.text();
    (!value.starts_with(['$', '('])).then_some(Hidden(value))
}

fn web_request(bound: &Bound) -> EffectKind {
    EffectKind::Download {
        url: bound.value(&["Uri"], &[]).map(|value| value.text()),
        dest: bound.named(&["OutFile"]).map(|value| value.text()),
        tool: Downloader::WebRequest,
    }
}

fn bits(bound: &Bound) -> EffectKind {
    EffectKind::Download {
        url: bound.value(&["Source"], &[]).map(|value| value.text()),
        dest: bound.value(&["Destination"], &[&["Source"]]).map(|value| value.text()),
        tool: Downloader::Bits,
    }
}

fn new_item(bound: &Bound) -> Vec<EffectKind> {
    let kind = bound.named(&["ItemType", "Type"]).map(|value| value.text().to_ascii_lowercase());
    let is_folder = kind.as_deref().is_some_and(|kind| matches!(kind, "directory" | "d" | "dir" | "container"));
    let name = bound.named(&["Name"]).map(|value| value.text());
    let mut paths = paths(bound);
    if paths.is_empty() {
        paths.push(".".to_owned());
    }
    paths
        .into_iter()
        .filter_map(|path| {
            if let Some(variable) = env_drive(&path) {
                let value = bound.named(&["Value"]).map(|value| value.text());
                return Some(process_variable(variable, value));
            }
            let path = name
                .as_ref()
                .map_or_else(|| path.clone(), |name| format!("{}\\{name}", path.trim_end_matches(['\\', '/'])));
            match () {
                () if is_registry(&path) => None,
                () if is_folder => Some(EffectKind::MakeDir { path }),
                () => Some(EffectKind::Write { path }),
            }
        })
        .collect()
}

fn remove(bound: &Bound) -> Vec<EffectKind> {
    let recurse = bound.is_on("Recurse");
    let files = paths(bound).into_iter().filter(|path| !is_registry(path) && env_drive(path).is_none());
    files.map(|path| EffectKind::Remove { path, recurse }).collect()
}

fn transfer(bound: &Bound, to: &str, kind: fn(String, Option<String>) -> EffectKind) -> Vec<EffectKind> {
    let to = bound.value(&[to], &[PATH]).map(|value| value.text());
    paths(bound).into_iter().map(|from| kind(from, to.clone())).collect()
}

fn write(bound: &Bound, names: &[&str]) -> Vec<EffectKind> {
    let paths = bound.value(names, &[]).map(|value| value.items()).unwrap_or_default();
    paths
        .into_iter()
        .map(|path| match env_drive(&path) {
            Some(variable) => process_variable(variable, bound.value(&["Value"], &[PATH]).map(|value| value.text())),
            None => EffectKind::Write { path },
        })
        .collect()
}

/// The variable of `Env:X` and `Env:\X`.
fn env_drive(path: &str) -> Option<&str> {
    let drive = path.get(..4).filter(|drive| drive.eq_ignore_ascii_case("env:"))?;
    Some(path[drive.len()..].trim_start_matches(['\\', '/']))
}

fn is_registry(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    path.starts_with("hk") && path.contains(':') || path.starts_with("registry::")
}

fn process_variable(name: &str, value: Option<String>) -> EffectKind {
    EffectKind::SetEnv { name: name.to_owned(), value, scope: EnvScope::Process, how: EnvHow::EnvDrive }
}

fn set_item(bound: &Bound) -> Option<EffectKind> {
    let path = paths(bound).into_iter().next()?;
    let value = bound.value(&["Value"], &[PATH]).map(|value| value.text());
    env_drive(&path).map(|variable| process_variable(variable, value))
}

/// A value in one of the two registry keys of the environment.
fn set_property(bound: &Bound) -> Option<EffectKind> {
    let scope = programs::environment_key(&paths(bound).into_iter().next()?)?;
    let name = bound.value(&["Name"], &[PATH]).map(|value| value.text())?;
    let value = bound.value(&["Value"], &[PATH, &["Name"]]).map(|value| value.text());
    Some(EffectKind::SetEnv { name, value, scope, how: EnvHow::Registry })
}

fn start_process(bound: &Bound, context: &EffectContext) -> Vec<EffectKind> {
    let Some(file) = bound.value(&["FilePath"], &[]) else { return Vec::new() };
    let file_given: &[&str] = &["FilePath"];
    let list = bound.value(&["ArgumentList", "Args"], &[file_given]);
    let items = list.map(|value: Value| value.items()).unwrap_or_default();
    let arguments: Vec<String> = items.iter().flat_map(|item| split_command_line(item)).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let started = if bound.is_on("Wait") { Started::Waiting } else { Started::Detached };
    programs::classify(&file.text(), &arguments, started, context)
}

fn features(bound: &Bound, name: &str) -> Vec<EffectKind> {
    let mut features = bound.named(&[name]).map(|value| value.items()).unwrap_or_default();
    if features.is_empty() {
        features = bound.positional().iter().flat_map(|word| items(word)).collect();
    }
    vec![EffectKind::InstallFeature { features }]
}

fn appx(bound: &Bound) -> EffectKind {
    let file = paths(bound).into_iter().next();
    let product = file.as_deref().and_then(installers::find);
    EffectKind::Install { technology: Technology::Msix, product, file, silent: Some(true), waits: true }
}
