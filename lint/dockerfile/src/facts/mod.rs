//! Tables of facts.

pub mod cmdlets;
