//! Downloads by Windows PowerShell on Windows Server 2016, which begins with TLS 1.0.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::Downloader;
use dockerfile::facts::base_image::Family;
use dockerfile::script::Dialect;
use dockerfile::source::Span;

use crate::fetch::{self, Run};
use crate::listing::{Listing, Part};
use crate::{Context, Does, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "tls12-not-enabled",
    group: Group::Download,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Effect(&[Does::Download]),
    also: &[],
    page: include_str!("tls12_not_enabled.md"),
    check,
};

const ENABLE: &str = "[Net.ServicePointManager]::SecurityProtocol = [Net.SecurityProtocolType]::Tls12; ";

/// Who is known to refuse TLS 1.0, with the names below.
const REFUSING: [&str; 9] = [
    "azureedge.net",
    "chocolatey.org",
    "github.com",
    "githubusercontent.com",
    "maven.org",
    "nuget.org",
    "powershellgallery.com",
    "python.org",
    "windows.net",
];

fn check(context: &Context, report: &mut Report) {
    for run in fetch::runs(context) {
        let Some(facts) = run.stage.facts.as_ref() else { continue };
        if facts.nano || facts.build.is_none_or(|build| build.number != 14393) || is_enabled(context, &run) {
            continue;
        }
        let fetches = run.fetches(context);
        let first = fetches.iter().find(|fetch| {
            let by_dotnet = matches!(fetch.tool, Downloader::WebRequest | Downloader::WebClient);
            let url = fetch.url.as_deref().unwrap_or_default().to_ascii_lowercase();
            by_dotnet && fetch.dialect == Dialect::WindowsPowerShell && url.starts_with("https://")
        });
        let Some(first) = first else { continue };
        let finding = report
            .add(first.span, "this request is made with TLS 1.0", "enable TLS 1.2 in the same script first")
            .seen("The request was aborted: Could not create SSL/TLS secure channel.");
        let core = matches!(facts.family, Family::ServerCore | Family::ServerCoreIis | Family::Windows);
        let host = fetch::host(first.url.as_deref().unwrap_or_default());
        let refuses = REFUSING
            .iter()
            .any(|name| host.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('.')));
        // Some servers still take it. A later .NET Framework may have another default, and a variable tag another build.
        let root = context.model().lineage(run.stage.index).last().and_then(|stage| stage.image.as_ref());
        let is_named = root.is_some_and(|image| image.uses.is_empty());
        let finding = if core && is_named && refuses { finding } else { finding.at_most(Severity::Warning) };
        if let Some(at) = beginning(run.listing, first.command) {
            finding.fix(Fix::suggested("enable TLS 1.2", vec![Edit::insert(at, ENABLE)]));
        }
    }
}

/// Whether the script, its shell or an earlier change of the registry enables it.
fn is_enabled(context: &Context, run: &Run) -> bool {
    let model = context.model();
    let names = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("securityprotocol") || text.contains("schusestrongcrypto") || text.contains("tlsversions")
    };
    let before = model.lineage(run.stage.index).flat_map(|stage| stage.steps.clone()).filter(|&step| step < run.step);
    let mut earlier = before.filter_map(|step| model.steps[step].script.as_ref()).map(|run| run.script.text.text());
    let in_registry = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("schusestrongcrypto") || text.contains("tlsversions") || text.contains("$profile")
    };
    names(model.steps[run.step].state.shell.prologue())
        || names(context.slice(run.instruction.span))
        || earlier.any(in_registry)
}

/// Where the innermost script begins that a command stands in.
fn beginning(script: &Listing, command: Span) -> Option<u32> {
    let inner = script.parts().map(Part::script).filter(|script| script.dialect == Dialect::WindowsPowerShell);
    let first = inner.filter_map(|script| {
        let (first, last) = (script.statements.first()?, script.statements.last()?);
        first.span.to(last.span).contains(command).then_some(first.span.start)
    });
    first.max()
}
