//! Logs and what they mean.

use super::*;

#[rustfmt::skip]
const FIELD: &[(&str, &str)] = &[
    ("The command 'cmd /S /C C:\\setup.exe' returned a non-zero code: 1223", "exit-code-1223"),
    ("hcsshim::PrepareLayer failed in Win32: This operation returned because the timeout period expired. (0x5b4)", "layer-timeout"),
    ("re-exec error: exit status 1: output: hcsshim::ImportLayer failed in Win32: Catastrophic failure (0x8000ffff)", "import-catastrophic"),
    ("Error response from daemon: windows does not support commit of a running container", "commit-of-running"),
    ("failed to create endpoint x on network nat: HNS failed with error : The parameter is incorrect.", "nat-network-stale"),
    ("process \"cmd /S /C x\" did not complete successfully: exit code: 3221225781", "exit-code--1073741515"),
    ("'Invoke-WebRequest' is not recognized as an internal or external command,", "cmdlet-in-cmd"),
    ("'git' is not recognized as an internal or external command,", "program-unknown"),
    ("dockerfile parse error on line 4: unknown instruction: INVOKE-WEBREQUEST", "instruction-unknown"),
    ("Security Warning: Script Execution Risk", "web-request-prompt"),
    ("WARNING: The data being saved is truncated to 1024 characters.", "setx-truncated"),
    ("WARNING: .NET Framework 4.8 was installed, but a reboot is required before using Chocolatey CLI.", "netfx-restart"),
    ("DEPRECATED: The legacy builder is deprecated and will be removed in a future release.", "legacy-builder"),
    ("services.agent.volumes.0.type services.agent.volumes.0.type must be one of the following: \"bind\", \"volume\", \"tmpfs\"", "compose-pipe-volume"),
    ("COPY failed: file not found in build context or excluded by .dockerignore: stat app: file does not exist", "copy-source-missing"),
    ("The request was aborted: Could not create SSL/TLS secure channel.", "tls-refused"),
    ("ERROR: failed to solve: mcr.microsoft.com/windows/servercore:ltsc2023: failed to resolve source metadata for mcr.microsoft.com/windows/servercore:ltsc2023: mcr.microsoft.com/windows/servercore:ltsc2023: not found", "base-not-found"),
    ("manifest for microsoft/nanoserver:latest not found: manifest unknown: manifest unknown", "base-not-found"),
    ("pull access denied for biuld, repository does not exist or may require 'docker login': denied", "pull-denied"),
    ("ERROR: executor failed running [cmd /S /C x]: exit code: 1", "exit-code-1"),
    ("The command 'cmd /S /C npm ci' returned a non-zero code: 217", "exit-code-217"),
    ("The token '&&' is not a valid statement separator in this version.", "chain-operator"),
];

#[test]
fn texts_from_the_field_are_explained() {
    for (text, id) in FIELD {
        let found = explain(text);
        assert_eq!(found.first().map(|known| known.id.as_str()), Some(*id), "{text}");
        assert!(!found[0].cause.is_empty(), "{text}");
    }
}

#[test]
fn a_line_without_an_end_is_cut() {
    let found = explain(&format!("{} returned a non-zero code: 1223 {}", "x".repeat(5000), "y".repeat(5000)));
    assert_eq!((found[0].id.as_str(), found[0].text.chars().count()), ("exit-code-1223", LONGEST + 3));
}

#[test]
fn every_sample_of_a_fault_is_explained() {
    for fault in fault::KNOWN {
        let found = explain(fault.sample);
        assert!(found.iter().any(|known| !known.cause.is_empty() && !known.remedy.is_empty()), "{}", fault.id);
    }
}

#[test]
fn a_green_log_ends_nothing() {
    let log = "Step 1/2 : FROM x\n ---> 0123\nStep 2/2 : RUN dir\nexit code: 0\nSuccessfully built 0123\n";
    assert_eq!(explain(log), []);
    assert_eq!(ending(&explain(log)), None);
    assert!(report::text(&[], None).contains("nothing in this log"));
}

