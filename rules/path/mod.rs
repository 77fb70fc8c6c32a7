//! Rules about paths and variables.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
