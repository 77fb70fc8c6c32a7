//! Files of checksums: what `Get-Content` finds in them only the build knows, and which of its words a script compares
//! with a hash is known before.

use dockerfile::script::{self, Command};

use super::eval;
use super::expression::{self, Expression};
use super::machine::{Machine, Outcome};
use super::operator::Pattern;
use super::value::Value;
use crate::plan::file_op::{FileOp, Listed, Replacement, Separator};

/// A text of a file, as a script has it in hand.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Text {
    /// What of the file.
    pub listed: Listed,
    /// What was replaced in it.
    changes: Vec<Replacement>,
    /// How many operations came before it was read.
    read: usize,
}

/// What `Get-Content` gives.
pub(super) fn content(machine: &Machine<'_>, file: String, raw: bool) -> Value {
    let listed = Listed { file, raw, line: None, split: None, word: None, trim: false };
    Value::Listed(Text { listed, changes: Vec::new(), read: machine.ops.len() })
}

/// `text -replace pattern, with`, or with `exact` its method of that name.
pub(super) fn replace(machine: &Machine<'_>, text: &Text, pattern: &str, with: &str, exact: bool) -> Outcome<Value> {
    let listed = &text.listed;
    if listed.line.is_some() || listed.split.is_some() || listed.trim {
        return machine.refuse("what is replaced in a part of a file is not known before the build");
    }
    if !pattern.is_ascii() || !with.is_ascii() {
        return machine.refuse("what a letter beyond ASCII becomes depends on the code page");
    }
    let pattern = if exact { escaped(pattern) } else { pattern.to_owned() };
    Pattern::read(machine, &pattern)?;
    let mut changed = text.clone();
    changed.changes.push(Replacement { pattern, exact, with: with.to_owned() });
    Ok(Value::Listed(changed))
}

/// A text as a regular expression that means just it, as `[regex]::Escape` gives it.
pub(super) fn escaped(text: &str) -> String {
    let escape = |char: char| if r"\*+?|{[()^$.# ".contains(char) { format!("\\{char}") } else { char.to_string() };
    text.chars().map(escape).collect()
}

/// Writes such a text to a file.
pub(super) fn write(machine: &mut Machine<'_>, text: Text, to: &str) -> Outcome<()> {
    let to = machine.path(to)?;
    let changes = text.changes.clone();
    let listed = settled(machine, Text { changes: Vec::new(), ..text })?;
    if listed.line.is_some() || listed.split.is_some() || listed.trim {
        return machine.refuse("a part of a file goes into another one");
    }
    if changes.is_empty() && listed.file.eq_ignore_ascii_case(&to) {
        return machine.refuse("a file is written while it is read");
    }
    machine.push(FileOp::Replace { from: listed.file, raw: listed.raw, to, changes });
    Ok(())
}

/// The text as it can be compared: the file has not been touched since it was read.
pub(super) fn settled(machine: &Machine<'_>, text: Text) -> Outcome<Listed> {
    if !text.changes.is_empty() {
        return machine.refuse("a changed text of a file is compared");
    }
    let file = text.listed.file.to_lowercase();
    let touches = |path: &String| file == path.to_lowercase();
    let harmless = |operation: &FileOp| match operation {
        FileOp::Download { dest, .. } => !touches(dest),
        FileOp::MakeDir { .. } | FileOp::Require { .. } | FileOp::SetEnv { .. } => true,
        FileOp::VerifyHash { .. } | FileOp::VerifyListed { .. } => true,
        _ => false,
    };
    if !machine.ops[text.read..].iter().all(harmless) {
        return machine.refuse(format!("{} may have changed since it was read", text.listed.file));
    }
    match &text.listed {
        // A part of one line is a letter, of several a line: which it is, only the build can tell.
        Listed { split: None, word: Some(_), .. } => machine.refuse("a part of a file's text is not evaluated"),
        Listed { split: Some(_), word: None, .. } => machine.refuse("words of a file are compared with a hash"),
        _ => Ok(text.listed),
    }
}

/// A member of such a text.
pub(super) fn member(
    machine: &Machine<'_>,
    text: &Text,
    name: &str,
    arguments: Option<&[Value]>,
) -> Outcome<Option<Value>> {
    let listed = &text.listed;
    let changed = match (name.to_ascii_lowercase().as_str(), arguments) {
        // The comparison does not tell letter case.
        ("toupper" | "tolower" | "toupperinvariant" | "tolowerinvariant" | "tostring", Some([])) | ("line", None) => {
            listed.clone()
        }
        ("replace", Some([pattern, with])) => {
            let (pattern, with) = (machine.known(pattern.to_text())?, machine.known(with.to_text())?);
            return replace(machine, text, &pattern, &with, true).map(Some);
        }
        ("trim", Some([])) => Listed { trim: true, ..listed.clone() },
        ("split", Some([separator])) => {
            let sign = machine.known(separator.to_text())?;
            let mut signs = sign.chars();
            match (signs.next(), signs.next()) {
                (Some(sign), None) => return split(machine, text, Separator::Char(sign)).map(Some),
                _ => return Ok(None),
            }
        }
        _ => return Ok(None),
    };
    Ok(Some(Value::Listed(Text { listed: changed, ..text.clone() })))
}

