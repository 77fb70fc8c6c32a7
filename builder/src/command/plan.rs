//! `wbuild plan`.

use std::collections::BTreeMap;
use std::io;

use crate::args::{Color, OnOff, Plan, PlanFormat};
use crate::build;
use crate::failure::{Exit, Failure};
use crate::image::Platform;
use crate::plan::{self, Request, format};

use super::{gate, input};

/// Shows the plan.
///
/// # Errors
/// When the Dockerfile cannot be read or planned, or standard output cannot be written.
pub fn run(args: &Plan, color: Color) -> Result<Exit, Failure> {
    let read = input::read(&args.source)?;
    gate::lint(&read, &args.source, input::style(color, &io::stderr()))?;
    let contexts: Vec<String> = read.contexts.keys().cloned().collect();
    let request = Request {
        document: &read.document,
        build_args: &read.build_args,
        target: args.source.target.as_deref(),
        split: args.source.split,
        lower: args.source.lower == OnOff::On,
        platform: &Platform::new("windows", "amd64"),
        bases: &BTreeMap::new(),
        paths: &BTreeMap::new(),
        contexts: &contexts,
        files: None,
    };
    let plan = plan::plan(&request).map_err(|error| refused(&read, error))?;
    let secrets = format::Hidden::new(&read.document, &read.build_args);
    build::check(&read.path, &plan, &secrets)?;
    let style = input::style(color, &io::stdout());
    let view = format::View { plan: &plan, path: &read.path, secrets: &secrets, style };
    let text = match args.format {
        PlanFormat::Text => format::text(&view),
        PlanFormat::Json => format::json(&view),
        PlanFormat::Dockerfile => format::dockerfile(&plan, &read.document),
        PlanFormat::Mermaid => format::mermaid(&view),
    };
    super::print(&text)
}

/// A mistake in the Dockerfile as the end of a command.
pub fn refused(read: &input::Input, error: plan::PlanError) -> Failure {
    let secrets = format::Hidden::new(&read.document, &read.build_args);
    let failure = Failure::new(Exit::Dockerfile, secrets.mask(&error.located(&read.path, &read.document.source)));
    if error.help.is_empty() { failure } else { failure.help(error.help) }
}
