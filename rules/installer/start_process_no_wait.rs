//! Programs that are started and not waited for: they end with the `RUN`.

use dockerfile::ast::Keyword;
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::program::Starter;
use dockerfile::model::Started;

use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "start-process-no-wait",
    group: Group::Installer,
    severity: Severity::Error,
    fix: Fixable::Safe,
    platform: Platform::Windows,
    needs: Needs::Any(&[Needs::Cmdlet(&["Start-Process"]), Needs::Command(&["start"])]),
    also: &[],
    page: include_str!("start_process_no_wait.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for program in context.programs() {
        let detached = program.starter != Starter::Name && !program.waits && !program.awaited;
        if program.keyword != Some(Keyword::Run) || !detached || !is_wanted(context, program) {
            continue;
        }
        let (message, help, text) = if program.starter == Starter::Start {
            ("nobody waits for this program, and it ends with the RUN", "write start /wait", " /wait")
        } else {
            ("nobody waits for this program, and it ends with the RUN", "add -Wait", " -Wait")
        };
        let finding = report.add(program.verb_span, message, help);
        let says_no = context.slice(program.span).to_ascii_lowercase().contains("-wait");
        if !says_no {
            finding.fix(Fix::safe("wait for it", vec![Edit::insert(program.verb_span.end, text)]));
        }
    }
}

/// Whether the program has to come to its end: it installs, or nothing comes after it that could use it meanwhile.
fn is_wanted(context: &Context, program: &Started) -> bool {
    let script = context.model().steps[program.step].script.as_ref();
    let last = script.and_then(|run| run.script.statements.last());
    // A quote or a bracket of the shells around it may close behind it.
    let is_last = last.is_some_and(|last| last.span.end <= program.statement.end + 2);
    program.install.is_some() || super::silence::looks_silent(&program.arguments) || is_last && !program.passes_on
}
