//! The lossless tree: every byte belongs to one token, every instruction to the lines it came from. It is
//! read as BuildKit's parser reads it, but goes on after an error. Parsing never fails.

mod directive;
mod head;
mod heredoc;
mod parse;
pub mod reading;
mod token;

use std::ops::Range;
use std::sync::LazyLock;

pub use directive::Directive;
pub use head::{FLAGS, Flag, Head};
pub(crate) use head::{is_blank, is_plain};
pub use heredoc::Heredoc;
pub use parse::{MAX_LINE, parse};
pub use token::{Token, TokenKind};

use crate::names::Names;
use crate::source::Span;
use crate::splice::Spliced;

/// How to read a file.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Reads the file under this escape character, whatever its directive says.
    pub escape: Option<char>,
    /// Which release of BuildKit's Dockerfile frontend reads the file.
    pub frontend: Frontend,
    /// Lines (from 1, in order) whose last character is no continuation, though it is the escape character.
    pub ended: Vec<u32>,
    /// Lines (from 1, in order) that the other escape character continues.
    pub continued: Vec<u32>,
}

/// Releases of BuildKit's Dockerfile frontend, by what they read otherwise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Frontend {
    /// Before 1.9, text behind a JSON array was ignored (moby/buildkit 80518e257); flags as before 1.15.
    Before1_9,
    /// Before 1.15 (BuildKit 0.21), the escape character in flags was always `\` (moby/buildkit 877d8a771).
    Before1_15,
    /// 1.15 and later.
    #[default]
    Current,
}

/// A parsed file.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The escape character in force.
    pub escape: char,
    /// The frontend it was read for.
    pub frontend: Frontend,
    /// The parser directives, also those that do not count.
    pub directives: Vec<Directive>,
    /// The instructions, in order; unknown ones too.
    pub instructions: Vec<Instruction>,
    /// The tokens around the words of the instructions, in order: comments, the blanks before them, continuations,
    /// heredocs, the ends of lines.
    pub around: Vec<Token>,
    /// What BuildKit's parser would stop at or warn of, in order.
    pub problems: Vec<Problem>,
}

/// An instruction with the lines that belong to it.
#[derive(Clone, Debug)]
pub struct Instruction {
    /// From the keyword to the end of the last line, heredocs included.
    pub span: Span,
    /// The first and the last line, from 1, as the builder counts them.
    pub lines: (u32, u32),
    /// The joined line, from the keyword on, as the builder reads it.
    pub line: Spliced,
    /// Keyword, flags and arguments.
    pub head: Head,
    /// The instruction behind `ONBUILD`.
    pub trigger: Option<Head>,
    /// The heredocs, in order.
    pub heredocs: Vec<Heredoc>,
    /// Where lines are joined.
    pub joins: Vec<Join>,
    /// The comments directly before the instruction (blank lines between do not part them), `#` included.
    pub comments: Vec<Span>,
}

/// A line that goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Join {
    /// The line, from 1.
    pub line: u32,
    /// The escape character.
    pub escape: Span,
    /// The position in [`Instruction::line`] at which the next line begins.
    pub at: u32,
    /// How many blank or empty lines follow before the text goes on.
    pub empty_lines: u32,
}

/// Something that BuildKit's parser refuses, or warns of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What.
    pub kind: ProblemKind,
    /// Where.
    pub span: Span,
}

/// The kinds of [`Problem`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProblemKind {
    /// The same directive a second time.
    RepeatedDirective(String),
    /// An escape directive with something other than `` ` `` or `\`.
    InvalidEscape(String),
    /// A file without instructions.
    NoInstructions,
    /// An instruction that no builder knows.
    UnknownInstruction(String),
    /// A JSON array that holds more than strings.
    JsonNotStrings,
    /// `ENV` or `LABEL` in the old form without a value.
    MissingValue(String),
    /// A word without `=` in `ENV` or `LABEL`.
    MissingEquals(String),
    /// A heredoc that nothing ends.
    UnterminatedHeredoc(String),
    /// A line longer than the builder reads.
    LineTooLong,
    /// An empty line between continued lines; a warning only.
    EmptyContinuation,
}

