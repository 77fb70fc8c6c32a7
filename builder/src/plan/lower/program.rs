//! Programs of Windows that mean the same in every shell, given their arguments.

use super::machine::{Machine, Outcome};
use super::web;
use crate::plan::file_op::{ArchiveFormat, FileOp, IfExists, IfMissing, Into};

/// The name of a program without folder and extension, in lower case.
pub(super) fn stem(name: &str) -> String {
    let lower = name.trim_matches('"').to_ascii_lowercase();
    let base = lower.rsplit(['\\', '/']).next().unwrap_or(&lower).to_owned();
    base.strip_suffix(".exe").unwrap_or(&base).to_owned()
}

/// Whether the name leads to Windows' own program: by the PATH or by its folder there.
fn is_windows_own(name: &str) -> bool {
    let lower = name.trim_matches('"').to_ascii_lowercase().replace('/', "\\");
    !lower.contains('\\') || lower.starts_with(r"c:\windows\")
}

/// Carries out a program. False when it is none that is known here.
pub(super) fn run(machine: &mut Machine<'_>, name: &str, words: &[String]) -> Outcome<bool> {
    if !is_windows_own(name) {
        return Ok(false);
    }
    match stem(name).as_str() {
        "curl" => web::curl(machine, words)?,
        "tar" | "bsdtar" => tar(machine, words)?,
        "setx" => setx(machine, words)?,
        "xcopy" => xcopy(machine, words)?,
        "timeout" => return machine.refuse("timeout wants a console, and fails in a step"),
        "where" => return machine.refuse("whether a program is there only the build can tell"),
        "whoami" | "hostname" | "ipconfig" | "systeminfo" | "tasklist" | "chcp" => {}
        "reg" => return machine.refuse("reg works on the registry"),
        _ => return Ok(false),
    }
    Ok(true)
}

/// How long a value is that setx writes whole.
const SETX_LIMIT: usize = 1024;

/// `setx [/M] NAME VALUE`.
fn setx(machine: &mut Machine<'_>, words: &[String]) -> Outcome<()> {
    let is_machine = |word: &&String| word.eq_ignore_ascii_case("/m") || word.eq_ignore_ascii_case("-m");
    let rest: Vec<&String> = words.iter().filter(|word| !is_machine(word)).collect();
    match rest.as_slice() {
        [name, value] if value.encode_utf16().count() > SETX_LIMIT => {
            machine.refuse(format!("setx would cut {name} off after {SETX_LIMIT} letters"))
        }
        [name, value] if words.iter().any(|word| is_machine(&word)) => {
            machine.set_machine_env(name, Some((*value).clone()))
        }
        [name, _] => machine.refuse(format!("setting {name} for one account changes the registry")),
        _ => machine.refuse("this form of setx is not known here"),
    }
}

/// `tar -xf ARCHIVE [-C FOLDER] [--strip-components N] [MEMBERS]`.
fn tar(machine: &mut Machine<'_>, words: &[String]) -> Outcome<()> {
    let mut asked = Tar::default();
    let mut rest = words.iter();
    let mut first = true;
    while let Some(word) = rest.next() {
        if let Some(long) = word.strip_prefix("--") {
            asked.long(machine, long, &mut rest)?;
        } else if word.starts_with('-') || first {
            asked.letters(machine, word, &mut rest)?;
        } else {
            asked.members.push(word.replace('\\', "/"));
        }
        first = false;
    }
    asked.finish(machine)
}

/// What tar is asked for.
#[derive(Default)]
struct Tar {
    archive: Option<String>,
    folder: Option<String>,
    strip: u32,
    members: Vec<String>,
    extracts: bool,
    keeps: bool,
}

impl Tar {
    fn long(&mut self, machine: &Machine<'_>, long: &str, rest: &mut std::slice::Iter<'_, String>) -> Outcome<()> {
        let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value.to_owned())));
        let mut value = || value.clone().or_else(|| rest.next().cloned());
        match name {
            "extract" | "get" => self.extracts = true,
            "verbose" | "no-same-owner" | "gzip" | "bzip2" | "xz" | "zstd" | "gunzip" => {}
            "file" => self.archive = value(),
            "directory" => self.folder = value(),
            "strip-components" => match value().and_then(|count| count.parse().ok()) {
                Some(count) => self.strip = count,
                None => return machine.refuse("tar's --strip-components has no number"),
            },
            _ => return machine.refuse(format!("tar's --{name} is not known here")),
        }
        Ok(())
    }

    /// Letters behind a dash; the first word needs none, and then values are words of their own.
    fn letters(&mut self, machine: &Machine<'_>, word: &str, rest: &mut std::slice::Iter<'_, String>) -> Outcome<()> {
        let letters = word.trim_start_matches('-');
        for (at, letter) in letters.char_indices() {
            let attached = &letters[at + letter.len_utf8()..];
            let value = match attached {
                "" => None,
                _ if !word.starts_with('-') => None,
                attached => Some(attached.to_owned()),
            };
            let place = match letter {
                'x' => {
                    self.extracts = true;
                    continue;
                }
                'k' => {
                    self.keeps = true;
                    continue;
                }
                'v' | 'z' | 'j' | 'J' | 'm' | 'p' | 'o' => continue,
                'f' => &mut self.archive,
                'C' => &mut self.folder,
                _ => return machine.refuse(format!("tar's -{letter} is not known here")),
            };
            let ends = value.is_some();
            *place = value.or_else(|| rest.next().cloned());
            if ends {
                break;
            }
        }
        Ok(())
    }

    fn finish(self, machine: &mut Machine<'_>) -> Outcome<()> {
        let Some(archive) = self.archive.filter(|_| self.extracts) else {
            return machine.refuse("only tar -x with -f is known here");
        };
        if archive == "-" || self.members.iter().any(|member| member.contains(['*', '?', '['])) {
            return machine.refuse("tar reads its input or a pattern");
        }
        let dest = self.folder.map_or_else(|| Ok(machine.folder().to_owned()), |folder| machine.path(&folder))?;
        let archive = machine.path(&archive)?;
        machine.push(FileOp::Extract {
            archive,
            dest,
            parents: false,
            format: ArchiveFormat::Any,
            strip: self.strip,
            members: self.members,
            exists: if self.keeps { IfExists::Keep } else { IfExists::Replace },
        });
        Ok(())
    }
}

