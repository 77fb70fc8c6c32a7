//! Trying a step again: what for, how often, and after which pause.

use std::time::Duration;

use crate::fault::Retry;

use super::error::EngineError;

/// The pauses between tries. Tests take shorter ones.
#[derive(Clone, Debug)]
pub struct Pauses {
    /// After each fault that passes: as many as there are tries again.
    pub backoff: Vec<Duration>,
    /// While another installation runs (1618).
    pub busy: Duration,
}

impl Default for Pauses {
    fn default() -> Self {
        Pauses { backoff: [2, 5, 15, 45].map(Duration::from_secs).to_vec(), busy: Duration::from_secs(30) }
    }
}

/// How often a step has been tried, and for what.
#[derive(Debug, Default)]
pub(super) struct Tries {
    /// Faults of the engine.
    faults: usize,
    /// Waits for another installation.
    waits: usize,
    /// Failures of the step itself.
    failures: u32,
}

impl Tries {
    /// The pause before the next try after an error of the engine; none when it does not help.
    pub fn after_fault(&mut self, error: &EngineError, pauses: &Pauses) -> Option<Duration> {
        let allowed = match error.retry() {
            Retry::Never => 0,
            Retry::Once => 1,
            Retry::Backoff => pauses.backoff.len(),
        };
        let pause = (self.faults < allowed).then(|| pauses.backoff.get(self.faults)).flatten()?;
        self.faults += 1;
        Some(jittered(*pause))
    }

    /// The pause before the next try while another installation runs.
    pub fn after_busy(&mut self, pauses: &Pauses) -> Option<Duration> {
        (self.waits < pauses.backoff.len()).then(|| {
            self.waits += 1;
            pauses.busy
        })
    }

    /// Whether a step that failed by itself is tried again.
    pub fn after_failure(&mut self, allowed: u32) -> bool {
        let again = self.failures < allowed;
        self.failures += u32::from(again);
        again
    }

    /// Whether it has been tried once only.
    pub const fn is_first(&self) -> bool {
        self.faults == 0 && self.waits == 0 && self.failures == 0
    }

    /// How often the step has been carried out, the one under way included.
    pub fn count(&self) -> u32 {
        1 + u32::try_from(self.faults + self.waits).unwrap_or(u32::MAX) + self.failures
    }
}

/// A pause in words.
pub(super) fn words(pause: Duration) -> String {
    if pause.is_zero() { "at once".to_owned() } else { format!("in {:.1} s", pause.as_secs_f64()) }
}

/// Up to a quarter longer, so that builds which failed together do not try together.
fn jittered(pause: Duration) -> Duration {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    pause + pause.mul_f64(f64::from(now.subsec_nanos() % 1000) / 4000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(message: &str) -> EngineError {
        EngineError::Refused { doing: "starting".to_owned(), status: 500, message: message.to_owned() }
    }

    fn tries(message: &str) -> Vec<u64> {
        let (mut tries, pauses) = (Tries::default(), Pauses::default());
        let error = refused(message);
        std::iter::from_fn(|| tries.after_fault(&error, &pauses)).map(|pause| pause.as_secs()).collect()
    }

    #[test]
    fn a_fault_that_passes_is_tried_four_times_again() {
        let pauses = tries("hcsshim::PrepareLayer timeout (0x5b4)");
        assert_eq!(pauses.len(), 4);
        for (pause, least) in pauses.iter().zip([2, 5, 15, 45]) {
            assert!((least..=least * 5 / 4).contains(pause), "{pauses:?}");
        }
    }

    #[test]
    fn one_that_rarely_passes_is_tried_once_and_others_not_at_all() {
        assert_eq!(tries("hcsshim::ImportLayer failed: The system cannot find the path specified. (0x3)").len(), 1);
        assert!(tries("no such image").is_empty());
        assert!(tries("No hypervisor is present on this system").is_empty());
    }

    #[test]
    fn a_pause_is_never_shown_as_nothing() {
        let shown: Vec<String> = [0, 30, 2_400].map(|pause| words(Duration::from_millis(pause))).to_vec();
        assert_eq!(shown, ["at once", "in 0.0 s", "in 2.4 s"]);
    }

    #[test]
    fn failures_are_counted_apart() {
        let mut tries = Tries::default();
        assert!(tries.after_failure(2) && tries.after_failure(2) && !tries.after_failure(2));
        assert!(tries.after_busy(&Pauses::default()).is_some());
        assert_eq!(tries.count(), 4);
    }
}
