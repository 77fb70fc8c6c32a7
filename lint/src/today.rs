//! The clock: read once, and here alone.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rules::Date;

/// This day in UTC.
pub fn today() -> Date {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let number = |part: i8| u8::try_from(part).expect("months and days count from 1");
    Date { year: today.year().unsigned_abs(), month: number(today.month()), day: number(today.day()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_day() {
        assert!(today().is_valid() && today() > Date::new(2025, 1, 1));
    }
}
