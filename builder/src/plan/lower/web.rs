//! Downloads, whichever program does them.

use super::cmdlet::Arguments;
use super::machine::{Known, Machine, Outcome};
use super::path;
use super::value::Value;
use crate::plan::file_op::FileOp;

/// Adds a download. Only addresses of the web are fetched.
pub(super) fn download(
    machine: &mut Machine<'_>,
    url: &str,
    dest: &str,
    headers: Vec<(String, String)>,
    redirects: bool,
) -> Outcome<()> {
    machine.without_path(url)?;
    let url = url.trim();
    let lower = url.to_ascii_lowercase();
    if !lower.starts_with("https://") && !lower.starts_with("http://") {
        return machine.refuse(format!("`{url}` is no address of the web"));
    }
    if url.chars().any(|char| char.is_whitespace() || char.is_control()) {
        return machine.refuse(format!("`{url}` is no address"));
    }
    machine.push(FileOp::Download { url: url.to_owned(), dest: dest.to_owned(), headers, redirects, expected: None });
    Ok(())
}

/// The last part of an address's path.
pub(super) fn name_of(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let rest = path.split_once("://").map_or(path, |(_, rest)| rest);
    rest.rsplit_once('/').map(|(_, name)| name).filter(|name| !name.is_empty())
}

/// `Start-BitsTransfer`.
pub(super) fn transfer(machine: &mut Machine<'_>, arguments: &Arguments) -> Outcome<Vec<Value>> {
    arguments.without(machine, &["Asynchronous", "ProxyList", "TransferType", "CustomHeaders", "Suspended"])?;
    let url = arguments.wanted(machine, "Source")?;
    let to = arguments.text(machine, "Destination")?.unwrap_or_else(|| ".".to_owned());
    let mut dest = machine.path(&to)?;
    if to.ends_with(['\\', '/']) || machine.look(&dest) == Some(Known::Folder) || to == "." {
        match name_of(&url) {
            Some(name) => dest = path::join(&dest, name),
            None => return machine.refuse("the address names no file"),
        }
    }
    download(machine, &url, &dest, Vec::new(), true)?;
    Ok(Vec::new())
}

/// `curl.exe`: the options that change what is fetched are known, any other is refused.
pub(super) fn curl(machine: &mut Machine<'_>, words: &[String]) -> Outcome<()> {
    let mut request = Curl::default();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix("--") {
            Some(long) => request.long(machine, long, &mut words)?,
            None if word.starts_with('-') && word.len() > 1 => request.short(machine, &word[1..], &mut words)?,
            None => request.urls.push(word.clone()),
        }
    }
    request.finish(machine)
}

#[derive(Default)]
struct Curl {
    urls: Vec<String>,
    outputs: Vec<Option<String>>,
    headers: Vec<(String, String)>,
    redirects: bool,
    parents: bool,
    folder: Option<String>,
}

impl Curl {
    fn value(machine: &Machine<'_>, option: &str, words: &mut std::slice::Iter<'_, String>) -> Outcome<String> {
        words.next().cloned().map_or_else(|| machine.refuse(format!("curl's {option} has no value")), Ok)
    }

    fn long(&mut self, machine: &Machine<'_>, name: &str, words: &mut std::slice::Iter<'_, String>) -> Outcome<()> {
        match name {
            "fail" | "silent" | "show-error" | "progress-bar" | "fail-with-body" | "verbose" | "globoff"
            | "ssl-no-revoke" | "no-progress-meter" | "tlsv1.2" | "tlsv1.3" | "compressed" | "http1.1"
            | "retry-all-errors" | "retry-connrefused" | "ssl-reqd" | "disable" | "remote-time" => {}
            "location" => self.redirects = true,
            "create-dirs" => self.parents = true,
            "remote-name" => self.outputs.push(None),
            "output" => self.outputs.push(Some(Self::value(machine, name, words)?)),
            "output-dir" => self.folder = Some(Self::value(machine, name, words)?),
            "url" => self.urls.push(Self::value(machine, name, words)?),
            "header" => self.header(machine, &Self::value(machine, name, words)?)?,
            "user-agent" => self.headers.push(("User-Agent".to_owned(), Self::value(machine, name, words)?)),
            "retry" | "retry-delay" | "retry-max-time" | "connect-timeout" | "max-time" | "proto" => {
                Self::value(machine, name, words)?;
            }
            _ => return machine.refuse(format!("curl's --{name} is not known here")),
        }
        Ok(())
    }

    fn short(&mut self, machine: &Machine<'_>, letters: &str, words: &mut std::slice::Iter<'_, String>) -> Outcome<()> {
        for (at, letter) in letters.char_indices() {
            let attached = &letters[at + letter.len_utf8()..];
            let value = |words: &mut std::slice::Iter<'_, String>| {
                if attached.is_empty() {
                    Self::value(machine, &format!("-{letter}"), words)
                } else {
                    Ok(attached.to_owned())
                }
            };
            match letter {
                'f' | 's' | 'S' | '#' | 'v' | 'g' | 'R' | 'q' => continue,
                'L' => {
                    self.redirects = true;
                    continue;
                }
                'O' => {
                    self.outputs.push(None);
                    continue;
                }
                'o' => self.outputs.push(Some(value(words)?)),
                'H' => self.header(machine, &value(words)?)?,
                'A' => self.headers.push(("User-Agent".to_owned(), value(words)?)),
                'm' => {
                    value(words)?;
                }
                _ => return machine.refuse(format!("curl's -{letter} is not known here")),
            }
            break;
        }
        Ok(())
    }

    fn header(&mut self, machine: &Machine<'_>, text: &str) -> Outcome<()> {
        let Some((name, value)) = text.split_once(':') else {
            return machine.refuse("curl reads headers from a file");
        };
        self.headers.push((name.trim().to_owned(), value.trim().to_owned()));
        Ok(())
    }

    fn finish(self, machine: &mut Machine<'_>) -> Outcome<()> {
        if self.urls.is_empty() || self.outputs.len() != self.urls.len() {
            return machine.refuse("curl writes what it fetches to the output");
        }
        for (url, output) in self.urls.iter().zip(&self.outputs) {
            if !machine_globless(url) {
                return machine.refuse("curl reads a pattern in the address");
            }
            let name = match output {
                Some(name) => name.clone(),
                None => match name_of(url) {
                    Some(name) => name.to_owned(),
                    None => return machine.refuse("the address names no file"),
                },
            };
            let name = match &self.folder {
                Some(folder) => path::join(folder, &name),
                None => name,
            };
            let dest = machine.path(&name)?;
            if self.parents
                && let Some((parent, _)) = path::split(&dest)
            {
                machine.push(FileOp::MakeDir { path: parent, exists: crate::plan::file_op::IfExists::Keep });
            }
            // curl takes an address without a scheme for one of the web.
            let url = if url.contains("://") { url.clone() } else { format!("http://{url}") };
            download(machine, &url, &dest, self.headers.clone(), self.redirects)?;
        }
        Ok(())
    }
}

/// Whether curl takes the address as it stands: brackets and braces are patterns.
fn machine_globless(url: &str) -> bool {
    !url.contains(['[', ']', '{', '}'])
}
