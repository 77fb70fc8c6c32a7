//! The values of PowerShell's expressions.

use dockerfile::script::powershell::behind_backtick;

use super::expression::{self, Expression};
use super::lex;
use super::listed;
use super::machine::{MAX_TEXT, Machine, Outcome};
use super::member;
use super::operator;
use super::powershell;
use super::value::Value;

/// The value of an expression as written.
pub(super) fn text(machine: &mut Machine<'_>, text: &str) -> Outcome<Value> {
    match expression::parse(text.trim()) {
        Some(expression) => value(machine, &expression),
        None => machine.refuse(format!("`{}` cannot be evaluated", short(text))),
    }
}

/// A text cut to what a message can take.
pub(super) fn short(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(60) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line,
    }
}

/// The value of an expression.
pub(super) fn value(machine: &mut Machine<'_>, expression: &Expression) -> Outcome<Value> {
    machine.tick()?;
    match expression {
        Expression::Text(text) => Ok(Value::text(text)),
        Expression::Expandable(text) => interpolate(machine, text).map(Value::Text),
        Expression::Number(number) => Ok(Value::Int(*number)),
        Expression::Variable(scope, name) => variable(machine, scope, name),
        Expression::Statements(text) => powershell::value_of(machine, text),
        Expression::ListOf(text) => powershell::value_of(machine, text).map(|value| Value::List(value.elements())),
        Expression::List(all) => {
            all.iter().map(|one| value(machine, one)).collect::<Outcome<Vec<_>>>().map(Value::List)
        }
        Expression::Table(text) => table(machine, text),
        Expression::Block(text) => Ok(Value::Block(text.clone())),
        Expression::Type(name) => Ok(Value::Type(name.clone())),
        Expression::Cast(name, inner) => {
            let inner = value(machine, inner)?;
            operator::cast(machine, name, inner)
        }
        Expression::Unary(operator, inner) => {
            let inner = value(machine, inner)?;
            operator::unary(machine, operator, inner)
        }
        Expression::Binary(operator, left, right) => binary(machine, operator, left, right),
        Expression::Member { target, name, arguments, is_static } => {
            let target = value(machine, target)?;
            let arguments = match arguments {
                Some(all) => Some(all.iter().map(|one| value(machine, one)).collect::<Outcome<Vec<_>>>()?),
                None => None,
            };
            member::get(machine, &target, name, arguments, *is_static)
        }
        Expression::Index(target, index) => {
            let (target, index) = (value(machine, target)?, value(machine, index)?);
            at(machine, target, &index)
        }
    }
}

/// Both sides of `-and` and `-or` are only evaluated where the first does not decide.
fn binary(machine: &mut Machine<'_>, operator: &str, left: &Expression, right: &Expression) -> Outcome<Value> {
    let first = value(machine, left)?;
    if matches!(operator, "-and" | "-or") {
        let truth = machine.known(first.truth())?;
        if truth == (operator == "-or") {
            return Ok(Value::Bool(truth));
        }
        let second = value(machine, right)?;
        // A hash that is compared decides the whole, once the first side does not.
        if matches!(second, Value::HashIs { .. }) {
            return Ok(second);
        }
        return machine.known(second.truth()).map(Value::Bool);
    }
    let second = value(machine, right)?;
    operator::binary(machine, operator, first, second)
}

fn at(machine: &mut Machine<'_>, target: Value, index: &Value) -> Outcome<Value> {
    match (target, index) {
        (Value::List(values), Value::Int(at)) => {
            let length = values.len() as i64;
            let at = if *at < 0 { length + at } else { *at };
            Ok(usize::try_from(at).ok().and_then(|at| values.into_iter().nth(at)).unwrap_or(Value::Null))
        }
        (Value::Map(entries), key) => {
            let key = machine.known(key.to_text())?;
            let found = entries.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(&key));
            Ok(found.map_or(Value::Null, |(_, value)| value))
        }
        (Value::Text(text), Value::Int(at)) => {
            let at = if *at < 0 { text.chars().count() as i64 + at } else { *at };
            let found = usize::try_from(at).ok().and_then(|at| text.chars().nth(at));
            Ok(found.map_or(Value::Null, |char| Value::text(char.to_string())))
        }
        (Value::Null, _) => Ok(Value::Null),
        (Value::Listed(text), Value::Int(at)) => listed::word(machine, text, *at),
        (other, _) => machine.refuse(format!("a part of {} is not known before the build", other.what())),
    }
}

