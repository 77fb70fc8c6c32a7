//! Recognises the commands that start another shell and has its script read by the right reader.

use std::sync::LazyLock;

use super::{Command, Dialect, Fault, FaultKind, Script, Word, argv, cmd, posix, powershell};
use crate::names::Names;
use crate::source::Span;
use crate::splice::Spliced;

/// How many shells may stand inside each other.
pub const MAX_DEPTH: u32 = 16;

/// The longest line that a shell is started with: Linux takes no longer argument, Windows a quarter of it.
pub(super) const MAX_LINE: usize = 128 * 1024;

/// How many blocks may stand inside each other in a script with `depth` shells around it: fewer inside, so that
/// the sum stays small enough for any thread's stack.
pub const fn level_limit(depth: u32) -> u32 {
    match depth {
        0 => 200,
        1 => 50,
        _ => 8,
    }
}

/// A script that is not read because too many shells stand around it.
pub fn too_deep(text: &Spliced, dialect: Dialect, depth: u32) -> Option<Script> {
    (depth > MAX_DEPTH).then(|| Script {
        dialect,
        text: text.clone(),
        statements: Vec::new(),
        comments: Vec::new(),
        faults: vec![Fault { kind: FaultKind::TooDeep, span: text.whole() }],
        is_encoded: false,
    })
}

/// Where the script of a started shell stands among the words after the shell's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Started {
    /// In the command line, which the shell reads itself.
    Line,
    /// From this word to the end.
    Rest(usize),
    /// In this word.
    Word(usize),
    /// In this word, as Base64 of UTF-16.
    Encoded(usize),
}

/// The script that a command starts in another shell, for callers whose words are arguments already (PowerShell
/// and POSIX shells). `text` is the script that the command stands in, `depth` that script's own.
pub fn nested(command: &Command, text: &Spliced, depth: u32) -> Option<Script> {
    let shell = shell(&command.name.text)?;
    let words = &command.words;
    if command.span.len() as usize > MAX_LINE {
        return None;
    }
    match started(shell, words)? {
        Started::Line => from_line(&command_line(words, text), depth),
        Started::Rest(first) => {
            // A script block has been read where it stands.
            if words.get(first)?.raw.starts_with('{') {
                return None;
            }
            let mut script = Spliced::default();
            for (index, word) in words[first..].iter().enumerate() {
                if index > 0 {
                    script.push(" ", Span::at(word.span.start));
                }
                push_meaning(&mut script, word, text);
            }
            read(shell, script, depth)
        }
        Started::Word(index) => {
            let mut script = Spliced::default();
            push_meaning(&mut script, words.get(index)?, text);
            read(shell, script, depth)
        }
        Started::Encoded(index) => from_encoded(shell, words.get(index)?, depth),
    }
}

/// The script that an exec form starts in a shell. Its words are arguments already; `texts` are the same words with
/// their way back to the source.
pub fn of_exec(words: &[Word], texts: &[&Spliced]) -> Option<Script> {
    let (program, words) = words.split_first()?;
    let texts = texts.get(1..)?;
    let shell = shell(&program.text)?;
    let join = |parts: &[&Spliced]| {
        let mut script = Spliced::default();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                script.push(" ", crate::source::Span::at(part.whole().start));
            }
            script.push_from(part, 0..part.text().len());
        }
        script
    };
    match started(shell, words)? {
        Started::Line => from_line(&join(texts), 0),
        Started::Rest(first) => read(shell, join(&texts[first..]), 0),
        Started::Word(index) => read(shell, join(&texts[index..=index]), 0),
        Started::Encoded(index) => from_encoded(shell, words.get(index)?, 0),
    }
}

/// Gives every command of a finished script that starts another shell the script that it starts: for readers that
/// do not do so while they read. `depth` is the script's own.
pub fn attach(script: &mut Script, depth: u32) {
    let Script { statements, text, .. } = script;
    super::visit::commands_mut(statements, &mut |command| {
        if command.expression.is_none() && command.nested.is_none() {
            command.nested = nested(command, text, depth).map(Box::new);
        }
    });
}

/// The shell that a program is, with or without folder and `.exe`.
pub(super) fn shell(name: &str) -> Option<Dialect> {
    let base = &name[memchr::memrchr2(b'\\', b'/', name.as_bytes()).map_or(0, |at| at + 1)..];
    let stem = match base.len().checked_sub(4).and_then(|at| base.split_at_checked(at)) {
        Some((stem, extension)) if extension.eq_ignore_ascii_case(".exe") => stem,
        _ => base,
    };
    SHELLS.get(stem)
}

static SHELLS: LazyLock<Names<Dialect>> = LazyLock::new(|| {
    Names::new([
        ("cmd", Dialect::Cmd),
        ("%comspec%", Dialect::Cmd),
        ("powershell", Dialect::WindowsPowerShell),
        ("pwsh", Dialect::PowerShell),
        ("sh", Dialect::Posix),
        ("bash", Dialect::Posix),
        ("ash", Dialect::Posix),
        ("dash", Dialect::Posix),
        ("zsh", Dialect::Posix),
    ])
});

