//! Keeps the secrets of a Dockerfile out of what is shown of its plan.

use std::collections::BTreeMap;

use ::dockerfile::document::Document;
use ::dockerfile::facts::secret;
use rules::{Policy, Secrets};

/// A shorter text that stands where a secret may stand is part of too many words.
const LONG: usize = 6;

/// What must not be shown.
pub struct Hidden {
    secrets: Secrets,
    /// How the file has them where only their place tells that they are some.
    written: Vec<String>,
    /// The values of arguments that are some by their names.
    given: Vec<String>,
}

/// The text without a short secret where it is a word of its own: parts of other words are not it.
fn without_word(text: &str, secret: &str) -> String {
    let joins = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    let (mut out, mut at) = (String::new(), 0);
    for (found, _) in text.match_indices(secret) {
        let end = found + secret.len();
        if found >= at && !joins(text[..found].chars().next_back()) && !joins(text[end..].chars().next()) {
            out.push_str(&text[at..found]);
            out.push_str("***");
            at = end;
        }
    }
    out.push_str(&text[at..]);
    out
}

/// The values of a build's arguments that are secrets by their names, the longest first.
fn secret_values(build_args: &BTreeMap<String, String>) -> Vec<String> {
    let given = build_args.iter().filter(|(name, value)| secret::name(name).is_some() && !value.is_empty());
    let mut given: Vec<String> = given.map(|(_, value)| value.clone()).collect();
    given.sort_by_key(|text| std::cmp::Reverse(text.len()));
    given
}

/// Those of a build's arguments that are secrets by their names and long enough to be cut out of any text.
pub fn long_secret_values(build_args: &BTreeMap<String, String>) -> Vec<String> {
    let mut values = secret_values(build_args);
    values.retain(|value| value.len() >= LONG);
    values
}

impl Hidden {
    /// The secrets of a file, and of a build's arguments those whose names say so.
    pub fn new(document: &Document, build_args: &BTreeMap<String, String>) -> Self {
        let secrets = rules::secrets(document, &Policy::default());
        let texts = secrets.spans().iter().map(|span| document.source.slice(*span).trim_matches(['"', '\'', ' ']));
        let mut written: Vec<String> = texts.filter(|text| text.len() >= LONG).map(str::to_owned).collect();
        written.sort_by_key(|text| std::cmp::Reverse(text.len()));
        Hidden { secrets, written, given: secret_values(build_args) }
    }

    /// The text without secrets.
    pub fn mask(&self, text: &str) -> String {
        let masked = self.secrets.mask(text);
        let masked = self.written.iter().fold(masked, |text, secret| text.replace(secret, "***"));
        self.given.iter().fold(masked, |text, secret| match secret.len() {
            LONG.. => text.replace(secret, "***"),
            _ => without_word(&text, secret),
        })
    }
}

#[cfg(test)]
mod tests {
    use ::dockerfile::document::Builder;
    use ::dockerfile::source::Source;

    use super::*;

    #[test]
    fn values_of_secret_arguments_are_masked_wherever_they_went() {
        let source = Source::new(b"FROM a\nARG NPM_TOKEN\nENV X=$NPM_TOKEN\n".to_vec());
        let document = Document::new(source, Builder::Any);
        let given = [("NPM_TOKEN", "tok-123456"), ("PASSWORD", "abc"), ("VERSION", "1.2.3")];
        let given = given.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        let hidden = Hidden::new(&document, &given);
        let text = "ENV X=tok-123456; https://h/tok-123456/1.2.3 abc abcd x=abc";
        assert_eq!(hidden.mask(text), "ENV X=***; https://h/***/1.2.3 *** abcd x=***");
    }
}
