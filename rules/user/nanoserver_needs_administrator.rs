//! What only an administrator may do, in a `RUN` that Nano Server runs as its ordinary user.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::{Edit, Fix, Severity};
use dockerfile::effect::{self, EffectContext, EffectKind, EnvScope};
use dockerfile::facts::Confidence;
use dockerfile::facts::accounts::{self, Account};
use dockerfile::facts::base_image::{Family, User};
use dockerfile::model::{RunScript, State, Step};
use dockerfile::script::Command;
use dockerfile::source::Span;

use crate::{Context, Fixable, Group, Platform, Report, Rule};

pub(super) static RULE: Rule = Rule {
    id: "nanoserver-needs-administrator",
    group: Group::User,
    severity: Severity::Error,
    fix: Fixable::Suggested,
    platform: Platform::Windows,
    also: &[],
    page: include_str!("nanoserver_needs_administrator.md"),
    check,
};

fn check(context: &Context, report: &mut Report) {
    for (step, instruction) in context.instructions().iter().enumerate() {
        let is_run = instruction.innermost().keyword == Some(Keyword::Run);
        let Some(run) = run_as_user(context, step).filter(|_| is_run) else { continue };
        let facts = context.model().stage_of(step).and_then(|stage| stage.facts);
        for (span, what) in forbidden(context, step, run) {
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
fn run_as_user<'a>(context: &Context<'a>, step: usize) -> Option<&'a RunScript> {
    let stage = context.model().stage_of(step)?;
    let Step { state, script, .. } = &context.model().steps[step];
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
    script.as_ref().filter(|_| is_user && !is_arm && (facts.build.is_some() || is_dotnet))
}

/// The commands that are denied, and what they do.
fn forbidden(context: &Context, step: usize, run: &RunScript) -> Vec<(Span, String)> {
    let mut found: Vec<(Span, String)> = Vec::new();
    for (_, command) in run.script.commands() {
        found.extend(by_program(command).map(|what| (command.span, what.to_owned())));
    }
    let mut folder = Folder::of(context, step);
    for (_, effect) in effect::effects(&run.script, &EffectContext::default()) {
        let what = match &effect.kind {
            EffectKind::ChangeDir { .. } => {
                folder = Folder::Unknown;
                None
            }
            EffectKind::SetEnv { scope: EnvScope::Machine, .. } => Some("set variables of the machine".to_owned()),
            EffectKind::Write { path } | EffectKind::Download { dest: Some(path), .. } => {
                denied(path, folder, Place::File)
            }
            EffectKind::Copy { to: Some(path), .. } | EffectKind::Move { to: Some(path), .. } => {
                denied(path, folder, if path.contains('.') { Place::File } else { Place::Folder })
            }
            EffectKind::MakeDir { path } | EffectKind::Extract { dest: Some(path), .. } => {
                denied(path, folder, Place::Folder)
            }
            _ => None,
        };
        if let Some(what) = what.filter(|_| found.iter().all(|(span, _)| *span != effect.span)) {
            found.push((effect.span, what));
        }
    }
    found.sort_by_key(|(span, _)| *span);
    found
}

/// Programs that change what belongs to the machine.
fn by_program(command: &Command) -> Option<&'static str> {
    let name = command.name.text.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
    let words: Vec<String> = command.words.iter().map(|word| word.text.to_ascii_lowercase()).collect();
    let word = |at: usize| words.get(at).map(String::as_str).unwrap_or_default();
    let adds = words.iter().any(|word| word == "/add" || word == "/delete");
    match name.strip_suffix(".exe").unwrap_or(&name) {
        "icacls" | "takeown" => Some("change permissions"),
        "net" if matches!(word(0), "user" | "localgroup") && adds => Some("change accounts"),
        "reg" if matches!(word(0), "add" | "delete" | "import") && is_machine_key(word(1)) => {
            Some("change the machine's registry")
        }
        _ => None,
    }
}

fn is_machine_key(key: &str) -> bool {
    ["hklm\\", "hkey_local_machine\\", "hklm/"].iter().any(|root| key.trim_matches('"').starts_with(root))
}

/// The current folder of a script.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Folder {
    /// `C:\`, which an image has that sets no other.
    Root,
    /// Some other.
    Unknown,
}

impl Folder {
    fn of(context: &Context, step: usize) -> Folder {
        let State { workdir, .. } = &*context.model().steps[step].state;
        let stage = context.model().stage_of(step);
        let is_plain = stage.is_some_and(|stage| stage.facts.is_some_and(|facts| facts.family == Family::NanoServer));
        let is_root = workdir.as_ref().map_or(is_plain, |folder| folder.value == "\\" || folder.value == "C:\\");
        if is_root { Folder::Root } else { Folder::Unknown }
    }
}

/// What stands at a path, as far as can be told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    File,
    Folder,
}

/// What is denied at a path: ordinary users make folders in `C:\`, but no files.
fn denied(path: &str, folder: Folder, place: Place) -> Option<String> {
    let path = path.trim_matches(['"', '\'']).replace('/', "\\").to_ascii_lowercase();
    let path = path.replace("\\\\", "\\");
    let variables =
        ["%programfiles%", "$env:programfiles", "${env:programfiles}", "%windir%", "%systemroot%", "$env:windir"];
    let below =
        path.strip_prefix("c:\\").or_else(|| path.strip_prefix("%systemdrive%\\")).or_else(|| path.strip_prefix('\\'));
    let protected = |rest: &str| {
        let first = rest.split('\\').next().unwrap_or_default();
        matches!(first, "windows" | "program files" | "program files (x86)")
    };
    if variables.iter().any(|variable| path.starts_with(variable)) || below.is_some_and(protected) {
        return Some("write to folders of the machine".to_owned());
    }
    let in_root = match below {
        Some(rest) => !rest.contains('\\') && !rest.is_empty(),
        None => folder == Folder::Root && !path.contains(['\\', ':', '%', '$']) && !path.is_empty(),
    };
    (in_root && place == Place::File).then(|| "write files in C:\\".to_owned())
}
