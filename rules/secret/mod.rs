//! Rules about secrets in the image or its history.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
