//! PowerShell's cmdlets, with their parameters bound and evaluated.

use dockerfile::script::powershell::{Bound, bind};
use dockerfile::script::{Command, Word};

use super::content::{self, Text};
use super::eval;
use super::machine::{Known, Machine, Outcome, Stop};
use super::value::Value;
use super::{item, listed, member, web};
use crate::plan::file_op::{Algorithm, ArchiveFormat, FileOp, IfExists};

/// The arguments of a cmdlet.
pub(super) struct Arguments {
    /// Its full name.
    pub name: &'static str,
    values: Vec<(&'static str, Value)>,
    /// Whether a failure is passed over.
    pub tolerant: bool,
}

impl Arguments {
    /// The value of a parameter, if it is given.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Whether a switch is on.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some_and(|value| value.truth() == Ok(true))
    }

    /// A parameter as text.
    pub fn text(&self, machine: &Machine<'_>, name: &str) -> Outcome<Option<String>> {
        self.get(name).map(|value| machine.known(value.to_text())).transpose()
    }

    /// A parameter that must be there, as text.
    pub fn wanted(&self, machine: &Machine<'_>, name: &str) -> Outcome<String> {
        match self.text(machine, name)? {
            Some(text) => Ok(text),
            None => machine.refuse(format!("{} has no -{name}", self.name)),
        }
    }

    /// The paths that it works on: `-Path` or `-LiteralPath`, or what comes through the pipe.
    pub fn paths(&self, machine: &Machine<'_>) -> Outcome<Vec<String>> {
        let given = self.get("Path").or_else(|| self.get("LiteralPath")).cloned().unwrap_or(Value::Null);
        let texts: Result<Vec<String>, String> = given.elements().iter().map(Value::to_text).collect();
        machine.known(texts)
    }

    /// The one path that it works on; empty without one.
    pub fn path(&self, machine: &Machine<'_>) -> Outcome<String> {
        let mut paths = self.paths(machine)?;
        match paths.len() {
            0 | 1 => Ok(paths.pop().unwrap_or_default()),
            _ => machine.refuse(format!("{} with several paths is not evaluated", self.name)),
        }
    }

    /// Gives up when one of these parameters is given.
    pub fn without(&self, machine: &Machine<'_>, names: &[&str]) -> Outcome<()> {
        match names.iter().find(|name| self.get(name).is_some()) {
            Some(name) => machine.refuse(format!("{} with -{name} is not evaluated", self.name)),
            None => Ok(()),
        }
    }
}

/// Commands that only print, or change nothing that outlives the script, and have no row in the table of cmdlets.
const QUIET: [&str; 11] = [
    "write-verbose",
    "write-warning",
    "write-information",
    "write-debug",
    "write-progress",
    "out-host",
    "out-default",
    "set-strictmode",
    "clear-host",
    "cls",
    "set-psdebug",
];

/// Commands without a row there that change nothing and put out what only the build knows.
const ASKING: [&str; 5] = ["out-string", "get-date", "get-location", "get-host", "get-culture"];

/// Carries out a cmdlet. None when the name is none of a cmdlet that is known.
pub(super) fn run(
    machine: &mut Machine<'_>,
    command: &Command,
    name: &str,
    input: Option<Vec<Value>>,
) -> Outcome<Option<Vec<Value>>> {
    let lower = name.to_ascii_lowercase();
    if QUIET.contains(&lower.as_str()) {
        for word in command.words.iter().filter(|word| !word.statements.is_empty()) {
            eval::argument(machine, &word.raw)?;
        }
        return Ok(Some(Vec::new()));
    }
    if ASKING.contains(&lower.as_str()) {
        return Ok(Some(vec![Value::Opaque(format!("what {name} gives"))]));
    }
    if matches!(lower.as_str(), "get-command" | "gcm") {
        return machine.refuse("whether a command is there only the build can tell");
    }
    if matches!(lower.as_str(), "mkdir" | "md") {
        return make_dirs(machine, command).map(Some);
    }
    let Some(bound) = bind(command, machine.dialect) else { return Ok(None) };
    if matches!(bound.cmdlet.name, "Write-Host" | "Write-Output") {
        return print(machine, &bound, input).map(Some);
    }
    if bound.cmdlet.name == "Write-Error" {
        return complain(machine, &bound).map(Some);
    }
    if bound.cmdlet.name == "Start-Process" {
        let program = bound.text("FilePath").unwrap_or("a program");
        return machine.refuse(format!("it runs `{}`", eval::short(program)));
    }
    let arguments = arguments(machine, &bound, input)?;
    dispatch(machine, &arguments).map(Some)
}

