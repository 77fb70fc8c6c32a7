//! The report of a look at a host, for people and for programs.

use std::fmt::Write as _;

use dockerfile::render::push_safe;
use serde_json::{Value, json};

use super::check::{Area, Checked, Outcome};
use crate::progress::counted;

/// How many checks came out which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// As they should be.
    pub ok: usize,
    /// It works and may not for long.
    pub warnings: usize,
    /// Containers do not build or run.
    pub problems: usize,
    /// It could not be told.
    pub unknown: usize,
}

/// Counts the outcomes.
pub fn summary(checked: &[Checked]) -> Summary {
    let mut summary = Summary::default();
    for one in checked {
        match one.outcome {
            Outcome::Ok(_) => summary.ok += 1,
            Outcome::Warning(_) => summary.warnings += 1,
            Outcome::Problem(_) => summary.problems += 1,
            Outcome::Unknown(_) => summary.unknown += 1,
        }
    }
    summary
}

/// For people: what is wrong with what to do about it, and the rest in a line each.
pub fn text(checked: &[Checked], is_windows: bool) -> String {
    let mut out = String::new();
    let mut area: Option<Area> = None;
    let is_hidden = |one: &Checked| !is_windows && !one.check.anywhere;
    let width = checked.iter().map(|one| one.check.id.len()).max().unwrap_or(0);
    for one in checked.iter().filter(|one| !is_hidden(one)) {
        if area != Some(one.check.area) {
            area = Some(one.check.area);
            let _ = writeln!(out, "{}", one.check.area.name());
        }
        let mut found = String::new();
        push_safe(&mut found, one.outcome.found());
        let _ = writeln!(out, "  {:<7}  {:<width$}  {found}", one.outcome.name(), one.check.id);
        if matches!(one.outcome, Outcome::Problem(_) | Outcome::Warning(_)) {
            let _ = writeln!(out, "  {:7}  {:width$}  should be: {}", "", "", one.check.expected);
            let _ = writeln!(out, "  {:7}  {:width$}  mend: {}", "", "", one.check.remedy_on(is_windows));
        }
    }
    let hidden = checked.iter().filter(|one| is_hidden(one)).count();
    if hidden > 0 {
        let _ = writeln!(
            out,
            "{} can be made on Windows only; what wbuild doctor --script prints mends what they find",
            counted(hidden, "more check")
        );
    }
    let Summary { ok, warnings, problems, unknown } = summary(checked);
    let unknown = unknown - hidden;
    let (problems, warnings) = (counted(problems, "problem"), counted(warnings, "warning"));
    let _ = writeln!(out, "{problems}, {warnings}, {ok} ok, {unknown} that could not be told");
    out
}

/// For programs.
pub fn json(checked: &[Checked], is_windows: bool) -> Value {
    let Summary { ok, warnings, problems, unknown } = summary(checked);
    let checks: Vec<Value> = checked
        .iter()
        .map(|one| {
            json!({
                "id": one.check.id,
                "area": one.check.area.name(),
                "status": one.outcome.name(),
                "found": one.outcome.found(),
                "expected": one.check.expected,
                "remedy": one.check.remedy_on(is_windows),
            })
        })
        .collect();
    json!({
        "version": env!("CARGO_PKG_VERSION"),
        "windows": is_windows,
        "checks": checks,
        "summary": {"ok": ok, "warning": warnings, "problem": problems, "unknown": unknown},
    })
}
