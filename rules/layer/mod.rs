//! Rules about layers: what stays in them.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
