//! Members of .NET's types and objects, as far as they can be known.

use super::listed;
use super::machine::{Known, Machine, Outcome};
use super::path;
use super::value::Value;
use crate::plan::base_path::UNREAD;
use crate::plan::file_op::{Algorithm, ArchiveFormat, FileOp, IfExists, IfMissing, Into, Placement};

/// A property, or with arguments the result of a call.
pub(super) fn get(
    machine: &mut Machine<'_>,
    target: &Value,
    name: &str,
    arguments: Option<Vec<Value>>,
    is_static: bool,
) -> Outcome<Value> {
    match (target, is_static) {
        (Value::Type(of), true) => of_type(machine, of, name, arguments),
        (Value::Text(text), false) => of_text(machine, text, name, arguments.as_deref()),
        (Value::FileHash(path, algorithm), false) => match name.to_ascii_lowercase().as_str() {
            "hash" => Ok(Value::HashText(path.clone(), *algorithm, false)),
            "path" => Ok(Value::text(path)),
            "algorithm" => Ok(Value::text(algorithm.name().to_ascii_uppercase())),
            _ => unknown(machine, "the result of Get-FileHash", name),
        },
        (Value::HashText(path, algorithm, small), false) => {
            of_hash(machine, (path, *algorithm, *small), name, arguments)
        }
        (Value::Listed(text), false) => match listed::member(machine, text, name, arguments.as_deref())? {
            Some(value) => Ok(value),
            None => unknown(machine, &target.what(), name),
        },
        (Value::WebClient(number), false) => of_client(machine, *number, name, arguments),
        (Value::List(values), false) if matches!(name.to_ascii_lowercase().as_str(), "count" | "length") => {
            Ok(Value::Int(values.len() as i64))
        }
        (Value::Map(entries), false) if arguments.is_none() => {
            let found = entries.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            Ok(found.map_or(Value::Null, |(_, value)| value.clone()))
        }
        (Value::Int(number), false) if name.eq_ignore_ascii_case("ToString") => Ok(Value::text(number.to_string())),
        (Value::Null, false) if arguments.is_none() => Ok(Value::Null),
        (other, _) => unknown(machine, &other.what(), name),
    }
}

fn of_hash(
    machine: &mut Machine<'_>,
    (path, algorithm, small): (&str, Algorithm, bool),
    name: &str,
    arguments: Option<Vec<Value>>,
) -> Outcome<Value> {
    let text = |small| Ok(Value::HashText(path.to_owned(), algorithm, small));
    match name.to_ascii_lowercase().as_str() {
        "tolower" | "tolowerinvariant" => text(true),
        "toupper" | "toupperinvariant" => text(false),
        "trim" | "tostring" => text(small),
        "equals" => {
            let expected = texts(machine, &arguments.unwrap_or_default())?.concat();
            let own = if small { expected.to_ascii_lowercase() } else { expected.to_ascii_uppercase() };
            if own != expected {
                return machine.refuse("the hash has letters of the other case, so that it never is equal");
            }
            super::operator::hash_is(machine, (path.to_owned(), algorithm), &expected, true)
        }
        _ => unknown(machine, "a file's hash", name),
    }
}

fn unknown<T>(machine: &Machine<'_>, what: &str, name: &str) -> Outcome<T> {
    machine.refuse(format!("`{name}` of {what} is not known before the build"))
}

/// The arguments as texts.
fn texts(machine: &Machine<'_>, arguments: &[Value]) -> Outcome<Vec<String>> {
    let texts: Result<Vec<String>, String> = arguments.iter().map(Value::to_text).collect();
    machine.known(texts)
}

