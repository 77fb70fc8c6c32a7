//! Programs that Nano Server does not have.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::Severity;
use dockerfile::facts::base_image::BaseImage;
use dockerfile::facts::capability::{Capability, find, has, missing_on_nano};
use dockerfile::facts::{Answer, Confidence};
use dockerfile::source::Span;

use super::missing::has_age;
use crate::listing::Listed;
use crate::ran::{self, Ran, stem};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nanoserver-missing-tool",
    group: Group::Shell,
    severity: Severity::Error,
    fix: Fixable::No,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("nanoserver_missing_tool.md"),
    check,
};

/// Programs and cmdlets, and what they need.
const NEEDS: [(&str, Capability); 22] = [
    ("add-windowscapability", Capability::Dism),
    ("add-windowsfeature", Capability::ServerFeatures),
    ("add-windowspackage", Capability::Dism),
    ("bitsadmin", Capability::Bits),
    ("cscript", Capability::ScriptHost),
    ("dism", Capability::Dism),
    ("enable-windowsoptionalfeature", Capability::Dism),
    ("get-ciminstance", Capability::Wmi),
    ("get-windowsfeature", Capability::ServerFeatures),
    ("get-wmiobject", Capability::Wmi),
    ("gwmi", Capability::Wmi),
    ("install-windowsfeature", Capability::ServerFeatures),
    ("invoke-cimmethod", Capability::Wmi),
    ("invoke-wmimethod", Capability::Wmi),
    ("msiexec", Capability::Msi),
    ("remove-windowsfeature", Capability::ServerFeatures),
    ("set-wmiinstance", Capability::Wmi),
    ("start-bitstransfer", Capability::Bits),
    ("winget", Capability::Msix),
    ("wmic", Capability::Wmi),
    ("wscript", Capability::ScriptHost),
    ("wusa", Capability::WindowsUpdate),
];

fn check(context: &Context, report: &mut Report) {
    for ran in ran::all(context) {
        let Some(image) = ran::known(ran.stage).filter(|image| image.nano && !is_of_2016(image)) else { continue };
        for listed in ran.commands() {
            let command = listed.command;
            let Some((span, name, confidence)) = lacking(image, listed) else { continue };
            if is_copied(context, &ran, &name) {
                continue;
            }
            let message = format!("there is no {name} on Nano Server");
            let help = "do it in a Server Core stage and copy the result, or take Server Core";
            let finding = report.add(span, message, help);
            let finding = if ran.is_started(command) {
                finding.seen("hcs::System::CreateProcess: The system cannot find the file specified. (0x2)")
            } else {
                finding.seen(format!("'{name}' is not recognized as an internal or external command"))
            };
            if confidence != Confidence::High || !has_age(ran.stage) {
                finding.at_most(Severity::Warning);
            }
        }
    }
}

/// What a command wants that the image has not: where it is named, its name, and how sure that is.
fn lacking(image: &BaseImage, listed: &Listed) -> Option<(Span, String, Confidence)> {
    let word = match listed.bound_to("Start-Process") {
        Some(bound) => bound.value("FilePath")?,
        None => &listed.command.name,
    };
    let path = word.text.to_ascii_lowercase().replace('/', "\\");
    let lacks = |capability| has(image, capability) == Answer::No;
    if path.contains("\\microsoft.net\\framework") && lacks(Capability::NetFramework) {
        return Some((word.span, ".NET Framework".to_owned(), Confidence::High));
    }
    if path.contains("\\syswow64\\") && lacks(Capability::Wow64) {
        return Some((word.span, "32-bit programs".to_owned(), Confidence::High));
    }
    if path.ends_with(".msi") && lacks(Capability::Msi) {
        return Some((word.span, "msiexec".to_owned(), Confidence::High));
    }
    let name = stem(&word.text);
    // Another folder has another program of that name.
    let is_system = !path.contains('\\') || path.contains("\\system32\\");
    if let Some((name, capability)) = NEEDS.iter().find(|(known, _)| *known == name && is_system) {
        let row = find(image, *capability)?;
        // Where the catalogue of programs says more than the table of capabilities, it is the surer of the two.
        let confidence = missing_on_nano(name).map_or(row.confidence, |sure| sure.max(row.confidence));
        // Cmdlets keep their capitals.
        let shown = if name.contains('-') { word.text.clone() } else { (*name).to_owned() };
        return lacks(*capability).then_some((word.span, shown, confidence));
    }
    let confidence = missing_on_nano(&name).filter(|_| is_system && name != "powershell")?;
    Some((word.span, name, confidence))
}

/// Nano Server of 2016 had most of it.
fn is_of_2016(image: &BaseImage) -> bool {
    image.build.is_some_and(|build| build.number == 14393)
}

/// Whether an earlier step copies the program into the image.
fn is_copied(context: &Context, ran: &Ran, name: &str) -> bool {
    ran.before(context).any(|(_, before)| {
        matches!(before.innermost().keyword, Some(Keyword::Copy | Keyword::Add))
            && before.innermost().args.text().to_ascii_lowercase().contains(name)
    })
}
