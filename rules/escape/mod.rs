//! Rules about the escape character, continuations, JSON forms and the encoding of the file.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
