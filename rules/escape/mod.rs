//! Rules about the escape character, continuations, JSON forms and the encoding of the file.

mod array;
mod copy_json_unescaped_backslash;
mod exec_form_control_char_path;
mod exec_form_single_quotes;
mod exec_form_unescaped_backslash;
mod shell_not_json;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &copy_json_unescaped_backslash::RULE,
    &exec_form_control_char_path::RULE,
    &exec_form_single_quotes::RULE,
    &exec_form_unescaped_backslash::RULE,
    &shell_not_json::RULE,
];
