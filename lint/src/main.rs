//! Starts the command.

use std::process::ExitCode;

fn main() -> ExitCode {
    wlint::main()
}
