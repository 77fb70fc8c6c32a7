//! What the exit code of a step means for the build, and what to do about it.

use dockerfile::facts::exit_codes::{Class, Domain, ExitCode, find};

/// What a build does after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Goes on.
    Ok,
    /// Goes on and says what the code means.
    OkNoted,
    /// Waits and runs the step again in a fresh container.
    Wait,
    /// Stops.
    Fail,
}

/// A verdict with its reasons.
#[derive(Clone, Copy, Debug)]
pub struct Judged {
    /// The code as the step ended, signed.
    pub code: i64,
    /// What to do.
    pub verdict: Verdict,
    /// The row of the table, where it has one.
    pub row: Option<&'static ExitCode>,
    /// Whether the user listed the code as success.
    pub by_user: bool,
    /// What the user can do about a failure.
    pub way_out: Option<&'static str>,
}

/// Judges an exit code.
///
/// `domains` are the technologies that the step installs with: the small codes of Inno Setup and NSIS mean something
/// only there. `accepted` are the codes that count as success besides 0 and those that the table knows as one. `windows`
/// says what ran: on Linux, codes up to 255 are the program's own.
pub fn judge(code: i64, domains: &[Domain], accepted: &[i64], windows: bool) -> Judged {
    let row = lookup(code, domains).filter(|_| windows || code == 0 || !(0..256).contains(&code));
    let by_user = accepted.iter().any(|ok| same_code(*ok, code));
    let verdict = match row.map(|row| row.class) {
        _ if by_user => Verdict::Ok,
        _ if code == 0 => Verdict::Ok,
        Some(Class::Success) => Verdict::Ok,
        Some(Class::SuccessReboot | Class::Already) => Verdict::OkNoted,
        Some(Class::Retry) => Verdict::Wait,
        Some(Class::Failure) | None => Verdict::Fail,
    };
    Judged { code: signed(code), verdict, row, by_user, way_out: row.and_then(|row| way_out(row.code)) }
}

/// The row for the first of the domains that has one, else for any program.
fn lookup(code: i64, domains: &[Domain]) -> Option<&'static ExitCode> {
    let own = domains.iter().filter_map(|domain| find(code, *domain).filter(|row| row.domain == *domain)).next();
    own.or_else(|| find(code, Domain::All))
}

/// Engines report a code of 32 bits unsigned, programs signed.
fn signed(code: i64) -> i64 {
    u32::try_from(code).map_or(code, |code| i64::from(code.cast_signed()))
}

fn same_code(left: i64, right: i64) -> bool {
    signed(left) == signed(right)
}

/// What to do about a code that is a failure, for those where more can be said than what the code means.
#[rustfmt::skip]
pub const fn way_out(code: i32) -> Option<&'static str> {
    Some(match code.cast_unsigned() {
        1223 => "give the installer its silent switches and run it as ContainerAdministrator; wlint names the switches for each technology",
        1602 => "give msiexec /qn (or the setup its silent switches), so that it asks nothing",
        1603 | 0x8007_0643 => "run it with /L*V C:\\install.log and print the log when it fails: `|| type C:\\install.log && exit 1`",
        1618 => "it was tried again until another installation should have ended; split the installs into steps of their own",
        1619 | 1620 => "check that the download is the package and not an error page, and give msiexec a full path with backslashes",
        1622 => "make the folder of the log first",
        1625 => "a policy of the base image forbids it; look for DisableMSI in its registry",
        1632 => "make the folder that TEMP names, or clean it",
        1633 | 216 | 0xC000_007B => "take the package for the image's processor; Nano Server runs 64-bit programs only",
        1639 => "quote paths with spaces, and double the backslash before a closing quote",
        740 | 0x8007_0005 => "put USER ContainerAdministrator before the step",
        5003 => "check that the container reaches the network; an offline layout of the installer needs none",
        9009 => "the image has no program of that name on its PATH; give the full path or install it first",
        0x800F_081F => "take a base image that has the feature, such as windows/server, or give dism a /Source",
        0x800F_081E => "take the package for the image's build of Windows",
        0xC000_0135 => "install the Visual C++ runtime, or take a servercore base: Nano Server lacks many DLLs",
        0xC000_0142 => "check that base image and host have matching updates; a program that wants a desktop needs windows/server",
        0xC000_013A => "it was stopped from outside; raise the step's timeout if that was why",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use dockerfile::facts::exit_codes::EXIT_CODES;

    fn verdict(code: i64) -> Verdict {
        judge(code, &[Domain::Msi], &[], true).verdict
    }

    #[test]
    fn codes_end_as_the_table_says() {
        for row in EXIT_CODES {
            let expected = match row.class {
                Class::Success => Verdict::Ok,
                Class::SuccessReboot | Class::Already => Verdict::OkNoted,
                Class::Retry => Verdict::Wait,
                Class::Failure => Verdict::Fail,
            };
            let unsigned = i64::from(row.code.cast_unsigned());
            for code in [i64::from(row.code), unsigned] {
                let judged = judge(code, &[row.domain], &[], true);
                assert_eq!((judged.verdict, judged.code), (expected, i64::from(row.code)), "{row:?}");
            }
        }
    }

    #[test]
    fn a_small_code_means_something_only_for_its_installer() {
        assert_eq!(judge(8, &[Domain::Inno], &[], true).verdict, Verdict::OkNoted);
        assert_eq!(judge(8, &[Domain::Msi], &[], true).verdict, Verdict::Fail);
        assert_eq!(judge(350, &[], &[], true).verdict, Verdict::Fail);
    }

    #[test]
    fn on_linux_small_codes_are_the_programs_own() {
        let judged = judge(87, &[], &[], false);
        assert!(judged.verdict == Verdict::Fail && judged.row.is_none());
        assert_eq!(judge(3010, &[], &[], false).verdict, Verdict::OkNoted);
    }

    #[test]
    fn the_user_may_accept_any_code() {
        assert_eq!(judge(42, &[], &[0, 42], true).verdict, Verdict::Ok);
        assert_eq!(judge(0xC000_0135, &[], &[-1_073_741_515], true).verdict, Verdict::Ok);
        assert_eq!(verdict(42), Verdict::Fail);
    }

    #[test]
    fn failures_of_the_field_have_a_way_out() {
        for code in [1223, 1603, 1619, 0xC000_0135, 0xC000_0142, 9009] {
            let judged = judge(code, &[], &[], true);
            assert!(judged.verdict == Verdict::Fail && judged.way_out.is_some(), "{code}");
        }
    }
}
