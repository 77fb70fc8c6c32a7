//! Rules about the escape character, continuations, JSON forms and the encoding of the file.

mod backslash_continuation_with_backtick_directive;
mod backslash_eaten_in_path;
mod backtick_continuation_without_directive;
mod escape_directive_invalid;
mod escape_directive_misplaced;
mod escape_directive_missing;
mod json_path_double_unescape;
mod trailing_backslash_continuation;
mod utf16_dockerfile;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &backslash_continuation_with_backtick_directive::RULE,
    &backslash_eaten_in_path::RULE,
    &backtick_continuation_without_directive::RULE,
    &escape_directive_invalid::RULE,
    &escape_directive_misplaced::RULE,
    &escape_directive_missing::RULE,
    &json_path_double_unescape::RULE,
    &trailing_backslash_continuation::RULE,
    &utf16_dockerfile::RULE,
];
