//! PowerShell's operators over values that are known.

use super::listed;
use super::machine::{MAX_TEXT, Machine, Outcome};
use super::value::{Expected, Value};
use crate::plan::file_op::{Algorithm, Hash};
use crate::plan::wildcard;

const TOO_GREAT: &str = "a number that is too great to be counted with";

/// `[name]value`.
pub(super) fn cast(machine: &mut Machine<'_>, name: &str, value: Value) -> Outcome<Value> {
    let short = name.rsplit('.').next().unwrap_or(name).to_ascii_lowercase();
    match short.as_str() {
        "string" => machine.known(value.to_text()).map(Value::Text),
        "void" => Ok(Value::Null),
        "bool" | "boolean" | "switch" => machine.known(value.truth()).map(Value::Bool),
        "int" | "int32" | "int64" | "long" => match value.to_int() {
            Some(number) => Ok(Value::Int(number)),
            None => machine.refuse(format!("{} as a number is not known", value.what())),
        },
        "array" | "object[]" | "string[]" => Ok(Value::List(value.elements())),
        "uri" | "securityprotocoltype" | "environmentvariabletarget" => Ok(value),
        "net.securityprotocoltype" => Ok(value),
        _ => machine.refuse(format!("what [{name}] makes of a value is not known before the build")),
    }
}

/// `-not`, `-`, `-join`, `-split`.
pub(super) fn unary(machine: &mut Machine<'_>, operator: &str, value: Value) -> Outcome<Value> {
    match (operator, value) {
        ("-not" | "!", Value::HashIs { path, expected, same }) => Ok(Value::HashIs { path, expected, same: !same }),
        ("-not" | "!", Value::Exists { path, there }) => Ok(Value::Exists { path, there: !there }),
        ("-not" | "!", value) => machine.known(value.truth()).map(|truth| Value::Bool(!truth)),
        ("-", Value::Int(number)) => {
            number.checked_neg().map_or_else(|| machine.refuse(TOO_GREAT), |n| Ok(Value::Int(n)))
        }
        ("+", Value::Int(number)) => Ok(Value::Int(number)),
        ("-join", value) => {
            let parts = value.elements().iter().map(Value::to_text).collect::<Result<String, _>>();
            machine.known(parts).map(Value::Text)
        }
        (operator, value) => machine.refuse(format!("`{operator}` of {} cannot be evaluated", value.what())),
    }
}

/// An operator with two sides, both evaluated.
pub(super) fn binary(machine: &mut Machine<'_>, operator: &str, left: Value, right: Value) -> Outcome<Value> {
    if !matches!(operator, "+" | "-f" | "-join") {
        for side in [&left, &right] {
            if let Value::Text(text) = side {
                machine.without_path(text)?;
            }
        }
    }
    match operator {
        "+" => add(machine, left, right),
        "-" | "*" | "/" | "%" => arithmetic(machine, operator, &left, &right),
        "-f" => format(machine, &left, right),
        ".." => range(machine, &left, &right),
        "-bor" | "-band" | "-bxor" => Ok(Value::Opaque("a combination of flags".to_owned())),
        "-join" => {
            let separator = machine.known(right.to_text())?;
            let parts: Result<Vec<_>, _> = left.elements().iter().map(Value::to_text).collect();
            Ok(Value::Text(machine.known(parts)?.join(&separator)))
        }
        "-split" => split(machine, &left, &right),
        "-replace" | "-ireplace" => replace(machine, &left, right),
        "-like" | "-notlike" => {
            let (text, pattern) = (machine.known(left.to_text())?, machine.known(right.to_text())?);
            if pattern.contains(['[', '`']) {
                return machine.refuse(format!("the pattern `{pattern}` is not evaluated"));
            }
            Ok(Value::Bool(like(&text, &pattern) == (operator == "-like")))
        }
        "-contains" | "-notcontains" => {
            let found = contains(machine, left.elements(), &right)?;
            Ok(Value::Bool(found == (operator == "-contains")))
        }
        "-in" | "-notin" => {
            let found = contains(machine, right.elements(), &left)?;
            Ok(Value::Bool(found == (operator == "-in")))
        }
        "-eq" | "-ieq" | "-ceq" => equal(machine, left, right, true, operator == "-ceq"),
        "-ne" | "-ine" | "-cne" => equal(machine, left, right, false, operator == "-cne"),
        "-lt" | "-le" | "-gt" | "-ge" => order(machine, operator, &left, &right),
        "-xor" => {
            let (left, right) = (machine.known(left.truth())?, machine.known(right.truth())?);
            Ok(Value::Bool(left != right))
        }
        _ => machine.refuse(format!("`{operator}` cannot be evaluated")),
    }
}

