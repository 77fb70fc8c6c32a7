//! Repositories with Windows images, and what their images have in common.

use super::Family;
use crate::facts::Confidence;

/// Which operating systems the tags of a repository have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tags {
    /// Windows.
    Windows,
    /// Linux.
    Linux,
    /// Some or all have both.
    Either,
}

/// A repository.
#[derive(Debug)]
pub(super) struct Repository {
    /// The name in lower case, without Docker Hub's registry.
    pub(super) path: &'static str,
    pub(super) family: Family,
    pub(super) tags: Tags,
    /// Whether a tag that names no base stands on Nano Server.
    pub(super) nano: bool,
    /// Whether the images that are not Nano Server leave `SHELL` at PowerShell.
    pub(super) powershell: bool,
    pub(super) pwsh: bool,
    pub(super) service_monitor: bool,
    pub(super) sdk: bool,
    pub(super) evidence: &'static str,
    pub(super) confidence: Confidence,
}

const PLAIN: Repository = Repository {
    path: "",
    family: Family::OtherWindows,
    tags: Tags::Windows,
    nano: false,
    powershell: false,
    pwsh: false,
    service_monitor: false,
    sdk: false,
    evidence: "a Windows repository of Microsoft's registry",
    confidence: Confidence::High,
};

const fn windows(path: &'static str, family: Family) -> Repository {
    Repository { path, family, nano: matches!(family, Family::NanoServer), ..PLAIN }
}

const fn framework(path: &'static str, family: Family) -> Repository {
    let service_monitor = matches!(family, Family::FrameworkAspnet | Family::FrameworkWcf);
    Repository { path, family, service_monitor, sdk: matches!(family, Family::FrameworkSdk), ..PLAIN }
}

const fn dotnet(path: &'static str, family: Family) -> Repository {
    let sdk = matches!(family, Family::DotnetSdk);
    let evidence = "a .NET repository: tags without a base have Windows (Nano Server) and Linux";
    Repository { path, family, tags: Tags::Either, nano: true, pwsh: sdk, sdk, evidence, ..PLAIN }
}

/// An official image of Docker Hub whose plain tags have Windows, too.
const fn hub(path: &'static str, powershell: bool, sdk: bool, confidence: Confidence) -> Repository {
    let evidence = "an official image with tags for Windows and for Linux";
    Repository {
        path,
        family: Family::OfficialWindows,
        tags: Tags::Either,
        powershell,
        sdk,
        evidence,
        confidence,
        ..PLAIN
    }
}

/// A repository that moved away from Docker Hub or was given up.
const fn old(path: &'static str, family: Family, tags: Tags) -> Repository {
    let nano = matches!(family, Family::NanoServer) || matches!(tags, Tags::Either);
    let service_monitor = matches!(family, Family::ServerCoreIis | Family::FrameworkAspnet | Family::FrameworkWcf);
    let sdk = matches!(family, Family::DotnetSdk | Family::FrameworkSdk);
    let evidence = "a former repository of Microsoft's on Docker Hub";
    Repository { path, family, tags, nano, service_monitor, sdk, evidence, ..PLAIN }
}

const fn linux(path: &'static str) -> Repository {
    Repository { path, family: Family::Linux, tags: Tags::Linux, ..PLAIN }
}

use Confidence::{High, Medium};
use Tags::{Either, Windows};

