//! What stands in the scripts of a file, listed once for all rules: they look at the same commands over and over.

use std::cell::OnceCell;

use dockerfile::document::Document;
use dockerfile::effect::{Effect, EffectKind};
use dockerfile::facts::cmdlets::{Cmdlet, cmdlet};
use dockerfile::model::RunScript;
use dockerfile::script::powershell::{Bound, bind_to};
use dockerfile::script::{Command, Dialect, Script, Statement, StatementKind, Word};

use crate::fetch::{self, Fetch};
use crate::ran::stem;

/// The script of an instruction, with the scripts of the shells that it starts.
pub(crate) struct Listing<'a> {
    /// The instruction.
    pub(crate) step: usize,
    pub(crate) run: &'a RunScript,
    scripts: Vec<Nested<'a>>,
    /// Every command of all of them, in order of place.
    pub(crate) commands: Vec<Listed<'a>>,
    statements: Vec<(usize, &'a Statement)>,
    fetches: OnceCell<Vec<Fetch>>,
}

/// A script and where it stands.
struct Nested<'a> {
    script: &'a Script,
    /// Which of the scripts starts it, and with what; none for the instruction's own.
    starter: Option<(usize, &'a Command)>,
    lower: OnceCell<String>,
    verifies: OnceCell<bool>,
}

/// One of the scripts of a listing by itself: with blocks, words and expressions, but not the scripts nested in it.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    listing: &'a Listing<'a>,
    nested: usize,
}

/// A command, with what every second rule asks of it.
pub(crate) struct Listed<'a> {
    nested: usize,
    pub(crate) dialect: Dialect,
    pub(crate) command: &'a Command,
    /// Its name in lower case, without folder and `.exe`.
    pub(crate) stem: String,
    /// The cmdlet that it is, where it is one that is known.
    pub(crate) cmdlet: Option<&'static Cmdlet>,
    /// Whether it gets its input from a file or from the command before it in a pipeline.
    pub(crate) is_fed: bool,
}

/// The scripts of a file, one place for each step.
pub(crate) fn listings(document: &Document) -> Vec<Option<Listing<'_>>> {
    let steps = document.model.steps.iter().enumerate();
    steps.map(|(step, state)| state.script.as_ref().map(|run| Listing::new(step, run))).collect()
}

impl<'a> Listing<'a> {
    pub(crate) fn new(step: usize, run: &'a RunScript) -> Self {
        let mut listing = Listing {
            step,
            run,
            scripts: Vec::new(),
            commands: Vec::new(),
            statements: Vec::new(),
            fetches: OnceCell::new(),
        };
        listing.script(&run.script, None);
        listing
    }

    /// The script itself and those nested in it, in order of place.
    pub(crate) fn parts(&'a self) -> impl DoubleEndedIterator<Item = Part<'a>> + ExactSizeIterator {
        (0..self.scripts.len()).map(|nested| Part { listing: self, nested })
    }

    /// The script itself.
    pub(crate) fn whole(&'a self) -> Part<'a> {
        Part { listing: self, nested: 0 }
    }

    /// The text of the script in lower case.
    pub(crate) fn lower(&self) -> &str {
        self.scripts[0].lower()
    }

    /// Every statement, each before what is inside it, with the dialect it is read by.
    pub(crate) fn statements(&self) -> impl DoubleEndedIterator<Item = (Dialect, &'a Statement)> + '_ {
        self.statements.iter().map(|&(nested, statement)| (self.scripts[nested].script.dialect, statement))
    }

    /// What the script fetches, found out by the first who asks.
    pub(crate) fn fetches(&self, find: impl FnOnce() -> Vec<Fetch>) -> &[Fetch] {
        self.fetches.get_or_init(find)
    }

    /// What a command does by itself.
    pub(crate) fn effects(&self, command: &Command) -> &'a [(Dialect, Effect)] {
        self.run.classified().of_command(command)
    }

    fn script(&mut self, script: &'a Script, starter: Option<(usize, &'a Command)>) {
        let nested = self.scripts.len();
        self.scripts.push(Nested { script, starter, lower: OnceCell::new(), verifies: OnceCell::new() });
        self.walk(&script.statements, nested);
    }

    fn walk(&mut self, statements: &'a [Statement], nested: usize) {
        for statement in statements {
            self.statements.push((nested, statement));
            match &statement.kind {
                StatementKind::Pipeline(commands) => {
                    commands.iter().enumerate().for_each(|(index, command)| self.command(command, nested, index > 0));
                }
                StatementKind::Assignment { value, .. } => self.walk(value, nested),
                StatementKind::Block { heads, bodies, .. } => {
                    self.walk(heads, nested);
                    bodies.iter().for_each(|(_, body)| self.walk(body, nested));
                }
            }
        }
    }

    fn command(&mut self, command: &'a Command, nested: usize, is_piped: bool) {
        let dialect = self.scripts[nested].script.dialect;
        let stem = stem(&command.name.text);
        let name = command.name.literal().filter(|_| command.expression.is_none());
        let cmdlet = name.and_then(|name| cmdlet(name, dialect));
        let is_fed = is_piped || command.redirections.iter().any(|redirection| redirection.operator.contains('<'));
        self.commands.push(Listed { nested, dialect, command, stem, cmdlet, is_fed });
        let targets = command.redirections.iter().filter_map(|redirection| redirection.target.as_ref());
        self.words(std::iter::once(&command.name).chain(&command.words).chain(targets), nested);
        if let Some(expression) = &command.expression {
            self.walk(&expression.statements, nested);
            self.words(expression.calls.iter().filter_map(|call| call.arguments.as_ref()).flatten(), nested);
        }
        if let Some(script) = &command.nested {
            self.script(script, Some((nested, command)));
        }
    }

    fn words(&mut self, words: impl Iterator<Item = &'a Word>, nested: usize) {
        // Few words have statements in them.
        words.filter(|word| !word.statements.is_empty()).for_each(|word| self.walk(&word.statements, nested));
    }
}

impl Nested<'_> {
    fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.script.text.text().to_ascii_lowercase())
    }
}

