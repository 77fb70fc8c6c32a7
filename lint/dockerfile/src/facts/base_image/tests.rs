//! Names and tags as people write them, and what they are.

use super::*;

fn image(reference: &str) -> Option<BaseImage> {
    match reference.rsplit_once(':') {
        Some((name, tag)) => lookup(name, Some(tag)),
        None => lookup(reference, None),
    }
}

#[test]
fn names_and_tags_give_family_and_system() {
    use Family::*;
    for (reference, family, os, build, nano) in [
        ("mcr.microsoft.com/windows/nanoserver:ltsc2022", NanoServer, Os::Windows, Some("ltsc2022"), true),
        ("MCR.microsoft.com/Windows/ServerCore:LTSC2019", ServerCore, Os::Windows, Some("ltsc2019"), false),
        ("mcr.microsoft.com/windows/servercore", ServerCore, Os::Windows, None, false),
        ("mcr.microsoft.com/windows:20H2", Windows, Os::Windows, Some("20H2"), false),
        ("mcr.microsoft.com/windows/server:ltsc2025-amd64", Server, Os::Windows, Some("ltsc2025"), false),
        ("mcr.microsoft.com/windows/server/insider:10.0.27686.1000", Insider, Os::Windows, None, false),
        (
            "mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022",
            ServerCoreIis,
            Os::Windows,
            Some("ltsc2022"),
            false,
        ),
        ("mcr.microsoft.com/dotnet/framework/sdk:4.8", FrameworkSdk, Os::Windows, None, false),
        ("mcr.microsoft.com/dotnet/sdk:8.0", DotnetSdk, Os::Either, None, true),
        ("mcr.microsoft.com/dotnet/sdk:8.0-alpine", Linux, Os::Linux, None, false),
        ("mcr.microsoft.com/dotnet/aspnet:8.0-jammy-chiseled", Linux, Os::Linux, None, false),
        (
            "mcr.microsoft.com/dotnet/sdk:9.0-windowsservercore-ltsc2022",
            DotnetSdk,
            Os::Windows,
            Some("ltsc2022"),
            false,
        ),
        ("mcr.microsoft.com/dotnet/runtime:8.0-nanoserver-1809", DotnetRuntime, Os::Windows, Some("ltsc2019"), true),
        ("mcr.microsoft.com/dotnet/core/sdk:3.1", DotnetSdk, Os::Either, None, true),
        ("mcr.microsoft.com/dotnet/runtime-deps:8.0", Linux, Os::Linux, None, false),
        ("mcr.microsoft.com/azure-functions/dotnet:4", Linux, Os::Linux, None, false),
        ("mcr.microsoft.com/powershell:lts-nanoserver-1809", PowerShell, Os::Windows, Some("ltsc2019"), true),
        ("mcr.microsoft.com/powershell:lts-ubuntu-22.04", Linux, Os::Linux, None, false),
        ("golang:1.23", OfficialWindows, Os::Either, None, false),
        ("docker.io/library/golang:1.23-nanoserver-ltsc2022", OfficialWindows, Os::Windows, Some("ltsc2022"), true),
        ("golang:1.23-windowsservercore-1809", OfficialWindows, Os::Windows, Some("ltsc2019"), false),
        ("python:3.12-slim", Linux, Os::Linux, None, false),
        ("python:3.12", OfficialWindows, Os::Either, None, false),
        ("hello-world", OfficialWindows, Os::Either, None, true),
        ("alpine:3.20", Linux, Os::Linux, None, false),
        ("docker.io/library/node:22", Linux, Os::Linux, None, false),
        ("public.ecr.aws/docker/library/nginx", Linux, Os::Linux, None, false),
        ("microsoft/windowsservercore:1709", ServerCore, Os::Windows, Some("1709"), false),
        ("microsoft/dotnet:2.1-sdk", DotnetSdk, Os::Either, None, true),
        ("windows/servercore:ltsc2022", ServerCore, Os::Windows, Some("ltsc2022"), false),
        ("registry.corp:5000/mcr/dotnet/framework/aspnet:4.8", FrameworkAspnet, Os::Windows, None, false),
        ("winamd64/golang:1.20", OtherWindows, Os::Windows, None, false),
        ("jenkins/agent:windowsservercore-ltsc2019", OtherWindows, Os::Windows, Some("ltsc2019"), false),
        ("acme/app:v1-nanoserver", OtherWindows, Os::Windows, None, true),
        ("acme/app:ltsc2022", OtherWindows, Os::Windows, Some("ltsc2022"), false),
        ("acme/app:1.2-bookworm", Linux, Os::Linux, None, false),
        ("acme/base-ubuntu", Linux, Os::Linux, None, false),
        (
            "mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image:v1.0.0",
            HostProcess,
            Os::Windows,
            None,
            false,
        ),
        ("scratch", Scratch, Os::Either, None, false),
    ] {
        let found = image(reference).unwrap_or_else(|| panic!("{reference} is not known"));
        let got = (found.family, found.os, found.build.map(|build| build.tag), found.nano);
        assert_eq!(got, (family, os, build, nano), "{reference}");
    }
    for reference in ["acme/app", "acme/app:1.0", "acme/app:2004", "ghcr.io/acme/tool:latest", "$BASE", ""] {
        assert_eq!(image(reference), None, "{reference}");
    }
}

