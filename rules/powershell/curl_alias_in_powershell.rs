//! `curl` and `wget` with their own options where they are aliases of `Invoke-WebRequest`.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::Answer;
use dockerfile::facts::capability::{Capability, has};
use dockerfile::script::powershell::Bound;
use dockerfile::script::{Command, Word};

use super::read::{Read, drops_alias, is_called, scripts};
use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "curl-alias-in-powershell",
    group: Group::PowerShell,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Command(&["curl", "wget"]),
    also: &[],
    page: include_str!("curl_alias_in_powershell.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for read in scripts(context).filter(Read::is_old) {
        for listed @ &Listed { command, ref stem, .. } in read.part.commands() {
            let name = stem.as_str();
            if !matches!(name, "curl" | "wget") || !is_called(command, name) {
                continue;
            }
            let Some((word, why)) = listed.bound().and_then(|bound| refused(command, &bound)) else { continue };
            if drops_alias(read.part, name) {
                continue;
            }
            let help = match name {
                "curl" => "write `curl.exe`",
                _ => "write Invoke-WebRequest with its own parameters, or use curl.exe",
            };
            let message = format!("`{name}` is Invoke-WebRequest in Windows PowerShell");
            let finding =
                report.add(command.name.span, message, help).seen(why).label(word.span, "means something else there");
            let facts = context.model().stage_of(read.step).and_then(|stage| stage.facts.as_ref());
            let ships = facts.is_none_or(|image| has(image, Capability::CurlAndTar) != Answer::No);
            if name == "curl" && ships && !is_mixed(command) {
                finding.fix(Fix::safe("write `curl.exe`", vec![Edit::insert(command.name.span.end, ".exe")]));
            }
        }
    }
}

/// The first option that is the program's and not the cmdlet's, and what the cmdlet says to it.
fn refused<'a>(command: &'a Command, bound: &Bound<'a>) -> Option<(&'a Word, String)> {
    let is_option = |word: &&&Word| word.raw.starts_with('-') && word.raw.len() > 1;
    let unknown = bound.unknown.iter().find(is_option).copied();
    if let Some(word) = unknown.or_else(|| command.words.iter().find(|word| word.raw.starts_with("--"))) {
        let name = word.text.trim_start_matches('-');
        return Some((word, format!("a parameter cannot be found that matches parameter name '{name}'")));
    }
    // `-O https://...`, `-s https://...`: what is meant as a switch takes the address for its value.
    let is_address = |word: &Word| word.text.starts_with("http://") || word.text.starts_with("https://");
    let (taker, _) = bound.parameters.iter().find(|(name, value)| *name != "Uri" && value.is_some_and(is_address))?;
    let address = command.words.iter().position(is_address)?;
    let option = command.words[..address].last()?;
    let is_short = option.raw.len() == 2 && *taker != "Proxy";
    is_short.then(|| (option, format!("the address is the value of -{taker}, and there is no -Uri")))
}

/// Whether some of the words are written for the cmdlet.
fn is_mixed(command: &Command) -> bool {
    const OWN: [&str; 6] = ["-outfile", "-usebasicparsing", "-uri", "-useb", "-headers", "-method"];
    command.words.iter().any(|word| OWN.iter().any(|own| word.raw.eq_ignore_ascii_case(own)))
}
