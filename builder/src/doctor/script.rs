//! The script that mends a host: PowerShell 5.1, guarded part by part, so that running it again changes nothing.

/// The script, with the line endings of Windows.
pub fn text() -> String {
    include_str!("mend.ps1").replace("\r\n", "\n").replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use dockerfile::script::{self, Dialect};
    use dockerfile::splice::Spliced;

    use super::*;

    #[test]
    fn both_scripts_are_read_to_their_end() {
        for script in [text(), include_str!("inventory.ps1").to_owned()] {
            let script = script::parse(Spliced::verbatim(&script, 0), Dialect::WindowsPowerShell);
            assert_eq!(script.faults, []);
            assert!(script.statements.len() > 10, "{}", script.statements.len());
        }
    }
}
