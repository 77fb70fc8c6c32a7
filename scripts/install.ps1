<#
.SYNOPSIS
Installs wlint from a release: downloads it, compares its hash with the one that the release lists, and unpacks it.

.DESCRIPTION
Runs in Windows PowerShell 5.1 and in PowerShell 7 on Windows, Linux and macOS. In one line:

    & ([scriptblock]::Create((irm https://raw.githubusercontent.com/OWNER/REPOSITORY/main/scripts/install.ps1))) -Repository OWNER/REPOSITORY

.PARAMETER Repository
The repository on GitHub whose releases are taken, as OWNER/NAME.

.PARAMETER Version
The version, such as 0.1.0; the newest release without one.

.PARAMETER To
The folder to install into.

.PARAMETER NoPath
Do not add the folder to the user's PATH.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [ValidatePattern('^[\w.-]+/[\w.-]+$')] [string] $Repository,
    [ValidatePattern('^(v?\d+\.\d+\.\d+(-[\w.]+)?)?$')] [string] $Version = '',
    [string] $To = '',
    [switch] $NoPath
)

Set-StrictMode -Version 2
$ErrorActionPreference = 'Stop'
# The progress bar of Windows PowerShell makes downloads many times slower.
$ProgressPreference = 'SilentlyContinue'
# Windows PowerShell offers TLS 1.0 first, which GitHub refuses.
[Net.ServicePointManager]::SecurityProtocol = [Net.ServicePointManager]::SecurityProtocol -bor [Net.SecurityProtocolType]::Tls12

function Get-Target {
    $architecture = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString()
    $cpu = switch ($architecture) {
        'X64' { 'x86_64' }
        'Arm64' { 'aarch64' }
        default { throw "there is no release of wlint for the processor $architecture" }
    }
    # Windows PowerShell knows no `$IsLinux`: it runs on Windows alone.
    if (Get-Variable IsLinux -ValueOnly -ErrorAction Ignore) { return "$cpu-unknown-linux-musl" }
    if (Get-Variable IsMacOS -ValueOnly -ErrorAction Ignore) { return "$cpu-apple-darwin" }
    return "$cpu-pc-windows-msvc"
}

function Get-File([string] $Url, [string] $File) {
    $headers = @{}
    if ($env:GITHUB_TOKEN -and $Url.StartsWith('https://api.github.com/')) {
        $headers['Authorization'] = "Bearer $env:GITHUB_TOKEN"
    }
    try {
        Invoke-WebRequest -UseBasicParsing -Uri $Url -Headers $headers -OutFile $File
    } catch {
        throw "cannot download ${Url}: $($_.Exception.Message)"
    }
}

$target = Get-Target
$isWindows_ = $target.EndsWith('windows-msvc')
if (-not $To) {
    $To = if ($isWindows_) { Join-Path $env:LOCALAPPDATA 'Programs\wlint' } else { Join-Path $HOME '.local/bin' }
}
$package = if ($isWindows_) { "wlint-$target.zip" } else { "wlint-$target.tar.gz" }
$release = "https://github.com/$Repository/releases/latest/download"
if ($Version) { $release = "https://github.com/$Repository/releases/download/v$($Version.TrimStart('v'))" }

$work = Join-Path ([IO.Path]::GetTempPath()) ("wlint-" + [Guid]::NewGuid().ToString('N'))
New-Item -ItemType Directory -Path $work | Out-Null
try {
    $archive = Join-Path $work $package
    $sums = Join-Path $work 'SHA256SUMS'
    Get-File "$release/$package" $archive
    Get-File "$release/SHA256SUMS" $sums
    $line = Get-Content $sums | Where-Object { $_ -match ('^[0-9a-f]{64} [ *]' + [regex]::Escape($package) + '$') }
    if (-not $line) { throw "the release lists no hash for $package" }
    $expected = ([string] $line).Substring(0, 64)
    $found = (Get-FileHash -Algorithm SHA256 $archive).Hash.ToLowerInvariant()
    if ($found -ne $expected) { throw "$package has the hash $found instead of ${expected}: it is not what was released" }
    New-Item -ItemType Directory -Force -Path $To | Out-Null
    if ($isWindows_) {
        Expand-Archive -Force $archive $work
        Copy-Item -Force (Join-Path $work 'wlint.exe') $To
    } else {
        tar -xzf $archive -C $To wlint
        if ($LASTEXITCODE -ne 0) { throw "tar cannot unpack $package" }
    }
} finally {
    Remove-Item -Recurse -Force $work
}

$program = Join-Path $To $(if ($isWindows_) { 'wlint.exe' } else { 'wlint' })
& $program --version
if ($LASTEXITCODE -ne 0) { throw "$program does not start" }
if ($isWindows_ -and -not $NoPath) {
    $path = [Environment]::GetEnvironmentVariable('Path', 'User')
    if (($path -split ';') -notcontains $To) {
        [Environment]::SetEnvironmentVariable('Path', ($path.TrimEnd(';') + ";$To").TrimStart(';'), 'User')
        Write-Host "added $To to your PATH; open a new terminal"
    }
}
