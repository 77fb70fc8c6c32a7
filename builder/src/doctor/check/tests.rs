//! Checks on recorded hosts.

use std::collections::BTreeMap;
use std::io;

use super::bases::{self, Verdict};
use super::*;
use crate::doctor::host::{Answer, NoAnswer};
use crate::doctor::parse::OsVersion;
use crate::doctor::report;

/// The recorded output of a command.
pub(crate) fn recorded(name: &str) -> String {
    let path = format!("{}/../testdata/doctor/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A Windows host that answers what was recorded; what was not is not there.
#[derive(Default)]
struct Recorded {
    answers: BTreeMap<String, (i32, String)>,
    files: BTreeMap<String, Vec<u8>>,
    /// Whether it is no Windows host after all.
    elsewhere: bool,
}

impl Recorded {
    fn with(mut self, command: &str, code: i32, text: impl Into<String>) -> Self {
        self.answers.insert(command.to_owned(), (code, text.into()));
        self
    }
}

impl Host for Recorded {
    fn is_windows(&self) -> bool {
        !self.elsewhere
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Result<Answer, NoAnswer> {
        let line = match program {
            "powershell.exe" => "probe".to_owned(),
            _ => format!("{program} {}", arguments.join(" ")),
        };
        match self.answers.get(&line) {
            Some((code, text)) => Ok(Answer { code: Some(*code), text: text.clone() }),
            // Windows has the program, and it knows nothing of what was asked.
            None if program == "reg.exe" => Ok(Answer { code: Some(1), text: recorded("reg_query_reboot_absent.txt") }),
            None if program == "sc.exe" => Ok(Answer { code: Some(1060), text: recorded("sc_missing.txt") }),
            None => Err(NoAnswer::Missing { program: program.to_owned() }),
        }
    }

    fn variable(&self, name: &str) -> Option<String> {
        let value = match name {
            "SystemDrive" => "C:",
            "ProgramData" => r"C:\ProgramData",
            _ => return None,
        };
        Some(value.to_owned())
    }

    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.files.get(path).cloned())
    }
}

const INVENTORY: &str = "containers=Enabled\nhyper-v=Disabled\nfeatures-pending=0\nvmcompute-dll=True\n\
    free-memory-kib=8388608\ndata-root-free-bytes=107374182400\ndata-root-file-system=NTFS\nengine-pipe=True\n\
    administrator=True\nstart-task=Ready\nreal-time-protection=True\nroot-excluded=True\nprobe=done\n";

/// A host on which everything is as it should be.
fn healthy() -> Recorded {
    let three = "RESET_PERIOD (in seconds) : 86400\n FAILURE_ACTIONS : RESTART -- Delay = 15000 milliseconds.\n \
                 RESTART -- Delay = 15000 milliseconds.\n RESTART -- Delay = 60000 milliseconds.\n";
    let computer = r"HKLM\SYSTEM\CurrentControlSet\Control\ComputerName";
    let version = r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion";
    let name = "    ComputerName    REG_SZ    BUILD-1\n";
    Recorded::default()
        .with("cmd.exe /D /C ver", 0, recorded("ver_2025.txt"))
        .with("probe", 0, INVENTORY)
        .with("docker info", 0, recorded("docker_info_ws2025_28.0.txt"))
        .with("docker network ls --filter driver=nat --format {{.Name}}", 0, "nat\n")
        .with("docker compose version --short", 0, "2.36.0\n")
        .with("sc.exe query docker", 0, "        STATE              : 4  RUNNING\n")
        .with("sc.exe qc docker", 0, recorded("sc_qc_docker_delayed.txt"))
        .with("sc.exe qfailure docker 5000", 0, three)
        .with("sc.exe qfailureflag docker", 0, "FAILURE_ACTIONS_ON_NONCRASH_FAILURES : TRUE\n")
        .with("sc.exe query hns", 0, "        STATE              : 4  RUNNING\n")
        .with("sc.exe query vmcompute", 0, "        STATE              : 4  RUNNING\n")
        .with(r"reg.exe query HKLM\SYSTEM\CurrentControlSet\Services\EventLog\Application\docker", 0, "")
        .with(&format!("reg.exe query {version} /v EditionID"), 0, "    EditionID    REG_SZ    ServerDatacenter\n")
        .with(&format!(r"reg.exe query {computer}\ActiveComputerName /v ComputerName"), 0, name)
        .with(&format!(r"reg.exe query {computer}\ComputerName /v ComputerName"), 0, name)
        .with("fltmc.exe filters", 0, "Filter Name   Num Instances\n----\nwcifs   1  189900  0\nbindflt 1 409800 0\n")
}

/// The outcome of a check on a host, as `status: found`.
fn outcome(host: &Recorded, id: &str) -> String {
    let checked = run(host);
    let one = checked.iter().find(|one| one.check.id == id).unwrap_or_else(|| panic!("no check {id}"));
    format!("{}: {}", one.outcome.name(), one.outcome.found())
}

#[test]
fn a_healthy_host_passes_every_check() {
    let checked = run(&healthy());
    let wrong: Vec<_> = checked.iter().filter(|one| !matches!(one.outcome, Outcome::Ok(_))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(report::summary(&checked).ok, all().count());
}

#[test]
fn ids_are_unique() {
    let ids: std::collections::BTreeSet<&str> = all().map(|check| check.id).collect();
    assert_eq!(ids.len(), all().count());
}

/// A command, its answer, the check that reads it, and how it comes out.
#[rustfmt::skip]
const CASES: &[(&str, i32, &str, &str, &str)] = &[
    ("cmd.exe /D /C ver", 0, "Microsoft Windows [Version 10.0.14393.1]", "windows-build", "problem: 10.0.14393.1"),
    ("cmd.exe /D /C ver", 0, "Microsoft Windows [Version 10.0.20348.1]", "windows-build", "ok: 10.0.20348.1"),
    ("sc.exe query docker", 1060, "@sc_missing.txt", "service-registered", "problem: it is not (error 1060)"),
    ("sc.exe query docker", 1060, "@sc_missing.txt", "service-running", "unknown: the service docker is not registered"),
    ("sc.exe query docker", 0, "@sc_query_start_pending.txt", "service-running", "warning: START_PENDING"),
    ("sc.exe query docker", 0, " STATE : 1  STOPPED", "service-running", "problem: STOPPED"),
    ("sc.exe qc docker", 0, "@sc_qc_docker.txt", "service-start-type", "warning: automatic, not delayed"),
    ("sc.exe qc docker", 0, "@sc_qc_docker_delayed.txt", "service-start-type", "ok: automatic, delayed"),
    ("sc.exe qc docker", 0, " START_TYPE : 3 DEMAND_START\n BINARY : C:\\dockerd.exe\n X : y", "service-start-type", "problem: on demand: it is not there after a restart"),
    ("sc.exe qc docker", 0, " START_TYPE : 3 DEMAND_START\n BINARY : C:\\dockerd.exe\n X : y", "service-binary", "problem: C:\\dockerd.exe"),
    ("sc.exe qfailure docker 5000", 0, "@qfailure_en.txt", "service-recovery", "warning: 2 restarts, counted for 86400 s"),
    ("sc.exe qfailure docker 5000", 0, "@qfailure_en_none.txt", "service-recovery", "warning: 2 restarts, counted for 3600 s"),
    ("sc.exe qfailure docker 5000", 0, "@qfailure_unset.txt", "service-recovery", "problem: none: after a crash it stays down"),
    ("sc.exe qfailure docker 5000", 0, "@qfailure_zh.txt", "service-recovery", "ok: 3 restarts, counted for 86400 s"),
    ("sc.exe qfailure docker 5000", 0, "@qfailure_ja.txt", "service-recovery", "warning: 3 restarts, counted for 0 s"),
    ("sc.exe qfailureflag docker", 0, "FAILURE_ACTIONS_ON_NONCRASH_FAILURES : FALSE", "service-recovery-on-error", "warning: FALSE"),
    ("sc.exe query hns", 1060, "@sc_missing.txt", "host-services", "problem: missing: hns"),
    ("docker info", 1, "@docker_info_daemon_down.txt", "engine-mode", "unknown: the engine does not answer"),
    ("docker info", 1, "@docker_info_daemon_down.txt", "nat-network", "unknown: the engine does not answer"),
    ("docker info", 1, "@docker_info_daemon_down.txt", "engine-answers", "problem: error during connect: in the default daemon configuration on Windows, the docker client must be run with elevated privileges to connect: Get \"http://%2F%2F.%2Fpipe%2Fdocker_engine/v1.49/info\": open //./pipe/docker_engine: The system cannot find the file specified."),
    ("docker info", 0, "@docker_info_ws2016_18.09.txt", "engine-answers", "ok: version 18.09.0"),
    ("docker info", 0, "@docker_info_ws2022_23.0.txt", "engine-driver", "ok: windowsfilter"),
    ("docker info", 0, "@docker_info_ws2019_19.03.txt", "engine-open-port", "warning: API is accessible on http://0.0.0.0:2375 without encryption."),
    ("docker info", 0, "Server:\n Server Version: 28.0.4\n OSType: linux\n", "engine-mode", "problem: linux containers"),
    ("docker info", 0, "Server:\n Server Version: 28.0.4\n OSType: windows\n Default Isolation: hyperv\n", "hyper-v-feature", "problem: Disabled, and the engine's isolation is hyperv"),
    ("docker network ls --filter driver=nat --format {{.Name}}", 0, "", "nat-network", "problem: none: containers have no network"),
    ("docker compose version --short", 0, "v2.35.0\n", "compose-pipes", "warning: 2.35.0"),
    ("probe", 0, "containers=Disabled\nprobe=done", "containers-feature", "problem: Disabled"),
    ("probe", 0, "containers=EnablePending\nprobe=done", "containers-feature", "problem: enabled after the next restart"),
    ("probe", 0, "containers=Enabled\n", "containers-feature", "unknown: powershell.exe did not run the probe to its end"),
    ("probe", 0, "data-root-file-system=ReFS\nprobe=done", "engine-root", "problem: ReFS: the engine takes NTFS only"),
    ("probe", 0, "data-root-free-bytes=5368709120\nprobe=done", "free-disk", "problem: 5.0 GiB"),
    ("probe", 0, "data-root-free-bytes=21474836480\nprobe=done", "free-disk", "warning: 20.0 GiB"),
    ("probe", 0, "free-memory-kib=1048576\nprobe=done", "free-memory", "warning: 1.0 GiB"),
    ("probe", 0, "real-time-protection=True\nroot-excluded=False\nprobe=done", "virus-scanner", "warning: it is not: renames of layers can fail"),
    ("probe", 0, "bootstrap-task=Ready\nprobe=done", "bootstrap-task", "warning: the task ContainerBootstrap waits for its next run"),
    ("probe", 0, "probe=done", "start-task", "warning: there is none"),
    ("fltmc.exe filters", 0, "cbfsfilter2017  1 1 0\n", "filter-drivers", "warning: cbfsfilter2017"),
    (r"reg.exe query HKLM\SYSTEM\CurrentControlSet\Services\Tcpip6\Parameters /v DisabledComponents", 0, "    DisabledComponents    REG_DWORD    0xff", "ipv6-components", "problem: DisabledComponents is 0xff"),
    (r"reg.exe query HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\RebootPending", 0, "", "servicing-reboot", "problem: a restart is pending"),
    (r"reg.exe query HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName /v ComputerName", 0, "    ComputerName    REG_SZ    OTHER", "computer-name-reboot", "problem: the computer gets another name at the next start"),
    (r"reg.exe query HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion /v EditionID", 0, "    EditionID    REG_SZ    Core", "windows-edition", "problem: Core"),
];

#[test]
fn what_is_wrong_is_found() {
    for (command, code, answer, id, expected) in CASES {
        let text = answer.strip_prefix('@').map_or_else(|| (*answer).to_owned(), recorded);
        let host = healthy().with(command, *code, text);
        assert_eq!(outcome(&host, id), *expected, "{command}: {answer}");
    }
}

#[test]
fn a_configuration_that_keeps_the_service_from_starting_is_found() {
    let path = r"C:\ProgramData\docker\config\daemon.json";
    for (bytes, expected) in [
        (&b"{\"group\": \"builders\"}"[..], format!("ok: {path}")),
        (b"\xef\xbb\xbf{}", format!("problem: {path} begins with a byte order mark")),
        (b"{\"group\": }", format!("problem: {path}: expected value at line 1 column 11")),
    ] {
        let mut host = healthy();
        host.files.insert(path.to_owned(), bytes.to_vec());
        assert_eq!(outcome(&host, "engine-config"), expected);
    }
}

#[test]
fn a_host_that_answers_nothing_is_told_apart_from_a_healthy_one() {
    let checked = run(&Recorded::default());
    let summary = report::summary(&checked);
    assert!(summary.problems >= 3 && summary.unknown >= 15, "{summary:?}");
    let text = report::text(&checked, true);
    assert!(text.contains("problem  service-registered"), "{text}");
    assert!(text.contains("mend: dockerd --register-service"), "{text}");
    let json = report::json(&checked, true);
    assert_eq!(json["checks"].as_array().unwrap().len(), all().count());
    assert_eq!(json["summary"]["problem"], summary.problems);
}

#[test]
fn elsewhere_than_on_windows_the_way_out_is_no_command_of_windows() {
    let host = Recorded { elsewhere: true, ..Recorded::default() }.with("docker info", 1, "Cannot connect to it");
    let checked = run(&host);
    let text = report::text(&checked, false);
    assert_eq!(text.matches("Cannot connect").count(), 1, "{text}");
    assert!(text.contains("mend: start the engine (systemctl start docker)"), "{text}");
    assert!(!text.contains("Start-Service") && !text.contains("$env:"), "{text}");
    assert!(text.ends_with("1 problem, 0 warnings, 0 ok, 4 that could not be told\n"), "{text}");
    let linux = Recorded { elsewhere: true, ..Recorded::default() }.with(
        "docker info",
        0,
        "Server:\n Server Version: 28.0.4\n OSType: linux\n",
    );
    let text = report::text(&run(&linux), false);
    assert!(text.contains("linux containers") && text.contains("mend: name an engine on a Windows host"), "{text}");
    assert!(!text.contains("DockerCli.exe"), "{text}");
}

#[test]
fn bases_are_held_against_the_host() {
    let file = "FROM mcr.microsoft.com/windows/servercore:ltsc2019 AS a\nFROM mcr.microsoft.com/windows/nanoserver:ltsc2025\n\
                FROM mcr.microsoft.com/windows/servercore:ltsc2022\nCOPY --from=a x y\nFROM debian\n";
    let host = OsVersion { build: 20348, revision: None };
    let found = bases::on_host(file.into(), host);
    let verdicts: Vec<_> = found.iter().map(|base| (base.line, base.build, base.verdict)).collect();
    assert_eq!(
        verdicts,
        [(1, Some(17763), Verdict::HyperV), (2, Some(26100), Verdict::Never), (3, Some(20348), Verdict::Process)]
    );
}
