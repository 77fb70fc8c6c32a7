//! Where a `RUN` is cut into units: between two statements iff nothing that the first ones leave behind in the process
//! is used by the others. Each unit runs in a process of its own, so that variables, the folder, functions and what
//! goes on in the background end with it; files stay, but those that are removed later belong into one layer.

mod facts;
mod live;
mod names;
mod session;
mod text;

use std::ops::Range;

use dockerfile::script::{Command, Dialect, Redirection, Script, Separator, StatementKind};

use crate::args::Split;

use super::step::Cut;
use facts::Facts;
use live::Statements;
pub(super) use text::{UnitText, behind, unit_text};

/// How a script is cut.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cuts {
    /// The units, in order.
    pub units: Vec<CutUnit>,
    /// What was decided after each statement where a cut was thought of, in order.
    pub decided: Vec<Cut>,
}

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CutUnit {
    /// Its statements. Those of all units are those of the script.
    pub statements: Range<usize>,
    /// The statements before it that it repeats: constants and settings that the script, or a unit, begins with.
    pub repeats: Vec<usize>,
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
    /// The escape character of the Dockerfile, which continues a line that ends with it.
    pub escape: char,
}

const WRITES_BLANK: &str = "`echo` writes the blank before `&&`, which would end a new step and be lost";
const CONTINUES: &str = "an instruction that ends with what stands before `&&` would go on in the next line";
const NO_INSTALL_BEFORE: &str = "nothing is installed before it that would be worth a layer";
const NO_INSTALL_AFTER: &str = "nothing is installed after it that would be worth a layer";

/// Whether a cut was only refused because it is not worth a layer.
pub fn is_thrift(cut: &Cut) -> bool {
    !cut.taken && (cut.reason == NO_INSTALL_BEFORE || cut.reason == NO_INSTALL_AFTER)
}

/// Cuts a script.
pub fn cuts(script: &Script, rules: &Rules<'_>) -> Cuts {
    let count = script.statements.len();
    let whole = CutUnit { statements: 0..count, repeats: Vec::new() };
    if rules.mode == Split::Off || count < 2 || !script.faults.is_empty() {
        return Cuts { units: vec![whole], decided: Vec::new() };
    }
    let mut facts: Vec<Facts> = script.statements.iter().map(|statement| Facts::of(script, statement)).collect();
    fetched_installers(&mut facts);
    let statements = Statements::new(&facts, rules.workdir);
    // Where the statements end that a unit begins with and those after it can repeat.
    let opening = |start: usize| start + facts[start..].iter().take_while(|facts| facts.is_prologue).count();
    let mut body = opening(0);
    let obstacle = obstacle(script, rules, &facts, body);
    let mut known: Vec<usize> = (0..body).collect();
    let mut found = Cuts { units: Vec::new(), decided: Vec::new() };
    let mut unit = CutUnit { statements: 0..count, repeats: Vec::new() };
    for after in 0..count - 1 {
        if after < body {
            continue;
        }
        let start = unit.statements.start;
        let live = || statements.alive(body, after);
        let blank = || writes_blank(script, after).then(|| (WRITES_BLANK.to_owned(), None));
        let continues = || {
            let ends = script.dialect == Dialect::Cmd && facts[after].text.ends_with(rules.escape);
            ends.then(|| (CONTINUES.to_owned(), None))
        };
        let refused = obstacle.clone().map(|reason| (reason, None)).or_else(live).or_else(blank).or_else(continues);
        let refused = refused.or_else(|| thrift(&facts, start, after, found.units.len(), rules).map(|why| (why, None)));
        let taken = refused.is_none();
        let (reason, live) = refused.unwrap_or_else(|| (why_taken(&facts[start..=after]), None));
        found.decided.push(Cut { after, taken, reason, live });
        if taken {
            unit.statements.end = after + 1;
            found.units.push(unit);
            known.extend((body..=after).filter(|&index| facts[index].is_setting));
            unit = CutUnit { statements: after + 1..count, repeats: known.clone() };
            body = opening(after + 1);
            known.extend(after + 1..body);
        }
    }
    found.units.push(unit);
    found
}

/// Whether a statement writes the blanks that stand between it and its separator, which a unit of its own would lose.
fn writes_blank(script: &Script, index: usize) -> bool {
    let statement = &script.statements[index];
    let StatementKind::Pipeline(commands) = &statement.kind else { return false };
    let is_echo = |command: &Command| command.name.text.to_ascii_lowercase().starts_with("echo");
    let is_file = |redirection: &Redirection| {
        redirection.target.as_ref().is_some_and(|target| !target.text.eq_ignore_ascii_case("nul"))
    };
    script.dialect == Dialect::Cmd
        && statement.gap() > 0
        && commands.last().is_some_and(|command| is_echo(command) && command.redirections.iter().any(is_file))
}

/// Why a cut that could be taken is not worth a layer.
fn thrift(facts: &[Facts], start: usize, after: usize, taken: usize, rules: &Rules<'_>) -> Option<String> {
    let installs = |facts: &[Facts]| facts.iter().any(|facts| facts.installs.is_some());
    if rules.mode == Split::Installs && !installs(&facts[start..=after]) {
        return Some(NO_INSTALL_BEFORE.to_owned());
    }
    if rules.mode == Split::Installs && !installs(&facts[after + 1..]) {
        return Some(NO_INSTALL_AFTER.to_owned());
    }
    (taken >= rules.budget).then(|| "an image has no more layers".to_owned())
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
fn obstacle(script: &Script, rules: &Rules<'_>, facts: &[Facts], body: usize) -> Option<String> {
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
            let stops = facts[..body].iter().any(|facts| facts.stops_on_error) || rules.before.is_some_and(stops);
            let goes_on = |facts: &Facts| {
                !facts.stops_on_error && facts.assigns.iter().any(|name| name == "erroractionpreference")
            };
            if !stops || facts.iter().any(goes_on) {
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
