//! The variables that an instruction's words may refer to, and the words with their values put in.

use std::collections::BTreeMap;

use dockerfile::ast::Word;
use dockerfile::expand::{self, Expanded, Lookup, Options};
use dockerfile::splice::Spliced;

use crate::image::Platform;

use super::error::PlanError;

/// Arguments that every build has without declaring them: they are for the network, are put into no image and take no
/// part in keys.
const PROXIES: [&str; 5] = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

/// Whether an argument is one that needs no `ARG`.
pub(super) fn is_proxy(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    PROXIES.contains(&upper.as_str()) && (name == upper || name == upper.to_ascii_lowercase())
}

/// What the builder says of the platforms, by the names that it gives them.
pub(super) fn platform_args(target: &Platform, stage: Option<&str>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (prefix, platform) in [("TARGET", target), ("BUILD", target)] {
        let variant = platform.variant.clone().unwrap_or_default();
        let mut whole = format!("{}/{}", platform.os, platform.architecture);
        if !variant.is_empty() {
            whole = format!("{whole}/{variant}");
        }
        let mut set = |name: &str, value: &str| found.insert(format!("{prefix}{name}"), value.to_owned());
        set("PLATFORM", &whole);
        set("OS", &platform.os);
        set("ARCH", &platform.architecture);
        set("VARIANT", &variant);
        set("OSVERSION", platform.os_version.as_deref().unwrap_or_default());
    }
    if let Some(stage) = stage {
        found.insert("TARGETSTAGE".to_owned(), stage.to_owned());
    }
    found
}

/// What the words of an instruction see: the variables of the image before the arguments of the build.
pub(super) struct Scope<'a> {
    /// The variables of the image, `NAME=value`.
    pub env: &'a [String],
    /// The arguments that are declared, the last one of a name counts.
    pub args: &'a [(String, Option<String>)],
    /// The arguments given to the build: of these only the proxies are seen without `ARG`.
    pub given: &'a BTreeMap<String, String>,
    /// The file's escape character.
    pub escape: char,
    /// Whether names that differ by case are one.
    pub windows: bool,
}

impl Lookup for Scope<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        let is = |other: &str| if self.windows { other.eq_ignore_ascii_case(name) } else { other == name };
        let of_image = self.env.iter().find_map(|entry| {
            let (other, value) = entry.split_once('=')?;
            is(other).then_some(value)
        });
        let of_build = || self.args.iter().rev().find(|(other, _)| is(other)).and_then(|(_, value)| value.as_deref());
        let proxy = || is_proxy(name).then(|| self.given.get(name).map_or("", String::as_str));
        of_image.or_else(of_build).or_else(proxy)
    }
}

impl Scope<'_> {
    /// A word with its variables, quotes and escapes resolved.
    pub fn word(&self, word: &Word) -> Result<String, PlanError> {
        self.text(&word.text)
    }

    /// As [`Scope::word`], for a text.
    pub fn text(&self, text: &Spliced) -> Result<String, PlanError> {
        self.expanded(text, Options::default()).map(|expanded| expanded.text.text().to_owned())
    }

    /// A text with its variables put in and its quotes left alone.
    pub fn raw(&self, text: &Spliced) -> Result<String, PlanError> {
        let options = Options { skip_quotes: true, ..Options::default() };
        self.expanded(text, options).map(|expanded| expanded.text.text().to_owned())
    }

    /// The words that a word becomes once its variables are put in.
    pub fn words(&self, word: &Word) -> Result<Vec<String>, PlanError> {
        let words = expand::words(&word.text, self.escape, self).map_err(|error| refused(word.as_str(), &error))?;
        Ok(words.iter().map(|word| word.text().to_owned()).collect())
    }

    fn expanded(&self, text: &Spliced, options: Options) -> Result<Expanded, PlanError> {
        expand::word_with(text, self.escape, self, options).map_err(|error| refused(text.text(), &error))
    }
}

fn refused(text: &str, error: &expand::ExpandError) -> PlanError {
    PlanError::at(error.span, format!("failed to process {text:?}: {error}"))
}
