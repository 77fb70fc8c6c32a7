//! The bases of a Dockerfile against the host: which of its stages this host can build and run.

use dockerfile::document::{Builder, Document};
use dockerfile::facts::{Answer, compat};
use dockerfile::model::{Base, Os};
use dockerfile::source::Source;

use crate::doctor::parse::OsVersion;

/// A stage's base and what the host does with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseOnHost {
    /// The image as `FROM` names it.
    pub image: String,
    /// The line of the `FROM`, from 1.
    pub line: u32,
    /// The build of its Windows, where the tables know it.
    pub build: Option<u32>,
    /// What the host does with it.
    pub verdict: Verdict,
}

/// What a host does with a base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Runs it on its own kernel.
    Process,
    /// Runs it with Hyper-V isolation only.
    HyperV,
    /// Does not run it.
    Never,
    /// The tables do not say.
    Unknown,
}

/// The bases of a Dockerfile's Windows stages on a host of that version.
pub fn on_host(file: Vec<u8>, host: OsVersion) -> Vec<BaseOnHost> {
    let document = Document::new(Source::new(file), Builder::Any);
    let windows = document.model.stages.iter().filter(|stage| stage.os == Os::Windows && stage.base == Base::Image);
    windows
        .filter_map(|stage| {
            let image = stage.image.as_ref()?;
            let number = stage.facts.as_ref().and_then(|facts| facts.build).map(|build| build.number);
            let verdict = number.map_or(Verdict::Unknown, |number| verdict(host.build, number));
            let line = document.reading().instructions[stage.from].lines.0;
            Some(BaseOnHost { image: image.text.text().to_owned(), line, build: number, verdict })
        })
        .collect()
}

fn verdict(host: u32, image: u32) -> Verdict {
    let runs = compat::check(host, image);
    match (runs.process, runs.hyperv) {
        (Answer::Yes, _) => Verdict::Process,
        (_, Answer::Yes) => Verdict::HyperV,
        (_, Answer::No) => Verdict::Never,
        _ => Verdict::Unknown,
    }
}
