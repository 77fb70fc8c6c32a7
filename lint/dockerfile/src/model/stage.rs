//! Stages: what they build on and what they inherit.

use std::cell::OnceCell;
use std::ops::{Deref, Range};
use std::rc::Rc;

use crate::ast::{self, Kind};
use crate::document::Reading;
use crate::expand::Use;
use crate::facts::base_image::{self, BaseImage, DefaultShell, Family};
use crate::reference::{self, Reference, ReferenceError};
use crate::script::Script;
use crate::source::Span;
use crate::splice::Spliced;

use super::launch::Launch;
use super::platform::{self, Evidence, FileEvidence, Os};
use super::shell::{Shell, speaks_powershell};
use super::variable::Variables;
use super::{Model, State, Step};

/// A stage.
#[derive(Debug)]
pub struct Stage {
    /// Its number, from 0.
    pub index: usize,
    /// The `FROM` that opens it, by its place.
    pub from: usize,
    /// The name after `AS`, as written.
    pub name: Option<String>,
    /// The instructions after `FROM`.
    pub steps: Range<usize>,
    /// What it builds on.
    pub base: Base,
    /// The image named by `FROM`, also when it turns out to be a stage.
    pub image: Option<Image>,
    /// What the tables know of the image that this stage in the end builds on.
    pub facts: Option<BaseImage>,
    /// The platform.
    pub os: Os,
    /// Why.
    pub evidence: Evidence,
    /// The variables it declares, in order.
    pub variables: Variables,
    /// What its containers start.
    pub launch: Launch,
    pub(super) started: Option<Script>,
    /// What is in force at its end.
    pub state: Rc<State>,
}

/// What a stage builds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// An earlier stage, by number.
    Stage(usize),
    /// An image.
    Image,
    /// Nothing.
    Scratch,
}

/// The image that a `FROM` names.
#[derive(Clone, Debug)]
pub struct Image {
    /// The text, variables put in where they have a value and left as written where not.
    pub text: Spliced,
    /// The parts of the text.
    pub reference: Result<Reference, ReferenceError>,
    /// The variables in it.
    pub uses: Vec<Use>,
    /// False when it depends on a value that only the build knows.
    pub certain: bool,
    /// The word in `FROM`.
    pub span: Span,
    /// What [`Image::facts`] found.
    facts: OnceCell<Option<BaseImage>>,
}

impl Image {
    /// The image of a `COPY --from`, where no variables are put in.
    pub(super) fn literal(text: &Spliced) -> Image {
        let reference = reference::parse(text);
        Image {
            reference,
            text: text.clone(),
            uses: Vec::new(),
            certain: true,
            span: text.whole(),
            facts: OnceCell::new(),
        }
    }

    /// The parts of the text, also when only the build knows the tag, which then is `None`.
    pub fn named(&self) -> Option<Reference> {
        if let Ok(reference) = &self.reference {
            return Some(reference.clone());
        }
        let text = self.text.text();
        let end = text.find('$')?;
        let colon = text[..end].rfind(':').filter(|&at| !text[at..end].contains('/'))?;
        reference::parse(&self.text.slice(0..colon)).ok().filter(|reference| reference.tag.is_none())
    }

    /// What the tables know of it, also when only the build knows its tag.
    pub fn facts(&self) -> Option<BaseImage> {
        *self.facts.get_or_init(|| facts(self))
    }
}

/// How many stages are followed that build on each other. Nobody writes so many, and the time stays in proportion to
/// the file.
const MAX_LINEAGE: usize = 200;

impl Model {
    /// A stage and the stages that it builds on, the nearest first.
    pub fn lineage(&self, stage: usize) -> impl Iterator<Item = &Stage> {
        std::iter::successors(self.stages.get(stage), |stage| match stage.base {
            Base::Stage(parent) => self.stages.get(parent),
            _ => None,
        })
        .take(MAX_LINEAGE)
    }
}

