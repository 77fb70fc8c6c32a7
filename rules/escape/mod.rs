//! Rules about the escape character, continuations, JSON forms and the encoding of the file.

mod array;
mod copy_json_unescaped_backslash;
mod exec_form_control_char_path;
mod exec_form_single_quotes;
mod exec_form_unescaped_backslash;
mod inline_comment_in_joined_run;
mod joined;
mod missing_statement_separator;
mod shell_not_json;
mod syntax_directive_on_windows;
mod typographic_quotes;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &copy_json_unescaped_backslash::RULE,
    &exec_form_control_char_path::RULE,
    &exec_form_single_quotes::RULE,
    &exec_form_unescaped_backslash::RULE,
    &inline_comment_in_joined_run::RULE,
    &missing_statement_separator::RULE,
    &shell_not_json::RULE,
    &syntax_directive_on_windows::RULE,
    &typographic_quotes::RULE,
];
