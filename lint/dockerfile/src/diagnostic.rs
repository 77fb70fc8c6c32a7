//! What is wrong in a user's file, where, and how to mend it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::source::{Source, Span};

/// How bad it is, from least to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Anything that costs neither time nor safety.
    Style,
    /// It costs time or size.
    Info,
    /// It works today and is fragile or unsafe.
    Warning,
    /// The build fails or hangs, the image is another than the file says, or a secret leaks.
    Error,
}

impl Severity {
    /// The name in reports and settings.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Style => "style",
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of a name, if there is one.
    pub fn from_name(name: &str) -> Option<Severity> {
        [Severity::Style, Severity::Info, Severity::Warning, Severity::Error]
            .into_iter()
            .find(|severity| severity.name() == name)
    }
}

/// A second place that belongs to the finding, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What to look at there.
    pub text: String,
}

/// One replacement of text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edit {
    /// What goes.
    pub span: Span,
    /// What comes.
    pub text: String,
}

impl Edit {
    /// Replaces `span` by `text`.
    pub fn replace(span: Span, text: impl Into<String>) -> Self {
        Edit { span, text: text.into() }
    }

    /// Puts `text` at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Edit::replace(Span::at(offset), text)
    }

    /// Takes `span` out.
    pub fn delete(span: Span) -> Self {
        Edit::replace(span, "")
    }
}

/// May a fix be applied without a look?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Safety {
    /// The image stays the same but for the mistake.
    Safe,
    /// It is likely what the author meant, and changes more than the mistake.
    Suggested,
}

/// How to mend a finding: edits that only make sense together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words.
    pub title: String,
    /// Whether it may be applied unseen.
    pub safety: Safety,
    /// The edits, in order of place, without overlap.
    pub edits: Vec<Edit>,
    /// Also write the file as UTF-8 without byte order mark.
    pub transcode: bool,
    /// It changes how the rest of the file is read, so no other fix may be applied together with it.
    pub alone: bool,
}

impl Fix {
    /// A fix that leaves the image the same but for the mistake.
    pub fn safe(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { title: title.into(), safety: Safety::Safe, edits: sorted(edits), transcode: false, alone: false }
    }

    /// A fix that wants a look.
    pub fn suggested(title: impl Into<String>, edits: Vec<Edit>) -> Self {
        Fix { title: title.into(), safety: Safety::Suggested, edits: sorted(edits), transcode: false, alone: false }
    }

    /// The same fix, never to be applied together with another one.
    pub fn alone(self) -> Self {
        Fix { alone: true, ..self }
    }
}

fn sorted(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.sort();
    edits
}

/// A finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule's id.
    pub rule: &'static str,
    /// The rule's group.
    pub group: &'static str,
    /// How bad it is, after the user's settings.
    pub severity: Severity,
    /// What is wrong: lower case, no full stop, at most 80 characters where the user's names allow.
    pub message: String,
    /// What to do.
    pub help: String,
    /// What the builder or the shell makes of it, where that is not what stands there.
    pub seen: Option<String>,
    /// Where.
    pub span: Span,
    /// Other places that belong to it.
    pub labels: Vec<Label>,
    /// How to mend it.
    pub fix: Option<Fix>,
    /// What no report may show: where the values of secrets stand, all of the file's, sorted and apart.
    pub secrets: Arc<[Span]>,
}

/// The bytes of the file after the edits of one or more fixes: encoding, byte order mark and everything
/// outside the edits stay as they are, unless `transcode` asks for plain UTF-8. New lines in the edits take
/// the file's line ending. The edits must be sorted and must not overlap; see [`merge`].
pub fn apply(source: &Source, edits: &[Edit], transcode: bool) -> Vec<u8> {
    let newline = source.newline();
    let mut out = if transcode { Vec::new() } else { source.mark().to_vec() };
    let copy = |out: &mut Vec<u8>, span: Span| {
        if transcode {
            out.extend_from_slice(source.slice(span).as_bytes());
        } else {
            out.extend_from_slice(source.original(span));
        }
    };
    let mut at = 0;
    for edit in edits {
        copy(&mut out, Span::new(at, edit.span.start));
        let text =
            if newline == "\n" { edit.text.clone() } else { edit.text.replace("\r\n", "\n").replace('\n', newline) };
        out.extend(if transcode { text.into_bytes() } else { source.encode(&text) });
        at = edit.span.end;
    }
    copy(&mut out, Span::new(at, source.text().len() as u32));
    out
}

