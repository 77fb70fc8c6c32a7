//! Rules about what the builders can do for Windows.

mod copy_link_on_windows;
mod flag;
mod heredoc_multiline_on_windows;
mod legacy_builder_feature;
mod unsupported_run_flag;
mod unsupported_run_mount;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &copy_link_on_windows::RULE,
    &heredoc_multiline_on_windows::RULE,
    &legacy_builder_feature::RULE,
    &unsupported_run_flag::RULE,
    &unsupported_run_mount::RULE,
];