/// Where the script stands; none when the shell gets a file, standard input or nothing.
pub(super) fn started(shell: Dialect, words: &[Word]) -> Option<Started> {
    match shell {
        Dialect::Cmd => Some(Started::Line),
        Dialect::WindowsPowerShell | Dialect::PowerShell => powershell_script(words, shell),
        Dialect::Posix => posix_script(words),
    }
}

fn read(shell: Dialect, script: Spliced, depth: u32) -> Option<Script> {
    if script.text().trim().is_empty() || script.text() == "-" {
        return None;
    }
    Some(too_deep(&script, shell, depth + 1).unwrap_or_else(|| match shell {
        Dialect::Cmd => cmd::parse(script, depth + 1),
        Dialect::Posix => posix::parse(script, depth + 1),
        Dialect::WindowsPowerShell | Dialect::PowerShell => powershell::parse(script, shell, depth + 1),
    }))
}

/// The script in the arguments of PowerShell or a POSIX shell, quoting still on.
pub(super) fn from_arguments(shell: Dialect, line: &Spliced, depth: u32) -> Option<Script> {
    read(shell, argv::unquote(line), depth)
}

/// The script of `-EncodedCommand`.
pub(super) fn from_encoded(shell: Dialect, word: &Word, depth: u32) -> Option<Script> {
    let decoded = decode(&word.text)?;
    let mut script = Spliced::default();
    push_whole(&mut script, &decoded, word.span);
    Some(Script { is_encoded: true, ..read(shell, script, depth)? })
}

/// The script in the command line of cmd.exe, from after its name.
pub(super) fn from_line(line: &Spliced, depth: u32) -> Option<Script> {
    let text = line.text();
    let bytes = text.as_bytes();
    let (mut at, mut keep) = (0, true);
    loop {
        at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b',' | b';' | b'=')).count();
        if bytes.get(at) != Some(&b'/') {
            return None;
        }
        let option = bytes.get(at + 1)?.to_ascii_lowercase();
        at += 2;
        match option {
            b'c' | b'k' | b'r' => break,
            b's' => keep = false,
            b'q' | b'd' | b'a' | b'u' | b'e' | b'f' | b'v' | b't' | b'x' | b'y' => {}
            _ => return None,
        }
        at += bytes[at..].iter().take_while(|byte| !matches!(byte, b' ' | b'\t' | b'\r' | b'/')).count();
    }
    at += bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    let mut script = Spliced::default();
    match text[at..].rfind('"').map(|last| at + last) {
        Some(last) if bytes[at] == b'"' && last > at && !(keep && is_program(&text[at..last + 1])) => {
            script.push_from(line, at + 1..last);
            script.push_from(line, last + 1..text.len());
        }
        _ if bytes.get(at) == Some(&b'"') && !keep => script.push_from(line, at + 1..text.len()),
        _ => script.push_from(line, at..text.len()),
    }
    read(Dialect::Cmd, script, depth)
}

/// Whether cmd without `/S` keeps the quotes: exactly two, with a blank and nothing special between them, around
/// the name of a program.
fn is_program(quoted: &str) -> bool {
    let inner = quoted.trim_matches('"');
    let extension = inner.rsplit('.').next().unwrap_or_default();
    quoted.matches('"').count() == 2
        && inner.contains(' ')
        && !inner.contains(['&', '<', '>', '(', ')', '@', '^', '|'])
        && ["exe", "com", "cmd", "bat"].iter().any(|it| extension.eq_ignore_ascii_case(it))
}

/// A parameter of the PowerShell programs: its name, its shortest form, another form, and what follows it.
type Parameter = (&'static str, &'static str, &'static str, Follows);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Nothing,
    Value,
    Script,
    Encoded,
    File,
}

/// In the order in which the programs try them; see about_PowerShell_exe and about_Pwsh.
const PARAMETERS: [Parameter; 23] = [
    ("version", "v", "", Follows::Value),
    ("help", "h", "?", Follows::File),
    ("nologo", "nol", "", Follows::Nothing),
    ("noexit", "noe", "", Follows::Nothing),
    ("noprofile", "nop", "", Follows::Nothing),
    ("noninteractive", "noni", "", Follows::Nothing),
    ("noprofileloadtime", "noprofilel", "", Follows::Nothing),
    ("sta", "s", "", Follows::Nothing),
    ("mta", "mta", "", Follows::Nothing),
    ("login", "l", "", Follows::Nothing),
    ("interactive", "interactive", "i", Follows::Nothing),
    ("commandwithargs", "commandwithargs", "cwa", Follows::Script),
    ("configurationname", "config", "", Follows::Value),
    ("command", "c", "", Follows::Script),
    ("custompipename", "cus", "", Follows::Value),
    ("executionpolicy", "ex", "ep", Follows::Value),
    ("encodedarguments", "encodeda", "ea", Follows::Value),
    ("encodedcommand", "e", "ec", Follows::Encoded),
    ("file", "f", "", Follows::File),
    ("psconsolefile", "psc", "", Follows::Value),
    ("inputformat", "in", "if", Follows::Value),
    ("outputformat", "o", "of", Follows::Value),
    ("windowstyle", "w", "", Follows::Value),
];

