//! How the progress of a command is shown: by its flag, by the terminal, by the CI service it runs in.

use std::io::{self, IsTerminal};

use crate::args::ProgressMode;
use crate::progress::{Grouping, Progress, Style};

/// Progress on standard error.
pub fn open(mode: ProgressMode) -> Progress {
    let variable = |name: &str| std::env::var(name).ok();
    let grouping = Grouping::detect(variable);
    // In a CI service a terminal is a recording: bars would fill it.
    let bars = io::stderr().is_terminal() && grouping == Grouping::None && variable("CI").is_none();
    match mode {
        ProgressMode::Quiet => Progress::silent(),
        ProgressMode::Json => Progress::new(Style::Json, Grouping::None),
        ProgressMode::Auto if bars => Progress::new(Style::Bars, Grouping::None),
        ProgressMode::Auto | ProgressMode::Plain => Progress::new(Style::Plain, grouping),
    }
}
