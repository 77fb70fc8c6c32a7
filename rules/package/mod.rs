//! Rules about package managers.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
