//! The images that a file names, and how rules point at their parts.

use std::borrow::Cow;
use std::cell::OnceCell;

use dockerfile::diagnostic::{Edit, Severity};
use dockerfile::document::Document;
use dockerfile::facts::base_image::{self, BaseImage};
use dockerfile::facts::build;
use dockerfile::facts::deprecated::{self, Replacement};
use dockerfile::model::{Base, CopySource, Image, Origin, Os, Stage};
use dockerfile::reference::{Part, Reference};

use crate::{Context, Finding, Report};

/// An image that a `FROM` or a `COPY --from` names.
pub(crate) struct Named<'a> {
    /// The instruction.
    step: usize,
    /// The stage that it belongs to.
    pub(super) stage: &'a Stage,
    /// It is the base of the stage.
    pub(super) is_base: bool,
    image: Cow<'a, Image>,
    /// The parts of the name.
    pub(super) parts: Reference,
    /// Only the build knows the tag.
    pub(super) is_open: bool,
    /// What the tables know of it.
    pub(super) facts: Option<BaseImage>,
    /// Registry and repository as written.
    name: String,
    /// The same in the one form that the tables have.
    pub(super) normal_name: String,
    rows: OnceCell<Vec<&'static Replacement>>,
}

/// All images of a file that are neither stages nor `scratch`, in order.
pub(crate) fn images(document: &Document) -> Vec<Named<'_>> {
    let model = &document.model;
    let mut found = Vec::new();
    for (step, instruction) in document.reading().instructions.iter().enumerate() {
        let Some(stage) = model.stage_of(step) else { continue };
        let image = if stage.from == step {
            stage.image.as_ref().filter(|_| stage.base == Base::Image).map(Cow::Borrowed)
        } else {
            match model.copy_source(step, instruction) {
                Some(CopySource::Image(image)) => Some(Cow::Owned(*image)),
                _ => None,
            }
        };
        let Some((image, parts)) = image.and_then(|image| image.named().map(|parts| (image, parts))) else { continue };
        let (is_open, facts, name) = (image.reference.is_err(), image.facts(), parts.name_without_tag());
        found.push(Named {
            step,
            stage,
            is_base: stage.from == step,
            image,
            parts,
            is_open,
            facts,
            normal_name: base_image::normalise(&name),
            name,
            rows: OnceCell::new(),
        });
    }
    found
}

impl Named<'_> {
    /// Registry and repository as written.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The tag, if it is known and there is one.
    pub(super) fn tag(&self) -> Option<&str> {
        self.parts.tag.as_ref().map(|tag| tag.text.as_str())
    }

    /// What became of images of this name and tag, the more telling first.
    pub(super) fn rows(&self) -> &[&'static Replacement] {
        self.rows.get_or_init(|| deprecated::all(self.name(), self.tag()))
    }

    /// Registry and repository.
    pub(super) fn name_part(&self) -> Part {
        let repository = self.parts.repository.span;
        let span = self.parts.registry.as_ref().map_or(repository, |registry| registry.span.to(repository));
        Part { text: self.name.clone(), span }
    }

    /// Registry, repository and tag.
    pub(super) fn whole(&self) -> Part {
        let name = self.name_part();
        match &self.parts.tag {
            Some(tag) => Part { text: format!("{}:{}", name.text, tag.text), span: name.span.to(tag.span) },
            None => name,
        }
    }

    /// The part of the tag that names the build of Windows.
    pub(super) fn build_part(&self) -> Option<Part> {
        let tag = self.parts.tag.as_ref()?;
        let range = build::word_in_tag(&tag.text)?;
        let text = tag.text[range.clone()].to_owned();
        // A variable may stand for just this part.
        let start = self.image.text.text().rfind(&tag.text)?;
        let span = self.image.text.span(start + range.start..start + range.end);
        Some(Part { text, span })
    }

    fn origin(&self, context: &Context, part: &Part) -> Origin {
        context.model().origin(self.step, &self.image, part.span, &part.text)
    }

    /// Reports a part where it is written: milder when a build may say otherwise, and once for an argument that
    /// several images use.
    pub(super) fn report<'r>(
        &self,
        context: &Context,
        report: &'r mut Report,
        part: &Part,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<Finding<'r>> {
        let origin = self.origin(context, part);
        if !report.is_first_at(origin.span) {
            return None;
        }
        let mut finding = report.add(origin.span, message, help);
        if origin.variable {
            finding = finding.at_most(Severity::Warning);
        }
        if !self.image.span.contains(origin.span) {
            finding = finding.label(self.image.span, "the image is named here");
        }
        Some(finding)
    }

    /// Writes another text for a part, where the part stands as it is read.
    pub(super) fn replace(&self, context: &Context, part: &Part, text: impl Into<String>) -> Option<Edit> {
        let span = self.origin(context, part).span;
        (context.slice(span) == part.text).then(|| Edit::replace(span, text))
    }

    /// Puts a text before a part.
    pub(super) fn prefix(&self, context: &Context, part: &Part, text: &str) -> Edit {
        Edit::insert(self.origin(context, part).span.start, text)
    }

    /// The facts, where they say Windows.
    pub(super) fn windows(&self) -> Option<&BaseImage> {
        self.facts.as_ref().filter(|facts| facts.os != base_image::Os::Linux && self.stage.os == Os::Windows)
    }
}

/// The build that the file's other stages stand on, to suggest; else the long-term build of 2022.
pub(super) fn usual_build(context: &Context) -> &'static str {
    let builds = context.model().stages.iter().filter_map(|stage| stage.facts.as_ref()?.build);
    builds.filter(|build| build.number >= 20348).map(|build| build.tag).next().unwrap_or("ltsc2022")
}