fn add(machine: &mut Machine<'_>, left: Value, right: Value) -> Outcome<Value> {
    match (left, right) {
        // A number on the left makes a number of what is on the right.
        (Value::Int(left), right) => match right.to_int() {
            Some(right) => left.checked_add(right).map_or_else(|| machine.refuse(TOO_GREAT), |sum| Ok(Value::Int(sum))),
            None => machine.refuse(format!("{} as a number is not known", right.what())),
        },
        (Value::List(mut values), right) => {
            values.extend(match right {
                Value::List(more) => more,
                other => vec![other],
            });
            Ok(Value::List(values))
        }
        (Value::Null, right) => Ok(right),
        (left, right) => {
            let text = machine.known(left.to_text())? + &machine.known(right.to_text())?;
            if text.len() > MAX_TEXT {
                machine.refuse("a text grows too long to be evaluated")
            } else {
                Ok(Value::Text(text))
            }
        }
    }
}

fn arithmetic(machine: &mut Machine<'_>, operator: &str, left: &Value, right: &Value) -> Outcome<Value> {
    if let (Value::Text(text), "*", Some(count)) = (left, operator, right.to_int()) {
        let Ok(count) = usize::try_from(count) else { return machine.refuse("a text less than no times") };
        if text.len().saturating_mul(count) > MAX_TEXT {
            return machine.refuse("a text grows too long to be evaluated");
        }
        return Ok(Value::Text(text.repeat(count)));
    }
    let (Value::Int(left), Some(right)) = (left, right.to_int()) else {
        return machine.refuse(format!("`{operator}` of these values cannot be evaluated"));
    };
    let result = match operator {
        "-" => left.checked_sub(right),
        "*" => left.checked_mul(right),
        // A quotient may be a fraction.
        "/" => left.checked_rem(right).filter(|rest| *rest == 0).and_then(|_| left.checked_div(right)),
        _ => left.checked_rem(right),
    };
    match result {
        Some(number) => Ok(Value::Int(number)),
        None => machine.refuse(format!("`{operator}` of these values cannot be evaluated")),
    }
}

fn range(machine: &mut Machine<'_>, left: &Value, right: &Value) -> Outcome<Value> {
    let (Some(from), Some(to)) = (left.to_int(), right.to_int()) else {
        return machine.refuse("a range without numbers");
    };
    if from.abs_diff(to) > 1000 {
        return machine.refuse("a range of more than 1000 numbers");
    }
    let numbers: Vec<Value> =
        if from <= to { (from..=to).map(Value::Int).collect() } else { (to..=from).rev().map(Value::Int).collect() };
    Ok(Value::List(numbers))
}

