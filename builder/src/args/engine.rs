//! How steps run on an engine, and how the image is tried out afterwards.

use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::engine::{parse_code, parse_memory, parse_time};

/// How steps run on an engine. A `# wbuild:` comment above a step goes before these.
#[derive(Args)]
#[command(next_help_heading = "Steps on an engine")]
pub struct EngineArgs {
    /// Exit codes that count as success besides 0 (3010 and 1641 do anyway)
    #[arg(long, value_name = "CODE", value_delimiter = ',', allow_hyphen_values = true, value_parser = parse_code)]
    pub ok_exit: Vec<i64>,
    /// Stop a step that takes longer: 90s, 30m, 2h
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    pub timeout: Option<Duration>,
    /// Try a step again that failed by itself [default: 0]
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub retries: u32,
    /// Report a step that has written nothing for this long, and what runs in it
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = parse_time)]
    pub idle_timeout: Duration,
    /// Memory of a step's container: 4g, 512m [default: the engine's; 4g with Hyper-V isolation]
    #[arg(long, value_name = "AMOUNT", value_parser = parse_memory)]
    pub memory: Option<u64>,
    /// How containers are kept apart from the host
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub isolation: IsolationArg,
    /// A DNS server for containers
    #[arg(long, value_name = "ADDRESS")]
    pub dns: Vec<String>,
    /// Keep the container of a failed step, and say how to enter it
    #[arg(long)]
    pub keep_failed: bool,
    /// Start the image and wait until it is healthy, before it is pushed
    #[arg(long)]
    pub verify: bool,
    /// A command in the started image that tells whether it works, tried until it ends with 0
    #[arg(long, value_name = "COMMAND")]
    pub verify_cmd: Option<String>,
    /// A URL that tells whether the started image works; {port:8080} becomes the port of the host
    #[arg(long, value_name = "URL", conflicts_with = "verify_cmd")]
    pub verify_url: Option<String>,
    /// How long the image may take until it works
    #[arg(long, value_name = "TIME", default_value = "2m", value_parser = parse_time)]
    pub verify_timeout: Duration,
}

/// How containers are kept apart from the host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum IsolationArg {
    /// As the engine does it
    #[default]
    Default,
    /// With the host's kernel
    Process,
    /// With a kernel of their own
    #[value(name = "hyperv")]
    HyperV,
}
