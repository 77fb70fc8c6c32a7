//! What only an administrator may do, in a `RUN` that Nano Server runs as its ordinary user.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::{EffectKind, EnvScope};
use dockerfile::facts::Confidence;
use dockerfile::facts::access::{self, Place};
use dockerfile::facts::accounts::{self, Account};
use dockerfile::facts::base_image::{Family, User};
use dockerfile::model::{State, Step};
use dockerfile::source::Span;

use crate::listing::Listing;
use crate::{Context, Fixable, Group, Needs, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nanoserver-needs-administrator",
    group: Group::User,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    needs: Needs::Nothing,
    also: &[],
    page: include_str!("nanoserver_needs_administrator.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (step, instruction) in context.instructions().iter().enumerate() {
        let is_run = instruction.innermost().keyword == Some(Keyword::Run);
        let Some(run) = run_as_user(context, step).filter(|_| is_run) else { continue };
        let facts = context.model().stage_of(step).and_then(|stage| stage.facts);
        for (span, what) in forbidden(context, run) {
            let message = format!("the ordinary user of Nano Server may not {what}");
            let help = "put `USER ContainerAdministrator` before it, and `USER ContainerUser` after it";
            let mut finding = report.add(span, message, help).seen("Access is denied.");
            if facts.is_some_and(|facts| facts.confidence != Confidence::High) {
                finding = finding.at_most(Severity::Warning);
            }
            if instruction.keyword == Some(Keyword::Run) {
                finding.fix(wrap(context, instruction));
            }
        }
    }
}

fn wrap(context: &Context, run: &Instruction) -> Fix {
    let (first, last) = (context.source().line_span(run.lines.0), context.source().line_span(run.lines.1));
    let before = Edit::insert(first.start, "USER ContainerAdministrator\n");
    let after = Edit::insert(last.end, "\nUSER ContainerUser");
    Fix::suggested("run it as administrator", vec![before, after])
}

/// The script of a step that runs as ContainerUser on Nano Server.
fn run_as_user<'a>(context: &Context<'a>, step: usize) -> Option<&'a Listing<'a>> {
    let stage = context.model().stage_of(step)?;
    let Step { state, .. } = &context.model().steps[step];
    // What stands behind `ONBUILD` runs as the account that the image ends with.
    let is_trigger = context.instructions()[step].keyword == Some(Keyword::Onbuild);
    let user = if is_trigger { &stage.state.user } else { &state.user };
    let facts = stage.facts.as_ref().filter(|facts| facts.nano && facts.default_user == User::ContainerUser)?;
    // A tag without a build may be of 2016, whose Nano Server ran as administrator.
    let is_dotnet = matches!(facts.family, Family::DotnetSdk | Family::DotnetAspnet | Family::DotnetRuntime);
    let is_user = match user {
        None => facts.family != Family::OtherWindows,
        Some(user) => user.certain && accounts::find(&user.value) == Some(Account::ContainerUser),
    };
    // The images for ARM let the ordinary user write where those for AMD64 do not.
    let root = super::account::lineage(context, stage).last()?.image.as_ref()?;
    let is_arm = root.text.text().contains("arm");
    context.script(step).filter(|_| is_user && !is_arm && (facts.build.is_some() || is_dotnet))
}

/// The commands that are denied, and what they do.
fn forbidden(context: &Context, script: &Listing) -> Vec<(Span, &'static str)> {
    let mut found: Vec<(Span, &'static str)> = Vec::new();
    for command in script.commands.iter().map(|listed| listed.command) {
        let arguments: Vec<&str> = command.words.iter().map(|word| word.text.as_str()).collect();
        let what = access::program(&command.name.text, &arguments);
        found.extend(what.map(|what| (command.span, what)));
    }
    let mut in_root = starts_in_root(context, script.step);
    for (_, effect) in script.run.effects() {
        let what = match &effect.kind {
            EffectKind::ChangeDir { .. } => {
                in_root = false;
                None
            }
            EffectKind::SetEnv { scope: EnvScope::Machine, .. } => Some("set variables of the machine"),
            EffectKind::Write { path } | EffectKind::Download { dest: Some(path), .. } => denied(path, in_root, true),
            EffectKind::Copy { to: Some(path), .. } | EffectKind::Move { to: Some(path), .. } => {
                denied(path, in_root, path.contains('.'))
            }
            EffectKind::MakeDir { path } | EffectKind::Extract { dest: Some(path), .. } => denied(path, in_root, false),
            _ => None,
        };
        if let Some(what) = what.filter(|_| found.iter().all(|(span, _)| *span != effect.span)) {
            found.push((effect.span, what));
        }
    }
    found.sort_by_key(|(span, _)| *span);
    found
}

/// Why the ordinary user cannot write to a path.
fn denied(path: &str, in_root: bool, is_file: bool) -> Option<&'static str> {
    match access::place(path, in_root) {
        Place::System => Some("write to folders of the machine"),
        Place::Root if is_file => Some("write files in C:\\"),
        _ => None,
    }
}

/// Whether a script starts in `C:\`, as in an image that sets no other folder.
fn starts_in_root(context: &Context, step: usize) -> bool {
    let State { workdir, .. } = &*context.model().steps[step].state;
    let facts = context.model().stage_of(step).and_then(|stage| stage.facts);
    let by_image = facts.is_some_and(|facts| facts.family == Family::NanoServer);
    workdir.as_ref().map_or(by_image, |folder| folder.value == "\\" || folder.value == "C:\\")
}
