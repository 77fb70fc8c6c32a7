//! Rules about what the image says of itself: entry point, ports, health.

mod docker_in_docker;
mod domain_join_in_image;
mod entrypoint_cmd_form_mixed;
mod entrypoint_ps1_direct;
mod entrypoint_shell_form;
mod exec_form_single_string;
mod expose_port_mapping;
mod healthcheck_shell_mismatch;
mod keepalive_hack;
mod label;
mod label_missing;
mod label_not_allowed;
mod label_value_invalid;
mod logmonitor_exec_form;
mod maintainer_deprecated;
mod multiple_cmd_entrypoint;
mod service_entrypoint_exits;
mod start;
mod stopsignal_on_windows;
mod volume_then_write;

use crate::Rule;

pub(crate) use keepalive_hack::idles;

pub(crate) static RULES: &[&Rule] = &[
    &docker_in_docker::RULE,
    &domain_join_in_image::RULE,
    &entrypoint_cmd_form_mixed::RULE,
    &entrypoint_ps1_direct::RULE,
    &entrypoint_shell_form::RULE,
    &exec_form_single_string::RULE,
    &expose_port_mapping::RULE,
    &healthcheck_shell_mismatch::RULE,
    &keepalive_hack::RULE,
    &label_missing::RULE,
    &label_not_allowed::RULE,
    &label_value_invalid::RULE,
    &logmonitor_exec_form::RULE,
    &maintainer_deprecated::RULE,
    &multiple_cmd_entrypoint::RULE,
    &service_entrypoint_exits::RULE,
    &stopsignal_on_windows::RULE,
    &volume_then_write::RULE,
];