/// `mkdir` is a function around `New-Item` that takes several paths.
fn make_dirs(machine: &mut Machine<'_>, command: &Command) -> Outcome<Vec<Value>> {
    let (mut paths, mut force) = (Vec::new(), false);
    for word in &command.words {
        let lower = word.raw.to_ascii_lowercase();
        match lower.as_str() {
            "-force" | "-f" | "-fo" | "-p" => force |= lower != "-p",
            "-path" | "|" => {}
            _ if lower.starts_with('-') => return machine.refuse(format!("mkdir's {} is not evaluated", word.raw)),
            _ => {
                let value = eval::argument(machine, &word.raw)?;
                for value in value.elements() {
                    paths.push(machine.known(value.to_text())?);
                }
            }
        }
    }
    for path in paths {
        item::make_dir(machine, &path, force)?;
    }
    Ok(vec![Value::Opaque("a folder".to_owned())])
}

/// What is printed need not be known; what runs to make it is carried out.
fn print(machine: &mut Machine<'_>, bound: &Bound<'_>, input: Option<Vec<Value>>) -> Outcome<Vec<Value>> {
    let words: Vec<&Word> =
        bound.parameters.iter().filter_map(|(_, word)| *word).chain(bound.positional.iter().copied()).collect();
    let output = bound.cmdlet.name == "Write-Output";
    let mut found = Vec::new();
    for word in words {
        if output || !word.statements.is_empty() {
            match eval::argument(machine, &word.raw) {
                Ok(value) => found.push(value),
                // An unknown text is good enough to be printed, as long as nothing else hangs on it.
                Err(Stop::Refused(refusal)) if refusal.value || word.statements.is_empty() => {
                    found.push(Value::Opaque("a text".to_owned()));
                }
                Err(stop) => return Err(stop),
            }
        }
    }
    found.extend(input.into_iter().flatten());
    Ok(if output { found } else { Vec::new() })
}

/// `Write-Error`: where failures stop the script, this one does, whatever its text is.
fn complain(machine: &mut Machine<'_>, bound: &Bound<'_>) -> Outcome<Vec<Value>> {
    if bound.parameters.iter().any(|(name, _)| *name != "Message") || !bound.positional.is_empty() {
        return machine.refuse("Write-Error with these parameters is not evaluated");
    }
    let message = match bound.value("Message") {
        Some(word) => eval::argument(machine, &word.raw),
        None => Ok(Value::Null),
    };
    let message = match message {
        Ok(value) => value.to_text().unwrap_or_default(),
        Err(Stop::Refused(refusal)) if refusal.value => String::new(),
        Err(stop) => return Err(stop),
    };
    if machine.stops { Err(Stop::Fails(message)) } else { Ok(Vec::new()) }
}

