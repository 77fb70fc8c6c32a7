//! What stands in `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK`: statements, pipelines, commands, words and
//! nested shells, whichever shell reads it, every part with its exact place in the Dockerfile.

pub mod argv;
pub mod cmd;
mod comment;
mod direct;
mod fused;
pub mod nested;
mod plain;
pub mod posix;
pub mod powershell;
#[cfg(test)]
mod sketch;
mod typographic;
mod visit;

pub use comment::Comment;
pub use direct::{has_program_extension, whole_command};
pub use fused::Fused;
pub use typographic::Typographic;

use crate::source::Span;
use crate::splice::Spliced;

/// Which language a script is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// cmd.exe, command-line mode (`cmd /S /C`), not a batch file.
    Cmd,
    /// Windows PowerShell 5.1 (`powershell.exe`).
    WindowsPowerShell,
    /// PowerShell 6 and later (`pwsh`).
    PowerShell,
    /// A POSIX shell (`sh`, `bash`, `ash`, `zsh`).
    Posix,
}

impl Dialect {
    /// Whether it is a PowerShell of any version.
    pub const fn is_powershell(self) -> bool {
        matches!(self, Dialect::WindowsPowerShell | Dialect::PowerShell)
    }
}

/// A script as its shell reads it.
#[derive(Clone, Debug)]
pub struct Script {
    /// The shell.
    pub dialect: Dialect,
    /// What the shell gets to read: continuations joined, Windows argument quoting undone.
    pub text: Spliced,
    /// The statements, in order.
    pub statements: Vec<Statement>,
    /// Comments inside the text.
    pub comments: Vec<Span>,
    /// What keeps the shell from reading the script to its end.
    pub faults: Vec<Fault>,
    /// Whether it is written as Base64: then every part of it has the place of the whole word.
    pub is_encoded: bool,
}

/// A syntax error that is certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What it is.
    pub kind: FaultKind,
    /// Where it begins.
    pub span: Span,
}

/// The kinds of [`Fault`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A quote that nothing closes.
    UnterminatedString,
    /// A bracket that nothing closes, or that closes nothing.
    UnbalancedBracket,
    /// Nested deeper than this reader goes; what lies deeper was not read.
    TooDeep,
}

/// What follows a statement and decides whether the next one runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Separator {
    /// The end of the script or block.
    End,
    /// `;` (PowerShell, POSIX), `&` (cmd) or a new line: the next one runs in any case.
    Always,
    /// `&&`: the next one runs after success.
    And,
    /// `||`: the next one runs after failure.
    Or,
    /// `&` of POSIX and PowerShell 7: runs in the background.
    Background,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// From its first to its last byte, without the separator.
    pub span: Span,
    /// What follows it.
    pub separator: Separator,
    /// Where the separator stands; empty at the end.
    pub separator_span: Span,
}

impl Statement {
    /// How much stands between it and its separator: blanks, which cmd's `echo` writes, too.
    pub fn gap(&self) -> u32 {
        self.separator_span.start.saturating_sub(self.span.end)
    }
}

/// The kinds of [`Statement`].
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// One command or several joined by `|`.
    Pipeline(Vec<Command>),
    /// `$x = ...` (PowerShell), `X=1` (POSIX). (`set X=1` of cmd is a command.)
    Assignment {
        /// The variable as written, with scope: `$x`, `$env:PATH`, `$ErrorActionPreference`, `$a.b`.
        target: Word,
        /// The operator: `=`, `+=` ...; `in` for the variable of `foreach`.
        operator: String,
        /// What is assigned, as statements: a pipeline, an expression, a block (`$x = if (...) {...}`).
        value: Vec<Statement>,
    },
    /// `if`, `for`, `foreach`, `while`, `do`, `switch`, `try`, `function`, `param`, `{ }`, `( )`, subshells.
    Block {
        /// The keyword in lower case; `(` or `{` for a plain group.
        keyword: String,
        /// Conditions, sets and heads in order: what runs to decide.
        heads: Vec<Statement>,
        /// The bodies in order (`then`, `elseif`, `else`; `try`, `catch`, `finally`), each with the keyword
        /// that opens it, in lower case. The cases of `switch` have `case` and `default`; the body of a function
        /// has the function's name as written.
        bodies: Vec<(String, Vec<Statement>)>,
    },
}

/// How a PowerShell command is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// By its name alone.
    Plain,
    /// With the call operator `&`.
    Ampersand,
    /// Dot-sourced.
    Dot,
}

