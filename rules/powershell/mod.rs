//! Rules about scripts of PowerShell.

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[];
