//! Rules about letter case, old forms and comments: what both builders read, and people trip over.

mod expose_proto_casing;
mod from_as_casing;
mod inconsistent_instruction_casing;
mod invalid_definition_description;
mod legacy_key_value_format;
mod stage_name_casing;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[
    &expose_proto_casing::RULE,
    &from_as_casing::RULE,
    &inconsistent_instruction_casing::RULE,
    &invalid_definition_description::RULE,
    &legacy_key_value_format::RULE,
    &stage_name_casing::RULE,
];
