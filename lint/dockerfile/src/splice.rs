//! Text put together from pieces of the source, with the way back to where each byte was written.

use std::ops::Range;

use crate::source::Span;

/// A joined text: an instruction without its continuations, a script without its quoting, a decoded JSON
/// string. Every byte knows which bytes of the source it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spliced {
    text: String,
    /// The first piece, which any text but an empty one has. It stands by itself, since most texts have no other.
    first: Piece,
    more: Vec<Piece>,
}

/// Where the text from `at` up to the next piece comes from. In a verbatim piece byte follows byte;
/// otherwise the whole piece stands for the whole span (an escape sequence and what it means).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Piece {
    at: u32,
    source: Span,
    verbatim: bool,
}

impl Piece {
    /// The source of a part of it, from one place of the text up to another.
    fn source_of(self, from: usize, to: usize) -> Span {
        if self.verbatim {
            let start = self.source.start + (from as u32 - self.at);
            Span::new(start, start + (to - from) as u32)
        } else {
            self.source
        }
    }
}

impl Spliced {
    /// A piece of the source as it stands there.
    pub fn verbatim(text: &str, start: u32) -> Self {
        let mut spliced = Spliced::default();
        spliced.push(text, Span::new(start, start + text.len() as u32));
        spliced
    }

    /// Appends `text`, which stands for `source`: byte for byte where both have one length.
    pub fn push(&mut self, text: &str, source: Span) {
        self.push_piece(text, source, source.len() as usize == text.len());
    }

    fn push_piece(&mut self, text: &str, source: Span, verbatim: bool) {
        if text.is_empty() {
            return;
        }
        self.note(Piece { at: self.text.len() as u32, source, verbatim });
        self.push_text(text);
    }

    /// Adds the piece of a text that is put in as well.
    fn note(&mut self, piece: Piece) {
        if piece.at == 0 {
            self.first = piece;
            return;
        }
        let last = self.more.last_mut().unwrap_or(&mut self.first);
        if last.source.end == piece.source.start && last.verbatim && piece.verbatim {
            last.source.end = piece.source.end;
        } else {
            self.more.push(piece);
        }
    }

    fn push_text(&mut self, text: &str) {
        if self.text.is_empty() {
            // Most texts get nothing more.
            self.text = text.to_owned();
        } else {
            self.text.push_str(text);
        }
    }

    /// Appends a part of another spliced text.
    pub fn push_from(&mut self, other: &Spliced, range: Range<usize>) {
        let range = range.start..range.end.min(other.text.len());
        if range.is_empty() {
            return;
        }
        let mut index = other.piece_at(range.start);
        let at = self.text.len() as u32;
        loop {
            let piece = other.piece(index);
            let (from, to) = other.part(index, &range);
            let at = at + (from - range.start) as u32;
            self.note(Piece { at, source: piece.source_of(from, to), ..piece });
            if to == range.end {
                break;
            }
            index += 1;
        }
        self.push_text(&other.text[range]);
    }

    /// Appends `text`, which as a whole stands for a part of another spliced text: an escape sequence and its
    /// meaning, a variable and its value. That both have one length makes no byte of it stand for a byte there.
    pub fn push_meaning(&mut self, text: &str, other: &Spliced, range: Range<usize>) {
        self.push_piece(text, other.span(range), false);
    }

    /// A part, with its own way back.
    pub fn slice(&self, range: Range<usize>) -> Spliced {
        let mut part = Spliced::default();
        part.push_from(self, range);
        part
    }

    /// The joined text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The source of a range of the text: from the first byte that it stands for to the last. Between them
    /// may lie what the joining took out (continuations, comments). An empty range gives an empty span.
    pub fn span(&self, range: Range<usize>) -> Span {
        if self.more.is_empty() && self.first.verbatim {
            let start = self.first.source.start;
            return Span::new(start + range.start as u32, start + range.end.max(range.start) as u32);
        }
        if range.is_empty() {
            return Span::at(self.offset(range.start));
        }
        let piece = self.piece(self.piece_at(range.end - 1));
        let end = if piece.verbatim { piece.source.start + (range.end as u32 - piece.at) } else { piece.source.end };
        let start = match piece {
            // Most ranges lie in one piece.
            Piece { at, source, verbatim } if at as usize <= range.start => {
                if verbatim {
                    source.start + (range.start as u32 - at)
                } else {
                    source.start
                }
            }
            _ => self.offset(range.start).min(end),
        };
        Span::new(start, end)
    }

    /// The source of the whole text.
    pub fn whole(&self) -> Span {
        self.span(0..self.text.len())
    }

