//! Rules about command lines of cmd.exe.

mod cmd_set_then_use_same_line;
mod cmdlet_in_cmd_shell;
mod interactive_file_command;
mod posix_var_in_cmd;
mod ps1_run_under_cmd;
mod robocopy_exit_code_unhandled;
mod semicolon_in_cmd;
mod single_ampersand_in_cmd;
mod target;
mod timeout_needs_console;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &cmd_set_then_use_same_line::RULE,
    &cmdlet_in_cmd_shell::RULE,
    &interactive_file_command::RULE,
    &posix_var_in_cmd::RULE,
    &ps1_run_under_cmd::RULE,
    &robocopy_exit_code_unhandled::RULE,
    &semicolon_in_cmd::RULE,
    &single_ampersand_in_cmd::RULE,
    &timeout_needs_console::RULE,
];
