//! How often and how long a request is tried again.

use std::hash::{BuildHasher, RandomState};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use super::error::Fault;

/// The bounds of trying again.
#[derive(Clone, Debug)]
pub struct Retry {
    /// How often a request is tried at most, the first time included. A transfer that has moved on starts to count
    /// anew.
    pub attempts: u32,
    /// The same where no connection comes about, which waiting cures more seldom.
    pub connects: u32,
    /// The pause after the first fault. It doubles with each fault, and up to half of it is left to chance.
    pub pause: Duration,
    /// The longest pause that is chosen here; a registry may ask for more.
    pub longest: Duration,
    /// How long all pauses of one transfer may be together.
    pub patience: Duration,
}

impl Default for Retry {
    fn default() -> Self {
        Retry {
            attempts: 6,
            connects: 3,
            pause: Duration::from_millis(500),
            longest: Duration::from_secs(30),
            patience: Duration::from_secs(300),
        }
    }
}

/// How many bytes a transfer must have moved for its faults to count anew.
const PROGRESS: u64 = 1 << 20;

/// The faults of one request or transfer so far.
#[derive(Debug)]
pub(super) struct Backoff {
    retry: Retry,
    faults: u32,
    tries: u32,
    waited: Duration,
    reached: u64,
}

impl Backoff {
    pub(super) const fn new(retry: Retry) -> Self {
        Backoff { retry, faults: 0, tries: 1, waited: Duration::ZERO, reached: 0 }
    }

    /// How often it was tried, all in all.
    pub(super) const fn tries(&self) -> u32 {
        self.tries
    }

    /// The transfer has come as far as `at` bytes.
    pub(super) fn moved(&mut self, at: u64) {
        if at >= self.reached.saturating_add(PROGRESS) {
            self.reached = at;
            self.faults = 0;
        }
    }

    /// Waits before the next try.
    ///
    /// # Errors
    /// The fault itself, when trying again is of no use or was done often enough.
    pub(super) fn pause(&mut self, fault: Fault) -> Result<(), Fault> {
        self.faults += 1;
        let limit = match fault {
            _ if !fault.is_transient() => return Err(fault),
            Fault::Connect { .. } | Fault::Proxy { .. } => self.retry.connects,
            _ => self.retry.attempts,
        };
        if self.faults >= limit {
            return Err(fault);
        }
        let wait = fault.retry_after().unwrap_or_else(|| self.chosen());
        if self.waited.saturating_add(wait) > self.retry.patience {
            return Err(fault);
        }
        tracing::info!("{fault}: trying again in {:.1} s", wait.as_secs_f64());
        thread::sleep(wait);
        self.waited += wait;
        self.tries += 1;
        Ok(())
    }

    /// The pause where the registry asks for none.
    fn chosen(&self) -> Duration {
        let doubled = self.retry.pause.saturating_mul(1 << (self.faults - 1).min(16));
        jittered(doubled.min(self.retry.longest))
    }
}

/// Between half of it and the whole: clients that failed together do not come back together.
fn jittered(pause: Duration) -> Duration {
    let chance = RandomState::new().hash_one(Instant::now()) % 1024;
    pause / 2 + pause.mul_f64(chance as f64 / 2048.0)
}

/// What a `Retry-After` header asks for: seconds, or a date.
pub fn parse_retry_after(text: &str, now: SystemTime) -> Option<Duration> {
    let text = text.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(SystemTime::from(date).duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quick() -> Retry {
        Retry { pause: Duration::from_millis(1), longest: Duration::from_millis(2), ..Retry::default() }
    }

    fn cut() -> Fault {
        Fault::Cut { host: "h".to_owned(), text: "gone".to_owned() }
    }

    #[test]
    fn a_registry_may_ask_for_a_pause_without_an_end() {
        let mut backoff = Backoff { waited: Duration::from_secs(2), ..Backoff::new(quick()) };
        let retry_after = Some(Duration::from_secs(u64::MAX));
        let fault = backoff.pause(Fault::Status { status: 429, text: String::new(), retry_after }).unwrap_err();
        assert_eq!(fault.retry_after(), retry_after);
    }

    #[test]
    fn trying_again_ends() {
        let mut backoff = Backoff::new(quick());
        let faults = (0..100).take_while(|_| backoff.pause(cut()).is_ok()).count();
        assert_eq!((faults, backoff.tries()), (5, 6));
    }

    #[test]
    fn what_moves_on_may_fail_again() {
        let mut backoff = Backoff::new(quick());
        for mebibytes in 1..=20 {
            backoff.moved(mebibytes << 20);
            assert!(backoff.pause(cut()).is_ok());
        }
        backoff.moved((20 << 20) + 1);
        assert_eq!((0..100).take_while(|_| backoff.pause(cut()).is_ok()).count(), 4, "a byte is no progress");
    }

    #[test]
    fn a_registry_that_asks_for_too_long_is_not_waited_for() {
        let mut backoff = Backoff::new(quick());
        let text = String::new();
        let fault = Fault::Status { status: 429, text, retry_after: Some(Duration::from_secs(3600)) };
        assert!(backoff.pause(fault).is_err());
    }

    #[test]
    fn pauses_double_and_stay_below_the_longest() {
        let retry = Retry { longest: Duration::from_millis(3000), ..Retry::default() };
        for (faults, top) in [(1, 500), (2, 1000), (3, 2000), (4, 3000), (60, 3000)] {
            let pause = Backoff { faults, ..Backoff::new(retry.clone()) }.chosen().as_millis();
            assert!((top / 2..=top).contains(&pause), "{faults}: {pause}");
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_445_412_470);
        assert_eq!(parse_retry_after(" 120 ", now), Some(Duration::from_secs(120)));
        let date = parse_retry_after("Wed, 21 Oct 2015 07:28:00 GMT", now);
        assert_eq!(date, Some(Duration::from_secs(10)));
        assert_eq!(parse_retry_after("Wed, 21 Oct 2015 07:27:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(parse_retry_after("soon", now), None);
    }
}
