//! Chocolatey's own installer without a version.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::EffectKind;

use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "choco-bootstrap-unpinned",
    group: Group::Package,
    severity: Severity::Warning,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Download]),
    also: &[],
    page: include_str!("choco_bootstrap_unpinned.md"),
    check,
};

const VARIABLE: &str = "chocolateyVersion";

/// .NET Framework 4.8, which Chocolatey 2 needs, came with this build.
const HAS_4_8: u32 = 20348;

fn check(context: &Context, report: &mut Report) {
    let mut is_set = false;
    for script in context.run_scripts() {
        let step = script.step;
        is_set |= script.lower().contains("chocolateyversion");
        let declared = ["chocolateyVersion", "CHOCOLATEYVERSION", "ChocolateyVersion", "chocolateyversion"];
        for (_, effect) in script.run.effects() {
            let EffectKind::Download { url: Some(url), .. } = &effect.kind else { continue };
            let is_newest = url.to_ascii_lowercase().contains("chocolatey.org/install.ps1") && !is_set;
            if !is_newest || declared.iter().any(|name| context.model().variable(step, name).is_some()) {
                continue;
            }
            let stage = context.model().stage_of(step);
            let root = stage.and_then(|stage| context.model().lineage(stage.index).last()?.image.as_ref());
            let framework = root.is_some_and(|image| image.text.text().contains("4.8"));
            let build = stage.and_then(|stage| stage.facts?.build);
            let is_old = build.is_some_and(|build| build.number < HAS_4_8);
            let version = if is_old && !framework { "1.4.0" } else { "2.3.0" };
            let finding = report.add(
                effect.span,
                "the newest Chocolatey is installed, whichever that is",
                format!("put `ENV {VARIABLE}={version}` before it; from 2.0.0 on it needs .NET Framework 4.8"),
            );
            let instruction = &context.instructions()[step];
            if instruction.keyword == Some(Keyword::Run) {
                let edit = Edit::insert(instruction.span.start, format!("ENV {VARIABLE}={version}\n"));
                finding.fix(Fix::suggested("name a version", vec![edit]));
            }
        }
    }
}
