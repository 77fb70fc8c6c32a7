//! Rules about what the builders can do for Windows.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
