//! Steps on a real Docker Engine. `tests/real/engine.sh` starts the engine and runs this suite; without one every test
//! here fails and says so, so that nothing is ever skipped in silence. What goes through whole Dockerfiles is written for
//! the shell of Linux.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails where it is")]

#[cfg(unix)]
mod command;
mod faults;
mod kills;
mod kit;
mod proxy;
mod resume;
mod secrets;
mod steps;
mod verify;
