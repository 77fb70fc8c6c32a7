//! Plans, tags and builds Windows container images: without Windows wherever Windows is not needed.
//!
//! The layers, each on top of the one before: [`image`] (what an image is made of), [`layer`] (layer bytes),
//! [`store`] (images on disk), [`registry`] (images elsewhere). [`plan`] turns a Dockerfile into steps and reads
//! nothing; [`build`] carries steps out, with [`context`] for the files and [`engine`] for what needs a kernel.
//! [`tag`] names the result, [`doctor`] looks at the host. [`fault`] is what is known about errors. [`command`] holds what the command line asks for.

pub mod args;
pub mod build;
pub mod command;
pub mod context;
pub mod doctor;
pub mod engine;
pub mod failure;
pub mod fault;
pub mod image;
pub mod layer;
pub mod plan;
pub mod progress;
pub mod registry;
pub mod store;
pub mod tag;
pub mod trace;
