//! Rules about stages and copies between them.

mod copy_from_unknown_stage;
mod copy_ignored_file;
mod duplicate_stage_name;
mod reserved_stage_name;
mod sdk_in_final_stage;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &copy_from_unknown_stage::RULE,
    &copy_ignored_file::RULE,
    &duplicate_stage_name::RULE,
    &reserved_stage_name::RULE,
    &sdk_in_final_stage::RULE,
];
