//! Text that is written to files, in the encodings of Windows PowerShell 5.1 and of PowerShell 7.

use dockerfile::script::Dialect;

use super::machine::{Machine, Outcome};
use super::value::Value;
use crate::plan::file_op::{FileOp, Placement};

/// How a text becomes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// One byte for each character; only ASCII is the same in every code page.
    Ascii,
    /// UTF-8.
    Utf8,
    /// UTF-8 behind a byte order mark.
    Utf8Mark,
    /// UTF-16, little endian, behind a byte order mark.
    Utf16,
}

/// The encoding of a name, as the dialect reads it. None for one that is not known here.
fn named(name: &str, dialect: Dialect) -> Option<Encoding> {
    let old = dialect == Dialect::WindowsPowerShell;
    Some(match name.to_ascii_lowercase().as_str() {
        "ascii" | "default" | "oem" | "ansi" if old || name.eq_ignore_ascii_case("ascii") => Encoding::Ascii,
        "default" => Encoding::Utf8,
        "utf8" if old => Encoding::Utf8Mark,
        "utf8" | "utf8nobom" => Encoding::Utf8,
        "utf8bom" => Encoding::Utf8Mark,
        "unicode" => Encoding::Utf16,
        _ => return None,
    })
}

/// What a cmdlet writes.
pub(super) struct Text<'a> {
    /// The file, as the script has it.
    pub path: &'a str,
    /// The lines.
    pub lines: Vec<Value>,
    /// The encoding, where one is named.
    pub encoding: Option<String>,
    /// The encoding where none is.
    pub default: Encoding,
    /// Whether no line is ended.
    pub bare: bool,
    /// Whether the text comes after what is there.
    pub append: bool,
}

/// Writes lines to a file.
pub(super) fn write(machine: &mut Machine<'_>, text: Text<'_>) -> Outcome<()> {
    let encoding = match &text.encoding {
        None => text.default,
        Some(name) => match named(name, machine.dialect) {
            Some(encoding) => encoding,
            None => return machine.refuse(format!("the encoding {name} is not known here")),
        },
    };
    let mut all = String::new();
    for line in text.lines {
        for line in line.elements() {
            all.push_str(&machine.known(line.to_text())?);
            if !text.bare {
                all.push_str("\r\n");
            }
        }
    }
    machine.without_path(&all)?;
    let path = machine.path(text.path)?;
    let bytes = bytes(machine, &all, encoding)?;
    if text.append && matches!(encoding, Encoding::Utf16 | Encoding::Utf8Mark) {
        return machine.refuse("whether a byte order mark is written depends on the file that is there");
    }
    let placement = if text.append { Placement::Append } else { Placement::Replace };
    machine.push(FileOp::WriteFile { path, bytes, placement });
    Ok(())
}

fn bytes(machine: &Machine<'_>, text: &str, encoding: Encoding) -> Outcome<Vec<u8>> {
    match encoding {
        Encoding::Ascii if !text.is_ascii() => {
            machine.refuse("what a letter beyond ASCII becomes depends on the code page")
        }
        Encoding::Ascii | Encoding::Utf8 => Ok(text.as_bytes().to_vec()),
        Encoding::Utf8Mark => Ok([b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        Encoding::Utf16 => Ok([0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()),
    }
}

/// `> file` and `Out-File`.
pub(super) fn out_file(machine: &mut Machine<'_>, path: &str, lines: Vec<Value>, append: bool) -> Outcome<()> {
    let default = out_file_default(machine.dialect);
    write(machine, Text { path, lines, encoding: None, default, bare: false, append })
}

/// The encoding of `Out-File`.
pub(super) fn out_file_default(dialect: Dialect) -> Encoding {
    if dialect == Dialect::WindowsPowerShell { Encoding::Utf16 } else { Encoding::Utf8 }
}

/// The encoding of `Set-Content` and `Add-Content`.
pub(super) fn content_default(dialect: Dialect) -> Encoding {
    if dialect == Dialect::WindowsPowerShell { Encoding::Ascii } else { Encoding::Utf8 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_encodings_mean_other_things_in_the_two_powershells() {
        let (old, new) = (Dialect::WindowsPowerShell, Dialect::PowerShell);
        assert_eq!(named("UTF8", old), Some(Encoding::Utf8Mark));
        assert_eq!(named("utf8", new), Some(Encoding::Utf8));
        assert_eq!(named("Default", old), Some(Encoding::Ascii));
        assert_eq!(named("Default", new), Some(Encoding::Utf8));
        assert_eq!(named("ascii", new), Some(Encoding::Ascii));
        assert_eq!(named("utf7", old), None);
    }
}
