//! What a switch that makes an installer ask nothing looks like, whatever the installer is made with.

use dockerfile::effect::program::Argument;

/// Names of such switches, without what stands before them.
const SWITCHES: &[&str] = &[
    "accepteula",
    "auto",
    "b",
    "batch",
    "exenoui",
    "h",
    "help",
    "hide",
    "noninteractive",
    "passive",
    "q",
    "qb",
    "qn",
    "qr",
    "qs",
    "quiet",
    "s",
    "silent",
    "sms",
    "sp-",
    "u",
    "unattend",
    "unattended",
    "v",
    "verysilent",
    "version",
    "y",
    "yes",
];

/// Whether one of the arguments looks as if it made a program ask nothing.
pub(super) fn looks_silent(arguments: &[Argument]) -> bool {
    arguments.iter().any(|argument| {
        let lower = argument.text.to_ascii_lowercase();
        let bare = lower.trim_start_matches(['/', '-']);
        let name = bare.split(['=', ':']).next().unwrap_or(bare);
        let is_switch = bare.len() < lower.len();
        let says = ["silent", "quiet", "unattended", "confirm-command", "headless"].iter().any(|it| lower.contains(it));
        says || is_switch && SWITCHES.contains(&name)
    })
}
