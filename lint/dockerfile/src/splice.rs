//! Text put together from pieces of the source, with the way back to where each byte was written.

use std::ops::Range;

use crate::source::Span;

/// A joined text: an instruction without its continuations, a script without its quoting, a decoded JSON
/// string. Every byte knows which bytes of the source it stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spliced {
    text: String,
    pieces: Vec<Piece>,
}

/// Where the text from `at` up to the next piece comes from. In a verbatim piece byte follows byte;
/// otherwise the whole piece stands for the whole span (an escape sequence and what it means).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Piece {
    at: u32,
    source: Span,
    verbatim: bool,
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
        let at = self.text.len() as u32;
        if let Some(last) = self.pieces.last_mut()
            && last.source.end == source.start
            && last.verbatim
            && verbatim
        {
            last.source.end = source.end;
        } else {
            self.pieces.push(Piece { at, source, verbatim });
        }
        self.text.push_str(text);
    }

    /// Appends a part of another spliced text.
    pub fn push_from(&mut self, other: &Spliced, range: Range<usize>) {
        let first = other.piece_at(range.start);
        for (index, piece) in other.pieces.iter().enumerate().skip(first) {
            let (start, end) = (piece.at as usize, other.piece_end(index));
            if start >= range.end {
                break;
            }
            let (from, to) = (start.max(range.start), end.min(range.end));
            if from < to {
                self.push_piece(&other.text[from..to], other.span(from..to), piece.verbatim);
            }
        }
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
        if range.is_empty() {
            return Span::at(self.offset(range.start));
        }
        let piece = self.pieces[self.piece_at(range.end - 1)];
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
        (first..self.pieces.len())
            .map(move |index| (self.pieces[index].at as usize).max(range.start)..self.piece_end(index).min(range.end))
            .take_while(|part| !part.is_empty())
            .map(|part| self.span(part))
    }

    /// Where in the source the byte at `at` was written; the end of the source text for the end.
    pub fn offset(&self, at: usize) -> u32 {
        if self.pieces.is_empty() {
            return 0;
        }
        let index = self.piece_at(at);
        let piece = self.pieces[index];
        if self.is_verbatim(index) {
            piece.source.start + (at as u32 - piece.at)
        } else if at >= self.piece_end(index) {
            piece.source.end
        } else {
            piece.source.start
        }
    }

    /// The text position for an offset of the source, when a verbatim piece holds it.
    pub fn position_of(&self, offset: u32) -> Option<usize> {
        (0..self.pieces.len()).find_map(|index| {
            let piece = self.pieces[index];
            (self.is_verbatim(index) && piece.source.start <= offset && offset <= piece.source.end)
                .then(|| (piece.at + (offset - piece.source.start)) as usize)
        })
    }

    /// The range of the text whose source is `span`; none when no range has just this source. Where several
    /// have it (text that stands for its source as a whole), any of them. Takes the pieces to be in the order of
    /// the source.
    pub fn range_of(&self, span: Span) -> Option<Range<usize>> {
        let first = self.pieces.partition_point(|piece| piece.source.start <= span.start).checked_sub(1)?;
        let start = self.pieces[first].at as usize
            + if self.is_verbatim(first) { (span.start - self.pieces[first].source.start) as usize } else { 0 };
        let last = self.pieces.partition_point(|piece| piece.source.end < span.end);
        let piece = self.pieces.get(last)?;
        let end = if self.is_verbatim(last) {
            piece.at as usize + span.end.checked_sub(piece.source.start)? as usize
        } else {
            self.piece_end(last)
        };
        (start <= end && end <= self.text.len() && self.span(start..end) == span).then_some(start..end)
    }

    fn piece_at(&self, at: usize) -> usize {
        if self.pieces.len() <= 1 {
            return 0;
        }
        self.pieces.partition_point(|piece| piece.at as usize <= at).saturating_sub(1)
    }

    fn piece_end(&self, index: usize) -> usize {
        self.pieces.get(index + 1).map_or(self.text.len(), |next| next.at as usize)
    }

    fn is_verbatim(&self, index: usize) -> bool {
        self.pieces[index].verbatim
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
