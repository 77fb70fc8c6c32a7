//! A rule's page, taken apart so that its blocks can be run and put back.

use dockerfile::document::Builder;
use dockerfile::source::{Encoding, Source};

/// A piece of a page: together, in order, they are the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A line that belongs to no `dockerfile` block, line ending included.
    Line(String),
    /// A `dockerfile` block.
    Block(Block),
    /// A `dockerignore` block: what stands in the `.dockerignore` beside the file of the next block.
    Ignore(String),
}

/// A `dockerfile` block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The words after `dockerfile`: `fixed`, `crlf`, `bom`, `utf16le`, `classic`, `buildkit`.
    pub words: Vec<String>,
    /// What stands in it.
    pub text: String,
    /// The line of its fence, from 1.
    pub line: usize,
    /// The heading it stands under.
    pub section: String,
}

const WORDS: [&str; 6] = ["fixed", "crlf", "bom", "utf16le", "classic", "buildkit"];

/// Takes a page apart.
///
/// # Errors
/// When a fence is never closed or has a word that means nothing.
pub fn parse(page: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut section = String::new();
    let mut lines = page.split_inclusive('\n').enumerate();
    while let Some((index, line)) = lines.next() {
        if let Some(heading) = line.strip_prefix("## ") {
            section = heading.trim().to_owned();
        }
        if line == "```dockerignore\n" {
            pieces.push(Piece::Ignore(body(&mut lines, index)?));
            continue;
        }
        let Some(info) = line.strip_prefix("```dockerfile") else {
            pieces.push(Piece::Line(line.to_owned()));
            continue;
        };
        let words: Vec<String> = info.split_whitespace().map(str::to_owned).collect();
        if let Some(word) = words.iter().find(|word| !WORDS.contains(&word.as_str())) {
            return Err(format!("line {}: `{word}` says nothing about a block; known are {WORDS:?}", index + 1));
        }
        let text = body(&mut lines, index)?;
        pieces.push(Piece::Block(Block { words, text, line: index + 1, section: section.clone() }));
    }
    Ok(pieces)
}

/// The lines of a block up to its end; its fence is in line `fence`, from 0.
fn body<'a>(lines: &mut impl Iterator<Item = (usize, &'a str)>, fence: usize) -> Result<String, String> {
    let mut text = String::new();
    loop {
        match lines.next() {
            Some((_, "```\n" | "```")) => return Ok(text),
            Some((_, line)) => text.push_str(line),
            None => return Err(format!("line {}: the block is never closed", fence + 1)),
        }
    }
}

/// Puts a page together.
pub fn join(pieces: &[Piece]) -> String {
    let text = |piece: &Piece| match piece {
        Piece::Line(line) => line.clone(),
        Piece::Ignore(text) => format!("```dockerignore\n{text}```\n"),
        Piece::Block(block) => {
            let words: String = block.words.iter().flat_map(|word| [" ", word]).collect();
            format!("```dockerfile{words}\n{}```\n", block.text)
        }
    };
    pieces.iter().map(text).collect()
}

impl Block {
    /// Whether the word stands after `dockerfile`.
    pub fn has(&self, word: &str) -> bool {
        self.words.iter().any(|own| own == word)
    }

    /// The builder that it is read for.
    pub fn builder(&self) -> Builder {
        match (self.has("classic"), self.has("buildkit")) {
            (true, false) => Builder::Classic,
            (false, true) => Builder::BuildKit,
            _ => Builder::Any,
        }
    }