/// `-split pattern`.
pub(super) fn split_by(machine: &Machine<'_>, text: &Text, pattern: &str) -> Outcome<Value> {
    let mut signs = pattern.chars();
    let separator = match (pattern, signs.next(), signs.next()) {
        (r"\s+", ..) => Separator::Blanks,
        (_, Some(sign), None) if sign == ' ' || sign.is_alphanumeric() || matches!(sign, ',' | ':' | '=') => {
            Separator::Char(sign)
        }
        _ => return machine.refuse(format!("what `-split '{pattern}'` makes of a file is not evaluated")),
    };
    split(machine, text, separator)
}

fn split(machine: &Machine<'_>, text: &Text, separator: Separator) -> Outcome<Value> {
    if text.listed.split.is_some() || text.listed.trim || !text.changes.is_empty() {
        return machine.refuse("a file's text that is split twice");
    }
    let listed = Listed { split: Some(separator), ..text.listed.clone() };
    Ok(Value::Listed(Text { listed, ..text.clone() }))
}

/// `text[n]`.
pub(super) fn word(machine: &Machine<'_>, text: Text, at: i64) -> Outcome<Value> {
    if text.listed.word.is_some() {
        return machine.refuse("a letter of a file's text is not evaluated");
    }
    let listed = Listed { word: Some(at), ..text.listed };
    Ok(Value::Listed(Text { listed, ..text }))
}

/// `Where-Object { ... }` and `Select-String`: what of the input stays. None for other commands.
pub(super) fn filter(
    machine: &mut Machine<'_>,
    command: &Command,
    name: &str,
    input: Option<&[Value]>,
) -> Outcome<Option<Vec<Value>>> {
    let Some(input) = input else { return Ok(None) };
    if matches!(name.to_ascii_lowercase().as_str(), "select-string" | "sls") {
        return select(machine, command, input).map(Some);
    }
    let Some(bound) = script::powershell::bind(command, machine.dialect) else { return Ok(None) };
    if bound.cmdlet.name != "Where-Object" || bound.parameters.len() != 1 {
        return Ok(None);
    }
    let block = bound.value("FilterScript").map(|word| word.raw.trim()).unwrap_or_default();
    let Some(block) = block.strip_prefix('{').and_then(|block| block.strip_suffix('}')) else { return Ok(None) };
    let mut kept = Vec::new();
    for value in input.iter().cloned().flat_map(Value::elements) {
        match value {
            Value::Listed(text) => kept.push(matching(machine, text, block)?),
            value => {
                let old = machine.variables.insert("_".to_owned(), value.clone());
                let truth = super::powershell::value_of(machine, block)?;
                machine.restore("_", old);
                if machine.known(truth.truth())? {
                    kept.push(value);
                }
            }
        }
    }
    Ok(Some(kept))
}

/// `{ $_ -match pattern }` over the lines of a file.
fn matching(machine: &mut Machine<'_>, text: Text, block: &str) -> Outcome<Value> {
    match expression::parse(block.trim().trim_end_matches(';')) {
        Some(Expression::Binary(operator, left, right))
            if operator == "-match" && *left == Expression::Variable(String::new(), "_".to_owned()) =>
        {
            let pattern = eval::value(machine, &right)?;
            let pattern = machine.known(pattern.to_text())?;
            line(machine, text, pattern)
        }
        _ => machine.refuse("which lines of a file stay is not known before the build"),
    }
}

fn select(machine: &mut Machine<'_>, command: &Command, input: &[Value]) -> Outcome<Vec<Value>> {
    let words: Vec<_> = command.words.iter().filter(|word| !word.raw.eq_ignore_ascii_case("-pattern")).collect();
    let ([word], [Value::Listed(text)]) = (words.as_slice(), input) else {
        return machine.refuse("Select-String is only evaluated with a pattern, over the lines of a file");
    };
    if word.raw.starts_with('-') {
        return machine.refuse(format!("Select-String with {} is not evaluated", word.raw));
    }
    let pattern = eval::argument(machine, &word.raw)?;
    let pattern = machine.known(pattern.to_text())?;
    line(machine, text.clone(), pattern).map(|value| vec![value])
}

fn line(machine: &Machine<'_>, text: Text, pattern: String) -> Outcome<Value> {
    Pattern::read(machine, &pattern)?;
    if text.listed.line.is_some() || text.listed.split.is_some() || text.listed.raw || !text.changes.is_empty() {
        return machine.refuse("lines of a file that are chosen twice");
    }
    let listed = Listed { line: Some(pattern), ..text.listed };
    Ok(Value::Listed(Text { listed, ..text }))
}