/// `'{0}' -f a, b`.
fn format(machine: &mut Machine<'_>, left: &Value, right: Value) -> Outcome<Value> {
    let pattern = machine.known(left.to_text())?;
    let values = match right {
        Value::List(values) => values,
        other => vec![other],
    };
    let (mut out, mut rest) = (String::new(), pattern.as_str());
    while let Some(at) = rest.find(['{', '}']) {
        out.push_str(&rest[..at]);
        let (sign, after) = rest[at..].split_at(1);
        if after.starts_with(sign) {
            out.push_str(sign);
            rest = &after[1..];
            continue;
        }
        let index = after.split_once('}').filter(|_| sign == "{").and_then(|(inner, after)| {
            let index: usize = inner.parse().ok()?;
            Some((index, after))
        });
        let Some((index, after)) = index else {
            return machine.refuse(format!("the format `{pattern}` cannot be evaluated"));
        };
        let Some(value) = values.get(index) else {
            return machine.refuse(format!("the format `{pattern}` wants more values than it gets"));
        };
        out.push_str(&machine.known(value.to_text())?);
        rest = after;
    }
    out.push_str(rest);
    Ok(Value::Text(out))
}

/// A regular expression that is little more than a text: letters, `.` for any, and anchors.
pub(super) struct Pattern {
    start: bool,
    end: bool,
    signs: Vec<Option<char>>,
}

impl Pattern {
    /// Reads one; others are refused.
    pub fn read(machine: &Machine<'_>, pattern: &str) -> Outcome<Pattern> {
        let mut read = Pattern { start: false, end: false, signs: Vec::new() };
        let mut chars = pattern.chars().enumerate().peekable();
        while let Some((at, char)) = chars.next() {
            match char {
                '^' if at == 0 => read.start = true,
                '$' if chars.peek().is_none() => read.end = true,
                '.' => read.signs.push(None),
                '\\' => match chars.next() {
                    Some((_, next)) if !next.is_alphanumeric() => read.signs.push(Some(next)),
                    _ => return machine.refuse(format!("the pattern `{pattern}` is not evaluated")),
                },
                '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' | '^' | '$' => {
                    return machine.refuse(format!("the pattern `{pattern}` is not evaluated"));
                }
                char => read.signs.push(Some(char)),
            }
        }
        if read.signs.is_empty() { machine.refuse("an empty pattern") } else { Ok(read) }
    }

    /// Where the pattern is found, in any case of letters.
    fn find(&self, text: &[char], from: usize) -> Option<usize> {
        let same = |sign: &Option<char>, char: &char| {
            sign.is_none_or(|sign| sign.to_lowercase().eq(char.to_lowercase())) && !(sign.is_none() && *char == '\n')
        };
        let last = text.len().checked_sub(self.signs.len())?;
        (from..=last).find(|&at| {
            (!self.start || at == 0)
                && (!self.end || at == last)
                && self.signs.iter().zip(&text[at..]).all(|(sign, char)| same(sign, char))
        })
    }

    /// The parts between what is found.
    fn parts(&self, text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        let (mut parts, mut at) = (Vec::new(), 0);
        while let Some(found) = self.find(&chars, at) {
            parts.push(chars[at..found].iter().collect());
            at = found + self.signs.len();
        }
        parts.push(chars[at..].iter().collect());
        parts
    }
}

fn split(machine: &mut Machine<'_>, left: &Value, right: &Value) -> Outcome<Value> {
    if let Value::Listed(text) = left {
        return listed::split_by(machine, text, &machine.known(right.to_text())?);
    }
    let (text, pattern) = (machine.known(left.to_text())?, machine.known(right.to_text())?);
    let pattern = Pattern::read(machine, &pattern)?;
    Ok(Value::List(pattern.parts(&text).into_iter().map(Value::Text).collect()))
}

fn replace(machine: &mut Machine<'_>, left: &Value, right: Value) -> Outcome<Value> {
    let parts: Result<Vec<String>, String> = right.elements().iter().map(Value::to_text).collect();
    let parts = machine.known(parts)?;
    let (pattern, with) = match parts.as_slice() {
        [pattern] => (pattern.clone(), String::new()),
        [pattern, with] => (pattern.clone(), with.clone()),
        _ => return machine.refuse("a replacement with more than two texts"),
    };
    if with.contains('$') {
        return machine.refuse("a replacement that refers to what it replaces");
    }
    if let Value::Listed(text) = left {
        return listed::replace(machine, text, &pattern, &with, false);
    }
    let text = machine.known(left.to_text())?;
    Ok(Value::Text(Pattern::read(machine, &pattern)?.parts(&text).join(&with)))
}

