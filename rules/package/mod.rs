//! Rules about package managers.

mod choco;
mod choco_bootstrap_unpinned;
mod choco_missing_yes;
mod choco_unpinned;
mod dotnet_nuget_tool_unpinned;
mod install_module_interactive;
mod package_cache_left;
mod winget_in_container;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &choco_bootstrap_unpinned::RULE,
    &choco_missing_yes::RULE,
    &choco_unpinned::RULE,
    &dotnet_nuget_tool_unpinned::RULE,
    &install_module_interactive::RULE,
    &package_cache_left::RULE,
    &winget_in_container::RULE,
];
