//! Where a `RUN` is cut into units: between two statements iff nothing that the first ones leave behind in the process
//! is used by the others. Each unit runs in a process of its own, so that variables, the folder, functions and what
//! goes on in the background end with it; files stay, but those that are removed later belong into one layer.

mod facts;
mod live;
mod names;
mod text;

#[cfg(test)]
mod tests;

use std::ops::Range;

use dockerfile::script::{Dialect, Script, Separator, StatementKind};

use crate::args::Split;

use super::step::Cut;
use facts::Facts;
pub(super) use text::{UnitText, unit_text};

/// How a script is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cuts {
    /// The statements of each unit, in order; together they are all.
    pub units: Vec<Range<usize>>,
    /// What was decided after each statement where a cut was thought of, in order.
    pub decided: Vec<Cut>,
    /// The statements at the beginning that each unit repeats.
    pub prologue: Range<usize>,
}

/// What decides besides the script itself.
#[derive(Clone, Copy, Debug)]
pub struct Rules<'a> {
    /// Where to cut.
    pub mode: Split,
    /// The script that the shell runs before.
    pub before: Option<&'a Script>,
    /// The folder at the beginning.
    pub workdir: &'a str,
    /// How many cuts the image has layers left for.
    pub budget: usize,
}

const NO_INSTALL_BEFORE: &str = "nothing is installed before it that would be worth a layer";
const NO_INSTALL_AFTER: &str = "nothing is installed after it that would be worth a layer";

/// Whether a cut was only refused because it is not worth a layer.
pub fn is_thrift(cut: &Cut) -> bool {
    !cut.taken && (cut.reason == NO_INSTALL_BEFORE || cut.reason == NO_INSTALL_AFTER)
}

/// Cuts a script.
pub fn cuts(script: &Script, rules: &Rules<'_>) -> Cuts {
    let count = script.statements.len();
    let whole = std::iter::once(0..count).collect();
    let mut found = Cuts { units: whole, decided: Vec::new(), prologue: 0..0 };
    if rules.mode == Split::Off || count < 2 || !script.faults.is_empty() {
        return found;
    }
    let mut facts: Vec<Facts> = script.statements.iter().map(|statement| Facts::of(script, statement)).collect();
    fetched_installers(&mut facts);
    found.prologue = 0..facts.iter().take_while(|facts| facts.is_prologue).count();
    let obstacle = obstacle(script, rules, &facts[found.prologue.clone()]);
    let installs = |range: Range<usize>| facts[range].iter().any(|facts| facts.installs.is_some());
    let (mut start, mut units) = (0, Vec::new());
    for after in found.prologue.end..count - 1 {
        let refused = match &obstacle {
            Some(reason) => Some((reason.clone(), None)),
            None => live::across(&facts[found.prologue.end..], after - found.prologue.end, rules.workdir),
        };
        let refused = refused.or_else(|| {
            if rules.mode == Split::Installs && !installs(start..after + 1) {
                Some((NO_INSTALL_BEFORE.to_owned(), None))
            } else if rules.mode == Split::Installs && !installs(after + 1..count) {
                Some((NO_INSTALL_AFTER.to_owned(), None))
            } else if units.len() >= rules.budget {
                Some(("an image has no more layers".to_owned(), None))
            } else {
                None
            }
        });
        let taken = refused.is_none();
        let (reason, live) = refused.unwrap_or_else(|| (why_taken(&facts[start..=after]), None));
        found.decided.push(Cut { after, taken, reason, live });
        if taken {
            units.push(start..after + 1);
            start = after + 1;
        }
    }
    units.push(start..count);
    found.units = units;
    found
}

/// A program that is fetched and run is an installer, whatever it is called.
fn fetched_installers(facts: &mut [Facts]) {
    for index in 1..facts.len() {
        if facts[index].installs.is_some() || !facts[index].runs {
            continue;
        }
        let fetched = facts[..index].iter().flat_map(|facts| &facts.makes).map(|(path, _)| names::last_component(path));
        let mut programs = fetched.filter(|name| [".exe", ".msi"].iter().any(|end| name.to_lowercase().ends_with(end)));
        facts[index].installs = programs.find(|name| names::mentions(&facts[index].text, name)).map(str::to_owned);
    }
}

fn why_taken(facts: &[Facts]) -> String {
    let what = facts.iter().rev().find_map(|facts| facts.installs.as_deref());
    let kept = what.map(|what| format!("{what} has a layer of its own; ")).unwrap_or_default();
    let seen: Vec<String> = facts.iter().flat_map(|facts| &facts.machine).map(|name| name.to_uppercase()).collect();
    let seen =
        if seen.is_empty() { String::new() } else { format!("; the next step finds the new {}", seen.join(", ")) };
    format!("{kept}nothing that is set up before is used after{seen}")
}

/// What keeps the whole script in one piece.
fn obstacle(script: &Script, rules: &Rules<'_>, prologue: &[Facts]) -> Option<String> {
    match script.dialect {
        Dialect::Posix => Some("scripts for Linux are not cut".to_owned()),
        Dialect::Cmd => {
            let count = script.statements.len();
            let weak = script.statements[..count - 1].iter().find(|statement| statement.separator != Separator::And)?;
            Some(match weak.separator {
                Separator::Or => "`||` takes up the failure of what stands before it".to_owned(),
                _ => "`&` goes on after a failure, and a new step would not".to_owned(),
            })
        }
        Dialect::WindowsPowerShell | Dialect::PowerShell => {
            let stops = prologue.iter().any(|facts| facts.stops_on_error) || rules.before.is_some_and(stops);
            if !stops {
                return Some("a failure does not stop this script, and it would end a step".to_owned());
            }
            let chained = script
                .statements
                .iter()
                .any(|statement| matches!(statement.separator, Separator::And | Separator::Or | Separator::Background));
            if chained {
                return Some("`&&`, `||` or `&` binds the statements".to_owned());
            }
            let trap = script
                .statements
                .iter()
                .any(|statement| matches!(&statement.kind, StatementKind::Block { keyword, .. } if keyword == "trap"));
            trap.then(|| "a trap handles the failures of all statements".to_owned())
        }
    }
}

/// Whether a script lets failures stop what follows it.
fn stops(before: &Script) -> bool {
    before.statements.iter().any(|statement| Facts::of(before, statement).stops_on_error)
}
