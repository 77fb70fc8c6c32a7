//! What is checked of a host. Each check is data and one function; the facts behind them are documented by Microsoft and
//! Docker, or stand in the sources of the engine.

pub mod bases;
mod engine;
mod feature;
mod network;
mod os;
mod reboot;
mod resources;
mod service;
mod view;

pub use view::View;

use super::host::Host;

/// What a check is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The edition and build of Windows.
    Os,
    /// Optional features.
    Feature,
    /// Restarts that are waited for.
    Reboot,
    /// The engine's service, and that it comes back.
    Service,
    /// The engine itself.
    Engine,
    /// Networks.
    Network,
    /// Memory, disk, drivers.
    Resources,
}

impl Area {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Area::Os => "os",
            Area::Feature => "feature",
            Area::Reboot => "reboot",
            Area::Service => "service",
            Area::Engine => "engine",
            Area::Network => "network",
            Area::Resources => "resources",
        }
    }
}

/// How a check came out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// As it should be; what was found.
    Ok(String),
    /// It works and may not for long, or not for everyone.
    Warning(String),
    /// Containers do not build or run.
    Problem(String),
    /// It could not be told; why.
    Unknown(String),
}

impl Outcome {
    /// Its name in reports.
    pub const fn name(&self) -> &'static str {
        match self {
            Outcome::Ok(_) => "ok",
            Outcome::Warning(_) => "warning",
            Outcome::Problem(_) => "problem",
            Outcome::Unknown(_) => "unknown",
        }
    }

    /// What was found, or why nothing was.
    pub fn found(&self) -> &str {
        match self {
            Outcome::Ok(text) | Outcome::Warning(text) | Outcome::Problem(text) | Outcome::Unknown(text) => text,
        }
    }
}

/// A check.
#[derive(Debug)]
pub struct Check {
    /// Its name, stable.
    pub id: &'static str,
    /// What it is about.
    pub area: Area,
    /// What should be.
    pub expected: &'static str,
    /// The command that mends it on Windows (PowerShell, elevated), or what to do.
    pub remedy: &'static str,
    /// Whether it can be made on a host that does not run Windows.
    pub anywhere: bool,
    /// Makes it.
    pub look: fn(&View) -> Outcome,
}

impl Check {
    /// The command that mends it on such a host, or what to do there.
    pub fn remedy_on(&self, is_windows: bool) -> &'static str {
        engine::elsewhere(self.id).filter(|_| !is_windows).unwrap_or(self.remedy)
    }
}

/// A check and its outcome.
#[derive(Debug)]
pub struct Checked {
    /// The check.
    pub check: &'static Check,
    /// How it came out.
    pub outcome: Outcome,
}

/// All checks, by area.
pub fn all() -> impl Iterator<Item = &'static Check> {
    [os::CHECKS, feature::CHECKS, reboot::CHECKS, service::CHECKS, engine::CHECKS, network::CHECKS, resources::CHECKS]
        .into_iter()
        .flatten()
}

/// Makes all checks.
pub fn run(host: &dyn Host) -> Vec<Checked> {
    let view = View::new(host);
    all()
        .map(|check| {
            let outcome = if check.anywhere || host.is_windows() {
                (check.look)(&view)
            } else {
                Outcome::Unknown("only Windows can tell".to_owned())
            };
            Checked { check, outcome }
        })
        .collect()
}

#[cfg(test)]
pub(crate) use tests::recorded;

#[cfg(test)]
mod tests;
