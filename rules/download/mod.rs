//! Rules about downloads: checked, safe, possible.

mod add_remote_no_checksum;
mod cert_validation_disabled;
mod defender_firewall_disabled;
mod download_no_checksum;
mod iex_download;
mod insecure_http_download;
mod tls12_not_enabled;
mod web_request_without_basic_parsing;

use crate::Rule;

pub(crate) use iex_download::runs_text;

pub(crate) static RULES: &[&Rule] = &[
    &add_remote_no_checksum::RULE,
    &cert_validation_disabled::RULE,
    &defender_firewall_disabled::RULE,
    &download_no_checksum::RULE,
    &iex_download::RULE,
    &insecure_http_download::RULE,
    &tls12_not_enabled::RULE,
    &web_request_without_basic_parsing::RULE,
];
