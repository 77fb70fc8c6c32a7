//! Reads the comments that ignore findings: wlint's own, hadolint's and BuildKit's.

use dockerfile::document::Document;
use dockerfile::facts::Date;
use dockerfile::source::Span;
use dockerfile::syntax::{Instruction, TokenKind};

use crate::Rule;

/// Whose comment it is, which decides what its names mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tool {
    /// `# wlint: ignore=`: ids of rules and names of groups.
    Wlint,
    /// `# hadolint ignore=`: `DL` and `SC` numbers.
    Hadolint,
    /// `# check=skip=`: names of BuildKit's checks, or `all`.
    BuildKit,
}

impl Tool {
    /// Whether a name stands for a rule.
    pub(super) fn covers(self, name: &str, rule: &Rule) -> bool {
        match self {
            Tool::Wlint => rule.id == name || rule.group.name() == name,
            Tool::Hadolint => rule.also.contains(&name),
            Tool::BuildKit if name == "all" => rule.also.iter().any(|also| !is_hadolint(also)),
            Tool::BuildKit => rule.also.contains(&name),
        }
    }
}

fn is_hadolint(name: &str) -> bool {
    name.len() == 6 && (name.starts_with("DL") || name.starts_with("SC"))
}

/// A comment that ignores findings.
#[derive(Clone, Debug)]
pub(crate) struct Suppression {
    pub(super) tool: Tool,
    /// The comment, from `#` on.
    pub(super) comment: Span,
    /// Where it holds; `None` is the whole file.
    pub(super) scope: Option<Span>,
    pub(super) names: Vec<Name>,
    /// What stands where `ignore` should, if it does not.
    pub(super) unknown_verb: Option<Name>,
    /// What stands behind `until=`.
    pub(super) until: Option<Name>,
    /// Whether it says why.
    pub(super) has_reason: bool,
}

/// A word of a comment.
#[derive(Clone, Debug)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) span: Span,
}

impl Suppression {
    /// Whether it ends, and has ended or ends on no day that there is.
    pub(super) fn is_over(&self, today: Date) -> bool {
        self.until.as_ref().is_some_and(|until| Date::parse(&until.text).is_none_or(|end| end < today))
    }
}

/// All comments of a file that ignore findings, in order of place.
pub(crate) fn read(document: &Document) -> Vec<Suppression> {
    let tree = &document.reading().tree;
    let mut found = Vec::new();
    let comments = tree.around.iter().filter(|token| matches!(token.kind, TokenKind::Comment | TokenKind::Directive));
    for token in comments {
        let text = document.source.slice(token.span);
        let is_directive = token.kind == TokenKind::Directive;
        let Some(parsed) = parse(text, token.span.start, is_directive) else { continue };
        let scope = (!parsed.whole_file).then(|| scope(&tree.instructions, token.span));
        let Parsed { tool, names, unknown_verb, until, has_reason, .. } = parsed;
        found.push(Suppression { tool, comment: token.span, scope, names, unknown_verb, until, has_reason });
    }
    found
}

/// The comment and the instruction that it stands in or before, with all that lies between them.
fn scope(instructions: &[Instruction], comment: Span) -> Span {
    let next = instructions.partition_point(|instruction| instruction.span.end <= comment.start);
    match instructions.get(next) {
        Some(instruction) => comment.to(instruction.span),
        None => comment,
    }
}

struct Parsed {
    tool: Tool,
    whole_file: bool,
    names: Vec<Name>,
    unknown_verb: Option<Name>,
    until: Option<Name>,
    has_reason: bool,
}

impl Parsed {
    /// The comment of another tool, of which only the names are known.
    fn of(tool: Tool, whole_file: bool, names: Vec<Name>) -> Parsed {
        Parsed { tool, whole_file, names, unknown_verb: None, until: None, has_reason: true }
    }
}

