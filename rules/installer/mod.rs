//! Rules about installers: silent, waited for, their exit codes understood.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
