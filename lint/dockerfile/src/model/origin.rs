//! Where things come from: the text of an image's name, and the source of a `COPY --from`.

use crate::ast::{Instruction, Keyword};
use crate::source::Span;

use super::stage::Image;
use super::{Model, VariableKind};

/// Where a part of an image's name is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// In `FROM`, or in the default of the `ARG` that it comes from as a whole.
    pub span: Span,
    /// Whether variables take part in it, so that a build may say otherwise.
    pub variable: bool,
}

/// What a `COPY --from` copies from.
#[derive(Debug)]
pub enum CopySource {
    /// A stage of this file, by number.
    Stage(usize),
    /// An image, or a build context that the build names.
    Image(Box<Image>),
}

impl Model {
    /// Where `text`, which stands at `span` of the name of an image in the `FROM` at `step`, is written.
    pub fn origin(&self, step: usize, image: &Image, span: Span, text: &str) -> Origin {
        let mut uses = image.uses.iter().filter(|used| used.span.start < span.end && span.start < used.span.end);
        let Some(first) = uses.next() else { return Origin { span, variable: false } };
        let inside = first.span.start <= span.start && span.end <= first.span.end;
        let written = || {
            let variable = self.variable(step, &first.name).filter(|variable| variable.kind == VariableKind::Arg)?;
            let value = variable.written.as_ref()?;
            let at = value.text().rfind(text)?;
            Some(value.span(at..at + text.len()))
        };
        let found = if inside && first.found && uses.next().is_none() { written() } else { None };
        Origin { span: found.unwrap_or(span), variable: true }
    }

    /// What an instruction at `step` copies from, if it is a `COPY --from` without variables.
    pub fn copy_source(&self, step: usize, instruction: &Instruction) -> Option<CopySource> {
        let instruction = instruction.innermost();
        if instruction.keyword != Some(Keyword::Copy) {
            return None;
        }
        let value = instruction.flag("from")?.value.as_ref()?;
        if value.is_empty() || value.text().contains('$') {
            return None;
        }
        let stage = self.stage_named(value.text(), self.steps.get(step)?.stage?);
        Some(
            stage.map_or_else(
                || CopySource::Image(Box::new(Image::literal(value))),
                |stage| CopySource::Stage(stage.index),
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Builder, Document};
    use crate::source::Source;

    fn document(text: &str) -> Document {
        Document::new(Source::new(text.into()), Builder::Any)
    }

    /// The place of the tag of the first stage's image.
    fn tag(text: &str) -> (String, bool) {
        let document = document(text);
        let stage = &document.model.stages[0];
        let image = stage.image.as_ref().unwrap();
        let tag = image.reference.as_ref().unwrap().tag.clone().unwrap();
        let origin = document.model.origin(stage.from, image, tag.span, &tag.text);
        (format!("{}:{}", origin.span.start, document.source.slice(origin.span)), origin.variable)
    }

    #[test]
    fn a_tag_is_written_in_from_or_in_the_default_of_an_argument() {
        for (text, place, variable) in [
            ("FROM a/b:1909", "9:1909", false),
            ("ARG T=1909\nFROM a/b:$T", "6:1909", true),
            ("ARG T=\"1909\"\nFROM a/b:${T}", "7:1909", true),
            ("ARG I=a/b:1909\nFROM $I", "10:1909", true),
            ("ARG T=1909\nFROM a/b:x-$T", "20:x-$T", true),
            ("FROM a/b:${T:-1909}", "14:1909", true),
            ("ARG V=1909\nARG T=$V\nFROM a/b:$T", "17:$V", true),
        ] {
            assert_eq!(tag(text), (place.to_owned(), variable), "{text}");
        }
    }

    #[test]
    fn the_name_is_known_also_when_the_tag_is_not() {
        for (text, name) in [
            ("FROM a/b:$T", Some("a/b")),
            ("FROM r:5000/b:1-${T}", Some("r:5000/b")),
            ("FROM a/$B:1", None),
            ("FROM $B", None),
            ("FROM a/b$T", None),
        ] {
            let document = document(text);
            let named = document.model.stages[0].image.as_ref().unwrap().named();
            assert_eq!(named.map(|named| named.name_without_tag()).as_deref(), name, "{text}");
        }
    }

    #[test]
    fn copies_come_from_stages_and_images() {
        let document = document(
            "FROM a AS One\nFROM b\nCOPY --from=one x y\nCOPY --from=0 x y\nCOPY --from=c/d:1 x y\nCOPY --from=$X x y\nONBUILD COPY --from=one x y\nADD --from=one x y\nCOPY x y\n",
        );
        let sources: Vec<String> = (2..9)
            .map(|step| match document.model.copy_source(step, &document.reading().instructions[step]) {
                Some(CopySource::Stage(stage)) => stage.to_string(),
                Some(CopySource::Image(image)) => document.source.slice(image.span).to_owned(),
                None => "-".to_owned(),
            })
            .collect();
        assert_eq!(sources, ["0", "0", "c/d:1", "-", "0", "-", "-"]);
    }
}
