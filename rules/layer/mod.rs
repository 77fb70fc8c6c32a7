//! Rules about layers: what stays in them.

mod consecutive_run;
mod download_not_removed;
mod recursive_acl_change;
mod remove_in_later_layer;
mod shipped;

use crate::Rule;

pub(crate) static RULES: &[&Rule] =
    &[&consecutive_run::RULE, &download_not_removed::RULE, &recursive_acl_change::RULE, &remove_in_later_layer::RULE];
