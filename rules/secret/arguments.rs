//! Which arguments of a command are secrets, by the options before them.

use dockerfile::facts::secret::{self, Certainty};
use dockerfile::script::Word;
use memchr::memchr2;

use crate::listing::Listed;

/// A secret among the arguments.
pub(super) struct Argument<'a> {
    /// The word that it is, or that holds it.
    pub(super) word: &'a Word,
    /// The secret.
    pub(super) text: String,
    /// What gives it.
    pub(super) what: String,
}

/// Commands that print their words.
const PRINTERS: [&str; 6] = ["echo", "findstr", "rem", "select-string", "write-host", "write-output"];

/// The secrets among the words of a command, also inside words that hold several arguments
/// (`-ArgumentList '/i x.msi PASSWORD=...'`).
pub(super) fn secrets<'a>(listed: &Listed<'a>) -> Vec<Argument<'a>> {
    let &Listed { command, stem: ref program, .. } = listed;
    if PRINTERS.contains(&program.as_str()) && command.redirections.is_empty() {
        return Vec::new();
    }
    let whole: Vec<Part> = command
        .words
        .iter()
        .map(|word| Part { text: &word.text, is_literal: word.literal().is_some(), word })
        .collect();
    let mut found = Vec::new();
    scan(program, &whole, &mut found);
    if program == "net" || program == "net1" {
        found.extend(net_use(&whole));
    }
    let is_separator = |char: char| char.is_whitespace() || matches!(char, ',' | '\'' | '"' | '(' | ')');
    for word in command.words.iter().filter(|word| word.text.contains([' ', ','])) {
        let parts = word.text.split(is_separator).filter(|part| !part.is_empty());
        let parts: Vec<Part> = parts.map(|text| Part { text, is_literal: true, word }).collect();
        scan(program, &parts, &mut found);
    }
    found
}

/// A word or a part of one.
struct Part<'a> {
    text: &'a str,
    /// Whether the shell puts nothing in.
    is_literal: bool,
    word: &'a Word,
}

impl<'a> Part<'a> {
    fn secret(&self, text: &str, what: String) -> Option<Argument<'a>> {
        let text = text.trim_matches(['"', '\'']);
        secret::value(text).then(|| Argument { word: self.word, text: text.to_owned(), what })
    }
}

fn scan<'a>(program: &str, parts: &[Part<'a>], found: &mut Vec<Argument<'a>>) {
    let has_options = secret::has_options(program);
    for (at, part) in parts.iter().enumerate() {
        let next = parts.get(at + 1).filter(|next| next.is_literal && !next.text.starts_with('-'));
        let before = || parts[..at].iter().map(|part| part.text);
        let is_option = |name: &str| has_options && secret::option(program, before(), name);
        let is_secret = |name: &str| secret::name(name) == Some(Certainty::Sure);
        if let Some((name, value)) = attached(part.text) {
            let bare = name.trim_start_matches(['-', '/']);
            if (is_secret(bare) || is_option(name)) && part.is_literal && !value.is_empty() {
                found.extend(part.secret(value, format!("`{name}` is followed by a secret")));
            } else if program == "sc" && value.is_empty() && is_secret(bare) {
                found
                    .extend(next.and_then(|next| next.secret(next.text, format!("`{name}=` is followed by a secret"))));
            }
        } else if is_option(part.text) || part.text.strip_prefix('-').is_some_and(is_secret) {
            let what = format!("`{}` is followed by a secret", part.text);
            found.extend(next.and_then(|next| next.secret(next.text, what)));
        } else if program == "curl" && matches!(part.text, "-u" | "--user" | "-U" | "--proxy-user") {
            let pair = next.and_then(|next| Some((next, next.text.split_once(':')?.1)));
            found.extend(pair.and_then(|(next, password)| {
                next.secret(password, format!("`{}` is followed by a secret", part.text))
            }));
        }
    }
}

/// `-name=value`, `/name:value`, `NAME=value`; of `/p:NAME=value` the inner pair.
fn attached(text: &str) -> Option<(&str, &str)> {
    let at = memchr2(b'=', b':', text.as_bytes())?;
    let (name, value) = (&text[..at], &text[at + 1..]);
    let bare = name.trim_start_matches(['-', '/']);
    if text.as_bytes()[at] == b':' && bare.len() == name.len() {
        return None;
    }
    let is_outer = |bare: &str| ["p", "property", "d", "e"].iter().any(|outer| outer.eq_ignore_ascii_case(bare));
    if is_outer(bare) && value.contains('=') {
        return attached(value);
    }
    let is_name = |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.');
    (!bare.is_empty() && bare.chars().all(is_name)).then_some((name, value))
}

/// `net use [X:] \\server\share PASSWORD`.
fn net_use<'a>(parts: &[Part<'a>]) -> Option<Argument<'a>> {
    let (verb, rest) = parts.split_first()?;
    let mut rest = rest.iter().filter(|part| !part.text.starts_with('/'));
    let is_use = verb.text.eq_ignore_ascii_case("use");
    let share = rest.find(|part| part.text.starts_with(r"\\") || !part.is_literal);
    let password = rest.next().filter(|part| is_use && share.is_some() && part.is_literal)?;
    password.secret(password.text, "`net use` is given a password".to_owned())
}
