//! The labels that the final image gets.

use dockerfile::ast::{Keyword, Kind, Pair};
use dockerfile::source::Span;

use crate::Context;

/// A label.
pub(super) struct Label {
    pub(super) name: String,
    /// Its value, unless only the build knows it.
    pub(super) value: Option<String>,
    /// Where the name stands.
    pub(super) name_span: Span,
    /// Where the value stands.
    pub(super) value_span: Span,
}

/// The labels of the last stage and of those that it builds on.
pub(super) fn labels(context: &Context) -> Vec<Label> {
    let steps = context.model().shipped().flat_map(|stage| stage.steps.clone());
    let mut found = Vec::new();
    for step in steps {
        let instruction = &context.instructions()[step];
        if let (Some(Keyword::Label), Kind::Pairs(pairs)) = (instruction.keyword, &instruction.kind) {
            found.extend(pairs.iter().map(|pair| label(context, step, pair)));
        }
    }
    found
}

fn label(context: &Context, step: usize, pair: &Pair) -> Label {
    let model = context.model();
    let name = model
        .expand(step, &pair.name.text)
        .map_or_else(|_| pair.name.as_str().to_owned(), |name| name.text.text().to_owned());
    let value = pair.value.as_ref().and_then(|value| {
        let expanded = model.expand(step, &value.text).ok()?;
        let known =
            expanded.uses.iter().all(|used| used.found || used.has_default) && model.is_certain(step, &expanded);
        known.then(|| expanded.text.text().to_owned())
    });
    let value_span = pair.value.as_ref().map_or(pair.span, |value| value.span);
    Label { name, value, name_span: pair.name.span, value_span }
}