fn arguments(machine: &mut Machine<'_>, bound: &Bound<'_>, input: Option<Vec<Value>>) -> Outcome<Arguments> {
    let name = bound.cmdlet.name;
    if let Some(word) = bound.unknown.first() {
        return machine.refuse(format!("{name} with `{}` is not evaluated", word.raw));
    }
    if bound.splatted {
        return machine.refuse(format!("{name} with parameters from a variable is not evaluated"));
    }
    if let Some(word) = bound.positional.first() {
        return machine.refuse(format!("{name} does not take `{}`", word.raw));
    }
    let mut values: Vec<(&'static str, Value)> = Vec::new();
    for (parameter, word) in &bound.parameters {
        let value = match word {
            None => Value::Bool(true),
            Some(word) => {
                let attached = word.raw.starts_with('-').then(|| word.raw.split_once(':')).flatten();
                let raw = attached.map_or(word.raw.as_str(), |(_, value)| value).to_owned();
                eval::argument(machine, &raw)?
            }
        };
        values.push((parameter, value));
    }
    let action = values.iter().find(|(name, _)| *name == "ErrorAction").map(|(_, value)| value.clone());
    let action = action.map(|value| machine.known(value.to_text())).transpose()?.unwrap_or_default();
    let tolerant = ["silentlycontinue", "ignore", "continue", "0"].contains(&action.to_ascii_lowercase().as_str());
    if let Some(input) = input {
        let takes = match name {
            "Set-Content" | "Add-Content" => "Value",
            "Out-File" | "Out-Null" => "InputObject",
            "Remove-Item" | "Copy-Item" | "Move-Item" | "Get-Content" | "Set-Location" | "New-Item" => "Path",
            _ => return machine.refuse(format!("{name} reads what comes through the pipe")),
        };
        values.push((takes, Value::List(input.into_iter().flat_map(Value::elements).collect())));
    }
    Ok(Arguments { name, values, tolerant })
}

fn dispatch(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["WhatIf", "Credential", "OutVariable", "Stream", "PassThru"])?;
    let opaque = |what: &str| Ok(vec![Value::Opaque(what.to_owned())]);
    match arguments.name {
        "Out-Null" => Ok(Vec::new()),
        "Start-Sleep" => Ok(Vec::new()),
        "New-Item" => item::new(machine, arguments),
        "Copy-Item" => item::copy(machine, arguments),
        "Move-Item" => item::shift(machine, arguments),
        "Rename-Item" => item::rename(machine, arguments),
        "Remove-Item" => item::remove(machine, arguments),
        "Set-Content" | "Add-Content" | "Out-File" => write(machine, arguments),
        "Set-Item" => item::set(machine, arguments),
        "Set-Location" => {
            let path = arguments.path(machine)?;
            machine.go(&path).map(|()| Vec::new())
        }
        "Push-Location" => {
            let path = arguments.path(machine)?;
            let path = if path.is_empty() { machine.folder().to_owned() } else { path };
            machine.push_folder(&path).map(|()| Vec::new())
        }
        "Pop-Location" => {
            machine.pop_folder();
            Ok(Vec::new())
        }
        "Test-Path" => test(machine, arguments),
        "Join-Path" => join(machine, arguments),
        "Get-FileHash" => hash(machine, arguments),
        "Get-ChildItem" | "Get-Item" | "Get-Content" | "Unblock-File" => look(machine, arguments),
        "Invoke-WebRequest" | "Invoke-RestMethod" => request(machine, arguments),
        "Start-BitsTransfer" => transfer(machine, arguments),
        "Expand-Archive" => expand(machine, arguments),
        "New-Object" => object(machine, arguments),
        "Set-Variable" => {
            let name = arguments.wanted(machine, "Name")?.to_ascii_lowercase();
            let value = arguments.get("Value").cloned().unwrap_or(Value::Null);
            machine.stops |= name == "erroractionpreference" && value == Value::text("Stop");
            machine.variables.insert(name, value);
            Ok(Vec::new())
        }
        "Add-Type" if arguments.get("AssemblyName").is_some() => Ok(Vec::new()),
        "Import-Module" => module(machine, arguments),
        "Set-ExecutionPolicy" => {
            let scope = arguments.text(machine, "Scope")?.unwrap_or_default();
            if scope.eq_ignore_ascii_case("process") {
                return Ok(Vec::new());
            }
            machine.refuse("Set-ExecutionPolicy writes to the registry")
        }
        "Set-ItemProperty" | "New-ItemProperty" | "Remove-ItemProperty" => {
            let path = arguments.path(machine)?;
            if is_environment(&path) && arguments.name != "Remove-ItemProperty" {
                let name = arguments.wanted(machine, "Name")?;
                let value = arguments.text(machine, "Value")?;
                return machine.set_machine_env(&name, value).map(|()| Vec::new());
            }
            machine.refuse(format!("{} changes {path}", arguments.name))
        }
        "Get-Process" | "Get-Service" | "Get-CimInstance" | "Get-WmiObject" | "Get-WindowsFeature" => {
            opaque("what the system has")
        }
        name => machine.refuse(format!("{name} needs Windows")),
    }
}

