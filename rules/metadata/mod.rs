//! Rules about what the image says of itself: entry point, ports, health.

mod multiple_cmd_entrypoint;

use crate::Rule;

pub(crate) static RULES: &[&Rule] = &[&multiple_cmd_entrypoint::RULE];
