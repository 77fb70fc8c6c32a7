//! The stages of a file, what each stands on, and which of them the image needs.

use std::collections::BTreeSet;
use std::ops::Range;

use dockerfile::ast::{Instruction, Kind, mount};
use dockerfile::facts::Confidence;
use dockerfile::facts::base_image::{self, BaseImage};
use dockerfile::model::{self, Evidence, Os};
use dockerfile::source::Source;
use dockerfile::syntax::{self, Keyword};

use crate::image::Platform;

use super::action::{self, Setting};
use super::error::PlanError;
use super::scope::{Scope, platform_args};
use super::step::Base;
use super::{Request, stage};

/// The stages before anything of them is planned.
pub(super) struct Outline {
    /// The arguments declared before the first stage, with the build's values.
    pub globals: Vec<(String, Option<String>)>,
    /// The names, in lower case.
    pub names: Vec<Option<String>>,
    /// The stages, in order.
    pub stages: Vec<Sketch>,
}

/// A stage before its instructions are planned.
pub(super) struct Sketch {
    pub base: Base,
    pub platform: Platform,
    /// What the platform is guessed from.
    pub guessed_from: Option<&'static str>,
    /// The shell of a base that nobody knows, where the stage's commands are written for another than the usual one.
    pub guessed_shell: Option<Vec<String>>,
    pub instructions: Range<usize>,
    pub line: u32,
}

/// Reads the `FROM`s and what stands before them.
pub(super) fn outline(request: &Request<'_>) -> Result<Outline, PlanError> {
    let instructions = &request.document.built.instructions;
    let mut outline = Outline { globals: Vec::new(), names: stage::names(instructions), stages: Vec::new() };
    for (index, instruction) in instructions.iter().enumerate() {
        match (&instruction.kind, instruction.keyword) {
            (Kind::From(_), _) => {
                if let Some(refusal) = dockerfile::ast::refused(instruction) {
                    return Err(PlanError::at(refusal.span, refusal.message));
                }
                let sketch = from(request, &outline, index, instruction)?;
                if let Some(before) = outline.stages.last_mut() {
                    before.instructions.end = index;
                }
                outline.stages.push(sketch);
            }
            (Kind::Args(pairs), _) if outline.stages.is_empty() => {
                let found = with_setting(request, &outline, |cx| action::arguments(cx, pairs))?;
                outline.globals.extend(found);
            }
            (_, keyword) if outline.stages.is_empty() => {
                let word = keyword.map(Keyword::name).or(instruction.unknown_word.as_deref()).unwrap_or_default();
                return Err(PlanError::at(
                    instruction.keyword_span,
                    format!("no build stage in current context: {word} stands before the first FROM"),
                ));
            }
            _ => {}
        }
    }
    if outline.stages.is_empty() {
        return Err(PlanError::nowhere("the file has no FROM"));
    }
    Ok(outline)
}

/// Calls `act` with what words before and in `FROM` may refer to.
fn with_setting<T>(request: &Request<'_>, outline: &Outline, act: impl FnOnce(&Setting<'_>) -> T) -> T {
    let mut args: Vec<(String, Option<String>)> =
        platform_args(request.platform, None).into_iter().map(|(name, value)| (name, Some(value))).collect();
    args.extend(outline.globals.iter().cloned());
    act(&Setting {
        source: &request.document.source,
        scope: Scope {
            env: &[],
            args: &args,
            given: request.build_args,
            escape: request.document.built.tree.escape,
            windows: false,
        },
        workdir: "/",
        windows: false,
        stages: &[],
        contexts: request.contexts,
        globals: &[],
        platform: request.platform,
        stage_name: None,
        own_cmd: false,
    })
}

