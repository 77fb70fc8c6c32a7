#Requires -Version 5.1
#Requires -RunAsAdministrator
# Makes this host fit for Windows containers, and the Docker Engine come back after every restart.
# Every part looks first and changes only what is not as it should be: run it as often as you like.
# With -Restart it restarts the host at the end when something waits for that.
param([switch] $Restart)

$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$service = 'docker'
$task = 'Start Docker Engine'
$description = 'Runs Windows containers. Kept alive by a delayed start, three restarts a day and a start-up task.'
$needsRestart = $false

function Write-Step([string] $Text) { Write-Host "== $Text" }
function Invoke-Native([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments | Out-Null
    if ($LASTEXITCODE -ne 0) { throw "$Program $($Arguments -join ' ') ended with $LASTEXITCODE" }
}

Write-Step 'the feature Containers'
$feature = Get-WindowsOptionalFeature -Online -FeatureName Containers
if ($feature.State -ne 'Enabled') {
    $result = Enable-WindowsOptionalFeature -Online -FeatureName Containers -All -NoRestart
    if ($result.RestartNeeded) { $needsRestart = $true }
}

Write-Step 'daemon.json without a byte order mark'
$config = Join-Path $env:ProgramData 'docker\config\daemon.json'
if (Test-Path $config) {
    $bytes = [IO.File]::ReadAllBytes($config)
    if ($bytes.Length -ge 3 -and $bytes[0] -eq 0xEF -and $bytes[1] -eq 0xBB -and $bytes[2] -eq 0xBF) {
        $text = [Text.Encoding]::UTF8.GetString($bytes, 3, $bytes.Length - 3)
        [IO.File]::WriteAllText($config, $text, (New-Object Text.UTF8Encoding $false))
    }
    Get-Content $config -Raw | ConvertFrom-Json | Out-Null
}

# The service, in six steps.
Write-Step 'service 1 of 6: registered'
if (-not (Get-Service $service -ErrorAction SilentlyContinue)) {
    $dockerd = Get-Command dockerd.exe -ErrorAction SilentlyContinue
    if (-not $dockerd) { throw 'dockerd.exe is not in PATH: install Docker Engine first' }
    Invoke-Native $dockerd.Source @('--register-service')
}

Write-Step 'service 2 of 6: verified'
$path = (Get-ItemProperty "HKLM:\SYSTEM\CurrentControlSet\Services\$service").ImagePath
if ($path -notlike '*--run-service*') {
    throw "the service $service runs $path, which is no Docker Engine registered with --register-service"
}

Write-Step 'service 3 of 6: delayed automatic start'
$key = Get-ItemProperty "HKLM:\SYSTEM\CurrentControlSet\Services\$service"
if ($key.Start -ne 2 -or $key.DelayedAutostart -ne 1) {
    Invoke-Native 'sc.exe' @('config', $service, 'start=', 'delayed-auto')
}

Write-Step 'service 4 of 6: recovery after a crash'
Invoke-Native 'sc.exe' @('failure', $service, 'reset=', '86400', 'actions=', 'restart/15000/restart/15000/restart/60000')
Invoke-Native 'sc.exe' @('failureflag', $service, '1')

Write-Step 'service 5 of 6: description'
if ((Get-CimInstance Win32_Service -Filter "Name='$service'").Description -ne $description) {
    Invoke-Native 'sc.exe' @('description', $service, $description)
}

Write-Step 'service 6 of 6: start-up task'
if (-not (Get-ScheduledTask -TaskName $task -ErrorAction SilentlyContinue)) {
    $command = "Start-Sleep 60; Start-Service $service"
    $action = New-ScheduledTaskAction -Execute 'powershell.exe' -Argument "-NoProfile -NonInteractive -Command `"$command`""
    $trigger = New-ScheduledTaskTrigger -AtStartup
    $principal = New-ScheduledTaskPrincipal -UserId 'SYSTEM' -RunLevel Highest
    $settings = New-ScheduledTaskSettingsSet -RestartCount 3 -RestartInterval (New-TimeSpan -Minutes 1)
    Register-ScheduledTask -TaskName $task -Action $action -Trigger $trigger -Principal $principal -Settings $settings | Out-Null
}

Write-Step 'IPv6 components'
$parameters = 'HKLM:\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters'
$disabled = (Get-ItemProperty $parameters -ErrorAction SilentlyContinue).DisabledComponents
if ($null -ne $disabled -and ($disabled -band 0xFF) -eq 0xFF) {
    Set-ItemProperty $parameters -Name DisabledComponents -Value 0 -Type DWord
    $needsRestart = $true
}

Write-Step 'oplocks'
$containers = 'HKLM:\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Virtualization\Containers'
if ((Get-ItemProperty $containers -ErrorAction SilentlyContinue).VSmbDisableOplocks -eq 1) {
    Remove-ItemProperty $containers -Name VSmbDisableOplocks
}

Write-Step 'virus scanner'
$root = Join-Path $env:ProgramData 'docker'
if (Get-Command Add-MpPreference -ErrorAction SilentlyContinue) {
    if (@((Get-MpPreference).ExclusionPath) -notcontains $root) { Add-MpPreference -ExclusionPath $root }
}

Write-Step 'pending restarts'
$pending = @(
    'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending'
    'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\WindowsUpdate\Auto Update\RebootRequired'
)
if ($pending | Where-Object { Test-Path $_ }) { $needsRestart = $true }

if ($needsRestart) {
    if ($Restart) { Restart-Computer -Force } else { Write-Warning 'restart this host before you build: something waits for it' }
    return
}

Write-Step 'the engine'
if ((Get-Service $service).Status -ne 'Running') { Start-Service $service }
$networks = @(docker network ls --filter driver=nat --format '{{.Name}}')
if ($LASTEXITCODE -eq 0 -and $networks.Count -eq 0) {
    Stop-Service $service
    Get-HnsNetwork | Where-Object Type -eq 'nat' | Remove-HnsNetwork
    Restart-Service hns
    Start-Service $service
}
Write-Host 'done: wbuild doctor says how it stands now'
