//! `wbuild build` from the outside: Dockerfiles in, images out.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod bad_input;
mod copies;
mod endurance;
mod images;
mod network;
mod registry;
mod scratch;
mod stages;
mod surroundings;