/// All of them, by path.
#[rustfmt::skip]
pub(super) static REPOSITORIES: &[Repository] = &[
    hub("caddy", true, false, Medium),
    hub("docker", true, false, High),
    hub("eclipse-temurin", true, true, High),
    hub("golang", true, true, High),
    hub("haxe", true, true, Medium),
    Repository { nano: true, ..hub("hello-world", false, false, High) },
    hub("hylang", true, false, Medium),
    hub("julia", true, false, Medium),
    linux("mcr.microsoft.com/azure-cli"),
    Repository { powershell: true, ..windows("mcr.microsoft.com/businesscentral", Family::BusinessCentral) },
    dotnet("mcr.microsoft.com/dotnet/aspnet", Family::DotnetAspnet),
    dotnet("mcr.microsoft.com/dotnet/core/aspnet", Family::DotnetAspnet),
    dotnet("mcr.microsoft.com/dotnet/core/runtime", Family::DotnetRuntime),
    linux("mcr.microsoft.com/dotnet/core/runtime-deps"),
    dotnet("mcr.microsoft.com/dotnet/core/sdk", Family::DotnetSdk),
    framework("mcr.microsoft.com/dotnet/framework/aspnet", Family::FrameworkAspnet),
    framework("mcr.microsoft.com/dotnet/framework/runtime", Family::FrameworkRuntime),
    Repository { confidence: Medium, ..framework("mcr.microsoft.com/dotnet/framework/samples", Family::FrameworkSamples) },
    framework("mcr.microsoft.com/dotnet/framework/sdk", Family::FrameworkSdk),
    framework("mcr.microsoft.com/dotnet/framework/wcf", Family::FrameworkWcf),
    linux("mcr.microsoft.com/dotnet/monitor"),
    dotnet("mcr.microsoft.com/dotnet/nightly/aspnet", Family::DotnetAspnet),
    linux("mcr.microsoft.com/dotnet/nightly/monitor"),
    dotnet("mcr.microsoft.com/dotnet/nightly/runtime", Family::DotnetRuntime),
    linux("mcr.microsoft.com/dotnet/nightly/runtime-deps"),
    dotnet("mcr.microsoft.com/dotnet/nightly/sdk", Family::DotnetSdk),
    dotnet("mcr.microsoft.com/dotnet/runtime", Family::DotnetRuntime),
    linux("mcr.microsoft.com/dotnet/runtime-deps"),
    dotnet("mcr.microsoft.com/dotnet/sdk", Family::DotnetSdk),
    linux("mcr.microsoft.com/mssql/server"),
    windows("mcr.microsoft.com/oss/kubernetes/windows-host-process-containers-base-image", Family::HostProcess),
    Repository { tags: Either, pwsh: true, confidence: Medium, evidence: "the PowerShell repository: tags for Windows and for Linux", ..windows("mcr.microsoft.com/powershell", Family::PowerShell) },
    windows("mcr.microsoft.com/windows", Family::Windows),
    windows("mcr.microsoft.com/windows/nanoserver", Family::NanoServer),
    Repository { nano: true, confidence: Medium, ..windows("mcr.microsoft.com/windows/nanoserver/insider", Family::Insider) },
    windows("mcr.microsoft.com/windows/server", Family::Server),
    Repository { confidence: Medium, ..windows("mcr.microsoft.com/windows/server/insider", Family::Insider) },
    windows("mcr.microsoft.com/windows/servercore", Family::ServerCore),
    Repository { service_monitor: true, ..windows("mcr.microsoft.com/windows/servercore/iis", Family::ServerCoreIis) },
    Repository { confidence: Medium, ..windows("mcr.microsoft.com/windows/servercore/insider", Family::Insider) },
    old("microsoft/aspnet", Family::FrameworkAspnet, Windows),
    old("microsoft/aspnetcore", Family::DotnetAspnet, Either),
    old("microsoft/aspnetcore-build", Family::DotnetSdk, Either),
    old("microsoft/dotnet", Family::DotnetSdk, Either),
    old("microsoft/dotnet-framework", Family::FrameworkRuntime, Windows),
    old("microsoft/dotnet-framework-build", Family::FrameworkSdk, Windows),
    old("microsoft/dotnet-nightly", Family::DotnetSdk, Either),
    old("microsoft/iis", Family::ServerCoreIis, Windows),
    Repository { powershell: true, ..old("microsoft/mssql-server-windows", Family::OtherWindows, Windows) },
    Repository { powershell: true, ..old("microsoft/mssql-server-windows-developer", Family::OtherWindows, Windows) },
    Repository { powershell: true, ..old("microsoft/mssql-server-windows-express", Family::OtherWindows, Windows) },
    old("microsoft/nanoserver", Family::NanoServer, Windows),
    Repository { nano: true, ..old("microsoft/nanoserver-insider", Family::Insider, Windows) },
    Repository { nano: false, pwsh: true, ..old("microsoft/powershell", Family::PowerShell, Either) },
    old("microsoft/wcf", Family::FrameworkWcf, Windows),
    old("microsoft/windows", Family::Windows, Windows),
    old("microsoft/windowsservercore", Family::ServerCore, Windows),
    old("microsoft/windowsservercore-insider", Family::Insider, Windows),
    hub("mongo", true, false, High),
    Repository { evidence: "a name that only an image on the machine can have", ..windows("nanoserver", Family::NanoServer) },
    hub("nats", true, false, Medium),
    // There is no other Java of that repository for Windows, so it is for running, too.
    hub("openjdk", true, false, High),
    hub("pypy", true, false, Medium),
    hub("python", true, false, High),
    Repository { path: "scratch", family: Family::Scratch, tags: Either, evidence: "the empty image", ..PLAIN },
    hub("swift", true, true, Medium),
    hub("traefik", true, false, Medium),
    Repository { evidence: "a name that only an image on the machine can have", ..windows("windowsservercore", Family::ServerCore) },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_in_lower_case_and_says_each_path_once() {
        for pair in REPOSITORIES.windows(2) {
            assert!(pair[0].path < pair[1].path, "{} before {}", pair[0].path, pair[1].path);
        }
        for repository in REPOSITORIES {
            assert_eq!(repository.path, super::super::normalise(repository.path));
            assert_eq!(repository.family == Family::Linux, repository.tags == Tags::Linux, "{}", repository.path);
        }
    }
}
