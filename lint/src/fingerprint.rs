//! What stays of a finding when lines move: its rule, the text that it points at, and the instruction around it.

use std::collections::HashMap;

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::diagnostic::Diagnostic;
use dockerfile::document::Document;
use dockerfile::source::{Source, Span};
use sha2::{Digest, Sha256};

/// A finding without its place. Secrets have no part in it, so that a hash tells nothing of their values.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint {
    /// The rule's id.
    pub rule: &'static str,
    /// Of the text that the finding points at.
    pub text: String,
    /// Of the instruction that it stands in.
    pub instruction: String,
}

/// Where a finding stands, told by what is around: an instruction that was edited still has one of its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The stage, from 0 on.
    pub stage: usize,
    /// Of the instruction before that of the finding; none before the first.
    pub before: Option<String>,
    /// Of the instruction after it, in the same stage.
    pub after: Option<String>,
}

impl Place {
    /// Whether it is the same place but for one of its neighbours.
    pub fn is_near(&self, other: &Place) -> bool {
        let after = self.after.is_some() && self.after == other.after;
        self.stage == other.stage && (self.before == other.before || after)
    }
}

/// Those of the findings of a file, in their order.
pub fn of(document: &Document, diagnostics: &[Diagnostic]) -> Vec<Fingerprint> {
    let source = &document.source;
    let of = |diagnostic: &Diagnostic| {
        let secrets = &diagnostic.secrets;
        Fingerprint {
            rule: diagnostic.rule,
            text: hash(&[&normal(source, diagnostic.span, secrets)]),
            instruction: hash(&[&normal(source, around(document, diagnostic.span), secrets)]),
        }
    };
    diagnostics.iter().map(of).collect()
}

/// Where the findings of a file stand, in their order.
pub fn places(document: &Document, diagnostics: &[Diagnostic]) -> Vec<Place> {
    let instructions = &document.reading().instructions;
    let is_from = |instruction: &&Instruction| instruction.keyword == Some(Keyword::From);
    let stages: Vec<u32> = instructions.iter().filter(is_from).map(|from| from.span.start).collect();
    let of = |diagnostic: &Diagnostic| {
        let next = instructions.partition_point(|instruction| instruction.span.end < diagnostic.span.start);
        let is_in = instructions.get(next).is_some_and(|instruction| instruction.span.start <= diagnostic.span.start);
        let (before, rest) = (&instructions[..next], &instructions[next + usize::from(is_in)..]);
        let known =
            |instruction: &Instruction| hash(&[&normal(&document.source, instruction.span, &diagnostic.secrets)]);
        Place {
            stage: stages.partition_point(|from| *from <= diagnostic.span.start).saturating_sub(1),
            before: before.last().map(known),
            after: rest.first().filter(|next| !is_from(next)).map(known),
        }
    };
    diagnostics.iter().map(of).collect()
}

/// One text for each finding, which no other finding of the same path has.
pub fn unique(path: &str, fingerprints: &[Fingerprint]) -> Vec<String> {
    let mut seen: HashMap<Fingerprint, usize> = HashMap::new();
    let of = |fingerprint: &Fingerprint| {
        let Fingerprint { rule, text, instruction } = fingerprint;
        let number = seen.entry(fingerprint.clone()).and_modify(|number| *number += 1).or_default();
        hash(&[path, rule, text, instruction, &number.to_string()])
    };
    fingerprints.iter().map(of).collect()
}

/// The instruction that a place lies in, or the line when it lies in none.
fn around(document: &Document, span: Span) -> Span {
    let instructions = &document.reading().instructions;
    let next = instructions.partition_point(|instruction| instruction.span.end < span.start);
    match instructions.get(next) {
        Some(instruction) if instruction.span.start <= span.start => instruction.span,
        _ => document.source.line_span(document.source.line_of(span.start)),
    }
}

/// A text with one blank for all space, and without secrets.
fn normal(source: &Source, span: Span, secrets: &[Span]) -> String {
    let mut shown = String::new();
    let mut at = span.start;
    let first = secrets.partition_point(|secret| secret.end <= span.start);
    for secret in secrets[first..].iter().take_while(|secret| secret.start < span.end) {
        shown.push_str(source.slice(Span::new(at, secret.start.max(at))));
        shown.push_str("***");
        at = secret.end.min(span.end);
    }
    shown.push_str(source.slice(Span::new(at, span.end)));
    shown.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// 64 bits are plenty for one file and short enough to read.
fn hash(parts: &[&str]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use dockerfile::document::Builder;
    use rules::Settings;

    use super::*;

    fn fingerprints(text: &str) -> Vec<Fingerprint> {
        let document = Document::new(Source::new(text.into()), Builder::Any);
        of(&document, &rules::check(&document, &Settings::only(&["multiple-cmd-entrypoint", "secret-in-env-arg"])))
    }

    #[test]
    fn lines_and_blanks_may_move() {
        let before = fingerprints("FROM x\nCMD a b\nCMD c\n");
        assert_eq!(before.len(), 1);
        assert_eq!(fingerprints("# new\r\n\r\nFROM x\r\nCMD  a  b\r\nCMD c\r\n"), before);
        assert_ne!(fingerprints("FROM x\nCMD b a\nCMD c\n"), before);
    }

    #[test]
    fn the_value_of_a_secret_has_no_part_in_it() {
        let before = fingerprints("FROM x\nENV DB_PASSWORD=S3cret-one\n");
        assert_eq!(before.len(), 1);
        assert_eq!(fingerprints("FROM x\nENV DB_PASSWORD=0ther-and-longer!\n"), before);
    }

    #[test]
    fn equal_findings_are_told_apart() {
        let two = fingerprints("FROM x\nCMD a\nCMD a\nCMD a\n");
        assert_eq!((two.len(), &two[0]), (2, &two[1]));
        let texts = unique("Dockerfile", &two);
        assert_ne!(texts[0], texts[1]);
        assert_eq!(texts[0].len(), 16);
    }
}
