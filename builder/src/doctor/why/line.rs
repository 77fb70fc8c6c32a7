//! A line of a log without what stands around it, and the exit codes in it.

use std::sync::OnceLock;

use regex_lite::Regex;

/// A line without colours, time stamps of CI services, and the prefixes of BuildKit (`#12 3.456 `) and compose.
pub fn clean(line: &str) -> String {
    static PREFIX: OnceLock<Regex> = OnceLock::new();
    static COLOUR: OnceLock<Regex> = OnceLock::new();
    let colour = COLOUR.get_or_init(|| Regex::new("\u{1b}\\[[0-9;?]*[A-Za-z]").expect("a test compiles it"));
    let prefix = PREFIX.get_or_init(|| {
        Regex::new(
            r"^(?:\u{FEFF})?(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,]?\d*(?:Z|[+-]\d\d:?\d\d)?\s+)?(?:##\[(?:error|warning|debug|section)\])?(?:#\d+ (?:\d+\.\d+ )?)?",
        )
        .expect("a test compiles it")
    });
    let plain = colour.replace_all(line, "");
    let rest = &plain[prefix.find(&plain).map_or(0, |found| found.end())..];
    rest.trim_end().to_owned()
}

/// The exit code that a line tells of, as builders, shells and installers write it.
pub fn exit_code(line: &str) -> Option<i64> {
    static PATTERN: OnceLock<Regex> = OnceLock::new();
    let pattern = PATTERN.get_or_init(|| {
        Regex::new(
            r"(?i)(?:returned a non-zero code:|exit code:?|exit status:?|exited with(?: code)?:?|exitcode:?|error level:?|return code:?|Error status:)\s*(?:was |of |is |= ?)?'?(0x[0-9a-f]{1,8}|-?\d{1,10})\b",
        )
        .expect("a test compiles it")
    });
    let digits = pattern.captures(line)?.get(1)?.as_str();
    match digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X")) {
        Some(hex) => i64::from_str_radix(hex, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_ci_and_builders_go() {
        for (line, expected) in [
            ("2026-11-20T10:00:00.1234567Z #12 3.456 Access is denied.", "Access is denied."),
            ("##[error]The command failed", "The command failed"),
            ("\u{1b}[31mred\u{1b}[0m  ", "red"),
            ("#7 [stage-1 2/3] RUN x", "[stage-1 2/3] RUN x"),
            ("Step 1/2 : FROM x", "Step 1/2 : FROM x"),
            ("", ""),
        ] {
            assert_eq!(clean(line), expected, "{line:?}");
        }
    }

    #[test]
    fn exit_codes_are_read_as_they_are_written() {
        for (line, expected) in [
            ("The command 'cmd /S /C setup.exe' returned a non-zero code: 1223", Some(1223)),
            ("process \"cmd /S /C x\" did not complete successfully: exit code: 3221225781", Some(3_221_225_781)),
            ("Exit code was '1603'.", Some(1603)),
            ("Installation success or error status: 1603.", Some(1603)),
            ("ended with exit code 0xC0000135", Some(0xC000_0135)),
            ("exit code: -1073741515", Some(-1_073_741_515)),
            ("the exit code is kept", None),
            ("1603", None),
        ] {
            assert_eq!(exit_code(line), expected, "{line}");
        }
    }
}
