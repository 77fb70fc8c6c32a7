$ErrorActionPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
function Say($name, $value) { if ($null -ne $value -and ('' + $value) -ne '') { $name + '=' + $value } }
Say 'containers' (Get-WindowsOptionalFeature -Online -FeatureName Containers).State
Say 'hyper-v' (Get-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V).State
if (Get-Command Get-WindowsFeature) {
    $pending = @(Get-WindowsFeature | Where-Object { $_.InstallState -eq 'InstallPending' })
    Say 'features-pending' $pending.Count
}
Say 'vmcompute-dll' (Test-Path ($env:SystemRoot + '\System32\vmcompute.dll'))
Say 'system-drive' $env:SystemDrive
Say 'free-memory-kib' (Get-CimInstance Win32_OperatingSystem).FreePhysicalMemory
$root = $env:ProgramData + '\docker'
$config = Get-Content ($root + '\config\daemon.json') -Raw | ConvertFrom-Json
if ($config.'data-root') { $root = $config.'data-root' }
$volume = Get-Volume -FilePath $root
if (-not $volume) { $volume = Get-Volume -DriveLetter $root[0] }
Say 'data-root' $root
Say 'data-root-free-bytes' $volume.SizeRemaining
Say 'data-root-file-system' $volume.FileSystem
Say 'engine-pipe' ([IO.Directory]::GetFiles('\\.\pipe\') -contains '\\.\pipe\docker_engine')
$identity = [Security.Principal.WindowsIdentity]::GetCurrent()
$administrators = New-Object Security.Principal.SecurityIdentifier 'S-1-5-32-544'
Say 'administrator' (New-Object Security.Principal.WindowsPrincipal $identity).IsInRole($administrators)
Say 'start-task' (Get-ScheduledTask -TaskName 'Start Docker Engine').State
Say 'bootstrap-task' (Get-ScheduledTask -TaskName 'ContainerBootstrap').State
$excluded = @((Get-MpPreference).ExclusionPath | Where-Object { $_ -and $root.StartsWith($_, 'OrdinalIgnoreCase') })
Say 'real-time-protection' (Get-MpComputerStatus).RealTimeProtectionEnabled
Say 'root-excluded' ($excluded.Count -gt 0)
Say 'probe' 'done'
