//! `curl`, `wget`, `tar` and other programs that fetch or unpack.

use super::arguments::{Options, cmd_switches, owned};
use super::{Downloader, EffectKind};
use crate::facts::installers::file_name;

/// Letters and names of curl's options that take a value.
const CURL_SHORT: &str = "oHduxAebcFTXmwKCrzyYEUtQPDh";
const CURL_LONG: &[&str] = &[
    "output",
    "output-dir",
    "header",
    "data",
    "data-raw",
    "data-binary",
    "data-urlencode",
    "user",
    "proxy",
    "user-agent",
    "referer",
    "cookie",
    "cookie-jar",
    "form",
    "upload-file",
    "request",
    "max-time",
    "connect-timeout",
    "write-out",
    "config",
    "continue-at",
    "range",
    "retry",
    "retry-delay",
    "retry-max-time",
    "cacert",
    "cert",
    "key",
    "url",
    "proto",
    "proto-redir",
    "proto-default",
    "tls-max",
    "ciphers",
    "limit-rate",
    "resolve",
    "max-redirs",
    "oauth2-bearer",
    "proxy-user",
    "dump-header",
    "speed-limit",
    "speed-time",
    "interface",
    "noproxy",
];

/// What curl fetches: one download for each URL.
pub(super) fn curl(arguments: &[&str]) -> Vec<EffectKind> {
    let options = Options::read(arguments, CURL_SHORT, CURL_LONG);
    let mut outputs = options.values(&["o", "output"]);
    let folder = options.value(&["output-dir"]);
    let remote_name = options.has(&["O", "remote-name", "remote-name-all"]);
    let urls: Vec<&str> = options.values(&["url"]).chain(options.rest.iter().copied()).collect();
    if urls.is_empty() {
        let probes = options.has(&["V", "version", "help", "h"]);
        let dest = outputs.next().map(str::to_owned);
        let download = EffectKind::Download { url: None, dest, tool: Downloader::Curl };
        return vec![if probes { EffectKind::Print } else { download }];
    }
    let mut downloads = Vec::new();
    for url in urls {
        let name = outputs.next().or_else(|| remote_name.then(|| file_name(url)));
        let dest = name.filter(|name| !is_nowhere(name)).map(|name| in_folder(folder, name));
        downloads.push(EffectKind::Download { url: Some(url.to_owned()), dest, tool: Downloader::Curl });
    }
    downloads
}

fn is_nowhere(path: &str) -> bool {
    path == "-" || path.eq_ignore_ascii_case("nul") || path == "/dev/null"
}

fn in_folder(folder: Option<&str>, name: &str) -> String {
    folder.map_or_else(|| name.to_owned(), |folder| format!("{}/{name}", folder.trim_end_matches(['/', '\\'])))
}

/// What wget fetches.
pub(super) fn wget(arguments: &[&str]) -> Vec<EffectKind> {
    let long = &["output-document", "directory-prefix", "header", "user-agent", "tries", "timeout", "user", "password"];
    let options = Options::read(arguments, "OPUtTwQeA", long);
    let folder = options.value(&["P", "directory-prefix"]);
    let output = options.value(&["O", "output-document"]);
    let download = |&url: &&str| {
        let name = output.unwrap_or_else(|| file_name(url));
        let dest =
            (!is_nowhere(name)).then(|| if output.is_some() { name.to_owned() } else { in_folder(folder, name) });
        EffectKind::Download { url: Some(url.to_owned()), dest, tool: Downloader::Wget }
    };
    options.rest.iter().map(download).collect()
}

/// `certutil -urlcache -f URL FILE`.
pub(super) fn certutil(arguments: &[&str]) -> Vec<EffectKind> {
    let is_option = |argument: &&&str| argument.starts_with(['-', '/']);
    let fetches = arguments.iter().filter(is_option).any(|option| option[1..].eq_ignore_ascii_case("urlcache"));
    if !fetches {
        return Vec::new();
    }
    let mut rest = arguments.iter().filter(|argument| !is_option(argument));
    vec![EffectKind::Download { url: owned(rest.next()), dest: owned(rest.next()), tool: Downloader::Certutil }]
}

/// `bitsadmin /transfer JOB [OPTIONS] URL FILE`.
pub(super) fn bitsadmin(arguments: &[&str]) -> Vec<EffectKind> {
    let Some(at) = arguments.iter().position(|argument| argument.contains("://")) else { return Vec::new() };
    let (url, dest) = (owned(arguments.get(at)), owned(arguments.get(at + 1)));
    vec![EffectKind::Download { url, dest, tool: Downloader::Bits }]
}

/// `tar`: unpacks, or writes an archive.
pub(super) fn tar(arguments: &[&str]) -> Vec<EffectKind> {
    let mut arguments = arguments.to_vec();
    // The first argument may be a bundle of letters without a dash.
    let bundle;
    if let Some(first) = arguments.first_mut().filter(|first| !first.starts_with('-')) {
        bundle = format!("-{first}");
        *first = &bundle;
    }
    let long = &["file", "directory", "strip-components", "exclude", "use-compress-program"];
    let options = Options::read(&arguments, "fCXTI", long);
    let archive = options.value(&["f", "file"]).filter(|file| *file != "-").map(str::to_owned);
    if options.has(&["x", "extract", "get"]) {
        let dest = options.value(&["C", "directory"]).map(str::to_owned);
        return vec![EffectKind::Extract { archive, dest }];
    }
    match archive.filter(|_| options.has(&["c", "create", "r", "u"])) {
        Some(path) => vec![EffectKind::Write { path }],
        None if options.has(&["t", "list"]) => vec![EffectKind::Print],
        None => Vec::new(),
    }
}

/// `7z x ARCHIVE -oFOLDER`.
pub(super) fn seven_zip(arguments: &[&str]) -> Vec<EffectKind> {
    let mut rest = arguments.iter().filter(|argument| !argument.starts_with('-'));
    let (verb, archive) = (rest.next().map(|verb| verb.to_ascii_lowercase()), owned(rest.next()));
    let dest = arguments.iter().find_map(|argument| argument.strip_prefix("-o")).map(str::to_owned);
    match (verb.as_deref(), archive) {
        (Some("x" | "e"), archive) => vec![EffectKind::Extract { archive, dest }],
        (Some("a" | "u" | "d"), Some(path)) => vec![EffectKind::Write { path }],
        _ => Vec::new(),
    }
}

/// `unzip ARCHIVE -d FOLDER`.
pub(super) fn unzip(arguments: &[&str]) -> Vec<EffectKind> {
    let options = Options::read(arguments, "dx", &[]);
    let dest = options.value(&["d"]).map(str::to_owned);
    vec![EffectKind::Extract { archive: owned(options.rest.first()), dest }]
}

/// `expand ARCHIVE -F:* FOLDER` of Windows.
pub(super) fn expand(arguments: &[&str]) -> Vec<EffectKind> {
    let (_, rest) = cmd_switches(arguments);
    let mut rest = rest.into_iter().filter(|argument| !argument.starts_with('-'));
    let mut next = || rest.next().map(str::to_owned);
    vec![EffectKind::Extract { archive: next(), dest: next() }]
}
