//! What the log of a failed build means: what ended it, why, and what to do.
//!
//! The texts and codes are those of [`crate::fault`], which also decides what an engine build tries again; [`message`]
//! adds what shells, installers and builders print.

mod line;
mod message;
mod place;
pub mod report;
mod step;
#[cfg(test)]
mod tests;

pub use place::{Place, place};
pub use step::StepName;

use std::collections::BTreeSet;

use dockerfile::facts::exit_codes::Domain;

use crate::fault::{self, Retry};

/// Something in a log that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name, stable: that of the fault, of the message, or `exit-code-N`.
    pub id: String,
    /// The line of the log, from 1.
    pub line: usize,
    /// The line's text without what CI services and builders put before it.
    pub text: String,
    /// What happened.
    pub cause: String,
    /// What to do; empty where nothing is known to do.
    pub remedy: String,
    /// Whether trying again helps.
    pub retry: bool,
    /// Whether it ends a build, or is only worth knowing.
    pub fatal: bool,
    /// The rule of `wlint` that finds the mistake in the Dockerfile.
    pub rule: Option<&'static str>,
    /// The step it belongs to.
    pub step: Option<StepName>,
}

/// What is known of a log, in the order of its lines, each once for a step.
pub fn explain(log: &str) -> Vec<Known> {
    let mut found: Vec<Known> = Vec::new();
    let mut steps = step::Steps::default();
    let mut seen = BTreeSet::new();
    let mut is_new = |known: &Known| seen.insert((known.id.clone(), known.step.clone().map(|step| step.instruction)));
    for (index, raw) in log.lines().enumerate() {
        let text = line::clean(raw);
        steps.read(&text);
        for mut known in of_line(&text) {
            known.line = index + 1;
            known.step = steps.of(&text);
            if is_new(&known) {
                found.push(known);
            }
        }
    }
    // BuildKit names the step, and its line in the Dockerfile, behind the error.
    for known in &mut found {
        known.step = steps.in_the_end(known.step.take(), &known.text);
    }
    seen.clear();
    found.retain(|known| seen.insert((known.id.clone(), known.step.clone().map(|step| step.instruction))));
    found
}

/// The one that ended the build: the first fatal one in its last step, since what follows there are its consequences.
/// An exit code says less than what the program printed before it.
pub fn ending(found: &[Known]) -> Option<&Known> {
    let fatal = || found.iter().filter(|known| known.fatal);
    let last = fatal().next_back()?;
    let same_step = |known: &&Known| known.step.is_none() || known.step == last.step;
    fatal().filter(same_step).find(|known| !known.id.starts_with("exit-code-")).or(Some(last))
}

fn of_line(text: &str) -> Vec<Known> {
    let mut found = Vec::new();
    if let Some(fault) = fault::find(text) {
        found.push(Known {
            retry: fault.retry != Retry::Never,
            rule: fault.rule,
            ..known(fault.id.to_owned(), text, fault.cause, fault.remedy)
        });
    } else if let Some(message) = message::find(text) {
        found.push(Known {
            fatal: message.fatal,
            rule: message.rule,
            ..known(message.id.to_owned(), text, message.cause, message.remedy)
        });
    }
    if let Some(code) = line::exit_code(text) {
        found.extend(of_code(code, text));
    }
    found
}

/// What an exit code means. What has no meaning of its own counts where a builder says that a step ended with it.
fn of_code(code: i64, text: &str) -> Option<Known> {
    let domains = [Domain::Msi, Domain::Exe, Domain::Choco, Domain::VisualStudio];
    let judged = fault::judge(code, &domains, &[], true);
    let Some(row) = judged.row.filter(|_| !(0..=1).contains(&code)) else {
        let of_step = ["returned a non-zero code", "did not complete successfully", "executor failed running"];
        return (code != 0 && of_step.iter().any(|end| text.contains(end))).then(|| {
            let cause = format!("exit code {code}: a program of the step says that it failed, and not how");
            let remedy = "read what the step printed before; PowerShell ends with 1 for each error that stops a script";
            known(format!("exit-code-{code}"), text, &cause, remedy)
        });
    };
    let name = if row.name.is_empty() { String::new() } else { format!(" ({})", row.name) };
    let cause = format!("exit code {}{name}: {}", judged.code, row.meaning);
    let remedy = match judged.verdict {
        fault::Verdict::Ok | fault::Verdict::OkNoted => {
            "take the code for success: `# wbuild: ok-exit=0,3010,1641` above the RUN"
        }
        _ => judged.way_out.unwrap_or_default(),
    };
    let rule = match judged.code {
        1223 | 1602 => Some("installer-not-silent"),
        _ => None,
    };
    let retry = judged.verdict == fault::Verdict::Wait;
    Some(Known { retry, rule, ..known(format!("exit-code-{}", judged.code), text, &cause, remedy) })
}

/// A line as it can be shown: minified scripts and base64 make lines of megabytes.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

/// How many characters of a line are kept.
const LONGEST: usize = 300;

fn known(id: String, text: &str, cause: &str, remedy: &str) -> Known {
    Known {
        id,
        line: 0,
        text: cut(text),
        cause: cause.to_owned(),
        remedy: remedy.to_owned(),
        retry: false,
        fatal: true,
        rule: None,
        step: None,
    }
}