    /// The places of the source that a range stands for, one for each run without a gap.
    pub fn runs(&self, range: Range<usize>) -> impl Iterator<Item = Span> + '_ {
        let first = self.piece_at(range.start);
        let count = if range.is_empty() { 0 } else { self.piece_at(range.end - 1) + 1 - first };
        (first..first + count).map(move |index| {
            let (from, to) = self.part(index, &range);
            self.piece(index).source_of(from, to)
        })
    }

    /// Where in the source the byte at `at` was written; the end of the source text for the end.
    pub fn offset(&self, at: usize) -> u32 {
        if self.text.is_empty() {
            return 0;
        }
        let index = self.piece_at(at);
        let piece = self.piece(index);
        if piece.verbatim {
            piece.source.start + (at as u32 - piece.at)
        } else if at >= self.piece_end(index) {
            piece.source.end
        } else {
            piece.source.start
        }
    }

    /// The text position for an offset of the source, when a verbatim piece holds it.
    pub fn position_of(&self, offset: u32) -> Option<usize> {
        (0..self.count()).find_map(|index| {
            let piece = self.piece(index);
            (piece.verbatim && piece.source.start <= offset && offset <= piece.source.end)
                .then(|| (piece.at + (offset - piece.source.start)) as usize)
        })
    }

    /// The range of the text whose source is `span`; none when no range has just this source. Where several
    /// have it (text that stands for its source as a whole), any of them. Takes the pieces to be in the order of
    /// the source.
    pub fn range_of(&self, span: Span) -> Option<Range<usize>> {
        let first = self.count_while(|piece| piece.source.start <= span.start).checked_sub(1)?;
        let piece = self.piece(first);
        let start = piece.at as usize + if piece.verbatim { (span.start - piece.source.start) as usize } else { 0 };
        let last = self.count_while(|piece| piece.source.end < span.end);
        if last == self.count() {
            return None;
        }
        let piece = self.piece(last);
        let end = if piece.verbatim {
            piece.at as usize + span.end.checked_sub(piece.source.start)? as usize
        } else {
            self.piece_end(last)
        };
        (start <= end && end <= self.text.len() && self.span(start..end) == span).then_some(start..end)
    }

    /// How many pieces there are.
    fn count(&self) -> usize {
        if self.text.is_empty() { 0 } else { 1 + self.more.len() }
    }

    fn piece(&self, index: usize) -> Piece {
        if index == 0 { self.first } else { self.more[index - 1] }
    }

    /// How many pieces at the beginning have a property that no piece behind them has.
    fn count_while(&self, holds: impl Fn(&Piece) -> bool) -> usize {
        if self.text.is_empty() || !holds(&self.first) { 0 } else { 1 + self.more.partition_point(holds) }
    }

    fn piece_at(&self, at: usize) -> usize {
        self.more.partition_point(|piece| piece.at as usize <= at)
    }

    /// The part of a range of the text that lies in a piece.
    fn part(&self, index: usize, range: &Range<usize>) -> (usize, usize) {
        ((self.piece(index).at as usize).max(range.start), self.piece_end(index).min(range.end))
    }

    fn piece_end(&self, index: usize) -> usize {
        self.more.get(index).map_or(self.text.len(), |next| next.at as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined() -> Spliced {
        // source: `RUN a `⏎  b\\c`
        let mut spliced = Spliced::verbatim("RUN a ", 0);
        spliced.push("  b", Span::new(8, 11));
        spliced.push("\\", Span::new(11, 13));
        spliced.push("c", Span::new(13, 14));
        spliced
    }

    #[test]
    fn spans_cross_what_the_joining_took_out() {
        let spliced = joined();
        assert_eq!(spliced.text(), "RUN a   b\\c");
        assert_eq!(spliced.span(4..9), Span::new(4, 11));
        assert_eq!(spliced.span(9..10), Span::new(11, 13));
        assert_eq!(spliced.span(10..11), Span::new(13, 14));
        assert_eq!(spliced.whole(), Span::new(0, 14));
        assert_eq!(
            spliced.runs(4..11).collect::<Vec<_>>(),
            [Span::new(4, 6), Span::new(8, 11), Span::new(11, 13), Span::new(13, 14)]
        );
    }

    #[test]
    fn a_span_leads_back_to_its_range() {
        let spliced = joined();
        for range in [4..9, 0..11, 9..10, 6..10, 10..11] {
            assert_eq!(spliced.range_of(spliced.span(range.clone())), Some(range));
        }
        assert_eq!(spliced.range_of(Span::new(12, 13)), None);
        assert_eq!(spliced.range_of(Span::new(2, 20)), None);
    }

    #[test]
    fn a_slice_keeps_the_way_back() {
        let part = joined().slice(4..10);
        assert_eq!(part.text(), "a   b\\");
        assert_eq!(part.span(0..1), Span::new(4, 5));
        assert_eq!(part.span(5..6), Span::new(11, 13));
        assert_eq!(part.offset(6), 13);
    }

    #[test]
    fn a_value_of_the_same_length_still_stands_for_the_whole_reference() {
        let word = Spliced::verbatim("a$\u{e9}b", 0);
        let mut out = word.slice(0..1);
        out.push_meaning("xyz", &word, 1..4);
        out.push_from(&word, 4..5);
        assert_eq!(out.text(), "axyzb");
        assert_eq!(out.span(2..3), Span::new(1, 4));
        assert_eq!(out.slice(2..5).span(0..1), Span::new(1, 4));
        assert_eq!(out.span(4..5), Span::new(4, 5));
    }
}
