//! `wbuild build` from the outside: Dockerfiles in, images out.

mod bad_input;
mod copies;
mod images;
mod scratch;
mod stages;