/// The edits of all fixes that can be applied together, sorted: a fix of which one edit overlaps an edit taken
/// before is left out as a whole, and so is a second insertion at one place unless it is the same one, and a fix
/// whose own edits overlap. A fix that wants to be alone is taken only when it is the first. Returns the edits,
/// whether one of the fixes transcodes, and how many fixes were taken.
pub fn merge<'a>(fixes: impl IntoIterator<Item = &'a Fix>) -> (Vec<Edit>, bool, usize) {
    let (mut edits, mut transcode, mut taken): (BTreeSet<&Edit>, bool, usize) = (BTreeSet::new(), false, 0);
    for fix in fixes {
        let fresh: Vec<&Edit> = fix.edits.iter().filter(|edit| !edits.contains(edit)).collect();
        let clash = fresh.iter().any(|new| clashes(&edits, new));
        let broken = fix.edits.windows(2).any(|pair| pair[1].span.start < pair[0].span.end);
        if clash || broken || (fresh.is_empty() && !fix.transcode) || fix.alone && taken > 0 {
            continue;
        }
        edits.extend(fresh);
        transcode |= fix.transcode;
        taken += 1;
        if fix.alone {
            break;
        }
    }
    (edits.into_iter().cloned().collect(), transcode, taken)
}

/// Whether a new edit overlaps one of those taken. As they do not overlap each other, only its neighbours can.
fn clashes(edits: &BTreeSet<&Edit>, new: &Edit) -> bool {
    let before = edits.range::<Edit, _>(..new).next_back();
    let after = edits.range::<Edit, _>(new..).next();
    before.into_iter().chain(after).any(|old| overlap(old.span, new.span))
}

/// Whether two edited spans touch in a way that makes the order of the edits matter.
fn overlap(a: Span, b: Span) -> bool {
    a.start < b.end && b.start < a.end
        || a.start == b.start
        || (a.is_empty() || b.is_empty()) && (a.end == b.start || b.end == a.start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_keep_mark_encoding_and_line_endings() {
        let source = Source::new("\u{FEFF}FROM a\r\nRUN b\r\n".into());
        let bytes = apply(&source, &[Edit::insert(0, "# x\n")], false);
        assert_eq!(String::from_utf8(bytes).unwrap(), "\u{FEFF}# x\r\nFROM a\r\nRUN b\r\n");
        let utf16 =
            Source::new([vec![0xFF, 0xFE], "FROM a".encode_utf16().flat_map(u16::to_le_bytes).collect()].concat());
        assert_eq!(apply(&utf16, &[Edit::replace(Span::new(5, 6), "b")], true), b"FROM b");
        assert_eq!(apply(&utf16, &[], false)[..2], [0xFF, 0xFE]);
    }

    #[test]
    fn fixes_that_overlap_wait_for_the_next_round() {
        let a = Fix::safe("a", vec![Edit::replace(Span::new(0, 3), "x")]);
        let b = Fix::safe("b", vec![Edit::replace(Span::new(2, 5), "y"), Edit::insert(9, "z")]);
        let c = Fix::safe("c", vec![Edit::insert(7, "w")]);
        let (edits, _, taken) = merge([&a, &b, &c, &c]);
        assert_eq!((edits.len(), taken), (2, 2));
        assert_eq!(edits, [a.edits, c.edits].concat());
    }

    #[test]
    fn of_two_insertions_at_one_place_the_first_is_taken_and_the_same_one_once() {
        let a = Fix::safe("a", vec![Edit::insert(0, "# escape=`\n")]);
        let b = Fix::safe("b", vec![Edit::insert(0, "# escape=`\n"), Edit::insert(5, "x")]);
        let c = Fix::safe("c", vec![Edit::insert(0, "# syntax=y\n")]);
        let (edits, _, taken) = merge([&a, &b, &c]);
        assert_eq!((edits.len(), taken), (2, 2));
    }

    #[test]
    fn a_fix_that_wants_to_be_alone_is() {
        let a = Fix::safe("a", vec![Edit::insert(0, "x")]);
        let b = Fix::safe("b", vec![Edit::insert(9, "y")]).alone();
        assert_eq!(merge([&a, &b]).0, a.edits);
        assert_eq!(merge([&b, &a]).0, b.edits);
    }

    #[test]
    fn a_fix_that_contradicts_itself_is_left_out() {
        let broken = Fix::safe("a", vec![Edit::replace(Span::new(0, 4), "x"), Edit::replace(Span::new(2, 5), "y")]);
        assert_eq!(merge([&broken]), (Vec::new(), false, 0));
    }
}
