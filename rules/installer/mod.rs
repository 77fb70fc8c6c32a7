//! Rules about installers: silent, waited for, their exit codes understood.

mod arguments;
mod bits_transfer_in_container;
mod exit_3010_unhandled;
mod feature_restart_prompt;
mod gui_app_in_container;
mod innosetup_not_silent;
mod installer_async_in_powershell;
mod msiexec_async_in_powershell;
mod msiexec_not_silent;
mod nsis_not_silent;
mod reboot_in_run;
mod service_start_in_run;
mod silence;
mod start_process_exit_code_ignored;
mod start_process_no_wait;
mod unknown_installer_not_silent;
mod vcredist_not_silent;
mod vs_buildtools_not_silent;
mod windows_update_in_image;

use crate::Rule;
pub(crate) use installer_async_in_powershell::runs_on;

pub(crate) static RULES: &[&Rule] = &[
    &bits_transfer_in_container::RULE,
    &exit_3010_unhandled::RULE,
    &feature_restart_prompt::RULE,
    &gui_app_in_container::RULE,
    &innosetup_not_silent::RULE,
    &installer_async_in_powershell::RULE,
    &msiexec_async_in_powershell::RULE,
    &msiexec_not_silent::RULE,
    &nsis_not_silent::RULE,
    &reboot_in_run::RULE,
    &service_start_in_run::RULE,
    &start_process_exit_code_ignored::RULE,
    &start_process_no_wait::RULE,
    &unknown_installer_not_silent::RULE,
    &vcredist_not_silent::RULE,
    &vs_buildtools_not_silent::RULE,
    &windows_update_in_image::RULE,
];
