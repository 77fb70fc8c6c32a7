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
        "timeout" => {}
        "where" | "whoami" | "hostname" | "ipconfig" | "systeminfo" | "tasklist" | "chcp" => {}
        "reg" => return machine.refuse("reg works on the registry"),
        _ => return Ok(false),
    }
    Ok(true)
}

/// `setx [/M] NAME VALUE`.
fn setx(machine: &mut Machine<'_>, words: &[String]) -> Outcome<()> {
    let is_machine = |word: &&String| word.eq_ignore_ascii_case("/m") || word.eq_ignore_ascii_case("-m");
    let rest: Vec<&String> = words.iter().filter(|word| !is_machine(word)).collect();
    match rest.as_slice() {
        [name, value] if words.iter().any(|word| is_machine(&word)) => {
            machine.set_machine_env(name, Some((*value).clone()))
        }
        [name, _] => machine.refuse(format!("setting {name} for one account changes the registry")),
        _ => machine.refuse("this form of setx is not known here"),
    }
}

/// `tar -xf ARCHIVE [-C FOLDER] [--strip-components N] [MEMBERS]`.
fn tar(machine: &mut Machine<'_>, words: &[String]) -> Outcome<()> {
    let (mut archive, mut folder, mut strip, mut members, mut extracts) = (None, None, 0, Vec::new(), false);
    let mut keep = IfExists::Replace;
    let mut words = words.iter().enumerate();
    while let Some((index, word)) = words.next() {
        let long = word.strip_prefix("--");
        if let Some(count) = long.and_then(|long| long.strip_prefix("strip-components")) {
            let count =
                count.strip_prefix('=').map(str::to_owned).or_else(|| words.next().map(|(_, word)| word.clone()));
            let Some(count) = count.and_then(|count| count.parse().ok()) else {
                return machine.refuse("tar's --strip-components has no number");
            };
            strip = count;
        } else if let Some(long) = long {
            match long.split_once('=').unwrap_or((long, "")) {
                ("extract" | "get" | "verbose" | "gzip" | "bzip2" | "xz" | "zstd" | "gunzip", _) => {
                    extracts |= matches!(long, "extract" | "get")
                }
                ("file", value) if !value.is_empty() => archive = Some(value.to_owned()),
                ("directory", value) if !value.is_empty() => folder = Some(value.to_owned()),
                ("directory", _) => folder = words.next().map(|(_, word)| word.clone()),
                ("file", _) => archive = words.next().map(|(_, word)| word.clone()),
                _ => return machine.refuse(format!("tar's --{long} is not known here")),
            }
        } else if word.starts_with('-') || index == 0 {
            let letters = word.trim_start_matches('-');
            let mut letters = letters.char_indices();
            while let Some((at, letter)) = letters.next() {
                let attached = &word.trim_start_matches('-')[at + letter.len_utf8()..];
                let mut value = || {
                    if attached.is_empty() || index == 0 && !word.starts_with('-') {
                        words.next().map(|(_, word)| word.clone())
                    } else {
                        Some(attached.to_owned())
                    }
                };
                match letter {
                    'x' => extracts = true,
                    'v' | 'z' | 'j' | 'J' | 'm' | 'p' | 'o' => {}
                    'k' => keep = IfExists::Keep,
                    'f' => {
                        archive = value();
                        break;
                    }
                    'C' => {
                        folder = value();
                        break;
                    }
                    _ => return machine.refuse(format!("tar's -{letter} is not known here")),
                }
            }
        } else {
            members.push(word.replace('\\', "/"));
        }
    }
    let Some(archive) = archive.filter(|_| extracts) else {
        return machine.refuse("only tar -x with -f is known here");
    };
    if archive == "-" || members.iter().any(|member| member.contains(['*', '?', '['])) {
        return machine.refuse("tar reads its input or a pattern");
    }
    let dest = folder.map_or_else(|| Ok(machine.folder().to_owned()), |folder| machine.path(&folder))?;
    let archive = machine.path(&archive)?;
    machine.push(FileOp::Extract {
        archive,
        dest,
        parents: false,
        format: ArchiveFormat::Any,
        strip,
        members,
        exists: keep,
    });
    Ok(())
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
