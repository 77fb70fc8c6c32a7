//! What scripts fetch, as the rules about downloads and layers look at it.

use dockerfile::ast::{Instruction, Keyword};
use dockerfile::effect::{Downloader, Effect, EffectKind};
use dockerfile::model::{Model, RunScript, Stage};
use dockerfile::script::{Dialect, Script, StatementKind};
use dockerfile::source::Span;

use memchr::{memchr, memchr2, memchr3, memrchr};

use crate::Context;
use crate::letters::{self, ends, holds, last_part};
use crate::listing::Listing;

/// An instruction that starts a script.
pub(crate) struct Run<'a> {
    pub(crate) step: usize,
    /// The instruction itself, without `ONBUILD`.
    pub(crate) instruction: &'a Instruction,
    pub(crate) run: &'a RunScript,
    pub(crate) script: &'a Script,
    pub(crate) stage: &'a Stage,
    /// What stands in the script.
    pub(crate) listing: &'a Listing<'a>,
}

/// A download.
pub(crate) struct Fetch {
    pub(crate) dialect: Dialect,
    pub(crate) tool: Downloader,
    /// From where, variables put in where the file has their values.
    pub(crate) url: Option<String>,
    /// To which file, likewise.
    pub(crate) dest: Option<String>,
    /// The command or the call.
    pub(crate) command: Span,
    /// The URL, where the command has it as it is; else the command.
    pub(crate) span: Span,
}

/// Everything that starts a script.
pub(crate) fn scripts<'a>(context: &Context<'a>) -> impl Iterator<Item = Run<'a>> {
    let model = context.model();
    let instructions = context.instructions();
    context.scripts().filter_map(move |listing| {
        let (step, run) = (listing.step, listing.run);
        let stage = model.stage_of(step)?;
        Some(Run { step, instruction: instructions[step].innermost(), run, script: &run.script, stage, listing })
    })
}

/// Every `RUN` with its script.
pub(crate) fn runs<'a>(context: &Context<'a>) -> impl Iterator<Item = Run<'a>> {
    scripts(context).filter(|run| run.instruction.keyword == Some(Keyword::Run))
}

impl<'a> Run<'a> {
    /// What the script does.
    pub(crate) fn effects(&self) -> &'a [(Dialect, Effect)] {
        self.run.effects()
    }

    /// What the script fetches.
    pub(crate) fn fetches(&self, context: &Context) -> &'a [Fetch] {
        self.listing.fetches(|| self.find_fetches(context))
    }

    fn find_fetches(&self, context: &Context) -> Vec<Fetch> {
        let model = context.model();
        let fetch = |(dialect, effect): &(Dialect, Effect)| {
            let EffectKind::Download { url, dest, tool } = &effect.kind else { return None };
            let text = context.slice(effect.span);
            let at = url.as_deref().filter(|url| !url.is_empty()).and_then(|url| Some((text.find(url)?, url.len())));
            let span = at.map_or(effect.span, |(at, len)| {
                let start = effect.span.start + at as u32;
                Span::new(start, start + len as u32)
            });
            let known = |text: &str| self.resolve(model, text);
            let url = url.as_deref().map(|url| known(inner(url)));
            let dest = dest.as_deref().map(known);
            Some(Fetch { dialect: *dialect, tool: *tool, url, dest, command: effect.span, span })
        };
        self.effects().iter().filter_map(fetch).collect()
    }

    /// A text of the script with the values that the file gives to its variables; others stay as they are.
    pub(crate) fn resolve(&self, model: &Model, text: &str) -> String {
        let (mut out, mut rest) = (String::new(), text);
        while let Some(at) = memchr2(b'$', b'%', rest.as_bytes()) {
            let (before, from) = rest.split_at(at);
            out += before;
            let found = reference(from).and_then(|(scope, name, len)| Some((self.value(model, scope, name)?, len)));
            let len = match found {
                Some((value, len)) => {
                    out += &value;
                    len
                }
                None => {
                    out += &from[..1];
                    1
                }
            };
            rest = &from[len..];
        }
        out + rest
    }

    /// The value that the script or the file gives to a variable.
    fn value(&self, model: &Model, is_environment: Option<bool>, name: &str) -> Option<String> {
        if is_environment != Some(true)
            && let Some(value) = self.assigned(name)
        {
            return Some(value);
        }
        if is_environment == Some(false) && self.script.dialect != Dialect::Posix {
            return None;
        }
        let mut all = self.stage.variables.iter().filter(|variable| variable.step < self.step);
        let variable = all.rfind(|variable| variable.name.eq_ignore_ascii_case(name));
        let value = variable.map_or_else(|| model.variable(self.step, name)?.value.clone(), |it| it.value.clone())?;
        (!value.contains(['$', '%'])).then_some(value)
    }

    /// The one constant that the script assigns to a variable.
    fn assigned(&self, name: &str) -> Option<String> {
        let mut values = self.listing.statements().filter_map(|(_, statement)| {
            let StatementKind::Assignment { target, value, .. } = &statement.kind else { return None };
            target.text.trim_start_matches('$').eq_ignore_ascii_case(name).then_some(value)
        });
        let [statement] = values.next()?.as_slice() else { return None };
        let StatementKind::Pipeline(commands) = &statement.kind else { return None };
        let [command] = commands.as_slice() else { return None };
        let is_constant = command.words.is_empty() && values.next().is_none();
        is_constant.then(|| command.name.literal().map(|text| text.trim_matches(['\'', '"']).to_owned()))?
    }
}