/// Opens the stage of a `FROM`.
pub(super) fn open(
    model: &mut Model,
    reading: &Reading,
    step: usize,
    instruction: &ast::Instruction,
    file: &dyn Deref<Target = FileEvidence>,
) {
    let Kind::From(from) = &instruction.kind else { return };
    let index = model.stages.len();
    let image = from.image.as_ref().map(|word| image(model, step, &word.text, word.span));
    let base = base(model, image.as_ref(), index);
    let facts = match base {
        Base::Stage(parent) => model.stages[parent].facts,
        Base::Image => image.as_ref().and_then(Image::facts),
        Base::Scratch => None,
    };
    let (os, evidence) = match base {
        Base::Stage(parent) => (model.stages[parent].os, Evidence::Stage(parent)),
        _ => platform::of_stage(model, reading, step, instruction, facts.as_ref(), file),
    };
    let launch = match base {
        Base::Stage(parent) => model.stages[parent].launch.inherited(),
        _ => Launch::of_image(facts.as_ref().filter(|_| os == Os::Windows)),
    };
    let state = match base {
        Base::Stage(parent) => Rc::clone(&model.stages[parent].state),
        _ => Rc::new(State {
            shell: Shell::of_image(os, default_shell(os, facts.as_ref(), &reading.instructions[step + 1..])),
            user: None,
            workdir: None,
        }),
    };
    model.steps.push(Step { stage: Some(index), state: Rc::clone(&state), visible: 0, script: None });
    if let Some(name) = &from.name {
        model.names.entry(name.as_str().to_ascii_lowercase()).or_default().push(index);
    }
    model.stages.push(Stage {
        index,
        from: step,
        name: from.name.as_ref().map(|word| word.as_str().to_owned()),
        steps: step + 1..step + 1,
        base,
        image,
        facts,
        os,
        evidence,
        variables: Variables::of(os),
        launch,
        started: None,
        state,
    });
}

/// The shell that a base image sets: by the tables, and of an image that nobody knows by what the stage's commands are
/// written for. What such a shell does first is not known; it is taken for the usual.
fn default_shell(os: Os, facts: Option<&BaseImage>, rest: &[ast::Instruction]) -> Option<DefaultShell> {
    let is_guessed = facts.is_none_or(|facts| facts.family == Family::OtherWindows && !facts.nano);
    let known = facts.map(|facts| facts.default_shell);
    let is_told = os == Os::Windows && is_guessed && known.is_none_or(|known| known == DefaultShell::Cmd);
    if is_told && speaks_powershell(rest) { Some(DefaultShell::PowerShell { prologue: true }) } else { known }
}

fn image(model: &Model, step: usize, word: &Spliced, span: Span) -> Image {
    let visible = super::variable::Globals { model, step };
    let expand = |skip_unset| {
        let options = crate::expand::Options { skip_unset, ..Default::default() };
        crate::expand::word_with(word, model.escape, &visible, options).ok()
    };
    let whole = expand(false).filter(|all| all.uses.iter().all(|used| used.found || used.has_default));
    let (text, uses) = match whole.or_else(|| expand(true)) {
        Some(expanded) => (expanded.text, expanded.uses),
        None => (word.clone(), Vec::new()),
    };
    let certain = uses.iter().all(|used| used.found || used.has_default) && !text.text().contains('$');
    Image { reference: reference::parse(&text), text, uses, certain, span, facts: OnceCell::new() }
}

fn base(model: &Model, image: Option<&Image>, index: usize) -> Base {
    let Some(image) = image else { return Base::Image };
    let text = image.text.text();
    // Only names count in FROM; a number is an image there.
    let named = model.last_named(text, index);
    match named {
        Some(stage) => Base::Stage(stage),
        None if text == "scratch" => Base::Scratch,
        None => Base::Image,
    }
}

/// What the tables know of an image, also when the build decides its tag.
fn facts(image: &Image) -> Option<BaseImage> {
    if let Ok(reference) = &image.reference {
        let tag = reference.tag.as_ref().map(|tag| tag.text.as_str());
        return base_image::lookup(&reference.name_without_tag(), tag);
    }
    let text = image.text.text();
    let (name, tag) = match text.rfind(':').filter(|&at| !text[at..].contains(['/', '}'])) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text.find(['$', '@']).map_or(text, |at| text[..at].trim_end_matches(':')), None),
    };
    if name.contains('$') { None } else { base_image::lookup(name, tag) }
}