/// Whether a path is the registry's key of the machine's environment.
fn is_environment(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace('/', "\\");
    let path = path.trim_end_matches('\\');
    let machine = ["hklm:\\", "registry::hkey_local_machine\\", "registry::hklm\\"];
    machine.iter().any(|root| path.starts_with(root)) && path.ends_with(r"\control\session manager\environment")
}

fn write(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["Filter", "Include", "Exclude", "AsByteStream", "NoClobber", "Width"])?;
    let file = arguments.name == "Out-File";
    let path = match arguments.text(machine, "FilePath")? {
        Some(path) => path,
        None => arguments.path(machine)?,
    };
    let value = arguments.get(if file { "InputObject" } else { "Value" }).cloned().unwrap_or(Value::Null);
    if let [Value::Listed(text)] = value.clone().elements().as_slice() {
        arguments.without(machine, &["Encoding", "Append", "NoNewline"])?;
        if arguments.name != "Set-Content" {
            return machine.refuse(format!("{} writes what a file has in it", arguments.name));
        }
        return listed::write(machine, text.clone(), &path).map(|()| Vec::new());
    }
    let default =
        if file { content::out_file_default(machine.dialect) } else { content::content_default(machine.dialect) };
    let text = Text {
        path: &path,
        lines: value.elements(),
        encoding: arguments.text(machine, "Encoding")?,
        default,
        bare: arguments.has("NoNewline"),
        append: arguments.name == "Add-Content" || arguments.has("Append"),
    };
    content::write(machine, text)?;
    Ok(Vec::new())
}

fn test(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["Filter", "Include", "Exclude", "NewerThan", "OlderThan", "IsValid"])?;
    let path = arguments.path(machine)?;
    let path = machine.path(&path)?;
    let kind = arguments.text(machine, "PathType")?.unwrap_or_default().to_ascii_lowercase();
    let known = machine.look(&path);
    Ok(vec![match (known, kind.as_str()) {
        (None, _) => Value::Exists { path, there: true },
        (Some(known), "leaf") => Value::Bool(known == Known::File),
        (Some(known), "container") => Value::Bool(known == Known::Folder),
        (Some(known), _) => Value::Bool(known != Known::Gone),
    }])
}

fn join(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["Resolve"])?;
    let mut path = arguments.wanted(machine, "Path")?;
    for name in ["ChildPath", "AdditionalChildPath"] {
        if let Some(value) = arguments.get(name).cloned() {
            for part in value.elements() {
                let part = machine.known(part.to_text())?;
                path = format!("{}\\{}", path.trim_end_matches(['\\', '/']), part.trim_start_matches(['\\', '/']));
            }
        }
    }
    Ok(vec![Value::Text(path)])
}

fn hash(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["InputStream"])?;
    let path = arguments.path(machine)?;
    let path = machine.path(&path)?;
    let algorithm = arguments.text(machine, "Algorithm")?.unwrap_or_else(|| "SHA256".to_owned());
    match Algorithm::named(&algorithm) {
        Some(algorithm) => Ok(vec![Value::FileHash(path, algorithm)]),
        None => machine.refuse(format!("the hash {algorithm} is not known here")),
    }
}

/// What only reads fails where nothing is there.
fn look(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let paths = arguments.paths(machine)?;
    if let ("Get-Content", [path], None) = (arguments.name, paths.as_slice(), arguments.get("TotalCount"))
        && !super::path::is_pattern(path)
        && arguments.get("Tail").is_none()
        && arguments.get("Delimiter").is_none()
    {
        let file = machine.path(path)?;
        if !arguments.tolerant && machine.stops {
            machine.require(&file);
        }
        return Ok(vec![listed::content(machine, file, arguments.has("Raw"))]);
    }
    for path in &paths {
        if path.to_ascii_lowercase().starts_with("env:") {
            continue;
        }
        let path = machine.pattern(path)?;
        if !arguments.tolerant && machine.stops && !super::path::is_pattern(&path) {
            machine.require(&path);
        }
    }
    Ok(vec![Value::Opaque(format!("what {} finds", arguments.name))])
}

