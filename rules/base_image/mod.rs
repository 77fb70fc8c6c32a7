//! Rules about base images.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
