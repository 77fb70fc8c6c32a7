//! Steps on a real Docker Engine. `tests/real/engine.sh` starts the engine and runs this suite; without one every test
//! here fails and says so, so that nothing is ever skipped in silence.

#![allow(clippy::needless_pass_by_value, reason = "the value of a header is written as it is at hand")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it is")]

#[cfg(unix)]
mod client;
mod command;
mod faults;
#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
#[path = "../registry/http.rs"]
mod http;
#[cfg(unix)]
mod interrupt;
mod kills;
mod kit;
mod project;
mod proxy;
#[cfg(unix)]
mod readme;
mod remote;
mod resume;
mod secrets;
#[allow(dead_code, reason = "the suite of the registry client uses all of it")]
#[path = "../registry/server.rs"]
mod server;
mod steps;
mod verify;
