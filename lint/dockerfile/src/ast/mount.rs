//! `RUN --mount=...`: its fields.

use std::ops::Range;

use crate::source::Span;
use crate::splice::Spliced;
use crate::syntax::Flag;

use super::Instruction;

/// One field of a mount: `key=value`, or a key alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MountField {
    /// The key in lower case.
    pub key: String,
    /// The value, variables left as written.
    pub value: Option<String>,
    /// Where it stands in the flag's value.
    pub range: Range<usize>,
    /// Where it stands in the source.
    pub span: Span,
}

/// A `--mount` flag.
#[derive(Clone, Debug)]
pub struct Mount<'a> {
    /// The flag.
    pub flag: &'a Flag,
    /// What stands behind `=`.
    pub text: &'a Spliced,
    /// The fields, in order.
    pub fields: Vec<MountField>,
}

impl Mount<'_> {
    /// The field of the first of these keys that is there; of two with one key the last counts.
    pub fn field(&self, keys: &[&str]) -> Option<&MountField> {
        keys.iter().find_map(|key| self.fields.iter().rev().find(|field| field.key == *key))
    }

    /// The value of such a field.
    pub fn value(&self, keys: &[&str]) -> Option<&str> {
        self.field(keys)?.value.as_deref()
    }
}

/// The mounts of a `RUN`, in order.
pub fn mounts(instruction: &Instruction) -> Vec<Mount<'_>> {
    let mounts = instruction.flags.iter().filter(|flag| flag.name == "mount");
    mounts.filter_map(|flag| flag.value.as_ref().map(|text| Mount { flag, text, fields: fields(text) })).collect()
}

/// The builder reads a line of CSV, so a comma between double quotes does not count. The flag's own quotes are
/// gone by then, and what is left of others stays in the value here.
fn fields(text: &Spliced) -> Vec<MountField> {
    let (mut fields, mut start, mut quoted) = (Vec::new(), 0, false);
    let all = text.text();
    for (at, char) in all.char_indices().chain([(all.len(), ',')]) {
        quoted ^= char == '"';
        if char != ',' || quoted && at < all.len() {
            continue;
        }
        let field = &all[start..at];
        let (key, value) =
            field.split_once('=').map_or((field, None), |(key, value)| (key, Some(value.trim_matches('"').to_owned())));
        let key = key.trim_matches('"').to_lowercase();
        fields.push(MountField { key, value, range: start..at, span: text.span(start..at) });
        start = at + 1;
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Builder, Document};
    use crate::source::Source;

    #[test]
    fn fields_lead_back_to_the_source() {
        let text = "FROM x\nRUN --mount=Type=secret,id=a,\\\nrequired --mount=\"type=bind,target=C:/a b\" dir\n";
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let mounts = mounts(&document.built.instructions[1]);
        let shown = |mount: &Mount| -> Vec<String> {
            mount.fields.iter().map(|field| format!("{}|{}", field.key, document.source.slice(field.span))).collect()
        };
        assert_eq!(shown(&mounts[0]), ["type|Type=secret", "id|id=a", "required|required"]);
        assert_eq!(shown(&mounts[1]), ["type|type=bind", "target|target=C:/a b"]);
        assert_eq!(mounts[0].value(&["source", "id"]), Some("a"));
        assert_eq!(mounts[1].value(&["id"]), None);
    }
}
