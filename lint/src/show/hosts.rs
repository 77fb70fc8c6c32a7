//! What the hosts of a team do with a stage, and which runner images they are.

use dockerfile::facts::Answer;
use dockerfile::facts::build::Build;
use dockerfile::facts::host::{self, Host, RUNNERS, Service};
use dockerfile::model::{Os, Stage};
use serde_json::{Value, json};

/// The name of a host, as it is shown.
pub(super) fn name(host: &Host) -> String {
    format!("{} ({})", host.build.tag, host.isolation.name())
}

/// What a host is: its product, and the runner images with the same build.
pub(super) fn described(host: &Host) -> String {
    let of = |service: Service| {
        let same = RUNNERS.iter().filter(|runner| runner.service == service && runner.build == host.build.number);
        let images: Vec<&str> = same.map(|runner| runner.image).collect();
        (!images.is_empty()).then(|| format!("{} on {}", images.join(", "), service.name()))
    };
    let runners: Vec<String> = [Service::GitHub, Service::Azure].into_iter().filter_map(of).collect();
    let runners = if runners.is_empty() { "no hosted runner".to_owned() } else { runners.join("; ") };
    format!("host {}: {}; {runners}", name(host), host.build.display)
}

/// What a host does with a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Runs,
    Refuses,
    Unsure,
    Linux,
    OwnBuild,
    Unknown,
}

impl Verdict {
    const fn text(self) -> &'static str {
        match self {
            Verdict::Runs => "builds and runs this stage",
            Verdict::Refuses => "cannot build or run this stage",
            Verdict::Unsure => "may run this stage: the documentation and the host's own check differ",
            Verdict::Linux => "needs an engine for Linux containers for this stage",
            Verdict::OwnBuild => "builds and runs this stage, if the tag has an image for its build",
            Verdict::Unknown => "unknown: the base image tells no build of Windows",
        }
    }

    /// For programs: `null` where it is not known.
    const fn answer(self) -> Option<bool> {
        match self {
            Verdict::Runs => Some(true),
            Verdict::Refuses | Verdict::Linux => Some(false),
            Verdict::Unsure | Verdict::OwnBuild | Verdict::Unknown => None,
        }
    }
}

fn verdict(host: &Host, stage: &Stage) -> Verdict {
    let facts = stage.facts.as_ref();
    match (stage.os, facts.and_then(|facts| facts.build)) {
        (Os::Linux, _) => Verdict::Linux,
        (_, Some(build)) => match host.runs(build) {
            Answer::Yes => Verdict::Runs,
            Answer::No => Verdict::Refuses,
            Answer::Unsure => Verdict::Unsure,
        },
        (Os::Windows, None) if facts.is_some() => Verdict::OwnBuild,
        _ => Verdict::Unknown,
    }
}

/// What each host does with a stage, a line each, and the runner images that run it.
pub(super) fn lines(hosts: &[Host], stage: &Stage) -> Vec<String> {
    let mut lines: Vec<String> =
        hosts.iter().map(|host| format!("host {}: {}", name(host), verdict(host, stage).text())).collect();
    if let Some(build) = build(stage).filter(|_| !hosts.is_empty()) {
        lines.push(format!("runner images: {}", runners(build)));
    }
    lines
}

fn build(stage: &Stage) -> Option<&'static Build> {
    stage.facts.as_ref().filter(|_| stage.os == Os::Windows).and_then(|facts| facts.build)
}

fn runners(build: &Build) -> String {
    let of = |service: Service| match host::runners(service, build).as_slice() {
        [] => format!("none of {}", service.name()),
        images => format!("{} of {}", images.join(", "), service.name()),
    };
    [of(Service::GitHub), of(Service::Azure)].join("; ")
}

/// The same for programs.
pub(super) fn json(hosts: &[Host], stage: &Stage) -> Value {
    let host = |host: &Host| {
        let verdict = verdict(host, stage);
        json!({
            "host": host.build.tag,
            "isolation": host.isolation.name(),
            "runs": verdict.answer(),
            "text": verdict.text(),
        })
    };
    hosts.iter().map(host).collect()
}

/// The runner images that run a stage, for programs.
pub(super) fn json_runners(stage: &Stage) -> Value {
    match build(stage) {
        Some(build) => json!({
            "github": host::runners(Service::GitHub, build),
            "azure": host::runners(Service::Azure, build),
        }),
        None => Value::Null,
    }
}
