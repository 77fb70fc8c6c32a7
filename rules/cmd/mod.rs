//! Rules about command lines of cmd.exe.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
