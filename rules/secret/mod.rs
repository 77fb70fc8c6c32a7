//! Rules about secrets in the image or its history.
//!
//! Each rule about a value finds its secrets once for each file, because all reports mask them, whatever is
//! switched on; the rule itself then only says what was found.

mod arguments;
mod configured_secret;
mod mentioned;
mod secret_connection_string;
mod secret_file_copied;
mod secret_in_command_line;
mod secret_in_env_arg;
mod secret_mount_on_windows;
mod secret_net_user;
mod secret_securestring_plaintext;
mod text;

use std::collections::BTreeMap;

use dockerfile::document::Document;
use dockerfile::script::{self, Command};
use dockerfile::source::Span;
pub(crate) use mentioned::spans as mentioned;

use crate::listing::Listing;
use crate::{Context, Policy, Report, Rule};

pub(crate) static RULES: &[&Rule] = &[
    &configured_secret::RULE,
    &secret_connection_string::RULE,
    &secret_file_copied::RULE,
    &secret_in_command_line::RULE,
    &secret_in_env_arg::RULE,
    &secret_mount_on_windows::RULE,
    &secret_net_user::RULE,
    &secret_securestring_plaintext::RULE,
];

/// A secret that stands in the file.
pub(crate) struct Secret {
    /// The rule that speaks of it; empty when none does.
    rule: &'static str,
    /// Where its value stands.
    pub(crate) span: Span,
    /// The value as the shell or the builder reads it.
    pub(crate) text: String,
    message: String,
    help: String,
}

/// All secrets of a file, in order of place. Of several rules that see one in the same place, the first of this list
/// speaks of it.
pub(crate) fn find(document: &Document, listings: &[Option<Listing>], policy: &Policy) -> Vec<Secret> {
    let has_sign = |script: &&Listing| secret_in_command_line::has_sign(script.lower());
    let suspects: Vec<&Listing> = listings.iter().flatten().filter(has_sign).collect();
    let file = File { document, listings, suspects: &suspects };
    let finders = [
        secret_in_env_arg::find,
        secret_net_user::find,
        secret_securestring_plaintext::find,
        secret_connection_string::find,
        secret_in_command_line::find,
        mentioned::find,
    ];
    let mut found: BTreeMap<u32, Secret> = BTreeMap::new();
    let configured = configured_secret::find(document, policy);
    for secret in finders.iter().flat_map(|find| find(file)).chain(configured) {
        let before = found.range(..secret.span.end.max(secret.span.start + 1)).next_back();
        if before.is_none_or(|(_, other)| other.span.end <= secret.span.start) {
            found.insert(secret.span.start, secret);
        }
    }
    found.into_values().collect()
}

/// Reports the secrets that a rule found.
fn report(rule: &'static str, context: &Context, report: &mut Report) {
    for secret in context.secrets.iter().filter(|secret| secret.rule == rule) {
        report.add(secret.span, &secret.message, &secret.help);
    }
}

/// Where secrets are looked for.
#[derive(Clone, Copy)]
struct File<'a> {
    document: &'a Document,
    listings: &'a [Option<Listing<'a>>],
    /// The scripts with a word that passwords and keys, or the programs that take them, have.
    suspects: &'a [&'a Listing<'a>],
}

impl<'a> File<'a> {
    /// Whether a script is one of [`File::suspects`].
    fn is_suspect(self, script: &Listing) -> bool {
        self.suspects.binary_search_by_key(&script.step, |suspect| suspect.step).is_ok()
    }

    /// The scripts that hold a word, in lower case, each with what is started.
    fn scripts(self, word: &'static str) -> impl Iterator<Item = &'a Listing<'a>> {
        self.listings.iter().flatten().filter(move |script| script.lower().contains(word))
    }
}

/// All words of a command but its name, also the arguments of calls.
fn words(command: &Command) -> impl DoubleEndedIterator<Item = &script::Word> {
    let calls = command.expression.iter().flat_map(|expression| &expression.calls);
    command.words.iter().chain(calls.filter_map(|call| call.arguments.as_ref()).flatten())
}

/// Where a text stands in a command: in the last word that says just this, or else the last time it stands there.
fn place(document: &Document, command: &Command, text: &str) -> Span {
    match words(command).rev().find(|word| word.text == text) {
        Some(word) => inside(document, word.span, text),
        None => inside(document, command.span, text),
    }
}

/// Where a text stands in a place, the last time; the whole place when the text is written there in another way.
fn inside(document: &Document, outer: Span, text: &str) -> Span {
    match document.source.slice(outer).rfind(text) {
        Some(at) => Span::new(outer.start + at as u32, outer.start + (at + text.len()) as u32),
        None => outer,
    }
}