fn from(
    request: &Request<'_>,
    outline: &Outline,
    index: usize,
    instruction: &Instruction,
) -> Result<Sketch, PlanError> {
    let Kind::From(words) = &instruction.kind else { unreachable!("only a FROM is asked for") };
    let Some(word) = &words.image else {
        return Err(PlanError::at(instruction.keyword_span, "FROM names no image"));
    };
    let text = with_setting(request, outline, |cx| cx.scope.word(word))?;
    if text.is_empty() {
        return Err(PlanError::at(word.span, format!("base name ({}) should not be blank", word.as_str()))
            .help("give the ARG a default, or give --build-arg"));
    }
    let number = outline.stages.len();
    let name = text.to_lowercase();
    let own = outline.names[number].as_deref();
    let earlier = outline.names[..number].iter().rposition(|other| other.as_deref() == Some(&name));
    let base = if own.is_some_and(|own| request.contexts.iter().any(|context| context == own)) {
        Base::Context(own.unwrap_or_default().to_owned())
    } else if request.contexts.contains(&name) {
        Base::Context(name)
    } else if let Some(stage) = earlier {
        Base::Stage(stage)
    } else if text == "scratch" {
        Base::Scratch
    } else {
        dockerfile::reference::parse(&dockerfile::splice::Spliced::verbatim(&text, word.span.start)).map_err(
            |error| PlanError::at(word.span, format!("failed to parse image name {text:?}: {}", error.kind)),
        )?;
        Base::Image(text)
    };
    let (platform, guessed_from) = platform(request, outline, index, instruction, &base)?;
    let end = request.document.built.instructions.len();
    let guessed_shell = guessed_shell(request, index, &base);
    let instructions = index + 1..end;
    Ok(Sketch { base, platform, guessed_from, guessed_shell, instructions, line: instruction.lines.0 })
}

/// The shell of a base as the linter takes it, where the tables do not say it.
fn guessed_shell(request: &Request<'_>, index: usize, base: &Base) -> Option<Vec<String>> {
    let Base::Image(reference) = base else { return None };
    let model = &request.document.model;
    let stage = model.stages.iter().find(|stage| stage.from == index)?;
    let own = |facts: Option<BaseImage>| {
        model::Shell::of_image(stage.os, facts.map(|facts| facts.default_shell)).words.clone()
    };
    let words = &model.steps.get(index)?.state.shell.words;
    let usual = own(None);
    (own(stage.facts) == usual && own(stage::facts(reference)) == usual && *words != usual).then(|| words.clone())
}

/// What a stage runs on, as far as the file tells: its flag, its base, and what its instructions do.
fn platform(
    request: &Request<'_>,
    outline: &Outline,
    index: usize,
    instruction: &Instruction,
    base: &Base,
) -> Result<(Platform, Option<&'static str>), PlanError> {
    if let Base::Stage(number) = base {
        let parent = &outline.stages[*number];
        return Ok((parent.platform.clone(), parent.guessed_from));
    }
    let flag = instruction.flag("platform").and_then(|flag| flag.value.as_ref());
    let flag = flag.map(|text| with_setting(request, outline, |cx| cx.scope.text(text))).transpose()?;
    if let Some(text) = flag.filter(|text| !text.is_empty()) {
        let mut parts = text.split('/');
        let os = parts.next().unwrap_or_default().to_ascii_lowercase();
        let architecture = parts.next().unwrap_or(&request.platform.architecture).to_ascii_lowercase();
        if os == request.platform.os && architecture == request.platform.architecture {
            return Ok((request.platform.clone(), None));
        }
        let variant = parts.next().map(str::to_owned);
        return Ok((Platform { variant, ..Platform::new(&os, &architecture) }, None));
    }
    // The model numbers the instructions of the reading that it was made from; for both it is the same file, and
    // where the readings differ the linter has said so.
    let stage = request.document.model.stages.iter().find(|stage| stage.from == index);
    let platform = match stage.map(|stage| stage.os) {
        Some(Os::Linux) if request.platform.is_windows() => Platform::new("linux", &request.platform.architecture),
        Some(Os::Windows) if !request.platform.is_windows() => Platform::new("windows", &request.platform.architecture),
        _ => request.platform.clone(),
    };
    Ok((platform, stage.and_then(guess)))
}

