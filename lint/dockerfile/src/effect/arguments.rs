//! Arguments, taken apart: switches of cmd, options of programs, parameters and lists of PowerShell.

use crate::script::{Quote, Word};

/// The texts of words.
pub(super) fn texts(words: &[Word]) -> Vec<&str> {
    words.iter().map(|word| word.text.as_str()).collect()
}

/// A program's name in lower case, without folder and without `.exe`.
pub(super) fn program(name: &str) -> String {
    bare(name).to_ascii_lowercase()
}

/// A program's name as written, without folder and without `.exe`.
pub(super) fn bare(name: &str) -> &str {
    // Hardly any name has blanks around it, and to look for those of Unicode takes longer than all the rest.
    let is_bare = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let has_blanks = !is_bare(name.as_bytes().first()) || !is_bare(name.as_bytes().last());
    let name = if has_blanks { name.trim() } else { name };
    let name = &name[memchr::memrchr2(b'/', b'\\', name.as_bytes()).map_or(0, |at| at + 1)..];
    let end = name.len().checked_sub(4).filter(|&at| name.is_char_boundary(at));
    let is_program = |end: &str| end.eq_ignore_ascii_case(".exe") || end.eq_ignore_ascii_case(".com");
    end.filter(|&at| is_program(&name[at..])).map_or(name, |at| &name[..at])
}

/// An argument to keep.
pub(super) fn owned(argument: Option<&&str>) -> Option<String> {
    argument.map(|&argument| argument.to_owned())
}

/// The switches of a cmd built-in in lower case (`/s/q` is two), and what else there is.
pub(super) fn cmd_switches<'a>(arguments: &[&'a str]) -> (Vec<String>, Vec<&'a str>) {
    let (mut switches, mut rest) = (Vec::new(), Vec::new());
    for argument in arguments {
        match argument.strip_prefix('/') {
            Some(all) => switches.extend(all.split('/').map(str::to_ascii_lowercase)),
            None => rest.push(*argument),
        }
    }
    (switches, rest)
}

/// Options of a program that takes them as GNU's do: `-o x`, `-ox`, `-abc`, `--output x`, `--output=x`.
#[derive(Debug, Default)]
pub(super) struct Options<'a> {
    /// Each option without dashes (a short one is one character), with its value.
    pub(super) given: Vec<(&'a str, Option<&'a str>)>,
    /// What is no option.
    pub(super) rest: Vec<&'a str>,
}

impl<'a> Options<'a> {
    /// Takes arguments apart. `short` are the letters and `long` the names that take a value.
    pub(super) fn read(arguments: &[&'a str], short: &str, long: &[&str]) -> Self {
        let mut options = Options::default();
        let mut arguments = arguments.iter().copied();
        while let Some(argument) = arguments.next() {
            if let Some(name) = argument.strip_prefix("--").filter(|name| !name.is_empty()) {
                let (name, mut value) = name.split_once('=').map_or((name, None), |(name, value)| (name, Some(value)));
                if value.is_none() && long.contains(&name) {
                    value = arguments.next();
                }
                options.given.push((name, value));
            } else if let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) {
                for (index, letter) in letters.char_indices() {
                    let (name, after) = letters[index..].split_at(letter.len_utf8());
                    if short.contains(letter) {
                        options.given.push((name, if after.is_empty() { arguments.next() } else { Some(after) }));
                        break;
                    }
                    options.given.push((name, None));
                }
            } else {
                options.rest.push(argument);
            }
        }
        options
    }

    /// Whether one of the options is given.
    pub(super) fn has(&self, names: &[&str]) -> bool {
        self.given.iter().any(|(name, _)| names.contains(name))
    }

    /// The value of the last of the options that is given.
    pub(super) fn value(&self, names: &[&str]) -> Option<&'a str> {
        let given = self.given.iter().filter(|(name, _)| names.contains(name));
        given.filter_map(|(_, value)| *value).next_back()
    }

    /// The values of all of the options that are given.
    pub(super) fn values(&self, names: &[&str]) -> impl Iterator<Item = &'a str> {
        self.given.iter().filter(|(name, _)| names.contains(name)).filter_map(|(_, value)| *value)
    }
}

/// Parameters that take no value, in lower case, over all cmdlets that are looked at here.
const SWITCHES: &[&str] = &[
    "allowclobber",
    "all",
    "append",
    "asjob",
    "confirm",
    "disablekeepalive",
    "force",
    "includeallsubfeature",
    "includemanagementtools",
    "loaduserprofile",
    "noclobber",
    "nonewline",
    "nonewwindow",
    "norestart",
    "online",
    "passthru",
    "recurse",
    "restart",
    "skipcertificatecheck",
    "skippublishercheck",
    "trustrepository",
    "usebasicparsing",
    "usedefaultcredentials",
    "usenewenvironment",
    "verbose",
    "wait",
    "whatif",
    "accountneverexpires",
    "passwordneverexpires",
    "usermaynotchangepassword",
    "nopassword",
    "acceptlicense",
    "allowprerelease",
    "container",
    "resume",
    "asplaintext",
];

/// The arguments of a cmdlet: by name and by position.
#[derive(Debug, Default)]
pub(super) struct Bound<'a> {
    named: Vec<(&'a str, Option<Value<'a>>)>,
    positional: Vec<&'a Word>,
}

