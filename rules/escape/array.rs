//! What the rules about JSON arrays share: which instructions have one, and what the builder makes of a broken one.

use dockerfile::ast::intent::{Backslash, Intent, array, intent};
use dockerfile::ast::{Instruction, JsonFault, JsonFaultKind, Keyword};
use dockerfile::diagnostic::Fix;
use dockerfile::document::Document;
use dockerfile::model::view;
use dockerfile::source::Span;
use dockerfile::splice::Spliced;

use crate::Context;

/// A JSON array, or what was meant as one.
pub(crate) struct Array<'a> {
    /// The instruction that has it: the one behind `ONBUILD`, if there is one.
    pub instruction: &'a Instruction,
    /// Its keyword.
    pub keyword: Keyword,
    /// From `[` on.
    pub text: Spliced,
    /// Why it is none for the builder.
    pub fault: Option<&'a JsonFault>,
}

/// What is wrong first in an array, and the string where it is: the place itself, when it is in none.
pub(super) struct Flaw {
    pub kind: JsonFaultKind,
    /// The string, quotes included.
    pub span: Span,
    /// The string without its quotes.
    pub inner: Span,
}

/// The arrays of a file.
pub(crate) fn arrays(document: &Document) -> Vec<Array<'_>> {
    let instructions = document.reading().instructions.iter().map(Instruction::innermost);
    let found = instructions.filter_map(|instruction| {
        let (text, fault) = array(instruction)?;
        Some(Array { instruction, keyword: instruction.keyword?, text, fault })
    });
    found.collect()
}

impl Array<'_> {
    /// Whether its strings are a command and no paths.
    pub fn is_command(&self) -> bool {
        !matches!(self.keyword, Keyword::Copy | Keyword::Add | Keyword::Volume)
    }

    /// What its author meant. The builder expands paths after it has read the JSON, so they get slashes.
    pub fn intent(&self) -> Option<Intent> {
        intent(&self.text, if self.is_command() { Backslash::Doubled } else { Backslash::Slash })
    }

    /// What the builder makes of an array that is none.
    pub fn seen(&self, context: &Context, intent: &Intent) -> String {
        let step = self.instruction.index;
        if self.is_command() {
            let mut words = context.model().steps[step].state.shell.words.clone();
            words.push(self.beginning(intent));
            return format!("{} {}", self.keyword.name(), view::json_array(&words));
        }
        let view = view::view(context.model(), step, &context.instructions()[step]);
        view.error.as_ref().map_or_else(|| view.line(), |(message, _)| message.clone())
    }

    /// The array up to its first string: what follows may be long or secret.
    fn beginning(&self, intent: &Intent) -> String {
        let text = self.text.text();
        let end = intent.words.first().and_then(|it| self.text.range_of(it.word.span)).map_or(0, |range| range.end);
        if intent.words.len() == 1 { text.trim_end().to_owned() } else { format!("{}, …", &text[..end]) }
    }
}

/// The first flaw of an intent, in a string or between two.
pub(super) fn first_flaw(intent: &Intent) -> Option<Flaw> {
    let flaw = intent.flaws.first()?;
    let word = intent.words.iter().find(|it| it.word.span.contains(flaw.span));
    let (span, inner) = word.map_or((flaw.span, flaw.span), |it| (it.word.span, it.inner));
    Some(Flaw { kind: flaw.kind, span, inner })
}

/// The fix that makes an array what was meant.
pub(super) fn fix(title: &str, intent: &Intent) -> Option<Fix> {
    intent.edits.as_ref().map(|edits| Fix::safe(title, edits.clone()))
}

/// What JSON means by a backslash and the character after it, where it is not the two.
pub(super) fn meaning(escaped: char) -> &'static str {
    match escaped {
        'b' => "a backspace",
        'f' => "a form feed",
        'n' => "a line feed",
        'r' => "a carriage return",
        't' => "a tab",
        _ => "another character",
    }
}
