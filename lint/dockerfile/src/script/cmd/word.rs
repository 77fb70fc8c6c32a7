//! Cuts words as the program or the built-in command that gets them would.

use super::Parser;
use crate::script::{Quote, Variable, Word};

/// Where a word ends and what its quotes mean.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Of a built-in command, a name or a file: every quote opens or closes.
    Builtin,
    /// Of a program: backslashes escape quotes, and carets do not hide quotes from it.
    Program,
    /// The left side of a comparison: also ends at `=`.
    Operand,
    /// In the set of a loop: also ends at `,`, `;`, `=` and `)`.
    Item,
}

/// Bytes that are a part of any word and mean nothing but themselves, as most bytes are.
static IS_PLAIN: [bool; 256] = {
    let mut table = [true; 256];
    let signs = b"\"^%!\\\n&|<>) \t\r=,;";
    let mut at = 0;
    while at < signs.len() {
        table[signs[at] as usize] = false;
        at += 1;
    }
    table
};

/// A word in the making.
struct Draft {
    text: String,
    variables: Vec<Variable>,
    /// Text up to here is in `text` or left out.
    taken: usize,
    /// Whether the program sees itself inside quotes.
    inside: bool,
    /// Backslashes right before.
    slashes: usize,
    toggles: u32,
    last_toggle: usize,
}

impl Parser<'_> {
    /// The word at this place; empty when something else stands here.
    pub(super) fn word(&mut self, style: Style) -> Word {
        let start = self.at;
        let mut draft = Draft {
            text: String::new(),
            variables: Vec::new(),
            taken: start,
            inside: false,
            slashes: 0,
            toggles: 0,
            last_toggle: start,
        };
        while let Some(byte) = self.peek() {
            if IS_PLAIN[usize::from(byte)] {
                let rest = &self.bytes[self.at..];
                self.at += rest.iter().take_while(|&&byte| IS_PLAIN[usize::from(byte)]).count();
                draft.slashes = 0;
                continue;
            }
            if self.ends_word(byte, style, draft.inside) {
                break;
            }
            let slashes = std::mem::take(&mut draft.slashes);
            match byte {
                b'"' => {
                    self.quoted = !self.quoted;
                    self.quote(&mut draft, style, slashes);
                }
                b'^' if !self.quoted => {
                    if self.caret(&mut draft, style, slashes) {
                        break;
                    }
                }
                b'%' | b'!' => match self.variable(self.at) {
                    Some((variable, end)) => {
                        draft.variables.push(variable);
                        self.at = end;
                    }
                    None => self.at += 1,
                },
                b'\\' => {
                    draft.slashes = slashes + 1;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
        }
        self.take(&mut draft, self.at);
        let whole = self.bytes.get(start) == Some(&b'"')
            && (draft.toggles == 1 || draft.toggles == 2 && draft.last_toggle + 1 == self.at);
        Word {
            raw: self.source[start..self.at].to_owned(),
            text: draft.text,
            quote: if whole { Quote::Double } else { Quote::None },
            variables: draft.variables,
            statements: Vec::new(),
            span: self.text.span(start..self.at),
        }
    }

    fn ends_word(&self, byte: u8, style: Style, inside: bool) -> bool {
        match byte {
            b'\n' => true,
            b'&' | b'|' | b'<' | b'>' => !self.quoted,
            b')' => !self.quoted && (self.groups > 0 || style == Style::Item),
            b' ' | b'\t' | b'\r' => !if style == Style::Program { inside } else { self.quoted },
            b'=' => !self.quoted && matches!(style, Style::Operand | Style::Item),
            b',' | b';' => !self.quoted && style == Style::Item,
            _ => false,
        }
    }

    /// Moves what was read up to `end` into the text.
    fn take(&self, draft: &mut Draft, end: usize) {
        let read = &self.source[draft.taken..end];
        if draft.text.is_empty() {
            draft.text = read.to_owned();
        } else {
            draft.text.push_str(read);
        }
        draft.taken = end;
    }

    /// A quote as the receiver sees it.
    fn quote(&mut self, draft: &mut Draft, style: Style, slashes: usize) {
        if style == Style::Program {
            self.take(draft, self.at);
            draft.text.truncate(draft.text.len() - slashes.div_ceil(2));
            if slashes % 2 == 1 {
                self.at += 1;
                return;
            }
            if draft.inside && self.bytes.get(self.at + 1) == Some(&b'"') {
                // A doubled quote inside quotes is a quote; cmd has counted only the first so far.
                self.quoted = !self.quoted;
                draft.taken += 1;
                self.at += 2;
                return;
            }
        }
        self.take(draft, self.at);
        draft.inside = !draft.inside;
        draft.toggles += 1;
        draft.last_toggle = self.at;
        self.at += 1;
        draft.taken = self.at;
    }

    /// A caret: drops it and takes the next byte for what it is. Says whether the word ends.
    fn caret(&mut self, draft: &mut Draft, style: Style, slashes: usize) -> bool {
        self.take(draft, self.at);
        self.at += 1;
        let line_end = self.at + usize::from(self.peek() == Some(b'\r'));
        if self.bytes.get(line_end) == Some(&b'\n') {
            self.at = line_end + 1;
        }
        draft.taken = self.at;
        match self.peek() {
            // The receiver cuts at the blank, caret or not.
            Some(b' ' | b'\t' | b'\r') => {
                let ends = !(style == Style::Program && draft.inside);
                self.at += usize::from(!ends);
                ends
            }
            Some(b'"') if style == Style::Program => {
                draft.slashes = 0;
                self.quote(draft, style, slashes);
                false
            }
            Some(b'\\') => {
                draft.slashes = slashes + 1;
                self.at += 1;
                false
            }
            Some(b'\n') | None => true,
            Some(byte) => {
                self.at += usize::from(byte.is_ascii());
                false
            }
        }
    }
}