/// A value: a word, or what follows the colon of `-Name:value`.
#[derive(Clone, Copy, Debug)]
pub(super) enum Value<'a> {
    Word(&'a Word),
    Text(&'a str),
}

impl Value<'_> {
    pub(super) fn text(&self) -> String {
        match self {
            Value::Word(word) => word.text.clone(),
            Value::Text(text) => unquote(text).to_owned(),
        }
    }

    /// The items of a list.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            Value::Word(word) => items(word),
            Value::Text(text) => split_list(text),
        }
    }
}

/// Binds words to parameters: by a prefix of the name, else by position. The one place to replace when cmdlets
/// are described in full.
pub(super) fn bind(words: &[Word]) -> Bound<'_> {
    let mut bound = Bound::default();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        at += 1;
        let Some(name) = parameter(word) else {
            bound.positional.push(word);
            continue;
        };
        if let Some((name, value)) = name.split_once(':') {
            // The value stands in this word, or after the colon as the next.
            let next = words.get(at).filter(|_| value.is_empty());
            at += usize::from(next.is_some());
            bound.named.push((name, Some(next.map_or(Value::Text(value), Value::Word))));
            continue;
        }
        let is_switch = is_switch(name);
        let value = words.get(at).filter(|next| !is_switch && parameter(next).is_none());
        at += usize::from(value.is_some());
        bound.named.push((name, value.map(Value::Word)));
    }
    bound
}

/// Whether a name, which may be shortened, takes no value. Of single letters only those in use are taken for one:
/// `-o` is rather `-OutFile`.
fn is_switch(name: &str) -> bool {
    let first = name.as_bytes().first().map(u8::to_ascii_lowercase);
    let begins = |switch: &&str| switch.as_bytes().first().copied() == first && is_prefix(name, switch);
    match name.len() {
        0 | 1 => matches!(first, Some(b'f' | b'r' | b'v' | b'w')),
        // Not `-PasswordNeverExpires`: a whole name goes before what it begins.
        _ if name.eq_ignore_ascii_case("password") => false,
        _ => SWITCHES.iter().any(begins),
    }
}

impl<'a> Bound<'a> {
    /// Whether a parameter is given, in full or as a prefix.
    pub(super) fn has(&self, name: &str) -> bool {
        self.named.iter().any(|(written, _)| is_prefix(written, name))
    }

    /// Whether a switch is given and not switched off with `:$false`.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.named.iter().any(|(written, value)| {
            is_prefix(written, name) && !value.is_some_and(|value| value.text().eq_ignore_ascii_case("$false"))
        })
    }

    /// The value of the first of these parameters that is given.
    pub(super) fn named(&self, names: &[&str]) -> Option<Value<'a>> {
        names.iter().find_map(|name| {
            self.named
                .iter()
                .find(|(written, value)| value.is_some() && is_prefix(written, name))
                .and_then(|(_, value)| *value)
        })
    }

    /// The value of a parameter that may also stand at a position; positions count those parameters only that
    /// are not named. `before` are the parameters with lower positions.
    pub(super) fn value(&self, names: &[&str], before: &[&[&str]]) -> Option<Value<'a>> {
        self.named(names).or_else(|| {
            let position = before.iter().filter(|names| self.named(names).is_none()).count();
            self.positional.get(position).copied().map(Value::Word)
        })
    }

    /// All words without a parameter's name.
    pub(super) fn positional(&self) -> &[&'a Word] {
        &self.positional
    }
}

fn is_prefix(written: &str, name: &str) -> bool {
    !written.is_empty() && name.get(..written.len()).is_some_and(|start| start.eq_ignore_ascii_case(written))
}

/// The name after the dash, where a word is a parameter and not a value.
fn parameter(word: &Word) -> Option<&str> {
    // Most words begin with neither, and that a byte tells.
    if word.quote != Quote::None || !matches!(word.raw.as_bytes().first(), Some(b'-' | 0xE2)) {
        return None;
    }
    let name = word.raw.strip_prefix(['-', '\u{2013}'])?;
    name.starts_with(|first: char| first.is_ascii_alphabetic()).then_some(name)
}

/// The items of a list word (`'a', 'b'`, `@('a', 'b')`); another word is one item.
pub(super) fn items(word: &Word) -> Vec<String> {
    if word.quote == Quote::None && (word.raw.contains(',') || word.raw.starts_with("@(")) {
        split_list(&word.raw)
    } else {
        vec![word.text.clone()]
    }
}

fn split_list(raw: &str) -> Vec<String> {
    let inner = raw.trim();
    let inner = inner.strip_prefix("@(").or_else(|| inner.strip_prefix('(')).and_then(|rest| rest.strip_suffix(')'));
    let parts = split_outside_quotes(inner.unwrap_or(raw), |char| char == ',');
    parts.iter().map(|part| unquote(part.trim()).to_owned()).filter(|part| !part.is_empty()).collect()
}

/// A command line taken apart at its blanks, quotes undone.
pub(super) fn split_command_line(line: &str) -> Vec<String> {
    let parts = split_outside_quotes(line, char::is_whitespace);
    parts.iter().map(|part| part.replace('"', "")).filter(|part| !part.is_empty()).collect()
}

fn split_outside_quotes(text: &str, is_separator: fn(char) -> bool) -> Vec<&str> {
    let (mut parts, mut start, mut open) = (Vec::new(), 0, None);
    for (at, char) in text.char_indices() {
        match open {
            Some(quote) if char == quote => open = None,
            None if char == '"' || char == '\'' => open = Some(char),
            None if is_separator(char) => {
                parts.push(&text[start..at]);
                start = at + char.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

pub(super) fn unquote(text: &str) -> &str {
    for quote in ['\'', '"'] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}
