//! Rules about the escape character, continuations, JSON forms and the encoding of the file.

mod array;
mod backslash_continuation_with_backtick_directive;
mod backslash_eaten_in_path;
mod backtick_continuation_without_directive;
mod copy_json_unescaped_backslash;
mod empty_continuation;
mod escape_directive_invalid;
mod escape_directive_misplaced;
mod escape_directive_missing;
mod exec_form_control_char_path;
mod exec_form_single_quotes;
mod exec_form_unescaped_backslash;
mod inline_comment_in_joined_run;
mod joined;
mod json_path_double_unescape;
mod missing_statement_separator;
mod shell_not_json;
mod syntax_directive_on_windows;
mod trailing_backslash_continuation;
mod typographic_quotes;
mod utf16_dockerfile;

use crate::Rule;

pub(crate) use array::{Array, arrays};

pub(crate) static RULES: &[&Rule] = &[
    &backslash_continuation_with_backtick_directive::RULE,
    &backslash_eaten_in_path::RULE,
    &backtick_continuation_without_directive::RULE,
    &copy_json_unescaped_backslash::RULE,
    &empty_continuation::RULE,
    &escape_directive_invalid::RULE,
    &escape_directive_misplaced::RULE,
    &escape_directive_missing::RULE,
    &exec_form_control_char_path::RULE,
    &exec_form_single_quotes::RULE,
    &exec_form_unescaped_backslash::RULE,
    &inline_comment_in_joined_run::RULE,
    &json_path_double_unescape::RULE,
    &missing_statement_separator::RULE,
    &shell_not_json::RULE,
    &syntax_directive_on_windows::RULE,
    &trailing_backslash_continuation::RULE,
    &typographic_quotes::RULE,
    &utf16_dockerfile::RULE,
];
