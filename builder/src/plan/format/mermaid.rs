//! A plan as a Mermaid flow chart: a box for each commit, arrows for what builds on what.

use std::fmt::Write;

use super::{View, base};
use crate::plan::step::{Action, Base, CopyFrom, Place, Stage, Step};

/// How many characters of a step stand in its box.
const WIDTH: usize = 60;

/// The plan as a flow chart.
pub fn mermaid(view: &View<'_>) -> String {
    let mut out = String::from("flowchart TD\n");
    for stage in &view.plan.stages {
        self::stage(view, stage, &mut out);
    }
    for stage in &view.plan.stages {
        edges(view, stage, &mut out);
    }
    out.push_str("  classDef offline fill:#e6f4ea,stroke:#137333\n");
    out.push_str("  classDef engine fill:#fef7e0,stroke:#b06000\n");
    out
}

/// Text that Mermaid takes between quotes, secrets masked.
fn label(view: &View<'_>, text: &str) -> String {
    let text = view.secrets.mask(text).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = text.chars().take(WIDTH).collect();
    if text.chars().count() > WIDTH {
        short.push('…');
    }
    let mut out = String::new();
    for char in short.chars() {
        match char {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            char if char.is_control() => out.push(' '),
            char => out.push(char),
        }
    }
    out
}

fn stage(view: &View<'_>, stage: &Stage, out: &mut String) {
    let name = stage.name.clone().unwrap_or_else(|| format!("stage {}", stage.number));
    let _ = writeln!(out, "  subgraph s{}[\"{}\"]", stage.number, label(view, &name));
    let _ = writeln!(out, "    s{}b([\"FROM {}\"])", stage.number, label(view, &base(view.plan, stage)));
    let mut before = format!("s{}b", stage.number);
    for (number, range) in stage.commits.iter().enumerate() {
        let steps = &stage.steps[range.clone()];
        let id = format!("s{}c{number}", stage.number);
        let lines: Vec<String> = steps.iter().map(|step| label(view, &step.text)).collect();
        let class = if steps.iter().any(needs_engine) { "engine" } else { "offline" };
        let _ = writeln!(out, "    {id}[\"{}\"]:::{class}", lines.join("<br/>"));
        let _ = writeln!(out, "    {before} --> {id}");
        before = id;
    }
    out.push_str("  end\n");
}

fn needs_engine(step: &Step) -> bool {
    matches!(step.place, Place::Engine(_))
}

/// The arrows from the ends of other stages.
fn edges(view: &View<'_>, stage: &Stage, out: &mut String) {
    let end = |number: usize| {
        let from = view.plan.stages.iter().find(|stage| stage.number == number)?;
        let last = from.commits.len().checked_sub(1);
        Some(last.map_or_else(|| format!("s{number}b"), |last| format!("s{number}c{last}")))
    };
    if let Base::Stage(number) = stage.base
        && let Some(from) = end(number)
    {
        let _ = writeln!(out, "  {from} ==> s{}b", stage.number);
    }
    for (number, range) in stage.commits.iter().enumerate() {
        for step in &stage.steps[range.clone()] {
            if let Action::Copy(copy) = &step.action
                && let CopyFrom::Stage(source) = copy.from
                && let Some(from) = end(source)
            {
                let _ = writeln!(out, "  {from} -. COPY .-> s{}c{number}", stage.number);
            }
        }
    }
}
