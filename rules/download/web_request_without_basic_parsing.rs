//! `Invoke-WebRequest` of Windows PowerShell that would hand the page to Internet Explorer's engine.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::script::Dialect;

use crate::listing::Listed;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule, fetch};

pub(super) static RULE: Rule = Rule {
    id: "web-request-without-basic-parsing",
    group: Group::Download,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Cmdlet(&["Invoke-WebRequest"]),
    also: &[],
    page: include_str!("web_request_without_basic_parsing.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for run in fetch::scripts(context) {
        // `$PSDefaultParameterValues` can give the parameter to every call.
        let is_default = |text: &str| text.to_ascii_lowercase().contains("psdefaultparametervalues");
        // The PowerShell of the first Nano Server knew only the simple way.
        let is_nano = run.stage.facts.as_ref().is_some_and(|facts| facts.nano);
        for listed @ &Listed { dialect, command, .. } in &run.listing.commands {
            // Most have it by its name, which is cheaper to tell than what all words are.
            let has_name = || command.words.iter().any(|word| word.raw.eq_ignore_ascii_case("-usebasicparsing"));
            if dialect != Dialect::WindowsPowerShell || !listed.is_cmdlet("Invoke-WebRequest") || has_name() {
                continue;
            }
            let Some(bound) = listed.bound() else { continue };
            // Options that the cmdlet does not know were written for another curl or wget.
            let is_other = bound.splatted || !bound.unknown.is_empty();
            if bound.has("UseBasicParsing") || is_other {
                continue;
            }
            let prologue = context.model().steps[run.step].state.shell.prologue();
            if is_nano || is_default(prologue) || is_default(run.script.text.text()) {
                break;
            }
            let message = match bound.has("OutFile") {
                true => "this request may ask a question first, which no build can answer",
                false => "this request asks before it parses a page, or fails",
            };
            let finding = report
                .add(command.name.span, message, "add -UseBasicParsing")
                .fix(Fix::safe("add -UseBasicParsing", vec![Edit::insert(command.name.span.end, " -UseBasicParsing")]));
            if bound.has("OutFile") {
                // Microsoft's own images are still built so, though no text promises it.
                finding.at_most(Severity::Warning);
            } else {
                finding.seen("Security Warning: Script Execution Risk ... Do you want to continue?");
            }
        }
    }
}
