//! Steps on a real Docker Engine. `tests/real/engine.sh` starts the engine and runs this suite; without one every test
//! here fails and says so, so that nothing is ever skipped in silence. What goes through whole Dockerfiles is written for
//! the shell of Linux.

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
