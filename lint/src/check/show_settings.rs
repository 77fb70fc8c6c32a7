//! `wlint check --show-settings`: what holds for each file.

use std::process::ExitCode;

use super::each::Task;
use crate::config;
use crate::error::Error;
use crate::output;

/// Prints the settings of all files that there are.
///
/// # Errors
/// When they cannot be printed.
pub(super) fn run(tasks: &[Result<Task, Error>]) -> Result<ExitCode, Error> {
    let mut failed = false;
    for (index, task) in tasks.iter().enumerate() {
        match task {
            Ok(task) => {
                let gap = if index > 0 { "\n" } else { "" };
                let settings = config::shown::settings(task.input.name(), &task.settings);
                output::print(format!("{gap}{settings}").as_bytes())?;
            }
            Err(error) => {
                crate::print_error(error);
                failed = true;
            }
        }
    }
    Ok(ExitCode::from(if failed { 2 } else { 0 }))
}
