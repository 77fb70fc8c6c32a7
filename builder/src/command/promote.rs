//! `wbuild promote`.

use std::io::{self, Write};

use serde_json::json;

use super::{client, print};
use crate::args::{Cli, Promote, ReportFormat};
use crate::engine::Interrupt;
use crate::failure::{Exit, Failure};
use crate::image::Digest;
use crate::registry::copy::PushError;
use crate::registry::health::Check;
use crate::registry::promote::{Move, Restored, promote, restore};
use crate::registry::{Client, Reference, Repository};
use crate::tag;

/// Moves tags to an image, and back when a check does not come out well.
///
/// # Errors
/// When a name is none, a tag is a release, the registry fails, or the check does.
pub fn run(args: &Promote, cli: &Cli) -> Result<Exit, Failure> {
    let usage = |error: Box<dyn std::error::Error + Send + Sync>| Failure::new(Exit::Usage, error);
    let mut image: Reference = args.reference.parse().map_err(|error| usage(Box::new(error)))?;
    if let Some(digest) = &args.to_digest {
        image = image.repository.digest(digest);
    }
    if let Some(tag) = args.tags.iter().find(|tag| !tag::is_valid(tag)) {
        return Err(usage(format!("`{tag}` is no tag").into())
            .help("a tag has letters, digits, `_`, `.` and `-`, up to 128, and begins with none of the last two"));
    }
    let client = client(cli);
    // Tags that move for a check are put back when somebody ends the command before it came out well.
    let interrupt = Interrupt::on_signals();
    let _hold = args.check.is_some().then(|| interrupt.hold());
    let mut moved = Vec::new();
    let digest = promote(&client, &image, &args.tags, &mut moved)
        .map_err(|error| back(Failure::from(error), &client, &image.repository, &moved))?;
    if let Some(check) = args.check.as_deref().map(Check::new) {
        for step in moved.iter().filter(|step| step.is_change()) {
            let _ = writeln!(io::stderr(), "wbuild: {}; {check} begins", line(step));
        }
        let name = image.repository.digest(&digest).to_string();
        let variables = [("WBUILD_IMAGE", name), ("WBUILD_TAGS", args.tags.join(" "))];
        check.wait(args.timeout, &variables, &|| interrupt.is_set()).map_err(|ill| {
            let exit = if interrupt.is_set() { Exit::Interrupted } else { Exit::Step };
            back(Failure::new(exit, ill), &client, &image.repository, &moved)
        })?;
    }
    match args.format {
        ReportFormat::Text => print(&text(&image.repository, &moved)),
        ReportFormat::Json => print(&format!("{:#}\n", json(&image.repository, &digest, &moved))),
    }
}

/// The failure with what became of the tags that had moved, each of them put back.
fn back(failure: Failure, client: &Client, repository: &Repository, moved: &[Move]) -> Failure {
    moved.iter().filter(|step| step.is_change()).fold(failure, |failure, step| {
        let tag = &step.tag;
        failure.help(match restore(client, repository, step) {
            Ok(Restored::Back) => format!("`{tag}` is back at {}", step.from.as_ref().unwrap_or(&step.to)),
            Ok(Restored::Gone) => format!("`{tag}` was not there before, and is not there again"),
            Ok(Restored::Stays) => {
                format!("`{tag}` was not there before; this registry takes no tags away, so it stays")
            }
            Ok(Restored::Taken) => format!("`{tag}` was moved by somebody else meanwhile, and is left to them"),
            Err(error) => {
                format!("`{tag}` could not be put back: {}; {}", PushError::from(error), command(repository, step))
            }
        })
    })
}

fn line(step: &Move) -> String {
    match &step.from {
        Some(from) if step.is_change() => format!("{}: {from} -> {}", step.tag, step.to),
        Some(_) => format!("{}: is at {}", step.tag, step.to),
        None => format!("{}: new -> {}", step.tag, step.to),
    }
}

/// What moves the tag back.
fn command(repository: &Repository, step: &Move) -> String {
    match &step.from {
        Some(from) => format!("to move it back: wbuild promote docker://{} {}", repository.digest(from), step.tag),
        None => "it was not there before".to_owned(),
    }
}

fn text(repository: &Repository, moved: &[Move]) -> String {
    let lines = moved.iter().map(|step| match &step.from {
        Some(_) if step.is_change() => format!("{}\n  {}\n", line(step), command(repository, step)),
        _ => format!("{}\n", line(step)),
    });
    lines.collect()
}

fn json(repository: &Repository, digest: &Digest, moved: &[Move]) -> serde_json::Value {
    let step = |step: &Move| json!({"tag": step.tag, "from": step.from, "to": step.to});
    json!({
        "image": repository.digest(digest).to_string(),
        "tags": moved.iter().map(step).collect::<Vec<_>>(),
    })
}
