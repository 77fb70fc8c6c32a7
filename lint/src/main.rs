//! The command `wlint`.

fn main() {}
