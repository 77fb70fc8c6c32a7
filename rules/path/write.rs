//! How a path, a value or a command is written into a Dockerfile so that the builder reads just that.

use std::collections::BTreeMap;

use dockerfile::ast::{Instruction, Kind, Pair, Word};
use dockerfile::diagnostic::{Edit, Fix};
use dockerfile::expand;
use dockerfile::facts::base_image::User;
use dockerfile::script::Dialect;
use dockerfile::source::Span;

use crate::Context;

/// The quotes that are open somewhere in a word.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    Single,
    Double,
}

/// The edits that put `text` in place of a part of a word of an instruction; none where no spelling gives just
/// this text, as for a blank in the shell form of `COPY`.
pub(super) fn replace(
    context: &Context,
    instruction: &Instruction,
    word: &Word,
    part: Span,
    text: &str,
) -> Option<Vec<Edit>> {
    let escape = context.model().escape;
    let pair = pair_of(instruction, word);
    let is_json = matches!(&instruction.kind, Kind::Copy(copy) if copy.json)
        || matches!(&instruction.kind, Kind::List { json: true, .. });
    if is_json {
        return Some(vec![Edit::replace(part, text.replace('\\', "/"))]);
    }
    let raw = context.slice(word.span);
    let open = open_at(raw, (part.start - word.span.start) as usize, escape);
    let single = open == Open::Single;
    let spelled = if escape == '\\' && !single { text.replace('\\', r"\\") } else { text.to_owned() };
    let edit = Edit::replace(part, spelled);
    let reaches_to_the_end = matches!(instruction.kind, Kind::Text(_)) || pair.is_some_and(|pair| pair.legacy);
    if open != Open::Nothing || reaches_to_the_end || !text.contains(' ') {
        return Some(vec![edit]);
    }
    let quotable = pair.is_some() && !raw.contains(['"', '\'']) && !raw.ends_with(escape);
    quotable.then(|| vec![Edit::insert(word.span.start, "\""), edit, Edit::insert(word.span.end, "\"")]).map(joined)
}

/// Edits that touch would have no order: they become one.
fn joined(edits: Vec<Edit>) -> Vec<Edit> {
    let mut found: Vec<Edit> = Vec::new();
    for edit in edits {
        match found.last_mut().filter(|last| last.span.end == edit.span.start) {
            Some(last) => {
                last.span = last.span.to(edit.span);
                last.text += &edit.text;
            }
            None => found.push(edit),
        }
    }
    found
}

/// The pair whose value a word is.
pub(super) fn pair_of<'a>(instruction: &'a Instruction, word: &Word) -> Option<&'a Pair> {
    let (Kind::Pairs(pairs) | Kind::Args(pairs)) = &instruction.kind else { return None };
    // The pairs stand in order, and one instruction may have thousands.
    let after = pairs.partition_point(|pair| pair.name.range.start <= word.range.start);
    pairs[..after].last().filter(|pair| pair.value.as_ref().is_some_and(|value| value.range == word.range))
}

fn open_at(raw: &str, end: usize, escape: char) -> Open {
    let mut open = Open::Nothing;
    let mut chars = raw.get(..end).unwrap_or(raw).chars();
    while let Some(char) = chars.next() {
        open = match (open, char) {
            (Open::Nothing, '\'') => Open::Single,
            (Open::Nothing, '"') => Open::Double,
            (Open::Single, '\'') | (Open::Double, '"') => Open::Nothing,
            (open, char) => {
                if char == escape && open != Open::Single {
                    chars.next();
                }
                open
            }
        };
    }
    open
}

/// `value` as `ENV NAME=value` takes it; none where no quotes keep it as it is.
pub(crate) fn env_value(value: &str, escape: char) -> Option<String> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "_-./:;,@+=()".contains(char);
    if value.chars().all(|char| is_plain(char) || char == '\\' && escape == '`') {
        Some(value.to_owned())
    } else if !value.contains(['"', '$', escape]) {
        Some(format!("\"{value}\""))
    } else {
        (!value.contains('\'')).then(|| format!("'{value}'"))
    }
}

/// A path as `WORKDIR` takes it.
pub(super) fn workdir(path: &str, escape: char) -> String {
    if escape == '\\' { path.replace('\\', "/") } else { path.to_owned() }
}

/// Replaces a whole instruction, as far as its first line says it; what is behind `ONBUILD` stays behind it.
pub(super) fn instead(instruction: &Instruction, text: impl Into<String>) -> Edit {
    let inner = instruction.innermost();
    Edit::replace(inner.keyword_span.to(inner.args.whole()), text)
}

/// Whether the account at an instruction is ContainerAdministrator, where that is known.
pub(super) fn is_administrator(context: &Context, instruction: &Instruction) -> Option<bool> {
    let model = context.model();
    match &model.steps[instruction.index].state.user {
        Some(user) => user.certain.then(|| user.value.eq_ignore_ascii_case("ContainerAdministrator")),
        None => {
            let facts = model.stage_of(instruction.index)?.facts.as_ref()?;
            Some(facts.default_user == User::ContainerAdministrator)
        }
    }
}

/// `ENV PATH=...` as a change of the registry, from where every later process has it.
pub(super) fn path_in_registry(context: &Context, instruction: &Instruction, pair: &Pair) -> Option<Fix> {
    let inner = instruction.innermost();
    let Kind::Pairs(pairs) = &inner.kind else { return None };
    let shell = context.model().steps[instruction.index].state.shell.dialect;
    let is_refused = is_administrator(context, instruction) == Some(false);
    if pairs.len() != 1 || shell != Some(Dialect::Cmd) || inner.lines.0 != inner.lines.1 || is_refused {
        return None;
    }
    let value = &pair.value.as_ref()?.text;
    let first = context.model().expand(instruction.index, value).ok()?;
    let names: BTreeMap<String, String> =
        first.uses.iter().map(|used| (used.name.clone(), format!("%{}%", used.name))).collect();
    if !first.lost.is_empty() || first.uses.iter().any(|used| used.modifier.is_some()) {
        return None;
    }
    let expanded = expand::word(value, context.model().escape, &names).ok()?;
    let text = expanded.text.text().trim_end_matches(';');
    if text.contains('"') || text.ends_with('\\') {
        return None;
    }
    let edit = instead(instruction, format!("RUN setx /M PATH \"{text}\""));
    Some(Fix::suggested("write it to the registry", vec![edit]))
}
