//! An image that one of the team's hosts cannot run.

use dockerfile::diagnostic::Severity;
use dockerfile::facts::Answer;
use dockerfile::facts::build::{BUILDS, Build, Channel};
use dockerfile::facts::host::{self, Host, Service};

use super::named::Named;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-host-mismatch",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_host_mismatch.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    let hosts = &context.settings.policy.hosts;
    if hosts.is_empty() {
        return;
    }
    for image in context.images.iter().filter(|image| image.is_base) {
        let Some(build) = image.windows().and_then(|facts| facts.build) else { continue };
        let failing: Vec<&Host> = hosts.iter().filter(|host| host.runs(build) != Answer::Yes).collect();
        if !failing.is_empty() {
            mismatch(context, report, image, build, &failing);
        }
    }
}

fn mismatch(context: &Context, report: &mut Report, image: &Named, build: &Build, failing: &[&Host]) {
    let Some(part) = image.build_part() else { return };
    let shown: Vec<String> =
        failing.iter().map(|host| format!("{} ({})", host.build.tag, host.isolation.name())).collect();
    let message = format!("{} does not run on {}", build.tag, shown.join(", "));
    let finding = image.report(context, report, &part, message, help(context, build));
    let Some(finding) = finding else { return };
    match failing.iter().find(|host| host.runs(build) == Answer::No) {
        Some(host) => finding.seen(refusal(host, build)),
        // The documentation and the host's own check contradict each other.
        None => finding.at_most(Severity::Warning),
    };
}

/// Which builds all hosts run, and where this one runs.
fn help(context: &Context, build: &Build) -> String {
    let long_term = BUILDS.iter().filter(|build| build.channel == Channel::LongTerm);
    let hosts = &context.settings.policy.hosts;
    let common: Vec<&str> = long_term
        .filter(|build| hosts.iter().all(|host| host.runs(build) == Answer::Yes))
        .map(|build| build.tag)
        .collect();
    let take = match common.as_slice() {
        [] => "no build runs on all of these hosts without Hyper-V isolation".to_owned(),
        common => format!("take {}, which every host runs", common.join(" or ")),
    };
    let on = |service: Service| {
        let images = host::runners(service, build);
        (!images.is_empty()).then(|| format!("{} on {}", images.join(", "), service.name()))
    };
    let runners: Vec<String> = [Service::GitHub, Service::Azure].into_iter().filter_map(on).collect();
    match runners.as_slice() {
        [] => format!("{take}; no hosted runner runs {}", build.tag),
        runners => format!("{take}; {} runs on {}", build.tag, runners.join("; ")),
    }
}

/// What the engine says.
fn refusal(host: &Host, image: &Build) -> String {
    let (host, image) = (host.build.number, image.number);
    if image > host {
        format!("a Windows version 10.0.{image}-based image is incompatible with a 10.0.{host} host")
    } else {
        "the container operating system does not match the host operating system (0xc0370101)".to_owned()
    }
}
