//! Findings that hold from a day on, and how sure they are.

use dockerfile::diagnostic::Severity::{Error, Info, Warning};
use dockerfile::diagnostic::{Severity, apply, merge};
use dockerfile::document::{Builder, Document};
use dockerfile::source::Source;

use crate::{Date, Settings, check};

/// What a rule finds on a day: how bad it is, and the text it points at.
fn found(rule: &str, day: &str, text: &str) -> Vec<(Severity, String)> {
    let settings = Settings { as_of: Date::parse(day).expect("a day"), ..Settings::only(&[rule]) };
    let document = Document::new(Source::new(text.into()), Builder::Any);
    let place = |span| document.source.slice(span).to_owned();
    check(&document, &settings).iter().map(|finding| (finding.severity, place(finding.span))).collect()
}

fn one(severity: Severity, text: &str) -> Vec<(Severity, String)> {
    vec![(severity, text.to_owned())]
}

#[test]
fn support_of_windows_ends_on_a_day() {
    let on = |day, image: &str| found("base-eol", day, &format!("FROM mcr.microsoft.com/windows/{image}\n"));
    assert_eq!(on("2026-01-12", "servercore:ltsc2016"), []);
    assert_eq!(on("2026-01-13", "servercore:ltsc2016"), one(Info, "ltsc2016"));
    assert_eq!(on("2027-01-12", "servercore:ltsc2016"), one(Info, "ltsc2016"));
    assert_eq!(on("2027-01-13", "servercore:ltsc2016"), one(Error, "ltsc2016"));
    assert_eq!(on("2022-08-10", "servercore:20H2"), one(Error, "20H2"));
    assert_eq!(on("2018-10-10", "nanoserver:sac2016"), one(Error, "sac2016"));
    assert_eq!(on("2026-11-01", "servercore:ltsc2019"), []);
    assert_eq!(on("2029-01-10", "nanoserver:1809"), one(Error, "1809"));
    // The dates of 2025 are less sure.
    assert_eq!(on("2035-01-01", "servercore:ltsc2025"), one(Warning, "ltsc2025"));
}

#[test]
fn support_of_other_images_ends_on_a_day() {
    let framework = "FROM mcr.microsoft.com/dotnet/framework/aspnet:4.7.2-windowsservercore-ltsc2019\n";
    assert_eq!(found("base-eol", "2025-10-14", framework), []);
    assert_eq!(found("base-eol", "2025-10-15", framework), one(Warning, "4.7.2-windowsservercore-ltsc2019"));
    let dotnet = "FROM mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022\n";
    assert_eq!(found("base-dotnet-core-renamed", "2026-11-10", dotnet), []);
    assert_eq!(found("base-dotnet-core-renamed", "2026-11-11", dotnet), one(Warning, "8.0-nanoserver-ltsc2022"));
    let powershell = "FROM mcr.microsoft.com/powershell:nanoserver-1809\n";
    assert_eq!(found("base-pwsh-deprecated", "2025-02-28", powershell), []);
    assert_eq!(found("base-pwsh-deprecated", "2025-03-01", powershell), one(Warning, "mcr.microsoft.com/powershell"));
}

#[test]
fn what_a_build_may_change_and_what_is_less_sure_is_no_error() {
    let now = "2026-11-01";
    let argument = "ARG T=1909\nFROM mcr.microsoft.com/windows/servercore:$T\n";
    assert_eq!(found("base-eol", now, argument), one(Warning, "1909"));
    let mirror = "FROM contoso.azurecr.io/windows/servercore:1909\n";
    assert_eq!(found("base-eol", now, mirror), one(Warning, "1909"));
    assert_eq!(found("base-missing-mcr", now, "FROM nanoserver:1709\n"), one(Warning, "nanoserver"));
    let insider = "FROM microsoft/windowsservercore-insider\n";
    assert_eq!(found("base-deprecated-hub", now, insider), one(Warning, "microsoft/windowsservercore-insider"));
    let pair = |old: &str, step: &str| {
        let new = "FROM mcr.microsoft.com/windows/servercore:ltsc2025 AS a\nRUN mkdir a\n";
        let copy = "COPY --from=a C:/a C:/a";
        let text = format!("{new}FROM mcr.microsoft.com/windows/nanoserver:{old}\n{copy}\n{step}\n");
        found("base-version-mismatch", now, &text)
    };
    assert_eq!(pair("ltsc2019", "RUN dir"), one(Error, "ltsc2019"));
    assert_eq!(pair("ltsc2019", "CMD dir"), one(Warning, "ltsc2019"));
    assert_eq!(pair("ltsc2022", "RUN dir"), one(Warning, "ltsc2022"));
}

#[test]
fn a_digest_is_kept() {
    let digest = format!("sha256:{}", "a".repeat(64));
    let text = format!("FROM mcr.microsoft.com/windows/servercore:1909@{digest}\n");
    let document = Document::new(Source::new(text.into_bytes()), Builder::Any);
    let findings = check(&document, &Settings::only(&["base-eol", "base-latest", "base-untagged"]));
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["base-eol"]);
    let (edits, transcode, taken) = merge(findings.iter().filter_map(|finding| finding.fix.as_ref()));
    assert_eq!((taken, apply(&document.source, &edits, transcode).len()), (0, document.source.text().len()));
}
