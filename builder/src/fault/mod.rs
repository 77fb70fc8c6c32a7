//! What is known about faults: errors of the engine and the host compute service, their codes, and exit codes.
//!
//! Pure tables with a matcher each. The engine asks them whether to try again; `wbuild why` asks them what a log means.

mod code;
mod exit;
mod known;

pub use code::{CODES, Code, Group, codes_in};
pub use exit::{Judged, Verdict, judge, way_out};
pub use known::KNOWN;

use std::sync::OnceLock;

use dockerfile::facts::Confidence;
use regex_lite::Regex;

/// Where a fault shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The client does not reach the engine.
    Connect,
    /// The engine or its desktop application does not start.
    EngineStart,
    /// A base image is fetched or unpacked.
    Pull,
    /// A container is made or started, a step runs, or its result is kept.
    Run,
    /// A network or an endpoint of one is made.
    Network,
    /// A container, a layer or an image is removed.
    Remove,
    /// The client or the builder takes the build on.
    Client,
}

/// Whether trying again helps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// It does not.
    Never,
    /// It rarely does: once is worth it.
    Once,
    /// It passes: in a fresh container, after a while, a few times.
    Backoff,
}

/// A fault that has been seen before.
#[derive(Clone, Copy, Debug)]
pub struct Fault {
    /// Kebab-case, and stable: reports name it.
    pub id: &'static str,
    /// A regular expression over one line of text.
    pub pattern: &'static str,
    /// Where it shows.
    pub phase: Phase,
    /// Whether trying again helps.
    pub retry: Retry,
    /// What happened.
    pub cause: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// The rule of `wlint` that finds the mistake in the Dockerfile, where one does.
    pub rule: Option<&'static str>,
    /// The text as it was seen.
    pub sample: &'static str,
    /// How sure the row is.
    pub confidence: Confidence,
}

/// The first known fault that a text shows: the more specific ones stand first.
///
/// A text of several lines is one text: what the engine wraps stands behind its wrapper.
pub fn find(text: &str) -> Option<&'static Fault> {
    KNOWN.iter().zip(patterns()).find(|(_, pattern)| pattern.is_match(text)).map(|(fault, _)| fault)
}

/// The patterns, compiled at the first question: most runs never ask.
fn patterns() -> &'static [Regex] {
    static PATTERNS: OnceLock<Vec<Regex>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let compile = |fault: &Fault| Regex::new(fault.pattern).expect("a test compiles every pattern of the table");
        KNOWN.iter().map(compile).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_finds_its_own_row() {
        for fault in KNOWN {
            let found = find(fault.sample).unwrap_or_else(|| panic!("{}: nothing matches its sample", fault.id));
            let expected = match fault.id {
                // The two families point to what is inside them.
                "layer-work-failed" => "import-path-missing",
                "network-code" => "port-exists",
                own => own,
            };
            assert_eq!(found.id, expected, "{}", fault.sample);
            assert_eq!(found.retry, fault.retry, "{}", fault.id);
        }
    }

    #[test]
    fn rows_are_complete_and_their_rules_exist() {
        for (index, fault) in KNOWN.iter().enumerate() {
            assert!(KNOWN[..index].iter().all(|other| other.id != fault.id), "{} stands twice", fault.id);
            assert!(!fault.cause.is_empty() && !fault.remedy.is_empty(), "{}", fault.id);
            assert!(!fault.cause.ends_with('.') && !fault.remedy.ends_with('.'), "{}: a full stop", fault.id);
            if let Some(rule) = fault.rule {
                assert!(rules::rule(rule).is_some(), "{}: there is no rule {rule}", fault.id);
            }
        }
    }

    #[test]
    fn texts_from_the_field_are_known() {
        for (text, id) in [
            ("hcsshim::PrepareLayer failed in Win32: Dieser Vorgang wurde beendet. (0x5b4)", "layer-timeout"),
            ("hcsshim::ImportLayer failed in Win32: Catastrophic failure (0x8000ffff)", "import-catastrophic"),
            ("hcsshim::ImportLayer - failed failed in Win32: Catastrophic failure", "import-catastrophic"),
            ("windows does not support commit of a running container", "commit-of-running"),
            ("HNS failed with error : The parameter is incorrect. ", "nat-network-stale"),
            (
                "hcsshim::ActivateLayer failed in Win32: The process cannot access the file because it is being used by \
                 another process. (0x20) layerId=\\\\?\\C:\\ProgramData\\docker\\windowsfilter\\1",
                "layer-in-use",
            ),
            ("hcsshim::PrepareLayer failed in Win32: The device is not ready. (0x15)", "device-not-ready"),
            ("Insufficient system resources exist to complete the requested service. (0x5aa)", "resources-exhausted"),
            ("dial tcp: lookup mcr.microsoft.com: no such host", "name-not-resolved"),
            ("Invoke-WebRequest : The remote name could not be resolved: 'example.com'", "name-not-resolved"),
        ] {
            assert_eq!(find(text).map(|fault| fault.id), Some(id), "{text}");
        }
    }

    #[test]
    fn ordinary_output_is_no_fault() {
        for text in [
            "",
            "Step 3/7 : RUN dir C:\\",
            "the command 'cmd /S /C setup.exe' returned a non-zero code: 1223",
            "copied 0x20 files",
            "No such container: 0123",
        ] {
            assert_eq!(find(text).map(|fault| fault.id), None, "{text}");
        }
    }
}
