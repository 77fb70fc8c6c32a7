//! What expressions do: members of .NET's classes, and plain values.

use crate::effect::{Downloader, Effect, EffectKind, EnvHow, EnvScope, Hidden};
use crate::script::{Command, Expression, MemberCall, Word};

/// The effects of an expression: of each call that is known. A value alone is printed.
pub(super) fn classify(expression: &Expression, command: &Command) -> Vec<Effect> {
    let effects: Vec<Effect> = expression.calls.iter().filter_map(effect).collect();
    if effects.is_empty() && expression.calls.is_empty() && expression.statements.is_empty() {
        return vec![Effect { kind: EffectKind::Print, span: command.span }];
    }
    effects
}

fn effect(call: &MemberCall) -> Option<Effect> {
    let arguments = call.arguments.as_ref()?;
    let text = |index: usize| arguments.get(index).map(|word: &Word| word.text.clone());
    let class = class(&call.target);
    let member = call.member.to_ascii_lowercase();
    let kind = match (class.as_str(), member.as_str()) {
        ("environment", "setenvironmentvariable") => set_variable(arguments)?,
        ("io.compression.zipfile", "extracttodirectory") => EffectKind::Extract { archive: text(0), dest: text(1) },
        ("io.compression.zipfile", "createfromdirectory") => EffectKind::Write { path: text(1)? },
        (
            "io.file",
            "writealltext" | "writeallbytes" | "writealllines" | "appendalltext" | "create" | "appendalllines",
        ) => EffectKind::Write { path: text(0)? },
        ("io.file", "delete") => EffectKind::Remove { path: text(0)?, recurse: false },
        ("io.file", "copy") => EffectKind::Copy { from: text(0)?, to: text(1) },
        ("io.file" | "io.directory", "move") => EffectKind::Move { from: text(0)?, to: text(1) },
        ("io.directory", "createdirectory") => EffectKind::MakeDir { path: text(0)? },
        ("io.directory", "delete") => {
            let recurse = text(1).is_some_and(|value| value.eq_ignore_ascii_case("$true"));
            EffectKind::Remove { path: text(0)?, recurse }
        }
        ("io.directory", "setcurrentdirectory") => EffectKind::ChangeDir { path: text(0)? },
        ("threading.thread", "sleep") => EffectKind::Sleep,
        ("console", "writeline" | "write") => EffectKind::Print,
        (_, "downloadfile" | "downloadfileasync" | "downloadfiletaskasync") => download(text(0), text(1)),
        (_, "downloadstring" | "downloaddata" | "getstringasync" | "getbytearrayasync") => download(text(0), None),
        (_, "setpassword") if !call.is_static => {
            EffectKind::SetPassword { name: String::new(), password: text(0).map(Hidden) }
        }
        _ => return None,
    };
    Some(Effect { kind, span: call.span })
}

/// `[System.IO.File]` as `io.file`.
fn class(target: &str) -> String {
    let name = target.trim().trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
    name.strip_prefix("system.").map_or(name.clone(), str::to_owned)
}

fn download(url: Option<String>, dest: Option<String>) -> EffectKind {
    EffectKind::Download { url, dest, tool: Downloader::WebClient }
}

/// `SetEnvironmentVariable(name, value[, target])`; the target as a string, a member of the enumeration or its
/// number.
fn set_variable(arguments: &[Word]) -> Option<EffectKind> {
    let target = arguments.get(2).map(|word| word.text.to_ascii_lowercase());
    let scope = match target.as_deref() {
        None => EnvScope::Process,
        Some(target) if target.ends_with("machine") || target == "2" => EnvScope::Machine,
        Some(target) if target.ends_with("user") || target == "1" => EnvScope::User,
        Some(_) => EnvScope::Process,
    };
    let name = arguments.first()?.text.clone();
    let value = arguments.get(1).map(|word| word.text.clone());
    Some(EffectKind::SetEnv { name, value, scope, how: EnvHow::DotNet })
}
