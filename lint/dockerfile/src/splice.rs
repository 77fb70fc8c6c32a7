//! Text put together from pieces of the source, with the way back to where each byte was written.

use std::cell::Cell;
use std::fmt;
use std::ops::Range;
use std::rc::Rc;

use crate::source::Span;

/// A joined text: an instruction without its continuations, a script without its quoting, a decoded JSON
/// string. Every byte knows which bytes of the source it stands for. Parts of a text share what they are parts of, so
/// that a copy or a slice costs next to nothing.
#[derive(Clone, Default)]
pub struct Spliced {
    /// What this is a part of; only an empty text has none.
    joined: Option<Rc<Joined>>,
    /// Where in it this part begins and ends.
    start: u32,
    end: u32,
}

/// A text with all of its pieces.
#[derive(Clone, Default)]
struct Joined {
    text: String,
    /// The first piece. It stands by itself, since most texts have no other.
    first: Piece,
    more: Vec<Piece>,
    /// The piece that was looked for last: who reads a text goes from piece to piece.
    last: Cell<usize>,
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
    fn source_of(self, from: u32, to: u32) -> Span {
        if self.verbatim {
            let start = self.source.start + (from - self.at);
            Span::new(start, start + (to - from))
        } else {
            self.source
        }
    }
}

impl Joined {
    /// Appends a text whose piece begins at its end.
    fn push(&mut self, text: &str, piece: Piece) {
        self.note(piece);
        self.text.push_str(text);
    }

