//! Rules about base images.

mod base_deprecated_hub;
mod base_dotnet_core_renamed;
mod base_eol;
mod base_host_mismatch;
mod base_insider;
mod base_latest;
mod base_missing_mcr;
mod base_multiarch_ambiguous;
mod base_not_allowed;
mod base_pwsh_deprecated;
mod base_untagged;
mod base_version_mismatch;
mod from_platform_flag_const;
mod invalid_default_arg_in_from;
mod mixed_os_stages;
mod named;
mod platform_base_mismatch;
mod redundant_target_platform;
#[cfg(test)]
mod tests;
mod undefined_arg_in_from;
mod untrusted_registry;

use crate::Rule;
pub(crate) use named::{Named, images};

pub(crate) static RULES: &[&Rule] = &[
    &base_deprecated_hub::RULE,
    &base_dotnet_core_renamed::RULE,
    &base_eol::RULE,
    &base_host_mismatch::RULE,
    &base_insider::RULE,
    &base_latest::RULE,
    &base_missing_mcr::RULE,
    &base_multiarch_ambiguous::RULE,
    &base_not_allowed::RULE,
    &base_pwsh_deprecated::RULE,
    &base_untagged::RULE,
    &base_version_mismatch::RULE,
    &from_platform_flag_const::RULE,
    &invalid_default_arg_in_from::RULE,
    &mixed_os_stages::RULE,
    &platform_base_mismatch::RULE,
    &redundant_target_platform::RULE,
    &undefined_arg_in_from::RULE,
    &untrusted_registry::RULE,
];
