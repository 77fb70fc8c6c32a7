//! Rules about stages and copies between them.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
