//! How wide a character stands in a terminal, and how to show one that must not reach it.

/// Blanks to the next stop of a tab.
const TAB: usize = 4;

/// Characters that take two columns: East Asian wide and full-width forms and emoji, from the Unicode
/// property East_Asian_Width, neighbouring ranges joined where nothing narrow is assigned between them.
const WIDE: &[(u32, u32)] = &[
    (0x1100, 0x115F),
    (0x231A, 0x231B),
    (0x23E9, 0x23EC),
    (0x25FD, 0x25FE),
    (0x2614, 0x2615),
    (0x2648, 0x2653),
    (0x26A1, 0x26A1),
    (0x26D4, 0x26D4),
    (0x2705, 0x2705),
    (0x2728, 0x2728),
    (0x274C, 0x274C),
    (0x2753, 0x2755),
    (0x2757, 0x2757),
    (0x2795, 0x2797),
    (0x2B1B, 0x2B1C),
    (0x2B50, 0x2B50),
    (0x2B55, 0x2B55),
    (0x2E80, 0x303E),
    (0x3041, 0x4DBF),
    (0x4E00, 0xA4CF),
    (0xA960, 0xA97C),
    (0xAC00, 0xD7A3),
    (0xF900, 0xFAFF),
    (0xFE30, 0xFE6B),
    (0xFF01, 0xFF60),
    (0xFFE0, 0xFFE6),
    (0x17000, 0x18CFF),
    (0x1B000, 0x1B2FB),
    (0x1F18E, 0x1F19A),
    (0x1F200, 0x1F64F),
    (0x1F680, 0x1F6FC),
    (0x1F7E0, 0x1F7EB),
    (0x1F90C, 0x1F9FF),
    (0x1FA70, 0x1FAF8),
    (0x20000, 0x3FFFD),
];

/// Characters that stand on the one before: combining marks and variation selectors.
const NARROWEST: &[(u32, u32)] = &[
    (0x0300, 0x036F),
    (0x0483, 0x0489),
    (0x0591, 0x05BD),
    (0x0610, 0x061A),
    (0x064B, 0x065F),
    (0x1AB0, 0x1AFF),
    (0x1DC0, 0x1DFF),
    (0x20D0, 0x20F0),
    (0xFE00, 0xFE0F),
    (0xFE20, 0xFE2F),
    (0xE0100, 0xE01EF),
];

/// Characters that nobody sees or that turn the text around them: zero-width, bidirectional, interlinear, tags.
const HIDDEN: &[(u32, u32)] = &[
    (0x00AD, 0x00AD),
    (0x061C, 0x061C),
    (0x180E, 0x180E),
    (0x200B, 0x200F),
    (0x2028, 0x202E),
    (0x2060, 0x206F),
    (0xFEFF, 0xFEFF),
    (0xFFF9, 0xFFFB),
    (0xE0000, 0xE007F),
];

/// What stands on the terminal for a character.
enum Shown {
    /// Itself, so many columns wide.
    Itself(usize),
    /// So many blanks.
    Blanks(usize),
    /// One picture of a control character.
    Picture(char),
    /// Its number between angle brackets.
    Number,
}

fn shown(char: char, column: usize) -> Shown {
    match char {
        ' '..='~' => Shown::Itself(1),
        '\t' => Shown::Blanks(TAB - column % TAB),
        '\0'..='\x1F' => Shown::Picture(char::from_u32(0x2400 + char as u32).unwrap_or('\u{FFFD}')),
        '\x7F' => Shown::Picture('\u{2421}'),
        '\u{80}'..='\u{9F}' => Shown::Number,
        _ if within(HIDDEN, char) => Shown::Number,
        _ if within(NARROWEST, char) => Shown::Itself(0),
        _ if within(WIDE, char) => Shown::Itself(2),
        _ => Shown::Itself(1),
    }
}

fn within(ranges: &[(u32, u32)], char: char) -> bool {
    let code = char as u32;
    let at = ranges.partition_point(|&(_, last)| last < code);
    ranges.get(at).is_some_and(|&(first, _)| first <= code)
}

fn number(char: char) -> String {
    format!("<U+{:04X}>", char as u32)
}

/// How many columns a character takes when it begins at `column`.
pub(super) fn of(char: char, column: usize) -> usize {
    match shown(char, column) {
        Shown::Itself(width) | Shown::Blanks(width) => width,
        Shown::Picture(_) => 1,
        Shown::Number => number(char).len(),
    }
}

/// The column after `text` when it begins at `column`.
pub(super) fn after(text: &str, column: usize) -> usize {
    text.chars().fold(column, |column, char| column + of(char, column))
}

/// Appends a character as it may be shown at `column`; returns the column after it.
pub(super) fn push(out: &mut String, char: char, column: usize) -> usize {
    match shown(char, column) {
        Shown::Itself(width) => {
            out.push(char);
            column + width
        }
        Shown::Blanks(width) => {
            out.extend(std::iter::repeat_n(' ', width));
            column + width
        }
        Shown::Picture(picture) => {
            out.push(picture);
            column + 1
        }
        Shown::Number => {
            let number = number(char);
            out.push_str(&number);
            column + number.len()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_so_that_the_search_finds() {
        for table in [WIDE, NARROWEST, HIDDEN] {
            assert!(table.iter().all(|(first, last)| first <= last));
            assert!(table.windows(2).all(|pair| pair[0].1 < pair[1].0));
        }
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        for (text, width) in [("abc", 3), ("a\tb", 5), ("漢字", 4), ("e\u{301}", 1), ("\x1B[0m", 4), ("\u{202E}", 8)]
        {
            assert_eq!(after(text, 0), width, "{text:?}");
        }
    }
}