/// The escape character that `escape` is not: `` ` `` or `\`.
pub const fn other_escape(escape: char) -> char {
    if escape == '`' { '\\' } else { '`' }
}

impl ProblemKind {
    /// Whether the builder goes on.
    pub const fn is_warning(&self) -> bool {
        matches!(self, ProblemKind::EmptyContinuation)
    }

    /// What BuildKit says.
    pub fn message(&self) -> String {
        match self {
            ProblemKind::RepeatedDirective(name) => format!("only one {name} parser directive can be used"),
            ProblemKind::InvalidEscape(token) => format!("invalid escape token '{token}' does not match ` or \\"),
            ProblemKind::NoInstructions => "file with no instructions".into(),
            ProblemKind::UnknownInstruction(word) => format!("unknown instruction: {word}"),
            ProblemKind::JsonNotStrings => {
                "when using JSON array syntax, arrays must be comprised of strings only".into()
            }
            ProblemKind::MissingValue(keyword) => format!("{keyword} must have two arguments"),
            ProblemKind::MissingEquals(word) => {
                format!("Syntax error - can't find = in {word:?}. Must be of the form: name=value")
            }
            ProblemKind::UnterminatedHeredoc(_) => "unterminated heredoc".into(),
            ProblemKind::LineTooLong => format!("dockerfile line greater than max allowed size of {MAX_LINE}"),
            ProblemKind::EmptyContinuation => "Empty continuation line".into(),
        }
    }
}

/// The instructions of the Dockerfile reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the instruction of that name")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Onbuild,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

static KEYWORDS: LazyLock<Names<Keyword>> = LazyLock::new(|| Names::new(Keyword::ALL));

impl Keyword {
    /// All, by name.
    pub const ALL: [(&'static str, Keyword); 18] = [
        ("ADD", Keyword::Add),
        ("ARG", Keyword::Arg),
        ("CMD", Keyword::Cmd),
        ("COPY", Keyword::Copy),
        ("ENTRYPOINT", Keyword::Entrypoint),
        ("ENV", Keyword::Env),
        ("EXPOSE", Keyword::Expose),
        ("FROM", Keyword::From),
        ("HEALTHCHECK", Keyword::Healthcheck),
        ("LABEL", Keyword::Label),
        ("MAINTAINER", Keyword::Maintainer),
        ("ONBUILD", Keyword::Onbuild),
        ("RUN", Keyword::Run),
        ("SHELL", Keyword::Shell),
        ("STOPSIGNAL", Keyword::Stopsignal),
        ("USER", Keyword::User),
        ("VOLUME", Keyword::Volume),
        ("WORKDIR", Keyword::Workdir),
    ];

    /// The keyword of a word, in any letter case.
    pub fn of(word: &str) -> Option<Keyword> {
        KEYWORDS.get(word)
    }

    /// The name in capitals.
    pub fn name(self) -> &'static str {
        Keyword::ALL.iter().find(|&&(_, keyword)| keyword == self).map_or("", |&(name, _)| name)
    }
}

impl Tree {
    /// All tokens, in order, without gaps. The tests and the fuzzer hold them against the file: put together they are its text.
    pub fn tokens(&self) -> Vec<Token> {
        let mut tokens = self.around.clone();
        self.instructions.iter().for_each(|instruction| token::push_line(instruction, &mut tokens));
        tokens.sort_by_key(|token| token.span);
        tokens
    }
}

impl Instruction {
    /// The head that runs: the trigger's behind `ONBUILD`, else its own.
    pub fn innermost(&self) -> &Head {
        self.trigger.as_ref().unwrap_or(&self.head)
    }

    /// A part of the joined line as the source spells it.
    pub fn source_of(&self, range: Range<usize>) -> Span {
        self.line.span(range)
    }
}
