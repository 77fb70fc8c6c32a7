//! The registry client against a registry in this process, or the one in `WBUILD_TEST_REGISTRY`, and against faults.

mod faults;
mod http;
mod image;
mod proxy;
mod server;
