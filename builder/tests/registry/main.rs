//! The registry client against a registry in this process, or the one in `WBUILD_TEST_REGISTRY`, and against faults.

mod command;
mod faults;
mod http;
mod image;
mod login;
mod proxy;
mod server;
mod transfer;