fn of_type(machine: &mut Machine<'_>, of: &str, name: &str, arguments: Option<Vec<Value>>) -> Outcome<Value> {
    let of = of.to_ascii_lowercase();
    let of = of.strip_prefix("system.").unwrap_or(&of);
    let name_lower = name.to_ascii_lowercase();
    let Some(arguments) = arguments else {
        return match of {
            "environmentvariabletarget" => Ok(Value::text(name)),
            "net.securityprotocoltype" | "net.servicepointmanager" => Ok(Value::Opaque("a setting of TLS".to_owned())),
            "string" if name_lower == "empty" => Ok(Value::text("")),
            "environment" if name_lower == "newline" => Ok(Value::text("\r\n")),
            "text.encoding" => Ok(Value::text(name)),
            _ => unknown(machine, &format!("[{of}]"), name),
        };
    };
    match (of, name_lower.as_str()) {
        ("environment", "setenvironmentvariable") => set_environment(machine, &arguments),
        ("environment", "getenvironmentvariable") => {
            let given = texts(machine, &arguments)?;
            match given.as_slice() {
                [name] => Ok(machine.env(name)?.map_or(Value::Null, Value::Text)),
                [name, target] if target.eq_ignore_ascii_case("process") => {
                    Ok(machine.env(name)?.map_or(Value::Null, Value::Text))
                }
                [name, target] => {
                    let account = ["user", "1"].iter().any(|other| target.eq_ignore_ascii_case(other));
                    Ok(machine.registry(name, account)?.map_or(Value::Null, Value::Text))
                }
                _ => machine.refuse("a variable without a name"),
            }
        }
        ("io.path", "combine") => {
            let parts = texts(machine, &arguments)?;
            Ok(Value::Text(parts.iter().skip(1).fold(parts.first().cloned().unwrap_or_default(), |all, part| {
                if part.starts_with('\\') || part.contains(':') { part.clone() } else { path::join(&all, part) }
            })))
        }
        ("io.path", "getfilename") => {
            let text = texts(machine, &arguments)?.concat();
            Ok(Value::text(text.rsplit(['\\', '/']).next().unwrap_or_default()))
        }
        ("io.path", "gettemppath") => Ok(Value::Text(format!("{}\\", machine.env("TEMP")?.unwrap_or_default()))),
        ("regex" | "text.regularexpressions.regex", "escape") => {
            let text = texts(machine, &arguments)?.concat();
            Ok(Value::Text(listed::escaped(&text)))
        }
        ("string", "isnullorempty") => {
            let text = texts(machine, &arguments)?.concat();
            Ok(Value::Bool(text.is_empty()))
        }
        ("net.webclient", "new") => Ok(client(machine)),
        ("reflection.assembly", "loadwithpartialname" | "load") => Ok(Value::Opaque("an assembly".to_owned())),
        ("console", _) => Ok(Value::Null),
        ("io.file" | "io.directory" | "io.compression.zipfile", _) => files(machine, of, &name_lower, &arguments),
        _ => unknown(machine, &format!("[{of}]"), name),
    }
}

fn set_environment(machine: &mut Machine<'_>, arguments: &[Value]) -> Outcome<Value> {
    let value = match arguments.get(1) {
        Some(Value::Null) | None => None,
        Some(value) => Some(machine.known(value.to_text())?),
    };
    let given = texts(machine, arguments.get(..1).unwrap_or_default())?;
    let Some(name) = given.first() else { return machine.refuse("a variable without a name") };
    let target = match arguments.get(2) {
        Some(target) => machine.known(target.to_text())?.to_ascii_lowercase(),
        None => "process".to_owned(),
    };
    match target.as_str() {
        "process" | "0" => machine.set_env(name, value)?,
        "machine" | "2" => machine.set_machine_env(name, value)?,
        _ => return machine.refuse(format!("setting {name} for one account changes the registry")),
    }
    Ok(Value::Null)
}

/// .NET takes relative paths from the folder of the process, whatever the script's is.
fn net_path(machine: &Machine<'_>, text: &str) -> Outcome<String> {
    let relative = !text.starts_with(['\\', '/']) && !text.contains(':');
    if relative && !machine.folder().eq_ignore_ascii_case(machine.world.workdir) {
        return machine.refuse(format!("`{text}` starts from the folder of the process, not of the script"));
    }
    machine.path(text)
}

fn files(machine: &mut Machine<'_>, of: &str, name: &str, arguments: &[Value]) -> Outcome<Value> {
    let texts = texts(machine, arguments)?;
    texts.iter().try_for_each(|text| machine.without_path(text))?;
    let at = |machine: &Machine<'_>, index: usize| match texts.get(index) {
        Some(text) => net_path(machine, text),
        None => machine.refuse("an argument is missing"),
    };
    let operation = match (of, name) {
        ("io.directory", "createdirectory") => FileOp::MakeDir { path: at(machine, 0)?, exists: IfExists::Keep },
        ("io.directory", "delete") => FileOp::Remove {
            path: at(machine, 0)?,
            folders: true,
            recurse: texts.get(1).is_some_and(|text| text.eq_ignore_ascii_case("true")),
            missing: IfMissing::Fail,
        },
        ("io.directory", "move") | ("io.file", "move") => FileOp::Move {
            from: at(machine, 0)?,
            to: at(machine, 1)?,
            into: Into::Name,
            exists: IfExists::Fail,
            missing: IfMissing::Fail,
        },
        ("io.file", "copy") => FileOp::Copy {
            from: at(machine, 0)?,
            to: at(machine, 1)?,
            into: Into::Name,
            recurse: false,
            exists: if texts.get(2).is_some_and(|text| text.eq_ignore_ascii_case("true")) {
                IfExists::Replace
            } else {
                IfExists::Fail
            },
            missing: IfMissing::Fail,
        },
        ("io.file", "delete") => {
            FileOp::Remove { path: at(machine, 0)?, folders: false, recurse: false, missing: IfMissing::Skip }
        }
        ("io.file", "writealltext") if texts.len() == 2 => FileOp::WriteFile {
            path: at(machine, 0)?,
            bytes: texts[1].clone().into_bytes(),
            placement: Placement::Replace,
        },
        ("io.file" | "io.directory", "exists") => {
            let path = at(machine, 0)?;
            return match machine.look(&path) {
                Some(known) => Ok(Value::Bool(known == if of == "io.file" { Known::File } else { Known::Folder })),
                None => Ok(Value::Exists { path, there: true }),
            };
        }
        ("io.compression.zipfile", "extracttodirectory") if texts.len() == 2 => FileOp::Extract {
            archive: at(machine, 0)?,
            dest: at(machine, 1)?,
            parents: true,
            format: ArchiveFormat::Zip,
            strip: 0,
            members: Vec::new(),
            exists: IfExists::Fail,
        },
        _ => return unknown(machine, &format!("[{of}]"), name),
    };
    machine.push(operation);
    Ok(Value::Null)
}