    /// Appends a part of another text.
    fn push_from(&mut self, other: &Joined, range: Range<u32>) {
        let at = self.text.len() as u32;
        let mut index = other.piece_at(range.start);
        loop {
            let piece = other.piece(index);
            let (from, to) = (piece.at.max(range.start), other.piece_end(index).min(range.end));
            self.note(Piece { at: at + (from - range.start), source: piece.source_of(from, to), ..piece });
            if to == range.end {
                break;
            }
            index += 1;
        }
        self.text.push_str(&other.text[range.start as usize..range.end as usize]);
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

    fn piece(&self, index: usize) -> Piece {
        if index == 0 { self.first } else { self.more[index - 1] }
    }

    /// Where a piece ends in the text.
    fn piece_end(&self, index: usize) -> u32 {
        self.more.get(index).map_or(self.text.len() as u32, |next| next.at)
    }

    /// The piece that the byte at `at` lies in; the last one for the end.
    fn piece_at(&self, at: u32) -> usize {
        if self.more.is_empty() {
            return 0;
        }
        let last = self.last.get();
        if self.piece(last).at <= at && self.more.get(last).is_none_or(|next| at < next.at) {
            return last;
        }
        let found = self.more.partition_point(|piece| piece.at <= at);
        self.last.set(found);
        found
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
        let at = self.end - self.start;
        self.own(text.len()).push(text, Piece { at, source, verbatim });
        self.end += text.len() as u32;
    }

    /// What the text is a part of, after making it a text of its own to which `more` bytes can be appended.
    fn own(&mut self, more: usize) -> &mut Joined {
        let is_whole = |joined: &Rc<Joined>| self.start == 0 && self.end as usize == joined.text.len();
        if !self.joined.as_ref().is_some_and(is_whole) {
            let mut whole = Joined::default();
            if let Some(joined) = &self.joined {
                // What gets something more usually gets it several times.
                whole.text.reserve_exact(4 * (self.len() + more));
                whole.push_from(joined, self.start..self.end);
            }
            (self.start, self.end) = (0, whole.text.len() as u32);
            self.joined = Some(Rc::new(whole));
        }
        Rc::make_mut(self.joined.get_or_insert_default())
    }

    /// Appends a part of another spliced text.
    pub fn push_from(&mut self, other: &Spliced, range: Range<usize>) {
        let range = range.start..range.end.min(other.len());
        let Some(from) = other.joined.as_ref().filter(|_| range.start < range.end) else { return };
        let range = other.start + range.start as u32..other.start + range.end as u32;
        match &self.joined {
            None => *self = Spliced { joined: Some(Rc::clone(from)), start: range.start, end: range.end },
            Some(own) if range.start == self.end && Rc::ptr_eq(own, from) => self.end = range.end,
            Some(_) => {
                let length = range.end - range.start;
                self.own(length as usize).push_from(from, range);
                self.end += length;
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
        self.joined.as_ref().map_or("", |joined| &joined.text[self.start as usize..self.end as usize])
    }

    fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The source of a range of the text: from the first byte that it stands for to the last. Between them
    /// may lie what the joining took out (continuations, comments). An empty range gives an empty span.
    pub fn span(&self, range: Range<usize>) -> Span {
        let Some(joined) = &self.joined else { return Span::at(0) };
        let (start, end) = (self.start + range.start as u32, self.start + range.end as u32);
        if joined.more.is_empty() && joined.first.verbatim {
            return joined.first.source_of(start, end.max(start));
        }
        if start >= end {
            return Span::at(self.offset(range.start));
        }
        let first = joined.piece_at(start);
        let piece = joined.piece(first);
        // Most ranges lie in one piece.
        if joined.more.get(first).is_none_or(|next| end <= next.at) {
            return piece.source_of(start, end);
        }
        let last = joined.piece(joined.piece_at(end - 1));
        let end = last.source_of(last.at, end).end;
        Span::new(piece.source_of(start, start).start.min(end), end)
    }

    /// The source of the whole text.
    pub fn whole(&self) -> Span {
        self.span(0..self.len())
    }

    /// The places of the source that a range stands for, one for each run without a gap.
    pub fn runs(&self, range: Range<usize>) -> impl Iterator<Item = Span> {
        let part = self.slice(range);
        part.indices().map(move |index| part.part(index).source)
    }

    /// Where in the source the byte at `at` was written; the end of the source text for the end.
    pub fn offset(&self, at: usize) -> u32 {
        let Some(joined) = &self.joined else { return 0 };
        let at = self.start + at as u32;
        if at < self.end {
            return joined.piece(joined.piece_at(at)).source_of(at, at).start;
        }
        let piece = joined.piece(joined.piece_at(self.end - 1));
        piece.source_of(piece.at, at).end
    }

    /// The text position for an offset of the source, when a verbatim piece holds it.
    pub fn position_of(&self, offset: u32) -> Option<usize> {
        let joined = self.joined.as_ref()?;
        self.indices().find_map(|index| {
            let piece = joined.piece(index);
            if !piece.verbatim || offset < piece.source.start || piece.source.end < offset {
                return None;
            }
            let at = piece.at + (offset - piece.source.start);
            (self.start <= at && at <= self.end).then(|| (at - self.start) as usize)
        })
    }

    /// The range of the text whose source is `span`; none when no range has just this source. Where several
    /// have it (text that stands for its source as a whole), any of them. Takes the pieces to be in the order of
    /// the source.
    pub fn range_of(&self, span: Span) -> Option<Range<usize>> {
        let joined = self.joined.as_ref()?;
        let indices = self.indices();
        let behind = &joined.more[indices.start..indices.end - 1];
        let piece = joined.piece(indices.start + behind.partition_point(|piece| piece.source.start <= span.start));
        let start = if piece.verbatim {
            piece.at + span.start.checked_sub(piece.source.start)?
        } else {
            piece.at.max(self.start)
        };
        let last = if joined.piece(indices.start).source.end >= span.end {
            indices.start
        } else {
            indices.start + 1 + behind.partition_point(|piece| piece.source.end < span.end)
        };
        if last == indices.end {
            return None;
        }
        let piece = joined.piece(last);
        let end = if piece.verbatim {
            piece.at + span.end.checked_sub(piece.source.start)?
        } else {
            joined.piece_end(last).min(self.end)
        };
        if start < self.start || end < start || self.end < end {
            return None;
        }
        let range = (start - self.start) as usize..(end - self.start) as usize;
        (self.span(range.clone()) == span).then_some(range)
    }

    /// Which pieces the text has of what it is a part of.
    fn indices(&self) -> Range<usize> {
        match &self.joined {
            Some(joined) => joined.piece_at(self.start)..joined.piece_at(self.end - 1) + 1,
            None => 0..0,
        }
    }

    /// One of these pieces, as far as it lies in this text.
    fn part(&self, index: usize) -> Piece {
        let joined = self.joined.as_ref().expect("an empty text has no pieces");
        let piece = joined.piece(index);
        let (from, to) = (piece.at.max(self.start), joined.piece_end(index).min(self.end));
        Piece { at: from - self.start, source: piece.source_of(from, to), verbatim: piece.verbatim }
    }
}

impl PartialEq for Spliced {
    fn eq(&self, other: &Self) -> bool {
        let pieces = |text: &Spliced| text.indices().map(|index| text.part(index)).collect::<Vec<_>>();
        self.text() == other.text() && pieces(self) == pieces(other)
    }
}

impl Eq for Spliced {}

impl fmt::Debug for Spliced {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces: Vec<Piece> = self.indices().map(|index| self.part(index)).collect();
        out.debug_struct("Spliced").field("text", &self.text()).field("pieces", &pieces).finish()
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