/// The value of a variable.
pub(super) fn variable(machine: &mut Machine<'_>, scope: &str, name: &str) -> Outcome<Value> {
    match scope {
        "env" => match machine.unknown_env.get(&name.to_uppercase()) {
            Some(value) => Ok(value.clone()),
            None => Ok(machine.env(name)?.map_or(Value::Null, Value::Text)),
        },
        "" | "global" | "script" | "local" | "private" => {
            let lower = name.to_ascii_lowercase();
            if let Some(value) = machine.variables.get(&lower) {
                return Ok(value.clone());
            }
            Ok(match lower.as_str() {
                "true" | "?" => Value::Bool(true),
                "false" => Value::Bool(false),
                "null" | "args" | "input" => Value::Null,
                // Every program that is lowered has succeeded, or the build has ended.
                "lastexitcode" => Value::Int(0),
                "pwd" => Value::text(machine.folder()),
                "pshome" | "host" | "psversiontable" | "home" | "pid" | "psscriptroot" | "error" | "matches"
                | "iswindows" | "profile" | "psculture" | "psuiculture" | "psedition" | "pscommandpath"
                | "myinvocation" | "executioncontext" | "iscoreclr" | "shellid" | "stacktrace" | "$" | "^" => {
                    return machine.refuse(format!("${name} is not known before the build"));
                }
                // Most often kept to be put back.
                preference if preference.ends_with("preference") => Value::Opaque(format!("${name}")),
                _ => Value::Null,
            })
        }
        _ => machine.refuse(format!("${scope}:{name} is not known before the build")),
    }
}

/// A text with its variables and sub-expressions put in and its escapes undone.
pub(super) fn interpolate(machine: &mut Machine<'_>, text: &str) -> Outcome<String> {
    let mut out = String::new();
    let mut at = 0;
    while let Some(char) = text[at..].chars().next() {
        let rest = &text[at..];
        if char == '`' {
            let escaped = rest[1..].chars().next();
            out.extend(escaped.map(behind_backtick));
            at += 1 + escaped.map_or(0, char::len_utf8);
        } else if rest.starts_with("$(") {
            let Some(length) = lex::closing(&rest[1..]) else {
                return machine.refuse(format!("`{}` is not closed", short(rest)));
            };
            let value = powershell::value_of(machine, &rest[2..length])?;
            out.push_str(&machine.known(value.to_text())?);
            at += 1 + length;
        } else if let Some((name, length)) = lex::variable_name(rest) {
            let (scope, name) = name.split_once(':').map_or(("", name.as_str()), |(scope, name)| (scope, name));
            let value = variable(machine, &scope.to_ascii_lowercase(), name)?;
            out.push_str(&machine.known(value.to_text())?);
            at += length;
        } else {
            out.push(char);
            at += char.len_utf8();
        }
        if out.len() > MAX_TEXT {
            return machine.refuse("a text grows too long to be evaluated");
        }
    }
    Ok(out)
}

