//! What the command line says about running steps.

use std::time::Duration;

/// How containers are kept apart from the host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Isolation {
    /// As the engine does it.
    #[default]
    Default,
    /// With the host's kernel.
    Process,
    /// With a kernel of their own.
    HyperV,
}

impl Isolation {
    /// The word that the engine knows it by.
    pub const fn word(self) -> &'static str {
        match self {
            Isolation::Default => "default",
            Isolation::Process => "process",
            Isolation::HyperV => "hyperv",
        }
    }
}

/// What the command line says about running steps. What stands above a step in the Dockerfile goes before it.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Exit codes that count as success, besides 0.
    pub ok_exit: Vec<i64>,
    /// How long a step may take.
    pub timeout: Option<Duration>,
    /// How often a step is tried again that failed by itself.
    pub retries: u32,
    /// How long a step may be silent before that is reported.
    pub idle_timeout: Option<Duration>,
    /// Memory of a container in bytes.
    pub memory: Option<u64>,
    /// How containers are kept apart from the host.
    pub isolation: Isolation,
    /// DNS servers of containers.
    pub dns: Vec<String>,
    /// Whether the container of a failed step is kept.
    pub keep_failed: bool,
}

/// Hyper-V gives a container 1 GB unless told otherwise, which many installers do not survive.
pub(super) const HYPERV_MEMORY: u64 = 4 << 30;

/// The longest time in seconds, a week: a clock cannot count as far as a number may go.
const LONGEST: u64 = 7 * 24 * 3600;

/// Reads a time: `90s`, `30m`, `2h`, or seconds; up to a week.
///
/// # Errors
/// What is expected, when it is no time.
pub fn parse_time(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "" | "s" => 1,
        "m" => 60,
        "h" => 3600,
        _ => return Err("write a time like 90s, 30m or 2h, up to a week".to_owned()),
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    seconds
        .filter(|seconds| (1..=LONGEST).contains(seconds))
        .map(Duration::from_secs)
        .ok_or_else(|| "write a time like 90s, 30m or 2h, up to a week".to_owned())
}

/// Reads an amount of memory: `4g`, `512m`, or bytes.
///
/// # Errors
/// What is expected, when it is none.
pub fn parse_memory(text: &str) -> Result<u64, String> {
    let text = text.trim_end_matches(['b', 'B']);
    let (number, unit) = text.split_at(text.find(|char: char| !char.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit.to_ascii_lowercase().as_str() {
        "" => 1,
        "k" => 1 << 10,
        "m" => 1 << 20,
        "g" => 1 << 30,
        _ => return Err("write an amount like 4g or 512m".to_owned()),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    bytes.filter(|bytes| *bytes > 0).ok_or_else(|| "write an amount like 4g or 512m".to_owned())
}

/// Reads exit codes: `0,3010,-1073741515` or `0xC0000135`.
///
/// # Errors
/// What is expected, when one is none.
pub fn parse_code(text: &str) -> Result<i64, String> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let code = digits.map_or_else(|| text.parse(), |digits| i64::from_str_radix(digits, 16));
    code.map_err(|_| "write exit codes like 3010, -1073741515 or 0xC0000135".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_amounts_and_codes_are_read() {
        assert_eq!(parse_time("30m"), Ok(Duration::from_secs(1800)));
        assert_eq!(parse_time("90"), Ok(Duration::from_secs(90)));
        assert_eq!(parse_memory("4g"), Ok(4 << 30));
        assert_eq!(parse_memory("512MB"), Ok(512 << 20));
        assert_eq!(parse_code("0xC0000135"), Ok(0xC000_0135));
        for wrong in ["", "m", "1d", "-1", "0s", "99999999999999999999h"] {
            assert!(parse_time(wrong).is_err() && parse_memory(wrong.trim_end_matches('s')).is_err(), "{wrong}");
        }
        assert_eq!(parse_time("168h"), Ok(Duration::from_secs(LONGEST)));
        for longer in ["169h", "604801", "18446744073709551615s"] {
            assert!(parse_time(longer).is_err(), "{longer}");
        }
        assert!(parse_code("3010x").is_err());
    }
}
