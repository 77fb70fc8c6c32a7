//! Durations as Go reads them: `1m30s`, `1.5h`, `500ms`.

/// Why a text is no duration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DurationFault {
    /// Its last number has no unit.
    MissingUnit,
    /// Anything else.
    Invalid,
}

/// The nanoseconds of each unit; Go takes both letters that look like a micro.
const UNITS: [(&str, f64); 8] = [
    ("ns", 1.0),
    ("us", 1e3),
    ("\u{b5}s", 1e3),
    ("\u{3bc}s", 1e3),
    ("ms", 1e6),
    ("s", 1e9),
    ("m", 6e10),
    ("h", 3.6e12),
];

/// The nanoseconds of a duration.
///
/// # Errors
/// When it is none.
pub fn parse_duration(text: &str) -> Result<i64, DurationFault> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if unsigned == "0" {
        return Ok(0);
    }
    let (mut rest, mut total) = (unsigned, 0_f64);
    loop {
        let digits = rest.len() - rest.trim_start_matches(|char: char| char.is_ascii_digit() || char == '.').len();
        let number: f64 = rest[..digits].parse().map_err(|_| DurationFault::Invalid)?;
        rest = &rest[digits..];
        let &(unit, factor) = UNITS.iter().find(|(unit, _)| rest.starts_with(unit)).ok_or(match rest {
            "" => DurationFault::MissingUnit,
            _ => DurationFault::Invalid,
        })?;
        total += number * factor;
        rest = &rest[unit.len()..];
        if rest.is_empty() {
            break;
        }
    }
    // Beyond Go's own bound there is no duration.
    if total > i64::MAX as f64 {
        return Err(DurationFault::Invalid);
    }
    let nanoseconds = total.round() as i64;
    Ok(if text.starts_with('-') { -nanoseconds } else { nanoseconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_as_go_reads_them() {
        for (text, expected) in [
            ("0", Ok(0)),
            ("1m30s", Ok(90_000_000_000)),
            ("+1.5h", Ok(5_400_000_000_000)),
            ("-500ms", Ok(-500_000_000)),
            ("1\u{b5}s", Ok(1_000)),
            (".5s", Ok(500_000_000)),
            ("30", Err(DurationFault::MissingUnit)),
            ("1m30", Err(DurationFault::MissingUnit)),
            ("", Err(DurationFault::Invalid)),
            ("-", Err(DurationFault::Invalid)),
            ("s", Err(DurationFault::Invalid)),
            ("1.2.3s", Err(DurationFault::Invalid)),
            ("1d", Err(DurationFault::Invalid)),
            ("1 s", Err(DurationFault::Invalid)),
            ("9999999h", Err(DurationFault::Invalid)),
        ] {
            assert_eq!(parse_duration(text), expected, "{text:?}");
        }
    }
}
