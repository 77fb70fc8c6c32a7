//! Whose exit codes a step may end with, told by what it does.

use dockerfile::effect::{EffectKind, Manager};
use dockerfile::facts::exit_codes::Domain;
use dockerfile::facts::installer_tech::Technology;
use dockerfile::model::{Os, RunScript, Shell, ShellOrigin};
use dockerfile::script::{self, Dialect};
use dockerfile::splice::Spliced;

use crate::plan::{Action, Command, Step};

/// The technologies that a step installs with: their small exit codes mean something then.
pub(super) fn of(step: &Step) -> Vec<Domain> {
    let Action::Run { command, .. } = &step.action else { return Vec::new() };
    let (text, dialect) = match command {
        Command::Shell(line) => (line.clone(), Shell::from_words(step.state.shell.clone(), ShellOrigin::Image).dialect),
        Command::Exec(words) => {
            let quoted = words.iter().map(|word| if word.contains(' ') { format!("\"{word}\"") } else { word.clone() });
            (quoted.collect::<Vec<_>>().join(" "), Some(Dialect::Cmd))
        }
    };
    let Some(dialect) = dialect else { return Vec::new() };
    let script = script::parse(Spliced::verbatim(&text, 0), dialect);
    let run = RunScript::new(script, false, Os::Windows);
    let mut found = Vec::new();
    for domain in run.effects().iter().filter_map(|(_, effect)| of_effect(&effect.kind)) {
        if !found.contains(&domain) {
            found.push(domain);
        }
    }
    found
}

fn of_effect(effect: &EffectKind) -> Option<Domain> {
    Some(match effect {
        EffectKind::Install { technology, .. } => match technology {
            Technology::Msi | Technology::InstallShieldMsi => Domain::Msi,
            Technology::Burn => Domain::Burn,
            Technology::Inno => Domain::Inno,
            Technology::Nsis => Domain::Nsis,
            Technology::VisualStudio => Domain::VisualStudio,
            Technology::SqlServer => Domain::SqlServer,
            Technology::Servicing => Domain::Wusa,
            _ => return None,
        },
        EffectKind::PackageInstall { manager: Manager::Choco, .. } => Domain::Choco,
        EffectKind::InstallFeature { .. } => Domain::Dism,
        EffectKind::StartService { .. } => Domain::Service,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    use dockerfile::document::{Builder, Document};
    use dockerfile::source::Source;

    use crate::image::Platform;
    use crate::plan;

    /// The domains of the `RUN` of a Dockerfile.
    fn run(line: &str) -> Vec<Domain> {
        let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{line}\n").into_bytes();
        let document = Document::new(Source::new(text), Builder::Any);
        let request = plan::Request {
            document: &document,
            build_args: &BTreeMap::new(),
            target: None,
            split: crate::args::Split::Off,
            lower: false,
            platform: &Platform::new("windows", "amd64"),
            bases: &BTreeMap::new(),
            paths: &BTreeMap::new(),
            contexts: &[],
            files: None,
        };
        of(plan::plan(&request).unwrap().stages[0].steps.last().unwrap())
    }

    #[test]
    fn the_technology_of_a_step_is_told_by_what_it_does() {
        assert_eq!(run("RUN start /wait msiexec /i C:/a.msi /qn && choco install -y x"), [Domain::Msi, Domain::Choco]);
        assert_eq!(run("RUN powershell Install-WindowsFeature Web-Server"), [Domain::Dism]);
        assert_eq!(run("RUN vs_buildtools.exe --quiet --wait --norestart"), [Domain::VisualStudio]);
        assert_eq!(run(r#"RUN ["msiexec", "/i", "C:/a b.msi", "/qn"]"#), [Domain::Msi]);
        // Words that only stand in it say nothing.
        assert!(run("RUN echo choco dism vs_buildtools && type C:/sqlservr.log").is_empty());
    }
}
