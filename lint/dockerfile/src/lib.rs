//! Understands Dockerfiles as the builders and the shells of Windows do.
//!
//! The layers, each on top of the one before: [`source`] (bytes to text), [`syntax`] (a lossless tree),
//! [`ast`] (typed instructions), [`expand`] and [`reference`] (words as the builder sees them),
//! [`script`] (what stands in `RUN`), [`model`] (stages, scopes, effective settings), [`effect`] (what a
//! command does) and [`facts`] (tables). [`pragma`] reads the comments that are for wbuild. No layer reads a file, a clock, the environment or the network.

pub mod ast;
pub mod diagnostic;
pub mod document;
pub mod effect;
pub mod escape;
pub mod expand;
pub mod facts;
pub mod ignorefile;
pub mod model;
mod names;
pub mod pragma;
pub mod reference;
pub mod render;
pub mod script;
pub mod source;
pub mod splice;
pub mod syntax;
pub mod typography;
pub mod windows_path;
