//! Rules about stages and copies between them.

mod copy_from_unknown_stage;
mod sdk_in_final_stage;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[&copy_from_unknown_stage::RULE, &sdk_in_final_stage::RULE];
