//! Why a word cannot be expanded, in BuildKit's own words where BuildKit refuses it too.

use std::fmt;

use crate::source::Span;

/// A word that cannot be expanded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpandError {
    /// What is wrong.
    pub kind: ErrorKind,
    /// Where: the open quote with all that follows, or the reference.
    pub span: Span,
}

/// What is wrong with a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// A `'` without a second one.
    UnclosedSingleQuote,
    /// A `"` without a second one.
    UnclosedDoubleQuote,
    /// A `${` without its `}`.
    MissingBrace,
    /// A `${X/a` without the second `/`.
    MissingSlash,
    /// `${}`, `${:…}` or `${{…}`.
    BadSubstitution,
    /// What stands after the name is none of the operators: PowerShell's `${env:PATH}` gives `:P`.
    UnsupportedModifier {
        /// The operator, with its colon. U+FFFD stands for the end of the word.
        modifier: String,
    },
    /// `${X?message}` without a value.
    Unset {
        /// The variable.
        name: String,
        /// The message after the question mark, or the builder's.
        message: String,
    },
    /// An escape in a pattern that escapes nothing.
    InvalidPattern {
        /// The pattern; reversed for `%`, as the builder shows it.
        pattern: String,
        /// The character after the backslash; U+FFFD at the end.
        escaped: char,
    },
    /// References are nested deeper than 200 levels. BuildKit has no such bound.
    TooDeep,
    /// The values put in are longer than what any system takes as a variable. BuildKit has no such bound.
    TooLong,
    /// Matching the pattern would take too many steps. BuildKit has no such bound.
    TooComplex,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const QUOTE: &str = "unexpected end of statement while looking for matching";
        match self {
            ErrorKind::UnclosedSingleQuote => write!(f, "{QUOTE} single-quote"),
            ErrorKind::UnclosedDoubleQuote => write!(f, "{QUOTE} double-quote"),
            ErrorKind::MissingBrace => f.write_str("syntax error: missing '}'"),
            ErrorKind::MissingSlash => f.write_str("syntax error: missing '/' in ${}"),
            ErrorKind::BadSubstitution => f.write_str("syntax error: bad substitution"),
            ErrorKind::UnsupportedModifier { modifier } => {
                write!(f, "unsupported modifier ({modifier}) in substitution")
            }
            ErrorKind::Unset { name, message } => write!(f, "{name}: {message}"),
            ErrorKind::InvalidPattern { pattern, escaped } => {
                write!(f, "invalid pattern ({pattern}) in substitution: invalid escape '\\{escaped}'")
            }
            ErrorKind::TooDeep => f.write_str("references nested deeper than 200 levels"),
            ErrorKind::TooLong => f.write_str("the values of the variables are too long together"),
            ErrorKind::TooComplex => f.write_str("the pattern in the substitution takes too long to match"),
        }
    }
}

impl fmt::Display for ExpandError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}

impl std::error::Error for ExpandError {}
