//! A step that says nothing for a long time: what runs in its container, and why it likely waits.

/// A program that is known for waiting.
struct Waiter {
    /// The beginning of its name, in lower case.
    program: &'static str,
    /// Why it likely waits.
    reason: &'static str,
    /// The rule of `wlint` that finds the mistake.
    rule: &'static str,
}

const fn waiter(program: &'static str, reason: &'static str, rule: &'static str) -> Waiter {
    Waiter { program, reason, rule }
}

/// The specific ones first.
#[rustfmt::skip]
const WAITERS: &[Waiter] = &[
    waiter("msiexec", "msiexec without /qn waits for a click in a window that nobody sees", "msiexec-not-silent"),
    waiter("vs_", "the Visual Studio installer without --quiet --wait waits for a click", "vs-buildtools-not-silent"),
    waiter("vc_redist", "the Visual C++ runtime without /quiet waits for a click", "vcredist-not-silent"),
    waiter("vcredist", "the Visual C++ runtime without /quiet waits for a click", "vcredist-not-silent"),
    waiter("is-", "an Inno Setup installer without /VERYSILENT waits for a click", "innosetup-not-silent"),
    waiter("choco", "choco without -y waits for an answer", "choco-missing-yes"),
    waiter("wusa", "Windows Update does not work in a container", "windows-update-in-image"),
    waiter("bitsadmin", "background transfers do not run in a container", "bits-transfer-in-container"),
    waiter("notepad", "a program with a window waits for somebody to close it", "gui-app-in-container"),
    waiter("werfault", "a program crashed and its report waits for a click", "gui-app-in-container"),
    waiter("pause", "pause waits for a key", "interactive-file-command"),
    waiter("timeout", "timeout wants a console, which a step does not have", "timeout-needs-console"),
    waiter("robocopy", "robocopy tries a file that it cannot read a million times: give it /R:2 /W:5", "robocopy-exit-code-unhandled"),
    waiter("setup", "an installer without its silent switches waits for a click in a window that nobody sees", "unknown-installer-not-silent"),
    waiter("install", "an installer without its silent switches waits for a click in a window that nobody sees", "unknown-installer-not-silent"),
    waiter("unins", "an uninstaller without its silent switches waits for a click", "unknown-installer-not-silent"),
    waiter("powershell", "a cmdlet that asks (Read-Host, Install-Module, Remove-Item, Invoke-WebRequest without -UseBasicParsing) waits for an answer", "interactive-prompt-in-run"),
    waiter("pwsh", "a cmdlet that asks waits for an answer", "interactive-prompt-in-run"),
];

/// The likeliest reason, and the rule that finds it: by the programs that run, the last started first, and then by
/// the words of the command.
pub(super) fn reason(programs: &[String], command: &str) -> Option<(&'static str, &'static str)> {
    let find =
        |words: &[String]| WAITERS.iter().find(|waiter| words.iter().any(|word| word.starts_with(waiter.program)));
    let names: Vec<String> = programs.iter().rev().map(name).collect();
    let separators = [' ', '\'', '"', ';', '&', '|', '('];
    let words: Vec<String> = command.split(separators).map(name).collect();
    find(&names).or_else(|| find(&words)).map(|waiter| (waiter.reason, waiter.rule))
}

/// A program's name in lower case, without its folder.
fn name(program: impl AsRef<str>) -> String {
    program.as_ref().rsplit(['/', '\\']).next().unwrap_or_default().to_lowercase()
}

/// The programs of a list of processes: of the column that names them.
pub(super) fn programs(titles: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let column = ["Name", "CMD", "COMMAND"].iter().find_map(|title| titles.iter().position(|found| found == title));
    let program =
        |row: &Vec<String>| row.get(column?).and_then(|text| text.split_whitespace().next()).map(str::to_owned);
    rows.iter().filter_map(program).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn every_rule_exists() {
        for waiter in WAITERS {
            assert!(rules::rule(waiter.rule).is_some(), "{}", waiter.rule);
        }
    }

    #[test]
    fn the_program_that_waits_is_named() {
        let titles = texts(&["Name", "PID", "CPU", "Private Working Set"]);
        let rows = [texts(&["smss.exe", "1"]), texts(&["cmd.exe", "2"]), texts(&["MsiExec.exe", "3"])];
        let programs = programs(&titles, &rows);
        assert_eq!(programs, ["smss.exe", "cmd.exe", "MsiExec.exe"]);
        assert_eq!(reason(&programs, "start /wait x").map(|found| found.1), Some("msiexec-not-silent"));
    }

    #[test]
    fn without_a_known_program_the_command_tells() {
        let command = "Start-Process C:\\t\\setup.exe -Wait";
        let running = texts(&["cmd.exe"]);
        assert_eq!(reason(&running, command).map(|found| found.1), Some("unknown-installer-not-silent"));
        assert_eq!(reason(&running, "C:\\t\\run.exe"), None);
    }

    #[test]
    fn a_list_of_linux_is_read() {
        let rows = [texts(&["root", "7", "sleep 100"])];
        assert_eq!(programs(&texts(&["UID", "PID", "CMD"]), &rows), ["sleep"]);
    }
}
