//! Carries the steps of a plan out and puts the image together.

mod tree;
mod view;
