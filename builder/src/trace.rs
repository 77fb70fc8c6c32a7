//! What is done behind the progress, on standard error: `-v` the main things, `-vv` every request.

use dockerfile::render::Style;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Shows events of this crate from now on; those of libraries may hold headers and are never shown.
pub fn begin(verbose: u8, style: Style) {
    let level = match verbose {
        0 => LevelFilter::OFF,
        1 => LevelFilter::INFO,
        _ => LevelFilter::DEBUG,
    };
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(style == Style::Colour)
        .with_target(false)
        .without_time();
    // Only the first call in a process takes effect, and there is only one.
    let _ = tracing_subscriber::registry().with(Targets::new().with_target("wbuild", level)).with(lines).try_init();
}
