//! A build of Windows, or an image of one, that gets no security updates any more.

use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::facts::base_image::{BaseImage, Family};
use dockerfile::facts::build::{Build, NANO_2016_END};
use dockerfile::facts::deprecated::Kind;
use dockerfile::facts::{Confidence, Date};
use dockerfile::reference::Part;

use super::base_version_mismatch;
use super::named::{self, Named};
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "base-eol",
    group: Group::BaseImage,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("base_eol.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for image in context.images {
        let Some(facts) = image.windows() else { continue };
        let is_near = |build: &&Build| end(facts, build).is_some_and(|end| is_near(end, context));
        match facts.build.filter(is_near).and_then(|build| Some((build, image.build_part()?))) {
            Some((build, part)) => ended(context, report, image, facts, build, &part),
            None => dropped(context, report, image),
        }
    }
}

/// The last day with updates.
fn end(facts: &BaseImage, build: &Build) -> Option<Date> {
    // Nano Server of 2016 ended before the rest of its build.
    if facts.nano && build.number == 14393 { Some(NANO_2016_END) } else { build.end() }
}

/// Whether support has ended or ends within a year.
fn is_near(end: Date, context: &Context) -> bool {
    let now = context.settings.as_of;
    end < Date { year: now.year + 1, ..now }
}

fn ended(context: &Context, report: &mut Report, image: &Named, facts: &BaseImage, build: &Build, part: &Part) {
    let Some(end) = end(facts, build) else { return };
    let is_over = end < context.settings.as_of;
    let what = if facts.nano && build.number == 14393 { "Nano Server 2016" } else { build.display };
    let message = match is_over {
        true => format!("no security updates for {what} since {end}"),
        false => format!("the last security updates for {what} come on {end}"),
    };
    let help = "take a long-term build that is supported: ltsc2019, ltsc2022 or ltsc2025";
    let Some(mut finding) = image.report(context, report, part, message, help) else { return };
    if !is_over {
        finding = finding.at_most(Severity::Info);
    } else if facts.confidence != Confidence::High || build.confidence != Confidence::High {
        finding = finding.at_most(Severity::Warning);
    }
    if let Some(edit) = upgrade(context, image, facts, part).filter(|_| all_move(context, image)) {
        finding.fix(Fix::suggested(format!("take the build {}", named::usual_build(context)), vec![edit]));
    }
}

/// Whether every stage that belongs to this one has or gets the same build: no host builds two of them in one image.
/// Among very many stages nobody looks.
fn all_move(context: &Context, image: &Named) -> bool {
    let target = named::usual_build(context);
    base_version_mismatch::related(context, image)
        .is_some_and(|mut all| all.all(|other| stands_on(context, other, target)))
}

/// Whether the stages that belong to this one are on this build of Windows, or nobody knows what they are on, or a newer build
/// of theirs is suggested too: where one of them stays behind, another build for this one leaves no host for both. An image that
/// is only copied from is held against the stage that copies, too.
pub(super) fn fits(context: &Context, image: &Named, target: &str) -> bool {
    let others = base_version_mismatch::related(context, image);
    others.is_some_and(|others| {
        let mut others = others.filter(|other| !image.is_base || other.stage.index != image.stage.index);
        others.all(|other| stands_on(context, other, target))
    })
}

fn stands_on(context: &Context, image: &Named, target: &str) -> bool {
    let Some((facts, build)) = image.windows().and_then(|facts| Some((facts, facts.build?))) else { return true };
    let ends = end(facts, build).is_some_and(|end| is_near(end, context));
    let moves = image.build_part().is_some_and(|part| upgrade(context, image, facts, &part).is_some());
    build.tag == target || ends && moves && target == named::usual_build(context)
}

/// The same image of a supported build, where one exists. After 2016 Nano Server has lost PowerShell, DISM and more, so
/// that there is none for those images.
fn upgrade(context: &Context, image: &Named, facts: &BaseImage, part: &Part) -> Option<Edit> {
    let build = named::usual_build(context);
    let is_first_party = image.name().starts_with("mcr.microsoft.com/") && image.parts.digest.is_none();
    let edit = match facts.family {
        Family::Windows => image.replace(context, &image.whole(), format!("{}/server:{build}", image.name())),
        Family::NanoServer if facts.build.is_some_and(|build| build.number == 14393) => None,
        Family::ServerCore | Family::NanoServer | Family::Server => {
            image.replace(context, image.parts.tag.as_ref()?, build)
        }
        Family::ServerCoreIis => image.replace(context, part, build),
        _ => None,
    };
    edit.filter(|_| is_first_party)
}

/// Images that ended though their build of Windows did not.
fn dropped(context: &Context, report: &mut Report, image: &Named) {
    let Some(tag) = &image.parts.tag else { return };
    let row = image.rows().iter().find(|row| row.kind == Kind::EndOfSupport && !row.is_dotnet_core());
    let Some(row) = row.filter(|row| row.since.is_none_or(|since| since < context.settings.as_of)) else { return };
    let since = row.since.map_or(String::new(), |since| format!(" since {since}"));
    let message = format!("{} has had no updates{since}", tag.text);
    let finding = image.report(context, report, tag, message, format!("write instead: {}", row.advice));
    if let Some(finding) = finding {
        finding.at_most(Severity::Warning);
    }
}
