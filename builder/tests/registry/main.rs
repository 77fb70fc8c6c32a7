//! The registry client against a registry in this process, or the one in `WBUILD_TEST_REGISTRY`, and against faults.

#![allow(clippy::needless_pass_by_value, reason = "the value of a header is written as it is at hand")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod command;
mod faults;
mod http;
mod image;
mod login;
mod proxy;
mod server;
mod transfer;