/// The URL that an expression begins with: `$('https://example.com/{0}' -f $x)`, `('https://' + $x)`.
fn inner(url: &str) -> &str {
    let bare = url.trim_start_matches(['$', '(', '\'', '"', ' ']);
    let is_url =
        bare.split_once("://").is_some_and(|(scheme, _)| scheme.chars().all(|char| char.is_ascii_alphabetic()));
    if is_url { bare } else { url }
}

/// The variable at the start of a text: whether it is one of the environment, where the spelling tells; its name; how
/// long the reference is.
fn reference(text: &str) -> Option<(Option<bool>, &str, usize)> {
    let is_name = |name: &str| !name.is_empty() && name.chars().all(|char| char.is_alphanumeric() || char == '_');
    if let Some(rest) = text.strip_prefix('%') {
        let name = &rest[..rest.find('%')?];
        return is_name(name).then_some((Some(true), name, name.len() + 2));
    }
    let rest = text.strip_prefix('$')?;
    let (inner, len) = match rest.strip_prefix('{') {
        Some(braced) => {
            let end = braced.find('}')?;
            (&braced[..end], end + 3)
        }
        None => {
            let scope = if rest.get(..4).is_some_and(|scope| scope.eq_ignore_ascii_case("env:")) { 4 } else { 0 };
            let stop = |char: char| !(char.is_alphanumeric() || char == '_');
            let end = scope + rest[scope..].find(stop).unwrap_or(rest.len() - scope);
            (&rest[..end], end + 1)
        }
    };
    match inner.get(..4).filter(|scope| scope.eq_ignore_ascii_case("env:")) {
        Some(_) => is_name(&inner[4..]).then_some((Some(true), &inner[4..], len)),
        None => is_name(inner).then_some((Some(false), inner, len)),
    }
}

/// Whether a script, in lower case, compares what it has with a hash or a signature.
pub(crate) fn verifies(lower: &str) -> bool {
    const MEANS: [&str; 14] = [
        "get-filehash",
        "-hashfile",
        "/hashfile",
        "computehash",
        "hashdata",
        "sha1sum",
        "sha256sum",
        "sha512sum",
        "shasum",
        "md5sum",
        "get-authenticodesignature",
        "gpg",
        "signtool",
        "openssl dgst",
    ];
    // Most scripts have nothing like it.
    let may = ["hash", "sum", "sign", "gpg", "dgst"].iter().any(|part| lower.contains(part));
    may && MEANS.iter().any(|means| lower.contains(means))
}

/// Whether one of these scripts or a later one of the stage checks the file.
pub(crate) fn is_verified(context: &Context, run: &Run, file: Option<&str>) -> bool {
    let name = file.map(|file| file_name(file).to_ascii_lowercase()).filter(|name| name.len() > 2);
    let mut later = runs(context).filter(|later| later.stage.index == run.stage.index && later.step > run.step);
    run.listing.whole().verifies() || name.is_some_and(|name| later.any(|later| speaks_of_hash(later.listing, &name)))
}

/// Whether a script names a file and a hash, be it for a script of the author's that compares the two.
fn speaks_of_hash(script: &Listing, name: &str) -> bool {
    let text = script.lower();
    let mut hashes = ["hash", "checksum", "sha256", "sha512"].iter();
    text.contains(name) && (script.whole().verifies() || hashes.any(|word| text.contains(word)))
}

/// Whether Windows itself checks who signed the file before it installs it: updates are.
pub(crate) fn is_signed(url: &str) -> bool {
    ends(file_name(url), ".msu")
}

/// The endings of files that are read and not run, or that are there to verify others.
const TEXTS: [&str; 14] =
    ["txt", "json", "xml", "config", "md", "asc", "sig", "sha256", "sha512", "sha1", "md5", "html", "yml", "yaml"];

/// Whether a path or an address is one of a file that is only read. Certificates say whom to trust.
pub(crate) fn is_text(path: &str) -> bool {
    let name = file_name(path);
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    let is_certificate = || [".pem", ".cer", ".crt"].iter().any(|part| holds(name, part));
    TEXTS.iter().any(|text| text.eq_ignore_ascii_case(ending)) && !is_certificate()
}

/// The last part of a path or a URL.
pub(crate) fn file_name(path: &str) -> &str {
    let path = memchr2(b'?', b'#', path.as_bytes()).map_or(path, |end| &path[..end]);
    last_part(path.trim_end_matches(['/', '\\', '"', '\'']))
}

