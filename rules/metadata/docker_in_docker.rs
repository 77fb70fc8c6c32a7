//! A container engine inside a Windows container.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::Severity;
use dockerfile::effect::{EffectKind, Manager};
use dockerfile::source::Span;

use crate::letters::holds;
use crate::listing::Listing;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "docker-in-docker",
    group: Group::Metadata,
    severity: Severity::Warning,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("docker_in_docker.md"),
    check,
};

/// Packages that bring an engine, in lower case, without those that bring only the client.
const ENGINES: [&str; 6] =
    ["docker", "docker.dockerdesktop", "docker-desktop", "docker-engine", "docker-for-windows", "moby"];

fn check(context: &Context, report: &mut Report) {
    for (step, outer) in context.instructions().iter().enumerate() {
        let engines = context.script(step).map(engines).unwrap_or_default();
        for span in engines {
            report.add(
                span,
                "no container engine runs inside a Windows container",
                "run the engine on the host, and put only the client docker.exe into the image",
            );
        }
        if let Some(span) = pipe(outer.innermost()) {
            report.add(
                span,
                "the engine's pipe is the host's: there is none inside the container",
                "let whoever runs the container mount the pipe or set DOCKER_HOST",
            );
        }
    }
}

/// The commands that install or start an engine.
fn engines(script: &Listing) -> Vec<Span> {
    let installs = script.run.effects().iter().filter(|(_, effect)| match &effect.kind {
        EffectKind::InstallFeature { features } => features.iter().any(|feature| {
            let feature = feature.to_ascii_lowercase();
            feature == "containers" || feature.starts_with("hyper-v") || feature.starts_with("microsoft-hyper-v")
        }),
        EffectKind::PackageInstall { manager, packages } => packages.iter().any(|package| {
            let package = package.to_ascii_lowercase();
            // Chocolatey's `docker` is the client alone.
            ENGINES.contains(&package.as_str()) && (package != "docker" || *manager == Manager::PowerShellGet)
        }),
        _ => false,
    });
    let mut spans: Vec<Span> = installs.map(|(_, effect)| effect.span).collect();
    for command in script.commands.iter().map(|listed| listed.command) {
        let known = |kind: &EffectKind| !matches!(kind, EffectKind::Unknown | EffectKind::Install { .. });
        let mut words = std::iter::once(&command.name).chain(&command.words);
        if let Some(word) = words.find(|word| is_engine(&word.text))
            && !script.effects(command).iter().any(|(_, effect)| known(&effect.kind))
        {
            spans.push(word.span);
        }
    }
    spans
}

/// Whether a path is the engine's program; the last letter tells of most that they are not.
fn is_engine(path: &str) -> bool {
    let may_be = matches!(path.as_bytes().last(), Some(b'd' | b'D' | b'e' | b'E'));
    may_be
        && ["dockerd", "dockerd.exe"].iter().any(|name| {
            let (before, end) = path.split_at_checked(path.len().wrapping_sub(name.len())).unwrap_or_default();
            end.eq_ignore_ascii_case(name) && (before.is_empty() || before.ends_with(['/', '\\']))
        })
}

/// The name of the engine's pipe in what is kept in the image or run.
fn pipe(instruction: &Instruction) -> Option<Span> {
    use Keyword::{Cmd, Entrypoint, Env, Healthcheck, Run, Volume};
    instruction.keyword.filter(|keyword| [Cmd, Entrypoint, Env, Healthcheck, Run, Volume].contains(keyword))?;
    // Few have the name at all.
    let text = Some(instruction.args.text()).filter(|text| holds(text, "docker_engine"))?.to_ascii_lowercase();
    let end = ["pipe/docker_engine", "pipe\\docker_engine", "pipe\\\\docker_engine"]
        .iter()
        .find_map(|name| text.find(name).map(|at| at + name.len()))?;
    let start = text[..end].rfind(|char: char| char.is_whitespace() || "\"'=,[".contains(char)).map_or(0, |at| at + 1);
    Some(instruction.args.span(start..end))
}
