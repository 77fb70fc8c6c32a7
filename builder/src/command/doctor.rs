//! `wbuild doctor`.

use std::fmt::Write as _;
use std::path::Path;

use dockerfile::render::push_safe;
use serde_json::json;

use crate::args::{Doctor, ReportFormat};
use crate::command::print;
use crate::doctor::check::bases::{self, BaseOnHost, Verdict};
use crate::doctor::check::{self, View};
use crate::doctor::host::{Host, ThisHost};
use crate::doctor::{report, script};
use crate::failure::{Exit, Failure};

/// Looks at this host, or prints the script that mends one.
///
/// # Errors
/// When the Dockerfile cannot be read or standard output not be written.
pub fn run(args: &Doctor) -> Result<Exit, Failure> {
    if args.script {
        return print(&script::text());
    }
    let host = ThisHost::default();
    let checked = check::run(&host);
    let bases = args.file.as_deref().map(|file| bases_of(file, &host)).transpose()?.unwrap_or_default();
    match args.format {
        ReportFormat::Text => print(&(report::text(&checked, host.is_windows()) + &lines(&bases)))?,
        ReportFormat::Json => {
            let mut report = report::json(&checked, host.is_windows());
            report["bases"] = bases.iter().map(one).collect();
            print(&format!("{report:#}\n"))?
        }
    };
    let never = bases.iter().any(|base| base.verdict == Verdict::Never);
    Ok(if report::summary(&checked).problems > 0 || never { Exit::Engine } else { Exit::Ok })
}

/// The bases of a Dockerfile against the engine's version of Windows, else this host's.
fn bases_of(file: &Path, host: &ThisHost) -> Result<Vec<BaseOnHost>, Failure> {
    let bytes = std::fs::read(file)
        .map_err(|error| Failure::new(Exit::Usage, format!("{} cannot be read: {error}", file.display())))?;
    let view = View::new(host);
    let version = view.engine().ok().and_then(|info| info.os_version).or_else(|| view.version().ok());
    match version {
        Some(version) => Ok(bases::on_host(bytes, version)),
        None => Err(Failure::new(Exit::Engine, "no version of Windows to hold the bases against")
            .help("run it on the Windows host, or let DOCKER_HOST name the engine")),
    }
}

fn says(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Process => "runs with process isolation",
        Verdict::HyperV => "runs with Hyper-V isolation only",
        Verdict::Never => "does not run: it is newer than the host",
        Verdict::Unknown => "the tables do not say",
    }
}

fn lines(bases: &[BaseOnHost]) -> String {
    let mut out = String::new();
    for base in bases {
        let mut image = String::new();
        push_safe(&mut image, &base.image);
        let _ = writeln!(out, "line {}: {image}: {}", base.line, says(base.verdict));
    }
    out
}

fn one(base: &BaseOnHost) -> serde_json::Value {
    let verdict = match base.verdict {
        Verdict::Process => "process",
        Verdict::HyperV => "hyperv",
        Verdict::Never => "never",
        Verdict::Unknown => "unknown",
    };
    json!({"line": base.line, "image": base.image, "build": base.build, "runs": verdict})
}
