//! Tables of what is known about Windows images, their builds, programs and installers. Each row says how sure
//! it is; the tables are written by hand and compiled in.

pub mod access;
pub mod accounts;
pub mod base_image;
pub mod build;
pub mod capability;
pub mod cmdlets;
pub mod compat;
pub mod deprecated;
pub mod dotnet;
pub mod env;
pub mod exit_codes;
pub mod host;
pub mod installer_tech;
pub mod installers;
pub mod registry_path;
pub mod secret;

/// How sure a row is. What is not [`Confidence::High`] never makes an error-severity finding alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Remembered or derived; nothing that could be read confirms it.
    Low,
    /// One source, or sources that differ in detail.
    Medium,
    /// Documented by the maker, or read in the maker's own files.
    High,
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// It depends on more than the tables know, or sources contradict each other.
    Unsure,
}

/// A day, for facts that begin or end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Such as 2026.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl Date {
    /// A day.
    pub const fn new(year: u16, month: u8, day: u8) -> Self {
        Date { year, month, day }
    }

    /// Reads `2026-11-10`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let all_digits = [year, month, day].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()));
        if parts.next().is_some() || !all_digits || (year.len(), month.len(), day.len()) != (4, 2, 2) {
            return None;
        }
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
        date.is_valid().then_some(date)
    }

    /// Whether the calendar has this day.
    pub const fn is_valid(self) -> bool {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let last = match self.month {
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            1..=12 => 31,
            _ => 0,
        };
        self.day >= 1 && self.day <= last
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written_alike() {
        for text in ["2026-11-10", "2024-02-29", "1999-01-01"] {
            assert_eq!(Date::parse(text).expect(text).to_string(), text);
        }
        for text in ["2025-02-29", "2026-13-01", "2026-1-1", "2026-11-10-", "x", "+026-11-10"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }
}
