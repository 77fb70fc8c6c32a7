//! Rules about downloads: checked, safe, possible.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
