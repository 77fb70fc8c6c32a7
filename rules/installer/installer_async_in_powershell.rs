//! Installers called by name in PowerShell, which does not wait for window programs.

use dockerfile::diagnostic::{Fix, Severity};
use dockerfile::effect::EffectKind;
use dockerfile::facts::Confidence;
use dockerfile::facts::installer_tech::{self, Technology};
use dockerfile::model::{Installation, Started};

use super::arguments::{is_left_behind, with_start_process};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "installer-async-in-powershell",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Installer,
    also: &[],
    page: include_str!("installer_async_in_powershell.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        let Some(install) = &program.install else { continue };
        let Some(confidence) = runs_on(program).filter(|_| !sleeps(context, program)) else { continue };
        let product = install.product.map_or("this installer", |product| product.product);
        let finding = report
            .add(
                program.name_span,
                "the installer is not waited for in PowerShell: what follows runs at once",
                "use Start-Process -Wait -PassThru, and look at its ExitCode",
            )
            .seen(format!("the build succeeds, and {product} may be missing"));
        let finding = if confidence == Confidence::High { finding } else { finding.at_most(Severity::Warning) };
        let success =
            install.product.map_or(installer_tech::facts(install.technology).success, |product| product.success);
        if let Some(edit) = with_start_process(context, program, success) {
            finding.fix(Fix::suggested("wait for it and look at its exit code", vec![edit]));
        }
    }
}

/// How sure it is that a program is an installer that still works when the script goes on, which then has no exit code of it.
pub(crate) fn runs_on(program: &Started) -> Option<Confidence> {
    program.install.as_ref().filter(|_| is_left_behind(program)).and_then(is_window)
}

/// How sure it is that the installer is a window program that ends when it has installed; `None` where it is none, or where
/// nobody knows what it is made with.
fn is_window(install: &Installation) -> Option<Confidence> {
    use Technology::{BitRock, ClickOnce, Msi, Msix, Unknown};
    let technology = installer_tech::facts(install.technology);
    // Packages have a rule of their own, and InstallBuilder makes programs of both kinds.
    let other = matches!(install.technology, BitRock | ClickOnce | Msi | Msix | Unknown);
    let must_wait = install.product.is_none_or(|product| product.must_wait);
    let confidence = install.product.map_or(technology.confidence, |product| product.confidence);
    (technology.gui && must_wait && !other).then(|| technology.confidence.min(confidence))
}

/// Whether the script waits for some time, which its author does for what runs meanwhile.
fn sleeps(context: &Context, program: &Started) -> bool {
    let run = context.model().steps[program.step].script.as_ref();
    run.is_some_and(|run| run.effects().iter().any(|(_, effect)| matches!(effect.kind, EffectKind::Sleep)))
}

#[cfg(test)]
mod tests {
    use dockerfile::document::{Builder, Document};
    use dockerfile::source::Source;

    use super::*;
    use crate::{Settings, check};

    #[test]
    fn what_is_less_sure_is_no_error() {
        let severity = |program: &str| {
            let shell = "SHELL [\"powershell\", \"-Command\"]";
            let text = format!("FROM mcr.microsoft.com/windows/servercore:ltsc2022\n{shell}\nRUN {program} /S\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            check(&document, &Settings::only(&[RULE.id])).first().map(|finding| finding.severity)
        };
        assert_eq!(severity("./7z2408-x64.exe"), Some(Severity::Error));
        assert_eq!(severity("./cuda_12.4.0_windows.exe"), Some(Severity::Warning));
        // A setup program of unknown make, a package that has a rule of its own, a console program.
        for program in ["./setup.exe", "./app.msi", "./rustup-init.exe", "./portablegit.exe"] {
            assert_eq!(severity(program), None, "{program}");
        }
    }

    #[test]
    fn no_fix_breaks_a_script() {
        let fixed = |run: &str| {
            let shell = "SHELL [\"pwsh\", \"-Command\"]";
            let text = format!("# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\n{shell}\nRUN {run}\n");
            let document = Document::new(Source::new(text.into()), Builder::Any);
            check(&document, &Settings::only(&[RULE.id])).first().map(|finding| finding.fix.is_some())
        };
        for (run, expected) in [
            ("C:\\7z2408-x64.exe /S; Remove-Item x", Some(true)),
            ("& 'C:\\7z2408-x64.exe' /S", Some(true)),
            ("./7z2408-x64.exe /S", Some(true)),
            ("C:\\7z2408-x64.exe /S /D=\"C:\\Program Files\\7-Zip\"; Remove-Item x", Some(false)),
            ("C:\\7z2408-x64.exe /S && Remove-Item x", Some(false)),
            ("Get-Item x || C:\\7z2408-x64.exe /S", Some(false)),
            ("C:\\7z2408-x64.exe /S; $P = 1", Some(false)),
            ("C:\\7z2408-x64.exe /S; if ($LASTEXITCODE) { exit 1 }", Some(false)),
            ("if ($x) { C:\\7z2408-x64.exe /S }; iex 'a'", Some(false)),
            ("iex 'C:\\7z2408-x64.exe /S'", None),
        ] {
            assert_eq!(fixed(run), expected, "{run}");
        }
        // A quote that nothing closes, before a letter of more than one byte.
        let text = "FROM mcr.microsoft.com/windows/servercore:ltsc2022\nSHELL [\"pwsh\", \"-Command\"]\n\
            ADD https://www.7-zip.org/a/7z2408-x64.exe é\nRUN & 'é\n";
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let found = check(&document, &Settings::only(&[RULE.id]));
        assert!(found.len() == 1 && found[0].fix.is_none(), "{found:?}");
    }
}
