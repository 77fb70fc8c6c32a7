//! Rules about which programs and shells a step can start in its image.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
