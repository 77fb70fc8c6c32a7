//! The table of known faults, the specific ones before the families.
//!
//! Rows come from the sources of hcsshim and moby, Microsoft's reference of HCS and HCN results, and issue threads;
//! what was only inferred says so in its confidence.

use dockerfile::facts::Confidence::{self, High, Low, Medium};

use super::Fault;
use super::Phase::{self, Client, Connect, EngineStart, Network, Pull, Remove, Run};
use super::Retry::{self, Backoff, Never, Once};

/// `pattern`, and when it shows and passes.
const fn fault(id: &'static str, phase: Phase, retry: Retry, confidence: Confidence, pattern: &'static str) -> Fault {
    Fault { id, pattern, phase, retry, cause: "", remedy: "", rule: None, sample: "", confidence }
}

impl Fault {
    const fn says(self, sample: &'static str) -> Self {
        Fault { sample, ..self }
    }

    const fn means(self, cause: &'static str, remedy: &'static str) -> Self {
        Fault { cause, remedy, ..self }
    }

    const fn rule(self, rule: &'static str) -> Self {
        Fault { rule: Some(rule), ..self }
    }
}

/// All known faults. [`super::find`] takes the first that matches.
#[rustfmt::skip]
pub static KNOWN: &[Fault] = &[
    // Base images.
    fault("os-mismatch", Run, Never, High, r"operating system of the container does not match the operating system of the host|(?i)container operating system does not match the host|0x[c8]0370101")
        .says("container X encountered an error during CreateContainer: failure in a Windows system call: The operating system of the container does not match the operating system of the host. (0xc0370101)")
        .means("the base image is for another build of Windows than the host, and process isolation shares the host's kernel", "take the base image's tag for the host's build; where the host is newer than the image, --isolation hyperv runs it")
        .rule("base-version-mismatch"),
    fault("image-newer-than-host", Pull, Never, High, r"a Windows version \d+\.\d+\.\d+-based image is incompatible with a \d+\.\d+\.\d+ host")
        .says("a Windows version 10.0.26100-based image is incompatible with a 10.0.20348 host")
        .means("the base image is newer than the host; no isolation runs it", "take an older tag of the base image, or build on a newer host"),
    fault("no-windows-manifest", Pull, Never, High, r"no matching manifest for windows(\(\d[\d.]*\))?/amd64( 10\.0\.\d+)? in the manifest list entries")
        .says("no matching manifest for windows/amd64 10.0.19044 in the manifest list entries")
        .means("the base image has nothing for this host: it is for Linux only, or for newer builds of Windows", "take a tag that names a Windows version the host can run; `docker info` says which kind of containers the engine runs"),
    fault("no-linux-manifest", Pull, Never, High, r"no matching manifest for linux/(amd64|arm64)")
        .says("no matching manifest for linux/amd64 in the manifest list entries")
        .means("a Windows image was asked of an engine that runs Linux containers", "switch the engine to Windows containers, or point DOCKER_HOST at one that runs them"),
    fault("image-for-other-os", Pull, Never, High, r#"image operating system "(windows|linux)" cannot be used on this platform"#)
        .says("image operating system \"windows\" cannot be used on this platform: operating system is not supported")
        .means("the image is for another operating system than the engine runs", "switch the engine to Windows containers, or point DOCKER_HOST at one that runs them"),
    fault("insider-image", Run, Never, High, r"0x[c8]0370113|join the Windows Insider")
        .says("To use this container image, you must join the Windows Insider Program. (0xc0370113)")
        .means("an image from the Insider programme on a released host", "take a released tag of the base image")
        .rule("base-insider"),
    fault("rate-limited", Pull, Backoff, Medium, r"toomanyrequests|You have reached your pull rate limit")
        .says("toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating")
        .means("the registry limits how often it may be asked", "log in with docker login, or take the image from a mirror; mcr.microsoft.com has no such limit"),
    // Layers.
    fault("commit-of-running", Run, Never, High, r"(?i)commit of a running container|not possible to commit a running container")
        .says("windows does not support commit of a running container")
        .means("a container was committed while it ran, which Windows does not do", "stop the container first; wbuild --engine docker commits stopped containers only"),
    fault("filter-driver", Run, Never, High, r"hcs(shim)?::PrepareLayer.*(Incorrect function|0x1\b)")
        .says("hcsshim::PrepareLayer - failed failed in Win32: Incorrect function. (0x1)")
        .means("a file system driver of another product (Box, OneDrive's cbfs, Dropbox, a virus scanner) keeps layers from being mounted", "see `fltmc filters`; remove or update the product, then restart the host"),
    fault("device-not-ready", Run, Backoff, High, r"hcs(shim)?::PrepareLayer.*(device is not ready|0x15\b)|\(0x15\)")
        .says("hcsshim::PrepareLayer failed in Win32: The device is not ready. (0x15)")
        .means("the host has no room for another mounted layer: too many containers at once", "run fewer builds at a time, remove stopped containers"),
    fault("layer-timeout", Run, Backoff, High, r"timeout period expired|\(0x5b4\)")
        .says("failed in Win32: This operation returned because the timeout period expired. (0x5b4)")
        .means("the host's storage answered too late: a slow disk, or a virus scanner on the engine's folder", "exclude C:\\ProgramData\\docker from the virus scanner; use a faster disk"),
    fault("import-catastrophic", Run, Once, Low, r"hcs(shim)?::ImportLayer.*Catastrophic failure|0x8000ffff")
        .says("hcsshim::ImportLayer failed in Win32: Catastrophic failure (0x8000ffff)")
        .means("Windows gave up on taking a layer in and does not say why", "build the step with run, stop and commit (wbuild --engine docker); look for a virus scanner on the engine's folder and for a full disk"),
    fault("import-path-missing", Run, Once, High, r"hcs(shim)?::ImportLayer.*(cannot find the path|0x3\b)")
        .says("hcsshim::ImportLayer - failed failed in Win32: The system cannot find the path specified. (0x3)")
        .means("a path in the layer could not be made: too long, held by a virus scanner, a full disk, or files changed that belong to TrustedInstaller", "exclude the engine's folder from the virus scanner, free some disk, shorten paths; mend a moved data-root"),
    fault("import-file-missing", Pull, Never, Medium, r"hcs(shim)?::ImportLayer.*(cannot find the file|0x2\b)")
        .says("hcsshim::ImportLayer - failed failed in Win32: The system cannot find the file specified. (0x2)")
        .means("the image's layers have a format that is newer than the host", "update the host, or take an older tag of the base image"),
    fault("disk-full", Run, Never, High, r"(?i)not enough space on the disk|\(0x70\)|no space left on device")
        .says("hcsshim::ImportLayer - failed failed in Win32: There is not enough space on the disk. (0x70)")
        .means("the disk that holds the engine's data is full", "docker system prune frees what nothing uses; else enlarge the disk or move data-root"),
    fault("unexpected-end", Run, Once, Low, r"layer.*unexpected EOF|failed commit on ref.*unexpected EOF|archive/tar: invalid tar header")
        .says("failed to register layer: re-exec error: exit status 1: output: \u{2026} unexpected EOF")
        .means("a layer ended early: a broken download, or a file over 8 GB on an old engine", "pull again; split or shrink files over 8 GB"),
    fault("base-layer-failed", Pull, Once, High, r"re-exec error: exit status 1: output: (hcsshim::)?ProcessBaseLayer|hcs(shim)?::ProcessBaseLayer")
        .says("hcsshim::ProcessBaseLayer: The system cannot find the path specified.")
        .means("a base layer could not be prepared: a virus scanner, a compressed or deduplicated volume, or a moved data-root", "exclude the engine's folder from the virus scanner; keep data-root on plain NTFS"),
    fault("layer-rename-denied", Remove, Backoff, High, r"rename .*-removing.*Access is denied|rename .*\\windowsfilter\\.*: Access is denied")
        .says(r"rename C:\ProgramData\Docker\windowsfilter\X C:\ProgramData\Docker\windowsfilter\X-removing: Access is denied.")
        .means("a virus scanner or the indexer holds files of the layer", "exclude the engine's folder from both"),
    fault("layer-removal-denied", Remove, Backoff, High, r"hcs(shim)?::DestroyLayer.*(Access is denied|0x5\b)")
        .says("hcsshim::DestroyLayer - failed failed in Win32: Access is denied. (0x5)")
        .means("the layer is in use", "stop what uses it; restart the host if nothing does"),
    fault("layer-in-use", Run, Backoff, High, r"(ActivateLayer|PrepareLayer|ProcessUtilityVMImage|UnprepareLayer|DeactivateLayer|windowsfilter).*(being used by another process|0x20\b)")
        .says("hcsshim::ActivateLayer failed in Win32: The process cannot access the file because it is being used by another process. (0x20)")
        .means("a file of the layer is held by another process, usually a virus scanner", "exclude the engine's folder from the virus scanner; if it stays, check that the image fits the host's build"),
    fault("file-being-deleted", Run, Backoff, High, r"in the process of being deleted|\(0x12f\)")
        .says("The file cannot be opened because it is in the process of being deleted.")
        .means("a layer is used while it is being removed", "if it stays, restart the engine"),
    fault("layer-file-locked", Run, Once, Medium, r"OpenForBackup failed|failed to.*OpenForBackup")
        .says("OpenForBackup failed in Win32")
        .means("a file of the layer could not be read back", "exclude the engine's folder from the virus scanner"),
    fault("layer-format-unknown", Run, Never, High, r"0x[c8]0370112|layer with an unrecognized format")
        .says("The container image contains a layer with an unrecognized format. (0xc0370112)")
        .means("a layer is newer than the host understands, or broken", "pull the image again; update the host"),
    fault("name-too-long", Run, Never, High, r"(?i)filename or extension is too long|file name is too long|\(0xce\)|\(0x6f\)")
        .says("hcsshim::ImportLayer failed in Win32: The filename or extension is too long. (0xce)")
        .means("a path in the layer is longer than Windows takes", "shorten it: node_modules and package caches are the usual places"),
    fault("registry-corrupt", Run, Never, High, r"(?i)configuration registry database is corrupt|\(0x3f1\)")
        .says("hcsshim::ImportLayer failed in Win32: The configuration registry database is corrupt. (0x3f1)")
        .means("a base layer carries registry hives that Windows does not take", "build on a base image of Microsoft's, not on an own base layer"),
    fault("utility-vm-missing", Run, Never, Low, r"utility VM image .*(not|could not be) found|\bUtilityVM\b.*(not found|cannot find)")
        .says("CreateComputeSystem: utility VM image could not be found")
        .means("the image has no virtual machine of its own for Hyper-V isolation", "use process isolation, or a base image that has one"),
    // Containers.
    fault("start-timeout", Run, Backoff, High, r"hcs::System::(Start|Create).*(context deadline exceeded)|hcsshim: timeout waiting for notification")
        .says("hcs::System::Start: context deadline exceeded")
        .means("the container or its virtual machine is slow to start: little memory, a virus scanner, nested virtualization", "give it more memory, run fewer builds at a time; restart the host if it stays"),
    fault("no-hypervisor", Run, Never, High, r"0x[c8]0370102|No hypervisor is present on this system")
        .says("hcsshim::CreateComputeSystem X: No hypervisor is present on this system. (0xc0370102)")
        .means("Hyper-V isolation was asked for and the host has no Hyper-V, or is a virtual machine without nested virtualization", "enable Microsoft-Hyper-V, or ExposeVirtualizationExtensions on the virtual machine; or use --isolation process with a base image of the host's build"),
    fault("unexpected-exit", Run, Once, High, r"0x[c8]0370106|The virtual machine or container exited unexpectedly")
        .says("The virtual machine or container exited unexpectedly. (0xc0370106)")
        .means("the container died while it started: another build of Windows, too little memory, or a broken base image", "check base image against host, raise --memory, pull the base image again"),
    fault("connection-closed", Run, Backoff, Medium, r"0x[c8]037010a|connection with the [Vv]irtual [Mm]achine.* was closed")
        .says("A connection with the virtual machine or container was closed. (0xc037010a)")
        .means("the host compute service lost the container", "Restart-Service vmcompute if it stays"),
    fault("connection-failed", Run, Backoff, High, r"0x[c8]0370108|connection could not be established with the container or virtual machine")
        .says("A connection could not be established with the container or virtual machine. (0xc0370108)")
        .means("the host compute service did not reach the container", "Restart-Service vmcompute if it stays"),
    fault("no-response", Run, Backoff, Medium, r"0x[c8]0370109|connection with .* was (attempted|not)|response was not received from the virtual machine|timed out waiting for .*(container|compute)")
        .says("(0xc0370109)")
        .means("the container did not answer in time", "give it more memory, run fewer builds at a time"),
    fault("already-stopped", Run, Never, Medium, r"0x[c8]0370110|with the specified identifier is not running")
        .says("The virtual machine or container with the specified identifier is not running.")
        .means("the container had stopped already", "nothing, if it was meant to end; else look at its log"),
    fault("invalid-state", Run, Backoff, High, r"0x[c8]0370105|operation is not valid in the current state")
        .says("The requested virtual machine or container operation is not valid in the current state. (0xc0370105)")
        .means("the container changed its state meanwhile", "remove the container and make it again"),
    fault("container-gone", Run, Backoff, High, r"0x[c8]037010e|specified identifier does not exist")
        .says("A virtual machine or container with the specified identifier does not exist. (0xc037010e)")
        .means("the container is gone: the host slept, or the host compute service was restarted", "restart the engine if it stays"),
    fault("volume-not-empty", Run, Never, High, r"directory is not empty\. \(0x91\)|\(0x91\)")
        .says("failure in a Windows system call: The directory is not empty. (0x91)")
        .means("a VOLUME stands on a folder that has files", "put VOLUME on an empty folder")
        .rule("volume-then-write"),
    fault("paging-file-small", Run, Once, High, r"paging file is too small|\(0x5af\)")
        .says("The paging file is too small for this operation to complete. (0x5af)")
        .means("memory and paging file of the host are used up", "enlarge the paging file, run fewer containers, lower --memory"),
    fault("resources-exhausted", Run, Backoff, High, r"Insufficient system resources|\(0x5aa\)")
        .says("Insufficient system resources exist to complete the requested service. (0x5aa)")
        .means("the host is out of a resource, usually by too many containers", "run fewer builds at a time, remove stopped containers"),
    fault("feature-missing", Run, Never, High, r"0x[c8]0370114|required feature is not installed")
        .says("The operation could not be started because a required feature is not installed. (0x80370114)")
        .means("Hyper-V or the virtual machine platform is not enabled", "Enable-WindowsOptionalFeature -Online -FeatureName Microsoft-Hyper-V,VirtualMachinePlatform -All"),
    fault("not-hyperv-administrator", Run, Never, High, r"0x[c8]037011b|Hyper-V Administrators")
        .says("Insufficient privileges. Only administrators or users that are members of the Hyper-V Administrators user group are permitted to access virtual machines or containers. (0x8037011b)")
        .means("the account may not start containers", "run elevated, or add the account to Hyper-V Administrators"),
    // Programs in a container.
    fault("elevation-needed", Run, Never, Medium, r"requested operation requires elevation|\(0x2e4\)")
        .says("The requested operation requires elevation. (0x2e4)")
        .means("the program wants an administrator and runs as ContainerUser", "USER ContainerAdministrator before it")
        .rule("nanoserver-needs-administrator"),
    fault("program-not-found", Run, Never, High, r"hcs::System::CreateProcess.*cannot find the file specified.*0x2|encountered an error during CreateProcess.*0x2\b")
        .says("hcs::System::CreateProcess X: The system cannot find the file specified.: unknown (extra info: {\"CommandLine\":\"powershell \u{2026}\"}) (0x2)")
        .means("the image does not have the shell or the program: PowerShell on Nano Server, a wrong path, a backslash that was eaten", "check SHELL and ENTRYPOINT; Nano Server has cmd only")
        .rule("powershell-on-nanoserver"),
    fault("user-unknown", Run, Never, Medium, r"user name or password is incorrect|0x52e\b")
        .says("The user name or password is incorrect. (0x52e)")
        .means("the image has no account of the name in USER", "USER ContainerAdministrator, or make the account first")
        .rule("user-not-created"),
    fault("not-a-program", Run, Never, Medium, r"is not a valid Win32 application|0xc1\b")
        .says("%1 is not a valid Win32 application. (0xc1)")
        .means("the file is no program for this image: 32-bit on Nano Server, for Linux, or a broken download", "take the 64-bit build, or a servercore base; check the download's digest"),
    fault("blocked-by-policy", Run, Never, Medium, r"blocked by (your )?(group policy|administrator)|\(0x4ec\)")
        .says("This program is blocked by group policy. (0x4ec)")
        .means("AppLocker or WDAC on the host does not let the program run", "allow it in the policy"),
    // Networks.
    fault("nat-network-stale", Network, Once, High, r"HNS failed with error : The parameter is incorrect|HNS failed with error ?: Unspecified")
        .says("HNS failed with error : The parameter is incorrect.")
        .means("a second NAT network, overlapping addresses, or left-over state of the host network service", "use the network `nat` (in compose: networks: default: external: name: nat); else stop hns, remove HNS.data, restart hns and docker"),
    fault("nat-network-exists", Network, Once, High, r"HNS failed with error : The object already exists")
        .says("HNS failed with error : The object already exists.")
        .means("a left-over NAT network or virtual switch", "Get-NetNat | Remove-NetNat, then restart hns and docker"),
    fault("network-degraded", Network, Once, Medium, r"0x803b0017|object is in a degraded|\bdegraded\b")
        .says("hnsCall failed in Win32: The specified \u{2026} degraded (0x803b0017)")
        .means("a network object no longer works after a change of driver or VPN", "remove the networks, restart hns; restart the host if it stays"),
    fault("sharing-disabled", Network, Never, High, r"0x803b002[aA]|SharedAccess.*disabled|Internet Connection Sharing service")
        .says("Internet Connection Sharing service (SharedAccess) is disabled and cannot be started (0x803b002a)")
        .means("a policy has disabled Internet Connection Sharing", "Set-Service SharedAccess -StartupType Manual"),
    fault("port-exists", Network, Once, High, r"0x803b0013|switch-port|The specified port already exists")
        .says("failed to create endpoint X on network nat: hnsCall failed in Win32: The specified port already exists. (0x803b0013)")
        .means("an endpoint that is left over has the port", "Get-HnsEndpoint | Remove-HnsEndpoint, then restart hns"),
    fault("host-port-taken", Network, Never, High, r"hnsCall.*0x20\b|being used by another process")
        .says("hnsCall failed in Win32: The process cannot access the file because it is being used by another process. (0x20)")
        .means("a port of the host is taken or reserved", "take another port; netsh int ipv4 show excludedportrange protocol=tcp shows the reserved ones"),
    fault("adapter-missing", Network, Never, High, r"HNS.*[Ee]lement not found|\(0x490\)")
        .says("hnsCall failed in Win32: Element not found. (0x490)")
        .means("IPv6 is disabled in the registry, or a network adapter is missing", "set DisabledComponents to 0 and restart the host"),
    fault("nat-exhausted", Network, Once, High, r"failed to create endpoint .* on network nat")
        .says("failed to create endpoint X on network nat: HNS failed with error")
        .means("the NAT network is out of addresses, overlaps another, or lost its state", "remove unused networks, restart hns, check the address plan"),
    fault("network-code", Network, Once, Medium, r"0x803b00(1[0-9A-Fa-f]|2[0-9A-Fa-f]|3[0-7]|0[0-9A-Fa-f])|HCN_E")
        .says("hcnCreateEndpoint failed in Win32: \u{2026} (0x803b0013)")
        .means("the host network service reports the error that its code names", "restart hns and docker; remove unused networks"),
    fault("name-not-resolved", Run, Backoff, High, r"(?i)no such host|remote name could not be resolved|80072ee7|could not resolve host|temporary failure in name resolution")
        .says("No such host is known. (0x80072ee7)")
        .means("a name could not be resolved: the container's network has no DNS server that answers", "give one with --dns; let wbuild fetch the file outside the container (ADD, or a download that is lowered)"),
    // Engine.
    fault("containers-feature-missing", EngineStart, Never, High, r"failed to load vmcompute\.dll")
        .says("failed to load vmcompute.dll, ensure that the Containers feature is installed")
        .means("the Windows feature Containers is not installed, or waits for a restart", "Install-WindowsFeature Containers -Restart"),
    fault("containers-service-missing", EngineStart, Never, High, r"failed to open service (hns|vmcompute)")
        .says("a required service is not installed, ensure the Containers feature is installed: failed to open service hns")
        .means("the Windows feature Containers is not installed, or waits for a restart", "Install-WindowsFeature Containers -Restart"),
    fault("host-too-old", EngineStart, Never, High, r"this version of Windows does not support the docker daemon")
        .says("this version of Windows does not support the docker daemon (Windows build 17763 or higher is required)")
        .means("the host is older than Windows Server 2019", "use a newer host, or an older engine"),
    fault("data-root-on-refs", EngineStart, Never, High, r"ReFS volumes are not supported")
        .says("C:\\x is on an ReFS volume - ReFS volumes are not supported")
        .means("the engine's folder is on ReFS, as a Dev Drive is", "move data-root to an NTFS volume"),
    fault("desktop-engine-failed", EngineStart, Once, Medium, r"engine windows failed to start|failed to start.*context deadline exceeded")
        .says("engine windows failed to start: context deadline exceeded")
        .means("Docker Desktop could not start its Windows engine", "check the feature Containers, the service vmcompute and a pending restart; restart Docker Desktop"),
    fault("pipe-not-elevated", Connect, Never, High, r"docker client must be run with elevated privileges to connect|error during connect:.*open //\./pipe/docker_engine")
        .says("in the default daemon configuration on Windows, the docker client must be run with elevated privileges to connect")
        .means("the account may not open the engine's pipe, or the engine does not run", "Start-Service docker; run elevated, or name a group in daemon.json (\"group\") and join it"),
    fault("pipe-denied", Connect, Never, High, r"open (//\./|\\\\\.\\)pipe[/\\]docker_engine: Access is denied")
        .says("open //./pipe/docker_engine: Access is denied.")
        .means("only administrators may open the engine's pipe", "name a group in daemon.json (\"group\") and join it, or docker-users with Docker Desktop"),
    fault("pipe-missing", Connect, Never, High, r"open (//\./|\\\\\.\\)pipe[/\\]docker_engine(_windows|_linux)?: The system cannot find the file specified")
        .says(r"open \\.\pipe\docker_engine_windows: The system cannot find the file specified")
        .means("the engine does not run, or Docker Desktop is in the other mode", "Start-Service docker, or start Docker Desktop and switch it to Windows containers"),
    // The client, and families.
    fault("buildkit-feature", Client, Never, High, r"failed to solve with frontend|the --\w+ option requires BuildKit")
        .says("the --mount option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled")
        .means("the classic builder does not know what the Dockerfile uses", "rewrite the instruction, or build with BuildKit")
        .rule("legacy-builder-feature"),
    fault("context-unusable", Client, Once, Medium, r"unable to prepare context|context canceled")
        .says("unable to prepare context: path \"x\" not found")
        .means("the client could not read or send the build context", "check its path and the .dockerignore"),
    fault("layer-work-failed", Run, Once, High, r"re-exec error: exit status 1: output:")
        .says("re-exec error: exit status 1: output: time=\"\u{2026}\" level=error msg=\"hcsshim::ImportLayer failed in Win32: The system cannot find the path specified. (0x3)\"")
        .means("work on a layer failed; the text behind names the reason", "read the text behind `output:`"),
];