/// A new web client.
pub(super) fn client(machine: &mut Machine<'_>) -> Value {
    machine.clients.push(Vec::new());
    Value::WebClient(machine.clients.len() - 1)
}

fn of_client(machine: &mut Machine<'_>, number: usize, name: &str, arguments: Option<Vec<Value>>) -> Outcome<Value> {
    match (name.to_ascii_lowercase().as_str(), arguments) {
        ("headers", None) => Ok(Value::WebClient(number)),
        ("dispose", Some(_)) => Ok(Value::Null),
        ("add", Some(arguments)) => {
            if let [key, value] = texts(machine, &arguments)?.as_slice() {
                machine.clients[number].push((key.clone(), value.clone()));
                return Ok(Value::Null);
            }
            machine.refuse("a header that is not a name and a value")
        }
        ("downloadfile", Some(arguments)) => {
            let given = texts(machine, &arguments)?;
            let [url, dest] = given.as_slice() else {
                return machine.refuse("DownloadFile wants an address and a file");
            };
            let dest = net_path(machine, dest)?;
            let headers = machine.clients[number].clone();
            super::web::download(machine, url, &dest, headers, true)?;
            Ok(Value::Null)
        }
        (other, _) => machine.refuse(format!("what {other} of a web client gives is not known before the build")),
    }
}

fn of_text(machine: &mut Machine<'_>, text: &str, name: &str, arguments: Option<&[Value]>) -> Outcome<Value> {
    // Whatever the old `PATH` is, it ends with what stands there or gets it: blanks and separators do no harm.
    if !(text.contains(UNREAD) && matches!(name.to_ascii_lowercase().as_str(), "tostring" | "clone")) {
        machine.without_path(text)?;
    }
    let given = texts(machine, arguments.unwrap_or_default())?;
    let first = given.first().map_or("", String::as_str);
    let number = |index: usize| arguments.and_then(|all| all.get(index)).and_then(Value::to_int);
    let chars = || text.chars();
    Ok(match name.to_ascii_lowercase().as_str() {
        "length" => Value::Int(text.encode_utf16().count() as i64),
        "tolower" | "tolowerinvariant" => Value::text(text.to_lowercase()),
        "toupper" | "toupperinvariant" => Value::text(text.to_uppercase()),
        "tostring" | "clone" => Value::text(text),
        // `$PWD.Path`
        "path" if text == machine.folder() => Value::text(text),
        "trim" if given.is_empty() => Value::text(text.trim()),
        "trimstart" if given.len() == 1 && first.chars().count() == 1 => Value::text(text.trim_start_matches(first)),
        "trimend" if given.len() == 1 && first.chars().count() == 1 => Value::text(text.trim_end_matches(first)),
        "replace" if given.len() == 2 && !first.is_empty() => Value::text(text.replace(first, &given[1])),
        "startswith" if given.len() == 1 => Value::Bool(text.starts_with(first)),
        "endswith" if given.len() == 1 => Value::Bool(text.ends_with(first)),
        "contains" if given.len() == 1 => Value::Bool(text.contains(first)),
        "equals" if given.len() == 1 => Value::Bool(text == first),
        "split" if given.len() == 1 && first.chars().count() == 1 => {
            Value::List(text.split(first).map(Value::text).collect())
        }
        "substring" if text.is_ascii() => {
            let (from, length) = (number(0).unwrap_or(-1), number(1));
            let from = usize::try_from(from).ok().filter(|from| *from <= text.len());
            let Some(from) = from else { return unknown(machine, "a text", name) };
            let rest: String = chars().skip(from).collect();
            match length.map(usize::try_from) {
                None => Value::Text(rest),
                Some(Ok(length)) if length <= rest.len() => Value::text(&rest[..length]),
                Some(_) => return unknown(machine, "a text", name),
            }
        }
        _ => return unknown(machine, "a text", name),
    })
}