/// `xcopy FROM TO /E /I /Y`.
fn xcopy(machine: &mut Machine<'_>, words: &[String]) -> Outcome<()> {
    let (switches, paths): (Vec<&String>, Vec<&String>) = words.iter().partition(|word| word.starts_with('/'));
    let letters: String = switches.iter().flat_map(|word| word.split('/')).collect::<String>().to_ascii_lowercase();
    if letters.chars().any(|letter| !"eisyqhrkfcv".contains(letter)) {
        return machine.refuse("this option of xcopy is not known here");
    }
    let [from, to] = paths.as_slice() else { return machine.refuse("xcopy wants a source and a target") };
    let (from, to) = (machine.pattern(from)?, machine.path(to)?);
    let recurse = letters.contains(['e', 's']);
    // Without /I it asks whether a target that is not there is a file or a folder.
    let folder = letters.contains('i') || machine.look(&to) == Some(super::machine::Known::Folder);
    if !folder || !recurse || letters.contains('s') || super::path::is_pattern(&from) {
        return machine.refuse("xcopy does otherwise for files and folders, and which it is only the build can tell");
    }
    machine.push(FileOp::Copy {
        from,
        to,
        into: Into::Content,
        recurse: true,
        exists: if letters.contains('y') { IfExists::Replace } else { IfExists::Fail },
        missing: IfMissing::Fail,
    });
    Ok(())
}