    /// The bytes of the file that the block stands for.
    pub fn bytes(&self) -> Vec<u8> {
        let text = if self.has("crlf") { self.text.replace('\n', "\r\n") } else { self.text.clone() };
        if self.has("utf16le") {
            [vec![0xFF, 0xFE], text.encode_utf16().flat_map(u16::to_le_bytes).collect()].concat()
        } else if self.has("bom") {
            [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat()
        } else {
            text.into_bytes()
        }
    }

    /// The `fixed` block for a file.
    pub fn fixed(&self, bytes: &[u8]) -> Block {
        let source = Source::new(bytes.to_vec());
        let mut words = vec!["fixed".to_owned()];
        words.extend((source.newline() == "\r\n").then(|| "crlf".to_owned()));
        match source.encoding() {
            Encoding::Utf8 => {}
            Encoding::Utf8Bom => words.push("bom".to_owned()),
            Encoding::Utf16Le | Encoding::Utf16Be => words.push("utf16le".to_owned()),
        }
        Block { words, text: shown(bytes), ..self.clone() }
    }
}

/// A file as a block shows it.
pub fn shown(bytes: &[u8]) -> String {
    Source::new(bytes.to_vec()).text().replace("\r\n", "\n")
}

/// What is wrong with the shape of a page: title, one paragraph, Why, Bad, Good, Sources.
pub fn faults(id: &str, page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, fault: String| {
        if !holds {
            faults.push(fault);
        }
    };
    let lead: Vec<&str> = page.split("\n## ").next().unwrap_or_default().trim_end().split("\n\n").collect();
    check(lead.first() == Some(&format!("# {id}").as_str()), format!("the title is not `# {id}`"));
    let sentence = lead.get(1).copied().unwrap_or_default();
    let is_sentence = lead.len() == 2 && sentence.ends_with('.') && !sentence.trim_end_matches('.').contains(". ");
    check(is_sentence, "there is not one sentence below the title".into());
    let sections: Vec<&str> = page.split("\n## ").skip(1).map(|section| section.lines().next().unwrap_or("")).collect();
    let expected = ["Why", "Bad", "Good", "Sources"];
    check(sections == expected, format!("the sections are {sections:?} instead of {expected:?}"));
    let sources = page.split("\n## Sources\n").nth(1).unwrap_or_default();
    check(sources.contains("\n- "), "there is no list of sources".into());
    check(page.ends_with('\n') && !page.contains('\r'), "a page has unix line endings and ends in one".into());
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a\n\nIt is.\n\n## Bad\n\n```dockerignore\nbin\n```\n```dockerfile crlf\nFROM x\n```\n```dockerfile fixed\n```\n\n```sh\nls\n```\n";

    #[test]
    fn pieces_join_to_the_page() {
        let pieces = parse(PAGE).unwrap();
        assert_eq!(join(&pieces), PAGE);
        let blocks: Vec<&Block> = pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Block(block) => Some(block),
                Piece::Line(_) | Piece::Ignore(_) => None,
            })
            .collect();
        assert_eq!(
            (blocks[0].bytes(), blocks[0].line, blocks[0].section.as_str()),
            (b"FROM x\r\n".to_vec(), 10, "Bad")
        );
        assert!(blocks[1].has("fixed") && blocks[1].text.is_empty());
    }

    #[test]
    fn fences_that_cannot_be_read_are_refused() {
        assert!(parse("```dockerfile fixd\n```\n").unwrap_err().contains("fixd"));
        assert!(parse("\n```dockerfile\nFROM x\n").unwrap_err().contains("line 2"));
    }

    #[test]
    fn a_block_stands_for_the_bytes_of_its_words() {
        for bytes in [&b"FROM x\r\n"[..], b"\xEF\xBB\xBFFROM x\n", b"\xFF\xFEF\0\n\0"] {
            let block = Block { words: Vec::new(), text: String::new(), line: 1, section: String::new() };
            assert_eq!(block.fixed(bytes).bytes(), bytes);
        }
    }

    #[test]
    fn the_shape_of_a_page_is_checked() {
        let good = "# a\n\nIt is.\n\n## Why\n\n## Bad\n\n## Good\n\n## Sources\n\n- here\n";
        assert_eq!(faults("a", good), [""; 0]);
        for (from, to) in [
            ("# a", "# b"),
            ("It is.", "It is. So."),
            ("It is.", "It is.\n\nSo."),
            ("## Why\n\n", ""),
            ("- here", "here"),
        ] {
            assert_eq!(faults("a", &good.replacen(from, to, 1)).len(), 1, "{from} {to}");
        }
    }
}
