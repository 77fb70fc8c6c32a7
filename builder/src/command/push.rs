//! `wbuild push`.

use serde_json::json;

use super::{client, place, print, progress};
use crate::args::{Cli, Push, ReportFormat};
use crate::failure::{Exit, Failure};
use crate::registry::copy::{Outcome, Report, push};
use crate::registry::{self, Reference};
use crate::store::Location;

/// Pushes an image under its names.
///
/// # Errors
/// When the image cannot be read, a release tag is another image's, or the registry fails.
pub fn run(args: &Push, cli: &Cli) -> Result<Exit, Failure> {
    let usage = |error: Box<dyn std::error::Error + Send + Sync>| Failure::new(Exit::Usage, error);
    let location = place::parse(&args.source)?;
    let names = args.references.iter().map(|name| name.parse::<Reference>());
    let references = names.collect::<Result<Vec<_>, _>>().map_err(|error| usage(Box::new(error)))?;
    let client = client(cli);
    let source = registry::open(&location, &client)?;
    let origin = match &location {
        Location::Registry { reference } => reference.parse::<Reference>().ok().map(|name| name.repository),
        _ => None,
    };
    let progress = progress::open(args.progress);
    let report = push(&client, source.as_ref(), origin.as_ref(), &references, &progress)?;
    drop(progress);
    match args.format {
        ReportFormat::Text => print(&lines(&report)),
        ReportFormat::Json => print(&format!("{:#}\n", json(&report))),
    }
}

fn lines(report: &Report) -> String {
    let line = |(reference, outcome): &(Reference, Outcome)| {
        let what = match outcome {
            Outcome::Created => "pushed".to_owned(),
            Outcome::Unchanged => "was there".to_owned(),
            Outcome::Moved(from) => format!("moved from {from}"),
            Outcome::Newer { found, there, own } => {
                return format!("{reference} stays {found}: {there} is newer than {own}\n");
            }
        };
        format!("{reference} is {}: {what}\n", report.descriptor.digest)
    };
    report.outcomes.iter().map(line).collect()
}

fn json(report: &Report) -> serde_json::Value {
    let name = |(reference, outcome): &(Reference, Outcome)| {
        let (outcome, from) = match outcome {
            Outcome::Created => ("created", None),
            Outcome::Unchanged => ("unchanged", None),
            Outcome::Moved(from) => ("moved", Some(from)),
            Outcome::Newer { found, .. } => ("newer", Some(found)),
        };
        json!({"reference": reference.to_string(), "outcome": outcome, "from": from})
    };
    json!({
        "digest": report.descriptor.digest,
        "mediaType": report.descriptor.media_type,
        "references": report.outcomes.iter().map(name).collect::<Vec<_>>(),
        "blobs": {
            "present": report.counts.present,
            "mounted": report.counts.mounted,
            "sent": report.counts.sent,
        },
    })
}
