//! `wbuild verify`: what is wrong with an image, with a code for each kind of defect.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{client, place, print};
use crate::args::{Cli, ReportFormat, Verify};
use crate::failure::{Exit, Failure};
use crate::layer::defect::{CODES, Defects, Severity};
use crate::progress::counted;
use crate::store::check::{self, Checked, Report};

/// Checks an image.
///
/// # Errors
/// When it cannot be read at all. Defects are no error, but the exit code tells of them.
pub fn run(args: &Verify, cli: &Cli) -> Result<Exit, Failure> {
    let source = place::open(&args.source, &client(cli))?;
    let report = check::check(&*source)?;
    let text = match args.format {
        ReportFormat::Text => text(&args.source, &report),
        ReportFormat::Json => format!("{:#}\n", to_json(&args.source, &report)),
    };
    print(&text)?;
    Ok(if count(&report, Severity::Error) > 0 { Exit::Layer } else { Exit::Ok })
}

fn all(report: &Report) -> impl Iterator<Item = &Defects> {
    std::iter::once(&report.defects).chain(report.images.iter().map(|image| &image.defects))
}

fn count(report: &Report, severity: Severity) -> usize {
    all(report).map(|defects| defects.count(severity)).sum()
}

fn text(source: &str, report: &Report) -> String {
    let mut out = format!("{source}\n");
    push_defects(&mut out, &report.defects);
    for image in &report.images {
        let entries: usize =
            image.layers.iter().filter_map(|layer| layer.facts.as_ref()).map(|facts| facts.entries).sum();
        let (layers, entries) = (counted(image.layers.len(), "layer"), counted(entries, "entry"));
        let _ = writeln!(out, "  {}: {}, {layers}, {entries}", image.digest, image.platform);
        push_defects(&mut out, &image.defects);
        for (at, layer) in image.layers.iter().enumerate().filter(|(_, layer)| layer.facts.is_none()) {
            let _ = writeln!(out, "    layer {} was not read: {}", at + 1, layer.descriptor.digest);
        }
    }
    for other in &report.others {
        let _ = writeln!(out, "  {other}: no image, not checked");
    }
    let (errors, warnings) = (count(report, Severity::Error), count(report, Severity::Warning));
    let _ = match (errors, warnings) {
        (0, 0) => writeln!(out, "nothing is wrong"),
        _ => writeln!(out, "errors: {errors}, warnings: {warnings}"),
    };
    let mut safe = String::new();
    out.lines().for_each(|line| {
        dockerfile::render::push_safe(&mut safe, line);
        safe.push('\n');
    });
    safe
}

/// Each kind once with what it means, and below it the places.
fn push_defects(out: &mut String, defects: &Defects) {
    for code in CODES {
        let mut of_code = defects.named().iter().filter(|defect| defect.code.id == code.id).peekable();
        if of_code.peek().is_none() {
            continue;
        }
        let severity = if code.severity == Severity::Error { "error" } else { "warning" };
        let _ = writeln!(out, "    {severity} {} {}: {}", code.id, code.name, code.explanation);
        for defect in of_code {
            let layer = defect.layer.map(|layer| format!("layer {}: ", layer + 1)).unwrap_or_default();
            let entry = defect.entry.as_ref().map(|entry| format!("{entry}: ")).unwrap_or_default();
            let _ = writeln!(out, "      {layer}{entry}{}", defect.detail);
        }
        for (layer, _, more) in defects.more().filter(|(_, id, _)| *id == code.id) {
            let layer = layer.map(|layer| format!(" in layer {}", layer + 1)).unwrap_or_default();
            let _ = writeln!(out, "      and {more} more{layer}");
        }
    }
}

fn to_json(source: &str, report: &Report) -> Value {
    json!({
        "source": source,
        "images": report.images.iter().map(image_json).collect::<Vec<_>>(),
        "defects": defects_json(&report.defects),
        "not_checked": report.others,
        "summary": {
            "errors": count(report, Severity::Error),
            "warnings": count(report, Severity::Warning),
        },
    })
}

fn image_json(image: &Checked) -> Value {
    let layers = image.layers.iter().map(|layer| {
        json!({
            "digest": layer.descriptor.digest,
            "size": layer.descriptor.size,
            "diff_id": layer.facts.as_ref().and_then(|facts| facts.diff_id.clone()),
            "unpacked_size": layer.facts.as_ref().map(|facts| facts.size),
            "entries": layer.facts.as_ref().map(|facts| facts.entries),
        })
    });
    json!({
        "digest": image.digest,
        "platform": image.platform,
        "layers": layers.collect::<Vec<_>>(),
        "defects": defects_json(&image.defects),
    })
}

/// Layers are counted from 1, as in the text.
fn defects_json(defects: &Defects) -> Vec<Value> {
    let named = defects.named().iter().map(|defect| {
        json!({
            "code": defect.code.id,
            "name": defect.code.name,
            "severity": defect.code.severity,
            "layer": defect.layer.map(|layer| layer + 1),
            "entry": defect.entry,
            "detail": defect.detail,
        })
    });
    let more = defects.more().filter_map(|(layer, id, more)| {
        let code = CODES.iter().find(|code| code.id == id)?;
        let layer = layer.map(|layer| layer + 1);
        let (name, severity) = (code.name, code.severity);
        Some(json!({ "code": id, "name": name, "severity": severity, "layer": layer, "more": more }))
    });
    named.chain(more).collect()
}