/// A word of a command: an expression where it begins like one, a text otherwise; several with commas between.
pub(super) fn argument(machine: &mut Machine<'_>, raw: &str) -> Outcome<Value> {
    let parts = comma_parts(raw);
    if parts.len() > 1 {
        return parts
            .into_iter()
            .map(|part| argument(machine, part.trim()))
            .collect::<Outcome<Vec<_>>>()
            .map(Value::List);
    }
    if !raw.starts_with(['$', '(', '\'', '"', '@', '{']) || raw.starts_with("@(") && raw.len() > 4096 {
        if raw.chars().all(|char| char.is_ascii_digit()) && !raw.is_empty() {
            return Ok(raw.parse().map_or_else(|_| Value::text(raw), Value::Int));
        }
        return bare(machine, raw);
    }
    if raw.len() > 8192 {
        return text(machine, raw);
    }
    match expression::operand_prefix(raw) {
        Some((expression, end)) if end == raw.len() => value(machine, &expression),
        // A word such as `$dir\file`, `$a-$b` is one text.
        Some(_) if raw.starts_with('$') => bare(machine, raw),
        _ => text(machine, raw),
    }
}

/// A word without quotes around it: variables are put in, and quotes inside only group.
fn bare(machine: &mut Machine<'_>, raw: &str) -> Outcome<Value> {
    if !raw.contains(['"', '\'']) {
        return interpolate(machine, raw).map(Value::Text);
    }
    let (mut out, mut plain, mut at) = (String::new(), 0, 0);
    while at < raw.len() {
        let rest = &raw[at..];
        if rest.starts_with("$(") {
            at += 1 + lex::closing(&rest[1..]).unwrap_or(rest.len() - 1);
            continue;
        }
        let char = rest.chars().next().unwrap_or_default();
        if !matches!(char, '"' | '\'') {
            at += char.len_utf8();
            continue;
        }
        out.push_str(&interpolate(machine, &raw[plain..at])?);
        match lex::quoted(rest, char) {
            Some((lex::Token::Text(text), length)) => {
                out.push_str(&text);
                at += length;
            }
            Some((lex::Token::Expandable(text), length)) => {
                out.push_str(&interpolate(machine, &text)?);
                at += length;
            }
            _ => return machine.refuse(format!("`{}` cannot be evaluated", short(raw))),
        }
        plain = at;
    }
    out.push_str(&interpolate(machine, &raw[plain..])?);
    Ok(Value::Text(out))
}

/// The parts between commas outside of quotes and brackets.
fn comma_parts(raw: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < raw.len() {
        let rest = &raw[at..];
        let char = rest.chars().next().unwrap_or_default();
        let skip = match char {
            '(' | '{' | '[' => lex::closing(rest),
            '\'' | '"' => rest[1..].find(char).map(|end| end + 2),
            '`' => Some(1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
            ',' => {
                parts.push(&raw[start..at]);
                start = at + 1;
                None
            }
            _ => None,
        };
        at += skip.unwrap_or(char.len_utf8());
    }
    parts.push(&raw[start..]);
    parts
}

/// The entries of a hashtable.
fn table(machine: &mut Machine<'_>, inner: &str) -> Outcome<Value> {
    let mut entries = Vec::new();
    for part in entry_parts(inner) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        let Some((key, value)) = part.split_once('=') else {
            return machine.refuse(format!("`{}` is no entry of a hashtable", short(part)));
        };
        let key = key.trim().trim_matches(['\'', '"']).to_owned();
        entries.push((key, text(machine, value)?));
    }
    Ok(Value::Map(entries))
}

/// What `;` or line breaks part, outside of quotes and brackets.
fn entry_parts(inner: &str) -> Vec<&str> {
    let (mut parts, mut start, mut at) = (Vec::new(), 0, 0);
    while at < inner.len() {
        let rest = &inner[at..];
        let char = rest.chars().next().unwrap_or_default();
        let skip = match char {
            '(' | '{' | '[' => lex::closing(rest),
            '\'' | '"' => rest[1..].find(char).map(|end| end + 2),
            ';' | '\n' => {
                parts.push(&inner[start..at]);
                start = at + 1;
                None
            }
            _ => None,
        };
        at += skip.unwrap_or(char.len_utf8());
    }
    parts.push(&inner[start..]);
    parts
}