const CLASSIC: &str = "2026-11-20T10:00:00.0000000Z Step 1/3 : FROM mcr.microsoft.com/windows/servercore:ltsc2022\n\
    2026-11-20T10:00:01.0000000Z Step 2/3 : RUN setx PATH x\n\
    2026-11-20T10:00:02.0000000Z WARNING: The data being saved is truncated to 1024 characters.\n\
    2026-11-20T10:00:03.0000000Z Step 3/3 : RUN C:\\app-setup.exe     && echo done\n\
    2026-11-20T10:09:03.0000000Z The command 'cmd /S /C C:\\app-setup.exe     && echo done' returned a non-zero code: 1223\n";

#[test]
fn the_step_that_failed_is_named_with_its_place_in_the_file() {
    let found = explain(CLASSIC);
    let ended = ending(&found).unwrap();
    assert_eq!((ended.id.as_str(), ended.line), ("exit-code-1223", 5));
    let step = ended.step.clone().unwrap();
    assert_eq!(step.number, "3/3");
    let file = "# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\nRUN setx PATH x\nRUN C:\\app-setup.exe `\n    && echo done\n";
    let place = place(file.into(), &step).unwrap();
    assert_eq!((place.line, place.text.as_str()), (4, "RUN C:\\app-setup.exe `"));
    let text = report::text(&found, Some(&place));
    assert!(text.starts_with("what ended it: exit-code-1223 (line 5 of the log)"), "{text}");
    assert!(text.contains("also in the log\n  line 3: setx-truncated"), "{text}");
    let json = report::json(&found, Some(&place));
    assert_eq!(json["ended"]["rule"], "installer-not-silent");
    assert_eq!(json["place"]["line"], 4);
}

#[test]
fn what_a_program_prints_says_more_than_its_code() {
    let log = "#8 [stage-0 3/4] RUN Invoke-WebRequest https://example.com\n\
               #8 1.234 'Invoke-WebRequest' is not recognized as an internal or external command,\n\
               #8 ERROR: process \"cmd /S /C Invoke-WebRequest https://example.com\" did not complete successfully: exit code: 9009\n\
               ------\n > [stage-0 3/4] RUN Invoke-WebRequest https://example.com:\n------\nDockerfile:7\n";
    let found = explain(log);
    assert_eq!(ending(&found).unwrap().id, "cmdlet-in-cmd");
    assert_eq!(ending(&found).unwrap().step.as_ref().unwrap().number, "stage-0 3/4");
}

#[test]
fn nothing_in_a_log_steers_a_terminal() {
    let found = explain("\u{1b}]0;title\u{7} returned a non-zero code: 1603");
    assert!(!report::text(&found, None).contains(['\u{1b}', '\u{7}']));
}

#[test]
fn the_end_of_a_log_names_the_step_and_its_line() {
    let end = "#9 ERROR: process \"cmd /S /C vs_buildtools.exe --quiet\" did not complete successfully: exit code: 5007\n\
               ------\n > [stage-1 4/7] RUN vs_buildtools.exe --quiet:\n------\nDockerfile:12\n\
               ERROR: failed to solve: process \"cmd /S /C vs_buildtools.exe --quiet\" did not complete successfully: exit code: 5007\n";
    let found = explain(end);
    assert_eq!(found.len(), 1, "{found:?}");
    let step = ending(&found).unwrap().step.clone().unwrap();
    assert_eq!((step.number.as_str(), step.line), ("stage-1 4/7", Some(12)));
}

#[test]
fn what_an_earlier_step_printed_does_not_hide_what_ended_the_build() {
    let log = "Step 2/3 : RUN del C:\\nothing & exit 0\nThe system cannot find the file specified.\n\
               Step 3/3 : RUN copy a.txt C:\\b\\\nThe system cannot find the file specified.\n\
               The command 'cmd /S /C copy a.txt C:\\b\\' returned a non-zero code: 1\n";
    let found = explain(log);
    let ended = ending(&found).unwrap();
    assert_eq!((ended.id.as_str(), ended.line), ("path-missing", 4));
}