/// The host of a URL, in lower case.
pub(crate) fn host(url: &str) -> String {
    let rest = letters::find_exact(url, "://").map_or(url, |at| &url[at + 3..]);
    let host = memchr3(b'/', b'?', b'#', rest.as_bytes()).map_or(rest, |end| &rest[..end]);
    let host = memrchr(b'@', host.as_bytes()).map_or(host, |at| &host[at + 1..]);
    memchr(b':', host.as_bytes()).map_or(host, |end| &host[..end]).to_ascii_lowercase()
}

/// Whether a URL leads to this machine or to its own network.
pub(crate) fn is_local(url: &str) -> bool {
    let host = host(url);
    let private = ["10.", "127.", "192.168.", "169.254."].iter().any(|start| host.starts_with(start));
    let suffix = [".local", ".internal", ".localhost", ".svc", ".lan", ".corp", ".test"];
    private || !host.contains('.') || host.starts_with('[') || suffix.iter().any(|end| host.ends_with(end))
}

#[cfg(test)]
mod tests {
    use dockerfile::document::{Builder, Document};
    use dockerfile::source::Source;

    use super::*;
    use crate::Settings;

    fn with_runs(text: &str, check: &dyn Fn(&Context, Vec<Run>)) {
        let text = format!("# escape=`\nFROM mcr.microsoft.com/windows/servercore:ltsc2022\n{text}\n");
        let document = Document::new(Source::new(text.into()), Builder::Any);
        let settings = Settings::default();
        let listings = crate::listing::listings(&document);
        let context = Context {
            document: &document,
            settings: &settings,
            secrets: &[],
            placeholders: &[],
            images: &[],
            suppressions: &[],
            expansions: &[],
            eaten: &[],
            arrays: &[],
            powershell: &[],
            listings: &listings,
        };
        check(&context, runs(&context).collect());
    }

    #[test]
    fn variables_have_the_values_that_the_file_gives_them() {
        let of = |run: &str, expected: &[(&str, &str)]| {
            let text = format!("ENV U=https://example.com\nARG V=1\n{run}");
            with_runs(&text, &|context, runs| {
                let texts = |fetch: &'_ Fetch| [&fetch.url, &fetch.dest].map(|text| text.clone().unwrap_or_default());
                let found: Vec<[String; 2]> = runs[0].fetches(context).iter().map(texts).collect();
                let found: Vec<(&str, &str)> = found.iter().map(|[url, dest]| (&**url, &**dest)).collect();
                assert_eq!(found, expected, "{run}");
            });
        };
        of("RUN curl.exe -o a%V%.zip %U%/a.zip", &[("https://example.com/a.zip", "a1.zip")]);
        of(
            "RUN powershell -Command iwr $env:U -OutFile ${env:NONE}\\a.zip",
            &[("https://example.com", "${env:NONE}\\a.zip")],
        );
        of(
            "SHELL [\"powershell\"]\nRUN $f = 'C:\\a.zip'; iwr ${env:u} -OutFile $f",
            &[("https://example.com", "C:\\a.zip")],
        );
        of(
            "SHELL [\"powershell\"]\nRUN iwr $('http://a.b/{0}' -f $x) -OutFile a.zip",
            &[("http://a.b/{0}' -f $x)", "a.zip")],
        );
        of("SHELL [\"powershell\"]\nRUN $f = $x + 'a'; iwr 100%é$ -OutFile $f", &[("100%é$", "$f")]);
    }

    #[test]
    fn places_are_the_urls() {
        with_runs("RUN curl.exe -o a.zip `\n  https://example.com/a.zip && ver", &|context, runs| {
            let fetches = runs[0].fetches(context);
            assert_eq!(context.slice(fetches[0].span), "https://example.com/a.zip");
        });
    }

    #[test]
    fn servers_of_the_own_network_are_local() {
        for (url, local) in [
            ("http://localhost:80/x", true),
            ("https://user:word@10.0.0.1/x", true),
            ("http://files/x", true),
            ("http://files.internal", true),
            ("http://[::1]/", true),
            ("http://example.com/localhost", false),
            ("https://example.com", false),
        ] {
            assert_eq!(is_local(url), local, "{url}");
        }
        assert_eq!(file_name("https://example.com/a/b.zip?c=/d#e"), "b.zip");
        assert!(is_signed("http://example.com/a.MSU") && !is_signed("http://example.com/a.zip"));
    }

    #[test]
    fn a_later_script_that_names_the_file_verifies_it() {
        let text = "RUN curl.exe -o C:\\a.zip https://example.com/1\nRUN certutil -hashfile A.ZIP SHA256\nRUN check.cmd c.zip %C_CHECKSUM%";
        with_runs(text, &|context, runs| {
            assert!(is_verified(context, &runs[0], Some("C:\\a.zip")));
            assert!(!is_verified(context, &runs[0], Some("C:\\b.zip")));
            assert!(is_verified(context, &runs[0], Some("C:\\c.zip")));
            assert!(is_verified(context, &runs[1], None) && !is_verified(context, &runs[2], None));
        });
    }
}
