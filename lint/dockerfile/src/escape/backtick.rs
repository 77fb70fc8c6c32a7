//! The same file with the backtick as escape character.

use crate::ast::{Instruction, Keyword, Kind, Word};
use crate::diagnostic::{self, Edit};
use crate::document::{Document, Reading};
use crate::source::{Source, Span};
use crate::windows_path::Paths;

use super::{kept, named_after, plain, takes_paths};

/// The edits that make the backtick the escape character of a file and leave everything as its author meant it:
/// the directive, the continuations, and the backslashes that escape something. `None` where the file would not
/// say the same.
pub fn to_backtick(document: &Document) -> Option<Vec<Edit>> {
    let reading = document.reading();
    let mut edits = directive(document);
    if reading.tree.escape == '\\' {
        let joins = reading.tree.instructions.iter().flat_map(|instruction| &instruction.joins);
        let backslashes = joins.filter(|join| document.source.slice(join.escape) == "\\");
        edits.extend(backslashes.map(|join| Edit::replace(join.escape, "`")));
        for instruction in &reading.instructions {
            edits.extend(unescaped(instruction.innermost())?);
        }
    }
    edits.sort();
    says_the_same(document, &edits).then_some(edits)
}

/// Whether the file after these edits says to the builder what its author meant before, `\` read as written.
pub fn says_the_same(document: &Document, edits: &[Edit]) -> bool {
    let new = Document::new(Source::new(diagnostic::apply(&document.source, edits, false)), document.builder);
    let stops = |reading: &Reading| reading.problems.iter().filter(|problem| !problem.kind.is_warning()).count();
    let (before, after) = (said(document.reading(), &document.source), said(&new.built, &new.source));
    new.meant.is_none() && before.is_some() && before == after && stops(&new.built) <= stops(document.reading())
}

/// Puts the directive where it counts and takes out those that do not.
fn directive(document: &Document) -> Vec<Edit> {
    let source = &document.source;
    let directives = &document.built.tree.directives;
    let (count, vain): (Vec<_>, Vec<_>) = directives.iter().partition(|directive| directive.counts);
    if let Some(own) = count.iter().find(|directive| directive.name == "escape") {
        return if own.value == "`" { Vec::new() } else { vec![Edit::replace(own.value_span, "`")] };
    }
    let vain = vain.iter().filter(|directive| directive.name == "escape");
    let mut edits: Vec<Edit> = vain
        .map(|directive| Span::new(source.line_span(directive.line).start, source.line_end(directive.line)))
        .map(Edit::delete)
        .collect();
    let at = count.last().map_or(0, |last| source.line_end(last.line));
    edits.push(Edit::insert(at, "# escape=`\n"));
    edits
}

/// The edits that spell the escapes of an instruction's words with the backtick; `None` where a backslash is lost
/// that no path wants back.
fn unescaped(instruction: &Instruction) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for word in expanded_words(instruction) {
        let text = word.as_str();
        if !text.contains('\\') {
            continue;
        }
        let expanded = plain(&word.text, '\\')?;
        let mut paths = Paths::new(text);
        let mut is_path = |span: Span| {
            let at = word.text.range_of(span).map(|range| range.start);
            takes_paths(instruction) || at.is_some_and(|at| paths.at(at).is_some())
        };
        for &span in &expanded.escapes {
            // `C:\data\$X` may want the backslash, the variable, or both.
            if named_after(word, span).is_some() && is_path(span) {
                return None;
            }
            let after = word.text.range_of(span)?.end;
            edits.push(Edit::replace(span, if text[after..].starts_with('\\') { "" } else { "`" }));
        }
        if !expanded.lost.iter().all(|&span| is_path(span)) {
            return None;
        }
    }
    Some(edits)
}

/// All words of an instruction that the builder expands.
fn expanded_words(instruction: &Instruction) -> Vec<&Word> {
    match &instruction.kind {
        Kind::From(from) => from.image.iter().chain(&from.name).chain(&from.extra).collect(),
        Kind::Copy(copy) => copy.sources.iter().chain(&copy.dest).collect(),
        Kind::Pairs(pairs) | Kind::Args(pairs) => {
            pairs.iter().flat_map(|pair| std::iter::once(&pair.name).chain(&pair.value)).collect()
        }
        Kind::Text(Some(word)) if instruction.keyword != Some(Keyword::Maintainer) => vec![word],
        Kind::List { words, .. } => words.iter().collect(),
        _ => Vec::new(),
    }
}

/// What an instruction says, however it is spelt.
#[derive(PartialEq, Eq)]
struct Said {
    keywords: [Option<Keyword>; 2],
    flags: Vec<String>,
    words: Vec<String>,
    heredocs: Vec<(String, String)>,
}

/// What a reading says, with the backslashes that the builder takes left in; `None` where that cannot be told.
fn said(reading: &Reading, source: &Source) -> Option<Vec<Said>> {
    let escape = reading.tree.escape;
    let one = |outer: &Instruction| {
        let instruction = outer.innermost();
        let text = |word: &&Word| kept(&word.text, escape);
        let mut words: Vec<String> = expanded_words(instruction).iter().map(text).collect::<Option<_>>()?;
        if words.is_empty() {
            words.push(instruction.args.text().to_owned());
        }
        // The builder cuts values off before an escape character at the very end, which escapes nothing.
        let pairs = matches!(instruction.kind, Kind::Pairs(_) | Kind::Args(_));
        let last = words.last_mut().filter(|word| pairs && escape == '\\' && !word.ends_with('\\'));
        if let Some(last) = last.filter(|_| instruction.args.text().ends_with('\\')) {
            last.push('\\');
        }
        let heredocs = instruction.heredocs.iter().map(|heredoc| {
            let body = source.slice(heredoc.body).replace('\r', "");
            // The builder expands these bodies with the escape character.
            let is_plain = !heredoc.expand || !body.contains(['\\', '`']);
            is_plain.then(|| (heredoc.name.clone(), body))
        });
        Some(Said {
            keywords: [outer.keyword, instruction.keyword],
            flags: instruction.flags.iter().map(|flag| flag.text.text().to_owned()).collect(),
            heredocs: heredocs.collect::<Option<_>>()?,
            words,
        })
    };
    reading.instructions.iter().map(one).collect()
}