/// One command with its words. An expression of PowerShell (`[Net.X]::Y = 1`, `(Get-Item x).Length`,
/// `'text'`) is a command whose `name` is the whole expression and whose `expression` is set.
#[derive(Clone, Debug)]
pub struct Command {
    /// How it is called.
    pub call: Call,
    /// The name as written (`iwr`, `C:\x\setup.exe`, `"C:\Program Files\x.exe"`).
    pub name: Word,
    /// The words after the name. A PowerShell parameter with its value attached (`-Name:value`) is one word;
    /// arrays (`a, b`) are one word.
    pub words: Vec<Word>,
    /// Redirections.
    pub redirections: Vec<Redirection>,
    /// From the first byte (the call operator included) to the last.
    pub span: Span,
    /// Set when the name is an expression and not a command.
    pub expression: Option<Expression>,
    /// The script that this command starts in another shell: `cmd /c ...`, `powershell -Command ...`,
    /// `-EncodedCommand`, `start /wait cmd /c ...`.
    pub nested: Option<Box<Script>>,
}

/// What can be said of a PowerShell expression.
#[derive(Clone, Debug, Default)]
pub struct Expression {
    /// Static members and methods: `[Environment]::SetEnvironmentVariable('A', 'B')` gives one call with
    /// `target` `[Environment]`; `$wc.DownloadFile($u, $f)` one with target `$wc`; in evaluation order.
    pub calls: Vec<MemberCall>,
    /// Statements inside: sub-expressions, script blocks, parenthesised pipelines, in order.
    pub statements: Vec<Statement>,
}

/// A member access or a method call.
#[derive(Clone, Debug)]
pub struct MemberCall {
    /// What it is called on, as written.
    pub target: String,
    /// The member's name.
    pub member: String,
    /// `::` and not `.`.
    pub is_static: bool,
    /// The arguments of a call; `None` for a property.
    pub arguments: Option<Vec<Word>>,
    /// From the target to the closing parenthesis.
    pub span: Span,
}

/// How a word is quoted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quote {
    /// Not at all, or only in parts.
    None,
    /// `'...'` as a whole.
    Single,
    /// `"..."` as a whole.
    Double,
    /// A PowerShell here-string of either kind.
    Here,
}

/// A word.
#[derive(Clone, Debug)]
pub struct Word {
    /// As written, quotes included.
    pub raw: String,
    /// What the shell makes of it: quotes and escapes undone, variables left as written (`%X%`, `$X`,
    /// `${X}`, `$(...)`).
    pub text: String,
    /// How it is quoted.
    pub quote: Quote,
    /// What in it the shell puts a value in for.
    pub variables: Vec<Variable>,
    /// Script blocks, sub-expressions, parenthesised pipelines, hashtable entries (as assignments) and method
    /// calls inside.
    pub statements: Vec<Statement>,
    /// Where it stands, quotes included.
    pub span: Span,
}

impl Script {
    /// The text of what a statement of the script assigns, without the quotes around it.
    pub fn value_of(&self, statement: &Statement) -> Option<&str> {
        let StatementKind::Assignment { value, .. } = &statement.kind else { return None };
        let range = self.text.range_of(value.first()?.span)?;
        Some(self.text.text()[range].trim_matches(['\'', '"', ' ']))
    }
}

impl Statement {
    /// What the statement assigns to, when it is an assignment.
    pub fn assigned(&self) -> Option<&Word> {
        match &self.kind {
            StatementKind::Assignment { target, .. } => Some(target),
            _ => None,
        }
    }
}

impl Word {
    /// The text, when the shell puts nothing in.
    pub fn literal(&self) -> Option<&str> {
        (self.variables.is_empty() && self.statements.is_empty()).then_some(self.text.as_str())
    }
}

/// A reference to a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// The name without sigil and scope.
    pub name: String,
    /// The scope in lower case: `env`, `global`, `script`, or empty.
    pub scope: String,
    /// Where it stands.
    pub span: Span,
}

/// `> file`, `2>&1`, `< file`.
#[derive(Clone, Debug)]
pub struct Redirection {
    /// The operator as written: `>`, `>>`, `2>`, `2>&1`, `<`, `*>`.
    pub operator: String,
    /// The file; `None` for a merge of streams.
    pub target: Option<Word>,
    /// Where it stands.
    pub span: Span,
}

/// Reads a script by its shell: the text as the Dockerfile has it, continuations joined. PowerShell gets it through
/// the arguments of a process, which takes bare double quotes away; cmd and POSIX shells get it as it stands.
pub fn parse(text: Spliced, dialect: Dialect) -> Script {
    match dialect {
        Dialect::Cmd => cmd::parse(text, 0),
        Dialect::Posix => posix::parse(text, 0),
        Dialect::WindowsPowerShell | Dialect::PowerShell => powershell::parse(argv::unquote(&text), dialect, 0),
    }
}