fn powershell_script(words: &[Word], dialect: Dialect) -> Option<Started> {
    let mut index = 0;
    while let Some(word) = words.get(index) {
        let Some(name) = word.text.strip_prefix(['-', '/', '\u{2013}', '\u{2014}', '\u{2015}']) else { break };
        let name = name.strip_prefix('-').unwrap_or(name).to_ascii_lowercase();
        let working_directory = name == "wd" || name.len() > 1 && "workingdirectory".starts_with(&name);
        let found = PARAMETERS.iter().find(|(full, shortest, other, _)| {
            !name.is_empty() && (full.starts_with(&name) && name.starts_with(shortest) || name == *other)
        });
        match found.map(|it| it.3) {
            _ if working_directory => index += 2,
            Some(Follows::Nothing) => index += 1,
            Some(Follows::Value) => index += 2,
            Some(Follows::Script) => return (index + 1 < words.len()).then_some(Started::Rest(index + 1)),
            Some(Follows::Encoded) => return (index + 1 < words.len()).then_some(Started::Encoded(index + 1)),
            Some(Follows::File) => return None,
            None => break,
        }
    }
    // Without a parameter, Windows PowerShell takes the rest for a script, PowerShell for a file's name.
    (index < words.len() && dialect == Dialect::WindowsPowerShell).then_some(Started::Rest(index))
}

fn posix_script(words: &[Word]) -> Option<Started> {
    let mut index = 0;
    let mut script = false;
    while let Some(options) = words.get(index).and_then(|word| word.text.strip_prefix(['-', '+'])) {
        index += 1;
        if options.starts_with('-') || options.is_empty() {
            continue;
        }
        script |= options.contains('c');
        // `-o pipefail`, also at the end of a cluster.
        index += usize::from(options.ends_with(['o', 'O']));
    }
    (script && index < words.len()).then_some(Started::Word(index))
}

/// The command line that words make: what has blanks is quoted, as the callers do it.
fn command_line(words: &[Word], text: &Spliced) -> Spliced {
    let mut line = Spliced::default();
    let options = words.iter().take_while(|word| word.text.starts_with('/')).count();
    for (index, word) in words.iter().enumerate() {
        let here = Span::at(word.span.start);
        line.push(" ", here);
        let quoted = index >= options && words.len() > options + 1 && word.text.contains([' ', '\t']);
        if quoted {
            line.push("\"", here);
        }
        push_meaning(&mut line, word, text);
        if quoted {
            line.push("\"", Span::at(word.span.end));
        }
    }
    line
}

/// Appends what a word means, each byte with the place it was written at where that can be told.
fn push_meaning(script: &mut Spliced, word: &Word, text: &Spliced) {
    let range = text.range_of(word.span).filter(|range| text.text().get(range.clone()) == Some(word.raw.as_str()));
    let raw = range.map(|range| text.slice(range));
    match raw.and_then(|raw| aligned(&word.text, &raw)) {
        Some(meaning) => script.push_from(&meaning, 0..word.text.len()),
        None => push_whole(script, &word.text, word.span),
    }
}

/// `meaning` as the part of `raw` that is left when quotes and escape characters go.
fn aligned(meaning: &str, raw: &Spliced) -> Option<Spliced> {
    let mut found = Spliced::default();
    let mut places = raw.text().char_indices();
    let (mut start, mut end) = (0, 0);
    for wanted in meaning.chars() {
        let (at, _) = places.find(|&(_, char)| char == wanted)?;
        if at != end {
            found.push_from(raw, start..end);
            start = at;
        }
        end = at + wanted.len_utf8();
    }
    found.push_from(raw, start..end);
    Some(found)
}

/// Appends text that stands for a span as a whole. Equal lengths would be taken for a copy byte by byte, so
/// the text then comes in two parts.
fn push_whole(script: &mut Spliced, text: &str, span: Span) {
    if text.len() == span.len() as usize {
        let first = text.chars().next().map_or(0, char::len_utf8);
        script.push(&text[..first], span);
        script.push(&text[first..], Span::at(span.end));
    } else {
        script.push(text, span);
    }
}

/// Base64 of UTF-16, little endian.
fn decode(text: &str) -> Option<String> {
    let (mut bytes, mut bits, mut held) = (Vec::with_capacity(text.len() / 4 * 3), 0u32, 0u32);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    let decoded: String = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    (!decoded.is_empty()).then_some(decoded)
}