#[test]
fn shell_and_account_follow_family_and_tag() {
    use DefaultShell::{Cmd, None as NoShell, PowerShell, Sh};
    use User::{ContainerAdministrator as Admin, ContainerUser, Other};
    let prologue = PowerShell { prologue: true };
    for (reference, shell, user) in [
        ("mcr.microsoft.com/windows/nanoserver:ltsc2022", Cmd, ContainerUser),
        ("mcr.microsoft.com/windows/nanoserver:sac2016", Cmd, Admin),
        ("mcr.microsoft.com/windows/servercore:ltsc2022", Cmd, Admin),
        ("mcr.microsoft.com/dotnet/framework/sdk:4.8-windowsservercore-ltsc2019", prologue, Admin),
        ("mcr.microsoft.com/dotnet/framework/aspnet:4.8", prologue, Admin),
        ("mcr.microsoft.com/dotnet/framework/sdk:4.8-windowsservercore-ltsc2022", Cmd, Admin),
        ("mcr.microsoft.com/dotnet/framework/sdk:4.8.1", Cmd, Admin),
        ("mcr.microsoft.com/dotnet/framework/sdk:3.5-windowsservercore-2004", prologue, Admin),
        ("mcr.microsoft.com/dotnet/framework/aspnet:3.5-windowsservercore-2004", Cmd, Admin),
        ("mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-2004", prologue, Admin),
        ("mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-2009", Cmd, Admin),
        ("mcr.microsoft.com/dotnet/framework/sdk:latest", Cmd, Admin),
        ("mcr.microsoft.com/dotnet/framework/runtime:4.8", Cmd, Admin),
        ("microsoft/dotnet-framework:4.7.2-sdk-windowsservercore-ltsc2019", prologue, Admin),
        ("microsoft/dotnet-framework:4.7.2-runtime", Cmd, Admin),
        ("golang:1.23-windowsservercore-ltsc2022", prologue, Admin),
        ("golang:1.23-nanoserver-ltsc2022", Cmd, ContainerUser),
        ("mcr.microsoft.com/dotnet/sdk:8.0", Cmd, ContainerUser),
        ("alpine", Sh, Other),
        ("mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image:v1.0.0", NoShell, Other),
    ] {
        let found = image(reference).unwrap_or_else(|| panic!("{reference} is not known"));
        assert_eq!((found.default_shell, found.default_user), (shell, user), "{reference}");
    }
}

#[test]
fn powershells_and_entry_points() {
    let of = |reference| image(reference).unwrap_or_else(|| panic!("{reference} is not known"));
    let shells = |reference| {
        let PowerShells { windows_powershell, pwsh } = of(reference).powershell;
        (windows_powershell, pwsh)
    };
    assert_eq!(shells("mcr.microsoft.com/windows/nanoserver:ltsc2022"), (false, false));
    assert_eq!(shells("mcr.microsoft.com/windows/nanoserver:sac2016"), (true, false));
    assert_eq!(shells("mcr.microsoft.com/windows/servercore:ltsc2022"), (true, false));
    assert_eq!(shells("mcr.microsoft.com/dotnet/sdk:8.0-nanoserver-ltsc2022"), (false, true));
    assert_eq!(shells("mcr.microsoft.com/dotnet/aspnet:8.0-nanoserver-ltsc2022"), (false, false));
    assert_eq!(shells("mcr.microsoft.com/dotnet/sdk:8.0-windowsservercore-ltsc2022"), (true, true));
    for (reference, monitor) in [
        ("mcr.microsoft.com/windows/servercore/iis", true),
        ("mcr.microsoft.com/dotnet/framework/aspnet:4.8", true),
        ("mcr.microsoft.com/dotnet/framework/runtime:4.8", false),
    ] {
        assert_eq!(of(reference).entrypoint == Some(EntryPoint::ServiceMonitor), monitor, "{reference}");
    }
    assert!(of("mcr.microsoft.com/dotnet/sdk:8.0-alpine").multi_os && of("mcr.microsoft.com/dotnet/sdk:8.0").sdk);
    assert!(of("microsoft/dotnet:2.1-sdk").sdk && of("eclipse-temurin:21").sdk);
    assert!(!of("microsoft/dotnet:nanoserver-core").sdk && !of("openjdk:8-windowsservercore").sdk);
    assert!(!of("microsoft/dotnet:2.1-aspnetcore-runtime-nanoserver-1809").sdk && !of("eclipse-temurin:21-jre").sdk);
}

proptest::proptest! {
    #[test]
    fn any_name_and_tag_can_be_looked_up(name in "\\PC{0,40}", tag in "[a-z0-9.:_é-]{0,30}") {
        for name in [name.as_str(), "mcr.microsoft.com/windows/servercore", "mcr.microsoft.com/dotnet/framework/sdk", "golang"] {
            if let Some(image) = lookup(name, Some(&tag)) {
                proptest::prop_assert!(image.os == Os::Linux || image.family != Family::Linux);
            }
            for row in crate::facts::deprecated::all(name, Some(&tag)) {
                proptest::prop_assert!(row.rename(name, Some(&tag)).is_none_or(|new| !new.is_empty()));
            }
            crate::facts::accounts::find(name);
            crate::facts::installers::find(name);
        }
    }
}
