//! Starts the command.

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Linting is mostly small texts and lists that live shortly, for which the system's allocator is slow.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    wlint::main()
}