/// `Invoke-WebRequest -OutFile`.
fn request(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let harmless = [
        "Uri",
        "OutFile",
        "Headers",
        "UserAgent",
        "UseBasicParsing",
        "TimeoutSec",
        "MaximumRetryCount",
        "RetryIntervalSec",
        "DisableKeepAlive",
        "ErrorAction",
        "Verbose",
        "Method",
        "MaximumRedirection",
        "ContentType",
        "SslProtocol",
        "WarningAction",
        "ProgressAction",
        "Debug",
    ];
    if let Some((name, _)) = arguments.values.iter().find(|(name, _)| !harmless.contains(name)) {
        return machine.refuse(format!("{} with -{name} is not evaluated", arguments.name));
    }
    let method = arguments.text(machine, "Method")?.unwrap_or_else(|| "GET".to_owned());
    if !method.eq_ignore_ascii_case("get") {
        return machine.refuse(format!("a {method} request"));
    }
    let url = arguments.wanted(machine, "Uri")?;
    let Some(file) = arguments.text(machine, "OutFile")? else {
        return Ok(vec![Value::Opaque(format!("what {url} answers"))]);
    };
    let mut headers = Vec::new();
    match arguments.get("Headers").cloned() {
        None => {}
        Some(Value::Map(entries)) => {
            for (name, value) in entries {
                headers.push((name, machine.known(value.to_text())?));
            }
        }
        Some(other) => return machine.refuse(format!("headers from {}", other.what())),
    }
    if let Some(agent) = arguments.get("UserAgent") {
        // PowerShell's names for browsers stand for long texts of its own.
        headers.push(("User-Agent".to_owned(), machine.known(agent.to_text())?));
    }
    let dest = machine.path(&file)?;
    let url = if url.contains("://") { url } else { format!("http://{url}") };
    let redirects = arguments.get("MaximumRedirection").is_none_or(|count| count.to_int() != Some(0));
    web::download(machine, &url, &dest, headers, redirects)?;
    Ok(Vec::new())
}

/// `Start-BitsTransfer`.
fn transfer(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["Asynchronous", "ProxyList", "TransferType", "CustomHeaders", "Suspended"])?;
    let url = arguments.wanted(machine, "Source")?;
    let to = arguments.text(machine, "Destination")?.unwrap_or_else(|| ".".to_owned());
    let mut dest = machine.path(&to)?;
    if to.ends_with(['\\', '/']) || machine.look(&dest) == Some(Known::Folder) || to == "." {
        match web::name_of(&url) {
            Some(name) => dest = super::path::join(&dest, name),
            None => return machine.refuse("the address names no file"),
        }
    }
    web::download(machine, &url, &dest, Vec::new(), true)?;
    Ok(Vec::new())
}

fn expand(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let paths = arguments.paths(machine)?;
    let [archive] = paths.as_slice() else { return machine.refuse("Expand-Archive wants one archive") };
    let archive = machine.path(archive)?;
    if !archive.to_ascii_lowercase().ends_with(".zip") {
        return machine.refuse("Expand-Archive takes only files whose name ends with .zip");
    }
    let dest = match arguments.text(machine, "DestinationPath")? {
        Some(dest) => machine.path(&dest)?,
        None => {
            let name = super::path::split(&archive).map_or(String::new(), |(_, name)| name);
            let stem = name[..name.len() - 4].to_owned();
            machine.path(&stem)?
        }
    };
    machine.push(FileOp::Extract {
        archive,
        dest,
        parents: true,
        format: ArchiveFormat::Zip,
        strip: 0,
        members: Vec::new(),
        exists: if arguments.has("Force") { IfExists::Replace } else { IfExists::Fail },
    });
    Ok(Vec::new())
}

fn object(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["ComObject", "Property"])?;
    let name = arguments.wanted(machine, "TypeName")?.to_ascii_lowercase();
    Ok(vec![match name.strip_prefix("system.").unwrap_or(&name) {
        "net.webclient" => member::client(machine),
        other => Value::Opaque(format!("a {other}")),
    }])
}

/// Modules that bring nothing but cmdlets that are known here.
fn module(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    let name = arguments.wanted(machine, "Name")?.to_ascii_lowercase();
    if name == "bitstransfer" || name.starts_with("microsoft.powershell.") {
        return Ok(Vec::new());
    }
    machine.refuse(format!("what the module {name} does is not known here"))
}
