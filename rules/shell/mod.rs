//! Rules about which programs and shells a step can start in its image.

mod instead;
mod interactive_prompt_in_run;
mod missing;
mod nanoserver_missing_tool;
mod powershell_on_nanoserver;
mod pwsh_not_in_base;
mod shell_exe_path_with_spaces;
mod shell_missing_command_flag;
mod unix_command_on_windows;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &interactive_prompt_in_run::RULE,
    &nanoserver_missing_tool::RULE,
    &powershell_on_nanoserver::RULE,
    &pwsh_not_in_base::RULE,
    &shell_exe_path_with_spaces::RULE,
    &shell_missing_command_flag::RULE,
    &unix_command_on_windows::RULE,
];
