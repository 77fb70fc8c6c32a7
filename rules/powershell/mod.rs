//! Rules about scripts of PowerShell.

mod chain_operator_in_powershell5;
mod cmd_syntax_in_powershell_shell;
mod curl_alias_in_powershell;
mod error_action_not_stop;
mod execution_policy_machine;
mod healthcheck_return_not_exit;
mod here_string_in_run;
mod native_exit_code_lost;
mod percent_var_in_powershell;
mod posix_var_in_powershell;
mod powershell_quotes_stripped;
mod powershell_script_exit_code;
mod preference;
mod progress_bar_not_silenced;
mod quotes;
mod read;
mod repeated_powershell_prefix;
mod sc_alias_in_powershell;

use crate::Rule;

pub(crate) use read::{Read, find};

pub(crate) static RULES: &[&Rule] = &[
    &chain_operator_in_powershell5::RULE,
    &cmd_syntax_in_powershell_shell::RULE,
    &curl_alias_in_powershell::RULE,
    &error_action_not_stop::RULE,
    &execution_policy_machine::RULE,
    &healthcheck_return_not_exit::RULE,
    &here_string_in_run::RULE,
    &native_exit_code_lost::RULE,
    &percent_var_in_powershell::RULE,
    &posix_var_in_powershell::RULE,
    &powershell_quotes_stripped::RULE,
    &powershell_script_exit_code::RULE,
    &progress_bar_not_silenced::RULE,
    &repeated_powershell_prefix::RULE,
    &sc_alias_in_powershell::RULE,
];