/// Wildcards of `-like`, in any case.
fn like(text: &str, pattern: &str) -> bool {
    wildcard::fits(&text.to_lowercase(), &pattern.to_lowercase())
}

fn contains(machine: &mut Machine<'_>, values: Vec<Value>, what: &Value) -> Outcome<bool> {
    for value in values {
        match equal(machine, value, what.clone(), true, false)? {
            Value::Bool(true) => return Ok(true),
            Value::Bool(false) => {}
            other => return machine.known(other.truth()),
        }
    }
    Ok(false)
}

fn equal(machine: &mut Machine<'_>, left: Value, right: Value, same: bool, exact: bool) -> Outcome<Value> {
    let (hash, other) = match (left, right) {
        (Value::HashText(path, algorithm, _), Value::Listed(text))
        | (Value::Listed(text), Value::HashText(path, algorithm, _)) => {
            if exact {
                return machine.refuse("whether a hash in a file has capitals only the build can tell");
            }
            let expected = Expected::Listed(algorithm, listed::settled(machine, text)?);
            return Ok(Value::HashIs { path, expected, same });
        }
        (Value::HashText(path, algorithm, _), other) | (other, Value::HashText(path, algorithm, _)) => {
            ((path, algorithm), other)
        }
        (Value::List(values), other) => {
            // A list on the left is filtered.
            let mut kept = Vec::new();
            for value in values {
                if equal(machine, value.clone(), other.clone(), same, exact)? == Value::Bool(true) {
                    kept.push(value);
                }
            }
            return Ok(Value::List(kept));
        }
        (left, right) => return plain_equal(machine, &left, &right, exact).map(|equal| Value::Bool(equal == same)),
    };
    let expected = machine.known(other.to_text())?;
    hash_is(machine, hash, &expected, same)
}

/// A comparison of a file's hash with digits.
pub(super) fn hash_is(
    machine: &Machine<'_>,
    (path, algorithm): (String, Algorithm),
    text: &str,
    same: bool,
) -> Outcome<Value> {
    let hex = text.trim().to_ascii_lowercase();
    if hex.len() != algorithm.digits() || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) || text.trim() != text {
        return machine.refuse(format!("`{text}` is no {} hash, so the comparison never holds", algorithm.name()));
    }
    Ok(Value::HashIs { path, expected: Expected::Known(Hash { algorithm, hex }), same })
}

fn plain_equal(machine: &Machine<'_>, left: &Value, right: &Value, exact: bool) -> Outcome<bool> {
    Ok(match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Null, other) | (other, Value::Null) => {
            machine.known(other.to_text().or_else(|why| match other {
                Value::Opaque(_) | Value::HashIs { .. } => Err(why),
                _ => Ok(String::new()),
            }))?;
            false
        }
        (Value::Int(left), right) if right.to_int().is_some() => Some(*left) == right.to_int(),
        // PowerShell makes a number of a fraction or of hexadecimal digits, too.
        (Value::Int(_), Value::Text(text)) if text.contains(|char: char| char.is_ascii_digit()) => {
            return machine.refuse(format!("`{text}` as a number is not known"));
        }
        (Value::Bool(left), right) => *left == machine.known(right.truth())?,
        (left, right) => {
            let (left, right) = (machine.known(left.to_text())?, machine.known(right.to_text())?);
            if exact { left == right } else { left.to_lowercase() == right.to_lowercase() }
        }
    })
}

fn order(machine: &mut Machine<'_>, operator: &str, left: &Value, right: &Value) -> Outcome<Value> {
    let (Value::Int(left), Some(right)) = (left, right.to_int()) else {
        return machine.refuse("which of two texts is greater is not evaluated");
    };
    Ok(Value::Bool(match operator {
        "-lt" => *left < right,
        "-le" => *left <= right,
        "-gt" => *left > right,
        _ => *left >= right,
    }))
}
