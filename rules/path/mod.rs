//! Rules about paths and variables.

mod add_archive_not_extracted;
mod batch_env_not_persisted;
mod blank;
mod container_env_not_visible;
mod copy_from_system_root;
mod env_path_clobber;
mod env_path_percent;
mod forward_slash_path_in_cmd;
mod non_system_drive_path;
mod percent_var_in_instruction;
mod powershell_env_in_instruction;
mod run_cd_no_effect;
mod run_env_not_persisted;
mod setx_path_hazard;
mod undefined_var;
mod unquoted_space_path;
mod workdir_relative;
mod write;

use crate::Rule;

pub(crate) use blank::has_split_quotes;
pub(crate) use write::env_value;

pub(crate) static RULES: &[&Rule] = &[
    &add_archive_not_extracted::RULE,
    &batch_env_not_persisted::RULE,
    &container_env_not_visible::RULE,
    &copy_from_system_root::RULE,
    &env_path_clobber::RULE,
    &env_path_percent::RULE,
    &forward_slash_path_in_cmd::RULE,
    &non_system_drive_path::RULE,
    &percent_var_in_instruction::RULE,
    &powershell_env_in_instruction::RULE,
    &run_cd_no_effect::RULE,
    &run_env_not_persisted::RULE,
    &setx_path_hazard::RULE,
    &undefined_var::RULE,
    &unquoted_space_path::RULE,
    &workdir_relative::RULE,
];
