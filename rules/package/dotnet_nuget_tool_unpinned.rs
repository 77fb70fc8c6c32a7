//! .NET tools and NuGet packages in whatever version is newest.

use dockerfile::ast::{Keyword, Kind};
use dockerfile::diagnostic::Severity;
use dockerfile::effect::EffectKind;
use dockerfile::model::Started;
use dockerfile::source::Span;

use crate::letters::holds;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "dotnet-nuget-tool-unpinned",
    group: Group::Package,
    severity: Severity::Info,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("dotnet_nuget_tool_unpinned.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs().iter().filter(|it| it.keyword == Some(Keyword::Run)) {
        if let Some((name, span)) = unpinned(program) {
            let help = "name a version: --version for dotnet, -Version for nuget";
            report.add(span, format!("the newest version of {name} is installed, whichever that is"), help);
        }
    }
    let mut add = |span| {
        let help = "put a version where the address has `latest`, such as v6.12.1";
        report.add(span, "the newest nuget.exe is fetched, whichever that is", help);
    };
    for script in context.run_scripts() {
        for (_, effect) in script.run.effects() {
            if matches!(&effect.kind, EffectKind::Download { url: Some(url), .. } if is_latest(url)) {
                add(effect.span);
            }
        }
    }
    for instruction in context.instructions().iter().map(|it| it.innermost()) {
        let Kind::Copy(copy) = &instruction.kind else { continue };
        copy.sources.iter().filter(|word| is_latest(word.as_str())).for_each(|word| add(word.span));
    }
}

/// Options of both programs that take no value, in lower case.
const FLAGS: &[&str] = &[
    "allow-downgrade",
    "directdownload",
    "excludeversion",
    "forceenglishoutput",
    "g",
    "global",
    "ignore-failed-sources",
    "interactive",
    "local",
    "no-cache",
    "nocache",
    "noninteractive",
    "prerelease",
    "requireconsent",
];

fn is_latest(url: &str) -> bool {
    holds(url, "dist.nuget.org/win-x86-commandline/latest/")
}

/// What is installed without a version, and where it stands.
fn unpinned(program: &Started) -> Option<(&str, Span)> {
    let dotnet = match program.program().as_str() {
        "dotnet" => true,
        "nuget" => false,
        _ => return None,
    };
    let verbs: &[&str] = if dotnet { &["tool", "install"] } else { &["install"] };
    let (head, rest) = program.arguments.split_at_checked(verbs.len())?;
    let verb = head.iter().zip(verbs).all(|(word, verb)| word.text.eq_ignore_ascii_case(verb));
    let given = rest.iter().any(|it| {
        let name = it.text.trim_start_matches('-').to_ascii_lowercase();
        it.text.starts_with('-') && (name.starts_with("version") || name == "prerelease")
    });
    let mut package = None;
    let mut words = rest.iter().peekable();
    while let Some(word) = words.next() {
        let option = word.text.trim_start_matches('-').to_ascii_lowercase();
        if option.len() == word.text.len() {
            package = Some(word);
            break;
        }
        // Its value is not the package.
        if !FLAGS.contains(&option.as_str()) && !option.contains('=') {
            words.next_if(|next| !next.text.starts_with('-'));
        }
    }
    let package = package.filter(|it| !it.text.contains(['\\', '/', '$', '%']) && !it.text.ends_with(".config"))?;
    (verb && !given && program.visible).then_some((package.text.as_str(), package.span))
}
