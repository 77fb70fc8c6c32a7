//! A plan for people: the steps in columns, what each adds, and why a `RUN` is cut where it is.

use std::fmt::Write;

use dockerfile::diagnostic::Severity;
use dockerfile::render::{Paint, Style, push_safe};

use super::{View, base, operation, summary, verb};
use crate::plan::split::is_thrift;
use crate::plan::step::{Action, Cut, Origin, Place, Stage, Step};
use crate::progress::counted;

/// How many columns of a step's own text are shown.
const WIDTH: usize = 96;

/// Where the text of a step begins.
const INDENT: &str = "                 ";

/// The plan as text.
pub fn text(view: &View<'_>) -> String {
    let mut out = String::new();
    head(view, &mut out);
    let mut number = 0;
    for stage in &view.plan.stages {
        stage_head(view, stage, &mut out);
        for (index, step) in stage.steps.iter().enumerate() {
            number += 1;
            self::step(view, stage, index, step, number, &mut out);
        }
    }
    if !view.plan.unused_args.is_empty() {
        let _ = writeln!(out, "\nnot used: --build-arg {}", view.plan.unused_args.join(", "));
    }
    out
}

fn head(view: &View<'_>, out: &mut String) {
    let counts = summary(view.plan);
    let engine = match counts.engine {
        0 => "no step needs an engine".to_owned(),
        count => format!("{} {} an engine", counted(count, "step"), if count == 1 { "needs" } else { "need" }),
    };
    let line = format!(
        "{}: {}, {}, {}; {engine}",
        view.path,
        counted(counts.stages, "stage"),
        counted(counts.steps, "step"),
        counted(counts.layers, "layer"),
    );
    view.style.paint(out, Paint::Strong, &line);
    out.push('\n');
}

fn stage_head(view: &View<'_>, stage: &Stage, out: &mut String) {
    let name = stage.name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    let known = if stage.base_known { "" } else { ", its config not read yet" };
    let shell = stage.guessed_shell.as_ref();
    let shell = shell.map(|shell| format!(", its shell taken for {shell} from what it does")).unwrap_or_default();
    let line = format!("stage {}{name}: FROM {}", stage.number, base(view.plan, stage));
    out.push('\n');
    let mut safe = String::new();
    push_safe(&mut safe, &view.secrets.mask(&line));
    view.style.paint(out, Paint::Frame, &safe);
    let guessed = stage.guessed_from.map(|what| format!(", guessed from {what}")).unwrap_or_default();
    let _ = writeln!(out, "  [{}{guessed}{known}{shell}]", stage.platform);
}

fn step(view: &View<'_>, stage: &Stage, index: usize, step: &Step, number: usize, out: &mut String) {
    let _ = write!(out, "{number:>4}  ");
    let (word, paint) = match &step.place {
        Place::Offline => ("offline", Paint::Good),
        Place::Lowered(_) => ("lowered", Paint::Good),
        Place::Engine(_) => ("engine", Paint::Severity(Severity::Warning)),
    };
    view.style.paint(out, paint, word);
    let _ = write!(out, "{:width$}", "", width = 9_usize.saturating_sub(word.len()));
    let part = step.unit.as_ref().filter(|unit| unit.count > 1);
    let part = part.map(|unit| format!("[{} of {}] ", unit.number + 1, unit.count)).unwrap_or_default();
    let mut shown = String::new();
    let own = view.secrets.mask(&step.text);
    let own: String = own.split_whitespace().collect::<Vec<_>>().join(" ");
    push_safe(&mut shown, &cut(&format!("{part}{own}"), WIDTH));
    out.push_str(&shown);
    out.push('\n');
    if let Place::Lowered(operations) = &step.place {
        for item in operations {
            note(view, verb(item), &operation(item), out);
        }
    }
    if let Place::Engine(reason) = &step.place {
        note(view, "why", reason, out);
    }
    let cuts = step.unit.as_ref().map_or(&[][..], |unit| &unit.cuts);
    // Where nothing is installed there is nothing to say about cuts.
    let cuts = if cuts.iter().all(is_thrift) { &[] } else { cuts };
    for same in cuts.chunk_by(|a, b| a.taken == b.taken && a.reason == b.reason) {
        cut_note(view, same, out);
    }
    if step.unit.as_ref().is_some_and(|unit| unit.forgives) {
        note(view, "exit 0", "as before, a failure of its last statement does not end the build", out);
    }
    if let Some(last) = stage.commits.iter().position(|range| range.end == index + 1)
        && matches!(step.action, Action::Run { .. })
        && stage.commits[last].len() > 1
    {
        let before = match stage.commits[last].len() - 1 {
            1 => "step".to_owned(),
            count => counted(count, "step"),
        };
        note(view, "commit", &format!("with the {before} before it"), out);
    }
    if let Some(mode) = step.action.copy().and_then(|copy| copy.chmod.as_ref()).filter(|_| stage.platform.is_windows())
    {
        note(view, "ignored", &format!("--chmod={mode}: files of Windows have no modes"), out);
    }
    if let Origin::Trigger(trigger) = step.origin {
        note(view, "from", &format!("trigger {} of the base image", trigger + 1), out);
    }
}

/// One line for neighbours that were decided alike.
fn cut_note(view: &View<'_>, cuts: &[Cut], out: &mut String) {
    let (first, last) = (&cuts[0], &cuts[cuts.len() - 1]);
    let word = if first.taken { "cut" } else { "no cut" };
    let place = if first.after == last.after {
        format!("after statement {}", first.after + 1)
    } else {
        format!("after statements {} to {}", first.after + 1, last.after + 1)
    };
    note(view, word, &format!("{place}: {}", first.reason), out);
}

fn note(view: &View<'_>, word: &str, text: &str, out: &mut String) {
    let mut safe = String::new();
    push_safe(&mut safe, &cut(&view.secrets.mask(text), 160));
    out.push_str(INDENT);
    paint(view.style, &format!("{word:<9}"), out);
    out.push_str(&safe);
    out.push('\n');
}

fn paint(style: Style, text: &str, out: &mut String) {
    style.paint(out, Paint::Frame, text);
}

/// The first characters of a text.
fn cut(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width - 1).collect();
    short.push('…');
    short
}