/// What a stage's platform is guessed from; nothing where the tables are sure of its base.
fn guess(stage: &model::Stage) -> Option<&'static str> {
    let is_sure = |facts: BaseImage| facts.confidence == Confidence::High && facts.os != base_image::Os::Either;
    match stage.evidence {
        Evidence::Flag(_) => None,
        Evidence::Image if stage.facts.is_some_and(is_sure) => None,
        Evidence::Image => Some("the base's name"),
        Evidence::Stage(_) => Some("the stage below"),
        Evidence::Content(_) => Some("what it does"),
        Evidence::File => Some("the rest of the file"),
        Evidence::Nothing => Some("nothing but that wbuild builds for Windows"),
    }
}

/// The stage to build.
pub(super) fn target(request: &Request<'_>, outline: &Outline) -> Result<usize, PlanError> {
    let last = outline.stages.len() - 1;
    let Some(target) = request.target else { return Ok(last) };
    let name = target.to_lowercase();
    let named = outline.names.iter().rposition(|other| other.as_deref() == Some(&name));
    let numbered = || target.parse::<usize>().ok().filter(|&number| number <= last);
    named.or_else(numbered).ok_or_else(|| {
        let names: Vec<&str> = outline.names.iter().flatten().map(String::as_str).collect();
        let help = if names.is_empty() {
            "no stage has a name".to_owned()
        } else {
            format!("the stages are {}", names.join(", "))
        };
        PlanError::nowhere(format!("there is no stage `{target}`")).help(help)
    })
}

/// The stages that one needs, itself included, in the order of the file.
pub(super) fn stages(request: &Request<'_>, outline: &Outline, target: usize) -> BTreeSet<usize> {
    let mut needed = BTreeSet::new();
    let mut open = vec![target];
    while let Some(number) = open.pop() {
        if needed.insert(number) {
            open.extend(dependencies(request, outline, number));
        }
    }
    needed
}

fn dependencies(request: &Request<'_>, outline: &Outline, number: usize) -> Vec<usize> {
    let sketch = &outline.stages[number];
    let mut names: Vec<String> = Vec::new();
    let mut found = Vec::new();
    match &sketch.base {
        Base::Stage(parent) => found.push(*parent),
        Base::Image(name) | Base::Context(name) => {
            for trigger in request.bases.get(name).map_or(&[][..], |config| &config.config.on_build) {
                let source = Source::new(trigger.clone().into_bytes());
                let tree = syntax::parse(&source, &syntax::Options { escape: Some('\\'), ..Default::default() });
                names.extend(dockerfile::ast::build(&tree).0.iter().flat_map(sources));
            }
        }
        Base::Scratch => {}
    }
    let own = &request.document.built.instructions[sketch.instructions.clone()];
    names.extend(own.iter().filter(|instruction| instruction.keyword != Some(Keyword::Onbuild)).flat_map(sources));
    // What a stage keeps for its children runs in those that build on it.
    if let Base::Stage(parent) = sketch.base {
        let kept = &request.document.built.instructions[outline.stages[parent].instructions.clone()];
        let triggers = kept.iter().filter(|instruction| instruction.keyword == Some(Keyword::Onbuild));
        names.extend(triggers.map(Instruction::innermost).flat_map(sources));
    }
    let earlier = &outline.names[..number];
    found.extend(names.iter().filter(|name| !request.contexts.contains(name)).filter_map(|name| {
        let named = earlier.iter().rposition(|other| other.as_deref() == Some(name));
        named.or_else(|| name.parse().ok().filter(|&index| index < number))
    }));
    found
}

/// What an instruction takes files from, in lower case.
fn sources(instruction: &Instruction) -> Vec<String> {
    let flag = instruction.flag("from").and_then(|flag| flag.value.as_ref()).map(|value| value.text().to_lowercase());
    let mounts = mount::mounts(instruction);
    let mounted = mounts.iter().filter_map(|mount| mount.value(&["from"])).map(str::to_lowercase);
    flag.into_iter().chain(mounted).collect()
}