impl<'a> Listed<'a> {
    /// Whether it is this cmdlet, by whatever alias.
    pub(crate) fn is_cmdlet(&self, name: &str) -> bool {
        self.cmdlet.is_some_and(|cmdlet| cmdlet.name == name)
    }

    /// Its words as parameters, where it is just this cmdlet.
    pub(crate) fn bound_to(&self, cmdlet: &str) -> Option<Bound<'a>> {
        if self.is_cmdlet(cmdlet) { self.bound() } else { None }
    }

    /// Its words as the parameters of its cmdlet, where it is one that is known.
    pub(crate) fn bound(&self) -> Option<Bound<'a>> {
        self.cmdlet.map(|cmdlet| bind_to(cmdlet, self.command))
    }

    /// Whether its name is just this one in lower case, without folder and `.exe`.
    pub(crate) fn is_called(&self, name: &str) -> bool {
        self.stem == name && self.command.name.text.len() == name.len()
    }

    /// Whether it stands in a script that the instruction's own starts.
    pub(crate) fn is_nested(&self) -> bool {
        self.nested > 0
    }
}

impl<'a> Part<'a> {
    pub(crate) fn script(self) -> &'a Script {
        self.nested().script
    }

    /// What the shell reads, in lower case.
    pub(crate) fn lower(self) -> &'a str {
        self.nested().lower()
    }

    /// Whether it compares what it has with a hash or a signature.
    pub(crate) fn verifies(self) -> bool {
        *self.nested().verifies.get_or_init(|| fetch::verifies(self.lower()))
    }

    /// The script that starts it, and the command that does; none for the instruction's own.
    pub(crate) fn starter(self) -> Option<(Part<'a>, &'a Command)> {
        self.nested().starter.map(|(nested, command)| (Part { nested, ..self }, command))
    }

    /// Its commands, in order of place.
    pub(crate) fn commands(self) -> impl DoubleEndedIterator<Item = &'a Listed<'a>> {
        self.listing.commands.iter().filter(move |listed| listed.nested == self.nested)
    }

    /// Its statements, each before what is inside it.
    pub(crate) fn statements(self) -> impl DoubleEndedIterator<Item = &'a Statement> {
        self.listing
            .statements
            .iter()
            .filter(move |(nested, _)| *nested == self.nested)
            .map(|&(_, statement)| statement)
    }

    /// What is known of a command of it.
    pub(crate) fn listed(self, command: &Command) -> Option<&'a Listed<'a>> {
        self.commands().find(|listed| std::ptr::eq(listed.command, command))
    }

    /// What a command of it does by itself.
    pub(crate) fn effects(self, command: &Command) -> &'a [(Dialect, Effect)] {
        self.listing.effects(command)
    }

    /// Whether a command of it fetches something.
    pub(crate) fn is_download(self, command: &Command) -> bool {
        self.effects(command).iter().any(|(_, effect)| matches!(effect.kind, EffectKind::Download { .. }))
    }

    /// What a statement of it does by itself.
    pub(crate) fn effects_of(self, statement: &Statement) -> &'a [(Dialect, Effect)] {
        self.listing.run.classified().of_statement(statement)
    }

    fn nested(self) -> &'a Nested<'a> {
        &self.listing.scripts[self.nested]
    }
}
