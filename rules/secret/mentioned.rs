//! Secrets of which no rule speaks, and which no report may show all the same: in comments, in heredocs, and in lines
//! that the builder cannot read.

use std::ops::Range;

use dockerfile::ast::Kind;
use dockerfile::document::Document;
use dockerfile::facts::secret::{self, Certainty};
use dockerfile::source::Span;
use memchr::memchr_iter;

use super::{File, Secret};

/// The values of `NAME=value` in the whole text, by the names.
pub(crate) fn spans(document: &Document) -> Vec<Span> {
    let text = document.source.text();
    values(text).map(|range| Span::new(range.start as u32, range.end as u32)).collect()
}

/// The same in instructions that no builder knows: what is said of them quotes them.
pub(super) fn find(File { document, .. }: File) -> Vec<Secret> {
    let mut found = Vec::new();
    for instruction in &document.reading().instructions {
        if !matches!(instruction.innermost().kind, Kind::Unknown) {
            continue;
        }
        let text = document.source.slice(instruction.span);
        for range in values(text) {
            let start = instruction.span.start;
            let span = Span::new(start + range.start as u32, start + range.end as u32);
            let text = text[range].to_owned();
            found.push(Secret { rule: "", span, text, message: String::new(), help: String::new() });
        }
    }
    found
}

fn values(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    memchr_iter(b'=', text.as_bytes()).filter_map(|at| {
        let is_other = |byte: &u8| !byte.is_ascii_alphanumeric() && !matches!(byte, b'_' | b'-' | b'.');
        let name = &text[text.as_bytes()[..at].iter().rposition(is_other).map_or(0, |other| other + 1)..at];
        if secret::name(name) != Some(Certainty::Sure) {
            return None;
        }
        let rest = &text[at + 1..];
        let (start, end) = match rest.chars().next()? {
            quote @ ('"' | '\'') => (1, rest[1..].find([quote, '\n']).map_or(rest.len(), |len| len + 1)),
            _ => (0, rest.find([' ', '\t', '\r', '\n', '"', '\'', ';']).unwrap_or(rest.len())),
        };
        secret::value(&rest[start..end]).then(|| at + 1 + start..at + 1 + end)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_names() {
        let text = "# DB_PASSWORD=a1b2 x\npassword='c d1'\n--token=e5f6; TOKEN_URL=https://x é=1 =2 API_KEY=$X SA_PASSWORD=\"g7";
        let found: Vec<&str> = values(text).map(|range| &text[range]).collect();
        assert_eq!(found, ["a1b2", "c d1", "e5f6", "g7"]);
    }
}
