//! The words that mean something to PowerShell itself.

use std::sync::LazyLock;

use crate::names::Names;

/// Operators that are words, without their dash.
static OPERATORS: LazyLock<Names<()>> = LazyLock::new(|| {
    Names::of(&[
        "and",
        "as",
        "band",
        "bnot",
        "bor",
        "bxor",
        "contains",
        "eq",
        "f",
        "ge",
        "gt",
        "in",
        "is",
        "isnot",
        "join",
        "le",
        "like",
        "lt",
        "match",
        "ne",
        "not",
        "notcontains",
        "notin",
        "notlike",
        "notmatch",
        "or",
        "replace",
        "shl",
        "shr",
        "split",
        "xor",
    ])
});

/// Those of them that may have a `c` or an `i` before them.
static OF_CASE: LazyLock<Names<()>> = LazyLock::new(|| {
    Names::of(&[
        "contains",
        "eq",
        "ge",
        "gt",
        "in",
        "le",
        "like",
        "lt",
        "match",
        "ne",
        "notcontains",
        "notin",
        "notlike",
        "notmatch",
        "replace",
        "split",
    ])
});

static KEYWORDS: LazyLock<Names<()>> = LazyLock::new(|| {
    Names::of(&[
        "begin",
        "break",
        "catch",
        "class",
        "continue",
        "data",
        "do",
        "dynamicparam",
        "else",
        "elseif",
        "end",
        "enum",
        "exit",
        "filter",
        "finally",
        "for",
        "foreach",
        "function",
        "if",
        "in",
        "param",
        "process",
        "return",
        "switch",
        "throw",
        "trap",
        "try",
        "until",
        "using",
        "while",
        "workflow",
    ])
});

pub(super) fn is_keyword(word: &str) -> bool {
    KEYWORDS.has(word)
}

/// Whether a word is an operator; its dash is left out.
pub(super) fn is_operator(name: &str) -> bool {
    OPERATORS.has(name) || name.strip_prefix(['c', 'C', 'i', 'I']).is_some_and(|bare| OF_CASE.has(bare))
}
