//! A plan as a Dockerfile: the user's own, byte for byte, with one `RUN` for each unit where one was cut.

use dockerfile::ast::Instruction;
use dockerfile::diagnostic::Edit;
use dockerfile::document::Document;

use crate::plan::split;
use crate::plan::step::{Origin, Plan, Step};

/// The Dockerfile. Every builder makes the same image from it, and planning it changes nothing more. It is the user's
/// file and holds what that holds.
pub fn dockerfile(plan: &Plan, document: &Document) -> String {
    let source = document.source.text();
    let mut out = String::with_capacity(source.len());
    let mut at = 0;
    for edit in edits(plan, document) {
        out.push_str(&source[at..edit.span.start as usize]);
        out.push_str(&edit.text);
        at = edit.span.end as usize;
    }
    out.push_str(&source[at..]);
    out
}

fn edits(plan: &Plan, document: &Document) -> Vec<Edit> {
    let mut edits = Vec::new();
    for stage in &plan.stages {
        for units in stage.steps.chunk_by(same_instruction) {
            let Origin::File { instruction, .. } = &units[0].origin else { continue };
            if units.len() > 1 {
                let instruction = &document.built.instructions[*instruction];
                edits.push(Edit::replace(instruction.span, replacement(document, instruction, units)));
            }
        }
    }
    edits.sort();
    edits
}

fn same_instruction(a: &Step, b: &Step) -> bool {
    match (&a.origin, &b.origin) {
        (Origin::File { instruction: a, .. }, Origin::File { instruction: b, .. }) => a == b,
        _ => false,
    }
}

/// The units as instructions of their own, with the same flags and the same comment for wbuild.
fn replacement(document: &Document, instruction: &Instruction, units: &[Step]) -> String {
    let (source, newline) = (&document.source, document.source.newline());
    let escape = document.built.tree.escape;
    let node = &document.built.tree.instructions[instruction.index];
    let orders: String = node
        .comments
        .iter()
        .map(|span| source.slice(*span))
        .filter(|comment| comment.trim_start_matches('#').trim_start().starts_with("wbuild:"))
        .map(|comment| format!("{comment}{newline}"))
        .collect();
    let flags: String = instruction.flags.iter().map(|flag| format!("{} ", source.slice(flag.span))).collect();
    let keyword = source.slice(instruction.keyword_span);
    let mut out = String::new();
    for (number, unit) in units.iter().enumerate() {
        if number > 0 {
            out.push_str(newline);
            out.push_str(&orders);
        }
        out.push_str(&format!("{keyword} {flags}"));
        let Origin::File { spans, .. } = &unit.origin else { continue };
        let parts: Vec<&str> = spans.iter().map(|span| source.slice(*span)).collect();
        // As the text of the step has it, so that its key stays the same.
        out.push_str(&parts.join("; "));
        if unit.unit.as_ref().is_some_and(|unit| unit.forgives) {
            out.push_str("; exit 0");
        } else if number + 1 < units.len() {
            out.push_str(split::behind(parts.last().copied().unwrap_or_default(), escape));
        }
    }
    out
}
