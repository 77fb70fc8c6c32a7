//! Typed instructions: what each one says, before variables are expanded.

mod build;
mod duration;
pub mod intent;
pub mod json;
pub mod mount;
mod refused;
mod words;

use std::ops::Range;

pub use build::build;
pub use duration::{DurationFault, parse_duration};
pub use intent::{Backslash, IntendedWord, Intent};
pub use json::{JsonFault, JsonFaultKind};
pub use refused::{Refusal, refused};
pub use words::split_blanks;

use crate::source::Span;
use crate::splice::Spliced;
pub use crate::syntax::{Flag, Heredoc, Keyword};

/// A word of an instruction.
#[derive(Clone, Debug)]
pub struct Word {
    /// As the builder's parser hands it on: as written, or decoded when it stood in JSON.
    pub text: Spliced,
    /// Where it stands in the joined line, quotes included.
    pub range: Range<usize>,
    /// Where it stands in the source, quotes included.
    pub span: Span,
}

impl Word {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.text.text()
    }
}

/// An instruction with its meaning.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// Its place in [`crate::syntax::Tree::instructions`].
    pub index: usize,
    /// Which one; `None` when no builder knows it.
    pub keyword: Option<Keyword>,
    /// The first word, where no builder knows it.
    pub unknown_word: Option<String>,
    /// The keyword.
    pub keyword_span: Span,
    /// From the keyword to the end, heredocs included.
    pub span: Span,
    /// The first and the last line, from 1.
    pub lines: (u32, u32),
    /// The flags.
    pub flags: Vec<Flag>,
    /// What follows the flags, as written but joined.
    pub args: Spliced,
    /// The heredocs.
    pub heredocs: Vec<Heredoc>,
    /// What it says.
    pub kind: Kind,
}

impl Instruction {
    /// The flag of that name, the first one if there are several.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name == name)
    }

    /// The words in which the builder puts values in for variables; of `ENV`, `ARG` and `LABEL` the values. The words
    /// of a JSON array that the builder could not read are left out.
    pub fn expanded_words(&self) -> Vec<&Word> {
        match &self.kind {
            Kind::From(from) => from.image.iter().collect(),
            Kind::Copy(copy) if copy.fault.is_none() => copy.sources.iter().chain(&copy.dest).collect(),
            Kind::Pairs(pairs) | Kind::Args(pairs) => pairs.iter().filter_map(|pair| pair.value.as_ref()).collect(),
            Kind::Text(Some(word)) if self.keyword != Some(Keyword::Maintainer) => vec![word],
            Kind::List { words, fault: None, .. } => words.iter().collect(),
            _ => Vec::new(),
        }
    }

    /// The instruction that runs: itself, or the one behind `ONBUILD`.
    pub fn innermost(&self) -> &Instruction {
        match &self.kind {
            Kind::Onbuild(Some(trigger)) => trigger,
            _ => self,
        }
    }
}

/// What an instruction says.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `FROM [--platform=P] IMAGE [AS NAME]`
    From(From),
    /// `RUN`, `CMD`, `ENTRYPOINT`, `SHELL`
    Command(CommandLine),
    /// `COPY`, `ADD`
    Copy(Copy),
    /// `ENV`, `LABEL`
    Pairs(Vec<Pair>),
    /// `ARG`
    Args(Vec<Pair>),
    /// `WORKDIR`, `USER`, `STOPSIGNAL`, `MAINTAINER`: one word that reaches to the end of the line.
    Text(Option<Word>),
    /// `VOLUME`, `EXPOSE`
    List {
        /// The words.
        words: Vec<Word>,
        /// They stood in a JSON array.
        json: bool,
        /// Why an argument that begins with `[` is no JSON array (`VOLUME` only).
        fault: Option<JsonFault>,
    },
    /// `HEALTHCHECK NONE`, `HEALTHCHECK CMD ...`
    Healthcheck {
        /// `CMD` or `NONE`, as written.
        mode: Option<Word>,
        /// The command.
        command: Option<CommandLine>,
    },
    /// `ONBUILD`, with the instruction behind it.
    Onbuild(Option<Box<Instruction>>),
    /// Not an instruction.
    Unknown,
}

/// The words of `FROM`.
#[derive(Clone, Debug)]
pub struct From {
    /// The image or stage.
    pub image: Option<Word>,
    /// The word `AS`, where a name follows.
    pub as_word: Option<Word>,
    /// The stage's name, after `AS`.
    pub name: Option<Word>,
    /// Words that do not belong there.
    pub extra: Vec<Word>,
}

/// A command in shell form or in exec form.
#[derive(Clone, Debug)]
pub struct CommandLine {
    /// Which form, and the text.
    pub form: Form,
    /// Why an argument that begins with `[` is no JSON array.
    pub fault: Option<JsonFault>,
}

/// The two forms of a command.
#[derive(Clone, Debug)]
pub enum Form {
    /// Handed to the shell as one text.
    Shell(Spliced),
    /// Started as it stands.
    Exec(Vec<Word>),
}

/// Sources and destination of `COPY` and `ADD`.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Files, patterns, URLs; heredoc words too.
    pub sources: Vec<Word>,
    /// Where they go.
    pub dest: Option<Word>,
    /// They stood in a JSON array.
    pub json: bool,
    /// Why an argument that begins with `[` is no JSON array.
    pub fault: Option<JsonFault>,
}

/// A name with its value.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The name, as written.
    pub name: Word,
    /// The value, as written, quotes included.
    pub value: Option<Word>,
    /// In the old form `ENV NAME value`, which has no `=`.
    pub legacy: bool,
    /// Both.
    pub span: Span,
}