/// The comment `text`, which begins at `start`.
fn parse(text: &str, start: u32, is_directive: bool) -> Option<Parsed> {
    // The place of a part of the text in the file.
    let at = |part: &str| start + (part.as_ptr() as usize - text.as_ptr() as usize) as u32;
    let body = text.trim_start_matches('#').trim();
    let own = body.get(.."wlint".len()).filter(|word| word.eq_ignore_ascii_case("wlint"));
    if let Some(rest) = own.and_then(|word| strip_word(body, word)) {
        return wlint(rest, &at);
    }
    if let Some(rest) = strip_word(body, "hadolint") {
        let (rest, whole_file) = strip_word(rest, "global").map_or((rest, false), |rest| (rest, true));
        let list = strip_word(rest, "ignore")?.strip_prefix('=')?;
        return Some(Parsed::of(Tool::Hadolint, whole_file, names(list, &at)));
    }
    let value = strip_word(body, "check")?.strip_prefix('=')?.trim_start();
    // Before an instruction, BuildKit takes what follows a blank for a reason.
    let value = if is_directive { value } else { value.split(' ').next().unwrap_or_default() };
    let skip = value.split(';').find_map(|option| strip_word(option.trim(), "skip")?.strip_prefix('='))?;
    Some(Parsed::of(Tool::BuildKit, is_directive, names(skip, &at)))
}

/// What follows `wlint`: `: ignore=a,b until=2027-01-31; reason`. The colon may be missing, but then only `ignore=` makes it more
/// than a sentence about wlint.
fn wlint(rest: &str, at: &impl Fn(&str) -> u32) -> Option<Parsed> {
    let after_colon = rest.strip_prefix(':').map(str::trim_start);
    let body = after_colon.unwrap_or(rest);
    let verb_len = body.find(|char: char| !(char.is_ascii_alphanumeric() || char == '-')).unwrap_or(body.len());
    let (verb, rest) = body.split_at(verb_len);
    let list = rest.trim_start().strip_prefix('=');
    if let (Some(list), "ignore" | "ignore-file") = (list, verb.to_ascii_lowercase().as_str()) {
        let names = names(list, at);
        let (until, has_reason) = rest_of(list, &names, at);
        let unknown_verb = names.is_empty().then(|| word(verb, at));
        let whole_file = verb.eq_ignore_ascii_case("ignore-file");
        return Some(Parsed { tool: Tool::Wlint, whole_file, names, unknown_verb, until, has_reason });
    }
    after_colon?;
    let shown = if verb.is_empty() { body } else { verb };
    Some(Parsed { unknown_verb: Some(word(shown, at)), ..Parsed::of(Tool::Wlint, false, Vec::new()) })
}

/// What follows the names: `until=` and a day, and whether a reason comes then.
fn rest_of(list: &str, names: &[Name], at: &impl Fn(&str) -> u32) -> (Option<Name>, bool) {
    let end = names.last().map_or(0, |name| (name.span.end - at(list)) as usize);
    let between = |char: char| char.is_whitespace() || matches!(char, ';' | ',');
    let rest = list[end..].trim_start_matches(between);
    let until = rest.get(.."until=".len()).filter(|key| key.eq_ignore_ascii_case("until="));
    let Some(day) = until.and_then(|key| rest.strip_prefix(key)) else { return (None, !rest.is_empty()) };
    let day = &day[..day.find(between).unwrap_or(day.len())];
    let after = &rest["until=".len() + day.len()..];
    (Some(word(day, at)), !after.trim_start_matches(between).is_empty())
}

/// The names of a list: separated by commas, ended by a semicolon or by a second word, which begin a reason.
fn names(list: &str, at: &impl Fn(&str) -> u32) -> Vec<Name> {
    let list = list.split(';').next().unwrap_or_default();
    let mut names = Vec::new();
    for part in list.split(',') {
        let mut words = part.split_whitespace();
        names.extend(words.next().map(|name| word(name, at)));
        if words.next().is_some() {
            break;
        }
    }
    names
}

fn word(text: &str, at: &impl Fn(&str) -> u32) -> Name {
    let start = at(text);
    Name { text: text.to_owned(), span: Span::new(start, start + text.len() as u32) }
}

/// The rest of `text` after a first word, blanks before the rest taken off.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let rest = text.strip_prefix(word)?;
    (!rest.starts_with(|char: char| char.is_ascii_alphanumeric() || char == '-' || char == '_'))
        .then(|| rest.trim_start())
}
