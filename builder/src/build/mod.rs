//! Carries the steps of a plan out and puts the image together.

mod archive;
mod copy;
mod error;
mod fetch;
mod hash;
mod lower;
mod owner;
mod place;
mod tree;
mod unpack;
mod view;
